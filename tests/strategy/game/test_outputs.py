"""Probabilities along paths, thresholds, windows and the rest, against enumeration, closed cases and theory's signs."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from tests.strategy.game.enumeration import next_states
from tocsin.errors import ModelError, UsageError
from tocsin.strategy.game import prior
from tocsin.strategy.game.calibrate import calibrate, predicted, reference
from tocsin.strategy.game.chain import base_rates, highest_mode, persistence
from tocsin.strategy.game.mix import at, checked, mix, without_pending
from tocsin.strategy.game.population import spread
from tocsin.strategy.game.questions import (
    advantage,
    break_even_fallout,
    deterring_fallout,
    deterring_power,
    lam_row,
    outsiders,
    pending,
    strike_or_war,
    tornado,
    window,
)
from tocsin.strategy.game.setting import BASE_RATES, DRAWN, Setting, default, draws
from tocsin.strategy.game.solve import Solution, solve
from tocsin.strategy.game.states import SHAPE

START = (5, 1, 2, 0, 3)
SITUATION = mix(4.4, 1.2, (0.1, 0.6, 0.3), 0.1, 3.6)


@pytest.fixture(scope="module")
def setting() -> Setting:
    return default("personalist", lam=12.0)


@pytest.fixture(scope="module")
def solved(setting: Setting) -> Solution:
    return solve(setting).require()


@pytest.mark.parametrize("timing", ["simultaneous", "A first"])
def test_highest_mode_and_persistence_by_walking_every_path(timing: str, setting: Setting) -> None:
    solution = solve(setting.with_(timing=timing)).require()
    now: dict[tuple[object, int], float] = {(START, 0): 1.0}
    once = twice = 0.0
    expected = []
    for year in range(2):
        then: dict[tuple[object, int], float] = defaultdict(float)
        forced: dict[object, float] = defaultdict(float)
        for (s, top), p in now.items():
            if isinstance(s, str):
                then[s, top] += p
                continue
            for a in range(5):
                orders = solution.s_B[s] if timing == "simultaneous" else solution.s_B[s][a]
                for o in range(3):
                    weight = p * solution.s_A[s][a] * orders[o]
                    for nxt, chance in next_states(setting, s, a, o).items():
                        then[nxt, max(top, a)] += weight * chance
                        if year == 0 and a >= 2:
                            forced[nxt] += weight * chance
        if year == 0:
            once = sum(p for (_, top), p in then.items() if top >= 2)
            twice = sum(p * solution.s_A[s][2:].sum() for s, p in forced.items() if not isinstance(s, str))
        expected.append([sum(p for (_, top), p in then.items() if top == m) for m in range(5)])
        now = then
    assert highest_mode(solution, at(START), 2) == pytest.approx(np.array(expected), abs=1e-12)
    lasting = persistence(solution, at(START), 2)
    assert lasting.base == pytest.approx(once, abs=1e-12)
    assert lasting.again == pytest.approx(twice / once, abs=1e-12)


def test_with_habits_alone_everything_is_a_small_chain_of_histories() -> None:
    s = default(lam=1e-6, xi=0.0)
    solution = solve(s).require()
    w = s.wA
    move = np.array(
        (
            (w[0, 0], w[0, 1], w[0, 2:].sum()),
            (w[1, 0] * s.tau, w[1, 0] * (1 - s.tau) + w[1, 1], w[1, 2:].sum()),
            (0.0, w[2, :2].sum(), w[2, 2:].sum()),
        )
    )
    # War and the lesser uses of force all lead to e = 2.
    start = mix(7.0, 0, (0.2, 0.5, 0.3), 0, 2)
    p0 = np.array((0.2, 0.5, 0.3))
    path = [float(p0 @ np.linalg.matrix_power(move, t) @ w[:, 2:].sum(1)) for t in range(6)]
    lasting = persistence(solution, start, 6)
    assert lasting.path == pytest.approx(path, abs=1e-6)
    assert lasting.again == pytest.approx(w[2, 2:].sum(), abs=1e-6)
    assert lasting.spell == pytest.approx(1 / (1 - w[2, 2:].sum()), abs=1e-5)
    quiet = np.array((w[0, 0], w[1, 0], w[2, 0]))
    stay = np.array(((quiet[0], 0, 0), (quiet[1] * s.tau, quiet[1] * (1 - s.tau), 0), (0, quiet[2], 0)))
    none = [float(p0 @ np.linalg.matrix_power(stay, t).sum(1)) for t in (1, 2, 3)]
    assert highest_mode(solution, start)[:, 0] == pytest.approx(none, abs=1e-6)
    assert base_rates(solution, start) == pytest.approx(highest_mode(solution, start), abs=1e-5)


def test_paths_are_probabilities_that_only_grow_with_the_horizon(solved: Solution) -> None:
    p = highest_mode(solved, SITUATION, 5)
    assert p.min() >= 0
    assert p.sum(axis=1) == pytest.approx(1)
    assert (np.diff(p[:, ::-1].cumsum(axis=1)[:, :-1], axis=0) >= 0).all()
    assert base_rates(solved, at(START), 1)[0] == pytest.approx(BASE_RATES[2])


# States where A is stronger, something is on order, and A holds at least half of the prize.
WINDOW = [(x, q, e, 0, y) for x in (3, 4, 5) for q in (1, 2, 3) for e in (0, 1) for y in (2, 3, 4)]


@pytest.mark.parametrize(
    "changes",
    [{"rhoO": 0.7}, {"theta": 0.6}, {"rho": 1.2}, {"F": 0.1}, {"monitor": 0.0}, {"partner": 0.0}],
    ids=["faster deliveries", "personalist rule", "risk tolerance", "weaker fallout", "no monitors", "no partner"],
)
def test_what_raises_strikes_and_war_in_every_state_of_the_window(changes: dict[str, float]) -> None:
    low = solve(default(monitor=0.5, partner=0.5))
    high = solve(default(monitor=0.5, partner=0.5).with_(**changes))
    for s in WINDOW:
        assert high.at(s)[3] > low.at(s)[3], s
        assert high.at(s)[4] > low.at(s)[4], s


def test_decisive_war_raises_strikes_and_war_where_a_holds_much() -> None:
    low, high = solve(default()), solve(default(xi=0.6))
    change = np.array([high.at(s) - low.at(s) for s in WINDOW])
    assert (change[:, 4] > 0).mean() > 0.9
    assert (change[:, 3] > 0).mean() > 0.9


def test_embargo_lowers_both_and_effective_strikes_replace_war() -> None:
    low = solve(default())
    strong = solve(default(etaq=0.8, etax=0.6))
    for s in WINDOW:
        closed = low.at((*s[:3], 1, s[4]))
        assert (closed[3:] < low.at(s)[3:]).all(), s
        assert strong.at(s)[3] > low.at(s)[3], s
        if s[2] == 1:
            assert strong.at(s)[4] < low.at(s)[4], s
        else:
            # After a long quiet war is so rare that the substitution nearly vanishes; in some states it turns over.
            assert strong.at(s)[4] < 1.01 * low.at(s)[4], s


def test_fallout_that_deters_and_breaks_even(setting: Setting) -> None:
    level = 0.05
    deters = deterring_fallout(setting, SITUATION, level)
    assert deters.value is not None
    assert deters.at_high < level < deters.at_low
    near = [strike_or_war(solve(setting.with_(F=deters.value + d)), SITUATION) for d in (-2e-3, 0.0)]
    assert near[0] > level >= near[1]
    even = break_even_fallout(setting, SITUATION)
    assert even.value is not None
    assert advantage(solve(setting.with_(F=even.value)), 3, SITUATION) == pytest.approx(0, abs=1e-4)
    assert deterring_fallout(setting, SITUATION, 1e-12).value is None
    for bad in (0.0, 1.0, -1.0):
        with pytest.raises(UsageError, match="level"):
            deterring_fallout(setting, SITUATION, bad)


def test_the_advantage_is_the_difference_of_stage_payoffs(solved: Solution) -> None:
    from tests.strategy.game.enumeration import stage

    EA, _ = stage(solved.setting, START, solved.V_A, solved.V_B)
    Q = [float(np.dot(solved.s_B[START], row)) for row in EA]
    assert advantage(solved, 3, at(START)) == pytest.approx(Q[3] - Q[0], abs=1e-7)


def test_window_and_deterring_power(solved: Solution) -> None:
    p = window(solved, 1, 0, 4)
    assert p.shape == SHAPE[:2]
    assert p[4, 2] == pytest.approx(solved.at((4, 2, 1, 0, 4))[3:].sum())
    level = float(np.median(p[:, 2]))
    x = deterring_power(solved, 2, 1, 0, 4, level)
    assert x is not None
    assert (p[x:, 2] <= level).all()
    assert x == 0 or p[x - 1, 2] > level
    assert deterring_power(solved, 2, 1, 0, 4, 0.0) is None


def test_pending_arms_matter_only_where_some_are_pending(solved: Solution) -> None:
    assert not pending(solved, without_pending(SITUATION)).any()
    difference = pending(solved, at((4, 3, 1, 0, 4)))
    assert difference.sum(axis=1) == pytest.approx(0, abs=1e-12)
    assert difference[0, 3:].sum() > 0


def test_outsiders_and_lam_row(setting: Setting) -> None:
    effect = outsiders(setting, SITUATION)
    force = {name: p[0, 3:].sum() for name, p in effect.items()}
    assert force["both"] < min(force["monitor"], force["partner"]) < force["neither"]
    row = lam_row(setting, SITUATION)
    assert list(row) == [0.5, 2.0, 5.0, 15.0]
    assert row[5.0][0] == pytest.approx(highest_mode(solve(setting.with_(lam=5)), SITUATION, 1)[0])


def test_calibrated_sensitivities_keep_the_base_rates(setting: Setting) -> None:
    """At low precision a calibrated game says the base rates; habits calibrated at another precision would not."""
    tuned = setting.with_(wA=calibrate(setting).wA)
    at_base = base_rates(solve(tuned).require(), SITUATION, 1)[0]
    anew = lam_row(tuned, SITUATION, calibrated=True)[0.5][0]
    stale = lam_row(tuned, SITUATION)[0.5][0]
    assert abs(anew - at_base).max() < 0.2 * abs(stale - at_base).max()
    bar = next(b for b in tornado(tuned, SITUATION, calibrated=True) if b.name == "lam")
    assert bar.at_low < bar.at_high


def test_draws_are_not_used_for_another_timing() -> None:
    with pytest.raises(UsageError, match="simultaneous"):
        prior.prior_games(2, "personalist", timing="A first")


def test_tornado_is_sorted_and_complete(setting: Setting) -> None:
    bars = tornado(setting, SITUATION)
    assert {b.name for b in bars} == set(DRAWN) - {"dT", "kE"}
    swings = [b.swing for b in bars]
    assert swings == sorted(swings, reverse=True)
    assert bars[0].swing > 0.01


def test_mixes() -> None:
    m = mix(4.4, 1.2, (0.1, 0.6, 0.3), 0.1, 3.6)
    assert m.sum() == pytest.approx(1)
    where = np.indices(SHAPE)
    assert [(m * where[i]).sum() for i in (0, 1, 3, 4)] == pytest.approx([4.4, 1.2, 0.1, 3.6])
    assert mix(-3, 9, (1, 0, 0), 0, 2)[0, 4, 0, 0, 2] == 1
    assert mix(20, 4, (1, 0, 0), 0, (0, 0, 0, 0, 1))[20, 4, 0, 0, 4] == 1
    for bad in ((1.2, 0, (0.5, 0.6, 0), 0, 2), (1, 0, (1, 0, 0), 1.5, 2), (float("nan"), 0, (1, 0, 0), 0, 2)):
        with pytest.raises(UsageError):
            mix(*bad)
    with pytest.raises(UsageError, match="shape"):
        checked(np.ones(3))


def test_calibration_meets_the_base_rates() -> None:
    s = default()
    c = calibrate(s)
    assert c.good
    game = s.with_(wA=c.wA, monitor=0.1, partner=0.3, theta=0.85)
    assert predicted(solve(game)) == pytest.approx(BASE_RATES, rel=2.1e-3)
    assert reference().sum() == pytest.approx(1)
    assert not reference()[:, :, 1].any()


def test_shipped_draws_are_calibrated_and_belong_to_these_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = prior.shipped()
    assert len(shipped.uniform) == 512
    good = np.flatnonzero(shipped.miss < 2e-3)
    assert len(good) >= 500
    games = prior.prior_games(len(good), "party")
    assert np.array_equal(games[-1].wA, default(wA=shipped.wA[good[-1]]).wA)
    assert [g.F for g in games] == [g.F for g in draws(shipped.uniform[good], "party")]
    game = draws(shipped.uniform[:1], "party")[0]
    assert calibrate(game).wA == pytest.approx(shipped.wA[0], rel=1e-6)
    prior.shipped.cache_clear()
    monkeypatch.setattr(prior, "BASE_RATES", BASE_RATES * 1.0001)
    with pytest.raises(ModelError, match="make_strategy_draws"):
        prior.shipped()
    monkeypatch.undo()
    with pytest.raises(UsageError, match="513"):
        prior.prior_games(513, "party")


def test_spread_over_draws_does_not_depend_on_the_threads() -> None:
    games = prior.prior_games(12, "personalist", monitor=1.0)
    one, two = (spread(games, SITUATION, 2, workers=w) for w in (1, 2))
    assert np.array_equal(one.mean, two.mean)
    assert one.failed == one.uncertified == 0
    assert one.worst_residual <= 1e-9
    assert (one.low <= one.median).all()
    assert (one.median <= one.high).all()
    each = [highest_mode(solve(g), SITUATION, 2) for g in games]
    assert one.mean == pytest.approx(np.mean(each, axis=0))
    with pytest.raises(UsageError, match="pair up"):
        spread(games, [SITUATION])


def test_draws_that_fail_are_counted_not_averaged(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from tocsin.strategy.game import population

    games = prior.prior_games(4, "personalist")

    def broken(game: Setting) -> Solution:
        return replace(solve(game), status="cycle") if game is games[1] else solve(game)

    monkeypatch.setattr(population, "solve", broken)
    result = spread(games, SITUATION, 1)
    assert (result.draws, result.failed) == (4, 1)
    each = [highest_mode(solve(g), SITUATION, 1) for i, g in enumerate(games) if i != 1]
    assert result.mean == pytest.approx(np.mean(each, axis=0))


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("strategy", "F"),
        ("strategy", "delta"),
        ("strategy", "orders_1"),
        ("strategy", "fallout_war"),
        ("reference", "spread_r"),
        ("reference", "pending_2"),
        ("reference", "theta"),
    ],
)
def test_draws_belong_to_every_constant_they_depend_on(
    section: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from tocsin.parameters import parameters

    before, real = prior.ranges_hash(), parameters

    def changed(wanted: str) -> dict[str, object]:
        table = dict(real(wanted))
        if wanted == section:
            table[name] = replace(table[name], mode=table[name].mode * 1.01)
        return table  # type: ignore[return-value]

    monkeypatch.setattr(prior, "parameters", changed)
    assert prior.ranges_hash() != before
