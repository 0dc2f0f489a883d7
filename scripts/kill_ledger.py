"""Kill writers of a ledger at random moments and look at what is left.

Four processes record and resolve at once in one ledger. Again and again one of them is killed (signal 9) and another
takes its place. A writer notes every call before it begins and after it was acknowledged. At the end every acknowledged
entry must be there, every call must be there whole or not at all, and the chain must verify; so must it after each
tenth kill, while the others write on. Prints one JSON line; exit code 1 if anything is amiss.

Usage: kill_ledger.py [--kills 200] [--seed 1816] [--folder DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import tocsin.ledger.file as ledger_file
from tocsin.errors import LedgerError
from tocsin.ledger.book import lines, record, resolve
from tocsin.ledger.chain import Entry
from tocsin.ledger.entries import BINARY, Forecast, Reference, Resolution
from tocsin.ledger.file import read
from tocsin.ledger.verify import verify

WRITERS = 4
# A long call keeps the disk busy longer, so that more kills hit it while it writes.
LARGEST = 60
UNKNOWN = Reference(probabilities=None, how="unknown")


def spilling(connect: Callable[..., sqlite3.Connection]) -> Callable[..., sqlite3.Connection]:
    """Return connections with almost no memory for pages: a long call writes to the file all the while it runs."""

    def opened(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        base = connect(*args, **kwargs)
        base.execute("PRAGMA cache_size=2")
        return base

    return opened


def forecast(name: str, p: float) -> Forecast:
    """Return a made-up forecast."""
    return Forecast(
        forecast=name,
        issuer="nobody",
        question="Is this made up?",
        outcomes=BINARY,
        probabilities=[1 - p, p],
        origin=date(2025, 1, 1),
        closes=date(2025, 12, 31),
        rule="It is.",
        base_rate=UNKNOWN,
        own_history=UNKNOWN,
    )


def work(ledger: Path, notes: int, name: str, seed: int) -> None:
    """Record batches and resolve open forecasts until killed; never returns."""
    rng = random.Random(seed)
    for call in range(1_000_000):
        if rng.random() < 0.5:
            size = rng.choice((1, 1, 3, LARGEST))
            batch = [forecast(f"{name}-{call}x{size}-{i}", rng.random()) for i in range(size)]
            note(notes, "begin", f"{name}-{call}x{size}", [])
            note(notes, "done", f"{name}-{call}x{size}", list(record(ledger, batch).added))
            continue
        try:
            open_ = [x.forecast.forecast for x in lines(read(ledger)) if x.resolution is None]
        except LedgerError:  # nobody has recorded yet
            continue
        if not open_:
            continue
        wanted = Resolution(
            forecast=rng.choice(open_),
            outcome=rng.choice(("yes", "no", "void")),
            known=date(2026, 1, 1),
            evidence=f"made up by {name}-{call}x1",
        )
        note(notes, "begin", f"{name}-{call}x1", [])
        try:
            note(notes, "done", f"{name}-{call}x1", list(resolve(ledger, [wanted]).added))
        except LedgerError as error:
            if "was resolved by" not in str(error):
                raise
            note(notes, "refused", f"{name}-{call}x1", [])


def note(descriptor: int, what: str, call: str, added: list[Entry]) -> None:
    """Append one line in one write, so that a killed writer leaves a whole line or none."""
    os.write(descriptor, (json.dumps([what, call, [[e.number, e.hash] for e in added]]) + "\n").encode())


def start(ledger: Path, notes: int, name: str, seed: int) -> int:
    """Fork a writer and return its number."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work(ledger, notes, name, seed)
    except BaseException as error:  # a forked child must never return into its parent's code
        os.write(notes, (json.dumps(["failed", name, [f"{type(error).__name__}: {error}"]]) + "\n").encode())
    finally:
        os._exit(1)


def check(ledger: Path, notes: Path) -> tuple[list[str], Counter[str]]:
    """Return what is amiss, and counts."""
    faults = list(verify(ledger).faults) if ledger.exists() and ledger.stat().st_size else []
    state: dict[str, str] = {}
    seen = Counter[str]()
    acknowledged: list[tuple[int, str]] = []
    for line in notes.read_text("utf-8").splitlines():
        what, call, rest = json.loads(line)
        state[call] = what
        if what == "failed":
            faults.append(f"{call}: {rest[0]}")
        acknowledged += [(n, h) for n, h in rest] if what == "done" else []
    # Read after the notes: whatever is acknowledged there must be here.
    found = read(ledger) if ledger.exists() and ledger.stat().st_size else []
    here = {(e.number, e.hash) for e in found}
    faults += [f"entry {n} was acknowledged and is not there" for n, h in acknowledged if (n, h) not in here]
    by_call = Counter[str]()
    for entry in found:
        fields = entry.fields
        resolution = fields["kind"] == "resolution"
        text = fields["content"]["evidence"].removeprefix("made up by ") if resolution else None
        by_call[text or fields["content"]["forecast"].rsplit("-", 1)[0]] += 1
    faults += [f"call {c} is there by part" for c, n in by_call.items() if n != int(c.rsplit("x", 1)[1])]
    seen["entries"], seen["acknowledged"] = len(found), len(acknowledged)
    seen["resolutions"] = sum(e.fields["kind"] == "resolution" for e in found)
    seen["lost a race to resolve"] = sum(s == "refused" for s in state.values())
    seen["killed in a call"] = sum(s == "begin" for s in state.values())
    seen["of these written"] = sum(s == "begin" and by_call[c] > 0 for c, s in state.items())
    return faults, seen


def main(folder: Path, kills: int, seed: int) -> int:
    """Kill ``kills`` writers and report."""
    rng = random.Random(seed)
    ledger, notes = folder / "ledger.sqlite", folder / "notes.jsonl"
    descriptor = os.open(notes, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    faults: list[str] = []
    begin, journals = time.monotonic(), 0
    ledger_file.connect = spilling(ledger_file.connect)
    names = iter(f"w{i}" for i in range(1_000_000))
    writers = [start(ledger, descriptor, next(names), rng.randrange(2**32)) for _ in range(WRITERS)]
    try:
        for kill in range(1, kills + 1):
            time.sleep(rng.uniform(0, 0.04))
            place = rng.randrange(WRITERS)
            os.kill(writers[place], signal.SIGKILL)
            if os.waitstatus_to_exitcode(os.waitpid(writers[place], 0)[1]) != -signal.SIGKILL:
                faults.append("a writer ended by itself")
            journals += ledger.with_name(f"{ledger.name}-journal").exists()
            writers[place] = start(ledger, descriptor, next(names), rng.randrange(2**32))
            if kill % 10 == 0 and ledger.exists() and ledger.stat().st_size:
                faults += verify(ledger).faults
            if faults:
                break
    finally:
        for pid in writers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    found, seen = check(ledger, notes)
    faults += found
    seen |= {"kills": kills, "journals seen after a kill": journals}
    print(json.dumps({**seen, "seconds": round(time.monotonic() - begin, 1), "faults": faults[:20]}))
    return 1 if faults else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1816)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.folder:
        sys.exit(main(given.folder, given.kills, given.seed))
    with tempfile.TemporaryDirectory() as made:
        sys.exit(main(Path(made), given.kills, given.seed))
