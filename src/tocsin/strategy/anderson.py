"""Anderson acceleration of a fixed-point iteration, compiled.

References
----------
Anderson, D. G. (1965). Iterative procedures for nonlinear integral equations. Journal of the ACM 12(4), 547-560.
Walker, H. F. and Ni, P. (2011). Anderson acceleration for fixed-point iterations. SIAM Journal on Numerical Analysis
49(4), 1715-1735.
"""

# The compiler infers the types of compiled functions.
# mypy: allow-untyped-defs, allow-untyped-calls
from __future__ import annotations

import numpy as np
from numba import njit

# Directions that are equal to within this share are treated as one.
RIDGE = 1e-12


@njit(cache=True, nogil=True)
def mix(kept, v, g, f, f_old, g_old, dF, dG, gram):
    """Replace ``v`` by the next iterate and return the number of rounds remembered.

    Parameters
    ----------
    kept : int
        Rounds remembered so far; -1 in the first round, 0 to forget.
    v, g, f : ndarray, shape (n,)
        Iterate, its image and ``g - v``.
    f_old, g_old : ndarray, shape (n,)
        Those of the round before; overwritten.
    dF, dG : ndarray, shape (memory, n)
        Differences kept; overwritten.
    gram : ndarray, shape (memory, memory)
        Inner products of ``dF``; overwritten.
    """
    memory, n = dF.shape
    if memory == 0:
        v[:] = g
        return -1
    if kept >= 0:
        slot = kept % memory
        for i in range(n):
            dF[slot, i] = f[i] - f_old[i]
            dG[slot, i] = g[i] - g_old[i]
        kept += 1
        m = min(kept, memory)
        right, scale = np.empty(m), np.empty(m)
        for r in range(m):
            gram[slot, r] = gram[r, slot] = np.dot(dF[slot], dF[r])
            right[r] = np.dot(dF[r], f)
        for r in range(m):
            scale[r] = 1 / np.sqrt(gram[r, r]) if gram[r, r] > 0 else 0.0
        system = np.empty((m, m))
        for r in range(m):
            for c in range(m):
                system[r, c] = gram[r, c] * scale[r] * scale[c]
            system[r, r] += RIDGE
        weights = np.linalg.solve(system, right * scale)
        f_old[:] = f
        g_old[:] = g
        v[:] = g
        for r in range(m):
            weight = weights[r] * scale[r]
            for i in range(n):
                v[i] -= weight * dG[r, i]
        return kept
    f_old[:] = f
    g_old[:] = g
    v[:] = g
    return 0
