"""The general game of shifting power, solved backwards in time: the second implementation of the closed forms.

In each period one state is chosen to propose a share ``x`` for D (D with probability ``d_proposes``); the other
accepts or both fight. Peace at t is possible iff some ``x`` in [0, 1] gives ``x + d V_D(t+1) >= W_D(t)`` and
``(1-x) + d V_R(t+1) >= W_R(t)``. Then the proposer leaves the other the larger of its value of war and of accepting
nothing today, and keeps the rest. The last date repeats for ever.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from tocsin.errors import ModelError
from tocsin.strategy.theory.inputs import Array, Flags, check


class Path(NamedTuple):
    """Equilibrium from each date on.

    Parameters
    ----------
    war : ndarray of bool, shape (..., n)
        War breaks out at that date if it is reached.
    V_D, V_R : ndarray, shape (..., n)
        Values of the game at that date, in pies.
    """

    war: Flags
    V_D: Array
    V_R: Array


def step(
    W_D: ArrayLike, W_R: ArrayLike, V_D_next: ArrayLike, V_R_next: ArrayLike, d: ArrayLike, d_proposes: ArrayLike
) -> tuple[Flags, Array, Array]:
    """Return war and both values at one date, given the values at the next."""
    later_D, later_R = np.asarray(d) * np.asarray(V_D_next), np.asarray(d) * np.asarray(V_R_next)
    lowest = np.maximum(0.0, np.asarray(W_D) - later_D)
    highest = np.minimum(1.0, 1.0 - np.asarray(W_R) + later_R)
    # The gap is of order 1e-16 where a share just suffices; rounding must not turn a knife edge into war.
    war = np.asarray(lowest > highest + 1e-12)
    x = np.asarray(d_proposes) * highest + (1 - np.asarray(d_proposes)) * lowest
    return war, np.where(war, W_D, x + later_D), np.where(war, W_R, 1 - x + later_R)


def solve(W_D: ArrayLike, W_R: ArrayLike, d: float, *, d_proposes: float = 1.0, tol: float = 1e-12) -> Path:
    """Solve the game for given values of war at dates 0..n-1.

    Parameters
    ----------
    W_D, W_R : array_like, shape (..., n)
        Values of war in pies; the last date is stationary.
    d : float
        Discount factor per period.
    d_proposes : float
        Probability that D makes the offer in a period: 1 as in Powell, 0 as in Fearon.
    tol : float
        Accuracy of the stationary values.

    Returns
    -------
    Path

    Examples
    --------
    >>> p = np.array([0.2, 0.21, 0.22, 0.6])
    >>> scale = (1 - 0.2) / (1 - 0.95)
    >>> solve((1 - p) * scale, p * scale, 0.95).war.tolist()
    [False, False, True, False]
    """
    check(discount={"d": d}, probability={"d_proposes": d_proposes})
    W_D, W_R = np.broadcast_arrays(np.asarray(W_D, dtype=np.float64), np.asarray(W_R, dtype=np.float64))
    V_D, V_R, war = np.empty(W_D.shape), np.empty(W_D.shape), np.empty(W_D.shape, dtype=bool)
    last_D, last_R = W_D[..., -1], W_R[..., -1]
    v_D, v_R = np.maximum(last_D, 0.0), 1 / (1 - d) - np.maximum(last_D, 0.0)
    for _ in range(100_000):
        stop, new_D, new_R = step(last_D, last_R, v_D, v_R, d, d_proposes)
        moved = max(np.max(np.abs(new_D - v_D), initial=0.0), np.max(np.abs(new_R - v_R), initial=0.0))
        v_D, v_R = new_D, new_R
        if moved < tol:
            break
    else:
        raise ModelError(f"the last date's values move by {moved:.1e} after 100,000 rounds: lower d or raise tol.")
    war[..., -1], V_D[..., -1], V_R[..., -1] = stop, v_D, v_R
    for t in range(W_D.shape[-1] - 2, -1, -1):
        war[..., t], V_D[..., t], V_R[..., t] = step(
            W_D[..., t], W_R[..., t], V_D[..., t + 1], V_R[..., t + 1], d, d_proposes
        )
    return Path(war, V_D, V_R)
