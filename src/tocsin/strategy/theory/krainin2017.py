"""Krainin (2017): a slow shift that is never fast enough in one step can still add up to war.

If at some date R can lock in more by waiting several periods than D leaves it by fighting now, war breaks out somewhere
on the path::

    max_T  d^T M_R(t+T)  >  B - M_D(t)

References
----------
Krainin, C. (2017). Preventive war as a result of long-term shifts in power. Political Science Research and Methods
5(1), 103-121.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tocsin.strategy.theory.inputs import Flags, check
from tocsin.strategy.theory.powell2004 import war_now


def war_on_path(M_R: ArrayLike, M_D: ArrayLike, d: float) -> Flags:
    """Return, for each date, whether the cumulative condition holds there.

    Parameters
    ----------
    M_R, M_D : array_like, shape (..., n)
        Values of war at dates 0..n-1 in pies; the last date lasts for ever.
    d : float
        Discount factor per period.

    Returns
    -------
    ndarray of bool, shape (..., n)
        True at t means that from t on peace cannot last to the end of the path.
    """
    check(discount={"d": d})
    M_R, M_D = np.broadcast_arrays(np.asarray(M_R, dtype=np.float64), np.asarray(M_D, dtype=np.float64))
    best = M_R.copy()
    for t in range(M_R.shape[-1] - 2, -1, -1):
        best[..., t] = np.maximum(M_R[..., t], d * best[..., t + 1])
    return np.asarray(best > 1 / (1 - d) - M_D)


def war_on_power_path(p: ArrayLike, f: float, d: float) -> Flags:
    """Return the condition for a path of R's chance to win when war destroys a fraction ``f`` of the pie.

    Examples
    --------
    >>> war_on_power_path([0.2, 0.21, 0.22, 0.6], 0.2, 0.95).tolist()
    [True, True, True, False]

    It holds at every date from which war lies ahead; the war itself comes at the third date (see `oracle.solve`).
    """
    check(probability={"p": p, "f": f}, discount={"d": d})
    p = np.asarray(p, dtype=np.float64)
    scale = (1 - f) / (1 - d)
    return war_on_path(p * scale, (1 - p) * scale, d)


def one_step(p: ArrayLike, f: float, d: float) -> Flags:
    """Return Powell's one-step condition along a path, shape (..., n-1).

    Examples
    --------
    >>> bool(one_step(np.arange(0.2, 0.51, 0.03), 0.15, 0.99).any())
    False
    """
    p = np.asarray(p, dtype=np.float64)
    return war_now(p[..., :-1], p[..., 1:], f, d)
