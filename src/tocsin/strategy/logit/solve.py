"""Solve a stochastic game with logit choice: iterate, and where that fails follow the branch; never show a wrong
answer."""

# ruff: noqa: N815 - names are the symbols of the model
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tocsin.errors import ModelError, UsageError
from tocsin.strategy.logit.follow import LARGEST, follow, split
from tocsin.strategy.logit.game import Array, StochasticGame, equations, evaluate

Method = Literal["auto", "iterate", "branch"]
Status = Literal["converged", "cycle", "fold", "max_iter"]
TOL = 1e-9


@dataclass(frozen=True)
class LogitSolution:
    """A logit equilibrium with its certificate; arrays are NaN unless the status is "converged".

    Parameters
    ----------
    status : {"converged", "cycle", "fold", "max_iter"}
        cycle: the iteration did not settle and the branch was not tried or is too large to follow; fold: the branch
        could not be followed to this ``lam``; max_iter: the limit of steps was reached on the branch.
    method : {"iterate", "branch"}
        What produced the answer. Iteration finds some equilibrium; the branch finds the one that is connected with even
        mixing, at its first arrival at ``lam``.
    residual : float
        Largest residual of the equilibrium's equations (see `tocsin.strategy.logit.game.equations`), strategies
        included.
    gap_A, gap_B : float
        What a player could gain in any state by the best plan against the other's strategy.
    bound_A, bound_B : float
        What logit choice allows the gap to be: ``ln(actions) / (lam (1 - delta))``.
    lam_reached : float
        Largest precision reached on the branch (or ``lam`` itself).
    folds : int
        Turning points of the branch passed on the way.
    V_A, V_B, s_A, s_B : ndarray
        Values (S,) and strategies (S, A), (S, B).
    """

    status: Status
    method: Literal["iterate", "branch"]
    residual: float
    gap_A: float
    gap_B: float
    bound_A: float
    bound_B: float
    lam_reached: float
    folds: int
    V_A: Array
    V_B: Array
    s_A: Array
    s_B: Array

    def require(self) -> LogitSolution:
        """Return the solution if it converged; ModelError otherwise."""
        if self.status != "converged":
            raise ModelError(
                f"the stochastic game was not solved ({self.status}): residual {self.residual:.1e}, branch followed "
                f"up to lam = {self.lam_reached:g}. Lower lam or raise the limit."
            )
        return self


def solve(
    game: StochasticGame, lam: float, *, method: Method = "auto", limit: int = 5000, tol: float = TOL
) -> LogitSolution:
    """Return a logit equilibrium of a stochastic game.

    Each player takes an action with probability proportional to ``exp(lam Q)``, where Q is the expected payoff of the
    action plus the discounted value of what follows; values are expected payoffs.

    Parameters
    ----------
    game : StochasticGame
        The game.
    lam : float
        Precision of choice, above 0.
    method : {"auto", "iterate", "branch"}
        "iterate" is fast and finds some equilibrium; "branch" follows the equilibria from ``lam = 0``, passes folds,
        and is limited to 3,000 unknowns; "auto" iterates first and follows the branch where that does not settle.
    limit : int
        Most rounds, or steps on the branch.
    tol : float
        Largest residual of the values accepted.

    Examples
    --------
    Matching pennies, repeated: both mix evenly at any precision.

    >>> u = np.array([[[1.0, -1.0], [-1.0, 1.0]]])
    >>> solve(StochasticGame(u, -u, np.ones((1, 2, 2, 1)), 0.9), 50.0).s_A.round(6).tolist()
    [[0.5, 0.5]]
    """
    if not (np.isfinite(lam) and lam > 0):
        raise UsageError(f"lam = {lam:g} must be above 0.")
    if method not in ("auto", "iterate", "branch"):
        raise UsageError(f"unknown method {method!r}: use 'auto', 'iterate' or 'branch'.")
    swap = game.u_A.shape[2] > game.u_A.shape[1]
    work = game.swapped() if swap else game
    out: LogitSolution | None = None
    if method != "branch":
        out = _iterate(work, lam, tol, min(limit, 1000))
    small = work.states * (work.u_A.shape[2] + 1) <= LARGEST
    if out is None or (method == "auto" and out.status != "converged" and small):
        out = _branch(work, lam, limit)
    return _unswap(out) if swap else out


def _iterate(game: StochasticGame, lam: float, tol: float, limit: int) -> LogitSolution:
    from tocsin.strategy.logit.iterate import rounds

    S, nA, nB = game.u_A.shape
    V = np.stack((game.u_A.mean(axis=(1, 2)), game.u_B.mean(axis=(1, 2)))) / (1 - game.delta)
    s_A, s_B = np.full((S, nA), 1 / nA), np.full((S, nB), 1 / nB)
    try:
        residual, _, unsolved = rounds(lam, game.delta, game.u_A, game.u_B, game.P, V, s_A, s_B, tol, limit, 10)
    except np.linalg.LinAlgError:
        residual, unsolved = float("inf"), S
    good = residual <= tol and unsolved == 0
    odds = np.log(np.maximum(s_B, 1e-300))
    ell = odds[:, 1:] - odds[:, :1]
    return _answer(game, lam, "converged" if good else "cycle", "iterate", V[0], V[1], ell, lam if good else 0.0, 0)


def _branch(game: StochasticGame, lam: float, limit: int) -> LogitSolution:
    b = follow(game, lam, limit=limit)
    status: Status = "converged" if b.arrived else ("max_iter" if b.steps >= limit else "fold")
    return _answer(game, lam, status, "branch", *split(game, b.y), b.lam, b.folds)


def _answer(
    game: StochasticGame,
    lam: float,
    status: Status,
    method: Literal["iterate", "branch"],
    V_A: Array,
    V_B: Array,
    ell: Array,
    reached: float,
    folds: int,
) -> LogitSolution:
    p = evaluate(game, V_A, V_B, ell, lam)
    bound_A, bound_B = (float(np.log(k) / (lam * (1 - game.delta))) for k in game.u_A.shape[1:])
    if status == "converged":
        gaps = best_plan_gap(game, p.s_A, p.s_B), best_plan_gap(game.swapped(), p.s_B, p.s_A)
        # Strategies are compared as probabilities: the log-odds of an action never taken are noise.
        S = game.states
        off = np.max(np.abs(equations(game, V_A, V_B, ell, lam)[: 2 * S]))
        again = evaluate(game, V_A, V_B, lam * (p.Q_B[:, 1:] - p.Q_B[:, :1]), lam)
        residual = float(max(off, np.max(np.abs(again.s_B - p.s_B))))
        return LogitSolution(status, method, residual, *gaps, bound_A, bound_B, reached, folds, V_A, V_B, p.s_A, p.s_B)
    with np.errstate(all="ignore"):
        residual = float(np.max(np.abs(equations(game, V_A, V_B, ell, lam))))
    values, s_A, s_B = (np.full_like(x, np.nan) for x in (V_A, p.s_A, p.s_B))
    return LogitSolution(
        status, method, residual, np.nan, np.nan, bound_A, bound_B, reached, folds, values, values.copy(), s_A, s_B
    )


def best_plan_gap(game: StochasticGame, s_A: Array, s_B: Array) -> float:
    """Return what A could gain in any state by the best plan against ``s_B``, by policy iteration (exact)."""
    S = game.states
    u, P = np.einsum("sab,sb->sa", game.u_A, s_B), np.einsum("sabt,sb->sat", game.P, s_B)

    def value(s: Array) -> Array:
        own = np.eye(S) - game.delta * np.einsum("sa,sat->st", s, P)
        return np.asarray(np.linalg.solve(own, (s * u).sum(1)))

    mine = best = value(s_A)
    for _ in range(1000):
        Q = u + game.delta * (P @ best)
        better = value(np.eye(u.shape[1])[Q.argmax(axis=1)])
        if np.max(better - best) < 1e-12 * (1 + np.max(np.abs(best))):
            break
        best = np.maximum(best, better)
    return float(np.max(best - mine))


def _unswap(x: LogitSolution) -> LogitSolution:
    from dataclasses import replace

    return replace(
        x,
        gap_A=x.gap_B,
        gap_B=x.gap_A,
        bound_A=x.bound_B,
        bound_B=x.bound_A,
        V_A=x.V_B,
        V_B=x.V_A,
        s_A=x.s_B,
        s_B=x.s_A,
    )
