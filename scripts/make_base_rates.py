"""Make the table of class base rates that the package ships, from the real event data.

The panel of directed dyad-years with contiguity (the nearest border of a year), major powers, strategic rivalries and
modes of force (Militarized Interstate Events 1.0) is counted; writes src/tocsin/forecast/base_rates.csv and
base_rates.toml. The same inputs give the same bytes. The tables must be in the store: tocsin data fetch cow_states
contdir majors tss_rivalries mie.
Run: python scripts/make_base_rates.py
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.forecast.baselines import class_of, climatology, own_past, shrunk
from tocsin.forecast.record import Record, load_record
from tocsin.forecast.rows import Rows, make_rows, membership
from tocsin.forecast.scores import climatology_skill, rps
from tocsin.panel.panel import dyad_years
from tocsin.store import Store, open_store

OUT = Path(__file__).resolve().parents[1] / "src" / "tocsin" / "forecast"
TABLES = ("contdir", "cow_states", "majors", "mie", "tss_rivalries")
FIRST, LAST = 1816, 2014
KEPT_FROM = 1920
HORIZONS = (1, 2, 3)
CLASS_YEARS = 30
# Target years on which years of history and strength are chosen.
CHOICE = (1950, 1989)
GRID = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)


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
        .add("contiguity", "majors", "rivalries", "modes", slice="nearest")
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


def forecasts(
    r: Record, rows: Rows, table: pl.DataFrame, *, years: int, first: int
) -> Callable[[float], NDArray[np.float64]]:
    """Return, by strength, the forecast from own history: shape (n, 5), NaN for target years before ``first``."""
    own, worth = own_past(r, rows, years)
    class_, base = class_of(r, rows), np.full((len(rows.y), 5), np.nan)
    kind = "directed" if rows.directed else "undirected"
    for year in range(first, int(rows.year.max()) + 1):
        now = rows.year == year
        base[now] = class_rates(table, kind, rows.horizon, year)[class_[now]]
    return lambda strength: shrunk(own, worth, base, strength)


def main() -> None:
    """Make the table, choose the strengths on target years before 1990, and report scores after."""
    store = open_store()
    table = counts(load(store))
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
    record = load_record(store)
    for kind in ("directed", "undirected"):
        for horizon in HORIZONS:
            lines += [f"[{kind}.h{horizon}]", *scored(record, table, kind, horizon), ""]
    text = "\n".join(lines)
    tomllib.loads(text)
    (OUT / "base_rates.toml").write_text(text, "utf-8")


def scored(r: Record, table: pl.DataFrame, kind: str, horizon: int) -> list[str]:
    """Return the lines on one kind and horizon: the years of history and the strength chosen, and the scores."""
    rows = make_rows(r, (), horizon=horizon, directed=kind == "directed", first=KEPT_FROM)
    member, over = membership(r, rows), rows.y >= 0
    choice = member["prd"] & (rows.year >= CHOICE[0]) & (rows.year <= CHOICE[1])
    made = {k: forecasts(r, rows, table, years=k, first=CHOICE[0]) for k in (5, 10)}
    found = {(k, m): float(rps(made[k](m)[choice], rows.y[choice]).mean()) for k in made for m in GRID}
    k, m = min(found, key=found.__getitem__)
    lines, p = [f"years_of_history = {k}", f"strength = {m}"], made[k](m)
    for name in ("prd", "rival", "land", "quiet"):
        reference = climatology(rows, member[name], 1961)
        for first, last in ((1961, 1989), (1990, 2014), (1961, 2014)):
            pick = member[name] & over & (rows.year >= first) & (rows.year <= last)
            y = rows.y[pick]
            r_, log = climatology_skill(p[pick], reference[pick], y)
            events = np.bincount(y, minlength=5)[1:].tolist()
            text = f"rpss = {r_:.4f}, log_skill = {log:.4f}, n = {len(y)}, events = {events}"
            lines.append(f'scores.{name}."{first}-{last}" = {{ {text} }}')
            print(kind, horizon, name, f"{first}-{last}", text, flush=True)
    return lines


if __name__ == "__main__":
    sys.exit(main())
