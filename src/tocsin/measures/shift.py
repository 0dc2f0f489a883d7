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
    import polars as pl

    from tocsin.case.load import Case

Draws = NDArray[np.float64]


@dataclass(frozen=True)
class Realised:
    """Change of ``r = ln(b/a)`` of an index between two years; None where a figure is missing."""

    from_year: int
    to_year: int
    change: float | None
    sources: list[str]


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
    unvalued : int
        Pending rows of arms whose value is unknown: the expectation leaves them out, which is not to say that they are
        worth nothing.
    sources : list of str
        Keys of the sources behind the figures used.
    """

    year: int
    r_now: float
    drift: Draws
    change: Draws
    unvalued: int
    sources: list[str]


def realised(case: Case, index: str, years: int) -> Realised | None:
    """Return the change over the last ``years`` years of an index; None if the index has no year for both states."""
    known = disparity(case, index).drop_nulls("r")
    if known.is_empty():
        return None
    r = dict(known.select("year", "r").iter_rows())
    last = max(r)
    before = r.get(last - years)
    used = known.filter(known["year"].is_in([last - years, last]))
    return Realised(last - years, last, None if before is None else r[last] - before, _sources(used["sources"]))


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
        None if fewer than three yearly changes are known, or a trend is needed and none of its years is known.
    """
    from scipy.special import ndtri

    known = disparity(case, index).drop_nulls("r")
    r = dict(known.select("year", "r").iter_rows())
    steps = {y: r[y] - r[y - 1] for y in r if y - 1 in r}
    if len(steps) < 3:
        return None
    last = max(r)
    p = parameters("measures")
    spread = float(np.sqrt(np.mean(np.square(list(steps.values())))))
    sources = _sources(known["sources"])
    unvalued = 0
    if index == ARMS_STOCK:
        arms = case.tables["arms"]
        wait = pending(arms.filter(arms["recipient"].is_in(case.pair)), as_of)
        levels = known.filter(known["year"] == last).select("a", "b").row(0)
        drift = _pipeline_drift(wait, case.pair, levels, years, uniform[:, 3:])
        unvalued = wait["tiv"].null_count()
        sources = sorted({*sources, *_sources(wait.drop_nulls("tiv")["source"].str.split(";"))})
    else:
        recent = [d for y, d in steps.items() if y > last - int(p["trend_years"].mode)]
        if not recent:
            return None
        trend = np.mean(recent) + ndtri(uniform[:, 1]) * spread / np.sqrt(len(recent))
        drift = p["trend_weight"].draw(uniform[:, 0]) * trend * years
    surprise = ndtri(uniform[:, 2]) * spread * np.sqrt(years)
    return Expected(last, r[last], drift, drift + surprise, unvalued, sources)


def _sources(lists: pl.Series) -> list[str]:
    return lists.explode().drop_nulls().unique().sort().to_list()


def _pipeline_drift(
    wait: pl.DataFrame, pair: tuple[str, str], levels: tuple[float, ...], years: int, uniform: Draws
) -> Draws:
    """Draws of the change of ln(b/a) of the arms stock as pending orders arrive; depreciation is the same for both.

    Orders of unknown value are left out.
    """
    p = parameters("measures")
    keep = (1 - p["arms_depreciation"].mode) ** years
    change = np.zeros(len(uniform))
    for sign, state, level, u in zip((-1, 1), pair, levels, uniform.T, strict=True):
        backlog = float(wait.filter(wait["recipient"] == state)["tiv"].sum())
        arrived = backlog * (1 - (1 - p["delivery_rate"].draw(u)) ** years)
        change += sign * np.log1p(arrived / (keep * level))
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
