"""Whatever is done to the file of a ledger, verify finds it or it changed nothing."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.ledger.made_up import LATER, NOW, binary, modes, outcome, small
from tocsin.cli.ledger import app
from tocsin.errors import LedgerError
from tocsin.ledger.book import record, resolve
from tocsin.ledger.chain import Entry, broken, canonical, digest, seal
from tocsin.ledger.file import read
from tocsin.ledger.verify import Verification, export, verify


def faults_of(path: Path) -> tuple[str, ...]:
    """Return what verify finds; a file it refuses to open counts as found too."""
    try:
        return verify(path).faults
    except LedgerError as error:
        return (str(error),)


def edit(path: Path, *statements: str) -> None:
    """Change the file behind the back of the ledger, triggers removed first."""
    with closing(sqlite3.connect(path)) as base, base:
        triggers = base.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            base.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            base.execute(statement)
        for _, sql in triggers:
            base.execute(sql)


def test_a_whole_ledger_verifies(tmp_path: Path) -> None:
    path = small(tmp_path / "l.sqlite")
    entries = read(path)
    assert verify(path) == Verification(3, entries[-1].hash, None, ())
    assert verify(path, head=entries[0].hash).since == 2
    assert verify(path, head="0" * 64).since == 3


def test_the_chain_is_plain_sha256_of_plain_json(tmp_path: Path) -> None:
    """A reader with nothing but sha256 and a JSON parser can check an export."""
    import hashlib
    import json

    previous = "0" * 64
    for line in export(read(small(tmp_path / "l.sqlite"))).decode().splitlines():
        parsed = json.loads(line)
        text = json.dumps(parsed["entry"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == parsed["hash"]
        assert parsed["entry"]["previous"] == previous
        previous = parsed["hash"]


def places(data: bytes, entry: Entry) -> list[int]:
    """Return the bytes of the file that hold an entry's text and hash."""
    out: list[int] = []
    for text in (entry.body, entry.hash.encode()):
        at = data.find(text)
        while at >= 0:
            out += range(at, at + len(text))
            at = data.find(text, at + 1)
    return out


def test_any_flipped_byte_of_an_entry_is_found(tmp_path: Path) -> None:
    path = small(tmp_path / "l.sqlite")
    data, rng = path.read_bytes(), random.Random(0)
    where = [p for entry in read(path) for p in places(data, entry)]
    assert len(where) > 2000
    for at in where:
        bad = bytearray(data)
        bad[at] ^= rng.randrange(1, 256)
        path.write_bytes(bad)
        assert faults_of(path), f"byte {at} was changed from {data[at]} to {bad[at]} unseen"


def test_any_other_flipped_byte_is_found_or_changes_nothing(tmp_path: Path) -> None:
    path = small(tmp_path / "l.sqlite")
    data, whole, rng = path.read_bytes(), export(read(path)), random.Random(1)
    found = 0
    for at in [*range(100), *rng.sample(range(100, len(data)), 900)]:
        bad = bytearray(data)
        bad[at] ^= 1 << rng.randrange(8)
        path.write_bytes(bad)
        if faults_of(path):
            found += 1
        else:
            assert export(read(path)) == whole
    assert found > 50


@pytest.mark.parametrize("keep", [0, 1, 2])
def test_a_cut_tail_is_found(tmp_path: Path, keep: int) -> None:
    path = small(tmp_path / "l.sqlite")
    head = verify(path).head
    edit(path, f"DELETE FROM entries WHERE number > {keep}")
    assert any("were removed" in f for f in verify(path).faults)
    # Whoever also changes the count is found by the head alone.
    hash_ = read(path)[-1].hash if keep else "0" * 64
    edit(path, f"UPDATE head SET number = {keep}, hash = '{hash_}'")
    assert verify(path).faults == ()
    assert any("no entry has the hash" in f for f in verify(path, head=head).faults)
    assert any("no entry has the hash" in f for f in verify(path, head=head[:12]).faults)


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("DELETE FROM entries WHERE number = 2", "stands at place 2"),
        ("UPDATE entries SET body = replace(body, '0.3', '0.4') WHERE number = 1", "does not match its hash"),
        ("UPDATE entries SET forecast = 'other' WHERE number = 1", "the columns beside"),
        ("UPDATE entries SET number = 9 WHERE number = 3", "stands at place 3"),
        ("DELETE FROM head", "the note of the last entry is gone"),
    ],
)
def test_edits_are_found(tmp_path: Path, statement: str, fault: str) -> None:
    path = small(tmp_path / "l.sqlite")
    edit(path, statement)
    assert fault in "; ".join(verify(path).faults)


def test_a_rewritten_entry_breaks_the_chain(tmp_path: Path) -> None:
    """An entry changed together with its own hash no longer fits the one after it."""
    path = small(tmp_path / "l.sqlite")
    fields = read(path)[0].fields
    fields["content"]["probabilities"] = [0.1, 0.9]
    body = canonical(fields)
    edit(path, f"UPDATE entries SET body = '{body.decode()}', hash = '{digest(body)}' WHERE number = 1")
    assert "does not follow the entry before it" in "; ".join(verify(path).faults)


def test_the_triggers_let_nobody_edit(tmp_path: Path) -> None:
    path = small(tmp_path / "l.sqlite")
    before = path.read_bytes()
    for statement in (
        "UPDATE entries SET body = 'x'",
        "DELETE FROM entries",
        "INSERT OR REPLACE INTO entries VALUES (1, 'a', 'b', 'c', 'd')",
        "INSERT OR REPLACE INTO entries VALUES (4, 'a', 'b', 'c', 'd')",
        "UPDATE head SET number = 2",
        "DELETE FROM head",
        "INSERT OR REPLACE INTO head VALUES (1, 'a', 0, 'b')",
    ):
        with closing(sqlite3.connect(path)) as base, pytest.raises(sqlite3.IntegrityError):
            base.execute(statement)
    assert path.read_bytes() == before


def test_missing_triggers_are_found(tmp_path: Path) -> None:
    path = small(tmp_path / "l.sqlite")
    with closing(sqlite3.connect(path)) as base:
        base.execute("DROP TRIGGER entries_kept")
    assert "triggers" in "; ".join(verify(path).faults)


def test_two_ledgers_merged_by_hand(tmp_path: Path) -> None:
    one, two = small(tmp_path / "one.sqlite"), tmp_path / "two.sqlite"
    record(two, [binary("a"), binary("b"), binary("c"), modes("d")], now=NOW)
    whole = export(read(one))
    edit(
        one,
        f"ATTACH '{two}' AS other",
        "INSERT INTO entries SELECT number + 3, forecast, hash || previous, hash, body FROM other.entries",
    )
    faults = "; ".join(verify(one).faults)
    assert "entries 4 to 7 come from another ledger" in faults
    assert "two ledgers were merged" in faults
    # Nothing is lost: every entry of both is still written out, and nothing is put on top of the mixture.
    merged = export(read(one))
    assert merged.startswith(whole)
    assert all(e.body in merged for e in read(two))
    with pytest.raises(LedgerError, match=r"Nothing was recorded.*tocsin ledger verify"):
        record(one, [binary("new")])
    assert export(read(one)) == merged


def test_exports_merged_by_hand(tmp_path: Path) -> None:
    one, two = small(tmp_path / "one.sqlite"), tmp_path / "two.sqlite"
    record(two, [binary("a")], now=NOW)
    merged = tmp_path / "both.jsonl"
    merged.write_bytes(export(read(one)) + export(read(two)))
    assert "another ledger" in "; ".join(verify(merged).faults)


def test_an_export_verifies_and_any_flipped_byte_of_it_is_found(tmp_path: Path) -> None:
    data = export(read(small(tmp_path / "l.sqlite")))
    path, rng = tmp_path / "l.jsonl", random.Random(2)
    path.write_bytes(data)
    assert verify(path).faults == ()
    for at in range(len(data) - 1):  # the last line break carries nothing
        bad = bytearray(data)
        bad[at] ^= 1 << rng.randrange(8)
        path.write_bytes(bad)
        assert verify(path).faults, f"byte {at}"


def test_export_is_deterministic(tmp_path: Path) -> None:
    path = small(tmp_path / "l.sqlite")
    assert export(read(path)) == export(read(path))
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes(path.read_bytes())
    assert export(read(copy)) == export(read(path))


def test_broken_tells_what_is_wrong_with_an_empty_start() -> None:
    entry = seal("forecast", {}, ledger="x", number=1, previous="f" * 64, recorded=NOW)
    assert "does not follow" in broken([entry])[0]


def test_the_commands_say_so_and_lose_nothing(tmp_path: Path) -> None:
    path, out = small(tmp_path / "l.sqlite"), tmp_path / "l.jsonl"
    whole = export(read(path))
    edit(path, "UPDATE entries SET body = replace(body, '0.3', '0.4') WHERE number = 1")
    run = CliRunner().invoke(app, ["verify", str(path)])
    assert isinstance(run.exception, LedgerError)
    assert run.exception.exit_code == 14
    assert "entry 1: its text does not match its hash" in str(run.exception)
    run = CliRunner().invoke(app, ["export", "-o", str(out), "--ledger", str(path)])
    assert isinstance(run.exception, LedgerError)
    assert "every entry was written" in str(run.exception)
    assert out.read_bytes().splitlines()[1:] == whole.splitlines()[1:]
    run = CliRunner().invoke(app, ["verify", str(path), "--head", "abc"])
    assert "at least the first 12 digits" in str(run.exception)


def test_resolve_on_a_damaged_ledger_adds_nothing(tmp_path: Path) -> None:
    path = small(tmp_path / "l.sqlite")
    edit(path, "UPDATE entries SET body = replace(body, 'made up', 'made xx') WHERE number = 3")
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="Nothing was recorded"):
        resolve(path, [outcome("five", "none")], now=LATER)
    assert path.read_bytes() == before
