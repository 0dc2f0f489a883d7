"""Risk and leaders' private stakes: the least share that a state accepts instead of war.

A state with utility ``u(x) = x^rho`` of shares compares a sure share with a war worth ``p - c`` in utility:
``u(x) = p - c`` gives ``x = (p - c)^(1/rho)``. A leader who bears only ``1/b`` of the costs demands ``p - c/b``.

References
----------
Fearon, J. D. (1995). Rationalist explanations for war. International Organization 49(3), 379-414. Jackson, M. O. and
Morelli, M. (2007). Political bias and war. American Economic Review 97(4), 1353-1373.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tocsin.strategy.theory.inputs import Array, check


def least_share(p: ArrayLike, c: ArrayLike, rho: ArrayLike) -> Array:
    """Return the least share accepted by a state with utility ``x^rho``; risk averse if ``rho < 1``.

    Examples
    --------
    >>> least_share(0.6, 0.1, [0.5, 1.0, 2.0]).round(5).tolist()
    [0.25, 0.5, 0.70711]
    """
    check(probability={"p": p}, cost={"c": c}, positive={"rho": rho})
    return np.asarray(np.maximum(np.asarray(p) - np.asarray(c), 0.0) ** (1 / np.asarray(rho, dtype=np.float64)))


def least_share_of_leader(p: ArrayLike, c: ArrayLike, b: ArrayLike) -> Array:
    """Return the least share accepted by a leader who bears ``1/b`` of the costs of war.

    Examples
    --------
    >>> float(least_share_of_leader(0.6, 0.1, 2).round(6))
    0.55
    """
    check(probability={"p": p}, cost={"c": c}, positive={"b": b})
    return np.asarray(np.maximum(np.asarray(p) - np.asarray(c) / np.asarray(b, dtype=np.float64), 0.0))
