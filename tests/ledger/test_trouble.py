"""A disk that is full or read-only, another version, another file: clear words, exit code 14, nothing lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

import tocsin.ledger.file as ledger_file
from tests.ledger.made_up import binary, outcome, small
from tocsin.errors import LedgerError
from tocsin.ledger.book import record, resolve
from tocsin.ledger.file import read
from tocsin.ledger.verify import export, verify


@contextmanager
def disk(folder: Path, size: str) -> Iterator[Path]:
    """Yield a small disk of its own."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("needs the right to mount a small disk")
    folder.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True
    ).returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_newer_ledger_is_left_alone(tmp_path: Path) -> None:
    path = small(tmp_path / "l.sqlite")
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA user_version = 2")
    before = path.read_bytes()
    for act in (
        lambda: record(path, [binary("new")]),
        lambda: resolve(path, [outcome("five", "none")]),
        lambda: verify(path),
    ):
        with pytest.raises(LedgerError, match=r"format 2.*up to 1.*Nothing was changed") as caught:
            act()
        assert caught.value.exit_code == 14
    assert path.read_bytes() == before


def test_another_file_is_left_alone(tmp_path: Path) -> None:
    text, other = tmp_path / "notes.txt", tmp_path / "other.sqlite"
    text.write_text("My notes, which are no database, and are long enough to be taken for one.\n" * 20)
    with closing(sqlite3.connect(other)) as base, base:
        base.execute("CREATE TABLE mine (x)")
    for path in (text, other):
        before = path.read_bytes()
        for act in (lambda p=path: record(p, [binary()]), lambda p=path: read(p)):
            with pytest.raises(LedgerError, match=r"not a ledger|no SQLite file"):
                act()
        assert path.read_bytes() == before


def test_no_ledger_yet(tmp_path: Path) -> None:
    for act in (verify, read, lambda p: resolve(p, [outcome()])):
        with pytest.raises(LedgerError, match="there is no ledger yet"):
            act(tmp_path / "l.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="Nothing was recorded"):
        record(tmp_path / "file" / "l.sqlite", [binary()])
    with pytest.raises(LedgerError, match="Nothing was recorded"):
        record(tmp_path, [binary()])  # a folder


def test_a_full_disk(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "96k") as small_disk:
        path = small(small_disk / "l.sqlite")
        acknowledged = 3

        def fill() -> None:
            nonlocal acknowledged
            for n in range(1000):
                record(path, [binary(f"n{n}")])
                acknowledged += 1

        with pytest.raises(LedgerError, match=r"disk is full.*Nothing was recorded"):
            fill()
        assert acknowledged > 3
        assert (verify(path).entries, verify(path).faults) == (acknowledged, ())
        # With room made, the ledger goes on where it stopped.
        moved = tmp_path / "l.sqlite"
        shutil.copy(path, moved)
        assert record(moved, [binary("new")]).added[0].number == acknowledged + 1


def test_a_read_only_disk(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "200k") as folder:
        path = small(folder / "l.sqlite")
        before = export(read(path))
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        with pytest.raises(LedgerError, match=r"read-only.*Nothing was recorded"):
            record(path, [binary("new")])
        with pytest.raises(LedgerError, match=r"Nothing was recorded"):
            record(folder / "new.sqlite", [binary("new")])
        assert export(read(path)) == before
        assert verify(path).faults == ()


def test_a_ledger_held_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = small(tmp_path / "l.sqlite")
    monkeypatch.setattr(ledger_file, "PATIENCE", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError, match="another process"):
            record(path, [binary("new")])
        assert verify(path).entries == 3  # readers are not held up
        base.execute("ROLLBACK")
    assert record(path, [binary("new")]).added


def test_the_command_ends_with_14(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tocsin", "ledger", "verify", "--ledger", str(tmp_path / "none.sqlite")],
        capture_output=True,
        text=True,
    )
    assert (run.returncode, run.stdout) == (14, "")
    assert "there is no ledger yet" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["holds no [[forecasts]]"]),
        ("not toml", ["not valid TOML"]),
        ("[[forecast]]\nid = 'x'", ["Did you mean 'forecasts'?"]),
        (
            "[[forecasts]]\nid='a b'\nissuer='x'\nquestion='why?'\nprobabilty=0.2\norigin=2025-01-01\nrule='it is'\n"
            "[[forecasts]]\nid='c'\nissuer='x'\nquestion='why?'\norigin=2025-01-01\ncloses=2026-01-01\nrule='it is'\n",
            ["Did you mean 'probability'?", "forecasts[1].id", "forecasts[1].closes", "forecasts[2]: give either"],
        ),
        (
            "[[forecasts]]\nid='a'\nissuer='x'\nquestion='why?'\nprobability=0.2\norigin=2025-01-01\ncloses=2026-01-01\n"
            "rule='it is'\ncompare={case='x',actor='A',target='B',months=12}\n",
            ["compare needs at_least"],
        ),
    ],
)
def test_a_file_with_faults_records_nothing(tmp_path: Path, text: str, messages: list[str]) -> None:
    from tocsin.cli.ledger import app

    file, path = tmp_path / "f.toml", tmp_path / "l.sqlite"
    file.write_text(text)
    run = CliRunner().invoke(app, ["record", str(file), "--ledger", str(path)])
    assert isinstance(run.exception, LedgerError)
    for message in messages:
        assert message in str(run.exception)
    assert not path.exists()
