"""Follow the branch of logit equilibria from lam = 0 by pseudo-arclength continuation, round folds and on.

At lam = 0 everyone mixes evenly and the values solve a linear system: the branch has one known start. Each step

1. takes the tangent of the branch from the bordered Jacobian, keeping the direction of travel;
2. goes a step along it in (V_A, V_B, log-odds, ln(1 + lam));
3. corrects back to the branch at right angles to the tangent.

A step that does not correct, or that turns too sharply, is halved; at a fold lam turns back and the path goes on.
What is returned is the first point at which the branch reaches the wanted lam.

References
----------
Turocy, T. L. (2005). A dynamic homotopy interpretation of the logistic quantal response equilibrium correspondence.
Games and Economic Behavior 51(2), 243-263. Eibelshaeuser, S. and Poensgen, D. (2019). Markov quantal response
equilibrium and a homotopy method for computing and selecting Markov perfect equilibria of dynamic stochastic games.
Allgower, E. L. and Georg, K. (1990). Numerical Continuation Methods. Springer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tocsin.errors import ModelError
from tocsin.strategy.logit.game import Array, StochasticGame, derivatives, equations

LARGEST = 3000
TURN = 0.9
STEP_MIN, STEP_MAX = 1e-7, 2.0
TIGHT = 1e-9


class Branch(NamedTuple):
    """Where following the branch ended.

    Parameters
    ----------
    arrived : bool
        Whether the wanted lam was reached and polished.
    y : ndarray
        (V_A, V_B, log-odds of B) there.
    lam : float
        Largest lam reached.
    folds : int
        Turning points passed on the way.
    steps : int
        Steps taken.
    """

    arrived: bool
    y: Array
    lam: float
    folds: int
    steps: int


def split(game: StochasticGame, y: Array) -> tuple[Array, Array, Array]:
    """Return V_A, V_B and the log-odds of B."""
    S = game.states
    return y[:S], y[S : 2 * S], y[2 * S :].reshape(S, -1)


def follow(game: StochasticGame, lam: float, *, limit: int = 5000) -> Branch:
    """Follow the branch from even mixing to the precision ``lam``.

    Parameters
    ----------
    game : StochasticGame
        The game; B should be the player with fewer actions.
    lam : float
        Precision wanted, above 0.
    limit : int
        Most steps.

    Raises
    ------
    ModelError
        If the game is too large for dense linear algebra.
    """
    S, _, nB = game.u_A.shape
    n = S * (nB + 1)
    if n > LARGEST:
        raise ModelError(f"following the branch needs {n} unknowns; at most {LARGEST} are supported. Iterate instead.")
    even = game.P.mean(axis=(1, 2))
    V = [np.linalg.solve(np.eye(S) - game.delta * even, u.mean(axis=(1, 2))) for u in (game.u_A, game.u_B)]
    z = np.concatenate((*V, np.zeros(S * (nB - 1)), (0.0,)))  # the last entry is ln(1 + lam)
    target, h, folds, best = np.log1p(lam), 0.1, 0, 0.0
    tangent = _tangent(game, z, np.concatenate((np.zeros(n), (1.0,))))
    step = 0
    for step in range(1, limit + 1):
        if tangent is None or h < STEP_MIN:
            break
        new = _correct(game, z + h * tangent, tangent)
        ahead = None if new is None else _tangent(game, new, tangent)
        if new is None or ahead is None or ahead @ tangent < TURN or np.linalg.norm(new - z) > 3 * h:
            h /= 2
            continue
        if ahead[-1] * tangent[-1] < 0:
            folds += 1
        if new[-1] >= target:
            share = (target - z[-1]) / (new[-1] - z[-1])
            y = polish(game, (z + share * (new - z))[:-1], lam)
            if y is not None and np.linalg.norm(y - (z + share * (new - z))[:-1]) < 3 * h:
                return Branch(True, y, lam, folds, step)
            h /= 2
            continue
        z, tangent, h = new, ahead, min(1.5 * h, STEP_MAX)
        best = max(best, z[-1])
    return Branch(False, z[:-1], float(np.expm1(best)), folds, step)


def polish(game: StochasticGame, y: Array, lam: float) -> Array | None:
    """Return the equilibrium at a fixed lam near ``y`` by Newton's method, or None."""
    for _ in range(25):
        F = equations(game, *split(game, y), lam)
        if not np.isfinite(F).all():
            return None
        J, _ = derivatives(game, *split(game, y), lam)
        try:
            step = np.linalg.solve(J, F)
        except np.linalg.LinAlgError:
            return None
        y = y - step
        if np.max(np.abs(step)) < 1e-11 * (1 + np.max(np.abs(y))):
            F = equations(game, *split(game, y), lam)
            return y if np.max(np.abs(F)) < TIGHT * (1 + lam) else None
    return None


def _bordered(game: StochasticGame, z: Array, row: Array) -> Array:
    lam = np.expm1(z[-1])
    J, by_lam = derivatives(game, *split(game, z[:-1]), lam)
    n = len(by_lam)
    K = np.empty((n + 1, n + 1))
    K[:n, :n], K[:n, n], K[n] = J, by_lam * (1 + lam), row
    return K


def _tangent(game: StochasticGame, z: Array, direction: Array) -> Array | None:
    right = np.zeros(len(z))
    right[-1] = 1.0
    try:
        t = np.linalg.solve(_bordered(game, z, direction), right)
    except np.linalg.LinAlgError:
        return None
    size = np.linalg.norm(t)
    return np.asarray(t / size) if np.isfinite(size) and size > 0 else None


def _correct(game: StochasticGame, z: Array, tangent: Array) -> Array | None:
    before = np.inf
    for _ in range(8):
        if z[-1] < -0.5:
            return None
        F = equations(game, *split(game, z[:-1]), float(np.expm1(z[-1])))
        size = np.max(np.abs(F))
        if not np.isfinite(size) or size > 2 * before:
            return None
        before = size
        if size < 1e-10 * (1 + np.expm1(z[-1])):
            return z
        try:
            step = np.linalg.solve(_bordered(game, z, tangent), np.concatenate((F, (0.0,))))
        except np.linalg.LinAlgError:
            return None
        z = z - step
    return None
