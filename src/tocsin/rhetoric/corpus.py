"""Who speaks of whom in the General Debate, and how: sentences and hostile sentences by pair of states and year."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tocsin.rhetoric.coder import HOSTILE, code_line, hostile_to
from tocsin.rhetoric.lexicon import lexicon
from tocsin.rhetoric.names import Mention, find, numbers, same_state
from tocsin.rhetoric.text import clean, one_line, spans

if TYPE_CHECKING:
    import polars as pl

EXAMPLES, EXAMPLE_LENGTH = 2, 400
# Words of a speech by which counts are made comparable.
PER_WORDS = 1000


@dataclass
class Tally:
    """What one speech says of one state.

    Parameters
    ----------
    mentions : int
        Sentences that name it.
    hostile : int
        Sentences that are hostile to it.
    types : dict of str to int
        Sentences by type of which it is the target.
    examples : list of str
        The first hostile sentences.
    """

    mentions: int = 0
    hostile: int = 0
    types: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Speech:
    """What one speech says of other states.

    Parameters
    ----------
    iso3, year : str, int
        Speaker and year.
    words : int
        Length.
    fault : str
        Why it was not counted; empty if it was.
    about : dict of str to Tally
        By ISO code of the state that is named.
    unresolved : int
        Names in it that may stand for several states and were counted for none.
    """

    iso3: str
    year: int
    words: int
    fault: str
    about: dict[str, Tally]
    unresolved: int


def read_speech(iso3: str, year: int, text: str) -> Speech:
    """Return what a speech says of other states.

    Parameters
    ----------
    iso3 : str
        ISO code of the speaker's state.
    year : int
        Year.
    text : str
        The speech.

    Examples
    --------
    >>> said = read_speech("KWT", 1995, "Iraq must release all prisoners. We thank Egypt for its part in this.")
    >>> {state: (t.mentions, t.hostile) for state, t in said.about.items()}
    {'IRQ': (1, 1), 'EGY': (1, 0)}
    """
    cleaned = clean(text)
    if cleaned.faults:
        return Speech(iso3, year, 0, "; ".join(cleaned.faults), {}, 0)
    lines = [one_line(cleaned.text[a:b]) for a, b in spans(cleaned.text)]
    # Names are looked for in the whole speech, so that one that is shared is read as it is elsewhere in it.
    found = find("\n".join(lines), speaker=iso3, year=year)
    own = same_state(iso3)
    about: dict[str, Tally] = {}
    for line, mentions in _by_line(lines, found.mentions):
        others = [m for m in mentions if m.iso3 != own]
        if not others:
            continue
        coded = code_line(line, mentions, own=own)
        hostile = hostile_to(line, others, coded.type, coded.target)
        for state in dict.fromkeys((*(m.iso3 for m in others), *hostile)):
            tally = about.setdefault(state, Tally())
            tally.mentions += 1
            if state == coded.target and coded.type != "none":
                tally.types[coded.type] = tally.types.get(coded.type, 0) + 1
            if state in hostile:
                tally.hostile += 1
                if len(tally.examples) < EXAMPLES:
                    tally.examples.append(line[:EXAMPLE_LENGTH])
    words = sum(len(line.split()) for line in lines)
    return Speech(iso3, year, words, "", about, len(found.unresolved))


def _by_line(lines: list[str], mentions: Iterable[Mention]) -> Iterable[tuple[str, list[Mention]]]:
    """Yield each line that names a state, and the mentions in it with their places there."""
    waiting = list(mentions)[::-1]
    begin = 0
    for line in lines:
        end, inside = begin + len(line), []
        while waiting and waiting[-1].start < end:
            m = waiting.pop()
            inside.append(Mention(m.iso3, m.term, m.kind, m.start - begin, m.end - begin))
        if inside:
            yield line, inside
        begin = end + 1


def rhetoric(
    speeches: pl.DataFrame, *, workers: int | None = None, tick: Callable[[], None] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return who speaks of whom, and the speeches.

    Parameters
    ----------
    speeches : polars.DataFrame
        ``iso3, year, text``, as in table ``ungdc``.
    workers : int, optional
        Processes; by default the number of processors, one for a few speeches.
    tick : callable, optional
        Called after each speech.

    Returns
    -------
    pairs : polars.DataFrame
        ``ccode1, ccode2, year, mentions, hostile``, one column for each type, and ``examples``: what the first state
        says of the second. Pairs without a mention are left out: they are 0 where there is a speech.
    spoken : polars.DataFrame
        ``ccode, year, words, unresolved, fault``: one row for each speech of a state with a number; a speech with a
        fault was not counted, and its pairs are unknown.
    """
    import polars as pl

    rows = list(speeches.select("iso3", "year", "text").iter_rows())
    done = _read_all(rows, workers, tick)
    number = numbers()
    pairs: list[dict[str, Any]] = []
    spoken: list[dict[str, Any]] = []
    for said in done:
        code = number.get(said.iso3)
        if code is None:  # the Holy See, Palestine and the European Union are in no state system
            continue
        fault = said.fault or None
        spoken.append(
            {"ccode": code, "year": said.year, "words": said.words, "unresolved": said.unresolved, "fault": fault}
        )
        for state, tally in said.about.items():
            other = number.get(state)
            if other is None or other == code:
                continue
            counts = {t.replace(" ", "_"): tally.types.get(t, 0) for t in (*HOSTILE, "reassurance")}
            row = {"ccode1": code, "ccode2": other, "year": said.year, "mentions": tally.mentions}
            pairs.append(row | {"hostile": tally.hostile} | counts | {"examples": tally.examples})
    kinds = {t.replace(" ", "_"): pl.Int64 for t in (*HOSTILE, "reassurance")}
    schema = {"ccode1": pl.Int64, "ccode2": pl.Int64, "year": pl.Int64, "mentions": pl.Int64, "hostile": pl.Int64}
    told = {"ccode": pl.Int64, "year": pl.Int64, "words": pl.Int64, "unresolved": pl.Int64, "fault": pl.String}
    keys = ["ccode1", "ccode2", "year"]
    return (
        pl.DataFrame(pairs, schema=schema | kinds | {"examples": pl.List(pl.String)}).sort(keys),
        pl.DataFrame(spoken, schema=told).sort("ccode", "year"),
    )


def _read_all(rows: list[tuple[str, int, str]], workers: int | None, tick: Callable[[], None] | None) -> list[Speech]:
    import os

    count = workers or (min(os.cpu_count() or 1, 8) if len(rows) >= 200 else 1)
    out = []
    if count == 1:
        for row in rows:
            out.append(read_speech(*row))
            if tick:
                tick()
        return out
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # A fresh process for each worker: forking a process with threads may hang.
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        for said in pool.map(read_speech, *zip(*rows, strict=True), chunksize=50):
            out.append(said)
            if tick:
                tick()
    return out


def made_by() -> str:
    """Return what a count depends on besides the speeches: the lexicon and the tables of names."""
    import hashlib
    from importlib.resources import files

    home, sha = files("tocsin.rhetoric"), hashlib.sha256()
    for name in sorted(p.name for p in home.iterdir() if p.name.endswith((".py", ".csv", ".toml"))):
        sha.update(home.joinpath(name).read_bytes())
    return f"{lexicon().version}-{sha.hexdigest()[:16]}"
