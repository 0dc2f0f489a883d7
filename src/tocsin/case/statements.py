"""Adding statements to a case: each is coded, the decision is shown, and the analyst's own type is kept beside it."""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tocsin.case.load import builtin_folder, faults_message, find_case, read_case
from tocsin.case.schemas import STATEMENT_TYPES, STATEMENTS
from tocsin.errors import CaseError
from tocsin.rhetoric.coder import Coded, code_statement
from tocsin.rhetoric.text import clean, decode, one_line

FILE = STATEMENTS.file
COLUMNS = tuple(c.name for c in STATEMENTS.columns)
# What a person must say; the rest is coded or has a default.
NEEDED = ("date", "speaker", "role", "state", "target", "text", "source")
DEFAULTS = {"date_precision": "day", "is_quote": "no", "confidence": "medium"}
# Words of a decision that are written into a note.
SHOWN = 3


@dataclass(frozen=True)
class Added:
    """A statement as it was added, and what the coder made of it.

    Parameters
    ----------
    row : dict of str to str
        As written to the case.
    coded : Coded
        The coder's decision.
    overruled : bool
        Whether the analyst gave another type.
    """

    row: dict[str, str]
    coded: Coded
    overruled: bool


def add_statements(case: str | Path, rows: Sequence[Mapping[str, str]]) -> list[Added]:
    """Code statements and add them to a case folder, all of them or none.

    Parameters
    ----------
    case : str or Path
        Folder of an own case.
    rows : sequence of mapping of str to str
        Columns of statements.csv. ``date, speaker, role, state, target, text, source`` are needed; a ``type`` overrules
        the coder, whose decision goes into the note; ``id``, ``type`` and ``topic`` are made where they are not given.

    Raises
    ------
    CaseError
        If the case is a built-in one, a column is not known or missing, a text cannot be coded and has no type, or the
        case would have a fault with the new rows. Nothing is written then.
    """
    folder = find_case(case)
    if folder.resolve().parent == builtin_folder().resolve():
        raise CaseError(f"'{case}' is a built-in case: copy its folder and add to the copy. Nothing was written.")
    before = folder / FILE
    old = before.read_bytes() if before.is_file() else (",".join(COLUMNS) + "\n").encode()
    try:
        table = csv.DictReader(io.StringIO(old.decode("utf-8-sig"), newline=""), strict=True)
        known, head = [r["id"] or "" for r in table if "id" in r], list(table.fieldnames or [])
    except (csv.Error, UnicodeDecodeError) as error:
        raise CaseError(f"{before}: cannot be read ({error}); run `tocsin case check {case}` first.") from error
    if set(head) != set(COLUMNS):
        raise CaseError(f"{before}: its columns are not those of statements.csv; run `tocsin case check {case}` first.")
    added: list[Added] = []
    wrong: list[str] = []
    for number, given in enumerate(rows, 1):
        try:
            one = _coded(given, [*known, *(a.row["id"] for a in added)])
        except CaseError as error:
            wrong.append(f"statement {number}: {error}")
            continue
        added.append(one)
    if wrong:
        raise CaseError("\n".join([*wrong, "Nothing was written."]))
    out = io.StringIO()
    csv.DictWriter(out, head, lineterminator="\n").writerows([a.row for a in added])
    new = (old if old.endswith(b"\n") else old + b"\n") + out.getvalue().encode()
    _replace(folder, str(case), new)
    return added


def read_statements(file: Path) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """Return the rows of a CSV file of statements, as text, and what was done to read it.

    Raises
    ------
    CaseError
        If the file cannot be read or holds no row, a quote is not closed, or a row has not as many cells as the head.
    """
    try:
        text, notes = decode(file.read_bytes())
        rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""), strict=True))
    except OSError as error:
        raise CaseError(f"{file}: cannot be read: {error.strerror}.") from error
    except csv.Error as error:
        raise CaseError(f"{file}: is no table in CSV: {error}. Nothing was written.") from error
    if not rows:
        raise CaseError(f"{file}: holds no statement, only {'a head' if text.strip() else 'nothing'}.")
    ragged = [str(n) for n, row in enumerate(rows, 2) if None in row or None in row.values()]
    if ragged:
        raise CaseError(f"{file}: line {', '.join(ragged)}: not as many cells as columns. Nothing was written.")
    return rows, notes


def _coded(given: Mapping[str, str], known: Sequence[str]) -> Added:
    """Return a row with what the coder makes of it."""
    told = {k: v.strip() for k, v in given.items() if v and v.strip()}
    odd = [k for k in told if k not in COLUMNS]
    missing = [k for k in NEEDED if k not in told]
    if odd or missing:
        parts = [f"column {', '.join(odd)} is not known"] * bool(odd) + [f"{', '.join(missing)} missing"] * bool(
            missing
        )
        raise CaseError("; ".join(parts) + ".")
    own = told.get("type")
    if own is not None and own not in STATEMENT_TYPES:
        raise CaseError(f"type '{own}': choose one of {', '.join(STATEMENT_TYPES)}.")
    coded = code_statement(told["text"], speaker=told["state"], target=told["target"], year=_year(told["date"]))
    cleaned = clean(told["text"])
    if cleaned.faults and own is None:
        raise CaseError(f"the text cannot be coded: {coded.reason}. Give its type yourself, or mend it.")
    note = "; ".join(filter(None, (told.get("note"), _note(coded, own))))
    row = DEFAULTS | {"id": _next(known), "topic": coded.topic or "other"} | told
    row |= {"type": own or coded.type, "text": one_line(cleaned.text) or told["text"], "note": note}
    return Added({c: row.get(c, "") for c in COLUMNS}, coded, own is not None and own != coded.type)


def _note(coded: Coded, own: str | None) -> str:
    """Return the decision in a line, so that it stays beside a type given by hand."""
    words = [f"'{m.words}'" for m in coded.matches if m.type == coded.type][:SHOWN]
    why = " for " + ", ".join(words) if words else f" ({coded.reason})"
    hand = f"type {own} given by hand; " if own is not None else ""
    return f"{hand}lexicon {coded.version} codes {coded.type}{why}"


def _year(day: str) -> int | None:
    found = re.match(r"(\d{4})-", day)
    return int(found.group(1)) if found else None


def _next(known: Sequence[str]) -> str:
    numbers = [int(m.group(1)) for k in known if (m := re.fullmatch(r"S(\d+)", k))]
    return f"S{max(numbers, default=0) + 1:02}"


def _replace(folder: Path, name: str, new: bytes) -> None:
    """Put the new table in place if the whole case is sound with it."""
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(scratch) / folder.resolve().name
        shutil.copytree(folder, trial, ignore=lambda _, names: [n for n in names if not n.endswith((".csv", ".toml"))])
        (trial / FILE).write_bytes(new)
        faults = read_case(trial)[1]
    if faults:
        raise CaseError(faults_message(name, faults))
    part = folder / f".{FILE}.part"
    part.write_bytes(new)
    part.replace(folder / FILE)
