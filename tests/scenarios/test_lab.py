"""The scenario lab: its numbers are those of a scenario run the slow way, and no input gets past its knobs."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin import pipeline
from tocsin.assessment.scenario_parts import ScenarioReading
from tocsin.case.load import Case, list_cases, load_case
from tocsin.errors import UsageError
from tocsin.scenarios.knobs import AS_OF, LAM, KnobError
from tocsin.scenarios.lab import Lab
from tocsin.scenarios.lab_parts import SPREADS, LabAnswer, LabDirection, LabRow
from tocsin.scenarios.positions import LONGEST, State, query
from tocsin.scenarios.solved import GameKey, Games, solve_key

NAME = "armenia-azerbaijan"
DRAWS = 4
# Games are solved from nothing here and from the base there, both to a residual of 1e-9.
NEAR = 1e-7


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab(load_case(NAME), draws=DRAWS)


@pytest.fixture(scope="module")
def idle_labs() -> dict[str, Lab]:
    """Labs whose games are never solved."""
    return {name: Lab(load_case(name), Games(workers=0)) for name in list_cases()}


def ask(lab: Lab, **moved: str) -> LabAnswer:
    return lab.answer(lab.read((k.replace("__", "."), v) for k, v in moved.items()))


def row(d: LabDirection, model: str, mode: str = "strike", months: int = 12) -> LabRow:
    return next(r for r in d.rows if (r.model, r.mode, r.horizon_months) == (model, mode, months))


def same_numbers(found: LabAnswer, slow: ScenarioReading) -> int:
    """Hold every number of an answer against the slow run; return how many were held."""
    (result,) = slow.results
    held = 0
    assert found.changes == result.changes
    for d, s in zip(found.directions, result.directions, strict=True):
        assert (d.actor, d.rival) == (s.actor, s.rival)
        assert d.reading == s.reading
        assert d.forecast_unmoved == s.forecast.unmoved
        assert d.game_unmoved == s.game.unmoved
        assert d.game_read == s.game.read
        for f in s.forecast.rows:
            r = row(d, "forecast", f.mode, f.horizon_months)
            assert (r.base, r.scenario, r.change) == (f.base, f.scenario, f.change)
            assert (r.base_rate, r.base_rate_scenario) == (f.base_rate, f.base_rate_scenario)
            held += 1
        for g in s.game.rows:
            for mode, name in SPREADS.items():
                r = row(d, "game", mode, 12 * g.years)
                for mine, theirs in ((r.base, g.base), (r.scenario, g.scenario), (r.change, g.change)):
                    spread = getattr(theirs, name)
                    assert mine is not None
                    assert (mine.value, mine.low, mine.high) == pytest.approx(
                        (spread.mean, spread.low, spread.high), abs=NEAR
                    )
                    held += 1
        assert all(r.scenario is None for r in d.rows if r.model == "game") == (not s.game.rows)
        if s.game.rows:
            first = row(d, "game")
            assert first.base_rate == pytest.approx(s.game.base_rate)
            assert first.base_rate_scenario == pytest.approx(s.game.base_rate_scenario)
            assert (d.higher, d.used) == (s.game.higher, s.game.used)
    return held


MOVES = [
    {"deliveries__ARM": "2"},
    {"deliveries__AZE": "0", "supplier__India": "withholds"},
    {"monitor__G24": "leaves", "regime__AZE": "party"},
    {"fallout": "0.5"},
    {"fallout": "3", "regime__ARM": "military", "treaty": "signed"},
    {"event__AZE": "strike", "event__ARM": "incursion"},
    {"quiet": "5", "event__ARM": "war"},
    {AS_OF: "2019", "deliveries__AZE": "3", "fallout": "0"},
    {AS_OF: "2022-06-30", "quiet": "2"},
]


@pytest.mark.parametrize("moved", MOVES, ids=lambda m: " ".join(f"{k}={v}" for k, v in m.items()))
def test_the_lab_says_what_the_slow_run_says(lab: Lab, moved: dict[str, str]) -> None:
    found = ask(lab, **moved)
    slow = pipeline.scenario(NAME, overrides=found.sets, as_of=found.as_of, draws=DRAWS)
    assert found.complete
    assert found.draws == DRAWS
    assert same_numbers(found, slow) > 0


def test_the_base_stands_where_a_model_feels_nothing(lab: Lab) -> None:
    base, moved = ask(lab), ask(lab, supplier__India="withholds")
    assert base.sets == []
    assert base.command is None
    for one, two in zip(base.directions, moved.directions, strict=True):
        assert [r.base for r in one.rows] == [r.base for r in two.rows]
        assert all(r.scenario is None and r.change is None for r in one.rows)
        assert two.forecast_unmoved is not None
        assert "borders" in two.forecast_unmoved
        assert all(r.scenario is None for r in two.rows if r.model == "forecast"), "not felt is not a change of nothing"
    felt = {d.actor: d.game_unmoved for d in moved.directions}
    assert felt["AZE"] is None
    assert felt["ARM"] is not None


def test_the_base_is_that_of_the_assessment(lab: Lab) -> None:
    whole = pipeline.assess(NAME, draws=DRAWS, scenarios=())
    for d in ask(lab).directions:
        results = next(g.results for g in whole.games if g.actor == d.actor)
        assert results is not None
        for m in (m for m in results.modes if m.mode in SPREADS):
            r = row(d, "game", m.mode, 12 * m.years).base
            assert (r.value, r.low, r.high) == pytest.approx((m.at_least.mean, m.at_least.low, m.at_least.high))
        first = next(m for m in results.modes if (m.mode, m.years) == ("strike", 1))
        assert row(d, "game").base_rate == pytest.approx(first.base_rate_at_least)
        for f in (f for f in whole.forecasts if f.actor == d.actor):
            for m in (m for m in f.modes if m.mode in SPREADS):
                assert row(d, "forecast", m.mode, f.horizon_months).base == m.at_least


@pytest.mark.parametrize("lam", ["0.5", "2", "5", "15"])
def test_a_precision_of_choice_is_the_central_game_with_its_own_habits(lab: Lab, lam: str) -> None:
    from tocsin.parameters import parameters
    from tocsin.strategy.game import centre
    from tocsin.strategy.game.chain import highest_mode
    from tocsin.strategy.game.solve import solve
    from tocsin.strategy.mapping import mixes

    found = ask(lab, lam=lam, fallout="2", regime__AZE="party")
    assert found.complete
    assert found.lam == float(lam)
    assert found.command is None, "the command line has no such option"
    weight = parameters("strategy")["w_measure"].mode
    for d in found.directions:
        s = lab.day(found.as_of).base.jobs[d.actor]
        assert s is not None
        fixed = {"monitor": float(bool(s.situation.monitors)), "partner": float(bool(s.situation.partners))}
        kind = "party" if d.actor == "AZE" else str(s.situation.regime.kind)
        for regime, factor, side in ((str(s.situation.regime.kind), 1.0, "base"), (kind, 2.0, "scenario")):
            game = centre.changed(centre.central(regime, **fixed), "lam", float(lam))
            game = game.with_(F=factor * game.F)
            p = highest_mode(solve(game), mixes(s.situation, game, weight)["main"], 3)
            for t in range(3):
                number = getattr(row(d, "game", months=12 * (t + 1)), side)
                assert number.value == pytest.approx(p[t, 3:].sum(), abs=NEAR)
                assert number.low is None
                assert number.high is None, "one game has no spread"


def test_draws_not_yet_solved_are_left_out_and_said_to_be(lab: Lab) -> None:
    games = Games(workers=0)
    short = Lab(lab.case, games, draws=DRAWS)
    state = short.read([("fallout", "2")])
    nothing = short.answer(state, 0.0)
    assert not nothing.complete
    assert nothing.draws == 0
    for d in nothing.directions:
        assert row(d, "game").base.value is None
        assert "being solved" in str(row(d, "game").base.missing)
        assert row(d, "forecast").base.value is not None, "the forecast waits for no game"
    keys = [key for key in games._kept if key.draw is not None and key.draw < 3]
    for key, promise in zip(keys, games.ask(keys), strict=True):
        promise.set_result(solve_key(key))
    part = short.answer(state, 0.0)
    assert part.draws == 3
    assert not part.complete
    slow = pipeline.scenario(NAME, overrides=part.sets, draws=3)
    assert same_numbers(part, slow) > 0


def test_few_games_are_kept(lab: Lab) -> None:
    games = Games(workers=1, most=3)
    keys = [GameKey("party", False, False, draw=i) for i in range(5)]
    assert all(x is not None for x in games.solved(keys, None))
    games.ask(keys[:1])
    assert len(games._kept) <= 3
    again = games.solved(keys[:1], None)[0]
    assert again is not None
    assert again.table is not None
    assert np.array_equal(again.table, solve_key(keys[0]).table)  # type: ignore[arg-type]


def test_a_game_that_cannot_be_solved_reaches_who_asked() -> None:
    games = Games(workers=1)
    with pytest.raises(UsageError, match="regime"):
        games.solved([GameKey("junta", False, False)], None)
    assert games.solved([GameKey("party", False, False)], None)[0] is not None, "the worker goes on"


@pytest.mark.parametrize("name", list_cases())
def test_every_end_of_every_knob_is_a_scenario_of_the_case(idle_labs: dict[str, Lab], name: str) -> None:
    lab = idle_labs[name]
    cutoff = lab.case.config.case.cutoff
    for x in lab.day(cutoff).knobs.values():
        if x.name == AS_OF:
            continue
        assert x.default in dict(x.choices)
        for value in {x.choices[0][0], x.choices[-1][0]}:
            state = lab.read([(x.name, value)])
            found = lab.answer(state, 0.0)
            moved = value != x.default
            assert found.state == ({x.name: value} if moved else {})
            assert bool(found.sets or found.idle) == (moved and x.name != LAM)
            assert not (found.sets and found.idle)
            assert found.lam == (float(value) if moved and x.name == LAM else None)


@pytest.mark.parametrize("name", list_cases())
def test_every_year_can_be_asked_for(idle_labs: dict[str, Lab], name: str) -> None:
    lab = idle_labs[name]
    years = [v for v, _ in lab.day(lab.case.config.case.cutoff).knobs[AS_OF].choices]
    for year in (years[0], years[len(years) // 2], years[-1]):
        found = lab.answer(lab.read([(AS_OF, year)]), 0.0)
        assert found.as_of.year == int(year)
        assert {r.horizon_months for d in found.directions for r in d.rows if r.model == "forecast"} == {12, 24, 36}


def test_what_is_not_in_force_on_the_day_does_nothing_and_is_said_to(idle_labs: dict[str, Lab]) -> None:
    lab = idle_labs[NAME]
    found = lab.answer(lab.read([(AS_OF, "2019"), ("monitor.G24", "leaves"), ("supplier.India", "withholds")]), 0.0)
    assert found.sets == []
    assert len(found.idle) == 2
    assert "not in force" in found.idle[1]


def test_the_order_of_the_address_and_what_is_as_it_is_do_not_matter(idle_labs: dict[str, Lab]) -> None:
    lab = idle_labs[NAME]
    one = lab.read([("treaty", "signed"), ("fallout", "2.0"), ("deliveries.ARM", "1"), ("regime.AZE", "coded")])
    two = lab.read([("fallout", "2"), ("treaty", "signed"), (AS_OF, "2026-06-08")])
    assert one == two == State(date(2026, 6, 8), (("fallout", "2"), ("treaty", "signed")))


BAD = [
    (("fallout", "nan"), "0 to 3 in steps of 0.5"),
    (("fallout", "inf"), "0 to 3 in steps of 0.5"),
    (("fallout", "-1"), "0 to 3 in steps of 0.5"),
    (("fallout", "1e0"), "0 to 3"),
    (("fallout", "0.3"), "0 to 3"),
    (("fallout", "\u0663"), "0 to 3"),
    (("deliveries.ARM", ""), "0 to 3 in steps of 0.25"),
    (("deliveries.RUS", "1"), "no such knob"),
    (("delivries.ARM", "1"), "Did you mean 'deliveries.ARM'"),
    (("regime.AZE", "monarchy"), "coded, personalist, military, party, democracy"),
    (("lam", "5.0001"), "drawn, 0.5, 2, 5, 15"),
    (("as_of", "1066"), "1995 to 2026"),
    (("as_of", "2031"), "1995 to 2026"),
    (("as_of", "2020-02-30"), "nor a day"),
    (("as_of", "2026-06-09"), "8 June 2026"),
    (("as_of", "1995-01-01"), "31 December 1995"),
    (("__class__", "1"), "no such knob"),
    (("fallout\x00", "1"), "no such knob"),
]


@pytest.mark.parametrize(("pair", "said"), BAD, ids=lambda x: repr(x)[:30])
def test_bad_values_are_refused_with_the_knob_and_what_it_takes(
    idle_labs: dict[str, Lab], pair: tuple[str, str], said: str
) -> None:
    with pytest.raises(KnobError) as caught:
        idle_labs[NAME].read([("treaty", "signed"), pair])
    (fault,) = caught.value.faults
    assert said in str(fault)
    assert fault.column is not None


def test_all_faults_come_at_once_and_short(idle_labs: dict[str, Lab]) -> None:
    with pytest.raises(KnobError) as caught:
        idle_labs[NAME].read([("fallout", "x" * 100_000), ("y" * 100_000, "1"), ("quiet", "1"), ("quiet", "2")])
    assert {f.rule for f in caught.value.faults} == {"value", "unknown knob", "said twice"}
    assert len(str(caught.value)) < 1000
    with pytest.raises(KnobError, match="parameters are given"):
        idle_labs[NAME].read([("quiet", "1")] * 500)


@given(
    st.lists(
        st.tuples(
            st.one_of(st.text(max_size=LONGEST), st.sampled_from(["fallout", "quiet", "as_of", "lam", "monitor.G24"])),
            st.one_of(st.text(max_size=LONGEST), st.floats().map(str), st.integers().map(str)),
        ),
        max_size=5,
    )
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_said_it_is_a_state_or_a_fault(idle_labs: dict[str, Lab], pairs: list[tuple[str, str]]) -> None:
    lab: Any = idle_labs[NAME]
    try:
        state = lab.read(pairs)
    except KnobError:
        return
    assert lab.read(query(lab.case, state)) == state


def test_two_cases_share_what_is_solved() -> None:
    games = Games(workers=0)
    case: Case = load_case(NAME)
    for _ in range(2):
        lab = Lab(case, games, draws=1)
        lab.answer(lab.read([]), 0.0)
    assert games.waiting() == len(games._kept) == 2, "one game for either state that acts, asked for twice"


def test_python_is_one_call_away() -> None:
    import tocsin

    found = tocsin.lab(NAME, {"fallout": 2.0, "as_of": 2019}, draws=1)
    assert found.sets == ["strategy.F_factor=2"]
    assert found.as_of == date(2019, 12, 31)
