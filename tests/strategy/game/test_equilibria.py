"""Several starting points: one equilibrium where choice is noisy, several where it is precise and war is cheap."""

from __future__ import annotations

import numpy as np
import pytest

from tocsin.errors import ModelError, UsageError
from tocsin.strategy.game import equilibria as module
from tocsin.strategy.game.equilibria import distinct, several
from tocsin.strategy.game.prior import prior_games
from tocsin.strategy.game.setting import default
from tocsin.strategy.game.solve import certify, solve, solve_from

CHEAP_WAR = default(
    lam=200, gam=2, omega=0.8, cW=0.1, cL=0.1, F=0, theta=0.4, k=0.01, dW=0.1, xi=0.1
)  # precise choice and cheap war


def test_the_draws_have_one_equilibrium_from_each_start() -> None:
    seen: list[int] = []
    r = several(prior_games(4, "personalist"), starts=3, progress=seen.append)
    assert r.found.tolist() == [1, 1, 1, 1]
    assert (r.share, r.unsolved, r.nowhere, r.widest) == (0.0, 0, 0, 0.0)
    assert seen == [1, 2, 3, 4]


def test_a_game_with_several_equilibria_is_found_out_and_both_are_equilibria() -> None:
    r = several([default(), CHEAP_WAR], starts=6)
    assert r.found.tolist() == [1, 2]
    assert r.share == 0.5
    assert r.widest > 0.5
    again = several([default(), CHEAP_WAR], starts=6, workers=1)
    assert np.array_equal(r.found, again.found)
    assert r.widest == again.widest
    points = [(None, None), *module._points(np.random.default_rng(1), 8)]
    kinds = distinct([s for s in (solve_from(CHEAP_WAR, *p) for p in points) if s.status == "converged"])
    assert len(kinds) >= 2
    assert all(certify(s).holds for s in kinds)
    # Iterated further they stay where they are: not one equilibrium met twice with little precision.
    for s in kinds:
        further = solve_from(CHEAP_WAR, np.stack((s.V_A, s.V_B), -1), s.s_B, tol=1e-13)
        assert further.status == "converged"
        assert np.abs(further.s_A - s.s_A).max() < 1e-6


def test_the_first_start_is_that_of_the_solver() -> None:
    assert np.array_equal(solve_from(default()).V_A, solve(default()).V_A)
    lead = several(default(timing="A first"), starts=2)
    assert lead.found.tolist() == [1]


def test_what_was_not_solved_is_not_called_single(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "solve_from", lambda *a: solve_from(*a, limit=3))
    r = several(default(), starts=2)
    assert (r.found.tolist(), r.unsolved, r.nowhere) == ([0], 1, 2)
    with pytest.raises(ModelError, match="none of 1 games"):
        _ = r.share


def test_senseless_requests_are_refused() -> None:
    for games, starts in (([], 3), (default(), 1)):
        with pytest.raises(UsageError, match="needed"):
            several(games, starts=starts)
