"""The answers for one situation: held against the solver asked directly, the same on any number of threads."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest

from tocsin.assessment.game import reading
from tocsin.case.asof import known_on
from tocsin.case.load import Case, load_case
from tocsin.errors import ModelError, UsageError
from tocsin.strategy import outputs as module
from tocsin.strategy.game import centre
from tocsin.strategy.game.calibrate import calibrate
from tocsin.strategy.game.chain import base_rates, highest_mode
from tocsin.strategy.game.prior import prior_games
from tocsin.strategy.game.questions import outsiders, strike_or_war
from tocsin.strategy.game.setting import BASE_RATES, default
from tocsin.strategy.game.solve import solve
from tocsin.strategy.mapping import Situation, mixes, situation
from tocsin.strategy.outputs import Outputs, outputs, tails

DAY = date(2025, 2, 1)


@pytest.fixture(scope="module")
def known() -> Case:
    return known_on(load_case("armenia-azerbaijan"), DAY)


@pytest.fixture(scope="module")
def here(known: Case) -> Situation:
    return situation(known, DAY, "AZE")


@pytest.fixture(scope="module")
def answer(here: Situation) -> Outputs:
    return outputs(here, draws=4, seed=1)


def test_the_numbers_are_those_of_the_solver(here: Situation, answer: Outputs) -> None:
    weights = module.weight_draws(4, 1)
    games = prior_games(4, "personalist", monitor=1, partner=1)
    direct = []
    for game, w in zip(games, weights, strict=True):
        solution, ways = solve(game).require(), mixes(here, game, float(w))
        bare = highest_mode(solution, ways["nothing pending"])
        there = highest_mode(solution, ways["main"])
        alone = outsiders(game, ways["main"])
        direct.append(
            (
                there,
                base_rates(solution, ways["main"]),
                tails(there) - tails(bare),
                strike_or_war(solution, ways["supplier withholding"]),
                alone["both"][0, 3:].sum() - alone["partner"][0, 3:].sum(),
            )
        )
    parts = [np.stack(part) for part in zip(*direct, strict=True)]
    assert answer.modes.mean == pytest.approx(parts[0].mean(0), abs=1e-8)
    assert answer.modes.median == pytest.approx(np.median(parts[0], axis=0), abs=1e-8)
    assert answer.base == pytest.approx(parts[1].mean(0), abs=1e-8)
    assert answer.pending.mean == pytest.approx(parts[2].mean(0), abs=1e-8)
    assert answer.readings["supplier withholding"].mean[3] == pytest.approx(parts[3].mean(), abs=1e-8)
    assert answer.outsiders_change["monitor"].mean[3] == pytest.approx(parts[4].mean(), abs=1e-7)
    assert answer.readings["main"].mean == pytest.approx(answer.at_least.mean[0], abs=1e-9)


def test_probabilities_are_probabilities(answer: Outputs) -> None:
    assert answer.modes.mean.sum(1) == pytest.approx(1)
    assert (np.diff(answer.at_least.mean, axis=0) >= -1e-12).all(), "longer horizons hold more"
    assert (np.diff(answer.at_least.mean, axis=1) <= 1e-12).all()
    assert (answer.at_least.low <= answer.at_least.median).all()
    assert (answer.at_least.median <= answer.at_least.high).all()
    assert ((answer.window > 0) & (answer.window < 1)).all()
    assert answer.checks.failed == answer.checks.uncertified == 0
    assert answer.checks.worst_residual <= 1e-9
    assert answer.central.certificate.holds


def test_the_base_rate_is_that_of_the_recent_history(here: Situation, answer: Outputs) -> None:
    expected = tails(np.array(here.recent.shares) @ BASE_RATES)
    assert answer.base_at_least[0] == pytest.approx(expected, abs=1e-9)
    assert answer.readings_base["main"] == pytest.approx(expected, abs=1e-12)
    hard = answer.readings_base["recent force by a hard rule of twelve months"]
    assert hard == pytest.approx(tails(BASE_RATES[2]), abs=1e-12)


def test_threads_and_runs_change_no_bit(here: Situation, answer: Outputs) -> None:
    again = outputs(here, draws=4, seed=1, workers=1)
    for f in fields(Outputs):
        one, two = getattr(answer, f.name), getattr(again, f.name)
        assert repr(one) == repr(two), f.name
    assert outputs(here, draws=4, seed=2).modes.mean.tolist() != answer.modes.mean.tolist()


def test_failures_are_counted_and_enter_no_number(
    here: Situation, answer: Outputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    games = prior_games(4, "personalist", monitor=1, partner=1)
    bad = games[2].with_(lam=1e5)
    assert solve(bad).status != "converged"
    monkeypatch.setattr(module, "prior_games", lambda *a, **k: [*games[:2], bad, games[3]])
    found = outputs(here, draws=4, seed=1)
    assert found.checks.failed == 1
    assert found.checks.dear == 3
    assert np.isfinite(found.modes.mean).all()
    monkeypatch.setattr(module, "prior_games", lambda *a, **k: [bad] * 4)
    with pytest.raises(ModelError, match="none of 4"):
        outputs(here, draws=4, seed=1)


def test_an_unsolved_game_is_said_in_the_assessment(
    known: Case, here: Situation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*a: object, **k: object) -> Outputs:
        raise ModelError("no answer")

    monkeypatch.setattr(module, "outputs", refuse)
    g = reading(known, here, 1, 4)
    assert g.results is None
    assert g.missing == ["no answer"]
    assert g.state.spending is not None


def test_a_second_equilibrium_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    solution = solve(default("personalist"))
    assert module._elsewhere(solution) is False
    other = replace(solution, V_A=solution.V_A + 1e-3)
    monkeypatch.setattr(module, "solve", lambda *a, **k: other)
    assert module._elsewhere(solution) is True


def test_shipped_habits_of_the_central_game_are_those_of_the_calibration() -> None:
    pairs = centre.variants()
    assert len(centre.shipped()) == len(pairs) + 1
    for name, value in [pairs[0], pairs[17], pairs[-1]]:
        game = centre.changed(centre.central("personalist"), name, value)
        fresh = calibrate(default(**{name: value}))
        assert fresh.good
        assert game.wA == pytest.approx(fresh.wA, rel=1e-6)
    with pytest.raises(UsageError, match="no habits"):
        centre.changed(centre.central("personalist"), "F", 0.123)


def test_habits_of_other_ranges_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    centre.shipped.cache_clear()
    monkeypatch.setattr(centre, "ranges_hash", lambda: "another")
    with pytest.raises(ModelError, match="make_strategy_centre"):
        centre.shipped()


def test_the_tornado_holds_the_centre(answer: Outputs) -> None:
    swings = [b.swing for b in answer.central.tornado]
    assert swings == sorted(swings, reverse=True)
    names = [b.name for b in answer.central.tornado]
    assert len(set(names)) == len(names)
    assert "theta" in names
    assert answer.central.lam_row[5.0][3:].sum() == pytest.approx(answer.central.now, abs=1e-4)
    # Near zero precision the base rates remain.
    assert answer.central.lam_row[0.5][3:].sum() == pytest.approx(answer.central.base, rel=0.02)
