"""The worked example: its references are what the script reckons, its readings are the middle of their band."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tocsin.assessment.words import BANDS, likelihood_word
from tocsin.case.load import load_case
from tocsin.forecast.base_rates import meta
from tocsin.ledger.inputs import read_forecasts
from tocsin.store import open_store

ROOT = Path(__file__).resolve().parents[2]
FORECASTS = {f.forecast: f for f, _ in read_forecasts(ROOT / "docs" / "how-to" / "op-ed-forecasts.toml")}


def test_each_stated_forecast_is_there_with_its_origin() -> None:
    case = load_case("armenia-azerbaijan")
    assert sorted(FORECASTS) == [f"op-ed-{f.id}" for f in case.config.stated_forecasts]
    assert {f.origin for f in FORECASTS.values()} == {f.origin for f in case.config.stated_forecasts}


def test_readings_are_the_middle_of_very_likely() -> None:
    tops = [top for top, _ in BANDS]
    top = next(t for t, word in BANDS if word == "very likely")
    middle = (tops[tops.index(top) - 1] + top) / 2
    for f in FORECASTS.values():
        yes = f.probabilities[1]
        assert yes in (pytest.approx(middle), pytest.approx(1 - middle))
        assert likelihood_word(max(yes, 1 - yes)) == "very likely"
        assert f.reading


def test_references_are_what_the_script_reckons() -> None:
    store = open_store()
    if not all(store.has(t) for t in ("cow_states", "contdir", "majors", "tss_rivalries", "mie")):
        pytest.skip("the store lacks tables: tocsin data fetch cow_states contdir majors tss_rivalries mie")
    spec = importlib.util.spec_from_file_location("op_ed_references", ROOT / "scripts" / "op_ed_references.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    n, fatal, unknown = script.base_rate(store)
    years, count = script.own_history()
    m = float(meta()["directed"]["h1"]["strength"])
    f = FORECASTS["op-ed-F2"]
    assert unknown == 0
    assert f.base_rate.probabilities == [1 - 0.102, 0.102]
    assert f.own_history.probabilities == [1 - 0.663, 0.663]
    assert round(fatal / n, 3) == 0.102
    assert round((count + m * fatal / n) / (years + m), 3) == 0.663
    assert f.base_rate.how.startswith(f"{fatal} of {n} directed dyad-years")
    assert f.own_history.how.startswith(f"{count} of {years} twelve-month periods")
