"""Rolling-origin forecasts of all dyads: every model learns only from periods that were over by the origin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.forecast import baselines
from tocsin.forecast.base_rates import MODES
from tocsin.forecast.calibrate import WINDOW, apply_bends, fit_bends
from tocsin.forecast.features import CORE
from tocsin.forecast.models import complete, fit_logit, fit_trees, from_stages
from tocsin.forecast.record import Record
from tocsin.forecast.rolling import Inputs, Spread, here, rolling
from tocsin.forecast.rows import Rows, clusters, make_rows, membership
from tocsin.parameters import parameters

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
_P = parameters("forecast")
TRAIN_FROM, REFIT_EVERY = int(_P["train_from"].mode), int(_P["refit_years"].mode)
PENALTY = _P["penalty"].mode
# First target year forecast, so that calibration has a past to learn from.
WARM_UP = 1931
# The protocol's plain logit has no shape, no dates and a weak penalty.
PLAIN = ("history", "geography", "rivalry", "power")
PLAIN_PENALTY = 1.0
# What the gate let in (forecast.gate): the model of the watchlist and of the headline scores. Civil war passes since
# the nearest border counts; the model was fixed before (docs/explanation/forecast-card.md).
FULL = (*CORE, "events", "network", "leaders", "distance")
LOGITS = ("plain logit", "case logit", "full logit")
TREES = ("trees", "average")


@dataclass(frozen=True)
class Backtest:
    """Forecasts by several models for the same rows, politically relevant dyads and rivals.

    Parameters
    ----------
    rows : Rows
        Rows from the first target year on.
    ccode1, ccode2 : ndarray of int, shape (n,)
        The dyad; if directed, ``ccode1`` acts.
    member : dict of str to ndarray of bool, shape (n,)
        Samples of the protocol.
    cluster : ndarray of int, shape (n,)
        Dyad, or war, of each row.
    forecasts : dict of str to ndarray, shape (n, 5)
        Probabilities by model.
    climatology : dict of str to ndarray, shape (n, 5)
        Frequencies of each sample, NaN outside it.
    """

    rows: Rows
    ccode1: NDArray[np.int64]
    ccode2: NDArray[np.int64]
    member: dict[str, Flags]
    cluster: NDArray[np.int64]
    forecasts: dict[str, Array]
    climatology: dict[str, Array]

    def table(self) -> pl.DataFrame:
        """Return one row per dyad, target year and model: ``origin`` is the last year known."""
        import polars as pl

        parts = []
        for model, p in self.forecasts.items():
            columns = {
                "ccode1": self.ccode1,
                "ccode2": self.ccode2,
                "year": self.rows.year,
                "origin": self.rows.year - 1,
                "horizon": np.full(len(self.ccode1), self.rows.horizon),
            }
            frame = pl.DataFrame(columns).with_columns(pl.lit(model).alias("model"))
            chances = pl.DataFrame({f"p_{m}": p[:, k] for k, m in enumerate(MODES)})
            parts.append(frame.hstack(chances).with_columns(pl.Series("observed", self.rows.y)))
        return pl.concat(parts)


def logit(
    rows: Rows,
    first: int,
    penalty: float = PENALTY,
    *,
    spread: Spread = here,
    tick: Callable[[], None] | None = None,
) -> Array:
    """Return the rolling log-odds of the stages by a sequential logit, shape (n, 4)."""
    X, _, _ = complete(rows.X, rows.groups)
    return rolling(rows, X, partial(log_odds, penalty=penalty), first, spread=spread, tick=tick)


def trees(rows: Rows, first: int, *, spread: Spread = here, tick: Callable[[], None] | None = None) -> Array:
    """Return the rolling probabilities of the modes by boosted trees, shape (n, 5)."""
    return rolling(rows, rows.X, chances, first, spread=spread, tick=tick)


def log_odds(X: Inputs, y: NDArray[np.int64], *, penalty: float) -> Callable[[Inputs], Array]:
    """Fit a sequential logit and return what gives log-odds."""
    return fit_logit(X, y, penalty).log_odds


def chances(X: Inputs, y: NDArray[np.int64]) -> Callable[[Inputs], Array]:
    """Fit trees and return what gives probabilities."""
    return fit_trees(X, y).predict


def calibrated(rows: Rows, told: Array, first: int) -> Array:
    """Return probabilities after calibration on the forecasts of the thirty years before each refit, shape (n, 5)."""
    p = np.full((len(told), len(MODES)), np.nan)
    for year in range(first, int(rows.year.max()) + 1, REFIT_EVERY):
        past = (rows.ended < year) & (rows.year >= year - WINDOW) & np.isfinite(told[:, 0])
        now = (rows.year >= year) & (rows.year < year + REFIT_EVERY)
        p[now] = from_stages(apply_bends(told[now], fit_bends(told[past, 0], rows.y[past] >= 1)))
    return p


def run(
    r: Record,
    first: int = 1961,
    last: int | None = None,
    *,
    horizon: int = 1,
    directed: bool = False,
    full: Sequence[str] = FULL,
    with_trees: bool = False,
    spread: Spread = here,
    tick: Callable[[], None] | None = None,
) -> Backtest:
    """Return rolling-origin forecasts for every dyad and target year, refitted every five years.

    Parameters
    ----------
    r : Record
        The yearly record, with statistics.
    first, last : int
        Target years, inclusive; default to the end of the record.
    horizon : {1, 2, 3}
        Years of the target period.
    directed : bool
        Forecast each side's action, or that of either.
    full : sequence of str
        Feature groups of the full logit.
    with_trees : bool
        Also fit trees on the full groups, and average them with the logit (geometric mean).
    spread : callable
        Where the refits are done.
    tick : callable, optional
        Called after each fit.
    """
    everything = tuple(dict.fromkeys((*PLAIN, *full)))
    rows = make_rows(r, everything, horizon=horizon, directed=directed)
    known = rows.y >= 0
    if last is not None:
        known &= rows.year <= last
    rows = rows.take(known)
    member = membership(r, rows)
    forecasts = {"conflictology-5": baselines.conflictology(r, rows, member["prd"], 5, first)}
    forecasts["conflictology-10"] = baselines.conflictology(r, rows, member["prd"], 10, first)

    # Origins of the warm-up teach the calibration; refits fall on the same years either way.
    begin = first - REFIT_EVERY * ((first - WARM_UP) // REFIT_EVERY)
    forecasts["plain logit"] = from_stages(logit(rows.only(PLAIN), first, PLAIN_PENALTY, spread=spread, tick=tick))
    forecasts["case logit"] = calibrated(rows, logit(rows.only(CORE), begin, spread=spread, tick=tick), first)
    forecasts["full logit"] = calibrated(rows, logit(rows.only(full), begin, spread=spread, tick=tick), first)
    if with_trees:
        forecasts["trees"] = trees(rows.only(full), first, spread=spread, tick=tick)
        mean = np.sqrt(forecasts["trees"] * forecasts["full logit"])
        forecasts["average"] = mean / mean.sum(1, keepdims=True)
    climatology = {name: baselines.climatology(rows, inside, first) for name, inside in member.items()}
    scored = rows.year >= first
    rows_ = rows.take(scored)
    one, two = r.ccode1[rows_.place], r.ccode2[rows_.place]
    return Backtest(
        rows_,
        np.where(rows_.side == 0, one, two),
        np.where(rows_.side == 0, two, one),
        {name: inside[scored] for name, inside in member.items()},
        clusters(r, rows_),
        {name: p[scored] for name, p in forecasts.items()},
        {name: p[scored] for name, p in climatology.items()},
    )


def fits(first: int, last: int, with_trees: bool) -> int:
    """Return how many times ``run`` calls its tick."""
    begin = first - REFIT_EVERY * ((first - WARM_UP) // REFIT_EVERY)
    short, long = (len(range(y, last + 1, REFIT_EVERY)) for y in (first, begin))
    return short * (2 if with_trees else 1) + 2 * long
