"""Reading files of a case folder that may be hostile: links, sizes, encodings, markup."""

from __future__ import annotations

import csv
import io
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin.errors import Fault

MAX_BYTES = 20_000_000
MAX_CELL = 4_000
MAX_DEPTH = 12


@dataclass(frozen=True)
class RawTable:
    """A CSV file as text: header, rows of the header's length, and their row numbers."""

    header: list[str]
    rows: list[list[str]]
    numbers: list[int]


def read_bytes(folder: Path, name: str, faults: list[Fault]) -> bytes | None:
    """Return the bytes of a plain file inside the folder, or None after noting why not."""
    path = folder / name
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        faults.append(Fault(name, "link", "is a link that leads out of the case folder; copy the file in instead"))
        return None
    if not path.exists():
        faults.append(Fault(name, "missing file", "is missing; a table without rows still needs its header"))
        return None
    if not path.is_file():
        faults.append(Fault(name, "not a file", "is not a plain file"))
        return None
    size = path.stat().st_size
    if size > MAX_BYTES:
        faults.append(Fault(name, "size", f"has {size / 1e6:,.0f} MB; the limit is {MAX_BYTES / 1e6:.0f} MB. Not read"))
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        faults.append(Fault(name, "unreadable", f"cannot be read: {error.strerror}"))
        return None


def decode(name: str, data: bytes, faults: list[Fault]) -> str | None:
    """Return the text of UTF-8 bytes (with or without a byte-order mark), or None after noting the fault."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        faults.append(Fault(name, "encoding", "is UTF-16; save it as UTF-8"))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        faults.append(
            Fault(
                name,
                "encoding",
                f"is not UTF-8: byte 0x{data[error.start]:02x} on line {line}. Save it as UTF-8",
            )
        )
        return None
    if "\x00" in text:
        faults.append(
            Fault(name, "encoding", f"holds a NUL character on line {text[: text.index(chr(0))].count(chr(10)) + 1}")
        )
        return None
    return text


def read_toml(folder: Path, name: str, faults: list[Fault]) -> dict[str, Any] | None:
    """Return a TOML file of the folder as a dict, or None after noting the fault."""
    data = read_bytes(folder, name, faults)
    text = None if data is None else decode(name, data, faults)
    if text is None:
        return None
    try:
        found = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        faults.append(Fault(name, "toml", f"is not valid TOML: {error}"))
        return None
    if too_deep(found):
        faults.append(Fault(name, "nesting", f"nests tables or lists deeper than {MAX_DEPTH} levels"))
        return None
    return found


def too_deep(data: Any) -> bool:
    """Return whether nested tables or lists go deeper than any case needs."""
    level = [data]
    for _ in range(MAX_DEPTH):
        level = [
            v
            for x in level
            for v in (x.values() if isinstance(x, dict) else x if isinstance(x, list) else ())
            if isinstance(v, dict | list)
        ]
        if not level:
            return False
    return True


def read_csv(folder: Path, name: str, faults: list[Fault]) -> RawTable | None:
    """Return a CSV file of the folder as text, or None after noting the fault.

    Rows of the wrong length are faults and are left out; every other row keeps its number.
    """
    data = read_bytes(folder, name, faults)
    text = None if data is None else decode(name, data, faults)
    if text is None:
        return None
    rows: list[list[str]] = []
    numbers: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if not any(header):
            faults.append(Fault(name, "header", "has no header row"))
            return None
        for number, row in enumerate(reader, start=1):
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                faults.append(
                    Fault(name, "row length", f"has {len(row)} cells where the header has {len(header)}", number)
                )
                continue
            rows.append([cell.strip() for cell in row])
            numbers.append(number)
    except csv.Error as error:
        faults.append(Fault(name, "csv", f"is not valid CSV near line {reader.line_num}: {error}"))
        return None
    return RawTable(header, rows, numbers)
