"""Compiled expectation over the next state, by action and order.

The transition from a state splits into independent steps (supplier, holdings and history, depreciation, deliveries),
so the expectation is folded step by step rather than through a matrix of 3,150 by 15 by 3,150.
"""

# The compiler infers the types of compiled functions.
# mypy: allow-untyped-defs, allow-untyped-calls
from __future__ import annotations

import numpy as np
from numba import njit

from tocsin.strategy.game.states import NA, NE, NO, NQ, NX, NY, NZ

TOP = NX - 1
LAST = NQ - 1
# Shapes of the continuation values: no force by (x,q,e,z,o,y,player); threat, incursion, strike by
# (x,q,z,action,o,y,player); war by (x,z,o,y,player).
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
                            (1 - d1 - u1) * U[x, q, 1, z, y, i]
                            + d1 * U[x, q, 1, z, down, i]
                            + u1 * U[x, q, 1, z, up, i]
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
                        open_ = (
                            p * U[won, n, 2, z, min(y + 2, NY - 1), i] + (1 - p) * U[lost, n, 2, z, max(y - 2, 0), i]
                        )
                        war[x, z, o, y, i] = xi * settled + (1 - xi) * open_


@njit(cache=True, nogil=True)
def by_action(calm, force, war, sB, first, out):
    """Fill ``out`` (3150, 5, 2) with the expectations given A's action, averaged over B's orders ``sB`` (flat)."""
    for n in range(NX * NQ * NE * NZ * NY):
        y, z, e = n % NY, n // NY % NZ, n // (NY * NZ) % NE
        q, x = n // (NY * NZ * NE) % NQ, n // (NY * NZ * NE * NQ)
        for a in range(NA):
            for i in range(2):
                t = 0.0
                for o in range(NO):
                    if a == 0:
                        value = calm[x, q, e, z, o, y, i]
                    elif a < 4:
                        value = force[x, q, z, a - 1, o, y, i]
                    else:
                        value = war[x, z, o, y, i]
                    t += sB[(n * NA + a) * NO + o if first else n * NO + o] * value
                out[n, a, i] = t
