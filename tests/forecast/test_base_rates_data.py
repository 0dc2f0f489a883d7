"""The shipped table of base rates can be made again from the real event data, byte for byte."""

from __future__ import annotations

import hashlib
import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tocsin.forecast.base_rates import meta

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "make_base_rates.py"


@pytest.fixture(scope="module")
def script(mirror: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_base_rates", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    import sys

    module = importlib.util.module_from_spec(spec)
    sys.modules["make_base_rates"] = module
    spec.loader.exec_module(module)
    module.MIRROR = mirror  # type: ignore[attr-defined]
    return module


@pytest.mark.data
def test_inputs_and_table_have_the_recorded_hashes(script: ModuleType, mirror: Path) -> None:
    for path, expected in meta()["inputs"].items():
        assert hashlib.sha256((mirror / path).read_bytes()).hexdigest() == expected
    table = script.counts(script.load())
    assert hashlib.sha256(table.write_csv().encode()).hexdigest() == meta()["table_sha256"]


@pytest.mark.data
def test_dyad_years_by_mode_1946_to_2014(script: ModuleType) -> None:
    """Independent count: a plain loop over the events, against published totals of the same rule."""
    directed: dict[tuple[int, int, int], int] = {}
    for row in script.events().iter_rows(named=True):
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
