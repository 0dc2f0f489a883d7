"""The states a new case is about, found by name or code, with suggestions for what is not found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tocsin.errors import UsageError, suggest
from tocsin.states import code, convert, plain, spells


@dataclass(frozen=True)
class Side:
    """A state of the case.

    Parameters
    ----------
    code : str
        ISO 3166 code, by which the case knows it.
    name : str
        Name in the Correlates of War list.
    ccode : int
        Correlates of War number.
    gwcode : int or None
        Gleditsch-Ward number.
    since : int
        First year of its present membership.
    """

    code: str
    name: str
    ccode: int
    gwcode: int | None
    since: int


# States that the Correlates of War list under a name they no longer bear.
RENAMED = {"343": "North Macedonia", "345": "Serbia", "572": "Eswatini"}


def find(names: Sequence[str], today: int | None = None) -> list[Side]:
    """Return the states of today by name, ISO code or Correlates of War number.

    Raises
    ------
    UsageError
        If one is unknown, is no state any more, or is named twice; the message names all such faults at once.

    Examples
    --------
    >>> [s.code for s in find(["India", "PAK", "531"])]
    ['IND', 'PAK', 'ERI']
    """
    year = today or date.today().year  # noqa: DTZ011  (the calendar of whoever runs it)
    found: list[Side] = []
    faults: list[str] = []
    for name in names:
        side = _one(name.strip(), year)
        if side is None:
            faults.append(_unknown(name, year))
        elif side in found:
            faults.append(f"'{name}' is {side.name} ({side.code}), which is named already.")
        else:
            found.append(side)
    if faults:
        raise UsageError("\n".join([*faults, "Nothing was written."]))
    return found


def _one(name: str, year: int) -> Side | None:
    number = (
        name if name.isdecimal() else code(name.upper() if len(name) == 3 else name, year, "cow") or code(name, year)
    )
    spell = next((s for s in spells() if s.system == "cow" and s.code == number and s.holds(year)), None)
    if spell is None:
        return None
    iso = code(spell.name, year, "iso3")
    gw = convert(spell.code, year)
    return Side(
        iso or f"C{spell.code}",
        RENAMED.get(spell.code, spell.name),
        int(spell.code),
        int(gw) if gw else None,
        spell.start.year,
    )


def _unknown(name: str, year: int) -> str:
    last = max((s.end.year for s in spells() if s.end and plain(s.name) == plain(name)), default=None)
    if last is not None:
        return f"'{name}' has been no member of the state system since {last}; a case is about states of today."
    known = [s.name for s in spells() if s.system == "cow" and s.holds(year)]
    known += [s.code for s in spells() if s.system == "iso3" and s.holds(year)]
    near = suggest(name, known) or suggest(name.title(), known) or suggest(name.upper(), known)
    return f"There is no state '{name}' today.{near} Names, ISO codes and Correlates of War numbers are understood."
