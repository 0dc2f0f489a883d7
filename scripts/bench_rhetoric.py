"""Time the directed counts over the whole General Debate: python scripts/bench_rhetoric.py [WORKERS]."""

from __future__ import annotations

import os
import sys
import time

import polars as pl

from tocsin.rhetoric.corpus import rhetoric
from tocsin.store import open_store

if __name__ == "__main__":
    table = open_store().table("ungdc").collect()
    begin = time.perf_counter()
    pairs, spoken = rhetoric(table, workers=int(sys.argv[1]) if len(sys.argv) > 1 else None)
    wall, used = time.perf_counter() - begin, os.times()
    # On a machine busy with other work the clock says little: half the processor seconds is what two cores take.
    cpu = used.user + used.system + used.children_user + used.children_system
    print(f"{len(table):,} speeches, {spoken['words'].sum():,} words: {wall:.1f} s, {cpu:.1f} s of processor")
    print(f"{len(pairs):,} pairs and years; sentences {pairs['mentions'].sum():,}, hostile {pairs['hostile'].sum():,}")
    print(f"names unresolved {spoken['unresolved'].sum():,}; speeches not counted {spoken['fault'].drop_nulls().len()}")
    print(pairs.sort("hostile", descending=True).select(pl.exclude("examples")).head(12))
