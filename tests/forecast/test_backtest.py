"""The backtest: blind to the future, honest on small numbers, and near the published rows on the real record."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from tocsin.forecast import backtest, models
from tocsin.forecast.features import GROUPS, NAMES, features
from tocsin.forecast.record import FIRST, LAST, Record, load_record
from tocsin.forecast.scores import climatology_skill
from tocsin.store import Store
from tocsin.store.build import fetch

YEARS = LAST - FIRST + 1


def made_up(seed: int, dyads: int = 60) -> Record:
    """A record in which violent dyads stay violent."""
    g = np.random.default_rng(seed)
    risk = g.beta(0.3, 3, dyads)[:, None]
    mode = np.where(g.uniform(size=(dyads, YEARS)) < risk, g.integers(1, 5, (dyads, YEARS)), 0).astype(np.int8)
    yes = np.ones((dyads, YEARS), bool)
    land = np.repeat(g.uniform(size=(dyads, 1)) < 0.5, YEARS, axis=1)
    share = np.clip(0.7 + g.normal(0, 0.05, (dyads, YEARS)), 0.5, 1)
    return Record(np.arange(dyads), np.arange(dyads) + 500, yes, land, yes, yes, ~yes, mode, share)


def test_features_know_nothing_of_the_target_year() -> None:
    record = made_up(1)
    t = 1980 - FIRST
    changed = record.mode.copy()
    changed[:, t:] = 4 - changed[:, t:]
    share = record.share.copy()
    share[:, t:] = 0.99
    other = dataclasses.replace(record, mode=changed, share=share)
    assert np.array_equal(features(record)[:, : t + 1], features(other)[:, : t + 1])
    assert not np.array_equal(features(record)[:, t + 1], features(other)[:, t + 1])


def test_forecasts_know_nothing_of_the_target_year() -> None:
    record = made_up(2)
    one = backtest.run(record, "prd", 1975, 1976)
    changed = record.mode.copy()
    changed[:, 1976 - FIRST :] = 4 - changed[:, 1976 - FIRST :]
    two = backtest.run(dataclasses.replace(record, mode=changed), "prd", 1975, 1976)
    for model in backtest.MODELS:
        assert np.array_equal(one.forecasts[model], two.forecasts[model]), model
    assert not np.array_equal(one.observed, two.observed)


def test_probabilities_and_layout() -> None:
    test = backtest.run(made_up(3), "land", 1980, 1983)
    for p in test.forecasts.values():
        assert p.sum(1) == pytest.approx(1)
        assert (p >= 0).all()
    table = test.table()
    assert (table["ccode1"] < table["ccode2"]).all()
    assert (table["year"] - table["origin"] == 1).all()
    assert set(table["model"]) == set(backtest.MODELS)


def test_history_beats_climatology_where_violence_persists() -> None:
    scored = backtest.evaluate(backtest.run(made_up(4), "prd", 1970, 1999))
    skill = dict(zip(scored["model"], scored["rpss"], strict=True))
    assert skill["climatology"] == 0
    assert skill["conflictology-10"] > 0.03
    assert skill["sequential logit"] > 0.03


def test_too_few_events_give_no_ranking() -> None:
    record = made_up(5)
    calm = dataclasses.replace(record, mode=np.minimum(record.mode, 3).astype(np.int8))
    scored = backtest.evaluate(backtest.run(calm, "prd", 1980, 1984))
    assert scored["ap4"].null_count() == len(scored)


def test_the_logit_recovers_what_made_the_data() -> None:
    g = np.random.default_rng(6)
    x = g.normal(size=(40_000, 2))
    y = np.zeros(40_000, int)
    for k in range(1, 5):
        go = (y == k - 1) & (g.uniform(size=40_000) < 1 / (1 + np.exp(-(-1.0 + x @ [1.0, -0.5]))))
        y[go] = k
    model = models.SequentialLogit(penalty=0.01).fit(x, y)
    first = model.stages[0]
    assert not isinstance(first, float)
    assert first[0] / model.scale == pytest.approx([1.0, -0.5], abs=0.05)
    assert model.predict(x).mean(0) == pytest.approx(np.bincount(y, minlength=5) / len(y), abs=0.01)


def test_every_feature_belongs_to_a_group() -> None:
    assert len(NAMES) == len(set(NAMES)) == sum(map(len, GROUPS.values())) == features(made_up(1, 3)).shape[2]


def test_an_unknown_change_is_not_no_change() -> None:
    record = made_up(7, 3)
    share = record.share.copy()
    share[0, : 1970 - FIRST] = np.nan
    x = features(dataclasses.replace(record, share=share))
    unknown = x[0, :, NAMES.index("change unknown")]
    assert unknown[1971 - FIRST : 1982 - FIRST].tolist() == [1] * 5 + [0] * 6


# Published rows of the protocol (undirected, 1961-2014): n, events, conflictology-5 RPSS and log skill.
PUBLISHED = {
    "prd": (72_570, [625, 208, 863, 110], 0.288, 0.328),
    "rival": (3_289, [226, 66, 478, 128], 0.254, 0.183),
    "land": (13_873, [306, 146, 673, 78], 0.290, 0.241),
}


@pytest.fixture(scope="module")
def record(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Record:
    store = Store(tmp_path_factory.mktemp("record"))
    fetch(store, ["cow_states", "contdir", "majors", "tss_rivalries", "mie", "nmc"], mirror=mirror)
    return load_record(store)


@pytest.mark.data
@pytest.mark.parametrize("sample", list(PUBLISHED))
def test_near_the_published_rows(record: Record, sample: str) -> None:
    n, events, rpss, log = PUBLISHED[sample]
    y, p, base = [], [], []
    counts = models.class_counts(record)
    for year in range(1961, 2015):
        t = year - FIRST
        rows = np.flatnonzero(record.sample(sample, t))
        y.append(record.mode[rows, t])
        p.append(models.conflictology(record, counts, t, rows, 5, 3.0))
        base.append(np.tile(models.climatology(record, sample, t), (len(rows), 1)))
    observed = np.concatenate(y)
    assert len(observed) == pytest.approx(n, rel=2e-4)
    assert np.bincount(observed, minlength=5)[1:] == pytest.approx(events, abs=1)
    found = climatology_skill(np.concatenate(p), np.concatenate(base), observed)
    assert found == pytest.approx((rpss, log), abs=0.012)
