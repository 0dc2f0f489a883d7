"""Base and scenario side by side: the base is that of the assessment, and each scenario moves what it should."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import Interval
from tocsin.assessment.scenario_parts import ScenarioDirection, ScenarioReading
from tocsin.case.load import Case, load_case
from tocsin.errors import CaseError
from tocsin.pipeline import assess
from tocsin.scenarios.run import run

DAY = date(2026, 6, 8)
DRAWS = 8
BUILT_IN = [
    "supplier-embargo",
    "deliveries-doubled",
    "deliveries-stop",
    "monitors-leave",
    "hard-guarantee",
    "party-regime",
    "fatal-incident",
    "treaty-signed",
    "limited-force-1995-2010",
    "no-2020-war",
]


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("armenia-azerbaijan")


@pytest.fixture(scope="module")
def whole() -> Assessment:
    return assess("armenia-azerbaijan", draws=DRAWS)


@pytest.fixture(scope="module")
def found(whole: Assessment) -> ScenarioReading:
    assert whole.scenarios is not None
    return whole.scenarios


def direction(found: ScenarioReading, name: str, actor: str) -> ScenarioDirection:
    (r,) = (r for r in found.results if r.name == name)
    return next(d for d in r.directions if d.actor == actor)


def test_all_of_the_case_are_run_in_its_order(found: ScenarioReading) -> None:
    assert [r.name for r in found.results] == BUILT_IN
    assert found.left_out == 0
    for r in found.results:
        assert [d.actor for d in r.directions] == ["ARM", "AZE"], "both directions, always"
        assert r.changes
        assert r.base_sha256 != r.scenario_sha256
        assert all(c.before != c.after for c in r.changes)


def test_the_base_is_that_of_the_assessment(whole: Assessment, found: ScenarioReading) -> None:
    for r in (r for r in found.results if r.as_of == whole.as_of):
        assert r.base_sha256 == whole.versions.case_sha256
        for d in r.directions:
            (game,) = (g.results for g in whole.games if g.actor == d.actor)
            assert game is not None
            if d.game.rows:
                for row in d.game.rows:
                    same = next(m for m in game.modes if (m.mode, m.years) == ("strike", row.years))
                    assert row.base.strike == same.at_least
            for f in d.forecast.rows:
                (own,) = (x for x in whole.forecasts if (x.actor, x.horizon_months) == (d.actor, f.horizon_months))
                assert next(m.at_least for m in own.modes if m.mode == f.mode) == f.base
            last = [y for y in whole.strategy.years if y.actor == d.actor][-1]
            assert d.reading.base == last.share_any
            assert d.reading.base_rise == last.shift


def test_the_base_of_a_past_day_is_the_assessment_of_that_day(found: ScenarioReading) -> None:
    past = assess("armenia-azerbaijan", as_of=date(2020, 12, 31), draws=DRAWS, scenarios=())
    assert past.scenarios is None
    (r,) = (r for r in found.results if r.name == "no-2020-war")
    assert r.base_sha256 == past.versions.case_sha256
    for d in r.directions:
        (game,) = (g.results for g in past.games if g.actor == d.actor)
        assert game is not None
        strike = next(m.at_least for m in game.modes if (m.mode, m.years) == ("strike", 1))
        assert d.game.rows[0].base.strike == strike
        forecast = next(f for f in past.forecasts if (f.actor, f.horizon_months) == (d.actor, 12))
        assert d.forecast.rows[1].base == forecast.modes[3].at_least


# Forecast, game, closed forms, as measured; "the other way" is a result and stays one.
FOUND = {
    ("supplier-embargo", "ARM"): ("not felt", "not felt", "no expectation"),
    ("supplier-embargo", "AZE"): ("not felt", "as expected", "as expected"),
    ("deliveries-doubled", "ARM"): ("not felt", "not felt", "no expectation"),
    ("deliveries-doubled", "AZE"): ("not felt", "as expected", "as expected"),
    ("deliveries-stop", "ARM"): ("not felt", "no expectation", "no expectation"),
    ("deliveries-stop", "AZE"): ("not felt", "as expected", "as expected"),
    ("monitors-leave", "ARM"): ("not felt", "not felt", "not felt"),
    ("monitors-leave", "AZE"): ("not felt", "as expected", "not felt"),
    ("hard-guarantee", "ARM"): ("not felt", "not felt", "not felt"),
    ("hard-guarantee", "AZE"): ("not felt", "as expected", "not felt"),
    ("party-regime", "ARM"): ("not felt", "not felt", "not felt"),
    ("party-regime", "AZE"): ("not felt", "as expected", "not felt"),
    ("fatal-incident", "ARM"): ("as expected", "as expected", "not felt"),
    ("fatal-incident", "AZE"): ("as expected", "as expected", "not felt"),
    ("treaty-signed", "ARM"): ("not felt", "as expected", "not felt"),
    ("treaty-signed", "AZE"): ("not felt", "as expected", "not felt"),
    ("limited-force-1995-2010", "ARM"): ("not felt", "the other way", "no change"),
    ("limited-force-1995-2010", "AZE"): ("not felt", "as expected", "no change"),
    ("no-2020-war", "ARM"): ("no expectation", "no expectation", "not felt"),
    ("no-2020-war", "AZE"): ("the other way", "as expected", "not felt"),
}


@pytest.mark.parametrize(("name", "actor"), FOUND)
def test_what_each_scenario_moves(found: ScenarioReading, name: str, actor: str) -> None:
    d = direction(found, name, actor)
    assert (d.forecast.found, d.game.found, d.reading.found) == FOUND[name, actor]


@pytest.mark.parametrize("name", BUILT_IN)
def test_what_is_said_to_be_expected_is_what_the_numbers_say(found: ScenarioReading, name: str) -> None:
    (r,) = (r for r in found.results if r.name == name)
    for d in r.directions:
        if d.game.rows:
            c = d.game.rows[0].change.strike
            assert c.low <= c.median <= c.high
            assert d.game.rows[0].scenario.strike.mean - d.game.rows[0].base.strike.mean == pytest.approx(c.mean)
            if d.game.found == "as expected":
                assert (c.low > 0) if d.expected == "more" else (c.high < 0)
                assert d.game.higher == (1.0 if d.expected == "more" else 0.0) or name == "limited-force-1995-2010"
        for f in d.forecast.rows:
            assert f.change.value is not None
            assert f.base.value is not None
            assert f.scenario.value is not None
            assert f.change.value == pytest.approx(f.scenario.value - f.base.value)
            assert f.change.low is not None
            assert f.change.high is not None
            assert f.change.low <= f.change.value <= f.change.high


def test_what_cannot_be_felt_has_no_number(found: ScenarioReading) -> None:
    numb = 0
    for r in found.results:
        for d in r.directions:
            if d.forecast.found == "not felt":
                assert d.forecast.rows == []
                assert d.forecast.unmoved
            if d.game.found == "not felt":
                assert (d.game.rows, d.game.read, d.game.higher) == ([], [], None)
                assert d.game.unmoved
            if d.reading.found == "not felt":
                assert d.reading.scenario is None
                assert d.reading.change is None
                assert d.reading.scenario_rise == Interval(value=None, missing=d.reading.unmoved)
                numb += 1
    assert numb >= 8


def test_the_size_of_a_change_follows_its_cause(case: Case) -> None:
    """More pending arms of the rival: more force in game and closed forms, step by step."""
    force, share = [], []
    for factor in (0, 0.5, 1.5, 2):
        (r,) = run(case, DAY, [], [f"arms.ARM.deliveries_factor={factor}"], draws=4).results
        d = r.directions[1]
        force.append(d.game.rows[0].scenario.strike.mean)
        share.append(d.reading.scenario)
    assert force == sorted(force)
    assert share == sorted(x for x in share if x is not None)
    assert len(set(force)) == len(set(share)) == 4


def test_same_input_same_bytes_whatever_the_threads(case: Case) -> None:
    names = ["party-regime", "no-2020-war"]
    one, two = (run(case, DAY, names, draws=4, workers=w).model_dump_json() for w in (1, 3))
    assert one == two
    # A scenario says the same alone and beside others.
    (alone,) = run(case, DAY, ["no-2020-war"], draws=4).results
    assert alone.model_dump_json() in one


def test_the_seed_moves_draws_and_nothing_else(case: Case) -> None:
    one, two = (run(case, DAY, ["fatal-incident"], draws=4, seed=s).results[0] for s in (1, 2))
    assert one.directions[1].game.rows != two.directions[1].game.rows
    assert one.directions[1].forecast == two.directions[1].forecast
    assert one.scenario_sha256 == two.scenario_sha256


def test_a_scenario_that_changes_nothing_moves_nothing(case: Case) -> None:
    (r,) = run(case, DAY, [], ["arms.deliveries_factor=1", "commitments.G22.hardness=soft"], draws=2).results
    assert r.changes == []
    assert r.base_sha256 == r.scenario_sha256
    assert {(d.forecast.found, d.game.found, d.reading.found) for d in r.directions} == {("not felt",) * 3}


def test_without_scenarios_the_assessment_is_the_same(whole: Assessment) -> None:
    plain = assess("armenia-azerbaijan", draws=DRAWS, scenarios=())
    assert plain.scenarios is None
    assert whole.model_copy(update={"scenarios": None}) == plain


def test_without_draws_the_game_is_unknown_and_says_so(case: Case) -> None:
    r = run(case, DAY, ["treaty-signed"], draws=0).results[0]
    for d in r.directions:
        assert d.game.found == "unknown"
        assert any("not asked for" in m for m in d.game.missing)
        assert d.game.read, "what changes in its inputs is still said"


@pytest.mark.parametrize("day", [date(2009, 12, 31), date(2020, 6, 30), date(2023, 1, 31)])
def test_a_run_of_the_past_leaves_out_what_was_not_yet_known(case: Case, day: date) -> None:
    found = run(case, day, draws=0)
    names = {r.name for r in found.results}
    assert found.left_out == len(BUILT_IN) - len(names) > 0
    text = found.model_dump_json()
    assert "EUMA" not in text
    assert "supplier-embargo" not in names, "no order from India was known"
    assert "no-2020-war" not in names or day >= date(2020, 12, 31)
    assert "limited-force-1995-2010" not in names or day >= date(2010, 12, 31)
    with pytest.raises(CaseError, match="does not fit"):
        run(case, day, ["monitors-leave"], draws=0)


def test_payoffs_that_are_set_change_only_the_state_that_acts(case: Case) -> None:
    (r,) = run(case, DAY, [], ["strategy.AZE.F=0.6"], draws=4).results
    a, b = r.directions
    assert a.game.found == "not felt"
    assert b.game.rows[0].change.strike.high < 0


def test_no_game_that_failed_enters(found: ScenarioReading) -> None:
    used = [d.game.used for r in found.results for d in r.directions if d.game.rows]
    assert used
    assert set(used) == {DRAWS}
    assert np.isfinite(
        [d.game.rows[0].change.war.mean for r in found.results for d in r.directions if d.game.rows]
    ).all()
