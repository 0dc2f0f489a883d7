"""Baselines a model must beat: the frequencies of a sample, and a dyad's own past shrunk to its class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tocsin.forecast import scores
from tocsin.forecast.record import FIRST, Record
from tocsin.forecast.rows import Rows

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
CLASS_YEARS = 30
CHOICE_YEARS = 20
STRENGTHS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)


def climatology(rows: Rows, inside: Flags, first: int) -> Array:
    """Return for each row of a sample the sample's frequencies over the thirty years before, shape (n, 5).

    Parameters
    ----------
    rows : Rows
        All rows, the past included.
    inside : ndarray of bool, shape (n,)
        The sample.
    first : int
        First target year; NaN before it and outside the sample.
    """
    p = np.full((len(rows.y), 5), np.nan)
    for year in range(first, int(rows.year.max()) + 1):
        past = inside & (rows.ended < year) & (rows.ended >= year - CLASS_YEARS)
        counts = np.bincount(rows.y[past], minlength=5)
        p[inside & (rows.year == year)] = counts / counts.sum()
    return p


def class_of(r: Record, rows: Rows) -> Ints:
    """Return land*4 + rival*2 + relevant of the year before the target year."""
    d, t = rows.place, rows.year - FIRST - 1
    relevant = r.near[d, t] | (r.majors[d, t] > 0)
    return r.land[d, t] * 4 + r.rival[d, t] * 2 + relevant.astype(np.int64)


def own_past(r: Record, rows: Rows, years: int) -> tuple[Array, Array]:
    """Return how often each mode was the highest in a dyad's periods of the last years, and what they are worth.

    Periods of more than a year overlap, and are worth the years they span divided by their length.

    Returns
    -------
    counts : ndarray, shape (n, 5)
        Weighted periods by mode.
    worth : ndarray, shape (n,)
        Independent periods they are worth.
    """
    h, n = rows.horizon, len(rows.y)
    counts, t = np.zeros((n, 5)), rows.year - FIRST
    either = r.mode
    force = (r.acts[0], r.acts[1]) if rows.directed else (either, either)
    for back in range(h, years + 1):
        there, highest = np.ones(n, bool), np.zeros(n, np.int64)
        for ahead in range(h):
            at = t - back + ahead
            there &= r.exists[rows.place, at]
            now = np.where(rows.side == 0, force[0][rows.place, at], force[1][rows.place, at])
            highest = np.maximum(highest, now)
        counts[np.flatnonzero(there), highest[there]] += 1
    size = counts.sum(1)
    weight = np.where(size > 0, (size + h - 1) / h / np.maximum(size, 1), 0.0)
    return counts * np.minimum(weight, 1.0)[:, None], size * np.minimum(weight, 1.0)


def conflictology(r: Record, rows: Rows, prd: Flags, years: int, first: int) -> Array:
    """Return a dyad's own last years shrunk to its class, shape (n, 5); NaN before ``first``.

    The strength of the shrinkage is chosen anew for each target year by ranked probability score over politically
    relevant dyads, on the periods of the twenty years before that were over by then.

    References
    ----------
    Hegre, Metternich, Nygard and Wucherpfennig 2017, Journal of Peace Research 54 (conflictology as a benchmark).
    """
    own, worth = own_past(r, rows, years)
    class_ = class_of(r, rows)
    p = np.full((len(rows.y), 5), np.nan)
    losses: dict[int, Array] = {}
    for year in range(first - CHOICE_YEARS, int(rows.year.max()) + 1):
        past = (rows.ended < year) & (rows.ended >= year - CLASS_YEARS)
        counts = np.zeros((8, 5))
        np.add.at(counts, (class_[past], rows.y[past]), 1)
        total = counts.sum(1, keepdims=True)
        rates = np.where(total > 0, counts / np.maximum(total, 1), counts.sum(0) / counts.sum())
        now = rows.year == year
        score = now & prd & (rows.y >= 0)
        if score.any():
            losses[year] = np.array(
                [
                    scores.rps(_shrunk(own[score], worth[score], rates[class_[score]], m), rows.y[score]).sum()
                    for m in STRENGTHS
                ]
            )
        if year >= first:
            over = [v for y, v in losses.items() if y + rows.horizon <= year and y >= year - CHOICE_YEARS]
            best = STRENGTHS[int(np.argmin(np.sum(over, axis=0)))]
            p[now] = _shrunk(own[now], worth[now], rates[class_[now]], best)
    return p


def _shrunk(own: Array, worth: Array, rates: Array, strength: float) -> Array:
    return np.asarray((own + strength * rates) / (worth + strength)[:, None])
