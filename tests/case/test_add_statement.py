"""Adding a statement keeps the coder's decision beside the analyst's, and never leaves a case with a fault."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tocsin.case.load import builtin_folder, check_case
from tocsin.case.statements import add_statements, read_statements
from tocsin.cli.app import app
from tocsin.errors import CaseError

LONG = (
    "Armenia must withdraw its troops from all of the land that it holds, and it must do so at once and without any "
    "further delay or any excuse"
)
ROW = {
    "date": "2025-03-01",
    "speaker": "A minister",
    "role": "minister",
    "state": "AZE",
    "target": "ARM",
    "text": "Armenia must withdraw its troops immediately",
    "source": "rferl-2020-09-21",
}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    shutil.copytree(builtin_folder() / "armenia-azerbaijan", folder)
    return folder


def last(case: Path) -> dict[str, str]:
    return list(csv.DictReader((case / "statements.csv").open(encoding="utf-8")))[-1]


def test_a_statement_is_coded_and_the_rest_of_the_file_stays(case: Path) -> None:
    before = (case / "statements.csv").read_bytes()
    (added,) = add_statements(case, [ROW])
    assert (case / "statements.csv").read_bytes().startswith(before)
    assert check_case(case) == []
    row = last(case)
    assert (row["id"], row["type"], added.overruled) == ("S76", "demand", False)
    assert "codes demand for 'armenia must" in row["note"]


def test_the_analyst_overrules_and_both_are_kept(case: Path) -> None:
    (added,) = add_statements(case, [ROW | {"type": "threat", "note": "said in uniform"}])
    row = last(case)
    assert added.overruled
    assert row["type"] == "threat"
    assert row["note"].startswith("said in uniform; type threat given by hand; lexicon")
    assert "codes demand" in row["note"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"text": "Мы не потерпим этого и ответим силой"}, "not in the Latin script"),
        ({"text": ""}, "text missing"),
        ({"type": "insult"}, "choose one of threat"),
        ({"mood": "bad"}, "column mood is not known"),
        ({"source": "nowhere"}, "nowhere"),
        ({"date": "1 March"}, "1 March"),
        ({"target": "XXX"}, "XXX"),
        ({"text": LONG, "is_quote": "yes"}, f"a quote of {len(LONG.split())} words"),
    ],
)
def test_bad_input_writes_nothing(case: Path, change: dict[str, str], words: str) -> None:
    before = (case / "statements.csv").read_bytes()
    with pytest.raises(CaseError, match=words):
        add_statements(case, [ROW, ROW | change])
    assert (case / "statements.csv").read_bytes() == before


def test_another_language_can_be_added_with_a_type_by_hand(case: Path) -> None:
    add_statements(case, [ROW | {"text": "Мы не потерпим этого", "type": "red line"}])
    row = last(case)
    assert (row["type"], row["text"]) == ("red line", "Мы не потерпим этого")
    assert "not in the Latin script" in row["note"]


def test_built_in_cases_are_left_alone() -> None:
    with pytest.raises(CaseError, match="built-in case"):
        add_statements("armenia-azerbaijan", [ROW])


def test_command_and_import(case: Path, tmp_path: Path) -> None:
    options = [f"--{k}={v}" for k, v in ROW.items()]
    done = CliRunner().invoke(app, ["case", "add-statement", str(case), *options, "--type", "threat"])
    assert done.exit_code == 0, done.output
    assert "coded demand, intensity 2" in done.output
    assert "your type 'threat' stands" in done.output
    file = tmp_path / "new.csv"
    with file.open("w", encoding="cp1252", newline="") as handle:
        out = csv.DictWriter(handle, [*ROW, "is_quote"])
        out.writeheader()
        out.writerows(
            [ROW | {"speaker": "Müller", "text": "<b>We want peace</b> with Armenia", "is_quote": "yes"}, ROW]
        )
    done = CliRunner().invoke(app, ["case", "add-statement", str(case), "--from", str(file)])
    assert done.exit_code == 0, done.output
    assert "markup left out" in done.output
    assert "not UTF-8: read as Windows-1252" in done.output
    rows = list(csv.DictReader((case / "statements.csv").open(encoding="utf-8")))
    assert [(r["id"], r["speaker"], r["type"]) for r in rows[-2:]] == [
        ("S77", "Müller", "reassurance"),
        ("S78", "A minister", "demand"),
    ]
    assert check_case(case) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("date,text\n2020-01-01,a,b\n", "line 2"),
        ('date,text\n2020-01-01,"a\n2020-01-02,b\n', "no table in CSV"),
        (f"date,text\n2020-01-01,{'x' * 200_000}\n", "no table in CSV"),
        ("date,text\n", "holds no statement, only a head"),
        ("", "only nothing"),
    ],
)
def test_a_file_that_is_no_table_of_statements_is_refused(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "x.csv"
    file.write_text(content, "utf-8")
    with pytest.raises(CaseError, match=words):
        read_statements(file)


def test_a_table_of_the_case_that_cannot_be_read_is_a_fault_and_stays(case: Path) -> None:
    broken = (case / "statements.csv").read_bytes() + "S99,2020-01-01,Müller".encode("cp1252")
    (case / "statements.csv").write_bytes(broken)
    with pytest.raises(CaseError, match="cannot be read"):
        add_statements(case, [ROW])
    assert (case / "statements.csv").read_bytes() == broken
