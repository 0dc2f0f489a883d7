"""Start fetches and kill them at random moments; run by test_kills.py in a process of its own.

Usage: kill_driver.py STORE ADDRESS0 ADDRESS1 KILLS SEED. The two addresses serve two releases of one made-up source,
fetched in turn, so that every fetch must download and convert, and replaces a table that is there. Children are forked
from a process that has loaded the libraries and used none of them, so that a try costs little. Prints one JSON line.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from statistics import median

import polars  # noqa: F401  (loaded before the forks)
import requests  # noqa: F401

import tocsin.store.build as build
import tocsin.store.store as store_module
from tests.sources.made_up import ROWS, source
from tocsin.sources.declaration import Source
from tocsin.sources.fetch import Patience
from tocsin.store import Store

RELEASES = [
    ("ccode,year,value\n" + "".join(f"{i % 200},{1900 + i % 100},{i + shift}\n" for i in range(ROWS))).encode()
    for shift in (0, 1_000_000)
]


def declare(made: Source) -> None:
    """Make ``made`` the only source there is."""
    build.chosen = lambda _: [made]
    store_module.table_sources = lambda: {"made_up": made}  # type: ignore[assignment]


def start(store: Store, made: Source) -> int:
    """Fetch in a child process and return its number."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        declare(made)
        build.fetch(store, ["made_up"], patience=Patience(connect=10, read=10, attempts=5, pause=0.01))
        status = 0
    except BaseException as error:  # a forked child must never return into its parent's code
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        os._exit(status)


def wait(pid: int) -> int:
    """Return the exit code of a child; a signal is negative."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def shown(store: Store, releases: list[Source]) -> int | None:
    """Return which release the store shows, or None before the first; anything but a whole table ends the run."""
    if not store.has("made_up"):
        return None
    manifest = store.manifest("made_up")
    if sha256(store.path("made_up").read_bytes()).hexdigest() != manifest["data_sha256"]:
        raise SystemExit("the store shows a half table")
    if not store.manifest_is_whole("made_up"):
        raise SystemExit("the store shows a half manifest")
    return [s.sha256 for s in releases].index(manifest["source_sha256"])


def stage(store: Store, made: Source) -> str:
    """Return how far a killed fetch had come."""
    home = store.raw / made.file
    if home.is_file() and sha256(home.read_bytes()).hexdigest() == made.sha256:
        return "in conversion"
    return "in download" if home.with_name(f"{home.name}.part").exists() else "before download"


def finish(store: Store, releases: list[Source], wanted: int) -> float:
    """Run a fetch to its end: it must succeed and show what was asked for; if it builds, it clears up.

    A piece of the other release may lie there still, to be resumed. Returns the seconds it took.
    """
    begin = time.monotonic()
    builds = shown(store, releases) != wanted
    code = wait(start(store, releases[wanted]))
    if code:
        raise SystemExit(f"the next run did not succeed: exit code {code}")
    if shown(store, releases) != wanted:
        raise SystemExit("the next run shows another release than the one fetched")
    left = [p.name for p in (store.root / "tables").rglob(".*")]
    if builds and left:
        raise SystemExit(f"left behind: {left}")
    return time.monotonic() - begin


def main(root: Path, addresses: list[str], kills: int, seed: int) -> None:
    """Kill ``kills`` fetches and report what was hit."""
    rng = random.Random(seed)
    begin = time.monotonic()
    releases = [source(a, body=body) for a, body in zip(addresses, RELEASES, strict=True)]
    store, turn, seen, times = Store(root), 0, Counter[str](), []
    declare(releases[0])
    for turn in (0, 1, 0, 1, 0):
        times.append(finish(store, releases, turn))
    while seen["killed"] < kills:
        turn = 1 - turn
        showed = shown(store, releases)
        pid = start(store, releases[turn])
        # Now and then another process waits for the lock that the killed one may hold.
        other = start(store, releases[turn]) if rng.random() < 0.1 else None
        time.sleep(rng.uniform(0, median(times[-5:])))
        os.kill(pid, signal.SIGKILL)
        code = wait(pid)
        if code not in (0, -signal.SIGKILL):
            raise SystemExit(f"a fetch failed by itself with {code}")
        if other is not None:
            if wait(other):
                raise SystemExit("a fetch failed beside one that was killed")
            seen["beside another"] += code != 0
        now = shown(store, releases)
        if now is None or now not in (showed, turn):
            raise SystemExit(f"after a kill the store shows {now}, before it showed {showed}")
        if code == 0:
            seen["finished first"] += 1
            continue
        seen["killed"] += 1
        if now != turn:
            seen[stage(store, releases[turn])] += 1
        if seen["killed"] % 5 == 0:
            turn = 1 - turn if shown(store, releases) == turn else turn
            times.append(finish(store, releases, turn))
            seen["next run succeeded"] += 1
    print(json.dumps(seen | {"seconds": round(time.monotonic() - begin, 1)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:4], int(sys.argv[4]), int(sys.argv[5]))
