"""What a text column holds in place of a word is missing, whatever the kind of file."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.sources.made_up import source
from tocsin.sources.declaration import sources
from tocsin.sources.readers import read_source

# Table, column, the mark, how often the source has it.
MARKS = [
    ("war_intra", "sidea", "-8", 113),
    ("war_intra", "sideb", "-8", 196),
    ("svolik", "military", ".", 16),
    ("svolik", "party", ".", 37),
    ("gwf_items", "post_exit_type", ".", 5),
    ("bjornskov_rode", "election_system", "?", 1),
    ("rdmc_raw", "unit_name", "NA", 15),
]


@pytest.mark.data
@pytest.mark.parametrize("name", sorted({m[0] for m in MARKS}))
def test_marks_become_missing_and_nothing_else_does(mirror: Path, name: str) -> None:
    declared = sources()[name]
    path = mirror / declared.file
    kept = declared.model_copy(update={"nulls": []})
    raw, read = read_source(kept, path)[name], read_source(declared, path)[name]
    for _, column, mark, times in (m for m in MARKS if m[0] == name):
        assert (raw[column] == mark).sum() == times
        assert (read[column] == mark).sum() == 0
    for column, kind in raw.schema.items():
        if kind == pl.String:
            gone = raw[column].is_in(declared.nulls).fill_null(True)
            assert read[column].is_null().equals(gone)
            assert read[column].drop_nulls().equals(raw[column].filter(~gone))
        else:
            assert read[column].equals(raw[column])


@pytest.mark.data
def test_namibia_is_not_missing(mirror: Path) -> None:
    declared = sources()["un_votes"]
    votes = read_source(declared, mirror / declared.file)["un_votes"]
    assert set(votes.filter(pl.col("country_code") == "NA")["country"]) == {"Namibia"}


def test_a_war_without_a_state_keeps_its_row(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    frame = pl.DataFrame({"ccode": [2, 200], "side": ["-8", "United Kingdom"]})
    frame.write_parquet(path)
    columns = {"made_up": {"ccode": "Int64", "side": "String"}}
    made = source(reader="parquet", rows={"made_up": 2}, columns=columns, nulls=["", "-8"])
    assert read_source(made, path)["made_up"].rows() == [(2, None), (200, "United Kingdom")]
