"""Verifying a ledger: every hash, every link, the head, the triggers and the file itself."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tocsin.errors import LedgerError
from tocsin.ledger.chain import START, Entry, broken, canonical
from tocsin.ledger.file import SCHEMA, entries, explain, opened

SHORTEST_HEAD = 12


@dataclass(frozen=True)
class Verification:
    """What verify found.

    Parameters
    ----------
    entries : int
        Entries read.
    head : str
        Hash of the last one: keep it elsewhere, and give it to a later verify.
    since : int or None
        Entries added after the head that was given.
    faults : tuple of str
        Everything that is wrong; empty for a whole ledger.
    """

    entries: int
    head: str
    since: int | None
    faults: tuple[str, ...]


def verify(path: Path, *, head: str | None = None) -> Verification:
    """Return whether a ledger, or its export, is what was written, entry by entry.

    A change to any entry is found. Entries taken from the end are found if the file's own count was not changed with
    them; if it was, only a head that was kept elsewhere shows it.

    Parameters
    ----------
    path : Path
        A ledger, or an export (a file whose name ends in .jsonl).
    head : str, optional
        Hash printed by an earlier verify, record or resolve (its first 12 digits or more).

    Raises
    ------
    LedgerError
        If there is no ledger or it is of a newer version.
    """
    found: list[Entry] = []
    if path.suffix == ".jsonl":
        faults = _export(path, found)
    else:
        faults = _file(path, found)
    since, missing = _since(found, head)
    return Verification(len(found), found[-1].hash if found else START, since, (*faults, *missing))


def _file(path: Path, found: list[Entry]) -> list[str]:
    faults: list[str] = []
    try:
        with opened(path) as base:
            faults += [f"the file is damaged: {_text(r[0])}" for r in base.execute("PRAGMA integrity_check(20)")]
            faults = [] if faults == ["the file is damaged: ok"] else faults
            if (
                base.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").fetchall()
                != _schema()
            ):
                faults.append("its tables or the triggers that guard it are not those of a ledger")
            found += entries(base)
            faults += _columns(base, found)
            faults += _head(base.execute("SELECT * FROM head").fetchall(), found)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        faults.append(f"the file cannot be read to its end: {explain(error)}")
    return faults


def _columns(base: sqlite3.Connection, found: list[Entry]) -> list[str]:
    """Return where what stands beside an entry's text is not what the text says."""
    faults = []
    columns = ("forecast", "previous", "hash", "body")
    kinds = ", ".join(f"typeof({c})" for c in columns)
    rows = base.execute(f"SELECT forecast, previous, {kinds} FROM entries NOT INDEXED ORDER BY number")
    for entry, row in zip(found, rows, strict=True):
        try:
            fields = entry.fields
            said = [str(fields["content"]["forecast"]).encode(), str(fields["previous"]).encode()]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue  # the chain says so
        if said != list(row[:2]):
            faults.append(f"entry {entry.number}: the columns beside its text do not say what the text says")
        if set(row[2:]) != {b"text"}:
            faults.append(f"entry {entry.number}: is stored as something other than text")
    return faults


def _head(rows: list[tuple[int, bytes, int, bytes]], found: list[Entry]) -> list[str]:
    if len(rows) != 1 or not isinstance(rows[0][2], int):
        return ["the note of the last entry is gone"]
    ledger, number, hash_ = _text(rows[0][1]), rows[0][2], _text(rows[0][3])
    faults = broken(found, ledger)
    if number > len(found):
        faults.append(f"{number} entries were written and {len(found)} are here: {number - len(found)} were removed")
    elif (number, hash_) != (len(found), found[-1].hash if found else START):
        faults.append("the last entry is not the one that was written last")
    return faults


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _schema() -> list[tuple[bytes, ...]]:
    with closing(sqlite3.connect(":memory:")) as base:
        base.text_factory = bytes
        for statement in SCHEMA:
            base.execute(statement)
        return base.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").fetchall()


def _since(found: list[Entry], head: str | None) -> tuple[int | None, list[str]]:
    if head is None:
        return None, []
    wanted = head.strip().lower()
    if len(wanted) < SHORTEST_HEAD:
        raise LedgerError(f"--head {head}: give at least the first {SHORTEST_HEAD} digits of the hash.")
    if START.startswith(wanted):
        return len(found), []
    for place, entry in enumerate(found, start=1):
        if entry.hash.startswith(wanted):
            return len(found) - place, []
    return None, [f"no entry has the hash {wanted[:16]}: entries were removed from the end, or all were written anew"]


def export(found: Sequence[Entry]) -> bytes:
    """Return entries as JSON Lines: the hash and the entry it is the hash of; the same ledger gives the same bytes."""
    return b"".join(b'{"entry":' + entry.body + b',"hash":' + canonical(entry.hash) + b"}\n" for entry in found)


def _export(path: Path, found: list[Entry]) -> list[str]:
    faults = []
    try:
        data = path.read_bytes()
    except OSError as error:
        raise LedgerError(f"{path}: cannot be read: {error.strerror}.") from error
    for place, line in enumerate(data.splitlines(keepends=True), start=1):
        try:
            parsed = json.loads(line)
            entry = Entry(int(parsed["entry"]["number"]), canonical(parsed["entry"]), str(parsed["hash"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            faults.append(f"line {place} is no entry")
            continue
        if export([entry]) != line:
            faults.append(f"line {place} is not written as an export writes it")
        found.append(entry)
    return faults + broken(found)
