"""The command line as a user meets it: exit codes, messages without tracebacks, and a light start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tocsin.case.synthetic import write_case

HEAVY = ("polars", "sklearn", "altair", "numba", "scipy", "pandas", "numpy", "vl_convert", "jinja2")


def tocsin(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"COLUMNS": "80", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "tocsin", *args], capture_output=True, text=True, cwd=cwd, env=env, check=False
    )


@pytest.mark.parametrize("code", ["import tocsin", "import tocsin; dir(tocsin)"])
def test_importing_loads_nothing_heavy(code: str) -> None:
    check = f"{code}\nimport sys\nprint([m for m in {HEAVY} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_help_loads_nothing_heavy() -> None:
    check = (
        "import sys, contextlib\nfrom tocsin.cli.app import app\n"
        "with contextlib.suppress(SystemExit):\n    app(['--help'])\n"
        f"assert not [m for m in {HEAVY} if m in sys.modules], [m for m in {HEAVY} if m in sys.modules]\n"
    )
    out = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert out.returncode == 0, out.stderr
    assert "assess" in out.stdout


def test_version_and_case_list() -> None:
    assert tocsin("--version").stdout.startswith("tocsin 0.")
    assert "armenia-azerbaijan" in tocsin("case", "list").stdout.splitlines()


def test_check_and_show_the_built_in_case() -> None:
    out = tocsin("case", "check", "armenia-azerbaijan")
    assert out.returncode == 0, out.stderr
    assert "no faults" in out.stdout
    assert "incidents" in tocsin("case", "show", "armenia-azerbaijan").stdout


def test_assess_prints_judgments_and_writes_both_files(tmp_path: Path) -> None:
    out = tocsin(
        "assess", "armenia-azerbaijan", "--as-of", "2025-02-01", "--draws", "2", "--out", str(tmp_path / "out")
    )
    assert out.returncode == 0, out.stderr
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"assessment.json", "report.html"}
    text = out.stdout
    assert "Armenia against Azerbaijan" in text
    assert "Azerbaijan against Armenia" in text
    assert "base rate" in text
    piped = [line for line in text.splitlines() if not line.startswith("wrote")]
    assert max(map(len, piped)) <= 80
    assert "\x1b" not in text, "no colour codes in a pipe"
    assert "…" not in text, "nothing cut off"
    table = piped[next(i for i, line in enumerate(piped) if line.split() == ["threat", "incursion", "strike", "war"]) :]
    assert sum("90 % interval" in line for line in table) == 2
    assert all(ord(ch) < 128 for line in table for ch in line)


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("assess", "nowhere"), 10, ["no case 'nowhere'", "armenia-azerbaijan"]),
        (("assess", "armenia-azerbaijan", "--as-of", "1980-01-01"), 10, ["begins on 1995-01-01"]),
        (("assess", "armenia-azerbaijan", "--as-of", "yesterday"), 2, ["yesterday"]),
        (("assess",), 2, ["Missing argument"]),
        (("assess", "armenia-azerbaijan", "--scenario", "embargo"), 10, ["no scenario 'embargo'", "supplier-embargo"]),
        (("assess", "armenia-azerbaijan", "--set", "regime.AZE=parti"), 10, ["Did you mean 'party'?"]),
        (("assess", "armenia-azerbaijan", "--set", "regime.AZE"), 2, ["write KEY=VALUE"]),
        (("assess", "armenia-azerbaijan", "--no-scenarios", "--set", "regime.AZE=party"), 2, ["leave one of them out"]),
        (("scenario", "armenia-azerbaijan", "nowhere"), 10, ["no scenario 'nowhere'"]),
        (("scenario", "armenia-azerbaijan", "monitors-leave", "--as-of", "2020-01-01"), 10, ["does not fit"]),
        (("scenario", "armenia-azerbaijan", "monitors-leave", "--draws", "0", "--out", "no/such/file"), 2, ["--out"]),
        (("frobnicate",), 2, ["frobnicate"]),
    ],
)
def test_mistakes_get_their_exit_code_and_no_traceback(
    tmp_path: Path, args: tuple[str, ...], code: int, words: list[str]
) -> None:
    out = tocsin(*args, cwd=tmp_path)
    assert out.returncode == code
    assert "Traceback" not in out.stderr + out.stdout
    for word in words:
        assert word in out.stderr
    assert not list(tmp_path.iterdir()), "nothing is written"


def test_a_bad_case_lists_its_faults_and_writes_nothing(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "bad")
    path = folder / "statements.csv"
    path.write_text(path.read_text("utf-8").replace("made-up text", "<script>alert(1)</script>", 2), "utf-8")
    out = tocsin("assess", str(folder), "--out", str(tmp_path / "out"))
    assert out.returncode == 10
    assert "2 faults" in out.stderr
    assert "statements.csv, row 1, text" in out.stderr
    assert not (tmp_path / "out").exists()


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    out = tocsin("assess", "armenia-azerbaijan", "--out", str(tmp_path / "out"))
    assert out.returncode == 2
    assert "there is a file of that name" in out.stderr
    assert (tmp_path / "out").read_text() == "mine"


def test_the_default_number_of_draws_is_that_of_the_library() -> None:
    import inspect

    from tocsin.assessment.game import DRAWS
    from tocsin.cli.assess import assess
    from tocsin.cli.scenario import scenario

    for command in (assess, scenario):
        assert inspect.signature(command).parameters["draws"].default.default == DRAWS


def test_a_scenario_is_printed_and_written(tmp_path: Path) -> None:
    from tocsin.assessment.scenario_parts import ScenarioReading

    args = ("scenario", "armenia-azerbaijan", "deliveries-stop+set", "--set", "regime.AZE=party", "--draws", "2")
    out = tocsin(*args, "--out", "found.json", cwd=tmp_path)
    assert out.returncode == 0, out.stderr
    found = ScenarioReading.model_validate_json((tmp_path / "found.json").read_text("utf-8"))
    assert [r.name for r in found.results] == ["deliveries-stop+set"]
    assert {c.scenario for c in found.results[0].changes} == {"deliveries-stop", "set"}
    assert "none of it comes" in out.stdout
    assert max(map(len, out.stdout.splitlines())) <= 80
    assert tocsin(*args, cwd=tmp_path).stdout == out.stdout.replace("wrote found.json\n", "")
