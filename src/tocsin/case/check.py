"""Checks of one table against its declaration; every fault is noted with its row, column and rule."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from tocsin.case.files import MAX_CELL, RawTable
from tocsin.errors import Fault, suggest
from tocsin.schema import Column, Table, source_keys

if TYPE_CHECKING:
    import polars as pl

MARKUP = re.compile(r"<\s*[a-zA-Z/!?]|javascript:", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LARGEST_WHOLE = 2**53
EARLIEST, LATEST = date(1800, 1, 1), date(2100, 12, 31)


class BadCellError(ValueError):
    """A cell breaks the rule named in the first argument."""


def parse_cell(column: Column, text: str, states: Collection[str], sources: Collection[str]) -> Any:
    """Return the value of one cell, None if it is empty; BadCellError(rule, message) otherwise.

    Parameters
    ----------
    column : Column
        Declaration of the column.
    text : str
        The cell, stripped.
    states, sources : collection of str
        State codes and source keys that the case declares.

    Examples
    --------
    >>> parse_cell(Column("year", "integer", "", low=1800), "1995", (), ())
    1995
    """
    if text == "":
        if column.required:
            raise BadCellError("required", "is empty but must be given")
        return None
    if len(text) > MAX_CELL:
        raise BadCellError("length", f"has {len(text):,} characters; the limit is {MAX_CELL:,}")
    if MARKUP.search(text):
        raise BadCellError("markup", f"holds markup ({_short(text)}); write plain text")
    if CONTROL.search(text):
        raise BadCellError("control character", "holds a control character")
    match column.kind:
        case "text":
            return text
        case "id":
            if not IDENTIFIER.fullmatch(text):
                raise BadCellError("identifier", f"'{_short(text)}' is not an identifier (letters, digits, . _ -)")
            return text
        case "integer" | "real":
            return _number(column, text)
        case "date":
            return _date(text)
        case "yesno":
            if text not in {"yes", "no"}:
                raise BadCellError("choice", f"'{_short(text)}' is neither 'yes' nor 'no'")
            return text == "yes"
        case "choice":
            if text not in column.choices:
                raise BadCellError(
                    "choice",
                    f"'{_short(text)}' is not one of {', '.join(column.choices)}.{suggest(text, column.choices)}",
                )
            return text
        case "state":
            if text not in states and text not in column.choices:
                allowed = (*states, *column.choices)
                raise BadCellError(
                    "unknown state",
                    f"'{_short(text)}' is not a state of this case ({', '.join(allowed)}).{suggest(text, allowed)}",
                )
            return text
        case "sources":
            keys = source_keys(text)
            unknown = [k for k in keys if k not in sources]
            if not keys:
                raise BadCellError("required", "names no source")
            if unknown:
                near = suggest(unknown[0], sources)
                raise BadCellError("unknown source", f"'{_short('; '.join(unknown))}' is not in sources.toml.{near}")
            return ";".join(keys)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


def _number(column: Column, text: str) -> float | int:
    try:
        value = float(text)
    except ValueError:
        raise BadCellError("number", f"'{_short(text)}' is not a number") from None
    if not math.isfinite(value):
        raise BadCellError("number", f"'{text}' is not a finite number; leave unknown values empty")
    if column.kind == "integer" and value != int(value):
        raise BadCellError("number", f"{text} is not a whole number")
    if column.kind == "integer" and abs(value) > LARGEST_WHOLE:
        raise BadCellError("range", f"{_short(text)} is too large for a count")
    if column.low is not None and value < column.low:
        raise BadCellError("range", f"{text} is below {column.low:g}")
    if column.high is not None and value > column.high:
        raise BadCellError("range", f"{text} is above {column.high:g}")
    return int(value) if column.kind == "integer" else value


def _date(text: str) -> date:
    if not ISO_DATE.fullmatch(text):
        raise BadCellError("date", f"'{_short(text)}' is not a date; write year-month-day, for example 2020-09-27")
    try:
        value = date.fromisoformat(text)
    except ValueError:
        raise BadCellError("date", f"'{text}' is not a day of the calendar") from None
    if not EARLIEST <= value <= LATEST:
        raise BadCellError("date", f"{text} is outside {EARLIEST} to {LATEST}")
    return value


def check_table(
    table: Table, raw: RawTable, states: Collection[str], sources: Collection[str], faults: list[Fault]
) -> pl.DataFrame:
    """Return the rows that pass as a typed frame; note every fault of the others.

    Returns
    -------
    polars.DataFrame
        Declared columns in declared order plus ``row`` (data row in the file); only rows without a fault.
    """
    missing = [c.name for c in table.columns if c.name not in raw.header]
    for name in missing:
        near = suggest(name, [h for h in raw.header if h not in {c.name for c in table.columns}])
        faults.append(Fault(table.file, "missing column", f"column is missing.{near}", column=name))
    declared = {c.name for c in table.columns}
    for name in raw.header:
        if name not in declared:
            faults.append(
                Fault(table.file, "unknown column", f"column is not known.{suggest(name, declared)}", column=name)
            )
    for name in {h for h in raw.header if raw.header.count(h) > 1}:
        faults.append(Fault(table.file, "duplicate column", "column appears more than once", column=name))
    if missing:
        return empty(table)
    places = [(c, raw.header.index(c.name)) for c in table.columns]
    seen: dict[tuple[Any, ...], int] = {}
    good: list[dict[str, Any]] = []
    for number, cells in zip(raw.numbers, raw.rows, strict=True):
        values: dict[str, Any] = {"row": number}
        whole = True
        for column, place in places:
            try:
                values[column.name] = parse_cell(column, cells[place], states, sources)
            except BadCellError as error:
                rule, message = error.args
                faults.append(Fault(table.file, rule, message, number, column.name))
                whole = False
        if not whole:
            continue
        key = tuple(values[k] for k in table.key)
        if key in seen:
            shown = ", ".join(map(str, key))
            faults.append(
                Fault(table.file, "duplicate key", f"repeats row {seen[key]} ({shown})", number, ", ".join(table.key))
            )
            continue
        seen[key] = number
        good.append(values)
    return frame(table, good)


def frame(table: Table, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return rows as a frame with the types the table declares."""
    import polars as pl

    kinds: dict[str, Any] = {"integer": pl.Int64, "real": pl.Float64, "date": pl.Date, "yesno": pl.Boolean}
    schema: dict[str, Any] = {c.name: kinds.get(c.kind, pl.String) for c in table.columns}
    return pl.DataFrame(rows, schema=schema | {"row": pl.Int64}, orient="row")


def empty(table: Table) -> pl.DataFrame:
    """Return the table without rows."""
    return frame(table, [])
