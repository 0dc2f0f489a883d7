"""The shipped table of base rates can be made again from the real event data, byte for byte."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tocsin.forecast.base_rates import meta
from tocsin.panel.additions.conflict import events_with_modes
from tocsin.store import Store
from tocsin.store.build import fetch

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "make_base_rates.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_base_rates", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_base_rates"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def store(script: ModuleType, mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    built = Store(tmp_path_factory.mktemp("base-rates-store"))
    fetch(built, list(script.TABLES), mirror=mirror)
    return built


@pytest.mark.data
def test_inputs_and_table_have_the_recorded_hashes(script: ModuleType, store: Store) -> None:
    made_from = {m["source_file"]: m["source_sha256"] for m in map(store.manifest, script.TABLES)}
    assert made_from == meta()["inputs"]
    table = script.counts(script.load(store))
    assert hashlib.sha256(table.write_csv().encode()).hexdigest() == meta()["table_sha256"]


@pytest.mark.data
def test_dyad_years_by_mode_1946_to_2014(store: Store) -> None:
    """Independent count: a plain loop over the events, against published totals of the same rule."""
    directed: dict[tuple[int, int, int], int] = {}
    for row in events_with_modes(store.table("mie").collect()).iter_rows(named=True):
        pairs = [(row["ccode1"], row["ccode2"])]
        if row["action"] == 17 or row["hostlev"] == 5:
            pairs.append((row["ccode2"], row["ccode1"]))
        for a, b in pairs:
            for year in range(row["styear"], row["endyear"] + 1):
                directed[a, b, year] = max(directed.get((a, b, year), 0), row["mode"])
    undirected: dict[tuple[int, int, int], int] = {}
    for (a, b, year), mode in directed.items():
        key = (min(a, b), max(a, b), year)
        undirected[key] = max(undirected.get(key, 0), mode)

    def totals(table: dict[tuple[int, int, int], int]) -> list[int]:
        return np.bincount([m for (_, _, y), m in table.items() if 1946 <= y <= 2014], minlength=5)[1:].tolist()

    assert totals(directed) == [1262, 384, 1852, 566]
    assert totals(undirected) == [857, 304, 1130, 283]
