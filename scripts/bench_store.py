"""Build the whole store from a local mirror and report time, memory and the slowest sources.

Reads TOCSIN_MIRROR (default ../shared/data). Run: python scripts/bench_store.py
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from tocsin.sources.declaration import Source, table_sources
from tocsin.store import Store
from tocsin.store.build import fetch, verify

MIRROR = Path(os.environ.get("TOCSIN_MIRROR", Path(__file__).resolve().parents[2] / "shared" / "data"))


def main() -> None:
    """Build, verify, open every table, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        marks = [time.perf_counter()]
        spent: list[tuple[float, str]] = []

        def each(source: Source, _: str) -> None:
            marks.append(time.perf_counter())
            spent.append((marks[-1] - marks[-2], source.table))

        fetch(store, mirror=MIRROR, each=each)
        built = time.perf_counter()
        verdicts = verify(store)
        verified = time.perf_counter()
        wrong = [t for t, s in table_sources().items() if store.table(t).select(pl.len()).collect().item() != s.rows[t]]
        opening = time.perf_counter()
        for name in store.tables():
            store.table(name).collect_schema()
        opened = time.perf_counter()
        size = sum(p.stat().st_size for p in store.root.rglob("*") if p.is_file()) / 1e6
        print(f"{len(store.tables())} tables from {len(spent)} sources in {built - marks[0]:.1f} s")
        problems = sum(len(v.problems) for v in verdicts)
        print(f"verified {len(verdicts)} sources in {verified - built:.1f} s; {problems} problems")
        print(f"tables with other rows than declared: {wrong}")
        print(
            f"opening a table: {1000 * (opened - opening) / len(store.tables()):.2f} ms on average; store {size:.0f} MB"
        )
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")
        print("slowest: " + ", ".join(f"{name} {s:.1f} s" for s, name in sorted(spent, reverse=True)[:6]))


if __name__ == "__main__":
    sys.exit(main())
