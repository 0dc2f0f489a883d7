"""Which states a text names: names, demonyms, capitals, regions and leaders, with what only looks like one."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Kind = Literal["name", "demonym", "capital", "region", "leader"]
KINDS: tuple[Kind, ...] = ("name", "demonym", "capital", "region", "leader")
# Before 1997 the Democratic Republic of the Congo was Zaire, and Congo alone was its neighbour.
ZAIRE_UNTIL = 1996
# Before its declaration of independence Kosovo is counted for no state.
KOSOVO_FROM = 2008
_CAPITALISED = re.compile(r"[A-Z][A-Za-z]*")
_FOLD = str.maketrans(
    "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿčćšžğışŠŽČĆłŁ",
    "AAAAAACEEEEIIIINOOOOOUUUUYaaaaaaceeeeiiiinooooouuuuyyccszgisSZCClL",
)
# A capital stands for its government only as one that acts: not as a place, and not in the name of a document.
_PLACE = re.compile(
    r"(?:\b(?:in|at|from|of|near|outside|inside|around|to|for|since|after|the|this|that|and|or|visit\w*|city|capital|"
    r"between|on|held|here|via|leaving)\s+|[,(/\"-]\s*)$",
    re.I,
)
_TITLED = re.compile(
    r"(?:-based\b|[,)/\"-]|\s+(?:[A-Z(]|\d|(?:accords?|agreements?|process|conference|declaration|convention|statute|"
    r"round|summit|treaty|protocol|talks|consensus|principles|programme|plan|meeting|negotiations|and|or|in|on|last|"
    r"this|earlier|next|club|forum)\b))"
)


@dataclass(frozen=True)
class Mention:
    """A state named in a text.

    Parameters
    ----------
    iso3 : str
        The state; PSE for Palestine, which is in no state system.
    term : str
        The words that name it.
    kind : {'name', 'demonym', 'capital', 'region', 'leader'}
        What kind of name that is.
    start, end : int
        Where it stands.
    """

    iso3: str
    term: str
    kind: Kind
    start: int
    end: int


@dataclass(frozen=True)
class Found:
    """The mentions in a text, and the names that may stand for several states and could not be told apart.

    Parameters
    ----------
    mentions : tuple of Mention
        In order.
    unresolved : tuple of (str, int)
        Name and place.
    """

    mentions: tuple[Mention, ...]
    unresolved: tuple[tuple[str, int], ...]

    @property
    def states(self) -> tuple[str, ...]:
        """The states, each once, in order of first mention."""
        return tuple(dict.fromkeys(m.iso3 for m in self.mentions))


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the package's tables of names."""
    text = files("tocsin.rhetoric").joinpath(name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def numbers() -> dict[str, int]:
    """Return the Correlates of War number by ISO code, 1991 on; Yugoslavia's codes stand for Serbia's number."""
    out = {row["iso3"]: int(row["ccode"]) for row in rows("gazetteer.csv") if row["ccode"]}
    return out | {"YUG": out["SRB"], "SCG": out["SRB"], "SUN": out["RUS"]}


def same_state(iso3: str) -> str:
    """Return the code in the gazetteer: Serbia's for Yugoslavia, Russia's for the Soviet Union, else the same."""
    return {"YUG": "SRB", "SCG": "SRB", "SUN": "RUS"}.get(iso3, iso3)


@dataclass(frozen=True)
class _Term:
    phrase: str
    offset: int  # from the first capital letter back to the beginning of the phrase
    iso3: str
    kind: Kind
    candidates: tuple[str, ...] = ()


@cache
def _terms() -> dict[str, tuple[_Term, ...]]:
    """First capitalised word -> phrases it may begin, the longest first."""
    out: dict[str, dict[str, _Term]] = {}

    def add(phrase: str, iso3: str, kind: Kind, candidates: tuple[str, ...] = ()) -> None:
        phrase = phrase.translate(_FOLD)
        first = _CAPITALISED.search(phrase)
        if first is None:
            raise ValueError(f"names of states: '{phrase}' has no capital letter")
        known = out.setdefault(first.group(), {})
        if phrase in known and known[phrase].iso3 != iso3:
            raise ValueError(f"names of states: '{phrase}' stands for two states")
        known[phrase] = _Term(phrase, first.start(), iso3, kind, candidates)

    for row in rows("not_states.csv"):
        add(row["phrase"], row["reading"], "name")
    for row in rows("ambiguous.csv"):
        add(row["term"], "", "name", tuple(row["candidates"].split(";")))
    for row in rows("gazetteer.csv"):
        for kind in KINDS:
            for phrase in filter(None, row[f"{kind}s"].split(";")):
                if phrase not in {t.phrase for ts in out.values() for t in ts.values() if not t.iso3}:
                    add(phrase, row["iso3"], kind)
    return {k: tuple(sorted(v.values(), key=lambda t: -len(t.phrase))) for k, v in out.items()}


def find(text: str, *, speaker: str | None = None, year: int | None = None) -> Found:
    """Return the states that a text names.

    Parameters
    ----------
    text : str
        Cleaned, on one line.
    speaker : str, optional
        ISO code of the speaker's state, to read a name that it shares with another.
    year : int, optional
        Year of the text, for names that changed hands.

    Examples
    --------
    >>> find("Equatorial Guinea and Guinea-Bissau met in Niger, not on the River Niger.").states
    ('GNQ', 'GNB', 'NER')
    >>> find("Congo and the Democratic Republic of the Congo").states
    ('COD',)
    >>> find("Georgia thanks the people of Atlanta, Georgia.").states
    ('GEO',)
    """
    plain = as_titles(text).translate(_FOLD)
    terms, end = _terms(), 0
    found: list[tuple[_Term, int]] = []
    for hit in _CAPITALISED.finditer(plain):
        known = terms.get(hit.group())
        if known is None or hit.start() < end:
            continue
        for term in known:
            at = hit.start() - term.offset
            stop = at + len(term.phrase)
            if at < end or not plain.startswith(term.phrase, at):
                continue
            # A name that ends in a stop needs no edge after it.
            if stop < len(plain) and plain[stop].isalnum() and plain[stop - 1].isalnum():
                continue
            if at and plain[at - 1].isalpha():
                continue
            if term.kind == "capital" and (_PLACE.search(plain, max(0, at - 16), at) or _TITLED.match(plain, stop)):
                break
            if term.iso3 or term.candidates:
                found.append((term, at))
            end = stop
            break
    return _resolved(text, found, speaker and same_state(speaker), year)


def _resolved(text: str, found: list[tuple[_Term, int]], speaker: str | None, year: int | None) -> Found:
    named = {t.iso3 for t, _ in found if t.iso3}
    mentions, unresolved = [], []
    for term, at in found:
        stop = at + len(term.phrase)
        iso3 = term.iso3 or _choose(term.candidates, named, speaker, year)
        if iso3 == "XKX" and year is not None and year < KOSOVO_FROM:
            continue
        if iso3:
            mentions.append(Mention(iso3, text[at:stop], term.kind, at, stop))
        else:
            unresolved.append((term.phrase, at))
    return Found(tuple(mentions), tuple(unresolved))


def _choose(candidates: Iterable[str], named: set[str], speaker: str | None, year: int | None) -> str:
    """Return which of several states a shared name stands for; empty if that cannot be told."""
    options = tuple(candidates)
    if speaker in options:
        return str(speaker)
    full = [c for c in options if c in named]
    if len(full) == 1:
        return full[0]
    if year is not None and year <= ZAIRE_UNTIL and "COG" in options:
        return "COG"
    return ""


def as_titles(text: str) -> str:
    """Return a text in capitals throughout in small letters with capital initials; any other text unchanged.

    Examples
    --------
    >>> as_titles("LET US CALL ON TURKEY"), as_titles("DPRK and ROK")
    ('Let Us Call On Turkey', 'DPRK and ROK')
    """
    words = [w for w in text[:2000].split() if any(c.isalpha() for c in w)]
    capitals = [w for w in words if w.isupper()]
    # A list of acronyms is no text in capitals: some word must be longer than they are.
    if len(words) < 2 or len(capitals) < 0.8 * len(words) or max(len(w) for w in capitals) < 6:
        return text
    return text.title() if len(text.title()) == len(text) else text
