"""Whether a game has one answer: the solver started from many points, and the answers it comes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import ModelError, UsageError
from tocsin.strategy.game.setting import Array, Setting
from tocsin.strategy.game.solve import Solution, solve_from
from tocsin.strategy.game.states import NA, NO, SHAPE, STATES

# Two answers are two equilibria if a value differs by more than this: a hundred times what a residual of 1e-9 allows
# at the default discount factor.
APART = 1e-6


@dataclass(frozen=True)
class Several:
    """How many equilibria were found, game by game.

    Parameters
    ----------
    found : ndarray of int, shape (games,)
        Different equilibria found; 0 where no start led to one.
    starts : int
        Starting points per game.
    nowhere : int
        Starts, over all games, from which the iteration did not converge.
    widest : float
        Largest difference of one of A's probabilities between two equilibria of one game; 0 if each has one.
    """

    found: NDArray[np.int64]
    starts: int
    nowhere: int
    widest: float

    @property
    def unsolved(self) -> int:
        """Games in which no start led to an equilibrium: nothing is known of these."""
        return int((self.found == 0).sum())

    @property
    def share(self) -> float:
        """Share of the games solved that have at least two equilibria; a lower bound, since more starts may find more.

        Raises
        ------
        ModelError
            If no game was solved.
        """
        solved = self.found[self.found > 0]
        if not solved.size:
            raise ModelError(f"none of {len(self.found)} games was solved from any of {self.starts} starts.")
        return float(np.mean(solved > 1))


def several(
    games: Setting | Sequence[Setting],
    starts: int = 4,
    seed: int = 0,
    *,
    workers: int = 2,
    progress: Callable[[int], None] | None = None,
) -> Several:
    """Start the solver from several points in each game and count the different equilibria.

    Parameters
    ----------
    games : Setting or sequence of Setting
        For example from `tocsin.strategy.game.prior.prior_games`.
    starts : int
        Starting points per game, at least 2. The first is the solver's own; the others are drawn.
    seed : int
        Of the starting points; the numbers depend on nothing else.
    workers : int
        Threads.
    progress : callable, optional
        Called with the number of games done.

    Notes
    -----
    That one equilibrium is found is no proof that there is only one.

    Raises
    ------
    UsageError
        For fewer than two starts, or no game.

    Examples
    --------
    >>> from tocsin.strategy.game.setting import default
    >>> several(default(), starts=3).found.tolist()
    [1]
    """
    each = [games] if isinstance(games, Setting) else list(games)
    if starts < 2 or not each:
        raise UsageError(f"{len(each)} games from {starts} starts: at least one game and two starts are needed.")

    def one(job: tuple[Setting, np.random.SeedSequence]) -> list[Solution]:
        setting, own = job
        points = [(None, None), *_points(np.random.default_rng(own), starts - 1)]
        rows = NA if setting.timing == "A first" else 1
        return [solve_from(setting, V, None if s is None else np.repeat(s, rows, axis=0)) for V, s in points]

    jobs = zip(each, np.random.SeedSequence(seed).spawn(len(each)), strict=True)
    found, nowhere, widest = np.zeros(len(each), dtype=np.int64), 0, 0.0
    with ThreadPoolExecutor(workers) as pool:
        for i, solutions in enumerate(pool.map(one, jobs)):
            good = [s for s in solutions if s.status == "converged"]
            nowhere += len(solutions) - len(good)
            kinds = distinct(good)
            found[i] = len(kinds)
            widest = max([widest, *(float(np.max(np.abs(a.s_A - b.s_A))) for a in kinds for b in kinds)])
            if progress is not None:
                progress(i + 1)
    return Several(found, starts, nowhere, widest)


def distinct(solutions: Sequence[Solution]) -> list[Solution]:
    """Return one solution of each kind: those whose values differ somewhere by more than `APART`."""
    kinds: list[Solution] = []
    for s in solutions:
        apart = [max(np.max(np.abs(s.V_A - k.V_A)), np.max(np.abs(s.V_B - k.V_B))) > APART for k in kinds]
        if all(apart):
            kinds.append(s)
    return kinds


def _points(g: np.random.Generator, count: int) -> list[tuple[Array, Array]]:
    """Return values that slope at random along every coordinate of the state, and orders at random by state.

    White noise would not do: the first round averages it out, and every start would be the same.
    """
    out = []
    for _ in range(count):
        V = np.empty((*SHAPE, 2))
        for i in range(2):
            V[..., i] = g.uniform(-0.5, 1.5)
            for axis, size in enumerate(SHAPE):
                slope = g.normal(0, 0.5) * np.linspace(-1, 1, size)
                V[..., i] += slope.reshape([-1 if k == axis else 1 for k in range(5)])
        # Few effective outcomes: most states begin near a pure order.
        out.append((V, g.dirichlet(np.full(NO, 0.3), STATES)))
    return out
