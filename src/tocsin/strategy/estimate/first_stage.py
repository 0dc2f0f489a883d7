"""The first stage: transitions of the game that the record shows directly, counted before any payoff is estimated.

* ``tau``: of the years of ``e = 1`` in which neither side threatened or used force, the share followed by ``e = 0``.
* ``rhoO``: of the value of arms on order at the end of a year, the share delivered in the next year.
* ``dep``: what keeps relative power without a trend, ``rhoO`` times the mean of ``q``: over both directions of a dyad
  the power ratio has none.

The supplier's moves, what a strike destroys and how wars end are not in this record; they keep their central values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tocsin.errors import ModelError
from tocsin.parameters import parameters
from tocsin.strategy.estimate.sample import Sample
from tocsin.strategy.game.states import X_STEP

if TYPE_CHECKING:
    from tocsin.store import Store


@dataclass(frozen=True)
class FirstStage:
    """Transitions counted, with the cases behind them.

    Parameters
    ----------
    tau, rhoO, dep : float
        Chances a year, as in the game.
    quiet_years : int
        Cases behind ``tau``.
    pending : float
        Value on order behind ``rhoO``, million TIV, summed over years.
    slope, slope_error : float
        Change of relative power in steps a year, per unit of ``q``, by least squares with its standard error clustered
        by dyad. The game says ``rhoO``; power here is spending, so a smaller number would say that arms on order do not
        show up in it.
    """

    tau: float
    rhoO: float  # noqa: N815 - symbol of the model
    dep: float
    quiet_years: int
    pending: float
    slope: float
    slope_error: float

    @property
    def changes(self) -> dict[str, float]:
        """What to change in the game."""
        return {"tau": self.tau, "rhoO": self.rhoO, "dep": self.dep}


def first_stage(store: Store, sample: Sample) -> FirstStage:
    """Return the transitions counted in the years of a sample.

    Raises
    ------
    ModelError
        If the sample has no quiet year or nothing was on order.
    """
    rows = zip(sample.ccode1.tolist(), sample.ccode2.tolist(), sample.year.tolist(), strict=True)
    at = {key: i for i, key in enumerate(rows)}
    stayed = settled = 0
    moves: list[tuple[float, float, int]] = []
    dyad = sample.dyad
    for (a, b, year), i in at.items():
        nxt, back = at.get((a, b, year + 1)), at.get((b, a, year))
        if nxt is None:
            continue
        if back is not None and sample.e[i] == 1 and sample.mode[i] == sample.mode[back] == 0:
            stayed += 1
            settled += int(sample.e[nxt] == 0)
        change = (sample.r[nxt] - sample.r[i]) / X_STEP
        if np.isfinite(change) and np.isfinite(sample.q[i]):
            moves.append((float(sample.q[i]), float(change), int(dyad[i])))
    if not stayed:
        raise ModelError("no quiet year after a year of e = 1: the first stage has nothing to count. Take more years.")
    rate, pending = _delivered(store, int(sample.year.min()), int(sample.year.max()))
    q = sample.q[np.isfinite(sample.q)]
    slope, error = _slope(np.array(moves))
    return FirstStage(settled / stayed, rate, rate * float(q.mean()), stayed, pending, slope, error)


def _delivered(store: Store, first: int, last: int) -> tuple[float, float]:
    """Return the share of pending value that arrives within a year, and the pending value, summed over years."""
    import polars as pl

    window = int(parameters("measures")["order_window"].mode)
    orders = store.table("arms").filter(pl.col("order_year").is_not_null() & (pl.col("tiv_order") > 0)).collect()
    came = store.table("arms_deliveries").group_by("row", "year").agg(pl.col("tiv").sum()).collect()
    years = range(max(first - 1, 1950), last)
    pending = arrived = 0.0
    for year in years:
        open_ = orders.filter(pl.col("order_year").is_between(year - window + 1, year)).select("row", "tiv_order")
        before = came.filter(pl.col("year") <= year).group_by("row").agg(pl.col("tiv").sum().alias("before"))
        now = came.filter(pl.col("year") == year + 1).select("row", pl.col("tiv").alias("now"))
        all_ = open_.join(before, on="row", how="left").join(now, on="row", how="left").fill_null(0.0)
        rest = (all_["tiv_order"] - all_["before"]).clip(lower_bound=0.0)
        pending += float(rest.sum())
        arrived += float(np.minimum(all_["now"].to_numpy(), rest.to_numpy()).sum())
    if not pending:
        raise ModelError("nothing was on order in these years: the first stage has no rate of delivery.")
    return arrived / pending, pending


def _slope(moves: np.ndarray) -> tuple[float, float]:
    if len(moves) < 3:
        return float("nan"), float("nan")
    q, change, dyad = moves.T
    x = q - q.mean()
    if not (x**2).sum():
        return float("nan"), float("nan")
    slope = float(x @ change / (x @ x))
    rest = (change - change.mean() - slope * x) * x
    sums = np.bincount(np.unique(dyad, return_inverse=True)[1], weights=rest)
    return slope, float(np.sqrt((sums**2).sum()) / (x @ x))
