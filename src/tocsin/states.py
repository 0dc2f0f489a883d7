"""Names and codes of states since 1816: Correlates of War, Gleditsch-Ward and ISO 3166, by date."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

System = Literal["cow", "gw", "iso3"]


@dataclass(frozen=True)
class Spell:
    """A state's membership in a code system.

    Parameters
    ----------
    system : {'cow', 'gw', 'iso3'}
        Code system.
    code : str
        Number (as text) or ISO code.
    name : str
        Name in the system.
    cow : str
        For an ISO code, the COW number of the state; else empty.
    start : datetime.date
        First day.
    end : datetime.date or None
        Last day; None where the state was a member at the list's last update (COW 2016, Gleditsch-Ward 2020), so later
        dates are carried forward.
    """

    system: System
    code: str
    name: str
    cow: str
    start: date
    end: date | None

    def holds(self, year: int) -> bool:
        """Return whether the state was a member on any day of a year."""
        return self.start.year <= year and (self.end is None or self.end.year >= year)


@dataclass(frozen=True)
class Mapping:
    """What became of a list of names.

    Parameters
    ----------
    codes : dict of (str, int) to str
        Code by name and year.
    unmapped : dict of str to tuple of int
        Names without a code in some year, and those years: to be shown, never dropped in silence.
    """

    codes: dict[tuple[str, int], str]
    unmapped: dict[str, tuple[int, ...]]


@cache
def spells() -> tuple[Spell, ...]:
    """Return every spell of membership."""
    text = files("tocsin").joinpath("states.csv").read_text("utf-8")
    out = []
    for row in csv.DictReader(text.splitlines()):
        end = date.fromisoformat(row["end"]) if row["end"] else None
        cow = row["abb"] if row["system"] == "iso3" else ""
        system: System = row["system"]  # type: ignore[assignment]
        out.append(Spell(system, row["code"], row["name"], cow, date.fromisoformat(row["start"]), end))
    return tuple(out)


def plain(name: str) -> str:
    """Return a name without accents, case, punctuation and footnote marks, for comparison.

    Examples
    --------
    >>> plain("Côte d'Ivoire"), plain("St. Lucia")
    ('cote d ivoire', 'saint lucia')
    """
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", " ", bare.replace("&", " and ")).split()
    return " ".join("saint" if w == "st" else w for w in words)


@cache
def _names() -> dict[str, dict[str, tuple[str, ...]]]:
    """Plain name -> system -> codes it may stand for."""
    out: dict[str, dict[str, tuple[str, ...]]] = {}
    for spell in spells():
        if spell.system != "iso3":
            known = out.setdefault(plain(spell.name), {})
            known[spell.system] = tuple(dict.fromkeys((*known.get(spell.system, ()), spell.code)))
    for row in csv.DictReader(files("tocsin").joinpath("names.csv").read_text("utf-8").splitlines()):
        out[plain(row["name"])] = {"cow": tuple(row["cow"].split(";")), "gw": tuple(row["gw"].split(";"))}
    # A name that only one system uses stands for the same number in the other, where that number exists there.
    numbers = {s: {x.code for x in spells() if x.system == s} for s in ("cow", "gw")}
    for known in out.values():
        for here, there in (("cow", "gw"), ("gw", "cow")):
            if here not in known:
                known[here] = tuple(c for c in known[there] if c in numbers[here])
    return out


def code(name: str, year: int, system: System = "cow") -> str | None:
    """Return the code of a state by a name it goes by in a year; None where no member of that name is known.

    Parameters
    ----------
    name : str
        Any of the names used by the data sets (accents, case and punctuation do not matter), or an ISO code.
    year : int
        A name can stand for different states in different years.
    system : {'cow', 'gw', 'iso3'}
        Code system wanted.

    Examples
    --------
    >>> code("Germany", 1960), code("Germany", 2000), code("Yemen", 1980), code("Yemen", 2000)
    ('260', '255', '678', '679')
    >>> code("Serbia", 2010), code("Serbia", 2010, "gw"), code("USSR", 1985, "iso3")
    ('345', '340', 'SUN')
    >>> code("YEM", 1990), code("Yemen", 1990)
    ('679', '679')
    >>> code("PKK (Turkiye)*", 1999) is None
    True
    """
    if system == "iso3":
        number = code(name, year, "cow")
        return _alive((s for s in spells() if s.system == "iso3" and s.cow == number), year) if number else None
    if re.fullmatch(r"[A-Z]{3}", name):
        iso = _lasting((s for s in spells() if s.system == "iso3" and s.code == name), year)
        if iso is not None:
            return iso.cow if system == "cow" else convert(iso.cow, year)
    known = _names().get(plain(name), {}).get(system, ())
    return _alive((s for s in spells() if s.system == system and s.code in known), year)


def _lasting(candidates: Iterable[Spell], year: int) -> Spell | None:
    """Return the one spell that holds in a year; where two meet within it, the one that lasts."""
    return max((s for s in candidates if s.holds(year)), key=lambda s: s.end or date.max, default=None)


def _alive(candidates: Iterable[Spell], year: int) -> str | None:
    """Return the code of the spell that holds in a year."""
    spell = _lasting(candidates, year)
    return None if spell is None else spell.code


def convert(ccode: str, year: int) -> str | None:
    """Return the Gleditsch-Ward number of a COW number in a year; None where the state is in no such list.

    Examples
    --------
    >>> convert("345", 2010), convert("345", 1990), convert("679", 2000), convert("255", 2000)
    ('340', '345', '678', '260')
    """
    swaps = {"679": ("678",), "255": ("255", "260"), "345": ("345", "340"), "947": ("973",), "955": ("972",)}
    swaps |= {"970": ("971",), "946": ("970",)}
    wanted = swaps.get(ccode, (ccode,))
    return _alive((s for s in spells() if s.system == "gw" and s.code in wanted), year)


def map_names(pairs: Iterable[tuple[str, int]], system: System = "cow") -> Mapping:
    """Return codes for (name, year) pairs, and the names that have none.

    Examples
    --------
    >>> found = map_names([("Turkiye", 2020), ("NATO**", 2020)])
    >>> found.codes, found.unmapped
    ({('Turkiye', 2020): '640'}, {'NATO**': (2020,)})
    """
    codes: dict[tuple[str, int], str] = {}
    unmapped: dict[str, list[int]] = {}
    for name, year in dict.fromkeys(pairs):
        found = code(name, year, system)
        if found is None:
            unmapped.setdefault(name, []).append(year)
        else:
            codes[name, year] = found
    return Mapping(codes, {n: tuple(sorted(y)) for n, y in unmapped.items()})


@cache
def name_of(code_: int, year: int, system: System = "cow") -> str:
    """Return the name of a state in a year, or its last name, or the number itself if nobody has it.

    Examples
    --------
    >>> name_of(365, 2020), name_of(999, 2020)
    ('Russia', '999')
    """
    own = [s for s in spells() if s.system == system and s.code == str(code_)]
    if not own:
        return str(code_)
    there = [s for s in own if s.start.year <= year and (s.end is None or s.end.year >= year)]
    return (there or own)[-1].name
