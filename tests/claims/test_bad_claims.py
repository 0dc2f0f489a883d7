"""Claims with unknown tests or bad parameters: all faults at once, with their place, and exit code 10."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tocsin.case.claim_tests import TESTS
from tocsin.case.load import check_case
from tocsin.case.synthetic import write_case
from tocsin.cli.app import app
from tocsin.errors import CaseError

HEAD = '\n[argument]\ntitle = "It must"\norigin = 2010-01-01\nsource = "made-up"\n'
CLAIM = '\n[[claims]]\nid = "K{n}"\ntext = "It will."\nkind = "forecast"\nsource = "made-up"\n'


def case_with(folder: Path, *tests: str) -> Path:
    made = write_case(folder / "made-up")
    text = HEAD + "".join(CLAIM.format(n=n) + test for n, test in enumerate(tests))
    with (made / "case.toml").open("a", encoding="utf-8") as handle:
        handle.write(text)
    return made


def one(body: str) -> str:
    return f"[[claims.tests]]\n{body}\n"


FORECAST = 'name = "forecast"\nactor = "AAA"\nmode = "war"\nstart = 2010-01-01\nend = 2011-01-01\nexpect = "no"'
BAD = [
    ('name = "trnd"', "Did you mean 'trend'?"),
    ('index = "gdp"', "names no test"),
    (FORECAST.replace('"AAA"', '"CCC"'), "'CCC' is not one of AAA, BBB"),
    (FORECAST.replace('"war"', '"siege"'), "'threat', 'incursion'"),
    (FORECAST.replace("2011-01-01", "2009-01-01"), "end (2009-01-01) is before start"),
    (FORECAST + "\nonly_if = 1.5", "less than or equal to 1"),
    (FORECAST + "\nonly_iff = 0.5", "Did you mean 'only_if'?"),
    (FORECAST.replace('expect = "no"', ""), "Field required"),
    ('name = "rows"', "names no row"),
    ('name = "rows"\nbear_out = ["statements:S999"]', "there is no row 'S999' in statements.csv"),
    ('name = "rows"\nbear_out = ["statement:S1"]', "Did you mean 'statements'?"),
    ('name = "rows"\nbear_out = ["incidents:I1"]\nagainst = ["incidents:I1"]', "cannot both bear the claim out"),
    ('name = "regularity"\nregularity = "weather"', "'personalist-initiation'"),
    (
        'name = "supplier_share"\nrecipient = "AAA"\nsuppliers = ["X"]\nfirst = 2000\nlast = 2001',
        "either least or most",
    ),
    ('name = "orders_during"\nrecipient = "AAA"\nsuppliers = ["X"]\ncommitment = "G99"', "there is no row 'G99'"),
    ('name = "trend"\nindex = "gdp"\nof = "both"\nfirst = 2000\nlast = 2010\ngoes = "up"', "not one of AAA, BBB, gap"),
    (FORECAST + '\npart = "<script>alert(1)</script>"', "holds markup"),
    (FORECAST + '\nstart = "soon"', "toml"),
]


@pytest.mark.parametrize(("body", "words"), BAD, ids=[w for _, w in BAD])
def test_a_bad_test_is_named(tmp_path: Path, body: str, words: str) -> None:
    faults = check_case(case_with(tmp_path, one(body)))
    assert faults
    assert {f.file for f in faults} == {"case.toml"}
    assert any(words in str(f) for f in faults), [str(f) for f in faults]


def test_all_faults_come_at_once_with_exit_code_10(tmp_path: Path) -> None:
    folder = case_with(
        tmp_path,
        one('name = "trnd"'),
        one(FORECAST.replace('"war"', '"siege"')) + one('name = "parity"\nindex = "steel"\nyears = 99\nexpect = "no"'),
        'no_test = "nobody knows"\n' + one(FORECAST),
    )
    faults = check_case(folder)
    assert len(faults) == 5, [str(f) for f in faults]
    for command in (["case", "check"], ["claims"], ["assess"]):
        run = CliRunner().invoke(app, [*command, str(folder)])
        assert isinstance(run.exception, CaseError)
        assert run.exception.exit_code == 10
        assert "5 faults" in str(run.exception)


def test_references_come_at_once_too(tmp_path: Path) -> None:
    rows = one('name = "rows"\nbear_out = ["statements:S999", "incidents:X"]')
    faults = check_case(case_with(tmp_path, rows, one(FORECAST.replace('"AAA"', '"CCC"'))))
    assert [f.rule for f in faults] == ["unknown row", "unknown row", "not in dyad"]


def test_a_claim_without_a_test_is_untestable_and_says_so(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["claims", str(case_with(tmp_path, "", 'no_test = "Only time will tell."\n'))])
    assert run.exit_code == 0, run.exception
    assert "2 claims: 2 untestable." in run.output
    assert "No registered test is named for it." in run.output
    assert "Only time will tell." in run.output


def test_the_command_prints_writes_and_refuses(tmp_path: Path) -> None:
    folder = case_with(tmp_path, one(FORECAST))
    out = tmp_path / "claims.json"
    run = CliRunner().invoke(app, ["claims", str(folder), "--draws", "0", "-o", str(out)])
    assert run.exit_code == 0, run.exception
    assert out.read_text("utf-8").startswith("[")
    assert "[forecast: " in run.output
    early = CliRunner().invoke(app, ["claims", str(folder), "--as-of", "2009-06-01"])
    assert "not public on the as-of date" in early.output
    assert CliRunner().invoke(app, ["claims"]).exception.exit_code == 2  # type: ignore[union-attr]
    listed = CliRunner().invoke(app, ["claims", "--tests"])
    assert all(f"## {name}" in listed.output for name in TESTS)
    blocked = CliRunner().invoke(app, ["claims", str(folder), "-o", str(tmp_path / "none" / "x.json")])
    assert "cannot be written" in str(blocked.exception)


def test_a_copy_of_a_case_is_whole_and_nothing_is_overwritten(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["case", "copy", "india-pakistan", str(tmp_path / "mine")])
    assert run.exit_code == 0
    assert check_case(tmp_path / "mine") == []
    again = CliRunner().invoke(app, ["case", "copy", "india-pakistan", str(tmp_path / "mine")])
    assert isinstance(again.exception, CaseError)
