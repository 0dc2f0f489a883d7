"""Solve the game and certify the answer: the equilibrium, or a status that says why there is none to show."""

# ruff: noqa: N815 - names are the symbols of the model
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tocsin.errors import ModelError
from tocsin.strategy.game.chances import Chances, chances
from tocsin.strategy.game.setting import Array, Setting, flows, held
from tocsin.strategy.game.states import NA, NO, SHAPE, STATES, State, index

Status = Literal["converged", "cycle", "fold", "max_iter"]
TOL = 1e-9
LIMIT = 400
MEMORY = 12
# Continuation in lam starts here, where every draw tried so far converges, and gives up at this step.
LAM_START, LAM_STEP = 2.0, 1.02


@dataclass(frozen=True)
class Solution:
    """An equilibrium with its residual; values and strategies are NaN unless the status is "converged".

    Parameters
    ----------
    setting : Setting
        The game.
    status : {"converged", "cycle", "fold", "max_iter"}
        cycle: the iteration returns to where it was; fold: the branch that starts at small ``lam`` could not be
        followed to this ``lam``; max_iter: neither, but the residual stays above the tolerance.
    residual : float
        Largest change of a value in the last round.
    iterations : int
        Rounds of the last attempt.
    lam_reached : float
        Largest ``lam`` up to which the branch was followed.
    V_A, V_B : ndarray, shape (21, 5, 3, 2, 5)
        Values by state.
    s_A : ndarray, shape (21, 5, 3, 2, 5, 5)
        A's probabilities of none, threat, incursion, strike, war.
    s_B : ndarray, shape (21, 5, 3, 2, 5, 3), or (..., 5, 3) where A moves first
        B's probabilities of ordering 0, 1, 2 units, given A's action where B sees it.
    """

    setting: Setting
    status: Status
    residual: float
    iterations: int
    lam_reached: float
    V_A: Array
    V_B: Array
    s_A: Array
    s_B: Array

    def require(self) -> Solution:
        """Return the solution if it converged.

        Raises
        ------
        ModelError
            Otherwise, saying why.
        """
        if self.status != "converged":
            raise ModelError(
                f"the game was not solved ({self.status}): residual {self.residual:.1e} after {self.iterations} "
                f"rounds, equilibrium followed up to lam = {self.lam_reached:g} of {self.setting.lam:g}. "
                "Lower lam, or treat this game as having no single answer."
            )
        return self

    def at(self, state: State | tuple[int, int, int, int, int]) -> Array:
        """Return A's probabilities in a state, shape (5,)."""
        return np.asarray(self.s_A.reshape(STATES, NA)[index(state)])


@dataclass(frozen=True)
class Certificate:
    """What can be proved of a solution.

    Parameters
    ----------
    residual : float
        Bellman residual, computed anew from the values with exact stage games.
    gap_A, gap_B : float
        Upper bounds on what a state could gain, in any state of the game, by the best plan against the other's
        strategy, habits costing nothing.
    bound_A, bound_B : float
        What theory allows the gaps to be: ``max ln(1/w) / (lam (1-delta))`` over the actions with w > 0.
    """

    residual: float
    gap_A: float
    gap_B: float
    bound_A: float
    bound_B: float

    @property
    def holds(self) -> bool:
        """Whether the residual is at most 1e-9 and both gaps are within their bounds."""
        slack = 1e-6
        return self.residual <= TOL and self.gap_A <= self.bound_A + slack and self.gap_B <= self.bound_B + slack


def _tables(setting: Setting) -> tuple[tuple[Array, Array, Array, Array, bool], Chances]:
    uA, uB = flows(setting)
    habits = setting.wA.ravel(), np.asarray(setting.wB)
    return (uA.ravel(), uB.ravel(), *habits, setting.timing == "A first"), chances(setting)


def _start(setting: Setting) -> tuple[Array, Array, Array]:
    """Return values of holding things as they are, and habits as strategies."""
    share = held(setting)
    V = np.empty((*SHAPE, 2))
    V[..., 0] = (share**setting.rho)[:, None, None, None, :]
    V[..., 1] = (1 - share)[:, None, None, None, :]
    rows = STATES * (NA if setting.timing == "A first" else 1)
    return V, np.zeros(STATES * NA), np.tile(setting.wB, rows)


def solve(setting: Setting, *, tol: float = TOL, limit: int = LIMIT, start: Solution | None = None) -> Solution:
    """Return the equilibrium of a game, or a status that says why none is shown.

    Parameters
    ----------
    setting : Setting
        The game.
    tol : float
        Largest Bellman residual accepted.
    limit : int
        Rounds per attempt.
    start : Solution, optional
        A converged solution of a nearby game with the same timing, to start from.

    Notes
    -----
    Iterates on the values with Anderson acceleration, solving the stage game of each state to 1e-13. If that does not
    converge, the branch of equilibria that starts at small ``lam`` is followed upwards in shrinking steps.

    Examples
    --------
    >>> from tocsin.strategy.game.setting import default
    >>> s = solve(default())
    >>> s.status, s.at((4, 2, 1, 0, 4)).round(4).tolist()
    ('converged', [0.8237, 0.0731, 0.0232, 0.0778, 0.0022])
    """
    V, sA, sB = _start(setting)
    if start is not None and start.status == "converged" and start.setting.timing == setting.timing:
        V = np.stack((start.V_A, start.V_B), -1)
        sB = start.s_B.ravel().copy()
    tables, nature = _tables(setting)
    residual, rounds, good = _attempt(setting, setting.lam, tables, nature, V, sA, sB, tol, limit)
    if good:
        return _solution(setting, "converged", residual, rounds, setting.lam, V, sA, sB)
    return _follow(setting, tables, nature, tol, limit)


def solve_from(
    setting: Setting, V: Array | None = None, s_B: Array | None = None, *, tol: float = TOL, limit: int = LIMIT
) -> Solution:
    """Iterate from one starting point and return where that leads, without following the branch from small ``lam``.

    Parameters
    ----------
    setting : Setting
        The game.
    V : ndarray, shape (21, 5, 3, 2, 5, 2), optional
        Values of A and B to start from; without them those of holding things as they are.
    s_B : ndarray, shape (3150, 3), or (15750, 3) where A moves first, optional
        B's strategy to start from; without it B's habits.
    tol, limit
        As in `solve`.

    Returns
    -------
    Solution
        Status "converged" or "max_iter".
    """
    start, sA, sB = _start(setting)
    start = start if V is None else np.array(V, dtype=np.float64)
    sB = sB if s_B is None else np.array(s_B, dtype=np.float64).ravel()
    tables, nature = _tables(setting)
    residual, rounds, good = _attempt(setting, setting.lam, tables, nature, start, sA, sB, tol, limit)
    status: Status = "converged" if good else "max_iter"
    return _solution(setting, status, residual, rounds, setting.lam if good else 0.0, start, sA, sB)


def _attempt(
    setting: Setting,
    lam: float,
    tables: tuple[Array, Array, Array, Array, bool],
    nature: Chances,
    V: Array,
    sA: Array,
    sB: Array,
    tol: float,
    limit: int,
    memory: int = MEMORY,
) -> tuple[float, int, bool]:
    from tocsin.strategy.game.kernel import iterate

    try:
        residual, rounds, unsolved = iterate(lam, setting.delta, *tables, *nature, V, sA, sB, tol, limit, memory)
    except np.linalg.LinAlgError:
        # A singular stage game or mixing system: this start leads nowhere.
        return float("inf"), limit, False
    return float(residual), int(rounds), bool(residual <= tol and unsolved == 0)


def _follow(
    setting: Setting, tables: tuple[Array, Array, Array, Array, bool], nature: Chances, tol: float, limit: int
) -> Solution:
    lam, factor, reached = min(LAM_START, setting.lam), 1.6, 0.0
    V, sA, sB = _start(setting)
    kept = V.copy(), sB.copy()
    residual, rounds = float("inf"), 0
    while True:
        residual, rounds, good = _attempt(setting, lam, tables, nature, V, sA, sB, tol, limit)
        if good:
            if lam == setting.lam:
                return _solution(setting, "converged", residual, rounds, lam, V, sA, sB)
            reached, kept = lam, (V.copy(), sB.copy())
        else:
            factor = factor**0.5
            V, sB = kept[0].copy(), kept[1].copy()
            if reached == 0.0 or factor < LAM_STEP:
                break
        lam = min(reached * factor, setting.lam)
    status: Status = "fold" if reached > 0 else "max_iter"
    if _cycles(setting, tables, nature):
        status = "cycle"
    return _solution(setting, status, residual, rounds, reached, V, sA, sB)


def _cycles(setting: Setting, tables: tuple[Array, Array, Array, Array, bool], nature: Chances) -> bool:
    """Return whether plain iteration comes back to an earlier iterate without settling."""
    V, sA, sB = _start(setting)
    _attempt(setting, setting.lam, tables, nature, V, sA, sB, 0.0, 300, memory=0)
    mark = V.copy()
    for _ in range(60):
        before = V.copy()
        _attempt(setting, setting.lam, tables, nature, V, sA, sB, 0.0, 1, memory=0)
        if np.max(np.abs(V - mark)) < 1e-8 < 1e-5 < np.max(np.abs(V - before)):
            return True
    return False


def _solution(
    setting: Setting, status: Status, residual: float, rounds: int, reached: float, V: Array, sA: Array, sB: Array
) -> Solution:
    if status != "converged":
        V, sA, sB = (np.full_like(x, np.nan) for x in (V, sA, sB))
    rows = (NA, NO) if setting.timing == "A first" else (NO,)
    arrays = (V[..., 0].copy(), V[..., 1].copy(), sA.reshape(*SHAPE, NA), sB.reshape(*SHAPE, *rows))
    for x in arrays:
        x.flags.writeable = False
    return Solution(setting, status, residual, rounds, reached, *arrays)


def certify(solution: Solution) -> Certificate:
    """Return the certificate of a converged solution.

    Notes
    -----
    The values of the best plan and of the strategy itself are bracketed by the bounds of MacQueen (1966), so the gaps
    are true upper bounds whatever the iteration did.

    Raises
    ------
    ModelError
        If the solution did not converge.
    """
    from tocsin.strategy.game.kernel import respond

    s = solution.require().setting
    tables, nature = _tables(s)
    sA, sB = solution.s_A.ravel().copy(), solution.s_B.ravel().copy()
    V = np.stack((solution.V_A, solution.V_B), -1)
    residual, _, _ = _attempt(s, s.lam, tables, nature, V, sA.copy(), sB.copy(), 1.0, 1)
    values = []
    for best in (True, False):
        W = np.stack((solution.V_A, solution.V_B), -1)
        low, high = respond(s.delta, *tables, *nature, W, sA, sB, best, 1e-8, 400)
        values.append(W + s.delta / (1 - s.delta) * (high if best else low))
    gap = np.max((values[0] - values[1]).reshape(-1, 2), axis=0)
    used_A, used_B = s.wA[s.wA > 0].min(), s.wB[s.wB > 0].min()
    bound = -np.log((used_A, used_B)) / (s.lam * (1 - s.delta))
    return Certificate(residual, float(gap[0]), float(gap[1]), float(bound[0]), float(bound[1]))
