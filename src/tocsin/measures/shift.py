"""The shift of power: what happened over the last years, and what could be expected for the next ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.measures.arms import pending
from tocsin.measures.power import ARMS_STOCK, disparity
from tocsin.parameters import parameters

if TYPE_CHECKING:
    from tocsin.case.load import Case

Draws = NDArray[np.float64]


@dataclass(frozen=True)
class Realised:
    """Change of ``r = ln(b/a)`` of an index between two years; None where a figure is missing."""

    index: str
    years: int
    from_year: int
    to_year: int
    change: float | None


@dataclass(frozen=True)
class Expected:
    """``r = ln(b/a)`` in the last year known, and draws of its change up to the horizon, under one index.

    Parameters
    ----------
    r_now : float
        ``ln(b/a)`` in ``year``.
    drift : ndarray, shape (n,)
        Draws of the change of ``r`` that could be expected: they differ by what is not known about the expectation.
    change : ndarray, shape (n,)
        Draws of the change itself: the expectation and the surprises that come on top of it.
    """

    index: str
    year: int
    years: int
    r_now: float
    drift: Draws
    change: Draws


def realised(case: Case, index: str, years: int) -> Realised | None:
    """Return the change over the last ``years`` years of an index; None if the index has no year for both states."""
    table = disparity(case, index)
    r = {y: v for y, v in table.select("year", "r").iter_rows() if v is not None}
    if not r:
        return None
    last = max(r)
    before = r.get(last - years)
    return Realised(index, years, last - years, last, None if before is None else r[last] - before)


def expected(case: Case, index: str, years: int, as_of: date, uniform: Draws) -> Expected | None:
    """Return what could be expected of an index, from its trend shrunk towards none and, for arms, from the pipeline.

    The trend is the mean yearly change of ``r`` over the last ``measures.trend_years`` years, known only up to its
    standard error; a drawn share of it (``measures.trend_weight``) goes on. For the arms stock, instead, pending orders
    arrive at a drawn yearly rate and stocks wear off. Surprises come on top: a normal error whose yearly standard
    deviation is that of all past yearly changes around zero.

    Parameters
    ----------
    case : Case
        The case as known on the as-of date.
    index : str
        Index of power.
    years : int
        Horizon.
    as_of : datetime.date
        Day on which orders are pending.
    uniform : ndarray, shape (n, 5)
        Numbers in (0, 1): for the trend weight, the trend, the surprise, and the delivery rates of either state.

    Returns
    -------
    Expected or None
        None if fewer than three yearly changes are known.
    """
    from scipy.special import ndtri

    table = disparity(case, index)
    r = {y: v for y, v in table.select("year", "r").iter_rows() if v is not None}
    steps = {y: r[y] - r[y - 1] for y in r if y - 1 in r}
    if len(steps) < 3:
        return None
    last = max(r)
    p = parameters("measures")
    recent = [d for y, d in steps.items() if y > last - int(p["trend_years"].mode)]
    spread = float(np.sqrt(np.mean(np.square(list(steps.values())))))
    if index == ARMS_STOCK:
        drift = _pipeline_drift(case, years, as_of, uniform[:, 3:])
    else:
        trend = np.mean(recent) + ndtri(uniform[:, 1]) * spread / np.sqrt(len(recent)) if recent else np.zeros(1)
        drift = p["trend_weight"].draw(uniform[:, 0]) * trend * years
    surprise = ndtri(uniform[:, 2]) * spread * np.sqrt(years)
    return Expected(index, last, years, r[last], drift, drift + surprise)


def _pipeline_drift(case: Case, years: int, as_of: date, uniform: Draws) -> Draws:
    """Draws of the change of ln(b/a) of the arms stock as pending orders arrive; depreciation is the same for both."""
    arms = case.tables["arms"]
    rate = parameters("measures")["delivery_rate"]
    wait = pending(arms, as_of)
    change = np.zeros(len(uniform))
    keep = (1 - parameters("measures")["arms_depreciation"].mode) ** years
    from tocsin.measures.arms import stock

    for sign, state, u in zip((-1, 1), case.pair, uniform.T, strict=True):
        level = stock(arms, state)["stock"]
        backlog = float(wait.filter(wait["recipient"] == state)["tiv"].sum())
        arrived = backlog * (1 - (1 - rate.draw(u)) ** years)
        change += sign * np.log1p(arrived / (keep * float(level[-1])))
    return change


def blend(spending: Expected, arms: Expected, weight: Draws) -> tuple[Draws, Draws]:
    """Return draws of ``r`` now and as expected at the horizon, as a weighted mean of spending and arms stock.

    Parameters
    ----------
    weight : ndarray, shape (n,)
        Weight of the arms stock; the two measures often disagree, so it is drawn, not chosen.

    Returns
    -------
    tuple of ndarray, shape (n,)
        ``r_now``, ``r_next``.
    """
    now = (1 - weight) * spending.r_now + weight * arms.r_now
    return now, now + (1 - weight) * spending.drift + weight * arms.drift
