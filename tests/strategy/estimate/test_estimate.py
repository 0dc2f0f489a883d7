"""The estimator: gives back what records were made with, refuses what they do not tell, and says what the real one does."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.cli.test_cli import tocsin
from tocsin.errors import ModelError, UsageError
from tocsin.store import Store
from tocsin.strategy.estimate import run
from tocsin.strategy.estimate.first_stage import first_stage
from tocsin.strategy.estimate.fit import (
    Fit,
    Profile,
    _crossings,
    base_log_likelihood,
    clustered,
    fit,
    held_out,
    profile,
)
from tocsin.strategy.estimate.identify import WAR, identify, shared
from tocsin.strategy.estimate.likelihood import (
    LAM_FLOOR,
    Data,
    Model,
    centre,
    half_range,
    matched,
    mixes,
    scores,
    shares,
    solved,
)
from tocsin.strategy.estimate.run import _wanted, estimate, likelihood_by_lam, verdicts
from tocsin.strategy.estimate.sample import Sample, read
from tocsin.strategy.estimate.simulate import recover, simulate
from tocsin.strategy.game.calibrate import holdings
from tocsin.strategy.game.mix import mix
from tocsin.strategy.game.setting import BASE_RATES, Setting

ROWS = 3000


@pytest.fixture(scope="module")
def states() -> Sample:
    """Made-up states of made-up dyads; outcomes are drawn by each test."""
    g = np.random.default_rng(3)
    one = g.integers(1, 40, ROWS)
    e = g.choice(3, ROWS, p=(0.25, 0.5, 0.25))
    none = np.zeros(ROWS, dtype=np.int64)
    r, q = g.uniform(-2.4, 2.4, ROWS), g.choice((0.0, 0.6, 1.5, 3.2), ROWS, p=(0.5, 0.2, 0.2, 0.1))
    return Sample(one, one + 100, 1950 + np.arange(ROWS) % 60, none, e.astype(np.int64), r, q)


@pytest.fixture(scope="module")
def truth() -> Setting:
    return centre(lam=15.0)


@pytest.fixture(scope="module")
def data(states: Sample, truth: Setting) -> Data:
    return Data.of(simulate(truth, states, 11))


def test_rows_are_mixes_of_the_states_around_them(states: Sample) -> None:
    weights = mixes(states)
    assert abs(np.asarray(weights.sum(axis=1)) - 1).max() < 1e-12
    for i in range(6):
        e = np.eye(3)[states.e[i]]
        wanted = mix((states.r[i] + 2) / 0.2, states.q[i], e, 0, holdings(states.r[i : i + 1])[0])
        assert weights[i].toarray()[0] == pytest.approx(wanted.ravel(), abs=1e-12)
    with pytest.raises(UsageError, match="known"):
        mixes(replace(states, r=np.full(ROWS, np.nan)))


def test_points_and_games_are_the_same_thing(truth: Setting) -> None:
    model = Model(truth, ("lam", "a0", "omega"))
    again = model.setting(model.point(truth))
    assert again.wA == pytest.approx(truth.wA)
    assert (again.lam, again.a0, again.omega) == pytest.approx((truth.lam, truth.a0, truth.omega))
    assert model.setting(np.full(model.size, -30.0)).lam == LAM_FLOOR
    with pytest.raises(UsageError, match="phi1"):
        half_range("phi1")


def test_scores_are_derivatives_of_the_likelihood(data: Data, truth: Setting) -> None:
    model = Model(truth, ("lam", "gam"))
    point = model.point(truth)
    found = scores(model, point, data, solved(model, point)).sum(axis=0)
    for i in (0, 1, 5):
        move = np.zeros(model.size)
        move[i] = 0.02
        up, down = (np.log(data.rows(solved(model, point + s * move))).sum() for s in (1, -1))
        assert found[i] == pytest.approx((up - down) / 0.04, rel=0.02, abs=0.05)


def test_matched_habits_meet_the_frequencies_and_lam_zero_is_the_base(data: Data, truth: Setting) -> None:
    game, solution = matched(truth, data)
    p = data.all_modes(solution)
    for e in range(3):
        assert p[data.sample.e == e].mean(axis=0) == pytest.approx(shares(data.sample)[e], rel=1e-5)
    assert game.wA != pytest.approx(shares(data.sample), rel=0.05)
    _, still = matched(truth.with_(lam=1e-3), data)
    assert np.log(data.rows(still)).sum() == pytest.approx(base_log_likelihood(data), abs=0.02)


def test_known_parameters_come_back(states: Sample, truth: Setting) -> None:
    found = recover(truth, ("lam", "gam"), states, start=centre(lam=4.0, gam=1.6), repeats=2, seed=5)
    assert found.failed == 0
    assert found.truth == pytest.approx(np.log((15.0, 1.0)))
    assert (found.errors < 0.8).all()
    assert (abs(found.estimates - found.truth) < 3 * found.errors).all()
    # The search left where it began.
    assert (abs(found.estimates[:, 0] - np.log(4.0)) > 2 * found.errors[:, 0]).any()


def test_fallout_ends_wherever_the_search_leads_and_is_refused(data: Data, truth: Setting) -> None:
    naive = [fit(centre(lam=12.0, F=F), ("lam", "F"), data) for F in (0.1, 1.0)]
    assert naive[0].log_likelihood == pytest.approx(naive[1].log_likelihood, abs=0.02)
    assert naive[1].values["F"] > 2 * naive[0].values["F"]
    report = identify(matched(truth, data)[0], data)
    row = {p.name: p for p in report.parameters}
    assert "lam" in report.identified
    assert not row["F"].identified
    assert row["F"].alone > 4
    assert row["F"].beside_habits < 1e-6
    assert "habit" in row["F"].reason
    with pytest.raises(ModelError, match="does not identify F"):
        _wanted(report, ["F"])
    assert _wanted(report, None)[0] == "lam"
    # Even were the habits known, battle costs would take most of it: only treaties shift one and not the other.
    told = shared(matched(truth, data)[0], data)
    assert told.beside_costs < 0.05 * told.alone
    assert report.eigenvalues[0] < 1e-6 < 4 < report.eigenvalues[-1]


def test_without_war_nothing_is_said_of_its_cost(data: Data) -> None:
    calm = Data.of(replace(data.sample, mode=np.minimum(data.sample.mode, 3)))
    game, solution = matched(centre(lam=15.0), calm)
    assert (game.wA[:, 4] == 0).all()
    assert not calm.all_modes(solution)[:, 4].any()
    report = identify(game, calm)
    for p in report.parameters:
        if p.name in WAR:
            assert not p.identified
            assert "no war" in p.reason
    with pytest.raises(ModelError, match="cW: the record has no war"):
        _wanted(report, ["cW"])


def test_clustered_errors_by_a_plain_loop() -> None:
    g = np.random.default_rng(0)
    rows, cluster = g.normal(size=(60, 3)), g.integers(0, 9, 60)
    info = sum(np.outer(r, r) for r in rows)
    meat = sum(
        np.outer(s, s) for s in (sum(r for r, c in zip(rows, cluster, strict=True) if c == k) for k in set(cluster))
    )
    wanted = np.linalg.inv(info) @ meat @ np.linalg.inv(info) * 9 / 8
    assert clustered(rows, cluster) == pytest.approx(wanted)
    assert np.isnan(clustered(np.concatenate((rows, rows[:, :1]), axis=1), cluster)).all()


def test_crossings_of_a_profile() -> None:
    x = np.linspace(0, 4, 41)
    low, high = _crossings(x, -((x - 1.5) ** 2), 1.5, -1.0)
    assert (low, high) == pytest.approx((0.5, 2.5), abs=0.01)
    assert _crossings(x, -(x**2), 0.0, -1.0)[0] is None
    assert _crossings(x, np.zeros(41), 2.0, -1.0) == (None, None)


def test_a_profile_falls_away_from_the_estimate(data: Data) -> None:
    found = fit(centre(lam=10.0), ("lam",), data)
    along = profile(found, "lam", np.array((2.0, 8.0, found.values["lam"], 25.0)), data)
    assert along.log_likelihood[2] == pytest.approx(found.log_likelihood, abs=0.02)
    assert along.log_likelihood[0] < along.log_likelihood[2]
    assert np.nanmax(along.log_likelihood) <= found.log_likelihood + 0.02
    assert found.errors["lam"] == pytest.approx(0.2, abs=0.15)


def _fit(names: tuple[str, ...], gain: float, values: dict[str, float]) -> Fit:
    model = Model(centre(**values), names)
    k = model.size
    return Fit(model, model.point(model.centre), -100.0 + gain, -100.0, 500, 40, np.eye(k) * 0.04, 0.0)


def _profile(name: str, low: float | None, high: float | None) -> Profile:
    return Profile(name, np.empty(0), np.empty(0), low, high)


def test_what_may_be_said_of_a_fit() -> None:
    told = verdicts(_fit(("lam", "gam"), 9.0, {"lam": 6.0}), [_profile("lam", 3.0, 9.0), _profile("gam", 0.7, 1.5)])
    assert [(v.value, v.error, v.why) for v in told] == [
        (pytest.approx(6.0), pytest.approx(0.2), ""),
        (pytest.approx(1.0), pytest.approx(0.2), ""),
    ]
    runaway = verdicts(_fit(("lam", "gam"), 9.0, {"lam": 6.0}), [_profile("lam", 3.0, 9.0), _profile("gam", None, 1.5)])
    assert [v.value for v in runaway] == [None, None]
    assert "gam, free beside it, is not told" in runaway[0].why
    assert "lower side" in runaway[1].why
    idle = verdicts(_fit(("lam",), 1.0, {"lam": 0.3}), [_profile("lam", None, 2.0)])[0]
    assert idle.value is None
    assert idle.high == 2.0
    assert "at most 2" in idle.why


def test_held_out_gain_is_nothing_without_payoffs_and_something_with(states: Sample, truth: Setting) -> None:
    strong = truth.with_(lam=25.0, gam=2.0, cL=3.0)
    whole = simulate(strong, states, 2)
    early = whole.year < 1990
    before, after = Data.of(whole.take(early)), Data.of(whole.take(~early))
    idle = held_out(matched(centre(lam=1e-3), before)[0], before, after)
    assert abs(idle.gain) < 1e-4
    good = held_out(matched(strong, before)[0], before, after)
    assert good.gain > good.error > 0
    assert good.rows == int((~early).sum())


@pytest.mark.data
def test_the_real_record_prefers_no_payoffs(record: Store) -> None:
    """The figures of the specification (-3293.1 at base rates, -3306 at lam = 10, 4,546 rows) come from its own draft of
    the sample; here the sample is counted anew, and the fall at lam = 10 is the same to two units."""
    data = Data.of(read(record, 1955, 2014))
    assert len(data.sample) == 4430
    assert base_log_likelihood(data) == pytest.approx(-3272.785, abs=0.01)
    rows = likelihood_by_lam(centre(), data, (0.5, 10.0))
    assert rows[1]["matched"] == pytest.approx(-14.68, abs=0.02)
    assert 0 > rows[0]["matched"] > rows[1]["matched"]
    assert rows[1]["plain"] < rows[1]["matched"]


@pytest.mark.data
def test_first_stage_of_the_real_record(record: Store) -> None:
    sample = read(record, 1980, 1994)
    stage = first_stage(record, sample)
    quiet = settled = 0
    index = {k: i for i, k in enumerate(zip(sample.ccode1, sample.ccode2, sample.year, strict=True))}
    for (a, b, y), i in index.items():
        j, n = index.get((b, a, y)), index.get((a, b, y + 1))
        if n is not None and j is not None and sample.e[i] == 1 and sample.mode[i] == 0 and sample.mode[j] == 0:
            quiet += 1
            settled += sample.e[n] == 0
    assert (stage.tau, stage.quiet_years) == (pytest.approx(settled / quiet), quiet)
    assert 0.1 < stage.rhoO < 0.5
    assert stage.dep == pytest.approx(stage.rhoO * np.nanmean(sample.q))
    assert abs(stage.slope - stage.rhoO) < 3 * stage.slope_error


@pytest.mark.data
def test_estimate_says_what_it_refuses(record: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LAMS", (0.5, 5.0))
    said: list[str] = []
    r = estimate(record, 1955, 1994, 2000, free=[], tell=said.append)
    assert json.loads(json.dumps(r)) == r
    assert any("profile of lam" in s for s in said)
    assert [f["free"] for f in r["fits"]] == [["lam"]]
    (lam,) = r["fits"][0]["verdicts"]
    assert (lam["value"] is None) == bool(lam["why"])
    assert r["record"]["used"] == sum(map(sum, r["record"]["counts"]))
    out = tmp_path / "estimate.json"
    years = ("--last", "1994", "--until", "2000", "--store", str(record.root))
    done = tocsin("strategy", "estimate", *years, "--free", "F", "-o", str(out))
    assert done.returncode == 13
    assert "does not identify F" in done.stderr
    assert not out.exists()


def test_estimate_refuses_senseless_requests(tmp_path: Path) -> None:
    for arguments, code, words in (
        (("--free", "gamm"), 2, "Did you mean 'gam'"),
        (("--first", "1990", "--last", "1980"), 2, "increase"),
        (("--until", "2020"), 2, "2014"),
        (("-o", str(tmp_path / "none" / "x.json")), 2, "no folder"),
        ((), 11, "tocsin data fetch"),
    ):
        done = tocsin("strategy", "estimate", "--store", str(tmp_path), *arguments)
        assert done.returncode == code, done.stderr
        assert words in done.stderr
        assert "Traceback" not in done.stderr


def test_a_record_without_a_history_is_refused(states: Sample) -> None:
    with pytest.raises(ModelError, match="three histories"):
        shares(replace(states, e=np.ones(ROWS, dtype=np.int64)))
    assert shares(states).shape == BASE_RATES.shape
