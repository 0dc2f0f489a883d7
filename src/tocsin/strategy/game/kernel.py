"""Compiled inner loops: expected continuation values, one round of choices, and the accelerated iteration.

The transition from a state splits into independent steps (supplier, holdings and history, depreciation, deliveries), so the
expectation is folded step by step rather than through a matrix of 3,150 by 15 by 3,150.
"""

from __future__ import annotations

from math import exp, log

import numpy as np
from numba import njit

from tocsin.strategy.game.states import NA, NE, NO, NQ, NX, NY, NZ

TOP = NX - 1
LAST = NQ - 1
# Shapes of the continuation values: no force by (x,q,e,z,o,y,player); threat, incursion, strike; war by (x,z,o,y,player).
CALM = (NX, NQ, NE, NZ, NO, NY, 2)
FORCE = (NX, NQ, NZ, 3, NO, NY, 2)
WAR = (NX, NZ, NO, NY, 2)


@njit(cache=True, nogil=True)
def expect(V, supplier, arms, lose, gain, win, dep, etax, tau, xi, end_win, end_lose, calm, force, war):
    """Fill ``calm``, ``force`` and ``war`` with the expected next value of ``V`` (x,q,e,z,y,2) by action and order.

    ``end_win`` and ``end_lose`` (2,) are the values once a war has settled the matter.
    """
    U = np.empty((NX, NQ, NE, NZ, NY, 2))
    for x in range(NX):
        for q in range(NQ):
            for e in range(NE):
                for z in range(NZ):
                    for y in range(NY):
                        for i in range(2):
                            U[x, q, e, z, y, i] = (
                                supplier[z, 0] * V[x, q, e, 0, y, i] + supplier[z, 1] * V[x, q, e, 1, y, i]
                            )
    # Holdings and history, given x': G0 keeps the history e, the other actions settle it.
    G0 = np.empty((NX, NQ, NE, NZ, NY, 2))
    G = np.empty((3, NX, NQ, NZ, NY, 2))
    for x in range(NX):
        for q in range(NQ):
            for z in range(NZ):
                for y in range(NY):
                    down, up = max(y - 1, 0), min(y + 1, NY - 1)
                    d0, d1 = lose[0, x, y], lose[1, x, y]
                    u1, u2 = gain[1, x, y], gain[2, x, y]
                    for i in range(2):
                        a0 = (1 - d0) * U[x, q, 0, z, y, i] + d0 * U[x, q, 0, z, down, i]
                        a1 = (1 - d0) * U[x, q, 1, z, y, i] + d0 * U[x, q, 1, z, down, i]
                        G0[x, q, 0, z, y, i] = a0
                        G0[x, q, 1, z, y, i] = tau * a0 + (1 - tau) * a1
                        G0[x, q, 2, z, y, i] = a1
                        G[0, x, q, z, y, i] = (
                            (1 - d1 - u1) * U[x, q, 1, z, y, i] + d1 * U[x, q, 1, z, down, i] + u1 * U[x, q, 1, z, up, i]
                        )
                        G[1, x, q, z, y, i] = (1 - u2) * U[x, q, 2, z, y, i] + u2 * U[x, q, 2, z, up, i]
                        G[2, x, q, z, y, i] = U[x, q, 2, z, y, i]
    # Depreciation and a strike's hit, given x plus deliveries (up to four above the grid before the one clip).
    H0 = np.empty((NX + LAST, NQ, NE, NZ, NY, 2))
    H = np.empty((3, NX + LAST, NQ, NZ, NY, 2))
    for w in range(NX + LAST):
        w0, w1, w2 = min(w, TOP), min(max(w - 1, 0), TOP), min(max(w - 2, 0), TOP)
        keep, fall = 1 - dep, dep
        k0, k1, k2 = (1 - etax) * keep, (1 - etax) * fall + etax * keep, etax * fall
        for q in range(NQ):
            for z in range(NZ):
                for y in range(NY):
                    for i in range(2):
                        for e in range(NE):
                            H0[w, q, e, z, y, i] = keep * G0[w0, q, e, z, y, i] + fall * G0[w1, q, e, z, y, i]
                        for a in range(2):
                            H[a, w, q, z, y, i] = keep * G[a, w0, q, z, y, i] + fall * G[a, w1, q, z, y, i]
                        H[2, w, q, z, y, i] = (
                            k0 * G[2, w0, q, z, y, i] + k1 * G[2, w1, q, z, y, i] + k2 * G[2, w2, q, z, y, i]
                        )
    calm[:] = 0.0
    force[:] = 0.0
    for x in range(NX):
        for q in range(NQ):
            for z in range(NZ):
                for j in range(q + 1):
                    for m in range(q - j + 1):
                        c, s = arms[0, z, q, j, m], arms[1, z, q, j, m]
                        for o in range(NO):
                            n = min(m + o, LAST)
                            if c != 0.0:
                                for e in range(NE):
                                    for y in range(NY):
                                        for i in range(2):
                                            calm[x, q, e, z, o, y, i] += c * H0[x + j, n, e, z, y, i]
                                for a in range(2):
                                    for y in range(NY):
                                        for i in range(2):
                                            force[x, q, z, a, o, y, i] += c * H[a, x + j, n, z, y, i]
                            for y in range(NY):
                                for i in range(2):
                                    force[x, q, z, 2, o, y, i] += s * H[2, x + j, n, z, y, i]
    for x in range(NX):
        p = win[x]
        won, lost = max(x - 2, 0), min(x + 2, TOP)
        for z in range(NZ):
            for o in range(NO):
                n = min(o, LAST)
                for y in range(NY):
                    for i in range(2):
                        settled = p * end_win[i] + (1 - p) * end_lose[i]
                        open_ = p * U[won, n, 2, z, min(y + 2, NY - 1), i] + (1 - p) * U[lost, n, 2, z, max(y - 2, 0), i]
                        war[x, z, o, y, i] = xi * settled + (1 - xi) * open_


@njit(cache=True, nogil=True)
def soft(lam, Q, w, s):
    """Fill ``s`` with ``w exp(lam Q)`` normalised and return ``(1/lam) ln sum w exp(lam Q)``."""
    top = -np.inf
    for i in range(len(Q)):
        if w[i] > 0.0 and Q[i] > top:
            top = Q[i]
    total = 0.0
    for i in range(len(Q)):
        s[i] = w[i] * exp(lam * (Q[i] - top)) if w[i] > 0.0 else 0.0
        total += s[i]
    for i in range(len(Q)):
        s[i] /= total
    return top + log(total) / lam


@njit(cache=True, nogil=True)
def meet(lam, EA, EB, wA, wB, sA, sB, tol, QA, QB, new):
    """Solve one simultaneous stage game from the start ``sB``; return V_A, V_B and whether it converged to ``tol``.

    Plain best replies first; where they do not settle, Newton steps on B's reply, held inside the simplex.
    """
    na, no = EA.shape
    vA = vB = 0.0
    M = np.empty((no, no))
    D = np.empty((na, no))
    for it in range(400):
        for a in range(na):
            t = 0.0
            for o in range(no):
                t += sB[o] * EA[a, o]
            QA[a] = t
        vA = soft(lam, QA, wA, sA)
        for o in range(no):
            t = 0.0
            for a in range(na):
                t += sA[a] * EB[a, o]
            QB[o] = t
        vB = soft(lam, QB, wB, new)
        gap = 0.0
        for o in range(no):
            gap = max(gap, abs(new[o] - sB[o]))
        if gap <= tol:
            for o in range(no):
                sB[o] = new[o]
            return vA, vB, True
        if it < 12:
            for o in range(no):
                sB[o] = new[o]
            continue
        # d new / d sB, through A's reply.
        for o in range(no):
            mean = 0.0
            for a in range(na):
                mean += sA[a] * EA[a, o]
            for a in range(na):
                D[a, o] = lam * sA[a] * (EA[a, o] - mean)
        for o in range(no):
            for r in range(no):
                t = 0.0
                for a in range(na):
                    t += EB[a, r] * D[a, o]
                M[r, o] = t
        for o in range(no):
            mean = 0.0
            for r in range(no):
                mean += new[r] * M[r, o]
            for r in range(no):
                M[r, o] = -lam * new[r] * (M[r, o] - mean)
            M[o, o] += 1.0
        step = np.linalg.solve(M, new - sB)
        size = 1.0
        for o in range(no):
            if sB[o] + step[o] < 0.0:
                size = min(size, 0.9 * sB[o] / -step[o])
        if it % 50 == 49:
            size *= 0.3
        total = 0.0
        for o in range(no):
            sB[o] = max(sB[o] + size * step[o], 0.0)
            total += sB[o]
        for o in range(no):
            sB[o] /= total
    return vA, vB, False


@njit(cache=True, nogil=True)
def lead(lam, EA, EB, wA, wB, sA, sBa, QA, reply):
    """Solve one stage game in which A moves first and B sees it; ``sBa`` (a, o) receives B's replies."""
    na = EA.shape[0]
    vB = 0.0
    for a in range(na):
        reply[a] = soft(lam, EB[a], wB, sBa[a])
        t = 0.0
        for o in range(EA.shape[1]):
            t += sBa[a, o] * EA[a, o]
        QA[a] = t
    vA = soft(lam, QA, wA, sA)
    for a in range(na):
        vB += sA[a] * reply[a]
    return vA, vB


@njit(cache=True, nogil=True)
def bellman(lam, delta, uA, uB, wA, wB, first, calm, force, war, sA, sB, tol, out):
    """One round of choices in every state: fill strategies and the values ``out``; return the stages left unsolved.

    ``sA`` (x,q,e,z,y,5) and ``sB`` (x,q,e,z,y,5,3) hold the last strategies on entry; in the simultaneous game only row
    0 of ``sB`` is used and the others repeat it.
    """
    EA, EB = np.empty((NA, NO)), np.empty((NA, NO))
    QA, QB, new, reply = np.empty(NA), np.empty(NO), np.empty(NO), np.empty(NA)
    unsolved = 0
    now = 1 - delta
    for x in range(NX):
        for q in range(NQ):
            for z in range(NZ):
                for y in range(NY):
                    for e in range(NE):
                        for o in range(NO):
                            EA[0, o] = now * uA[x, e, y, 0] + delta * calm[x, q, e, z, o, y, 0]
                            EB[0, o] = now * uB[x, e, z, y, 0, o] + delta * calm[x, q, e, z, o, y, 1]
                            for a in range(3):
                                EA[a + 1, o] = now * uA[x, e, y, a + 1] + delta * force[x, q, z, a, o, y, 0]
                                EB[a + 1, o] = now * uB[x, e, z, y, a + 1, o] + delta * force[x, q, z, a, o, y, 1]
                            EA[4, o] = now * uA[x, e, y, 4] + delta * war[x, z, o, y, 0]
                            EB[4, o] = now * uB[x, e, z, y, 4, o] + delta * war[x, z, o, y, 1]
                        a_, b_ = sA[x, q, e, z, y], sB[x, q, e, z, y]
                        if first:
                            vA, vB = lead(lam, EA, EB, wA[e], wB, a_, b_, QA, reply)
                        else:
                            vA, vB, good = meet(lam, EA, EB, wA[e], wB, a_, b_[0], tol, QA, QB, new)
                            if not good:
                                unsolved += 1
                        out[x, q, e, z, y, 0], out[x, q, e, z, y, 1] = vA, vB
    return unsolved


@njit(cache=True, nogil=True)
def iterate(
    lam, delta, uA, uB, wA, wB, first, supplier, arms, lose, gain, win, dep, etax, tau, xi, V, sA, sB, tol, limit, memory
):
    """Iterate on the values with Anderson acceleration until the residual is at most ``tol``.

    Returns
    -------
    residual, iterations, unsolved, trace
        ``trace`` (limit,) holds the residual of each round. ``V``, ``sA``, ``sB`` are overwritten by the last round.
    """
    n = V.size
    calm, force, war = np.empty(CALM), np.empty(FORCE), np.empty(WAR)
    end_win, end_lose = np.array((1.0, 0.0)), np.array((0.0, 1.0))
    out = np.empty_like(V)
    v, g = V.ravel(), out.ravel()
    f, f_old, g_old = np.empty(n), np.empty(n), np.empty(n)
    dF, dG = np.empty((memory, n)), np.empty((memory, n))
    gram, scale, right = np.empty((memory, memory)), np.empty(memory), np.empty(memory)
    trace = np.empty(limit)
    kept, residual, best, unsolved = 0, np.inf, np.inf, 0
    for it in range(limit):
        # Early rounds need no exact stage games; the last ones are held to 1e-13.
        inner = 1e-13 if residual < 1e3 * tol else max(1e-13, min(1e-3, 1e-3 * residual))
        expect(V, supplier, arms, lose, gain, win, dep, etax, tau, xi, end_win, end_lose, calm, force, war)
        unsolved = bellman(lam, delta, uA, uB, wA, wB, first, calm, force, war, sA, sB, inner, out)
        residual = 0.0
        for i in range(n):
            f[i] = g[i] - v[i]
            residual = max(residual, abs(f[i]))
        trace[it] = residual
        if not residual < np.inf:
            return residual, it + 1, unsolved, trace
        if residual <= tol and inner == 1e-13:
            return residual, it + 1, unsolved, trace
        if residual > 10 * best:
            kept = 0
        best = min(best, residual)
        if it > 0:
            slot = kept % memory
            for i in range(n):
                dF[slot, i] = f[i] - f_old[i]
                dG[slot, i] = g[i] - g_old[i]
            kept += 1
        m = min(kept, memory)
        f_old[:] = f
        g_old[:] = g
        if m == 0:
            v[:] = g
            continue
        slot = (kept - 1) % memory
        for r in range(m):
            value = np.dot(dF[slot], dF[r])
            gram[slot, r] = value
            gram[r, slot] = value
            right[r] = np.dot(dF[r], f)
        for r in range(m):
            scale[r] = 1 / np.sqrt(gram[r, r]) if gram[r, r] > 0 else 0.0
        system, rhs = np.empty((m, m)), np.empty(m)
        for r in range(m):
            for c in range(m):
                system[r, c] = gram[r, c] * scale[r] * scale[c]
            system[r, r] += 1e-12
            rhs[r] = right[r] * scale[r]
        weights = np.linalg.solve(system, rhs)
        v[:] = g
        for r in range(m):
            c = weights[r] * scale[r]
            for i in range(n):
                v[i] -= c * dG[r, i]
    return residual, limit, unsolved, trace
