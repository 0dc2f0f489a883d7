"""How fast the games are solved, beside two published packages where these are installed. Prints figures, asserts none.

Own figures: one solve of the default game, its certificate, and 500 draws of one situation. Comparison, on one game of
22 and of 102 states (relative power on a line, five actions by three, plain logit): sgamesolver's logit homotopy
(Eibelshäuser and others 2023) and quantecon's policy iteration for the best plan against a given strategy. For the
comparison: pip install sgamesolver quantecon (the first needs setuptools, numpy and cython at hand and
--no-build-isolation). sgamesolver 1.0 uses a name that NumPy 2 dropped; it is given back here while this script runs.

Run: OMP_NUM_THREADS=1 python scripts/bench_strategy.py [--own | --compare] [--most SECONDS]
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from tocsin.strategy.game.mix import at
from tocsin.strategy.game.population import spread
from tocsin.strategy.game.prior import prior_games
from tocsin.strategy.game.setting import default
from tocsin.strategy.game.solve import certify
from tocsin.strategy.game.solve import solve as solve_game
from tocsin.strategy.logit import StochasticGame, solve

LAM = 10.0


def line(steps: int) -> StochasticGame:
    """Return a preventive game on a line of ``steps`` levels of B's power, and an end where war has settled it."""
    n = steps + 1
    p = 1 / (1 + np.exp(0.4 + np.linspace(-2, 2, steps)))  # A's chance to win
    cost = np.array((0.0, 0.005, 0.03, 0.04, 1.0))
    u_A, u_B, P = np.zeros((n, 5, 3)), np.zeros((n, 5, 3)), np.zeros((n, 5, 3, n))
    for x in range(steps):
        for a in range(5):
            for o in range(3):
                u_A[x, a, o] = 0.1 * (p[x] - cost[a])
                u_B[x, a, o] = 0.1 * (1 - p[x] - 0.8 * cost[a] - 0.05 * o)
                up, same, down = min(x + 1, steps - 1), x, max(x - 1, 0)
                rise, fall = 0.1 + 0.25 * o, 0.2 + (0.3 if a == 3 else 0.05 * (a == 2))
                if a == 4:
                    u_A[x, a, o] += 0.9 * 0.3 * p[x]
                    u_B[x, a, o] += 0.9 * 0.3 * (1 - p[x])
                    P[x, a, o, n - 1] = 0.3
                    P[x, a, o, max(x - 2, 0)] += 0.7 * p[x]
                    P[x, a, o, min(x + 2, steps - 1)] += 0.7 * (1 - p[x])
                    continue
                P[x, a, o, up] += rise * (1 - fall)
                P[x, a, o, down] += fall * (1 - rise)
                P[x, a, o, same] += rise * fall + (1 - rise) * (1 - fall)
    P[n - 1, :, :, n - 1] = 1.0
    return StochasticGame(u_A, u_B, P, 0.9)


def clock(work: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """Return the median seconds of some runs after one that compiles, and the last result."""
    result = work()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def own() -> None:
    """Print the figures of this package's game."""
    game = default()
    seconds, solution = clock(lambda: solve_game(game), 21)
    print(f"one solve of the default game: {seconds * 1e3:.1f} ms ({solution.iterations} rounds, 3,150 states)")
    seconds, _ = clock(lambda: certify(solution), 11)
    print(f"its certificate: {seconds * 1e3:.1f} ms")
    games = prior_games(500, "personalist")
    start = time.perf_counter()
    each = [solve_game(g) for g in games[:100]]
    seconds = (time.perf_counter() - start) / 100
    print(f"one solve, mean over 100 draws: {seconds * 1e3:.1f} ms, {np.mean([s.iterations for s in each]):.0f} rounds")
    start = time.perf_counter()
    result = spread(games, at((4, 2, 1, 0, 4)), 3, workers=2)
    print(
        f"500 draws with certificates and three years of paths, two threads: {time.perf_counter() - start:.1f} s "
        f"({result.failed} failed, {result.uncertified} without certificate)"
    )
    import resource

    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")


def homotopy(steps: int, lam: float, out: Any) -> None:
    """Solve the same game by sgamesolver's logit homotopy and send seconds and strategies."""
    np.NaN = np.nan  # noqa: NPY201 - the repair: sgamesolver 1.0 asks for the name that NumPy 2 dropped
    import sgamesolver

    game = line(steps)
    u = np.stack((game.u_A, game.u_B), axis=1)
    other = sgamesolver.SGame(list(u), list(game.P), game.delta)
    start = time.perf_counter()
    path = sgamesolver.homotopy.QRE(other)
    path.solver_setup(target_lambda=lam)
    path.solver.verbose = 0
    path.solver.max_steps = 10**6
    report = path.solver.start()
    seconds = time.perf_counter() - start
    sigma, _, _ = path.y_to_sigma_V_t(path.solver.y)
    out.put((seconds, bool(report["success"]), np.asarray(sigma, dtype=float)[:, 0, :5]))


def compare(most: float) -> None:
    """Print the comparison with sgamesolver and quantecon."""
    for steps in (21, 101):
        game = line(steps)
        mine, answer = clock(lambda g=game: solve(g, LAM), 5)
        answer.require()
        label = f"{game.states} states, lam {LAM:g}"
        print(f"{label}: here {mine * 1e3:.2f} ms ({answer.method}), residual {answer.residual:.1e}")
        _best_plan(game, answer, label)
        _homotopy(game, answer, mine, steps, label, most)


def _homotopy(game: StochasticGame, answer: Any, mine: float, steps: int, label: str, most: float) -> None:
    context = multiprocessing.get_context("spawn")
    out = context.Queue()
    process = context.Process(target=homotopy, args=(steps, LAM, out))
    start = time.perf_counter()
    process.start()
    while process.is_alive() and out.empty() and time.perf_counter() - start < most:
        time.sleep(0.05)
    if out.empty():
        alive = process.is_alive()
        process.kill()
        print(f"{label}: sgamesolver {'not done after ' + format(most, 'g') + ' s' if alive else 'failed'}")
        return
    seconds, good, sigma = out.get()
    process.join()
    apart = float(np.max(np.abs(sigma[: game.states - 1] - answer.s_A[:-1])))
    print(
        f"{label}: sgamesolver {seconds:.2f} s ({'arrived' if good else 'did not arrive'}), A's strategies differ by "
        f"at most {apart:.1e}; ratio {seconds / mine:,.0f}"
    )


def _best_plan(game: StochasticGame, answer: Any, label: str) -> None:
    from quantecon.markov import DiscreteDP

    R = np.einsum("sab,sb->sa", game.u_A, answer.s_B)
    Q = np.einsum("sabt,sb->sat", game.P, answer.s_B)
    seconds, found = clock(lambda: DiscreteDP(R, Q, game.delta).solve(method="policy_iteration"), 5)
    gap = float(np.max(found.v - answer.V_A))
    print(
        f"{label}: quantecon's best plan {seconds * 1e3:.2f} ms; gap of A {gap:.6f} by quantecon, "
        f"{answer.gap_A:.6f} in the certificate here, which the time above includes"
    )


def main() -> None:
    """Measure."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--own", action="store_true", help="only this package")
    words.add_argument("--compare", action="store_true", help="only the comparison")
    words.add_argument("--most", type=float, default=600.0, help="seconds to wait for sgamesolver, per game")
    asked = words.parse_args()
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    print(f"cores {os.cpu_count()}, load {load}; Python {sys.version.split()[0]}, NumPy {np.__version__}")
    if not asked.compare:
        own()
    if not asked.own:
        compare(asked.most)


if __name__ == "__main__":
    main()
