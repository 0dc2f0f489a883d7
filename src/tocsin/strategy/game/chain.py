"""What a solved game says of the years to come: exact probabilities along the paths of its states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.errors import ModelError
from tocsin.strategy.game.chances import chances
from tocsin.strategy.game.mix import checked
from tocsin.strategy.game.setting import BASE_RATES, Array
from tocsin.strategy.game.solve import Solution
from tocsin.strategy.game.states import NA, SHAPE, STATES

FORCE = slice(2, NA)  # incursion, strike, war


def ahead(solution: Solution, W: Array, end: tuple[float, float] = (0.0, 0.0)) -> Array:
    """Return the expected value of ``W`` in the next year, given each of A's actions.

    Parameters
    ----------
    solution : Solution
        A converged solution.
    W : ndarray, shape (21, 5, 3, 2, 5, 2)
        Two functions of the state.
    end : tuple of 2 floats
        What the two functions are worth once a war has settled the matter.

    Returns
    -------
    ndarray, shape (21, 5, 3, 2, 5, 5, 2)
    """
    from tocsin.strategy.game.expectation import CALM, FORCE, WAR, by_action, expect

    calm, force, war = np.empty(CALM), np.empty(FORCE), np.empty(WAR)
    settled = np.array(end, dtype=np.float64)
    expect(np.ascontiguousarray(W), *chances(solution.setting), settled, settled, calm, force, war)
    out = np.empty((STATES, NA, 2))
    by_action(calm, force, war, np.ascontiguousarray(solution.s_B).ravel(), solution.s_B.ndim == 7, out)
    return out.reshape(*SHAPE, NA, 2)


def highest_mode(solution: Solution, mix: Array, years: int = 3) -> Array:
    """Return the probability that A's highest mode of force within 1, 2, .. years is each of the five.

    A war that settles the matter ends all force.

    Parameters
    ----------
    solution : Solution
        A converged solution.
    mix : ndarray, shape (21, 5, 3, 2, 5)
        Weights on the states.
    years : int
        Longest horizon.

    Returns
    -------
    ndarray, shape (years, 5)
        Rows sum to 1.

    Examples
    --------
    >>> from tocsin.strategy.game.mix import at
    >>> from tocsin.strategy.game.setting import default
    >>> from tocsin.strategy.game.solve import solve
    >>> highest_mode(solve(default()), at((4, 2, 1, 0, 4)), 1).round(3).tolist()
    [[0.824, 0.073, 0.023, 0.078, 0.002]]
    """
    solution.require()
    weights, s = checked(mix), solution.s_A
    within = np.ones((years, NA))  # P(highest mode <= m within t years)
    for pair in ((0, 1), (2, 3)):
        f = np.ones((*SHAPE, 2))
        for t in range(years):
            after = ahead(solution, f, (1.0, 1.0))
            f = np.stack([(s[..., : m + 1] * after[..., : m + 1, i]).sum(-1) for i, m in enumerate(pair)], -1)
            within[t, list(pair)] = np.tensordot(weights, f, 5)
    return np.diff(within, axis=1, prepend=0.0)


@dataclass(frozen=True)
class Persistence:
    """How long limited conflict lasts once begun; force is an incursion, a strike or a war.

    Parameters
    ----------
    again : float
        P(force next year | force this year).
    spell : float
        Expected number of years in a row with force, once it has begun.
    path : ndarray, shape (years,)
        P(force in the year) 1, 2, .. years ahead.
    base : float
        Probability of force this year.
    """

    again: float
    spell: float
    path: Array
    base: float


def persistence(solution: Solution, mix: Array, years: int = 10, *, tol: float = 1e-10) -> Persistence:
    """Return how force persists from a mix of states on."""
    solution.require()
    weights, s = checked(mix), solution.s_A
    force = s[..., FORCE].sum(-1)
    path, now = np.empty(years), np.stack((force, np.zeros(SHAPE)), -1)
    twice = 0.0
    for t in range(years):
        path[t] = np.tensordot(weights, now[..., 0], 5)
        after = ahead(solution, now)
        if t == 0:
            twice = float(np.tensordot(weights, (s[..., FORCE] * after[..., FORCE, 0]).sum(-1), 5))
        now = np.stack(((s * after[..., 0]).sum(-1), np.zeros(SHAPE)), -1)
    run = np.zeros((*SHAPE, 2))
    for _ in range(10_000):
        new = force + (s[..., FORCE] * ahead(solution, run)[..., FORCE, 0]).sum(-1)
        moved = float(np.max(np.abs(new - run[..., 0])))
        run[..., 0] = new
        if moved < tol:
            break
    else:
        raise ModelError(f"the length of a spell of force still grows by {moved:.1e} after 10,000 years.")
    begun = float(np.tensordot(weights, run[..., 0], 5))
    return Persistence(float(twice / path[0]), float(begun / path[0]), path, float(path[0]))


def base_rates(solution: Solution, mix: Array, years: int = 3) -> Array:
    """Return the same probabilities as `highest_mode` if A acted at the observed base rates, shape (years, 5).

    Payoffs do not enter; the states still move by the rules of the game and by B's strategy.
    """
    from dataclasses import replace

    rates = np.broadcast_to(BASE_RATES[None, None, :, None, None, :], (*SHAPE, NA))
    return highest_mode(replace(solution.require(), s_A=rates), mix, years)
