"""`tocsin strategy solve`: what it prints and writes, and how it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_cli import tocsin
from tocsin.case.synthetic import write_case
from tocsin.strategy.game.chain import highest_mode
from tocsin.strategy.game.mix import at
from tocsin.strategy.game.setting import default
from tocsin.strategy.game.solve import solve


def test_solve_prints_and_writes_the_same_numbers(tmp_path: Path) -> None:
    target = tmp_path / "game.json"
    done = tocsin(
        "strategy",
        "solve",
        "--x",
        "4",
        "--q",
        "2",
        "--y",
        "4",
        "--set",
        "F=0.3",
        "--draws",
        "3",
        "--no-calibrate",
        "--out",
        str(target),
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(target.read_text("utf-8"))
    expected = highest_mode(solve(default("personalist", F=0.3)), at((4, 2, 1, 0, 4)))
    for row, want in zip(result["highest_mode"], expected.tolist(), strict=True):
        assert row == pytest.approx(want, abs=1e-9)
    assert result["setting"]["F"] == 0.3
    assert result["spread"]["draws"] == 3
    assert result["certificate"]["holds"] is True
    assert "Conditional on these payoffs" in done.stdout
    assert f"{expected[0, 3]:.1%}" in done.stdout
    assert "Certificate holds" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--x", "4", "--set", "xi=1.5"), "xi = 1.5"),
        (("--x", "4", "--set", "lam=0"), "lam = 0"),
        (("--x", "4", "--set", "cS=-1"), "cS = -1"),
        (("--x", "4", "--set", "F"), "NAME=VALUE"),
        (("--x", "4", "--set", "F=much"), "numbers"),
        (("--x", "4", "--set", "F=0.4,0.5"), "one number"),
        (("--x", "4", "--set", "Fi=1"), "no parameter"),
        (("--x", "4", "--set", "timing=1"), "no parameter"),
        (("--x", "4", "--history", "1,0"), "three chances"),
        (("--x", "4", "--history", "1,1,0"), "sum to 1"),
        (("--x", "4", "--regime", "monarchy"), "regime"),
        (("--x", "nan"), "--x"),
        (("--x", "40"), "--x"),
        (("--x", "4", "--level", "2"), "level"),
    ],
)
def test_bad_input_is_refused_without_a_traceback(arguments: tuple[str, ...], words: str) -> None:
    done = tocsin("strategy", "solve", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_cannot_be_written_is_refused_before_the_game_is_solved(tmp_path: Path) -> None:
    # This game has no answer: had it been tried first, the code would be 13.
    hopeless = ("strategy", "solve", "--x", "4", "--no-calibrate", "--set", "lam=100000", "--out")
    for target, words in ((tmp_path / "none" / "game.json", "no folder"), (tmp_path, "folder")):
        done = tocsin(*hopeless, str(target))
        assert done.returncode == 2
        assert words in done.stderr


def test_a_game_without_an_answer_ends_with_the_code_of_a_model() -> None:
    done = tocsin("strategy", "solve", "--x", "4", "--no-calibrate", "--set", "lam=100000")
    assert done.returncode == 13
    assert "not solved" in done.stderr


def test_a_case_is_read_and_solved(tmp_path: Path) -> None:
    target = tmp_path / "game.json"
    common = ("strategy", "solve", "armenia-azerbaijan", "--as-of", "2025-02-01", "--actor", "AZE", "--draws", "2")
    done = tocsin(*common, "--out", str(target))
    assert done.returncode == 0, done.stderr
    flat = " ".join(done.stdout.split())
    assert "Azerbaijan against Armenia, knowledge up to 1 February 2025" in flat
    assert "Conditional on these payoffs" in flat
    assert "times the base rate" in flat
    assert "2 draws of the payoffs: 0 not solved" in flat
    (g,) = json.loads(target.read_text("utf-8"))
    assert (g["actor"], g["results"]["checks"]["draws"]) == ("AZE", 2)
    done = tocsin(*common, "--out", str(tmp_path))
    assert done.returncode == 2
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nowhere",), 10, "no case 'nowhere'"),
        (("armenia-azerbaijan", "--actor", "XXX"), 10, "not one of the two"),
        (("armenia-azerbaijan", "--as-of", "1990-01-01"), 10, "begins on"),
        (("armenia-azerbaijan", "--x", "3"), 2, "leave out --x"),
        (("armenia-azerbaijan", "--set", "F=0.4", "--y", "2"), 2, "leave out --y, --set"),
        (("--as-of", "2020-01-01", "--x", "3"), 2, "belong to a case"),
        ((), 2, "name a case"),
    ],
)
def test_a_case_that_cannot_be_used_is_refused(arguments: tuple[str, ...], code: int, words: str) -> None:
    done = tocsin("strategy", "solve", *arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_case_without_holdings_ends_with_the_code_of_a_case(tmp_path: Path) -> None:
    done = tocsin("strategy", "solve", str(write_case(tmp_path / "made-up")))
    assert done.returncode == 10
    assert "[prize]" in done.stderr


def test_sweep_writes_a_table_and_goes_on(tmp_path: Path) -> None:
    import polars as pl

    common = ("strategy", "sweep", "--x", "4", "--q", "2", "--y", "4", "--folder", str(tmp_path / "blocks"))
    out = tmp_path / "sweep.csv"
    done = tocsin(*common, "--vary", "F=0.1:0.3:3", "--vary", "gam=1,2", "-o", str(out))
    assert done.returncode == 0, done.stderr
    assert "6 games written" in done.stdout
    frame = pl.read_csv(out)
    assert frame["F"].to_list() == pytest.approx([0.1, 0.1, 0.2, 0.2, 0.3, 0.3])
    assert (frame.select("none", "threat", "incursion", "strike", "war").sum_horizontal() - 1).abs().max() < 1e-12
    again = tmp_path / "again.parquet"
    assert tocsin(*common, "--vary", "F=0.1:0.3:3", "--vary", "gam=1,2", "-o", str(again)).returncode == 0
    assert pl.read_parquet(again)["war"].to_list() == pytest.approx(frame["war"].to_list(), abs=1e-15)
    other = tocsin(*common, "--vary", "F=0.1:0.3:4", "-o", str(out))
    assert other.returncode == 2
    assert "another sweep" in other.stderr
    for bad, words in (
        (("--vary", "F"), "NAME="),
        (("--vary", "F=1:2"), "COUNT"),
        (("--vary", "F=a,b"), "numbers"),
        (("--vary", "F=1,2:3:4"), "one number"),
    ):
        done = tocsin(*common, *bad, "-o", str(out))
        assert done.returncode == 2
        assert words in done.stderr
    done = tocsin(*common, "--vary", "F=0.1,0.2", "-o", str(tmp_path / "sweep.txt"))
    assert done.returncode == 2
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    done = tocsin(*common, "--vary", "F=0.1:0.3:3", "--vary", "gam=1,2", "-o", str(folder))
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
