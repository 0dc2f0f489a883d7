"""The rules of the game written out once more, outcome by outcome, with no code shared with the solver."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from math import comb, exp, log

from tocsin.strategy.game.setting import Setting

SHARE = (0.1, 0.3, 0.5, 0.7, 0.9)
Outcome = tuple[int, int, int, int, int] | str


@cache
def logistic(a0: float, gam: float, x: int) -> float:
    return 1 / (1 + exp(-(a0 - gam * (-2 + 0.2 * x))))


def win(s: Setting, x: int) -> float:
    return logistic(s.a0, s.gam, x)


@cache
def binomial(n: int, p: float) -> list[float]:
    return [comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(n + 1)]


def clip(v: int, top: int) -> int:
    return max(0, min(v, top))


def next_states(s: Setting, state: tuple[int, int, int, int, int], a: int, o: int) -> dict[Outcome, float]:
    x, q, e, z, y = state
    out: dict[Outcome, float] = defaultdict(float)
    for z2, pz in ((1, s.zoe if z == 0 else 1 - s.zeo), (0, 1 - s.zoe if z == 0 else s.zeo)):
        if a == 4:
            p = win(s, x)
            out["WIN"] += pz * s.xi * p
            out["LOSE"] += pz * s.xi * (1 - p)
            out[clip(x - 2, 20), min(o, 4), 2, z2, clip(y + 2, 4)] += pz * (1 - s.xi) * p
            out[clip(x + 2, 20), min(o, 4), 2, z2, clip(y - 2, 4)] += pz * (1 - s.xi) * (1 - p)
            continue
        alive = binomial(q, 1 - s.etaq) if a == 3 else [0.0] * q + [1.0]
        for n, pn in enumerate(alive):
            for j, pj in enumerate(binomial(n, s.rhoO if z == 0 else s.rhoE)):
                for fall, pf in ((0, 1 - s.dep), (1, s.dep)):
                    for hit, ph in ((0, 1 - s.etax), (1, s.etax)) if a == 3 else ((0, 1.0),):
                        x2 = clip(x + j - fall - hit, 20)
                        p2 = win(s, x2)
                        slip = s.beta * max(0.0, SHARE[y] - p2)
                        down = {0: slip, 1: 0.5 * slip}.get(a, 0.0)
                        up = {1: s.piT * max(0.0, p2 - SHARE[y]), 2: s.piI * p2}.get(a, 0.0)
                        if a == 0:
                            ends = {0: ((0, 1.0),), 1: ((0, s.tau), (1, 1 - s.tau)), 2: ((1, 1.0),)}[e]
                        else:
                            ends = ((1 if a == 1 else 2, 1.0),)
                        q2 = min(n - j + o, 4)
                        for e2, pe in ends:
                            base = pz * pn * pj * pf * ph * pe
                            if base == 0.0:
                                continue
                            out[x2, q2, e2, z2, clip(y - 1, 4)] += base * down
                            out[x2, q2, e2, z2, clip(y + 1, 4)] += base * up
                            out[x2, q2, e2, z2, y] += base * (1 - down - up)
    return out


def payoffs(s: Setting, state: tuple[int, int, int, int, int], a: int, o: int) -> tuple[float, float]:
    x, _, e, z, y = state
    p = win(s, x)
    held = (1 - s.omega) * SHARE[y] + s.omega * p
    slip = s.beta * max(0.0, SHARE[y] - p)
    cost = (0.0, s.cT, s.theta * s.cI, s.theta * s.cS, s.theta * s.cW + (1 - p) * s.cL)[a]
    phi = 1 + s.phi1 * s.monitor + s.phi2 * s.partner + s.phi3 * (e == 0)
    calm = s.bT * (e == 0 and a == 0) - s.ce2 * (e == 2)
    uA = held**s.rho - cost - s.F * phi * (0, 0.05, 0.5, 0.5, 2)[a] - s.kc * slip * (1, 0.5, 0, 0, 0)[a] + calm
    uB = 1 - held - (0, s.dT, s.dI, s.dS, s.dW)[a] + calm - s.k * o * (s.kE if z else 1)
    return uA, uB


def stage(s: Setting, state: tuple[int, int, int, int, int], V_A, V_B) -> tuple[list[list[float]], list[list[float]]]:
    """Payoffs of the stage game, [action][order], for given values of the next states."""
    EA = [[0.0] * 3 for _ in range(5)]
    EB = [[0.0] * 3 for _ in range(5)]
    for a in range(5):
        for o in range(3):
            chances = next_states(s, state, a, o)
            assert abs(sum(chances.values()) - 1) < 1e-12
            assert min(chances.values()) >= 0
            vA = vB = 0.0
            for nxt, p in chances.items():
                vA += p * (V_A[nxt] if isinstance(nxt, tuple) else float(nxt == "WIN"))
                vB += p * (V_B[nxt] if isinstance(nxt, tuple) else float(nxt == "LOSE"))
            uA, uB = payoffs(s, state, a, o)
            EA[a][o] = (1 - s.delta) * uA + s.delta * vA
            EB[a][o] = (1 - s.delta) * uB + s.delta * vB
    return EA, EB


def soft(lam: float, Q: list[float], w) -> tuple[list[float], float]:
    total = sum(wi * exp(lam * qi) for wi, qi in zip(w, Q, strict=True))
    return [wi * exp(lam * qi) / total for wi, qi in zip(w, Q, strict=True)], log(total) / lam
