"""The file of a ledger: SQLite with triggers that let entries be added and nothing else.

It keeps SQLite's rollback journal and not its write-ahead log. A log would leave acknowledged entries in a second file,
lost if somebody copies or mails the first one alone; it cannot be read on a read-only disk, nor shared over a network
file system. Entries are few, so its speed is not needed. ``synchronous=EXTRA`` also writes the removal of the journal
to disk, so that an entry which was acknowledged survives a loss of power.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tocsin.errors import LedgerError
from tocsin.ledger.chain import START, Entry, digest, seal

ENV = "TOCSIN_LEDGER"
FORMAT = 1
APPLICATION = 0x746F6373  # "tocs"
PATIENCE = 30.0
SCHEMA = (
    """CREATE TABLE entries (
  number INTEGER PRIMARY KEY,
  forecast TEXT NOT NULL,
  previous TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL
) STRICT""",
    "CREATE INDEX entries_by_forecast ON entries (forecast)",
    """CREATE TABLE head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  ledger TEXT NOT NULL,
  number INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT""",
    """CREATE TRIGGER entries_follow BEFORE INSERT ON entries
  WHEN NEW.number IS NOT (SELECT number + 1 FROM head)
    OR NEW.previous IS NOT (SELECT hash FROM head)
  BEGIN SELECT RAISE(ABORT, 'an entry must follow the last one'); END""",
    """CREATE TRIGGER entries_counted AFTER INSERT ON entries
  BEGIN UPDATE head SET number = NEW.number, hash = NEW.hash; END""",
    """CREATE TRIGGER entries_kept BEFORE DELETE ON entries
  BEGIN SELECT RAISE(ABORT, 'entries are never removed'); END""",
    """CREATE TRIGGER entries_unchanged BEFORE UPDATE ON entries
  BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END""",
    """CREATE TRIGGER head_follows BEFORE UPDATE ON head
  WHEN NEW.ledger IS NOT OLD.ledger OR NEW.number IS NOT OLD.number + 1
    OR NEW.hash IS NOT (SELECT hash FROM entries WHERE number = NEW.number)
  BEGIN SELECT RAISE(ABORT, 'the head only follows the entries'); END""",
    """CREATE TRIGGER head_kept BEFORE DELETE ON head
  BEGIN SELECT RAISE(ABORT, 'the head is never removed'); END""",
    """CREATE TRIGGER head_single BEFORE INSERT ON head WHEN (SELECT count(*) FROM head)
  BEGIN SELECT RAISE(ABORT, 'there is one head'); END""",
)
# What a writer is given: the entries on a forecast so far. It returns what to add, as (kind, content).
Draft = tuple[str, dict[str, Any]]
Past = Callable[[str], list[Entry]]


def default_path() -> Path:
    """Return the ledger used where none is named: TOCSIN_LEDGER, else a file among the user's data."""
    named = os.environ.get(ENV)
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("tocsin") / "ledger.sqlite"


def append(path: Path, write: Callable[[Past], list[Draft]], *, now: datetime | None = None) -> list[Entry]:
    """Add entries in one transaction: all of them are on disk when this returns, or none.

    Parameters
    ----------
    path : Path
        File of the ledger; made if it is not there.
    write : callable
        Given a function that returns the entries on a forecast, returns what to add. Nobody else writes meanwhile.
    now : datetime.datetime, optional
        Time of recording; default the clock.

    Raises
    ------
    LedgerError
        If nothing could be written, with the reason; the ledger is as it was.
    """
    new = not path.exists()
    if new:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerError(f"{path}: cannot make the folder: {error.strerror}. Nothing was recorded.") from error
    with trouble(path, "Nothing was recorded."), closing(connect(path, create=True)) as base:
        base.execute("PRAGMA synchronous=EXTRA")
        base.execute("BEGIN IMMEDIATE")
        if _empty(base):
            _make(base)
        check_format(base, path)
        ledger, number, previous = _head(base, path)
        done = []
        for kind, content in write(lambda forecast: _about(base, forecast)):
            number += 1
            entry = seal(kind, content, ledger=ledger, number=number, previous=previous, recorded=now)
            base.execute(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?)",
                (number, content["forecast"], previous, entry.hash, entry.body.decode()),
            )
            previous = entry.hash
            done.append(entry)
        base.execute("COMMIT")
    return done


def read(path: Path) -> list[Entry]:
    """Return all entries as they stand, whether or not the chain is whole.

    Raises
    ------
    LedgerError
        If there is no ledger, or it cannot be read.
    """
    with trouble(path, "Nothing was changed."), opened(path) as base:
        return entries(base)


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection that only reads, inside one transaction.

    Raises
    ------
    LedgerError
        If there is no ledger, or it is of a newer version.
    """
    if not path.is_file() or path.stat().st_size == 0:
        raise LedgerError(
            f"{path}: there is no ledger yet. `tocsin ledger record` or `tocsin assess --record` begin one."
        )
    with closing(connect(path)) as base:
        base.execute("PRAGMA query_only=ON")
        base.execute("BEGIN")
        check_format(base, path)
        yield base


def connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """Return a connection; a journal left by a process that was killed is rolled back on the first read."""
    mode = "rwc" if create else "rw"
    # Without isolation_level, Python would begin transactions by itself.
    base = sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=PATIENCE, isolation_level=None)
    base.text_factory = bytes
    base.execute("PRAGMA trusted_schema=OFF")
    base.execute("PRAGMA cell_size_check=ON")
    return base


def entries(base: sqlite3.Connection) -> list[Entry]:
    """Return all entries of an open ledger, by number."""
    rows = base.execute("SELECT number, body, hash FROM entries NOT INDEXED ORDER BY number")
    return [Entry(int(n), _bytes(body), _bytes(hash_).decode("utf-8", "replace")) for n, body, hash_ in rows]


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def check_format(base: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is no ledger, or a newer one."""
    application, version = (base.execute(f"PRAGMA {p}").fetchone()[0] for p in ("application_id", "user_version"))
    if application != APPLICATION:
        raise LedgerError(f"{path}: this is not a ledger of Tocsin. Nothing was changed; name another file.")
    if version > FORMAT:
        raise LedgerError(
            f"{path}: this ledger has format {version}; this Tocsin knows formats up to {FORMAT}. "
            "Nothing was changed; use the newer Tocsin that wrote it."
        )
    if version != FORMAT:
        raise LedgerError(f"{path}: the ledger says it has format {version}, which never was. Restore it from a copy.")


def _empty(base: sqlite3.Connection) -> bool:
    return bool(base.execute("SELECT count(*) = 0 FROM sqlite_schema").fetchone()[0])


def _make(base: sqlite3.Connection) -> None:
    for statement in SCHEMA:
        base.execute(statement)
    base.execute("INSERT INTO head VALUES (1, ?, 0, ?)", (secrets.token_hex(16), START))
    base.execute(f"PRAGMA application_id={APPLICATION}")
    base.execute(f"PRAGMA user_version={FORMAT}")


def _head(base: sqlite3.Connection, path: Path) -> tuple[str, int, str]:
    """Return identifier, number and hash to follow, after a look that the last entry is whole."""
    damaged = LedgerError(
        f"{path}: its last entry is not the one that was written last. Nothing was recorded; "
        "see what happened with: tocsin ledger verify"
    )
    found = base.execute("SELECT ledger, number, hash FROM head").fetchall()
    if len(found) != 1:
        raise damaged
    ledger, number, hash_ = _bytes(found[0][0]).decode(), int(found[0][1]), _bytes(found[0][2]).decode()
    last = base.execute("SELECT number, body, hash FROM entries ORDER BY number DESC LIMIT 1").fetchone()
    if last is None:
        if (number, hash_) != (0, START):
            raise damaged
    elif (int(last[0]), _bytes(last[2]).decode(), digest(_bytes(last[1]))) != (number, hash_, hash_):
        raise damaged
    return ledger, number, hash_


def _about(base: sqlite3.Connection, forecast: str) -> list[Entry]:
    rows = base.execute("SELECT number, body, hash FROM entries WHERE forecast = ? ORDER BY number", (forecast,))
    return [Entry(int(n), _bytes(body), _bytes(hash_).decode()) for n, body, hash_ in rows]


@contextmanager
def trouble(path: Path, state: str) -> Iterator[None]:
    """Turn an error of SQLite into one that says what is wrong, what the state is and what to do."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise LedgerError(f"{path}: {explain(error)} {state}") from error


def explain(error: sqlite3.Error | UnicodeDecodeError) -> str:
    """Return what an error of SQLite means for the reader of a ledger."""
    if isinstance(error, UnicodeDecodeError):  # SQLite quotes damaged names in its messages
        return "the file is damaged. See what is left: tocsin ledger verify"
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return "the disk is full. Make room and try again; what was recorded before is whole."
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return "the file or its disk is read-only. Name a ledger that can be written with --ledger."
        case sqlite3.SQLITE_CANTOPEN:
            return "the file cannot be opened, or no file can be made beside it. Look at the rights of its folder."
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"another process has held the ledger for {PATIENCE:.0f} s. Try again when it is done."
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return f"the file is damaged or no SQLite file ({error}). See what is left: tocsin ledger verify"
        case sqlite3.SQLITE_IOERR:
            return f"the disk failed ({error}). What was recorded before is whole; try again."
        case sqlite3.SQLITE_CONSTRAINT:
            return f"the ledger refused the entry ({error}). See why with: tocsin ledger verify"
        case _:
            return f"SQLite says: {error}. See what is left: tocsin ledger verify"
