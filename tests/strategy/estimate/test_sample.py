"""The record against a plain loop over the same panel, and the shipped base rates against the record."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from tocsin.errors import SourceError, UsageError
from tocsin.panel.panel import dyad_years
from tocsin.store import Store
from tocsin.strategy.estimate.sample import read
from tocsin.strategy.game.setting import BASE_RATES, base_rate_counts


@pytest.mark.data
def test_rows_histories_and_power_by_a_plain_loop(record: Store) -> None:
    first, last = 1976, 1990
    sample = read(record, first, last)
    plan = dyad_years(first - 10, last, store=record).add("contiguity", "rivalries", "nmc", slice="nearest")
    plan = plan.add("modes", both_sides=False)
    rows = {
        (a, b, y): (mode, near, rival, ka, kb)
        for a, b, y, mode, near, rival, ka, kb in plan.collect()
        .select("ccode1", "ccode2", "year", "mode", "conttype", "rivalry", "milex1", "milex2")
        .iter_rows()
    }
    found = {
        (int(a), int(b), int(y)): i
        for i, (a, b, y) in enumerate(zip(sample.ccode1, sample.ccode2, sample.year, strict=True))
    }
    wanted = {
        k for k, v in rows.items() if k[2] >= first and v[1] == 1 and v[2] == 1 and (k[0], k[1], k[2] - 1) in rows
    }
    assert set(found) == wanted
    for (a, b, y), i in found.items():
        assert sample.mode[i] == rows[a, b, y][0]
        worst = [
            max(rows[a, b, y - k][0], rows[b, a, y - k][0]) if (a, b, y - k) in rows else None for k in range(1, 11)
        ]
        e = 2 if worst[0] >= 2 else 0 if worst == [0] * 10 else 1
        assert sample.e[i] == e
        ka, kb = rows[a, b, y - 1][3:]
        if ka and kb:
            assert sample.r[i] == pytest.approx(np.log(kb / ka))
        else:
            assert np.isnan(sample.r[i])
    assert len(np.unique(sample.dyad)) == len({(min(k[:2]), max(k[:2])) for k in wanted})


@pytest.mark.data
def test_pending_arms_are_one_sided_and_unknown_before_the_register(record: Store) -> None:
    sample = read(record, 1946, 2014)
    assert np.isnan(sample.q[sample.year <= 1950]).all()
    late = sample.years(1955, 2014)
    assert np.isfinite(late.q).mean() > 0.9
    assert ((late.q >= 0) & (late.q <= 4))[np.isfinite(late.q)].all()
    back = {(int(b), int(a), int(y)): q for a, b, y, q in zip(late.ccode1, late.ccode2, late.year, late.q, strict=True)}
    for a, b, y, q in zip(late.ccode1, late.ccode2, late.year, late.q, strict=True):
        # The backlog of one counts beyond the other's, so at most one of the two has any.
        if np.isfinite(q) and q > 0:
            assert back[int(a), int(b), int(y)] == 0
    assert (late.q > 0).any()


@pytest.mark.data
def test_the_shipped_base_rates_are_those_of_the_record(record: Store) -> None:
    path = Path(__file__).resolve().parents[3] / "scripts" / "make_strategy_base_rates.py"
    spec = importlib.util.spec_from_file_location("make_strategy_base_rates", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = script
    spec.loader.exec_module(script)
    assert script.OUT.read_text("utf-8") == script.text(record)
    assert np.array_equal(base_rate_counts(), read(record, 1950, 2014).counts())
    # Against the rows of the specification: cells that hold at least thirty events agree to a third.
    ratio = BASE_RATES / (script.PROTOTYPE / script.PROTOTYPE.sum(1, keepdims=True))
    assert abs(np.log(ratio[base_rate_counts() >= 30])).max() < 0.3


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="tocsin data fetch"):
        read(Store(tmp_path), 1960, 1970)
    for first, last in ((1820, 1830), (1990, 2020), (1990, 1980)):
        with pytest.raises(UsageError, match="1826 to 2014"):
            read(Store(tmp_path), first, last)
