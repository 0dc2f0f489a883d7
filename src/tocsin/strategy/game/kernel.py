"""The compiled iteration on values, and the exact answer of each state to the other's strategy."""

# The compiler infers the types of compiled functions.
# mypy: allow-untyped-defs, allow-untyped-calls
from __future__ import annotations

import numpy as np
from numba import njit

from tocsin.strategy.anderson import mix
from tocsin.strategy.game.choice import bellman, bellman_lead, gather
from tocsin.strategy.game.expectation import CALM, FORCE, WAR, expect
from tocsin.strategy.game.states import NA, NE, NO, NQ, NX, NY, NZ


@njit(cache=True, nogil=True)
def iterate(
    lam,
    delta,
    uA,
    uB,
    wA,
    wB,
    first,
    supplier,
    arms,
    lose,
    gain,
    win,
    dep,
    etax,
    tau,
    xi,
    V,
    sA,
    sB,
    tol,
    limit,
    memory,
):
    """Iterate on the values until the residual is at most ``tol``; ``V``, ``sA``, ``sB`` are overwritten.

    Returns
    -------
    residual, iterations, unsolved
        ``unsolved`` counts stage games left unsolved in the last round.
    """
    n = V.size
    calm, force, war = np.empty(CALM), np.empty(FORCE), np.empty(WAR)
    flat_c, flat_f, flat_w = calm.ravel(), force.ravel(), war.ravel()
    end_win, end_lose = np.array((1.0, 0.0)), np.array((0.0, 1.0))
    v, g, f = V.ravel(), np.empty(n), np.empty(n)
    f_old, g_old, dF, dG = np.empty(n), np.empty(n), np.empty((memory, n)), np.empty((memory, n))
    gram = np.empty((memory, memory))
    kept, residual, best, unsolved = -1, np.inf, np.inf, 0
    for it in range(limit):
        # Early rounds need no exact stage games; the last ones are held to 1e-13.
        inner = 1e-13 if limit == 1 or residual < 1e3 * tol else max(1e-13, min(1e-3, 1e-3 * residual))
        expect(V, supplier, arms, lose, gain, win, dep, etax, tau, xi, end_win, end_lose, calm, force, war)
        if first:
            unsolved = bellman_lead(lam, delta, uA, uB, wA, wB, flat_c, flat_f, flat_w, sA, sB, g)
        else:
            unsolved = bellman(lam, delta, uA, uB, wA, wB, flat_c, flat_f, flat_w, sA, sB, inner, g)
        residual = 0.0
        for i in range(n):
            f[i] = g[i] - v[i]
            residual = max(residual, abs(f[i]))
        if not residual < np.inf or (residual <= tol and inner == 1e-13):
            return residual, it + 1, unsolved
        if residual > 10 * best:
            kept = -1
        best = min(best, residual)
        kept = mix(kept, v, g, f, f_old, g_old, dF, dG, gram)
    return residual, limit, unsolved


@njit(cache=True, nogil=True)
def answer(delta, uA, uB, wA, wB, first, calm, force, war, sA, sB, best, out):
    """One round of values against the given strategies: of the best actions, or of the strategies themselves."""
    EA, EB = np.empty(NA * NO), np.empty(NA * NO)
    for n in range(NX * NQ * NE * NZ * NY):
        y, z, e = n % NY, n // NY % NZ, n // (NY * NZ) % NE
        q, x = n // (NY * NZ * NE) % NQ, n // (NY * NZ * NE * NQ)
        gather(delta, x, q, e, z, y, uA, uB, calm, force, war, EA, EB)
        top, mean = -np.inf, 0.0
        for a in range(NA):
            t = 0.0
            for o in range(NO):
                t += sB[(n * NA + a) * NO + o if first else n * NO + o] * EA[a * NO + o]
            mean += sA[n * NA + a] * t
            if wA[e * NA + a] > 0.0 and t > top:
                top = t
        out[2 * n] = top if best else mean
        top, mean, seen = -np.inf, 0.0, 0.0
        for o in range(NO):
            t = 0.0
            for a in range(NA):
                t += sA[n * NA + a] * EB[a * NO + o]
                if first:
                    mean += sA[n * NA + a] * sB[(n * NA + a) * NO + o] * EB[a * NO + o]
            if not first:
                mean += sB[n * NO + o] * t
            if wB[o] > 0.0 and t > top:
                top = t
        if first:
            for a in range(NA):
                most = -np.inf
                for o in range(NO):
                    if wB[o] > 0.0 and EB[a * NO + o] > most:
                        most = EB[a * NO + o]
                seen += sA[n * NA + a] * most
            top = seen
        out[2 * n + 1] = top if best else mean


@njit(cache=True, nogil=True)
def respond(
    delta, uA, uB, wA, wB, first, supplier, arms, lose, gain, win, dep, etax, tau, xi, V, sA, sB, best, tol, limit
):
    """Iterate `answer` from ``V``, which is overwritten; return the least and largest change of the last round.

    The true values lie within ``d/(1-d)`` times those changes of the last round, whatever the iteration did before.
    """
    n = V.size
    memory = 12
    calm, force, war = np.empty(CALM), np.empty(FORCE), np.empty(WAR)
    end_win, end_lose = np.array((1.0, 0.0)), np.array((0.0, 1.0))
    v, g, f = V.ravel(), np.empty(n), np.empty(n)
    f_old, g_old, dF, dG = np.empty(n), np.empty(n), np.empty((memory, n)), np.empty((memory, n))
    gram = np.empty((memory, memory))
    kept, low, high, smallest = -1, np.zeros(2), np.zeros(2), np.inf
    for it in range(limit):
        expect(V, supplier, arms, lose, gain, win, dep, etax, tau, xi, end_win, end_lose, calm, force, war)
        answer(delta, uA, uB, wA, wB, first, calm.ravel(), force.ravel(), war.ravel(), sA, sB, best, g)
        low[:] = 0.0
        high[:] = 0.0
        for i in range(n):
            f[i] = g[i] - v[i]
            low[i % 2] = min(low[i % 2], f[i])
            high[i % 2] = max(high[i % 2], f[i])
        change = max(high[0] - low[0], high[1] - low[1])
        if change <= tol or it == limit - 1:
            v[:] = g
            return low, high
        # The largest of several actions has kinks: forget what was learnt on the other side of one.
        if change > 2 * smallest:
            kept = -1
        smallest = min(smallest, change)
        kept = mix(kept, v, g, f, f_old, g_old, dF, dG, gram)
    return low, high
