"""A new case from the store: what the tables say, ready to be checked and assessed, and nothing overwritten."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from tocsin.case.load import check_case, load_case
from tocsin.case.scaffold import new_case
from tocsin.case.scaffold.states import find
from tocsin.case.scaffold.write import NewCase
from tocsin.cli.app import app
from tocsin.errors import CaseError, SourceError, UsageError
from tocsin.pipeline import assess
from tocsin.report.html import render
from tocsin.store import Store


@pytest.fixture(scope="module")
def flagship_anew(case_store: Store, tmp_path_factory: pytest.TempPathFactory) -> NewCase:
    """Armenia and Azerbaijan made from the store: the built-in case was made by other means."""
    folder = tmp_path_factory.mktemp("new") / "arm-aze"
    return new_case("Armenia", "AZE", folder, store=case_store, first=1991, subsystem=["GEO", "IRN", "RUS", "TUR"])


@pytest.mark.data
def test_the_flagship_made_anew_says_what_the_built_in_case_says(flagship_anew: NewCase) -> None:
    new, old = load_case(flagship_anew.folder), load_case("armenia-azerbaijan")

    def figures(table: pl.DataFrame, *measures: str) -> dict[tuple[str, int, str], float]:
        rows = table.filter(pl.col("measure").is_in(measures) & (pl.col("year") >= 1992))
        return {(s, y, m): v for s, y, m, v in rows.select("state", "year", "measure", "value").iter_rows()}

    one, two = new.tables["capabilities"], old.tables["capabilities"]
    for measures, close in (
        (("milex_constant", "milex_current"), 0.06),
        (("milex_gdp_share",), 0.006),
        (("personnel",), 500),
        (("cinc",), 6e-7),
    ):
        ours, theirs = figures(one, *measures), figures(two, *measures)
        assert set(ours) == set(theirs)
        assert all(abs(ours[k] - theirs[k]) <= close for k in ours)
    # Reckoned GDP and the material capabilities' population are near the World Bank's, but not the same.
    ours, theirs = figures(one, "gdp_current"), figures(two, "gdp_current")
    ratios = sorted(ours[k] / theirs[k] for k in set(ours) & set(theirs) if k[1] >= 2000)
    assert len(ratios) > 100
    assert 0.95 < ratios[len(ratios) // 2] < 1.05
    regimes = ["state", "year", "typology", "category", "score", "known_from"]
    typed = ["row", "polyarchy", "polity2", "xconst"]
    a, b = (
        set(c.tables["regimes"].filter(pl.col("typology").is_in(typed)).select(regimes).iter_rows()) for c in (new, old)
    )
    assert a == b


@pytest.mark.data
def test_the_register_and_the_events_are_those_of_the_built_in_case(flagship_anew: NewCase) -> None:
    new, old = load_case(flagship_anew.folder), load_case("armenia-azerbaijan")
    keys = ["recipient", "supplier", "designation", "class", "ordered", "delivered", "status", "known_from"]
    a, b = (
        sorted(map(str, c.tables["arms"].filter(pl.col("basis") == "register").select(keys).iter_rows()))
        for c in (new, old)
    )
    assert a == b
    sums = [
        c.tables["arms"].filter((pl.col("basis") == "register") & pl.col("delivered").is_not_null())["tiv"].sum()
        for c in (new, old)
    ]
    assert sums[0] == pytest.approx(sums[1], abs=0.01)
    columns = ["id", "start", "end", "initiator", "target", "mode", "mutual", "deaths_a", "deaths_b", "fatal"]
    a, b = (
        sorted(map(str, c.tables["incidents"].filter(pl.col("coding") == "mie").select(columns).iter_rows()))
        for c in (new, old)
    )
    assert a == b
    assert new.config.class_.land.value
    assert (new.config.class_.rival.since, new.config.class_.rival.until) == (1991, None)


@pytest.mark.data
@pytest.mark.parametrize(
    ("a", "b"), [("Greece", "Turkey"), ("KOR", "PRK"), ("365", "Ukraine"), ("Costa Rica", "Nepal"), ("DEU", "YEM")]
)
def test_any_two_states_pass_the_check_and_are_assessed(case_store: Store, tmp_path: Path, a: str, b: str) -> None:
    made = new_case(a, b, tmp_path / "case", store=case_store)
    assert check_case(made.folder) == []
    result = assess(made.folder)
    pair = load_case(made.folder).pair
    assert {(f.actor, f.target) for f in result.forecasts} == {pair, pair[::-1]}
    assert "<html" in render(result)
    text = (made.folder / "missing.md").read_text("utf-8")
    for gap in made.gaps:
        assert gap.text in text
        assert not gap.limit or gap.text in result.limits
    assert list(tmp_path.iterdir()) == [made.folder]


@pytest.mark.data
def test_what_is_unknown_is_listed_and_left_empty(case_store: Store, tmp_path: Path) -> None:
    made = new_case("Ethiopia", "Eritrea", tmp_path / "case", store=case_store)
    texts = [g.text for g in made.gaps]
    assert "Eritrea: military spending at constant prices is unknown; add what you can find." in texts
    assert any(t.startswith("Eritrea: military spending in current dollars ends in 2003") for t in texts)
    case = load_case(made.folder)
    spending = case.tables["capabilities"].filter((pl.col("state") == "ERI") & (pl.col("measure") == "milex_constant"))
    assert len(spending) == 0
    assert case.config.class_.rival.until == 2018
    assert case.config.case.begins.year == 1998  # five years after the younger state began


@pytest.mark.data
def test_totals_hold_the_values_of_the_orders(case_store: Store, tmp_path: Path) -> None:
    orders, totals = (
        load_case(new_case("IRN", "ISR", tmp_path / d, store=case_store, detail=d).folder).tables["arms"]  # type: ignore[arg-type]
        for d in ("orders", "totals")
    )
    assert len(totals) < len(orders)
    year = pl.coalesce("delivered", pl.date(9999, 1, 1)).dt.year().alias("year")
    a, b = (
        {(r, y): v for r, y, v in t.group_by("recipient", year).agg(pl.col("tiv").sum()).iter_rows()}
        for t in (orders, totals)
    )
    assert a.keys() == b.keys()
    assert all(a[k] == pytest.approx(b[k], abs=0.01) for k in a)
    # Of unknown value in the one, of unknown value in the other; what is known of the order stays with it.
    assert totals.filter(pl.col("tiv").is_null())["id"].str.ends_with("-unvalued").all()
    since = orders.filter(pl.col("delivered").is_null() | (pl.col("delivered").dt.year() >= 1990))
    kept = totals.filter(pl.col("supplier") != "several")
    assert set(since.select("recipient", "supplier", "class", "ordered", "delivered").iter_rows()) == set(
        kept.select("recipient", "supplier", "class", "ordered", "delivered").iter_rows()
    )


@pytest.mark.parametrize(
    ("names", "messages"),
    [
        (["Indya", "PAK"], ["no state 'Indya' today", "Did you mean 'India'?"]),
        (["IND", "India"], ["'India' is India (IND), which is named already"]),
        (["IND", "750"], ["named already"]),
        (["Yugoslavia2", "Atlantis"], ["'Yugoslavia2'", "'Atlantis'"]),
        (["German Democratic Republic", "PAK"], ["no member of the state system since 1990"]),
        (["", "PAK"], ["no state ''"]),
    ],
)
def test_states_that_are_none(names: list[str], messages: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        find(names)
    for message in [*messages, "Nothing was written."]:
        assert message in str(caught.value)


def test_an_empty_store_names_the_command_that_fills_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"tocsin data fetch arms atop contdir .*tss_rivalries") as caught:
        new_case("IND", "PAK", tmp_path / "case", store=Store(tmp_path / "store"))
    assert caught.value.exit_code == 11
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["folder", "full", "file", "link"])
def test_nothing_is_overwritten(tmp_path: Path, kind: str) -> None:
    there = tmp_path / "case"
    if kind == "file":
        there.write_text("mine")
    elif kind == "link":
        there.symlink_to(tmp_path / "nowhere")
    else:
        there.mkdir()
    if kind == "full":
        (there / "case.toml").write_text("mine")
    with pytest.raises(CaseError, match="nothing is ever overwritten") as caught:
        new_case("IND", "PAK", there, store=Store(tmp_path / "store"))
    assert caught.value.exit_code == 10
    assert kind != "full" or (there / "case.toml").read_text() == "mine"


@pytest.mark.data
def test_a_folder_that_cannot_be_made(case_store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CaseError, match="Nothing was written"):
        new_case("IND", "PAK", tmp_path / "file" / "case", store=case_store)
    with pytest.raises(UsageError, match="--from 2030"):
        new_case("IND", "PAK", tmp_path / "case", store=case_store, first=2030)


@pytest.mark.data
def test_the_command(case_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_STORE", str(case_store.root))
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(app, ["case", "new", "Chad", "Libya"])
    assert run.exit_code == 0, run.output
    assert "wrote chad-libya:" in run.output
    assert "class.rival" in run.output
    assert CliRunner().invoke(app, ["case", "check", "chad-libya"]).exit_code == 0
    again = CliRunner().invoke(app, ["case", "new", "Chad", "Libya"])
    assert isinstance(again.exception, CaseError)
    assert isinstance(CliRunner().invoke(app, ["case", "new", "A", "B", "--arms", "x"]).exception, UsageError)
