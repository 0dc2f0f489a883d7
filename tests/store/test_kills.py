"""Killed at any moment, the next run succeeds and no half table is ever seen."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.sources.made_up import BODY, ROWS

KILLS = 200
WORKER = """
import sys
from pathlib import Path
from tests.sources.made_up import source
from tocsin.sources import declaration
from tocsin.sources.fetch import bring
from tocsin.sources.readers import read_source
from tocsin.store import Store
made = source()
declaration.table_sources = lambda: {"made_up": made}
import tocsin.store.store as module
module.table_sources = lambda: {"made_up": made}
store = Store(Path(sys.argv[1]))
mirror = Path(sys.argv[2])
import polars
print("ready", flush=True)
while True:
    with store.lock():
        path, sha = bring(made, store.raw, mirror=mirror)
        store.write(made, sha, read_source(made, path))
        path.unlink()
"""


def start(store: Path, mirror: Path) -> subprocess.Popen[bytes]:
    root = Path(__file__).resolve().parents[2]
    env = os.environ | {"PYTHONPATH": str(root)}
    return subprocess.Popen([sys.executable, "-c", WORKER, str(store), str(mirror)], stdout=subprocess.PIPE, env=env)


def test_two_hundred_kills(tmp_path: Path) -> None:
    import polars as pl

    mirror = tmp_path / "mirror"
    (mirror / "made").mkdir(parents=True)
    (mirror / "made" / "made_up.csv").write_bytes(BODY)
    home = tmp_path / "store"
    dice = random.Random(7)
    looked = 0
    workers = [start(home, mirror) for _ in range(2)]
    try:
        for n in range(KILLS):
            worker = workers[n % 2]
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"ready\n"
            workers[n % 2] = start(home, mirror) if n < KILLS - 2 else worker
            time.sleep(dice.uniform(0, 0.02))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            pointer = home / "tables" / "made_up" / "current"
            if pointer.is_file():
                # While the other worker goes on, whatever is current is whole.
                frame = pl.read_parquet(pointer.parent / pointer.read_text("utf-8") / "data.parquet")
                assert len(frame) == ROWS
                looked += 1
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    assert looked > KILLS // 2
    last = start(home, mirror)
    try:
        assert last.stdout is not None
        last.stdout.readline()
        deadline = time.monotonic() + 20
        before = (home / "tables" / "made_up" / "current").stat().st_mtime_ns
        while (home / "tables" / "made_up" / "current").stat().st_mtime_ns == before:
            assert time.monotonic() < deadline, "the next run does not succeed"
            time.sleep(0.05)
    finally:
        last.kill()
        last.wait()
