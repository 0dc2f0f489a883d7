"""Make the table of class base rates that the package ships, from the real event data.

The panel of directed dyad-years with contiguity, major powers, strategic rivalries and modes of force (Militarized
Interstate Events 1.0) is counted; writes src/tocsin/forecast/base_rates.csv and base_rates.toml. The same inputs give
the same bytes. The tables must be in the store: tocsin data fetch cow_states contdir majors tss_rivalries mie.
Run: python scripts/make_base_rates.py
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.forecast.scores import climatology_skill, rps
from tocsin.panel.panel import dyad_years
from tocsin.store import Store, open_store

OUT = Path(__file__).resolve().parents[1] / "src" / "tocsin" / "forecast"
TABLES = ("contdir", "cow_states", "majors", "mie", "tss_rivalries")
FIRST, LAST = 1816, 2014
KEPT_FROM = 1920
HORIZONS = (1, 2, 3)
CLASS_YEARS = 30


@dataclass(frozen=True)
class World:
    """Dense arrays over (state, state, year): who exists, how near, and the highest mode of force."""

    both: NDArray[np.bool_]
    land: NDArray[np.bool_]
    rival: NDArray[np.bool_]
    relevant: NDArray[np.bool_]
    directed: NDArray[np.int8]
    undirected: NDArray[np.int8]


def load(store: Store) -> World:
    """Return the panel as dense arrays, years FIRST..LAST."""
    frame = (
        dyad_years(FIRST, LAST, store=store)
        .add("contiguity", "majors", "rivalries", "modes")
        .collect()
        .select("ccode1", "ccode2", "year", "conttype", "cowmaj1", "cowmaj2", "rivalry", "mode")
    )
    unknown = {c: k for c, k in frame.null_count().row(0, named=True).items() if k}
    if unknown:
        raise SystemExit(f"the panel has unknown values, which are neither zero nor peace: {unknown}")
    codes = np.unique(frame["ccode1"].to_numpy())
    one, two = (np.searchsorted(codes, frame[c].to_numpy()) for c in ("ccode1", "ccode2"))
    year = frame["year"].to_numpy() - FIRST

    def dense(values: pl.Series, kind: type) -> NDArray:
        out = np.zeros((len(codes), len(codes), LAST - FIRST + 1), kind)
        out[one, two, year] = values.to_numpy()
        return out

    near = frame["conttype"]
    directed = dense(frame["mode"], np.int8)
    return World(
        both=dense(near >= 0, np.bool_),
        land=dense(near == 1, np.bool_),
        rival=dense(frame["rivalry"] == 1, np.bool_),
        relevant=dense((near >= 1) | (frame["cowmaj1"] == 1) | (frame["cowmaj2"] == 1), np.bool_),
        directed=directed,
        undirected=np.maximum(directed, directed.transpose(1, 0, 2)),
    )


def windows(world: World, modes: NDArray[np.int8], horizon: int) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """Return the highest mode over years t..t+horizon-1 at position t, and whether the window exists.

    A window exists if the two were members in the year before it and in each of its years.
    """
    years = modes.shape[2]
    highest = modes.copy()
    exists = world.both.copy()
    exists[:, :, 1:] &= world.both[:, :, :-1]
    exists[:, :, 0] = False
    for ahead in range(1, horizon):
        highest[:, :, : years - ahead] = np.maximum(highest[:, :, : years - ahead], modes[:, :, ahead:])
        exists[:, :, : years - ahead] &= world.both[:, :, ahead:]
        exists[:, :, years - ahead :] = False
    return highest, exists


def class_index(world: World) -> NDArray[np.int8]:
    """Return land*4 + rival*2 + relevant as known the year before, by position of the window's first year."""
    now = (world.land * 4 + world.rival * 2 + world.relevant).astype(np.int8)
    before = np.zeros_like(now)
    before[:, :, 1:] = now[:, :, :-1]
    return before


def counts(world: World) -> pl.DataFrame:
    """Return counts of windows by direction, horizon, class, last year and highest mode."""
    classes = class_index(world)
    upper = np.triu(np.ones(world.both.shape[:2], bool), 1)[:, :, None]
    rows = []
    for kind, modes in (("directed", world.directed), ("undirected", world.undirected)):
        for horizon in HORIZONS:
            highest, exists = windows(world, modes, horizon)
            use = exists & upper if kind == "undirected" else exists
            for t in range(KEPT_FROM - FIRST, LAST - FIRST + 2 - horizon):
                flat = classes[:, :, t][use[:, :, t]].astype(np.int64) * 5 + highest[:, :, t][use[:, :, t]]
                table = np.bincount(flat, minlength=40).reshape(8, 5)
                for cls in np.flatnonzero(table.sum(1)):
                    rows.append((kind, horizon, cls // 4, cls // 2 % 2, cls % 2, FIRST + t + horizon - 1, *table[cls]))
    names = ["kind", "horizon", "land", "rival", "relevant", "end_year", "none", "threat", "incursion", "strike", "war"]
    return pl.DataFrame(rows, schema=names, orient="row")


def samples(world: World, t: int) -> dict[str, NDArray[np.bool_]]:
    """Return the samples of the protocol for target year position t (status known the year before)."""
    quiet = (world.undirected[:, :, max(0, t - 5) : t] == 0).all(2)
    prd = world.relevant[:, :, t - 1]
    return {"prd": prd, "rival": world.rival[:, :, t - 1], "land": world.land[:, :, t - 1], "quiet": prd & quiet}


def backtest(
    world: World, table: pl.DataFrame, *, kind: str, horizon: int, k: int, strengths: list[float], first: int, last: int
) -> dict[str, dict[float, tuple[NDArray[np.float64], NDArray[np.int8], NDArray[np.int64]]]]:
    """Return forecasts from own history for each strength, by sample: probabilities, outcomes, target years."""
    modes = world.directed if kind == "directed" else world.undirected
    highest, exists = windows(world, modes, horizon)
    if kind == "undirected":
        exists = exists & np.triu(np.ones(exists.shape[:2], bool), 1)[:, :, None]
    classes = class_index(world)
    parts: dict[str, dict[float, list[tuple[NDArray[np.float64], NDArray[np.int8], int]]]] = {}
    for year in range(first, last + 1):
        t = year - FIRST
        rates = class_rates(table, kind, horizon, year)
        i, j = np.nonzero(exists[:, :, t])
        base = rates[classes[i, j, t]]
        own = np.zeros((len(i), 5))
        # Windows that ended before the target year, over the last k years.
        for back in range(horizon, k + 1):
            start = t - back
            there = world.both[i, j, start]
            for ahead in range(horizon):
                there = there & world.both[i, j, start + ahead]
            own[np.flatnonzero(there), highest[i, j, start][there]] += 1
        size = own.sum(1, keepdims=True)
        effective = size * min(1.0, (k / horizon) / (k - horizon + 1))
        share = own / np.maximum(size, 1)
        for name, inside in samples(world, t).items():
            pick = inside[i, j]
            for m in strengths:
                p = (effective * share + m * base) / (effective + m)
                parts.setdefault(name, {}).setdefault(m, []).append((p[pick], highest[i, j, t][pick], year))
    return {
        name: {
            m: (
                np.concatenate([p for p, _, _ in rows]),
                np.concatenate([y for _, y, _ in rows]),
                np.concatenate([np.full(len(y), year) for _, y, year in rows]),
            )
            for m, rows in by_m.items()
        }
        for name, by_m in parts.items()
    }


def class_rates(table: pl.DataFrame, kind: str, horizon: int, year: int) -> NDArray[np.float64]:
    """Return frequencies (8, 5) over windows that ended in the CLASS_YEARS years before ``year``."""
    rows = table.filter(
        (pl.col("kind") == kind)
        & (pl.col("horizon") == horizon)
        & pl.col("end_year").is_between(year - CLASS_YEARS, year - 1)
    )
    out = np.zeros((8, 5))
    for row in rows.iter_rows():
        out[row[2] * 4 + row[3] * 2 + row[4]] += row[6:]
    total = out.sum(1, keepdims=True)
    return np.where(total > 0, out / np.maximum(total, 1), out.sum(0) / out.sum())


def climatology(outcomes: NDArray[np.int8], years: NDArray[np.int64], all_: tuple[NDArray, NDArray]) -> NDArray:
    """Return the sample's own frequencies over the last 30 years, for each row."""
    y, t = all_
    out = np.empty((len(outcomes), 5))
    for year in np.unique(years):
        past = y[(t < year) & (t >= year - CLASS_YEARS)]
        out[years == year] = np.bincount(past, minlength=5) / len(past)
    return out


def main() -> None:
    """Make the table, choose the strengths on target years before 1990, and report scores after."""
    store = open_store()
    world = load(store)
    table = counts(world)
    table.write_csv(OUT / "base_rates.csv")
    lines = [
        "# Made by scripts/make_base_rates.py; do not edit.",
        f"coverage = [{KEPT_FROM}, {LAST}]",
        f"class_years = {CLASS_YEARS}",
        f'table_sha256 = "{hashlib.sha256((OUT / "base_rates.csv").read_bytes()).hexdigest()}"',
        "",
        "[inputs]",
        *(f'"{m["source_file"]}" = "{m["source_sha256"]}"' for m in map(store.manifest, TABLES)),
        "",
    ]
    grid = [0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0]
    for kind in ("directed", "undirected"):
        for horizon in HORIZONS:
            best = None
            for k in (5, 10):
                runs = backtest(world, table, kind=kind, horizon=horizon, k=k, strengths=grid, first=1950, last=1989)
                for m, (p, y, _) in runs["prd"].items():
                    score = float(rps(p, y).mean())
                    if best is None or score < best[0]:
                        best = (score, k, m)
            assert best is not None
            _, k, m = best
            lines += [f"[{kind}.h{horizon}]", f"years_of_history = {k}", f"strength = {m}"]
            last = LAST - horizon + 1
            runs = backtest(world, table, kind=kind, horizon=horizon, k=k, strengths=[m], first=1931, last=last)
            for name, by_m in runs.items():
                p, y, t = by_m[m]
                for label, lo, hi in (("1961-1989", 1961, 1989), ("1990-2014", 1990, 2014), ("1961-2014", 1961, 2014)):
                    pick = (t >= lo) & (t <= hi)
                    reference = climatology(y[pick], t[pick], (y, t))
                    r, lg = climatology_skill(p[pick], reference, y[pick])
                    n = np.bincount(y[pick], minlength=5)[1:]
                    text = f"rpss = {r:.4f}, log_skill = {lg:.4f}, n = {int(pick.sum())}, events = {n.tolist()}"
                    lines.append(f'scores.{name}."{label}" = {{ {text} }}')
                    print(kind, horizon, name, label, text, flush=True)
            lines.append("")
    text = "\n".join(lines)
    tomllib.loads(text)
    (OUT / "base_rates.toml").write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
