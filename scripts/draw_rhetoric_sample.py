"""Draw the sentences of the General Debate that are labelled by hand, at random within strata.

Run: python scripts/draw_rhetoric_sample.py first|second DIR   (writes DIR/sentences.txt to label from, in random order,
and DIR/drawn.csv and DIR/pools.csv with ids and counts). Sentences are not committed: see
docs/reference/rhetoric-labelling.md. Needs table ungdc.
"""

from __future__ import annotations

import csv
import hashlib
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tocsin.rhetoric.coder import code_statement
from tocsin.rhetoric.lexicon import TYPES
from tocsin.rhetoric.names import find, same_state
from tocsin.rhetoric.text import clean, sentences
from tocsin.store import open_store

# Six of the strata are what the lexicon of the day coded (version 1 for the first sample, version 2 for the second), so
# that rare types are there at all; the pools are counted, so scores can be weighted back to the corpus. A later version
# draws other sentences: the ids of those drawn are kept in tests/rhetoric.
SEEDS = {"first": 20260512, "second": 20261124}
LETTERS = {"first": "G", "second": "H"}
PLAIN = ("state and cue", "state", "cue", "neither")
NUMBERS = {"first": (18, 100, 50, 40, 30), "second": (14, 60, 30, 15, 11)}
# Shorter and longer pieces are headings, lists and broken lines.
SHORTEST, LONGEST = 30, 500
# Broad on purpose, and no part of the lexicon: words without which a threat, demand or denial is hard to say.
CUES = re.compile(
    r"\b(must|should|demand\w*|call\w* (?:up)?on|urge\w*|insist\w*|threat\w*|warn\w*|force|war|attack\w*|aggress\w*|"
    r"occup\w*|never|accept\w*|tolerat\w*|respon[ds]\w*|reject\w*|den[iy]\w*|withdraw\w*|consequence\w*|defend\w*|"
    r"provo\w*|readiness|ready|peace|dialogue|neighbou?r\w*|condemn\w*|violat\w*|unacceptable)\b",
    re.I,
)


def digest(sentence: str) -> str:
    """Return the first 16 digits of the SHA-256 of a sentence on one line."""
    return hashlib.sha256(sentence.encode()).hexdigest()[:16]


def stratum(sentence: str, speaker: str, year: int) -> str:
    """Return which stratum a sentence belongs to."""
    coded = code_statement(sentence, speaker=speaker, year=year).type
    if coded != "none":
        return f"coded {coded}"
    named = [s for s in find(sentence, speaker=speaker, year=year).states if s != same_state(speaker)]
    cue = CUES.search(sentence) is not None
    return ("state and cue" if cue else "state") if named else ("cue" if cue else "neither")


def corpus() -> Iterator[tuple[str, int, int, str]]:
    """Yield speaker, year, number and text of every sentence of fit length."""
    table = open_store().table("ungdc").collect().sort("year", "iso3")
    for iso3, year, text in table.select("iso3", "year", "text").iter_rows():
        for number, sentence in enumerate(sentences(clean(text).text)):
            if SHORTEST <= len(sentence) <= LONGEST:
                yield iso3, year, number, sentence


def main(sample: str, folder: Path) -> None:
    """Draw and write."""
    folder.mkdir(parents=True, exist_ok=True)
    each, *plain = NUMBERS[sample]
    sizes = {f"coded {t}": each for t in TYPES if t != "none"} | dict(zip(PLAIN, plain, strict=True))
    letter = LETTERS[sample]
    pools: dict[str, list[tuple[str, int, int, str]]] = {name: [] for name in sizes}
    for row in corpus():
        pools[stratum(row[3], row[0], row[1])].append(row)
    chance = random.Random(SEEDS[sample])
    drawn = [(name, *row) for name, size in sizes.items() for row in chance.sample(pools[name], size)]
    chance.shuffle(drawn)
    with (folder / "drawn.csv").open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, lineterminator="\n")
        out.writerow(["id", "iso3", "year", "sentence", "sha256_16", "stratum"])
        for place, (name, iso3, year, number, text) in enumerate(drawn, 1):
            out.writerow([f"{letter}{place:03}", iso3, year, number, digest(text), name])
    lines = [f"{letter}{place:03} [{iso3}] {text}" for place, (_, iso3, _, _, text) in enumerate(drawn, 1)]
    (folder / "sentences.txt").write_text("\n".join(lines) + "\n", "utf-8")
    with (folder / "pools.csv").open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, lineterminator="\n")
        out.writerow(["stratum", "sentences", "drawn"])
        out.writerows([name, len(pool), sizes[name]] for name, pool in pools.items())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
