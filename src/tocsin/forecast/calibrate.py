"""Calibration of the first stage in the tail, learnt on forecasts of past origins only.

A ridge penalty pulls every forecast towards the average, which overstates the risk of the calmest dyads. Below two
knots the log-odds of the first stage may take another slope; above them nothing changes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tocsin.parameters import parameters

Array = NDArray[np.float64]
_P = parameters("forecast")
KNOTS = (_P["calibration_upper"].mode, _P["calibration_lower"].mode)
WINDOW = int(_P["calibration_years"].mode)
# Keeps a slope at rest where no past forecast lies below a knot.
PENALTY = 1.0
# The bends may take away this much of the slope and no more.
STEEPEST = 0.999


def bends(log_odds: Array) -> Array:
    """Return how far the log-odds lie below each knot, shape (n, 2)."""
    return np.maximum(np.asarray(KNOTS) - log_odds[:, None], 0.0)


def fit_bends(log_odds: Array, happened: NDArray[np.bool_]) -> Array:
    """Return the change of the log-odds with each bend, by penalised maximum likelihood, shape (2,).

    Parameters
    ----------
    log_odds : ndarray, shape (n,)
        Forecasts of the first stage at past origins, each made without the outcome.
    happened : ndarray of bool, shape (n,)
        Whether force of any mode followed.

    Examples
    --------
    >>> fit_bends(np.array([-2.0, 0.0]), np.array([False, True])).tolist()
    [0.0, 0.0]
    """
    from scipy.special import expit

    f = bends(log_odds)
    b = np.zeros(len(KNOTS))
    for _ in range(100):
        mu = expit(log_odds + f @ b)
        step = np.linalg.solve(
            (f * (mu * (1 - mu))[:, None]).T @ f + PENALTY * np.eye(len(b)), f.T @ (happened - mu) - PENALTY * b
        )
        b = b + step
        if abs(step).max() < 1e-10:
            break
    return b


def apply_bends(log_odds: Array, b: Array) -> Array:
    """Return the log-odds of all stages with the first one calibrated, shape (n, 4).

    A slope never turns round: a calmer dyad is never called more dangerous.
    """
    first = log_odds[:, 0]
    upper = min(b[0], STEEPEST)
    limited = np.array([upper, min(b[1], STEEPEST - upper)])
    return np.column_stack([first + bends(first) @ limited, log_odds[:, 1:]])
