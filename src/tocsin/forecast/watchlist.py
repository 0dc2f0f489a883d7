"""All dyads ranked by the risk of force in the year after a day, with reasons and the age of every input."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import UsageError
from tocsin.forecast import scores, shipped
from tocsin.forecast.backtest import FULL, TRAIN_FROM
from tocsin.forecast.base_rates import MODES, DyadClass, class_rate
from tocsin.forecast.baselines import class_of
from tocsin.forecast.groups import with_passed, with_ucdp
from tocsin.forecast.models import complete, from_stages
from tocsin.forecast.record import FIRST, LAST, Record, load_record
from tocsin.forecast.rows import Rows, make_rows
from tocsin.forecast.train import Fitted, fit_vintages
from tocsin.panel.windows import WINDOWS
from tocsin.store import Store

if TYPE_CHECKING:
    import polars as pl

EARLIEST, LATEST = 1960, 2030
# Armed conflicts are counted from 1946 on; with a stale record of force the model learns from five years later on.
RECENT_FROM = 1951
AGES = {
    "force": "modes",
    "borders": "contiguity",
    "rivalries": "rivalries",
    "major powers": "majors",
    "armed conflicts": "ucdp",
    "leaders": "leaders",
    "capitals": "capital_distance",
}
LEADERS_END = 2015


@dataclass(frozen=True)
class Watchlist:
    """The ranking of one year.

    Parameters
    ----------
    as_of : int
        The forecast is made at the end of this year, for the next.
    table : polars.DataFrame
        One row per dyad, in falling order of P(mode >= strike): ``rank, ccode1, ccode2, p_none .. p_war, p_force,
        p_strike_or_war`` with ``_low, _high``, ``base_strike_or_war, ratio``, one column ``why <group>`` per feature
        group (what it adds to the log-odds of any force), ``last_force, class`` and ``observed`` (null if unknown).
    ages : dict of str to int
        Years from the end of each input to the end of ``as_of``.
    trained_on : tuple of int
        First and last target year, dyad-years and those with force.
    score : dict of str to float
        Scores where the outcome is known, with those of the class base rate beside them; empty otherwise.
    """

    as_of: int
    table: pl.DataFrame
    ages: dict[str, int]
    trained_on: tuple[int, int, int, int]
    score: dict[str, float]


def watchlist(store: Store, as_of: int, *, tick: Callable[[], None] | None = None) -> Watchlist:
    """Rank politically relevant dyads and rivals by the risk of force in the year after ``as_of``.

    Where the record of force ends before ``as_of``, the model learns from histories that are as stale as the present
    one, and from armed conflicts of UCDP, which go on: its forecasts are duller, and its intervals wider.

    Parameters
    ----------
    store : Store
        With the tables of the record, and ``ucdp_acd`` for years after 2014.
    as_of : int
        Last year of knowledge.
    tick : callable, optional
        Called after each fit.

    Raises
    ------
    UsageError
        If the year lies outside what the model can say.
    """
    if not EARLIEST <= as_of <= LATEST:
        raise UsageError(f"--as-of {as_of}: choose a year from {EARLIEST} to {LATEST}.")
    gap = max(0, as_of - LAST)
    groups: tuple[str, ...]
    r = with_passed(load_record(store, last=max(LAST, as_of + 1)), store)
    groups, first = FULL, TRAIN_FROM
    if gap:
        r, groups, first = with_ucdp(r, store), (*FULL, "ucdp"), RECENT_FROM
    rows = make_rows(r, groups, first=first if gap else 1880, last=max(LAST, as_of + 1), gap=gap)
    X, _, kinds = complete(rows.X, rows.groups)
    learnt = (rows.y >= 0) & (rows.year <= as_of)
    until = min(as_of, LAST)
    fitted, _ = fit_vintages(r, rows.take(learnt), X[learnt], [until], train_from=first, tick=tick)
    model = fitted[until]
    now = rows.year == as_of + 1
    present = rows.take(now)
    p = from_stages(model.log_odds(X[now]))
    table = _table(r, present, X[now], kinds, model, p, as_of)
    ends = {source: end for source, (_, end) in WINDOWS.items()} | {"leaders": LEADERS_END}
    ages = {name: max(0, as_of - ends[source]) for name, source in AGES.items() if gap or source != "ucdp"}
    y = rows.y[learnt]
    size = (first, until, len(y), int((y > 0).sum()))
    return Watchlist(as_of, table, ages, size, _score(present, p, _base(r, present, as_of)))


def _base(r: Record, rows: Rows, as_of: int) -> NDArray[np.float64]:
    """Class base rates of the rows, from the shipped table, shape (n, 5)."""
    rates = {
        c: class_rate("undirected", 1, DyadClass(bool(c & 4), bool(c & 2), bool(c & 1)), as_of + 1).rates
        for c in np.unique(class_of(r, rows)).tolist()
    }
    return np.array([rates[c] for c in class_of(r, rows).tolist()])


def _table(
    r: Record,
    rows: Rows,
    X: NDArray[np.float64],
    kinds: tuple[str, ...],
    model: Fitted,
    p: NDArray[np.float64],
    as_of: int,
) -> pl.DataFrame:
    import polars as pl

    log_odds, sd = model.log_odds(X), model.uncertainty(X)
    ends = [from_stages(log_odds + z * sd) for z in (-shipped.Z, shipped.Z)]
    base, z = _base(r, rows, as_of), model.logit.standard(X)
    force = r.mode[rows.place, : min(as_of, r.until) - FIRST + 1] > 0
    last = np.where(force.any(1), FIRST + force.shape[1] - 1 - force[:, ::-1].argmax(1), -1)
    classes = [DyadClass(bool(c & 4), bool(c & 2), bool(c & 1)).label for c in class_of(r, rows).tolist()]
    columns: dict[str, Any] = {"ccode1": r.ccode1[rows.place], "ccode2": r.ccode2[rows.place]}
    columns |= {f"p_{m}": p[:, k] for k, m in enumerate(MODES)}
    for name, k in (("p_force", 1), ("p_strike_or_war", 3)):
        columns |= {name: p[:, k:].sum(1)}
        columns |= {f"{name}_low": ends[0][:, k:].sum(1), f"{name}_high": ends[1][:, k:].sum(1)}
    columns |= {"base_strike_or_war": base[:, 3:].sum(1), "base_war": base[:, 4]}
    of = np.asarray(kinds)
    for group in dict.fromkeys(kinds):
        columns[f"why {group}"] = z[:, of == group] @ model.logit.coefficient[0, of == group]
    frame = pl.DataFrame(columns).with_columns(
        pl.when(pl.col("base_strike_or_war") > 0)
        .then(pl.col("p_strike_or_war") / pl.col("base_strike_or_war"))
        .alias("ratio"),
        pl.Series("last_force", last).replace(-1, None),
        pl.Series("class", classes),
        pl.Series("observed", [MODES[y] if y >= 0 else None for y in rows.y.tolist()], dtype=pl.String),
    )
    frame = frame.sort("p_strike_or_war", "p_war", "ccode1", "ccode2", descending=[True, True, False, False])
    return frame.with_row_index("rank", offset=1)


def _score(rows: Rows, p: NDArray[np.float64], base: NDArray[np.float64]) -> dict[str, float]:
    known = rows.y >= 0
    if not known.any():
        return {}
    y, p, base = rows.y[known], p[known], base[known]
    top = np.argsort(-p[:, 3:].sum(1), kind="stable")[:20]
    return {
        "dyads": float(len(y)),
        "with force": float((y >= 1).sum()),
        "with strike or war": float((y >= 3).sum()),
        "with war": float((y == 4).sum()),
        "rps": float(scores.rps(p, y).mean()),
        "rps of class base rate": float(scores.rps(base, y).mean()),
        "log score": float(scores.log_score(p, y).mean()),
        "log score of class base rate": float(scores.log_score(base, y).mean()),
        "strikes or wars among the first 20": float((y[top] >= 3).sum()),
    }
