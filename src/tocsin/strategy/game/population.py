"""The same question put to many draws of the payoffs, on threads, with the spread and the share that failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from tocsin.errors import ModelError, UsageError
from tocsin.strategy.game.chain import base_rates, highest_mode
from tocsin.strategy.game.setting import Array, Setting
from tocsin.strategy.game.solve import certify, solve

LEVEL = 0.9


@dataclass(frozen=True)
class Spread:
    """Probabilities of A's highest mode over the draws, conditional on the payoffs; a prior spread, not a confidence
    interval.

    Parameters
    ----------
    mean, median, low, high : ndarray, shape (years, 5)
        Over the draws that were solved; ``low`` and ``high`` bound the central 90 per cent.
    base : ndarray, shape (years, 5)
        Mean of the same probabilities if A acted at the observed base rates.
    draws, failed, uncertified : int
        Draws tried, not solved, and solved without a valid certificate.
    worst_residual : float
        Largest Bellman residual among the draws shown.
    """

    mean: Array
    median: Array
    low: Array
    high: Array
    base: Array
    draws: int
    failed: int
    uncertified: int
    worst_residual: float


def spread(
    games: Sequence[Setting],
    mixes: Array | Sequence[Array],
    years: int = 3,
    *,
    workers: int = 2,
    progress: Callable[[int], None] | None = None,
) -> Spread:
    """Return the spread of A's highest mode of force over many games.

    Parameters
    ----------
    games : sequence of Setting
        For example from `tocsin.strategy.game.prior.prior_games`.
    mixes : ndarray, shape (21, 5, 3, 2, 5), or one per game
        Weights on the states.
    years : int
        Longest horizon.
    workers : int
        Threads; the numbers do not depend on it.
    progress : callable, optional
        Called with the number of games done.

    Raises
    ------
    ModelError
        If no game could be solved.
    UsageError
        If games and mixes do not pair up.
    """
    each = [mixes] * len(games) if isinstance(mixes, np.ndarray) else list(mixes)
    if len(each) != len(games) or not games:
        raise UsageError(f"{len(games)} games and {len(each)} mixes of states do not pair up.")

    def one(job: tuple[Setting, Array]) -> tuple[Array, Array, bool, float] | None:
        solution = solve(job[0])
        if solution.status != "converged":
            return None
        certificate = certify(solution)
        return (
            highest_mode(solution, job[1], years),
            base_rates(solution, job[1], years),
            certificate.holds,
            certificate.residual,
        )

    results = []
    with ThreadPoolExecutor(workers) as pool:
        for done, result in enumerate(pool.map(one, zip(games, each, strict=True)), 1):
            results.append(result)
            if progress is not None:
                progress(done)
    good = [r for r in results if r is not None and r[2]]
    if not good:
        raise ModelError(f"none of {len(games)} games could be solved and certified. Lower lam.")
    p = np.stack([r[0] for r in good])
    tail = (1 - LEVEL) / 2
    return Spread(
        mean=p.mean(0),
        median=np.median(p, axis=0),
        low=np.quantile(p, tail, axis=0),
        high=np.quantile(p, 1 - tail, axis=0),
        base=np.mean([r[1] for r in good], axis=0),
        draws=len(games),
        failed=sum(r is None for r in results),
        uncertified=sum(r is not None and not r[2] for r in results),
        worst_residual=max(r[3] for r in good),
    )
