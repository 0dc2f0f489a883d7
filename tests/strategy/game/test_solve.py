"""The solver against published numbers of the specification, a second implementation and the limit of exact choice."""

from __future__ import annotations

import numpy as np
import pytest

from tests.strategy.game.enumeration import next_states, payoffs, soft, stage, win
from tocsin.errors import ModelError, UsageError
from tocsin.strategy.game.setting import Setting, default
from tocsin.strategy.game.solve import Solution, certified, certify, solve
from tocsin.strategy.game.states import SHAPE, STATES, index, state

S1, S2 = (4, 2, 1, 0, 4), (4, 0, 2, 1, 1)
# The habits the published numbers were computed with; the package ships base rates counted anew from the record.
W0 = (
    (0.916, 0.0235, 0.0114, 0.0444, 0.0047),
    (0.813, 0.078, 0.025, 0.080, 0.0047),
    (0.443, 0.086, 0.065, 0.355, 0.051),
)
G2 = {
    "wA": W0,
    "lam": 40,
    "theta": 0.6,
    "monitor": 1,
    "partner": 1,
    "gam": 2,
    "omega": 0.8,
    "xi": 0.6,
    "etaq": 0.8,
    "F": 0.4,
    "rho": 1,
}


@pytest.fixture(scope="module")
def base() -> Solution:
    return solve(default(wA=W0), tol=1e-13)


@pytest.fixture(scope="module")
def hard() -> Solution:
    return solve(default(**G2), tol=1e-13)


def test_golden_numbers_of_the_base_game(base: Solution) -> None:
    assert base.status == "converged"
    assert base.residual < 1e-13
    assert base.at(S1) == pytest.approx([0.81597086, 0.07781324, 0.02285270, 0.08141573, 0.00194746], abs=1e-8)
    assert base.at(S2) == pytest.approx([0.46002392, 0.09153581, 0.06417801, 0.34460595, 0.03965631], abs=1e-8)
    assert (base.V_A[S1], base.V_B[S1]) == pytest.approx((0.69865361, 0.24952664), abs=1e-8)
    assert (base.V_A[S2], base.V_B[S2]) == pytest.approx((0.47951334, 0.44164620), abs=1e-8)
    assert base.s_B[S1] == pytest.approx([0.48333926, 0.35632132, 0.16033941], abs=1e-8)
    assert (base.V_A.sum(), base.V_B.sum()) == pytest.approx((1314.710086, 1689.642121), abs=1e-6)


def test_golden_numbers_of_the_hard_game(hard: Solution) -> None:
    assert hard.residual < 1e-13
    assert hard.at(S1) == pytest.approx([0.78097615, 0.06495144, 0.00606522, 0.14781724, 0.00018995], abs=1e-8)
    assert hard.at(S2) == pytest.approx([0.70935166, 0.13613346, 0.02029405, 0.12872414, 0.00549669], abs=1e-8)
    assert (hard.V_A[S1], hard.V_B[S1]) == pytest.approx((0.70866551, 0.14594269), abs=1e-8)
    assert (hard.V_A[S2], hard.V_B[S2]) == pytest.approx((0.66084325, 0.20584438), abs=1e-8)
    assert (hard.V_A.sum(), hard.V_B.sum()) == pytest.approx((1143.971599, 1661.741645), abs=1e-6)


def some_states() -> list[tuple[int, int, int, int, int]]:
    g = np.random.default_rng(7)
    return [S1, S2, (0, 4, 2, 1, 0), (20, 4, 0, 0, 4), *(tuple(state(int(i))) for i in g.integers(0, 3150, 40))]


@pytest.mark.parametrize("which", ["base", "hard"])
def test_every_equation_holds_in_the_written_out_game(which: str, request: pytest.FixtureRequest) -> None:
    solution = request.getfixturevalue(which)
    s = solution.setting
    for at in some_states():
        EA, EB = stage(s, at, solution.V_A, solution.V_B)
        a, b = solution.s_A[at], solution.s_B[at]
        reply_A, v_A = soft(s.lam, [sum(b[o] * EA[i][o] for o in range(3)) for i in range(5)], s.wA[at[2]])
        reply_B, v_B = soft(s.lam, [sum(a[i] * EB[i][o] for i in range(5)) for o in range(3)], s.wB)
        assert a == pytest.approx(reply_A, abs=1e-11)
        assert b == pytest.approx(reply_B, abs=1e-11)
        assert (solution.V_A[at], solution.V_B[at]) == pytest.approx((v_A, v_B), abs=1e-12)


def test_every_equation_holds_when_a_moves_first() -> None:
    s = default(timing="A first", lam=12, theta=0.6, piI=0.4)
    solution = solve(s, tol=1e-13)
    assert solution.status == "converged"
    for at in some_states():
        EA, EB = stage(s, at, solution.V_A, solution.V_B)
        replies = [soft(s.lam, row, s.wB) for row in EB]
        Q = [sum(r * e for r, e in zip(reply[0], row, strict=True)) for reply, row in zip(replies, EA, strict=True)]
        a, v_A = soft(s.lam, Q, s.wA[at[2]])
        assert solution.s_A[at] == pytest.approx(a, abs=1e-11)
        assert solution.s_B[at] == pytest.approx(np.array([r[0] for r in replies]), abs=1e-11)
        assert solution.V_A[at] == pytest.approx(v_A, abs=1e-12)
        assert solution.V_B[at] == pytest.approx(sum(p * r[1] for p, r in zip(a, replies, strict=True)), abs=1e-12)


def test_small_lam_gives_the_base_rates() -> None:
    solution = solve(default(lam=1e-6))
    assert np.abs(solution.s_A - solution.setting.wA[None, None, :, None, None, :]).max() < 1e-5


@pytest.mark.parametrize(
    ("x", "q", "rhoO", "cost"), [(6, 4, 1.0, 1.710), (6, 2, 1.0, 0.822), (6, 4, 0.25, 1.304), (10, 4, 0.25, 1.327)]
)
def test_exact_choice_flips_to_war_at_the_cost_that_the_path_of_power_implies(
    x: int, q: int, rhoO: float, cost: float
) -> None:
    free = dict.fromkeys(
        ("cT", "cI", "cS", "cL", "F", "kc", "bT", "ce2", "dep", "beta", "piT", "piI", "zoe", "zeo"), 0.0
    )
    start = (x, q, 1, 0, 2)
    flat = default(a0=0, omega=1, xi=1, rho=1, rhoO=rhoO, wB=(1, 0, 0), **free)

    # cW* = [p0 - (1-delta) sum delta^t E p_t]/(1-delta), the path of power written out by hand.
    mix, expected, weight = {start: 1.0}, 0.0, 1.0
    for _ in range(400):
        expected += weight * sum(p * win(flat, s[0]) for s, p in mix.items())
        weight *= flat.delta
        new: dict[tuple[int, ...], float] = {}
        for s, p in mix.items():
            for nxt, chance in next_states(flat, s, 0, 0).items():
                if chance:
                    new[nxt] = new.get(nxt, 0.0) + p * chance
        mix = new
    critical = (win(flat, x) - (1 - flat.delta) * expected) / (1 - flat.delta)
    assert critical == pytest.approx(cost, abs=6e-4)

    for factor, low, high in ((0.97, 0.99, 1.0), (1.1, 0.0, 0.002)):
        # Only peace and war: other actions are free here and would merely share the probability of peace.
        habits = np.tile((0.5, 0, 0, 0, 0.5), (3, 1))
        solution = solve(flat.with_(cW=factor * critical, lam=2000, wA=habits))
        assert solution.status == "converged"
        assert low <= solution.at(start)[4] <= high


def test_certificates_hold_and_notice_a_wrong_answer(base: Solution, hard: Solution) -> None:
    from dataclasses import replace

    for solution in (base, hard, solve(default(timing="A first"))):
        c = certify(solution)
        assert c.holds
        assert certified(solution)
        loose = certify(solution, tol=1e-4)
        assert c.gap_A <= loose.gap_A + 1e-7, "a looser bracket is a bracket too"
        assert c.gap_B <= loose.gap_B + 1e-7
        assert 0 < c.gap_A < 0.3
        assert 0 < c.gap_B < 0.3
    bent = base.V_A.copy()
    bent[S1] += 1e-6
    assert not certify(replace(base, V_A=bent)).holds
    assert not certified(replace(base, V_A=bent))


def test_the_whole_game_and_its_best_plans_in_the_written_out_game(base: Solution) -> None:
    """All 47,250 rows of the transition law, then a plain dynamic program against each strategy."""
    from scipy.sparse import csr_matrix

    s = base.setting
    rows, columns, chances, uA, uB = [], [], [], [], []
    laws: dict[object, dict[object, float]] = {}
    for at in some_states():
        for a in range(1, 5):
            assert next_states(s, at, a, 1) == next_states(s, (*at[:2], (at[2] + 1) % 3, *at[3:]), a, 1)
    for n in range(STATES):
        at = state(n)
        for a in range(5):
            for o in range(3):
                # History moves the law of the next state only while A does nothing (checked above): write it out once.
                key = (at if a == 0 else (*at[:2], *at[3:]), a, o)
                if key not in laws:
                    laws[key] = next_states(s, at, a, o)
                for nxt, p in laws[key].items():
                    rows.append(len(uA))
                    columns.append(index(nxt) if isinstance(nxt, tuple) else STATES + (nxt == "LOSE"))
                    chances.append(p)
                a_now, b_now = payoffs(s, at, a, o)
                uA.append(a_now)
                uB.append(b_now)
    P = csr_matrix((chances, (rows, columns)), shape=(len(uA), STATES + 2))
    sA, sB = base.s_A.reshape(STATES, 5), base.s_B.reshape(STATES, 3)

    def stages(u: list[float], V: np.ndarray, end: tuple[float, float]) -> np.ndarray:
        E = (1 - s.delta) * np.array(u) + s.delta * (P @ np.concatenate((V, end)))
        return E.reshape(STATES, 5, 3)

    VA, VB = base.V_A.ravel(), base.V_B.ravel()
    QA = np.einsum("nao,no->na", stages(uA, VA, (1, 0)), sB)
    QB = np.einsum("nao,na->no", stages(uB, VB, (0, 1)), sA)
    wA = np.broadcast_to(s.wA[None, None, :, None, None, :], (*SHAPE, 5)).reshape(STATES, 5)
    assert np.abs(np.log((wA * np.exp(s.lam * QA)).sum(1)) / s.lam - VA).max() < 1e-12
    assert np.abs(np.log((s.wB * np.exp(s.lam * QB)).sum(1)) / s.lam - VB).max() < 1e-12

    c = certify(base)
    for u, end, V, mine, other, gap in (
        (uA, (1, 0), VA, sA, lambda E: np.einsum("nao,no->na", E, sB), c.gap_A),
        (uB, (0, 1), VB, sB, lambda E: np.einsum("nao,na->no", E, sA), c.gap_B),
    ):
        best, own = V.copy(), V.copy()
        for _ in range(250):
            best = other(stages(u, best, end)).max(axis=1)
            own = (mine * other(stages(u, own, end))).sum(axis=1)
        assert (best - own).max() == pytest.approx(gap, abs=1e-6)


def test_no_answer_is_shown_without_convergence() -> None:
    short = solve(default(), limit=3)
    assert short.status != "converged"
    assert np.isnan(short.V_A).all()
    assert np.isnan(short.s_A).all()
    with pytest.raises(ModelError, match="not solved"):
        short.require()
    with pytest.raises(ModelError):
        certify(short)


def test_starting_nearby_gives_the_same_answer(base: Solution) -> None:
    near = solve(default(F=0.25, wA=W0))
    again = solve(default(F=0.25, wA=W0), start=base)
    assert again.iterations < near.iterations
    assert np.abs(again.s_A - near.s_A).max() < 1e-7


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"xi": 1.2}, "xi = 1.2"),
        ({"lam": 0}, "lam = 0"),
        ({"cS": -0.1}, "cS = -0.1"),
        ({"F": float("nan")}, "F = nan"),
        ({"timing": "B first"}, "timing"),
        ({"wA": [[1, 0, 0, 0, 0]]}, "wA"),
        ({"etaqq": 0.3}, "Did you mean 'etaq'"),
        ({"delta": 1}, "delta = 1"),
    ],
)
def test_bad_games_are_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        default(**changes)


def test_all_faults_at_once() -> None:
    with pytest.raises(UsageError) as error:
        default(xi=2, cS=-1)
    assert "xi = 2" in str(error.value)
    assert "cS = -1" in str(error.value)
    with pytest.raises(UsageError, match="regime"):
        default("monarchy")


def test_states_and_positions_agree() -> None:
    for i in (0, 674, 3149):
        assert index(state(i)) == i
    assert np.ravel_multi_index(S1, SHAPE) == (((4 * 5 + 2) * 3 + 1) * 2 + 0) * 5 + 4
    with pytest.raises(UsageError, match="x = 21"):
        index((21, 0, 0, 0, 0))


def test_a_setting_cannot_be_changed_in_place() -> None:
    s: Setting = default()
    with pytest.raises(ValueError, match="read-only"):
        s.wA[0, 0] = 1


@pytest.mark.parametrize("lam", [30.0, 200.0, 2000.0])
@pytest.mark.parametrize("timing", ["simultaneous", "A first"])
def test_the_hard_case_is_solved_or_refused(lam: float, timing: str) -> None:
    """Weak strikes, cheap war, precise choice: fixed points cycle and naive continuation stalls."""
    weak = {"etax": 0.1, "etaq": 0.2, "cS": 0.15, "cW": 0.3, "cL": 0.3, "F": 0.05, "gam": 2, "omega": 0.8, "rhoO": 0.7}
    solution = solve(default(lam=lam, timing=timing, xi=0.6, theta=0.6, **weak))
    if solution.status == "converged":
        assert certify(solution).holds
    else:
        assert lam == 2000
        assert np.isnan(solution.s_A).all()
        assert 100 < solution.lam_reached < 2000
