"""Errors a reader can act on: what is wrong, where, what to do next, and an exit code scripts can tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class TocsinError(Exception):
    """Base of every error shown to a user without a traceback.

    Attributes
    ----------
    exit_code : int
        Status of the process that ends with this error.
    """

    exit_code = 1


class UsageError(TocsinError):
    """The command or call was given arguments that make no sense."""

    exit_code = 2


class CaseError(TocsinError):
    """A case folder has faults."""

    exit_code = 10


class SourceError(TocsinError):
    """A source could not be fetched, read or trusted."""

    exit_code = 11


class CheckError(TocsinError):
    """A named check on a table failed."""

    exit_code = 12


class ModelError(TocsinError):
    """A model could not be solved or fitted."""

    exit_code = 13


class LedgerError(TocsinError):
    """The ledger refused an entry or failed its verification."""

    exit_code = 14


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input: where it is, the rule it breaks, and how to mend it.

    Parameters
    ----------
    file : str
        File name relative to the folder being checked.
    rule : str
        Short name of the rule.
    message : str
        One sentence for a person.
    row : int, optional
        Data row, counted from 1 below the header.
    column : str, optional
        Column or key.
    """

    file: str
    rule: str
    message: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", {self.column}"
        return f"{place}: {self.message} [{self.rule}]"


SHOWN_FAULTS = 50


def fault_list(title: str, faults: Sequence[Fault], advice: str) -> str:
    """Return one message that lists all faults in order of file and row.

    Examples
    --------
    >>> print(fault_list("1 fault in case x", [Fault("a.csv", "range", "-1 is below 0", 2, "year")], "Mend it."))
    1 fault in case x:
      a.csv, row 2, year: -1 is below 0 [range]
    Mend it.
    """
    ordered = sorted(faults, key=lambda f: (f.file, f.row or 0, f.column or ""))
    lines = [f"  {fault}" for fault in ordered[:SHOWN_FAULTS]]
    if len(ordered) > SHOWN_FAULTS:
        lines.append(f"  ... and {len(ordered) - SHOWN_FAULTS} more of the same kinds")
    return "\n".join([f"{title}:", *lines, advice])


def suggest(word: str, known: Iterable[str]) -> str:
    """Return ' Did you mean X?' for a misspelt name, or an empty string.

    Examples
    --------
    >>> suggest("spendng", ["spending", "gdp"])
    " Did you mean 'spending'?"
    """
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1)
    return f" Did you mean '{near[0]}'?" if near else ""
