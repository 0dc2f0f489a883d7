"""Indicators follow from the tables of any case; what a model cannot feel is said, and nothing later is known."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from tocsin.assessment.indicator_parts import Indicator, IndicatorReading
from tocsin.assessment.outlook import forecasts
from tocsin.case.asof import case_hash, known_on
from tocsin.case.load import Case, builtin_folder, list_cases, load_case
from tocsin.cli.app import app
from tocsin.errors import CaseError
from tocsin.indicators.run import run, size, watches
from tocsin.indicators.speech import DEADLINE
from tocsin.pipeline import scenario
from tocsin.scenarios.forecast import KNOWS

DAY = date(2025, 2, 1)


def asked(case: Case, day: date, draws: int = 0) -> IndicatorReading:
    known = known_on(case, day)
    return run(known, day, forecasts(known, day), draws=draws)


@pytest.fixture(scope="module")
def found() -> dict[str, Indicator]:
    return {i.id: i for i in asked(load_case("armenia-azerbaijan"), DAY, draws=2).indicators}


@pytest.mark.parametrize("name", list_cases())
def test_every_case_has_indicators_of_both_sides(name: str) -> None:
    case = load_case(name)
    day = case.config.case.cutoff
    got = asked(case, day).indicators
    for kind in ("deadly force", "order", "delivery", "supplier", "spending", "regime", "demand", "threat"):
        assert {i.state for i in got if i.kind == kind} == set(case.pair), kind
    assert len({i.id for i in got}) == len(got)
    known = known_on(case, day)
    for i in got:
        assert i.present
        assert (i.why_not is None) == (len(i.effects) == 2)
        if i.last is not None:
            assert i.last.date <= day
            assert i.last.sources
            assert set(i.last.sources) <= set(case.sources)
            table, _, key = i.last.row.partition(":")
            if "id" in (known.tables[table].columns if table in known.tables else ()):
                assert key in set(known.tables[table]["id"])
        for e in i.effects:
            for x in (e.forecast, e.game):
                assert (x.change.value is None) == (x.felt != "felt")
                assert (x.change.value is None) == bool(x.why)


def test_the_same_as_the_scenario_with_the_same_keys(found: dict[str, Indicator]) -> None:
    keys = {
        "treaty": "treaty.signed=as-of",
        "mandate-G12": "commitments.G12.until=as-of-1",
        "regime-AZE": "regime.AZE=democracy",
        "spending-ARM": "spending.ARM.factor=1.2",
    }
    for name, key in keys.items():
        (beside,) = scenario("armenia-azerbaijan", overrides=[key], as_of=DAY, draws=2).results
        for e, d in zip(found[name].effects, beside.directions, strict=True):
            assert (e.actor, e.rival) == (d.actor, d.rival)
            assert (e.game.change.value is None) == (not d.game.rows)
            if d.game.rows:
                assert e.game.change.value == pytest.approx(d.game.rows[0].change.strike.mean)
                assert e.game.base == pytest.approx(d.game.rows[0].base.strike.mean)
            assert e.forecast.why == d.forecast.unmoved


def test_directions_that_theory_names(found: dict[str, Indicator]) -> None:
    def change(name: str, actor: str) -> float:
        e = next(e for e in found[name].effects if e.actor == actor)
        assert e.game.change.value is not None
        return e.game.change.value

    assert change("deadly-AZE", "AZE") > 0
    assert change("treaty", "AZE") < 0
    assert change("order-ARM", "AZE") > 0
    assert change("delivery-ARM", "AZE") < 0
    assert change("mandate-G12", "AZE") > 0


def test_what_is_not_felt_has_a_reason_and_no_zero(found: dict[str, Indicator]) -> None:
    treaty = found["treaty"].effects[0].forecast
    assert treaty.felt == "not felt"
    assert treaty.change.value is None
    assert treaty.why is not None
    assert treaty.why.startswith(KNOWS)
    for name in ("demand-AZE", "threat-AZE", "demand-ARM", "threat-ARM"):
        assert found[name].effects == []
        assert "no model reads statements" in str(found[name].why_not)


def test_without_draws_the_game_is_unknown_where_it_would_feel_it() -> None:
    got = {i.id: i for i in asked(load_case("armenia-azerbaijan"), DAY).indicators}
    game = {e.actor: e.game for e in got["order-ARM"].effects}
    assert (game["AZE"].felt, game["ARM"].felt) == ("unknown", "not felt")
    assert "not asked for" in str(game["AZE"].why)
    force = got["deadly-AZE"].effects[1].forecast
    assert force.change.value is not None
    assert force.change.value > 0


def test_the_largest_come_first(found: dict[str, Indicator]) -> None:
    sizes = [size(i) for i in found.values()]
    assert sizes == sorted(sizes, reverse=True)


def test_nothing_later_is_known() -> None:
    """Whatever rows say that were not public on the day, nothing changes."""
    day = date(2020, 6, 30)
    case = load_case("armenia-azerbaijan")
    early = asked(case, day)
    assert all(i.last is None or i.last.date <= day for i in early.indicators)
    known = known_on(case, day).tables
    for name, column in (("arms", "designation"), ("incidents", "description"), ("statements", "text")):
        table = case.tables[name]
        late = ~pl.col("id").is_in(known[name]["id"].to_list())
        assert table.filter(late).height > 0
        case.tables[name] = table.with_columns(pl.when(late).then(pl.lit("x")).otherwise(column).alias(column))
    capabilities = case.tables["capabilities"]
    case.tables["capabilities"] = capabilities.with_columns(
        pl.when(pl.col("known_from") > day).then(pl.col("value") * 9).otherwise("value").alias("value")
    )
    assert asked(case, day) == early


def test_no_value_of_an_order_means_no_effect_and_says_so() -> None:
    case = load_case("armenia-azerbaijan")
    arms = case.tables["arms"]
    case.tables["arms"] = arms.with_columns(
        pl.when(pl.col("recipient") == "ARM").then(None).otherwise("tiv").alias("tiv")
    )
    got = {w.id: w for w in watches(known_on(case, DAY), DAY)}
    assert "no order of Armenia since" in got["order-ARM"].why_not
    assert "no pending order of Armenia has a known value" in got["delivery-ARM"].why_not
    assert got["order-AZE"].why_not == ""


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("Armenia must leave by 1 March", True),
        ("must be signed by the end of the year", True),
        ("within 30 days", True),
        ("This is an ultimatum", True),
        ("before 2026", True),
        ("no later than next week", True),
        ("Armenia must change its constitution", False),
        ("by the law of nations", False),
        ("it may not stay until it has left", False),
        ("Armenia must leave at once", False),
    ],
)
def test_deadlines(text: str, dated: bool) -> None:
    assert (DEADLINE.search(text) is not None) == dated


OWN = """
[[indicators]]
name = "reservists"
title = "Reservists are called up beyond exercises"
watch = "Decrees and call-up notices."
present = "No call-up is known."
seen = 2020-09-27
seen_text = "Partial mobilisation"
source = "rferl-2020-09-21"
known_from = 2024-01-01
{set}
"""


def own(tmp_path: Path, keys: str = "") -> Path:
    folder = tmp_path / "own"
    shutil.copytree(builtin_folder() / "armenia-azerbaijan", folder)
    with (folder / "case.toml").open("a", encoding="utf-8") as out:
        out.write(OWN.replace("{set}", keys))
    return folder


def test_a_case_may_add_its_own(tmp_path: Path) -> None:
    case = load_case(own(tmp_path, '[indicators.set]\nregime.AZE = "party"'))
    got = {i.id: i for i in asked(case, DAY).indicators}
    mine = got["reservists"]
    assert (mine.origin, mine.last.date if mine.last else None) == ("case.toml", date(2020, 9, 27))
    assert mine.assumed[0].after == "party"
    # It was public from 2024 on.
    assert "reservists" not in {w.id for w in watches(known_on(case, date(2023, 12, 31)), date(2023, 12, 31))}


def test_one_tied_to_nothing_says_so_and_changes_the_hash(tmp_path: Path) -> None:
    case, plain = load_case(own(tmp_path)), load_case("armenia-azerbaijan")
    got = {i.id: i for i in asked(case, DAY).indicators}
    assert got["reservists"].why_not == "the case ties it to no input of a model"
    assert case_hash(known_on(case, DAY)) != case_hash(known_on(plain, DAY))
    assert case_hash(known_on(case, date(2023, 1, 1))) == case_hash(known_on(plain, date(2023, 1, 1)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("regime.AZE", "regime.XXX"), "not in the dyad"),
        (("regime.AZE", "mood.AZE"), "key is not known"),
        (('"rferl-2020-09-21"', '"nowhere"'), "not in sources.toml"),
        (("known_from = 2024-01-01", "known_from = 2019-01-01"), "is after known_from"),
        (('name = "reservists"', 'name = "Big Name"'), "pattern"),
    ],
)
def test_faults_of_own_indicators(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    folder = own(tmp_path, '[indicators.set]\nregime.AZE = "party"')
    text = (folder / "case.toml").read_text("utf-8")
    head, tail = text.split("[[indicators]]")
    (folder / "case.toml").write_text(head + "[[indicators]]" + tail.replace(*change), "utf-8")
    done = CliRunner().invoke(app, ["case", "check", str(folder)])
    assert isinstance(done.exception, CaseError)
    assert words in str(done.exception)
    if words in ("not in the dyad", "key is not known"):
        with pytest.raises(CaseError, match="reservists"):
            asked(load_case(folder), DAY)
