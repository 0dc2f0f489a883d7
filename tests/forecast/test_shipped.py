"""The shipped model: sealed, never from the future, with intervals that hold their forecast, the same from a case."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.forecast.made_up import made_up
from tocsin.errors import ModelError, UsageError
from tocsin.forecast import shipped, train, watchlist
from tocsin.forecast.base_rates import DyadClass
from tocsin.forecast.calibrate import apply_bends, fit_bends
from tocsin.forecast.features import CORE, core
from tocsin.forecast.from_case import as_record, is_major
from tocsin.forecast.history import Event
from tocsin.forecast.record import FIRST, LAST, TABLES, load_record
from tocsin.store import Store, open_store

LAND_RIVALS = DyadClass(True, True, True)


def copy(tmp_path: Path, **change: object) -> Path:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(shipped.model() | change), "utf-8")
    return path


def test_the_seal_holds() -> None:
    content = shipped.model()
    assert content["sha256"] == train.seal(content)
    assert json.loads(train.write(content)) == content


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    vintages = json.loads(json.dumps(shipped.model()["vintages"]))
    vintages["2014"]["1"]["intercept"][0] += 0.1
    with pytest.raises(ModelError, match="changed after it was made"):
        shipped.model(copy(tmp_path, vintages=vintages))


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"format": 99}'])
def test_a_damaged_or_foreign_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ModelError, match="tocsin train"):
        shipped.model(path)


def test_other_features_are_refused(tmp_path: Path) -> None:
    content = dict(shipped.model())
    content["features"] = content["features"][:-1]
    content["sha256"] = train.seal(content)
    path = tmp_path / "model.json"
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(ModelError, match="other features"):
        shipped.predict(quiet(), 0, 1, 2014, path)


def test_no_vintage_from_the_future() -> None:
    assert shipped.vintage_for(date(2014, 12, 30)) == 2010
    assert shipped.vintage_for(date(2014, 12, 31)) == 2014
    with pytest.raises(ModelError, match="no model is old enough"):
        shipped.vintage_for(date(1975, 12, 30))


def quiet() -> object:
    return as_record([], date(2020, 6, 30), date(1992, 1, 1), LAND_RIVALS, (371, 373))


def test_fighting_that_goes_on_is_likelier_to_go_on() -> None:
    day = date(2020, 6, 30)
    fought = Event("x", date(2020, 6, 1), date(2020, 6, 29), "a", 3)
    long_ago = dataclasses.replace(fought, start=date(1995, 6, 1), end=date(1995, 6, 2))
    now, then = (as_record([e], day, date(1992, 1, 1), LAND_RIVALS, (371, 373)) for e in (fought, long_ago))
    for horizon in (1, 2, 3):
        here, there = (shipped.predict(r, 0, horizon, 2014) for r in (now, then))
        assert here.at_least[3] > 3 * there.at_least[3]


def test_contributions_add_up() -> None:
    f = shipped.predict(quiet(), 1, 1, 2014)
    first = f.intercept[0] + sum(v[0] for v in f.contributions.values()) + f.calibration
    assert 1 / (1 + np.exp(-first)) == pytest.approx(f.at_least[1])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(-6, 4), min_size=4, max_size=4),
    st.lists(st.floats(0, 2), min_size=4, max_size=4),
)
def test_intervals_hold_their_forecast(log_odds: list[float], sd: list[float]) -> None:
    from tocsin.forecast.models import from_stages

    stages = np.array(log_odds)
    p = from_stages(stages[None])[0]
    low, high, tail_low, tail_high = shipped.interval(stages, np.array(sd))
    tail = p[::-1].cumsum()[::-1]
    assert (low <= p + 1e-12).all()
    assert (high >= p - 1e-12).all()
    assert (tail_low <= tail + 1e-9).all()
    assert (tail_high >= tail - 1e-9).all()
    assert (np.diff(tail_low) <= 1e-12).all()
    assert (np.diff(tail_high) <= 1e-12).all()


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_longer_horizon_never_says_less(data: st.DataObject) -> None:
    g = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    made = []
    for _ in range(3):
        stages, sd = g.normal(-1, 2, 4), g.uniform(0, 1, 4)
        from tocsin.forecast.models import from_stages

        p = from_stages(stages[None])[0]
        made.append(
            shipped.Prediction(
                p,
                *shipped.interval(stages, sd)[:2],
                p[::-1].cumsum()[::-1],
                *shipped.interval(stages, sd)[2:],
                {},
                stages,
                0.0,
                2014,
            )
        )
    found = shipped.rising(made)
    for before, after in pairwise(found):
        assert (after.at_least >= before.at_least - 1e-9).all()
    for f in found:
        assert f.p.sum() == pytest.approx(1)
        assert (f.p >= -1e-9).all()
        assert (f.low <= f.p + 1e-9).all()
        assert (f.high >= f.p - 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=2, max_size=2))
def test_calibration_never_turns_the_order_round(b: list[float]) -> None:
    x = np.linspace(-9, 2, 200)
    found = apply_bends(np.repeat(x[:, None], 4, axis=1), np.array(b))
    assert (np.diff(found[:, 0]) > 0).all()
    assert np.array_equal(found[:, 1:], np.repeat(x[:, None], 3, axis=1))


def test_calibration_finds_what_a_penalty_hides() -> None:
    g = np.random.default_rng(1)
    said = g.uniform(-7, 0, 200_000)
    true = np.where(said < -3, -3 + 1.5 * (said + 3), said)
    happened = g.uniform(size=len(said)) < 1 / (1 + np.exp(-true))
    found = apply_bends(np.repeat(said[:, None], 4, axis=1), fit_bends(said, happened))[:, 0]
    assert np.abs(found - true)[said > -6].max() < 0.35


def test_years_of_a_case_end_on_the_day() -> None:
    day = date(2020, 6, 30)
    events = [
        Event("on the day", date(2020, 6, 30), date(2020, 6, 30), "a", 3),
        Event("a year before", date(2019, 6, 30), date(2019, 6, 30), "b", 1),
        Event("across", date(2018, 6, 1), date(2018, 7, 15), "both", 2),
    ]
    r = as_record(events, day, date(2017, 1, 1), LAND_RIVALS, (371, 373))
    assert r.acts[0, 0].tolist() == [0, 2, 2, 3]
    assert r.acts[1, 0].tolist() == [0, 2, 2, 0]
    assert r.when[0, 0, 0, -1] == 1
    assert r.when[1, 0, 0, -2] == 1


def test_majors() -> None:
    assert not is_major(371, 2020)
    r = as_record([], date(2020, 1, 1), date(2000, 1, 1), DyadClass(False, False, True), (2, 93))
    assert r.majors[0, -1] == 1
    assert not r.near[0, -1]
    assert as_record([], date(2020, 1, 1), date(2000, 1, 1), DyadClass(False, False, True), (40, 41)).near[0, -1]


def test_a_year_outside_is_refused() -> None:
    with pytest.raises(UsageError, match="1960 to 2030"):
        watchlist.watchlist(None, 1900)  # type: ignore[arg-type]


def test_uncertainty_of_coefficients_against_the_full_covariance() -> None:
    """The six numbers a stage give the clustered standard error of the sandwich to about a fifth."""
    from tocsin.forecast.models import fit_logit
    from tocsin.forecast.rows import clusters, make_rows

    record = made_up(3, 80)
    rows = make_rows(record, ("history", "geography"), first=1920)
    X = rows.X.astype(np.float64)
    model, cluster = fit_logit(X, rows.y, 100.0), clusters(record, rows)
    learnt = train.standard_errors(model, X, rows.y, cluster)
    z = model.standard(X)
    d = np.column_stack([z, np.ones(len(z))])
    mu = 1 / (1 + np.exp(-model.log_odds(X)[:, 0]))
    bread = np.linalg.inv((d * (mu * (1 - mu))[:, None]).T @ d + np.diag([*[100.0] * z.shape[1], 0]))
    meat = np.zeros_like(bread)
    for c in np.unique(cluster):
        s = (d * ((rows.y >= 1) - mu)[:, None])[cluster == c].sum(0)
        meat += np.outer(s, s)
    exact = np.sqrt(np.einsum("ij,jk,ik->i", d, bread @ meat @ bread, d))
    told = np.exp(train.leverage(model.log_odds(X)[:, 0], z) @ learnt[0])
    assert np.median(np.abs(np.log(told / exact))) < 0.2


@pytest.fixture(scope="module")
def store(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    from tocsin.store.build import fetch

    built = Store(tmp_path_factory.mktemp("shipped"))
    fetch(
        built,
        [
            "cow_states",
            "contdir",
            "majors",
            "tss_rivalries",
            "mie",
            "archigos_years",
            "capitals_cow",
            "ucdp_acd",
            "cow_gw",
            "gw_cow",
        ],
        mirror=mirror,
    )
    return built


@pytest.mark.data
def test_a_case_and_the_store_say_the_same(store: Store) -> None:
    """The flagship's MIE events give the features that the panel gives, at the end of a calendar year."""
    from tocsin.assessment.outlook import case_events
    from tocsin.case.load import load_case

    record = load_record(store)
    d = int(np.flatnonzero((record.ccode1 == 371) & (record.ccode2 == 373))[0])
    events = [e for e in case_events(load_case("armenia-azerbaijan")) if e.start.year <= 2014]
    own = as_record(events, date(2014, 12, 31), date(1992, 1, 1), LAND_RIVALS, (371, 373))
    year = LAST - FIRST
    # The case fills 1994 from another source, which the event data leave empty.
    assert np.array_equal(own.acts[:, 0, 3:], record.acts[:, d, year - own.acts.shape[2] + 4 : year + 1])
    one, two = core(own, 0), core(record, 0)
    for name, values in one["recency"].items():
        assert values[0, -1] == pytest.approx(two["recency"][name][d, year], abs=0.1), name


@pytest.mark.data
def test_the_watchlist_of_a_past_year_is_scored(store: Store) -> None:
    found = watchlist.watchlist(store, 2012)
    table = found.table
    assert (table["p_strike_or_war"].diff().drop_nulls() <= 1e-12).all()
    assert found.ages["force"] == 0
    assert found.score["rps"] < found.score["rps of class base rate"]
    assert table["observed"].null_count() == 0
    assert table.filter((table["ccode1"] == 371) & (table["ccode2"] == 373))["rank"].item() <= 10


@pytest.mark.data
def test_the_watchlist_of_today_says_how_old_it_is(store: Store) -> None:
    found = watchlist.watchlist(store, 2024)
    assert found.ages["force"] == 10
    assert found.score == {}
    assert found.table["observed"].null_count() == len(found.table)
    top = found.table.head(20).select("ccode1", "ccode2").rows()
    assert (365, 369) in top


@pytest.mark.data
def test_training_gives_the_shipped_numbers(store: Store) -> None:
    """One horizon of the shipped file, fitted anew; the whole file is the same to the byte on the machine that made it."""
    from tocsin.forecast.rows import make_rows

    record = load_record(store)
    rows = make_rows(record, CORE, directed=True)
    rows = rows.take(rows.y >= 0)
    fitted, log_odds = train.fit_vintages(record, rows, rows.X.astype(np.float64), [1975, 2014])
    for until, f in fitted.items():
        told = shipped.fitted(until, 1)
        for name in ("coefficient", "intercept", "centre", "scale"):
            assert getattr(f.logit, name) == pytest.approx(getattr(told.logit, name), rel=2e-5, abs=1e-6), name
        assert f.bends == pytest.approx(told.bends, abs=1e-4)
        assert f.spread == pytest.approx(told.spread, abs=1e-3)
        assert f.logit.rows == told.logit.rows
    track = train.track(record, rows, log_odds, 2014)
    assert track["rpss"] == pytest.approx(shipped.model()["vintages"]["2014"]["track"]["rpss"], abs=1e-4)
    assert shipped.model()["inputs"] == {
        store.manifest(t)["source_file"]: store.manifest(t)["source_sha256"] for t in TABLES
    }


def test_training_needs_the_tables(tmp_path: Path) -> None:
    from tocsin.errors import SourceError

    with pytest.raises(SourceError, match="tocsin data fetch"):
        load_record(open_store(tmp_path))
