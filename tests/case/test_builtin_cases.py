"""The built-in cases made by `tocsin case new` and completed: sound, assessed both ways, and still what the data say."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tocsin.case.config import ClassFlag
from tocsin.case.load import check_case, load_case
from tocsin.case.scaffold import new_case
from tocsin.case.schemas import TABLES
from tocsin.pipeline import assess, scenario
from tocsin.report.html import render
from tocsin.store import Store

MADE = {
    "india-pakistan": ("IND", "PAK", ["CHN", "AFG"]),
    "ethiopia-eritrea": ("ETH", "ERI", ["SDN", "DJI", "SOM", "EGY"]),
    "israel-iran": ("ISR", "IRN", ["USA", "SAU", "IRQ", "SYR", "TUR"]),
}
CASES = sorted(MADE)
# What moves the forecast of a strike or war, in both directions alike.
MOVED = {
    "india-pakistan": {"new-exchange": 1, "no-2025-strikes": -1},
    "ethiopia-eritrea": {"deadly-clash": 1, "incursion-by-ethiopia": 1, "incursion-by-eritrea": 1, "rivalry-over": -1},
    "israel-iran": {"strikes-resume": 1, "no-2025-war": -1, "reported-strikes-only": -1},
}
# What leaves the record of force alone.
ARMS = {
    "india-pakistan": {"russia-stops", "china-stops", "pakistan-spends-half-more"},
    "ethiopia-eritrea": set[str](),
    "israel-iran": {"arms-for-iran-doubled", "united-states-stops"},
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_sound_and_assessed_in_both_directions(name: str) -> None:
    assert check_case(name) == []
    result = assess(name)
    assert result.scenarios is not None
    a, b = MADE[name][:2]
    assert {(f.actor, f.target) for f in result.forecasts} == {(a, b), (b, a)}
    assert all(m.probability.value is not None for f in result.forecasts for m in f.modes)
    assert result.model_dump_json() == assess(name).model_dump_json()
    assert {r.actor for r in result.track_record} == {a, b}
    text = render(result)
    assert len(text) < 3_000_000
    assert ">None<" not in text


@pytest.mark.parametrize("name", CASES)
def test_its_scenarios_run_and_move_what_they_should(name: str) -> None:
    found = scenario(name)
    assert found.left_out == 0
    assert {r.name for r in found.results} == {*MOVED[name], *ARMS[name]}
    assert 3 <= len(found.results) <= 5
    for r in found.results:
        assert r.changes
        assert {d.actor for d in r.directions} == set(MADE[name][:2])
        for d in r.directions:
            if (sign := MOVED[name].get(r.name)) is None:
                assert d.forecast.found == "not felt"
                continue
            (row,) = (f for f in d.forecast.rows if (f.mode, f.horizon_months) == ("strike", 12))
            assert row.change.value is not None
            assert row.change.value * sign > 0
            assert d.expected is None or d.forecast.found == "as expected"


def test_scenarios_about_one_side_have_a_mirror() -> None:
    """What one side's troops or suppliers do is asked of the other as well."""
    for name, mirror in (
        ("ethiopia-eritrea", ("incursion-by-ethiopia", "incursion-by-eritrea")),
        ("india-pakistan", ("russia-stops", "china-stops")),
        ("israel-iran", ("arms-for-iran-doubled", "united-states-stops")),
    ):
        a, b = load_case(name).pair
        known = {s.name: s for s in load_case(name).config.scenarios}
        one, two = (known[m] for m in mirror)
        assert {e.actor for e in (*one.expects, *two.expects)} == {a, b}


@pytest.mark.parametrize("name", CASES)
def test_every_source_is_used_and_every_row_dated(name: str) -> None:
    case = load_case(name)
    used = {k for t in case.tables.values() for text in t["source"] for k in text.split(";")}
    used |= {k for m in case.config.markers for k in m.source.split(";")}
    used |= {k for f in ("land", "rival", "relevant") for k in getattr(case.config.class_, f).source.split(";")}
    assert used == set(case.sources)
    for table in ("capabilities", "regimes", "arms"):
        assert case.tables[table]["known_from"].null_count() == 0
    last = case.config.case.cutoff
    for table, column in (("incidents", "start"), ("commitments", "from"), ("statements", "date")):
        assert case.tables[table].filter(pl.col(column) > last).is_empty()


@pytest.mark.parametrize("name", CASES)
def test_general_knowledge_alone_is_low_and_quotes_are_short(name: str) -> None:
    case = load_case(name)
    for table in case.tables.values():
        alone = table.filter(pl.col("source") == "general-knowledge")
        assert set(alone["confidence"]) <= {"low"}
    assert all(len(text.split()) <= 25 for text in case.tables["statements"]["text"])
    assert {"threat", "warning", "reassurance", "denial"} & set(case.tables["statements"]["type"])


@pytest.mark.parametrize("name", CASES)
def test_no_report_counts_before_it_was_public(name: str) -> None:
    """A row from a dated report is known no earlier than the event, and a later account says so."""
    case = load_case(name)
    for row in case.tables["incidents"].filter(pl.col("coding") == "case").iter_rows(named=True):
        known = row["known_from"] or row["start"]
        assert known >= row["start"], row["id"]
        dates = [case.sources[k].date for k in row["source"].split(";") if len(case.sources[k].date) == 10]
        if dates and min(dates) > str(known):
            assert row["note"], row["id"]


@pytest.mark.data
@pytest.mark.parametrize("name", CASES)
def test_the_rows_of_the_tables_are_those_of_the_store(name: str, case_store: Store, tmp_path: Path) -> None:
    a, b, others = MADE[name]
    anew = load_case(new_case(a, b, tmp_path / "case", store=case_store, subsystem=others, detail="totals").folder)
    shipped = load_case(name)
    for table in TABLES:
        ours, theirs = (c.tables[table.name].drop("row") for c in (shipped, anew))
        added = ours.join(theirs, on=list(table.key), how="anti")
        assert ours.join(added, on=list(table.key), how="anti").equals(theirs)
        if table.name in ("capabilities", "arms", "regimes"):
            assert added.is_empty()
    assert shipped.config.class_.land == anew.config.class_.land


def test_a_trait_may_end_and_hold_again() -> None:
    flag = ClassFlag(value=True, since=1998, until=2018, again=2023, source="x")
    assert [y for y in range(1990, 2026) if flag.held_in(y)] == [*range(1998, 2019), 2023, 2024, 2025]
    assert not ClassFlag(value=False, source="x").held_in(2000)
    assert ClassFlag(value=True, source="x").held_in(1000)
    for wrong in ({"since": 2000, "until": 1999}, {"again": 2000}, {"until": 2000, "again": 2000}):
        with pytest.raises(ValueError, match=r"since|again"):
            ClassFlag(value=True, source="x", **wrong)


def test_the_class_of_ethiopia_and_eritrea_follows_its_spells() -> None:
    from datetime import date

    from tocsin.assessment.outlook import case_class

    case = load_case("ethiopia-eritrea")
    assert [case_class(case, date(y, 12, 31)).rival for y in (1998, 2010, 2019, 2022, 2024)] == [
        False,
        True,
        True,
        False,
        True,
    ]
