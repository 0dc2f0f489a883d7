"""General stochastic games: derivatives, certificates, folds, and answers known from elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from tocsin.errors import ModelError, UsageError
from tocsin.strategy.logit import StochasticGame, solve
from tocsin.strategy.logit.follow import follow, split
from tocsin.strategy.logit.game import derivatives, equations


def random_game(
    g: np.random.Generator, S: int, A: int, B: int, delta: float, *, zero_sum: bool = False
) -> StochasticGame:
    u = g.normal(size=(S, A, B))
    return StochasticGame(u, -u if zero_sum else g.normal(size=u.shape), g.dirichlet(np.ones(S), size=u.shape), delta)


def test_derivatives_against_differences() -> None:
    g = np.random.default_rng(1)
    for A, B in ((3, 3), (5, 2), (2, 2)):
        game, lam, e = random_game(g, 4, A, B, 0.8), 2.3, 1e-6
        y = g.normal(size=4 * (B + 1))
        J, by_lam = derivatives(game, *split(game, y), lam)
        steps = [
            equations(game, *split(game, y + e * v), lam) - equations(game, *split(game, y - e * v), lam)
            for v in np.eye(len(y))
        ]
        assert pytest.approx(np.stack(steps, 1) / (2 * e), abs=1e-7) == J
        change = equations(game, *split(game, y), lam + e) - equations(game, *split(game, y), lam - e)
        assert by_lam == pytest.approx(change / (2 * e), abs=1e-7)


@pytest.mark.parametrize(
    ("S", "A", "B", "delta"), [(1, 2, 2, 0.0), (1, 3, 3, 0.0), (3, 2, 2, 0.9), (6, 5, 3, 0.9), (6, 3, 5, 0.9)]
)
def test_every_answer_is_an_equilibrium(S: int, A: int, B: int, delta: float) -> None:
    g = np.random.default_rng(10 * S + A)
    for _ in range(8):
        game = random_game(g, S, A, B, delta)
        for lam in (3.0, 60.0):
            x = solve(game, lam).require()
            assert x.residual < 1e-7
            assert -1e-9 <= x.gap_A <= x.bound_A + 1e-9
            assert -1e-9 <= x.gap_B <= x.bound_B + 1e-9
            # The definition, written out.
            M_A = game.u_A + delta * np.einsum("sabt,t->sab", game.P, x.V_A)
            M_B = game.u_B + delta * np.einsum("sabt,t->sab", game.P, x.V_B)
            for s in range(S):
                Q = M_A[s] @ x.s_B[s]
                e = np.exp(lam * (Q - Q.max()))
                assert x.s_A[s] == pytest.approx(e / e.sum(), abs=1e-6)
                Q = x.s_A[s] @ M_B[s]
                e = np.exp(lam * (Q - Q.max()))
                assert x.s_B[s] == pytest.approx(e / e.sum(), abs=1e-6)


def test_where_iteration_cycles_the_branch_arrives() -> None:
    g = np.random.default_rng(3)
    cycled = 0
    for _ in range(5):
        game = random_game(g, 8, 5, 3, 0.9)
        plain = solve(game, 100.0, method="iterate")
        if plain.status != "converged":
            cycled += 1
            assert np.isnan(plain.s_A).all()
            with pytest.raises(ModelError, match="not solved"):
                plain.require()
            assert solve(game, 100.0).require().method == "branch"
    assert cycled > 1


def test_folds_are_passed_and_the_path_does_not_depend_on_the_target() -> None:
    """Beyond a fold, naive continuation in lam would jump; the branch found for a far target is that of a near one."""
    g = np.random.default_rng(1)
    folded = 0
    for _ in range(60):
        game = random_game(g, 1, 3, 3, 0.0)
        far = solve(game, 60.0, method="branch")
        assert far.status == "converged"
        if far.folds:
            folded += 1
            assert far.folds % 2 == 0
            near = solve(game, 59.0, method="branch")
            assert near.folds == far.folds
            assert np.abs(near.s_A - far.s_A).max() < 0.1
    assert folded >= 2


def test_zero_sum_games_come_close_to_shapleys_value() -> None:
    g = np.random.default_rng(5)
    for _ in range(3):
        game = random_game(g, 4, 3, 3, 0.7, zero_sum=True)
        V = np.zeros(4)
        for _ in range(60):
            M = game.u_A + game.delta * (game.P @ V)
            V = np.array([matrix_value(m) for m in M])
        x = solve(game, 400.0).require()
        assert np.abs(x.V_A - V).max() < max(x.bound_A, x.bound_B) + 1e-6
        assert pytest.approx(-x.V_B, abs=1e-7) == x.V_A


def matrix_value(M: np.ndarray) -> float:
    rows, columns = M.shape
    best = linprog(
        np.append(np.zeros(rows), -1.0),
        A_ub=np.hstack((-M.T, np.ones((columns, 1)))),
        b_ub=np.zeros(columns),
        A_eq=[[*np.ones(rows), 0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * rows + [(None, None)],
    )
    return float(-best.fun)


def test_coordination_leads_to_the_risk_dominant_equilibrium() -> None:
    u = np.array([[[4.0, 0.0], [3.0, 2.0]]])
    x = solve(StochasticGame(u, u.transpose(0, 2, 1), np.ones((1, 2, 2, 1)), 0.0), 30.0, method="branch").require()
    assert x.s_A[0, 1] > 0.999
    assert x.s_B[0, 1] > 0.999


def test_exchanging_the_players_exchanges_the_answer() -> None:
    game = random_game(np.random.default_rng(8), 5, 4, 2, 0.85)
    a, b = solve(game, 20.0, method="branch").require(), solve(game.swapped(), 20.0, method="branch").require()
    assert a.s_A == pytest.approx(b.s_B, abs=1e-8)
    assert pytest.approx(b.V_A, abs=1e-8) == a.V_B
    assert (a.gap_A, a.bound_A) == pytest.approx((b.gap_B, b.bound_B), abs=1e-8)


def test_what_cannot_be_finished_is_refused() -> None:
    game = random_game(np.random.default_rng(9), 6, 3, 3, 0.9)
    x = solve(game, 50.0, method="branch", limit=3)
    assert x.status == "max_iter"
    assert np.isnan(x.V_A).all()
    assert 0 < x.lam_reached < 50
    big = StochasticGame(np.zeros((1600, 2, 2)), np.zeros((1600, 2, 2)), np.full((1600, 2, 2, 1600), 1 / 1600), 0.5)
    with pytest.raises(ModelError, match="unknowns"):
        follow(big, 1.0)


def test_bad_games_are_refused_with_all_faults() -> None:
    good = random_game(np.random.default_rng(0), 2, 2, 2, 0.5)
    with pytest.raises(UsageError) as error:
        StochasticGame(good.u_A, good.u_B[:, :1], good.P * 1.1, 1.0)
    for words in ("u_B", "sum to 1", "delta = 1"):
        assert words in str(error.value)
    with pytest.raises(UsageError, match="finite"):
        replace(good, u_A=np.full_like(good.u_A, np.nan))
    for lam in (0.0, -1.0, float("nan")):
        with pytest.raises(UsageError, match="lam"):
            solve(good, lam)
    with pytest.raises(UsageError, match="method"):
        solve(good, 1.0, method="guess")
