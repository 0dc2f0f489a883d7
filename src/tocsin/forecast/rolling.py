"""A model refitted every few years on the past only, on this machine or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.forecast.rows import Rows

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Inputs = NDArray[np.floating]
Fit = Callable[[Inputs, Ints], Callable[[Inputs], Array]]
# From a function, what all jobs share, and numbered jobs to numbered results, in any order.
Spread = Callable[[Callable[[Any, Any], Any], Any, Sequence[tuple[int, Any]]], Iterator[tuple[int, Any]]]


@dataclass(frozen=True)
class Past:
    """What every refit needs: features, outcomes, years, and how to fit."""

    X: Inputs
    y: Ints
    year: Ints
    ended: Ints
    fit: Fit
    refit: int
    train_from: int


def here(work: Callable[[Any, Any], Any], shared: Any, jobs: Sequence[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    """Do jobs one after the other on this machine."""
    for number, job in jobs:
        yield number, work(shared, job)


def refit(past: Past, year: int) -> Array:
    """Fit on periods that were over before ``year`` and forecast the rows up to the next refit."""
    known = (past.ended < year) & (past.year >= min(past.train_from, year - 20))
    now = (past.year >= year) & (past.year < year + past.refit)
    return past.fit(past.X[known], past.y[known])(past.X[now])


def rolling(
    rows: Rows,
    X: Inputs,
    fit: Fit,
    first: int,
    *,
    every: int = 5,
    train_from: int = 1920,
    spread: Spread = here,
    tick: Callable[[], None] | None = None,
) -> Array:
    """Return what a model says of each row, refitted every few years on periods that were over by then.

    Parameters
    ----------
    rows : Rows
        All rows, the past included.
    X : ndarray, shape (n, k)
        Their features.
    fit : callable
        From features and outcomes to a function that forecasts features, shape (n, m).
    first : int
        First target year; NaN before it.
    every, train_from : int
        Years between fits; first target year learnt from, or the twenty years before a fit where that is earlier.
    spread : callable
        Where the refits are done.
    tick : callable, optional
        Called after each fit.
    """
    past = Past(X, rows.y, rows.year, rows.ended, fit, every, train_from)
    jobs = [(year, year) for year in range(first, int(rows.year.max()) + 1, every)]
    out: Array | None = None
    for year, found in spread(refit, past, jobs):
        if out is None:
            out = np.full((len(rows.y), found.shape[1]), np.nan)
        out[(rows.year >= year) & (rows.year < year + every)] = found
        if tick:
            tick()
    assert out is not None
    return out
