"""A table is declared once: checks, the codebook page and made-up test tables follow from the declaration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "id", "integer", "real", "date", "yesno", "choice", "state", "sources"]


@dataclass(frozen=True)
class Column:
    """One column: its kind, meaning and constraints.

    Parameters
    ----------
    name : str
        Name in the file and in code.
    kind : Kind
        ``state`` is a code declared in the case; ``sources`` one or more source keys separated by ``;``.
    about : str
        One sentence for the codebook.
    unit : str
        Unit of measurement; empty for words.
    required : bool
        Whether an empty cell is a fault.
    low, high : float, optional
        Inclusive limits of a number.
    choices : tuple of str
        Permitted words for ``choice`` (and extra words for ``state``).
    """

    name: str
    kind: Kind
    about: str
    unit: str = ""
    required: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table: its file, its columns, what makes a row unique, and what a row means."""

    name: str
    about: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def file(self) -> str:
        """File name inside the folder."""
        return f"{self.name}.csv"

    def column(self, name: str) -> Column:
        """Return the column called ``name``; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def source_keys(text: str | None) -> list[str]:
    """Return the source keys of a cell.

    Examples
    --------
    >>> source_keys("sipri; press;"), source_keys(None)
    (['sipri', 'press'], [])
    """
    return [k.strip() for k in (text or "").split(";") if k.strip()]


def codebook(tables: tuple[Table, ...]) -> str:
    """Return the tables as a Markdown codebook page."""
    parts: list[str] = []
    for table in tables:
        parts += [f"## {table.file}", "", table.about, "", f"One row per: {', '.join(table.key)}.", ""]
        parts += ["| column | kind | required | unit | limits | meaning |", "|---|---|---|---|---|---|"]
        for c in table.columns:
            limits = ", ".join(c.choices)
            if c.low is not None or c.high is not None:
                low = "" if c.low is None else f"{c.low:g}"
                high = "" if c.high is None else f"{c.high:g}"
                limits = f"{low} to {high}".strip()
            required = "yes" if c.required else ""
            parts.append(f"| `{c.name}` | {c.kind} | {required} | {c.unit} | {limits} | {c.about} |")
        parts.append("")
    return "\n".join(parts)
