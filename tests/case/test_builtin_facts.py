"""The built-in case against the real data sets: what the case says is what the data say."""

from __future__ import annotations

import importlib.util
import sys
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from tocsin.case.load import check_case, load_case
from tocsin.measures.context import counted_incidents

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "compare_case_with_sources.py"
CASE = load_case("armenia-azerbaijan")


@pytest.fixture(scope="module")
def data(mirror: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("compare_case_with_sources", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["compare_case_with_sources"] = module
    spec.loader.exec_module(module)
    module.MIRROR = mirror  # type: ignore[attr-defined]
    return module


def test_the_built_in_case_is_sound_and_whole() -> None:
    assert check_case("armenia-azerbaijan") == []
    assert len(CASE.config.claims) == 46
    assert len(CASE.tables["statements"]) == 75
    assert {f.id for f in CASE.config.stated_forecasts} == {f"F{i}" for i in range(1, 7)}
    used = {k for t in CASE.tables.values() for text in t["source"] for k in text.split(";")}
    assert used <= set(CASE.sources)


def test_general_knowledge_is_never_more_than_low_alone() -> None:
    alone = [(name, t.filter(pl.col("source") == "general-knowledge")) for name, t in CASE.tables.items()]
    assert sum(len(t) for _, t in alone) > 0
    for name, table in alone:
        assert set(table["confidence"]) <= {"low"}, name


def test_no_order_of_the_press_counts_twice() -> None:
    arms = CASE.tables["arms"]
    free = arms.filter((pl.col("basis") == "press") & pl.col("same_as").is_null() & pl.col("number").is_not_null())
    jets = free.filter(pl.col("designation").str.starts_with("JF-17C"))
    assert jets["number"].sum() == 40
    assert arms.filter(pl.col("basis") == "press")["tiv"].null_count() == (arms["basis"] == "press").sum()


def test_month_only_reports_are_known_from_the_end_of_the_month() -> None:
    assert CASE.config.argument is not None
    checked = 0
    for row in CASE.tables["arms"].filter(pl.col("basis") == "press").iter_rows(named=True):
        keys = row["source"].split(";")
        dates = [CASE.sources[k].date for k in keys]
        if keys == [CASE.config.argument.source]:
            assert row["known_from"] == CASE.config.argument.origin
            continue
        if row["known_from"] and all(len(d) == 7 for d in dates):
            assert (row["known_from"] + timedelta(days=1)).day == 1, row["id"]
            checked += 1
    assert checked > 0


def test_the_ratio_of_spending_the_argument_quotes() -> None:
    rows = CASE.tables["capabilities"].filter(pl.col("measure") == "milex_constant")
    value = {(s, y): v for s, y, v in rows.select("state", "year", "value").iter_rows()}
    for year, ratio in ((1995, 0.91), (2012, 5.35), (2020, 3.2), (2021, 3.8), (2022, 3.6), (2023, 2.7), (2024, 2.6)):
        assert value["AZE", year] / value["ARM", year] == pytest.approx(ratio, abs=0.06)


@pytest.mark.data
@pytest.mark.parametrize("measure", ["milex_constant", "milex_current"])
def test_spending_is_sipris(data: ModuleType, measure: str) -> None:
    lines = data.disagreements(data.capabilities(CASE, measure), data.sipri(measure), 0.001, 0.051)
    # In 1992 the current-dollar cell rounds to nothing; the case leaves it out rather than write zero.
    expected = [] if measure == "milex_constant" else ["ARM 1992: case None, data 0.0", "RUS 1992: case None, data 0.0"]
    assert lines == expected


@pytest.mark.data
def test_shares_of_gdp_are_sipris(data: ModuleType) -> None:
    ours, theirs = data.capabilities(CASE, "milex_gdp_share"), data.sipri("milex_gdp_share")
    assert data.disagreements(ours, theirs, 0.001, 0.0051) == []


@pytest.mark.data
def test_regimes_are_politys_and_v_dems(data: ModuleType) -> None:
    for column in ("polity2", "xconst"):
        assert data.disagreements(data.regimes(CASE, column), data.polity(column)) == []
    assert data.disagreements(data.regimes(CASE, "polyarchy"), data.polyarchy(), 0.0, 6e-4) == []
    assert data.disagreements(data.regimes(CASE, "row", "category"), data.regimes_of_the_world()) == []


@pytest.mark.data
def test_personnel_and_cinc_are_nmcs(data: ModuleType) -> None:
    assert data.disagreements(data.capabilities(CASE, "personnel"), data.nmc("milper", 1000), 0.0, 500) == []
    assert data.disagreements(data.capabilities(CASE, "cinc"), data.nmc("cinc"), 0.0, 6e-7) == []


@pytest.mark.data
def test_the_register_is_whole(data: ModuleType) -> None:
    for (code, _), (orders, tiv) in data.register().items():
        rows = CASE.tables["arms"].filter((pl.col("basis") == "register") & (pl.col("recipient") == code))
        assert rows["order_id"].n_unique() == orders
        assert rows.filter(pl.col("delivered").is_not_null())["tiv"].sum() == pytest.approx(tiv, abs=0.01)


@pytest.mark.data
def test_the_register_agrees_by_supplier_and_year(data: ModuleType) -> None:
    ours, theirs = data.case_deliveries(CASE), data.register_deliveries()
    assert data.disagreements(ours, theirs, 1e-6, 1e-5) == []
    # The check sees one order moved by a year.
    key = next(k for k in ours if k[:2] == ("AZE", "Israel"))
    moved = {k: v for k, v in ours.items() if k != key} | {(key[0], key[1], 1900): ours[key]}
    assert len(data.disagreements(moved, theirs, 1e-6, 1e-5)) == 2


@pytest.mark.data
def test_every_event_is_there_cell_by_cell(data: ModuleType) -> None:
    assert data.mie_lines(CASE) == []
    rows = CASE.tables["incidents"].filter(pl.col("coding") == "mie")
    assert len(rows) == 152
    assert dict(rows.group_by("mode").len().iter_rows()) == {"threat": 8, "incursion": 10, "strike": 129, "war": 5}
    ground = rows.filter(pl.col("mode").is_in(["strike", "war"]) & pl.col("ground_taken").is_not_null())
    assert ground.is_empty(), "the event data do not say whether ground changed hands"


@pytest.mark.data
def test_disputes_differ_from_gml_only_where_the_case_says_so(data: ModuleType) -> None:
    assert {line.split(":")[0] for line in data.gml_lines(CASE)} == {"I01 end", "I01 first actor"}


@pytest.mark.data
def test_every_event_of_the_dyad_is_there_with_its_mode(data: ModuleType) -> None:
    ours: dict[int, int] = {}
    for row in CASE.tables["incidents"].filter(pl.col("coding") == "mie").iter_rows(named=True):
        for year in range(row["start"].year, row["end"].year + 1):
            ours[year] = max(ours.get(year, 0), data.MODES[row["mode"]])
    assert ours == data.mie_modes()


@pytest.mark.data
def test_no_year_with_25_deaths_is_peace(data: ModuleType) -> None:
    counted = counted_incidents(CASE).filter(pl.col("mode").is_in(["strike", "war"]))
    years = {
        y
        for row in counted.iter_rows(named=True)
        for y in range(row["start"].year, (row["end"] or row["start"]).year + 1)
    }
    assert data.ucdp_years() - {1991} <= years
