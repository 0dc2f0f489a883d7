"""Closed forms against a second implementation on thousands of random games.

Instances within 1e-9 of a knife edge are left out: there the strict inequality and the oracle's rounding may differ.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tocsin.strategy.theory import (
    bas_coe2012,
    debs_monteiro2014,
    fearon1995,
    krainin2017,
    oracle,
    powell2004,
    risk,
    schram2021,
    signorino1999,
    spaniel2019,
)

N = 5000
EDGE = 1e-9


def rng() -> np.random.Generator:
    return np.random.default_rng(20_250_201)


@pytest.mark.parametrize("costs", ["once", "each period"])
def test_fearon_is_the_oracle_when_r_proposes(costs: str) -> None:
    g = rng()
    wars = 0
    for d in (0.6, 0.9, 0.97):
        p1 = g.uniform(0, 1, N)
        p2 = p1 + (1 - p1) * g.uniform(0, 1, N)
        c_D, c_R = g.uniform(0.01, 0.6, (2, N))
        scale = 1.0 if costs == "once" else 1 / (1 - d)
        p = np.stack([p1, p2], -1)
        W_D, W_R = (1 - p) / (1 - d) - scale * c_D[:, None], p / (1 - d) - scale * c_R[:, None]
        keep = fearon1995.exact(p2, c_D, d, costs=costs)
        keep &= np.abs(d * p2 - p1 - fearon1995.threshold(c_D, d, costs=costs)) > EDGE
        war = oracle.solve(W_D[keep], W_R[keep], d, d_proposes=0.0).war[:, 0]
        assert (war == fearon1995.war_now(p1, p2, c_D, d, costs=costs)[keep]).all()
        wars += war.sum()
        assert keep.sum() > N / 4
    assert 500 < wars < 2.5 * N


def test_powell_and_bas_coe_are_the_oracle_when_d_proposes() -> None:
    g = rng()
    for d in (0.6, 0.9, 0.97):
        p1 = g.uniform(0, 0.7, N)
        D = (1 - p1) * g.uniform(0, 1, N)
        f, lam = g.uniform(0, 0.4, N), g.uniform(0, 1, N)
        scale = (1 - f) / (1 - d)
        for belief in (np.ones(N), lam):
            # The programme's outcome is known next period: the expected value of the two stationary futures.
            high, low = (
                oracle.solve((1 - q)[:, None] * scale[:, None], q[:, None] * scale[:, None], d) for q in (p1 + D, p1)
            )
            V_D = belief * high.V_D[:, 0] + (1 - belief) * low.V_D[:, 0]
            V_R = belief * high.V_R[:, 0] + (1 - belief) * low.V_R[:, 0]
            war, _, _ = oracle.step((1 - p1) * scale, p1 * scale, V_D, V_R, d, 1.0)
            keep = np.abs(d * (p1 + belief * D) - p1 - f / (1 - f)) > EDGE
            assert (war == bas_coe2012.war_now(p1, D, belief, f, d))[keep].all()
        # belief is now l; Powell is the case l = 1
        war = oracle.solve(
            np.stack([1 - p1, 1 - p1 - D], -1) * scale[:, None], np.stack([p1, p1 + D], -1) * scale[:, None], d
        ).war
        keep = np.abs(d * (p1 + D) - p1 - f / (1 - f)) > EDGE
        assert (war[:, 0] == powell2004.war_now(p1, p1 + D, f, d))[keep].all()
        assert 100 < war[:, 0].sum() < N - 100
        edge = powell2004.knife_edge(p1, p1 + D, d)
        assert ((f < edge) == war[:, 0])[keep].all()


def test_krainin_is_sound_and_one_step_is_a_special_case() -> None:
    g = rng()
    holds = 0
    for d in (0.8, 0.95, 0.99):
        p = np.sort(g.uniform(0, 1, (N, 8)), axis=1)
        p[N // 2 :] = g.uniform(0, 1, (N - N // 2, 8))  # shifts back and forth too
        f = g.uniform(0.02, 0.5)
        scale = (1 - f) / (1 - d)
        path = oracle.solve((1 - p) * scale, p * scale, d)
        ahead = np.flip(np.logical_or.accumulate(np.flip(path.war, 1), axis=1), 1)
        condition = krainin2017.war_on_power_path(p, f, d)
        assert ahead[condition].all()
        assert condition[:, :-1][krainin2017.one_step(p, f, d)].all()
        # Where D proposes and no war lies ahead, R holds exactly what it can lock in.
        best = np.max(d ** np.arange(8) * p * scale, axis=1)
        calm = ~ahead[:, 0]
        assert path.V_R[calm, 0] == pytest.approx(best[calm], abs=1e-8)
        holds += condition.sum()
    assert holds > 1000


def nash(A: np.ndarray, B: np.ndarray) -> list[tuple[float, float]]:
    """All equilibria (P(first row), P(first column)) of a 2x2 game by support enumeration."""
    found = [
        (1.0 - i, 1.0 - j)
        for i, j in itertools.product((0, 1), repeat=2)
        if A[i, j] >= A[1 - i, j] and B[i, j] >= B[i, 1 - j]
    ]
    den_y, den_x = A[0, 0] - A[0, 1] - A[1, 0] + A[1, 1], B[0, 0] - B[1, 0] - B[0, 1] + B[1, 1]
    if den_x and den_y:
        y, x = (A[1, 1] - A[0, 1]) / den_y, (B[1, 1] - B[1, 0]) / den_x
        if 0 < x < 1 and 0 < y < 1:
            found.append((x, y))
    return found


def test_debs_monteiro_is_the_equilibrium_of_its_matrix_game() -> None:
    g = rng()
    cases: dict[str, int] = {}
    for D, k, c_D, c_R, s in g.uniform((0.1, 0.01, 0.01, 0.01, 0.0), (1, 0.6, 0.6, 0.6, 1), (N, 5)):
        e = debs_monteiro2014.solve(D, k, c_D, c_R, s)
        cases[e.case] = cases.get(e.case, 0) + 1
        if e.case == "never":
            # Even a build-up that is seen is not worth a war.
            assert c_D >= D
            assert (e.build, e.war) == (float(k < D), 0)
            continue
        # Rows: R builds or not. Columns: D attacks on seeing nothing, or not; it attacks what it sees since D > c_D.
        R = np.array([[-c_R - k, s * -c_R + (1 - s) * D - k], [-c_R, 0.0]])
        Dd = np.array([[-c_D, s * -c_D + (1 - s) * -D], [-c_D, 0.0]])
        equilibria = nash(R, Dd)
        assert len(equilibria) == 1
        assert equilibria[0] == pytest.approx((e.build, e.attack_unseen), abs=1e-9)
        build, attack = equilibria[0]
        assert e.war == pytest.approx(build * (s + (1 - s) * attack) + (1 - build) * attack, abs=1e-9)
    assert min(cases.values()) > 200
    assert len(cases) == 3


def spaniel_by_search(p: float, p_new: float, c_D: float, c_R: float, k: float, d: float) -> tuple[str, float]:
    """D tries every offer on a grid plus R's indifference point; R and D answer best at each node."""
    later = p_new - c_R
    best: tuple[float, str, float] = (-np.inf, "", 0.0)
    exact = [x for x in (p - c_R, later - k * (1 - d) / d) if x >= p - c_R]
    for x in (*exact, *np.linspace(p - c_R, 1, 41)):
        held = p - c_R
        stops = 1 - p - c_D > (1 - d) * (1 - held) + d * (1 - later)  # preventive war against a build-up
        # R compares keeping x for ever with holding x today while it builds for tomorrow.
        tempted = (1 - d) * x + d * later - (1 - d) * k
        if stops or x >= tempted - 1e-12:
            value, what = 1 - x, "keep"
        else:
            value, what = (1 - d) * (1 - held) + d * (1 - later), "build"
        if value > best[0] + 1e-12:
            best = (value, "deterred" if stops else what, x)
    what, share = best[1], best[2]
    if what == "keep":
        what = "none" if share == pytest.approx(p - c_R, abs=1e-12) else "deal"
    return what, share if what == "deal" else p - c_R


def test_spaniel_is_what_a_search_over_offers_finds() -> None:
    g = rng()
    seen: dict[str, int] = {}
    for _ in range(2000):
        c_D, c_R = g.uniform(0.02, 0.2, 2)
        p = g.uniform(c_R, 0.6)
        p_new = g.uniform(p, min(1.0, p + 1.6 * (c_D + c_R)))
        d = g.choice([0.7, 0.9, 0.95])
        k = g.uniform(0, 1.5 * d * (p_new - p) / (1 - d)) * g.uniform()
        b = spaniel2019.solve(p, p_new, c_D, c_R, k, d)
        what, share = spaniel_by_search(p, p_new, c_D, c_R, k, d)
        assert (what, share) == (b.outcome, pytest.approx(b.share, abs=1e-9))
        seen[b.outcome] = seen.get(b.outcome, 0) + 1
    assert len(seen) == 4
    assert min(seen.values()) > 50


def test_schram_is_the_oracle_when_d_proposes() -> None:
    g = rng()
    for d in (0.7, 0.9, 0.97):
        p = g.uniform(0.0, 0.8, N)
        r = (1 - p) * g.uniform(0, 1, N)
        eta, h = g.uniform(0, 1, N), g.uniform(0, 2, N)
        c_D, c_R = g.uniform(0.01, 0.3, (2, N))
        q = np.stack([p, p + (1 - eta) * r], -1)
        path = oracle.solve((1 - q - c_D[:, None]) / (1 - d), (q - c_R[:, None]) / (1 - d), d)
        V = schram2021.value_after_strike(p, r, eta, c_R, d)
        W = schram2021.value_of_war(p, c_D, d)
        peace = ~path.war[:, 0]
        assert path.V_D[peace, 0] == pytest.approx(V[peace], abs=1e-8)
        assert (V[~peace] < W[~peace]).all()
        assert (
            schram2021.replaces_war(p, r, eta, h, c_D, c_R, d) == (h <= schram2021.highest_cost(p, r, eta, c_D, c_R, d))
        ).all()
        for i in range(200):
            low = schram2021.least_effect(p[i], r[i], h[i], c_D[i], c_R[i], d)
            grid = np.linspace(0, 1, 401)
            works = grid[schram2021.replaces_war(p[i], r[i], grid, h[i], c_D[i], c_R[i], d)]
            assert (low is None) == (works.size == 0)
            if low is not None:
                assert works[0] - 1 / 400 - 1e-9 <= low <= works[0] + 1e-9


def test_least_shares_by_bisection() -> None:
    from scipy.optimize import brentq

    g = rng()
    for p, c, rho, b in g.uniform((0.1, 0, 0.3, 1), (1, 0.1, 3, 5), (500, 4)):
        root = brentq(lambda x, p=p, c=c, rho=rho: x**rho - (p - c), 0, 1, xtol=1e-14)
        assert float(risk.least_share(p, c, rho)) == pytest.approx(root, abs=1e-10)
        # A leader with share x of the pie but 1/b of the costs is indifferent: b x = b p - c.
        root = brentq(lambda x, p=p, c=c, b=b: b * x - (b * p - c), -1, 1, xtol=1e-14)
        assert float(risk.least_share_of_leader(p, c, b)) == pytest.approx(root, abs=1e-10)


@pytest.mark.parametrize("errors", ["agent", "private", "logit"])
def test_signorino_by_simulation(errors: str) -> None:
    g = rng()
    n = 400_000
    for sq, give, fight, u2 in g.uniform(-1.5, 1.5, (6, 4)):
        p2, p4 = (float(p) for p in signorino1999.solve(sq, give, fight, u2, errors=errors))
        noise = (g.gumbel if errors == "logit" else g.normal)(size=(5, n))
        attack_2 = np.mean(u2 + noise[0] > noise[1])
        if errors == "private":
            attack_1 = np.mean(p4 * (fight + noise[2]) + (1 - p4) * (give + noise[3]) > sq + noise[4])
        else:
            attack_1 = np.mean(p4 * fight + (1 - p4) * give + noise[2] > sq + noise[3])
        assert attack_2 == pytest.approx(p4, abs=5 * 0.5 / n**0.5)
        assert attack_1 == pytest.approx(p2, abs=5 * 0.5 / n**0.5)


def test_random_proposer_lies_between_the_two_protocols() -> None:
    g = rng()
    p = np.sort(g.uniform(0, 1, (N, 3)), axis=1)
    f, c = 0.05, 0.3
    W_D, W_R = (1 - p) * (1 - f) / 0.1 - c, p * (1 - f) / 0.1 - c
    wars = [oracle.solve(W_D, W_R, 0.9, d_proposes=x).war.any(1).sum() for x in (0.0, 0.5, 1.0)]
    assert wars[0] > wars[1] > wars[2] > 0
