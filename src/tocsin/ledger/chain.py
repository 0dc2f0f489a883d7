"""Sealing entries: canonical JSON, SHA-256, each entry naming the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

# What the first entry of a ledger names as the one before it.
START = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One entry as it is stored.

    Parameters
    ----------
    number : int
        Place in the ledger, from 1.
    body : bytes
        Canonical JSON with ``content``, ``kind``, ``ledger``, ``number``, ``previous`` and ``recorded``.
    hash : str
        SHA-256 of the body.
    """

    number: int
    body: bytes
    hash: str

    @property
    def fields(self) -> dict[str, Any]:
        """The body, read."""
        found: dict[str, Any] = json.loads(self.body)
        return found


def canonical(data: Any) -> bytes:
    """Return data as JSON with sorted keys, no spaces and shortest numbers, so that equal data are equal bytes.

    Examples
    --------
    >>> canonical({"b": 0.1, "a": "é"}).decode()
    '{"a":"é","b":0.1}'
    """
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(body: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def seal(
    kind: str, content: dict[str, Any], *, ledger: str, number: int, previous: str, recorded: datetime | None = None
) -> Entry:
    """Return an entry ready to be written.

    Parameters
    ----------
    kind : {'forecast', 'resolution'}
        What it is.
    content : dict
        JSON data.
    ledger : str
        Identifier of the ledger, so that an entry copied from another one is known.
    number : int
        Place in the ledger.
    previous : str
        Hash of the entry before.
    recorded : datetime.datetime, optional
        Time of writing; default now.
    """
    moment = (recorded or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = canonical(
        {
            "content": content,
            "kind": kind,
            "ledger": ledger,
            "number": number,
            "previous": previous,
            "recorded": moment,
        }
    )
    return Entry(number, body, digest(body))


def broken(entries: Iterable[Entry], ledger: str | None = None) -> list[str]:
    """Return every fault of a chain of entries in the order they stand; an empty list means it is whole.

    Parameters
    ----------
    entries : iterable of Entry
        As stored.
    ledger : str, optional
        Identifier of the ledger; default that of the first entry.
    """
    faults: list[str] = []
    foreign: list[tuple[int, str]] = []
    previous = START
    for place, entry in enumerate(entries, start=1):
        name = f"entry {entry.number}"
        if digest(entry.body) != entry.hash:
            faults.append(f"{name}: its text does not match its hash; one of the two was changed")
        try:
            fields = entry.fields
            whole = canonical(fields) == entry.body and isinstance(fields, dict)
        except (ValueError, RecursionError):
            whole, fields = False, {}
        if not whole:
            faults.append(f"{name}: its text is not the canonical JSON that a ledger writes")
        if isinstance(fields, dict) and whole:
            ledger = ledger or str(fields.get("ledger"))
            if fields.get("ledger") != ledger:
                foreign.append((entry.number, str(fields.get("ledger"))))
            if fields.get("number") != entry.number:
                faults.append(f"{name}: its text says it is entry {fields.get('number')}")
            if fields.get("previous") != previous:
                faults.append(
                    f"{name}: it does not follow the entry before it; an entry was removed, changed, moved or put in"
                )
        if entry.number != place:
            faults.append(f"{name}: stands at place {place}")
        previous = entry.hash
    for other, run in groupby(foreign, key=lambda f: f[1]):
        numbers = [n for n, _ in run]
        span = f"entry {numbers[0]} comes" if len(numbers) == 1 else f"entries {numbers[0]} to {numbers[-1]} come"
        faults.append(f"{span} from another ledger ({other}), not from this one ({ledger}): two ledgers were merged")
    return faults
