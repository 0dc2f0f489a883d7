"""Compiled iteration on the values of a stochastic game, solving the stage game of every state in each round."""

# The compiler infers the types of compiled functions.
# mypy: allow-untyped-defs, allow-untyped-calls
from __future__ import annotations

import numpy as np
from numba import njit

from tocsin.strategy.anderson import mix
from tocsin.strategy.game.choice import newton, replies


@njit(cache=True, nogil=True)
def rounds(lam, delta, u_A, u_B, P, V, s_A, s_B, tol, limit, memory):
    """Iterate until the residual of the values is at most ``tol``; ``V`` (2, S) and the strategies are overwritten.

    Returns
    -------
    residual, iterations, unsolved
    """
    S, nA, nB = u_A.shape
    rows = np.ascontiguousarray(P).reshape(S * nA * nB, S)
    even_A, even_B = np.ones(nA), np.ones(nB)
    Q_A, Q_B, new = np.empty(nA), np.empty(nB), np.empty(nB)
    n = 2 * S
    v, g, f = V.ravel(), np.empty(n), np.empty(n)
    f_old, g_old, dF, dG = np.empty(n), np.empty(n), np.empty((memory, n)), np.empty((memory, n))
    gram = np.empty((memory, memory))
    kept, residual, best, unsolved = -1, np.inf, np.inf, 0
    for it in range(limit):
        inner = 1e-14 if residual < 1e3 * tol else max(1e-14, min(1e-3, 1e-3 * residual))
        M_A = u_A + delta * (rows @ v[:S]).reshape(S, nA, nB)
        M_B = u_B + delta * (rows @ v[S:]).reshape(S, nA, nB)
        unsolved = 0
        for s in range(S):
            a_, b_, A, B = s_A[s], s_B[s], M_A[s], M_B[s]
            good = False
            for _ in range(12):
                _, _, gap = replies(lam, A, B, even_A, even_B, a_, b_, Q_A, Q_B, new)
                b_[:] = new
                if gap <= inner:
                    good = True
                    break
            if not good:
                _, _, good = newton(lam, A, B, even_A, even_B, a_, b_, max(inner, 1e-13), Q_A, Q_B, new)
                if not good:
                    unsolved += 1
            vA = vB = 0.0
            for a in range(nA):
                vA += a_[a] * Q_A[a]
            for b in range(nB):
                vB += b_[b] * Q_B[b]
            g[s], g[S + s] = vA, vB
        residual = 0.0
        for i in range(n):
            f[i] = g[i] - v[i]
            residual = max(residual, abs(f[i]))
        if not residual < np.inf or (residual <= tol and inner == 1e-14):
            return residual, it + 1, unsolved
        if residual > 10 * best:
            kept = -1
        best = min(best, residual)
        kept = mix(kept, v, g, f, f_old, g_old, dF, dG, gram)
    return residual, limit, unsolved
