"""The evidence tables: sealed, judged by a rule without favour, and the same when estimated again by another program."""

from __future__ import annotations

import importlib.util
import math
import sys
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.claims.conftest import LAST, Ask
from tocsin.case.claim_tests import Regularity
from tocsin.claims import evidence
from tocsin.errors import CheckError
from tocsin.store import Store

interval = st.tuples(st.floats(-2, 2), st.floats(0.01, 2)).map(lambda t: (t[0], t[0] + t[1]))


def test_a_changed_table_is_refused() -> None:
    rows = "regularity,low\nx,0.1\n"
    with pytest.raises(CheckError, match="does not match its recorded hash") as raised:
        evidence.checked("regularities.csv", rows, "0" * 64)
    assert raised.value.exit_code == 12
    assert evidence.table("regularities.csv")
    assert evidence.table("disparities.csv")


def test_what_a_claim_may_name_is_what_there_is() -> None:
    assert set(get_args(Regularity)) == set(evidence.meta()["regularities"])
    assert len(evidence.evidence_hash()) == 64


def test_each_input_has_its_hash() -> None:
    inputs = evidence.meta()["inputs"]
    assert len(inputs) >= 10
    assert all(len(sha) == 64 for sha in inputs.values())


@given(st.lists(interval, min_size=1, max_size=20), st.lists(interval, max_size=20))
def test_nothing_is_both_supported_and_contradicted(
    sides: list[tuple[float, float]], gains: list[tuple[float, float]]
) -> None:
    claim, _ = evidence.judged(sides, gains)  # type: ignore[arg-type]
    opposite, _ = evidence.judged([(-high, -low) for low, high in sides], gains)  # type: ignore[arg-type]
    assert (claim, opposite) != ("supported", "supported")
    if claim == "supported":
        assert opposite == "contradicted"
    if all(-high < -math.log(1.25) for _, high in sides):
        assert claim != "contradicted", "every estimate is large and on the claimed side"


def test_in_sample_alone_does_not_support() -> None:
    strong = [(0.4, 0.8)] * 9
    assert evidence.judged(strong, [(0.1, 0.4)] * 9)[0] == "supported"
    assert evidence.judged(strong, [(-0.4, 0.1)] * 9)[0] == "mixed"
    assert evidence.judged(strong, [(None, None)] * 9)[0] == "mixed"
    assert evidence.judged([*strong, (-0.5, -0.1)], [(0.1, 0.4)] * 9)[0] == "mixed"


def test_claims_the_data_contradict_and_nulls(ask: Ask) -> None:
    def asked(name: str, **given_: str) -> tuple[str, str]:
        found = ask("regularity", regularity=name, **given_)
        return found.verdict, found.finding

    assert asked("persistence")[0] == "supported"
    # Weeks 2012: regimes of a civilian elite are not the belligerent ones; personalist rulers are.
    assert asked("civilian-initiation")[0] == "contradicted"
    verdict, finding = asked("adverse-shift")
    assert verdict == "contradicted"
    assert "A null" in finding
    assert "too wide to exclude an effect" in asked("adverse-shift-by-regime")[1]
    verdict, finding = asked("rhetoric")
    assert verdict == "untestable"
    assert finding.startswith("Unknown: There is no data set")


def test_estimates_of_later_years_are_not_used_before(ask: Ask) -> None:
    assert evidence.regularity("personalist-initiation", 2005).estimates, "Weeks's types end in 1999"
    early = evidence.regularity("personalist-initiation", 2005)
    assert {e.measure for e in early.estimates} == {"Weeks (boss or strongman)"}
    assert evidence.regularity("persistence", 2000).missing
    assert evidence.percentile("spending", "land", 2010, 1.0, before=2010) is None
    assert evidence.percentile("spending", "land", 2010, 1.0, before=LAST.year) is not None


def test_places_rise_with_the_gap() -> None:
    places = [evidence.percentile("cinc", "rival", 2000, gap, before=2026) for gap in np.linspace(0, 6, 30)]
    found = [p[0] for p in places if p is not None]
    assert found == sorted(found)
    assert (found[0], found[-1]) == (0.05, 0.95)


# Against the data, where they are


@cache
def script() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "scripts" / "make_evidence.py"
    spec = importlib.util.spec_from_file_location("make_evidence", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_evidence"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def store(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    from tocsin.store.build import fetch

    built = Store(tmp_path_factory.mktemp("evidence-store"))
    tables = {t for p in script().plans(built) for t in p.tables()} | {"mie", "gdppop_cow", "cow_gw", "gw_cow"}
    fetch(built, sorted(tables), mirror=mirror)
    return built


@pytest.mark.data
def test_the_table_is_what_the_script_makes_and_another_program_agrees(store: Store) -> None:
    sm = pytest.importorskip("statsmodels.api")
    import polars as pl

    make = script()
    frame = make.data(store).filter(pl.col("year") > 1945)
    shipped = {
        (r["regularity"], r["measure"], r["outcome"], r["sample"]): r for r in evidence.table("regularities.csv")
    }
    for name, place, outcome, sample in (
        ("personalist-initiation", 3, "initiation", "land"),
        ("adverse-shift", 0, "attack", "rival"),
        ("renewal-by-regime", 0, "force", "land"),
    ):
        measure = make.REGULARITIES[name][3][place]
        row = shipped[(name, measure.label, outcome, sample)]
        found = make.estimate(frame, measure, outcome, sample)
        for key in ("estimate", "low", "high", "gain", "gain_low", "gain_high"):
            assert found[key] == pytest.approx(float(row[key]), abs=2e-5), (name, key)
        # The same rows, fitted by statsmodels.
        controls = [k for k in make.CONTROLS if k not in measure.without] + ([] if sample == "land" else ["land"])
        used = frame.filter(make.SAMPLES[sample] & measure.rows).select(
            pl.col(outcome).cast(pl.Float64).alias("y"),
            measure.term.cast(pl.Float64).alias("term"),
            *(e.cast(pl.Float64).alias(k) for k, e in measure.controls.items()),
            *(pl.col(k).cast(pl.Float64) for k in controls),
        )
        used = used.drop_nulls()
        X = sm.add_constant(used.drop("y").to_numpy())
        fit = sm.Logit(used["y"].to_numpy(), X).fit(disp=0, tol=1e-12)
        assert fit.params[1] == pytest.approx(float(row["estimate"]), abs=1e-4)
        assert int(fit.nobs) == int(row["n"])


@pytest.mark.data
def test_gaps_among_neighbours_by_hand(store: Store) -> None:
    import polars as pl

    pairs = store.table("contdir").collect()
    row = next(
        r for r in evidence.table("disparities.csv") if (r["index"], r["sample"], r["year"]) == ("cinc", "land", "1980")
    )
    inside = (pl.col("stdate") <= date(1980, 1, 1)) & (pl.col("enddate") >= date(1980, 1, 1))
    near = pairs.filter((pl.col("conttype") == 1) & inside)
    cinc = dict(store.table("nmc").filter(pl.col("year") == 1980).select("ccode", "cinc").collect().iter_rows())
    gaps = {
        (min(a, b), max(a, b)): abs(math.log(cinc[a] / cinc[b]))
        for a, b in near.select("ccode1", "ccode2").iter_rows()
        if cinc.get(a) and cinc.get(b)
    }
    assert len(gaps) == int(row["n"])
    assert float(np.median(list(gaps.values()))) == pytest.approx(float(row["q50"]), abs=1e-3)
