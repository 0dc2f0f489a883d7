"""Texts made fit for counting: markup, broken encodings, hyphens at line ends, foreign scripts, sentences."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass

# A statement of a case has one or two sentences; the longest General Debate speech has about 60,000 characters.
LONGEST = 1_000_000
# Below this share of Latin letters, or of common English words in a text of some length, nothing is coded.
LATIN, COMMON, ENOUGH = 0.8, 0.2, 12
_COMMON = frozenset(
    word
    for line in (
        "a all an and any are as at be been but by can do for from had has have he her his i if in into is it its",
        "may more must my no not of on only or our out shall she should so such that the their them there these they",
        "this to up us was we were what when which who will with would you your",
    )
    for word in line.split()
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
# What holds no words of the text: its beginning, and by kind its end.
_HIDDEN = re.compile(r"<(!--|script\b|style\b)", re.I)
_SHUT = {
    "!--": re.compile("-->"),
    "script": re.compile(r"</script\s*>", re.I),
    "style": re.compile(r"</style\s*>", re.I),
}
_BROKEN = re.compile(r"[ÃÂ][\u0080-\u00bf\u2018-\u203a\u20ac\u2122]|â€|ï»¿|\ufffd")
_TIES = re.compile(r"(?<=[a-z])-[ \t]*\n[ \t]*(?=[a-z])|\u00ad")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACE = re.compile(r"\s+")
_MARKS = str.maketrans(
    {"‘": "'", "’": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "‐": "-", "‑": "-", "\u2212": "-"}
)
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")
# A stop, closing marks, space, and what may begin a sentence; a short or known abbreviation before it is no end.
_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9])|(?<=[.!?])[\"')\]]*\s*\n+|\n\s*\n")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'])(?:[A-Z]|(?:[A-Z]\.)+[A-Z]|Mr|Mrs|Ms|Dr|St|Sr|Jr|Prof|Gen|Col|Lt|Hon|No|Nos|vs|cf|Mt|Inc|Art)\.$"
)


@dataclass(frozen=True)
class Clean:
    """A text as it is coded, and what was done to it or is wrong with it.

    Parameters
    ----------
    text : str
        Without markup and control characters, spaces as they matter.
    faults : tuple of str
        Why nothing can be coded; empty where it can.
    notes : tuple of str
        What was repaired or left out.
    """

    text: str
    faults: tuple[str, ...]
    notes: tuple[str, ...]


def decode(raw: bytes) -> tuple[str, tuple[str, ...]]:
    """Return bytes as text, and a note where they were not UTF-8.

    Examples
    --------
    >>> decode("Türkiye".encode("cp1252"))
    ('Türkiye', ('not UTF-8: read as Windows-1252',))
    """
    for name in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(name), () if name == "utf-8-sig" else ("not UTF-8: read as Windows-1252",)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), ("neither UTF-8 nor Windows-1252: read as Latin-1",)


def clean(text: str) -> Clean:
    """Return a text without markup, with broken encodings mended where that is certain, and its faults.

    Parameters
    ----------
    text : str
        Anything.

    Returns
    -------
    Clean
        With a fault if the text is empty, too long, or not in English as far as can be told.

    Examples
    --------
    >>> clean("<p>We will &quot;never&quot; accept it.</p>").text
    'We will "never" accept it.'
    >>> clean("Мы этого не потерпим").faults
    ('not in the Latin script: translate it first',)
    """
    notes = []
    cut = text[:LONGEST]
    if len(text) > LONGEST:
        return Clean("", (f"longer than {LONGEST:,} characters: cut it into statements first",), ())
    if "<" in cut:
        plain = _TAG.sub(" ", _shown(cut))
        cut, notes = plain, ["markup left out"] if plain != cut else []
    if "&" in cut:
        cut = html.unescape(cut)
    if _BROKEN.search(cut):
        mended = _mend(cut)
        notes.append("broken encoding mended" if mended != cut else "broken encoding left as it is")
        cut = mended
    cut = unicodedata.normalize("NFC", cut).translate(_MARKS)
    cut = _CONTROL.sub(" ", _TIES.sub("", cut)).strip()
    return Clean(cut, _faults(cut), tuple(notes))


def _shown(text: str) -> str:
    """Return a text without comments, scripts and styles; one that is never shut is left to be read."""
    parts, at, begin = [], 0, 0
    open_ended: set[str] = set()
    while hit := _HIDDEN.search(text, at):
        at, kind = hit.end(), hit.group(1).lower()
        # Once a kind is not shut, none of it further on is: so every letter is read a fixed number of times.
        shut = None if kind in open_ended else _SHUT[kind].search(text, at)
        if shut is None:
            open_ended.add(kind)
            continue
        parts.append(text[begin : hit.start()])
        begin = at = shut.end()
    return " ".join([*parts, text[begin:]])


def _mend(text: str) -> str:
    """Return UTF-8 that was read as Windows-1252 as what it was; unchanged where that does not fit throughout."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _faults(text: str) -> tuple[str, ...]:
    # A long text is judged by its first part.
    letters = [c for c in text[:20_000] if c.isalpha()]
    if not letters:
        return ("no words",)
    latin = sum(c < "\u0250" for c in letters)
    if latin < LATIN * len(letters):
        return ("not in the Latin script: translate it first",)
    words = [w.lower() for w in _WORD.findall(text[:20_000])]
    if len(words) >= ENOUGH and sum(w in _COMMON for w in words) < COMMON * len(words):
        return ("not in English, as far as its words tell: translate it first",)
    return ()


def sentences(text: str) -> list[str]:
    """Return the sentences of a cleaned text, each on one line.

    Examples
    --------
    >>> sentences("We thank Mr. Ban Ki-moon. The U.S. and\\nIran met!  Peace?")
    ['We thank Mr. Ban Ki-moon.', 'The U.S. and Iran met!', 'Peace?']
    """
    return [one_line(text[a:b]) for a, b in spans(text)]


def spans(text: str) -> list[tuple[int, int]]:
    """Return first and last place of each sentence of a cleaned text."""
    out, begin = [], 0
    for found in _END.finditer(text):
        if _ABBREVIATION.search(text, max(begin, found.start() - 20), found.start()):
            continue
        if text[begin : found.start()].strip():
            out.append((begin, found.start()))
        begin = found.end()
    if text[begin:].strip():
        out.append((begin, len(text)))
    return out


def one_line(text: str) -> str:
    """Return a text with every run of space as one blank."""
    return _SPACE.sub(" ", text).strip()
