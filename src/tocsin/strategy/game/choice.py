"""Compiled logit choice relative to habits, in one stage game and in all states of the game."""

# The compiler infers the types of compiled functions.
# mypy: allow-untyped-defs, allow-untyped-calls
from __future__ import annotations

from math import exp, log

import numpy as np
from numba import njit

from tocsin.strategy.game.states import NA, NE, NO, NQ, NX, NY, NZ


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
def replies(lam, EA, EB, wA, wB, sA, sB, QA, QB, new):
    """Fill ``sA`` with A's reply to ``sB`` and ``new`` with B's reply to that; return both values and B's change."""
    na, no = EA.shape
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
    return vA, vB, gap


@njit(cache=True, nogil=True)
def newton(lam, EA, EB, wA, wB, sA, sB, tol, QA, QB, new):
    """Solve one simultaneous stage game of any size by Newton steps on B's reply, held inside the simplex."""
    na, no = EA.shape
    vA = vB = 0.0
    M = np.empty((no, no))
    D = np.empty((na, no))
    for it in range(400):
        vA, vB, gap = replies(lam, EA, EB, wA, wB, sA, sB, QA, QB, new)
        if gap <= tol:
            for o in range(no):
                sB[o] = new[o]
            return vA, vB, True
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
def gather(delta, x, q, e, z, y, uA, uB, calm, force, war, EA, EB):
    """Fill ``EA`` and ``EB`` (flat, action by order) with this year's payoff plus what follows.

    All arrays are flat: slices would cost more here than the arithmetic.
    """
    now = 1 - delta
    i_u = ((x * NE + e) * NY + y) * NA
    i_v = (((x * NE + e) * NZ + z) * NY + y) * NA * NO
    i_c = (((x * NQ + q) * NE + e) * NZ + z) * NO * NY * 2 + y * 2
    i_f = ((x * NQ + q) * NZ + z) * 3 * NO * NY * 2 + y * 2
    i_w = (x * NZ + z) * NO * NY * 2 + y * 2
    for o in range(NO):
        j = o * NY * 2
        EA[o] = now * uA[i_u] + delta * calm[i_c + j]
        EB[o] = now * uB[i_v + o] + delta * calm[i_c + j + 1]
        for a in range(3):
            t, r = (a + 1) * NO + o, i_f + a * NO * NY * 2 + j
            EA[t] = now * uA[i_u + a + 1] + delta * force[r]
            EB[t] = now * uB[i_v + t] + delta * force[r + 1]
        t = 4 * NO + o
        EA[t] = now * uA[i_u + 4] + delta * war[i_w + j]
        EB[t] = now * uB[i_v + t] + delta * war[i_w + j + 1]


@njit(cache=True, nogil=True)
def bellman(lam, delta, uA, uB, wA, wB, calm, force, war, sA, sB, tol, out):
    """One round of simultaneous choices in every state; return the stage games left unsolved.

    Plain replies as in `replies` (flat, for speed), starting from B's last strategy; where twelve do not settle,
    `newton` takes over.

    Parameters
    ----------
    uA, uB, wA, calm, force, war : ndarray
        Flat.
    sA, sB : ndarray, shape (3150 * 5,) and (3150 * 3,)
        Strategies, overwritten.
    out : ndarray, shape (3150 * 2,)
        Receives the values.
    """
    EA, EB, QA, QB = np.empty(NA * NO), np.empty(NA * NO), np.empty(NA), np.empty(NO)
    A, B, new = np.empty(NA), np.empty(NO), np.empty(NO)
    unsolved = 0
    for x in range(NX):
        for q in range(NQ):
            for e in range(NE):
                for z in range(NZ):
                    for y in range(NY):
                        n = (((x * NQ + q) * NE + e) * NZ + z) * NY + y
                        gather(delta, x, q, e, z, y, uA, uB, calm, force, war, EA, EB)
                        for o in range(NO):
                            B[o] = sB[n * NO + o]
                        topA = topB = sumA = sumB = gap = 0.0
                        for _ in range(12):
                            topA = topB = -np.inf
                            for a in range(NA):
                                t = 0.0
                                for o in range(NO):
                                    t += B[o] * EA[a * NO + o]
                                QA[a] = t
                                if t > topA and wA[e * NA + a] > 0.0:
                                    topA = t
                            sumA = sumB = gap = 0.0
                            for a in range(NA):
                                A[a] = wA[e * NA + a] * exp(lam * min(QA[a] - topA, 0.0))
                                sumA += A[a]
                            by = 1 / sumA
                            for a in range(NA):
                                A[a] *= by
                            for o in range(NO):
                                t = 0.0
                                for a in range(NA):
                                    t += A[a] * EB[a * NO + o]
                                QB[o] = t
                                if t > topB and wB[o] > 0.0:
                                    topB = t
                            for o in range(NO):
                                new[o] = wB[o] * exp(lam * min(QB[o] - topB, 0.0))
                                sumB += new[o]
                            by = 1 / sumB
                            for o in range(NO):
                                t = new[o] * by
                                gap = max(gap, abs(t - B[o]))
                                B[o] = t
                            if gap <= tol:
                                break
                        if gap <= tol:
                            out[2 * n] = topA + log(sumA) / lam
                            out[2 * n + 1] = topB + log(sumB) / lam
                        else:
                            vA, vB, good = newton(
                                lam,
                                EA.reshape(NA, NO),
                                EB.reshape(NA, NO),
                                wA[e * NA : (e + 1) * NA],
                                wB,
                                A,
                                B,
                                tol,
                                QA,
                                QB,
                                new,
                            )
                            out[2 * n], out[2 * n + 1] = vA, vB
                            if not good:
                                unsolved += 1
                        for a in range(NA):
                            sA[n * NA + a] = A[a]
                        for o in range(NO):
                            sB[n * NO + o] = B[o]
    return unsolved


@njit(cache=True, nogil=True)
def bellman_lead(lam, delta, uA, uB, wA, wB, calm, force, war, sA, sB, out):
    """One round of choices when A moves first and B sees it; ``sB`` (3150 * 15,) holds B's reply to each action."""
    EA, EB, QA = np.empty(NA * NO), np.empty(NA * NO), np.empty(NA)
    A, B, reply = np.empty(NA), np.empty(NO), np.empty(NA)
    for n in range(NX * NQ * NE * NZ * NY):
        y, z, e = n % NY, n // NY % NZ, n // (NY * NZ) % NE
        q, x = n // (NY * NZ * NE) % NQ, n // (NY * NZ * NE * NQ)
        gather(delta, x, q, e, z, y, uA, uB, calm, force, war, EA, EB)
        vB = 0.0
        for a in range(NA):
            reply[a] = soft(lam, EB[a * NO : (a + 1) * NO], wB, B)
            t = 0.0
            for o in range(NO):
                sB[(n * NA + a) * NO + o] = B[o]
                t += B[o] * EA[a * NO + o]
            QA[a] = t
        out[2 * n] = soft(lam, QA, wA[e * NA : (e + 1) * NA], A)
        for a in range(NA):
            sA[n * NA + a] = A[a]
            vB += A[a] * reply[a]
        out[2 * n + 1] = vB
    return 0
