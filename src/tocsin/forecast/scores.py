"""Proper scores of forecasts over ordered modes of force, and skill against a reference."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
# A forecast of exactly 0 for what happened would score infinitely badly; it is scored as if it had been this.
FLOOR = 1e-6


def _check(p: ArrayLike, y: ArrayLike) -> tuple[Array, NDArray[np.int64]]:
    forecast = np.atleast_2d(np.asarray(p, dtype=np.float64))
    outcome = np.atleast_1d(np.asarray(y, dtype=np.int64))
    if len(forecast) != len(outcome):
        raise ValueError(f"{len(forecast)} forecasts for {len(outcome)} outcomes")
    if not (np.all(forecast >= 0) and np.allclose(forecast.sum(1), 1, atol=1e-6)):
        raise ValueError("each row of p must be probabilities that sum to 1")
    return forecast, outcome


def rps(p: ArrayLike, y: ArrayLike) -> Array:
    """Return the ranked probability score of each forecast; 0 is perfect, lower is better.

    Parameters
    ----------
    p : array_like, shape (n, k)
        Probabilities of k ordered outcomes.
    y : array_like of int, shape (n,)
        Index of what happened.

    Returns
    -------
    ndarray, shape (n,)
        Sum over the k - 1 thresholds of the squared difference of cumulative probabilities.

    References
    ----------
    Epstein 1969, Journal of Applied Meteorology 8:985-987.

    Examples
    --------
    >>> rps([[0.5, 0.5, 0.0]], [2]).tolist()
    [1.25]
    """
    forecast, outcome = _check(p, y)
    happened = np.arange(forecast.shape[1] - 1) >= outcome[:, None]
    return np.asarray(((forecast.cumsum(1)[:, :-1] - happened) ** 2).sum(1))


def log_score(p: ArrayLike, y: ArrayLike) -> Array:
    """Return minus the log of the probability given to what happened; lower is better.

    References
    ----------
    Good 1952, Journal of the Royal Statistical Society B 14:107-114.

    Examples
    --------
    >>> float(log_score([[0.5, 0.5]], [1])[0].round(4))
    0.6931
    """
    forecast, outcome = _check(p, y)
    return np.asarray(-np.log(np.maximum(forecast[np.arange(len(outcome)), outcome], FLOOR)))


def brier(p: ArrayLike, y: ArrayLike, at_least: int) -> Array:
    """Return the squared error of P(outcome >= at_least).

    References
    ----------
    Brier 1950, Monthly Weather Review 78:1-3.
    """
    forecast, outcome = _check(p, y)
    return np.asarray((forecast[:, at_least:].sum(1) - (outcome >= at_least)) ** 2)


def skill(score: ArrayLike, reference: ArrayLike) -> float | None:
    """Return 1 - mean(score) / mean(reference); None where the reference is perfect.

    Examples
    --------
    >>> skill([1.0, 1.0], [2.0, 2.0])
    0.5
    """
    base = float(np.mean(np.asarray(reference, dtype=np.float64)))
    return None if base == 0 else 1 - float(np.mean(np.asarray(score, dtype=np.float64))) / base


def climatology_skill(p: ArrayLike, reference: ArrayLike, y: ArrayLike) -> tuple[float, float]:
    """Return the skill by ranked probability score and by log score against reference forecasts of the same rows."""
    by_rps, by_log = skill(rps(p, y), rps(reference, y)), skill(log_score(p, y), log_score(reference, y))
    assert by_rps is not None
    assert by_log is not None
    return by_rps, by_log
