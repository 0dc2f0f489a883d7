"""The coder of statements: type, target, topic and intensity, with the words that decided each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.rhetoric.lexicon import STATE, Lexicon, lexicon
from tocsin.rhetoric.names import Mention, find, same_state
from tocsin.rhetoric.roles import roles
from tocsin.rhetoric.text import clean, one_line

NONE = "none"
# Types by which a sentence is hostile to the state it is about.
HOSTILE = ("threat", "demand", "red line", "warning", "denial")
# A sentence in which the speaker's own side is spoken of.
OWN = re.compile(r"\b(?:we|us|our|ours|i|my)\b")


@dataclass(frozen=True)
class Match:
    """Words that spoke for a type.

    Parameters
    ----------
    rule, type : str
        Rule of the lexicon, and the type it speaks for.
    weight : float
        How much.
    words : str
        The words.
    """

    rule: str
    type: str
    weight: float
    words: str


@dataclass(frozen=True)
class Coded:
    """What a statement was coded as, and why.

    Parameters
    ----------
    type : str
        One of the types of the case format.
    target : str
        ISO code of the state it is about; empty if none can be told.
    topic : str
        Topic with most words in it; empty if none.
    intensity : int
        0 for none; else 1, one more if armed force is named, one more if the words leave no way back.
    scores : dict of str to float
        Sum of weights by type.
    matches : tuple of Match
        The words that decided, the heaviest first.
    named : tuple of str
        States named, without the speaker's.
    unresolved : tuple of str
        Names that may stand for several states.
    reason : str
        Why nothing was coded; empty otherwise.
    notes : tuple of str
        Repairs of the text.
    version : str
        Of the lexicon.
    """

    type: str
    target: str
    topic: str
    intensity: int
    scores: dict[str, float]
    matches: tuple[Match, ...]
    named: tuple[str, ...]
    unresolved: tuple[str, ...]
    reason: str
    notes: tuple[str, ...]
    version: str


def code_statement(
    text: str, *, speaker: str | None = None, target: str | None = None, year: int | None = None
) -> Coded:
    """Return what a statement is, with the words that decided.

    Parameters
    ----------
    text : str
        The statement, in English; markup is left out.
    speaker : str, optional
        ISO code of the state spoken for.
    target : str, optional
        ISO code of the state it is known to be about; else it is the one that is named.
    year : int, optional
        Year, for names that changed hands.

    Returns
    -------
    Coded
        Of type none, with a reason, where a text is empty, too long, in another language, or names no other state
        although none was given.

    Examples
    --------
    >>> found = code_statement("Israel must withdraw at once.", speaker="SYR")
    >>> found.type, found.target, found.matches[0].words
    ('demand', 'ISR', 'israel must')
    >>> code_statement("", speaker="SYR").reason
    'no words'
    """
    lex = lexicon()
    cleaned = clean(text)
    if cleaned.faults:
        return _nothing("; ".join(cleaned.faults), lex, cleaned.notes)
    line = one_line(cleaned.text)
    found = find(line, speaker=speaker, year=year)
    unresolved = tuple(dict.fromkeys(n for n, _ in found.unresolved))
    own = same_state(speaker) if speaker else None
    return code_line(line, found.mentions, own=own, target=target, unresolved=unresolved, notes=cleaned.notes)


def code_line(
    line: str,
    mentions: Sequence[Mention],
    *,
    own: str | None = None,
    target: str | None = None,
    unresolved: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Coded:
    """Return what a cleaned sentence is, when the states that it names have been found.

    Parameters
    ----------
    line : str
        The sentence, on one line.
    mentions : sequence of Mention
        With their places in it.
    own, target : str, optional
        The speaker's state, as the gazetteer has it; the state the sentence is known to be about.
    unresolved, notes : tuple of str
        Handed on.
    """
    lex = lexicon()
    others = tuple(m for m in mentions if m.iso3 != own)
    named = tuple(dict.fromkeys(m.iso3 for m in others))
    low = line.lower()
    topic = _topic(low, lex)
    if not named and target is None:
        why = (
            f"names no state that could be told apart ({', '.join(unresolved)})"
            if unresolved
            else "names no other state"
        )
        return _nothing(why, lex, notes, unresolved=unresolved, topic=topic)
    masked, places = mask(line, mentions, own)
    matches = matched(masked, lex, places, line, given=target is not None)
    scores = {t: sum(m.weight for m in matches if m.type == t) for t in lex.order}
    best = max(lex.order, key=lambda t: (scores[t], -lex.order.index(t)))
    if scores[best] < lex.least:
        return _nothing("no words of a type", lex, notes, unresolved=unresolved, topic=topic, named=named)
    about = target or _target(line, others, best)
    if not about:
        why = "the states named are places or victims, not addressed"
        return _nothing(why, lex, notes, unresolved=unresolved, topic=topic, named=named)
    decided = tuple(sorted((m for m in matches if m.type == best), key=lambda m: -m.weight))
    rest = tuple(m for m in matches if m.type != best)
    strength = 1 + (lex.force.search(low) is not None) + (lex.absolute.search(low) is not None)
    told = {t: s for t, s in scores.items() if s}
    return Coded(best, about, topic, strength, told, decided + rest, named, unresolved, "", notes, lex.version)


def _nothing(
    why: str,
    lex: Lexicon,
    notes: tuple[str, ...],
    *,
    unresolved: tuple[str, ...] = (),
    topic: str = "",
    named: tuple[str, ...] = (),
) -> Coded:
    return Coded(NONE, "", topic, 0, {}, (), named, unresolved, why, notes, lex.version)


def mask(line: str, mentions: Sequence[Mention], own: str | None) -> tuple[str, list[int]]:
    """Return the sentence in small letters with states as one word each, and where each letter stood before."""
    parts, places, at = [], [], 0
    for m in mentions:
        word = "our country" if m.iso3 == own else STATE
        parts += [line[at : m.start].lower(), word]
        places += [*range(at, m.start), *([m.start] * len(word))]
        at = m.end
    parts.append(line[at:].lower())
    places += [*range(at, len(line) + 1)]
    return "".join(parts), places


def matched(masked: str, lex: Lexicon, places: list[int], line: str, *, given: bool) -> list[Match]:
    """Return what each rule found, once per rule; the words are those of the text itself.

    Parameters
    ----------
    masked, places
        As from ``mask``.
    lex : Lexicon
        The rules.
    line : str
        The sentence.
    given : bool
        Whether it is known beforehand whom the text is about: else what is said of third parties must not count.
    """
    out = []
    first_person = given or OWN.search(masked) is not None
    for rule in lex.rules:
        if rule.own and not first_person:
            continue
        hit = rule.pattern.search(masked)
        if hit:
            begin, end = places[hit.start()], places[min(hit.end(), len(places) - 1)]
            words = line[begin : max(end, begin + 1)].strip(" ,;:").lower()
            out.append(Match(rule.id, rule.type, rule.weight, words))
    return out


def _topic(low: str, lex: Lexicon) -> str:
    counts = {topic: len(words.findall(low)) for topic, words in lex.topics.items()}
    best = max(counts, key=lambda t: counts[t])
    return best if counts[best] else ""


def _target(line: str, others: Sequence[Mention], type_: str) -> str:
    """Return the state that a sentence is about: one that acts, or for some types one that is a place."""
    kinds = roles(line, others)
    acting = [m.iso3 for m, kind in zip(others, kinds, strict=True) if kind == "acts"]
    if acting:
        return acting[0]
    if type_ in ("reassurance", "threat", "denial"):
        return next((m.iso3 for m, kind in zip(others, kinds, strict=True) if kind == "place"), "")
    return ""


def hostile_to(line: str, others: Sequence[Mention], type_: str, target: str) -> tuple[str, ...]:
    """Return the states that a sentence is hostile to: its target if of a hostile type, and those it blames.

    Parameters
    ----------
    line : str
        The sentence.
    others : sequence of Mention
        States named, without the speaker's.
    type_, target : str
        As coded.
    """
    out = [target] if type_ in HOSTILE and target else []
    if type_ in (NONE, *HOSTILE) and lexicon().blame.search(line.lower()):
        out += [m.iso3 for m, kind in zip(others, roles(line, others), strict=True) if kind == "acts"]
    return tuple(dict.fromkeys(out))


def hostile_states(text: str, *, speaker: str | None = None, year: int | None = None) -> tuple[str, ...]:
    """Return the states that one sentence is hostile to.

    Parameters
    ----------
    text : str
        One sentence.
    speaker : str, optional
        ISO code of the state spoken for.
    year : int, optional
        Year, for names that changed hands.

    Examples
    --------
    >>> hostile_states("We condemn the Iraqi aggression against Kuwait.", speaker="EGY")
    ('IRQ',)
    """
    coded = code_statement(text, speaker=speaker, year=year)
    line = one_line(clean(text).text)
    own = same_state(speaker) if speaker else None
    others = [m for m in find(line, speaker=speaker, year=year).mentions if m.iso3 != own]
    return hostile_to(line, others, coded.type, coded.target)
