"""Spells, lags, errors and export, on invented inputs and on the real store."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import SourceError, UsageError
from tocsin.panel.context import spans
from tocsin.panel.export import write
from tocsin.panel.panel import dyad_years, state_years
from tocsin.panel.spells import spell_years
from tocsin.panel.whittle import whittle
from tocsin.store import Store

SPELLS = [
    # event by year -> count, as the reference counts
    ("no event", [0, 0, 0, 0], [0, 1, 2, 3]),
    ("event row keeps the count", [0, 0, 1, 0, 0], [0, 1, 2, 0, 1]),
    ("event first", [1, 0, 0], [0, 0, 1]),
    ("events in a row", [0, 1, 1, 0], [0, 1, 0, 0]),
]


@pytest.mark.parametrize(("what", "event", "count"), SPELLS, ids=[s[0] for s in SPELLS])
def test_spells(what: str, event: list[int], count: list[int]) -> None:
    n = len(event)
    assert spell_years(np.zeros(n, int), np.arange(n), np.array(event, bool)).tolist() == count


def test_a_gap_in_membership_starts_the_spell_anew_or_not() -> None:
    group, year, event = np.zeros(5, int), np.array([1, 2, 7, 8, 9]), np.zeros(5, bool)
    assert spell_years(group, year, event).tolist() == [0, 1, 0, 1, 2]
    assert spell_years(group, year, event, count="rows").tolist() == [0, 1, 2, 3, 4]


rows = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1900, 1930), st.booleans()), max_size=60, unique_by=lambda r: r[:2]
)


@given(rows)
def test_spells_against_a_plain_loop(drawn: list[tuple[int, int, bool]]) -> None:
    drawn.sort()
    expected = []
    before: tuple[int, int, bool] | None = None
    start = 0
    for group, year, event in drawn:
        if before is None or before[0] != group or year != before[1] + 1 or before[2]:
            start = year
        expected.append(year - start)
        before = (group, year, event)
    g, y, e = (np.array([r[k] for r in drawn], t) for k, t in ((0, int), (1, int), (2, bool)))
    assert spell_years(g, y, e).tolist() == expected


@given(
    st.lists(st.tuples(st.integers(1800, 2020), st.integers(0, 30)), max_size=20),
    st.integers(1850, 1900),
    st.integers(0, 80),
)
def test_spans_against_a_plain_loop(spells: list[tuple[int, int]], first: int, width: int) -> None:
    start, end = np.array([s for s, _ in spells], int), np.array([s + n for s, n in spells], int)
    at, years = spans(start, end, first, first + width)
    plain = [(i, y) for i, (s, n) in enumerate(spells) for y in range(s, s + n + 1) if first <= y <= first + width]
    assert list(zip(at.tolist(), years.tolist(), strict=True)) == plain


def test_unknown_fatality_ranks_between_none_and_few() -> None:
    base = {"ccode1": [1, 1], "ccode2": [2, 2], "year": [2000, 2000], "midonset": [1, 1]}
    for other, kept in ((0, 0), (1, 1)):
        frame = pl.DataFrame(base | {"dispnum": [0, 1], "fatality": [None, other]})
        assert whittle(frame, ("fatality",))["dispnum"].to_list() == [kept]


def test_nothing_is_read_before_collect(tmp_path: Path) -> None:
    plan = dyad_years(1946, 2014, store=Store(tmp_path)).add("nmc", "contiguity").relevant().spells("mode>=3")
    with pytest.raises(SourceError, match="tocsin data fetch cow_states"):
        plan.collect()


MISTAKES = [
    (lambda s: dyad_years(1946, 2014, store=s).add("nmcs"), "Did you mean 'nmc'"),
    (lambda s: dyad_years(1946, 2014, store=s).add("nmc", slice="first"), "knows the option 'slice'"),
    (
        lambda s: dyad_years(1946, 2014, store=s).add("contiguity", slice="middle"),
        "slice must be one of first, last, nearest",
    ),
    (lambda s: dyad_years(1946, 2014, store=s).add("gml_mids", initiator="nobody"), "initiator must be one of"),
    (lambda s: state_years(1946, 2014, store=s).add("atop"), "makes no sense for state_years"),
    (lambda s: state_years(1946, 2014, store=s).relevant(), "has none"),
    (lambda s: dyad_years(1946, 2014, store=s).spells("mode is bad"), "is not a condition"),
    (lambda s: dyad_years(1946, 2014, store=s).spells("mode>=3", count="days"), "count must be years or rows"),
    (lambda s: dyad_years(2014, 1946, store=s).collect(), "first not after last"),
    (lambda s: dyad_years(1500, 1946, store=s).collect(), "between 1816 and 2100"),
    (lambda s: dyad_years(1946, 2020, store=s).collect(), "carry_forward=True"),
    (lambda s: dyad_years(1946, 1950, system="iso", store=s).collect(), "choose cow or gw"),
]


@pytest.mark.parametrize(("call", "words"), MISTAKES, ids=[m[1] for m in MISTAKES])
def test_mistakes_are_explained(tmp_path: Path, call: object, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        call(Store(tmp_path))  # type: ignore[operator]


@pytest.mark.data
def test_spell_of_a_column_that_is_not_there(store: Store) -> None:
    with pytest.raises(UsageError, match="Add it before"):
        dyad_years(1990, 1992, store=store).spells("mode>=3").collect()
    with pytest.raises(UsageError, match="is there already"):
        dyad_years(1990, 1992, store=store).add("nmc", "nmc").collect()


@pytest.mark.data
def test_two_dispute_sources_do_not_collide(store: Store) -> None:
    frame = dyad_years(1990, 1992, store=store).add("gml_mids", "cow_mids").collect()
    assert {"gml_fatality1", "cow_fatality1"} <= set(frame.columns)


@pytest.mark.data
def test_spells_after_the_coverage_are_unknown(store: Store) -> None:
    frame = dyad_years(2010, 2016, directed=False, store=store).relevant().add("modes").spells("modes>=3").collect()
    assert frame.filter(pl.col("year") > 2014)["spell"].null_count() == frame.filter(pl.col("year") > 2014).height
    assert frame.filter(pl.col("year") <= 2014)["spell"].null_count() == 0


@pytest.mark.data
def test_lags_respect_gaps_in_membership(store: Store) -> None:
    frame = state_years(1935, 1950, store=store).add("nmc").lag("cinc").lag("cinc", -1).collect()
    austria = frame.filter(pl.col("ccode") == 220).sort("year")
    by_year = {r["year"]: r for r in austria.iter_rows(named=True)}
    assert by_year[1939]["cinc_lag1"] == by_year[1938]["cinc"]
    assert by_year[1939]["cinc_lead1"] == by_year[1940]["cinc"]
    gaps = [y for y in by_year if y - 1 not in by_year]
    assert all(by_year[y]["cinc_lag1"] is None for y in gaps)


@pytest.mark.data
@pytest.mark.parametrize("ending", ["parquet", "csv", "csv.gz", "dta"])
def test_export(store: Store, tmp_path: Path, ending: str) -> None:
    plan = dyad_years(2000, 2001, directed=False, store=store).relevant().add("contiguity", "modes", "nmc")
    path = tmp_path / f"panel.{ending}"
    rows = plan.write(path)
    if ending == "dta":
        import pyreadstat

        frame, meta = pyreadstat.read_dta(str(path), output_format="polars")
        assert meta.variable_value_labels["mode"][3] == "strike"
        labels = meta.column_names_to_labels
        assert labels["ccode1"].startswith("first state")
        assert labels["cinc1"].endswith(", first state")
        assert len(labels["cinc1"]) > 20
    elif ending == "parquet":
        frame = pl.read_parquet(path)
    else:
        raw = gzip.decompress(path.read_bytes()) if ending == "csv.gz" else path.read_bytes()
        frame = pl.read_csv(raw)
    assert len(frame) == rows == len(plan.collect())
    works = set(re.findall(r"^@\w+\{(\w+),", plan.cite(), re.MULTILINE))
    assert {"stinnett2002", "gibler2024", "singer1972", "cow2017states"} <= works
    assert "## nmc" in plan.codebook()
    assert not list(tmp_path.glob(".*"))


def test_an_unknown_ending_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="end the name in"):
        write(pl.DataFrame({"a": [1]}), tmp_path / "x.xls")
    assert not list(tmp_path.iterdir())


@pytest.mark.data
@pytest.mark.parametrize("unit", ["dyad_years", "state_years", "leader_years"])
def test_everything_goes_to_stata(store: Store, tmp_path: Path, unit: str) -> None:
    """Names fit within 32 characters, stay apart, and every value comes back."""
    import pyreadstat

    from tocsin.panel import panel
    from tocsin.panel.additions.registry import ADDITIONS

    plan = getattr(panel, unit)(1995, 1995, system="cow", store=store)
    plan = plan.add(*(n for n, a in ADDITIONS.items() if unit in a.units))
    frame = plan.collect()
    write(frame, tmp_path / "all.dta")
    back, meta = pyreadstat.read_dta(str(tmp_path / "all.dta"), output_format="polars")
    assert back.columns == frame.columns
    assert max(map(len, back.columns)) <= 32
    for name in frame.columns:
        if frame[name].dtype.is_numeric():
            assert back[name].cast(pl.Float64).to_list() == pytest.approx(frame[name].cast(pl.Float64).to_list()), name
        elif frame[name].dtype == pl.String:
            assert back[name].fill_null("").to_list() == frame[name].fill_null("").to_list(), name
    assert sum(label != name for name, label in meta.column_names_to_labels.items()) > len(frame.columns) / 2
