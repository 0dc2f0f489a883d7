"""The built-in case against the real data sets: what the case says is what the data say."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from tocsin.case.load import check_case, load_case

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
    for name, table in CASE.tables.items():
        alone = table.filter(pl.col("source") == "general-knowledge")
        assert set(alone["confidence"]) <= {"low"}, name


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
def test_every_event_of_the_dyad_is_there_with_its_mode(data: ModuleType) -> None:
    number = {"threat": 1, "incursion": 2, "strike": 3, "war": 4}
    ours: dict[int, int] = {}
    for row in CASE.tables["incidents"].filter(pl.col("coding") == "mie").iter_rows(named=True):
        for year in range(row["start"].year, row["end"].year + 1):
            ours[year] = max(ours.get(year, 0), number[row["mode"]])
    assert ours == data.mie_modes()


@pytest.mark.data
def test_no_year_with_25_deaths_is_peace(data: ModuleType) -> None:
    years = {
        y
        for row in CASE.tables["incidents"].filter(pl.col("mode").is_in(["strike", "war"])).iter_rows(named=True)
        for y in range(row["start"].year, (row["end"] or row["start"]).year + 1)
    }
    assert data.ucdp_years() - {1991} <= years
