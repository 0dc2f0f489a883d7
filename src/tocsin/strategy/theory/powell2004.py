"""Powell (2004, 2006): bargaining breaks down when power moves faster than war destroys.

R can lock in ``d M_R(t+1)`` by waiting and D can lock in ``M_D(t)`` by fighting. When the two exceed all there is to
share, no agreement of any kind keeps the peace::

    d M_R(t+1) - M_R(t) > B - [M_R(t) + M_D(t)]

With war destroying a fraction ``f`` of the pie, ``M_R = p (1-f) B`` and ``M_D = (1-p)(1-f) B``, this reads
``d p2 - p1 > f/(1-f)``. It is exact when D makes the offers.

References
----------
Powell, R. (2004). The inefficient use of power: costly conflict with complete information. American Political Science
Review 98(2), 231-241. Powell, R. (2006). War as a commitment problem. International Organization 60(1), 169-203.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tocsin.strategy.theory.inputs import Array, Flags, check


def inefficient(M_R: ArrayLike, M_R_next: ArrayLike, M_D: ArrayLike, d: ArrayLike) -> Flags:
    """Return whether Powell's inefficiency condition holds for given values of war.

    Parameters
    ----------
    M_R, M_D : array_like
        Values of war now, in pies.
    M_R_next : array_like
        R's value of war in the next period.
    d : array_like
        Discount factor per period.

    Examples
    --------
    >>> bool(inefficient(3.2, 8.0, 12.8, 0.95))
    True
    """
    check(discount={"d": d})
    d = np.asarray(d, dtype=np.float64)
    surplus = 1 / (1 - d) - (np.asarray(M_R) + np.asarray(M_D))
    return np.asarray(d * np.asarray(M_R_next) - np.asarray(M_R) > surplus)


def war_now(p1: ArrayLike, p2: ArrayLike, f: ArrayLike, d: ArrayLike) -> Flags:
    """Return whether D attacks before R rises from ``p1`` to ``p2`` if war destroys a fraction ``f`` of the pie.

    Examples
    --------
    >>> bool(war_now(0.2, 0.5, 0.20, 0.95)), bool(war_now(0.2, 0.5, 0.25, 0.95))
    (True, False)
    """
    check(probability={"p1": p1, "p2": p2, "f": f}, discount={"d": d})
    d, f = np.asarray(d, dtype=np.float64), np.asarray(f, dtype=np.float64)
    return np.asarray((d * np.asarray(p2) - np.asarray(p1)) * (1 - f) > f)


def knife_edge(p1: ArrayLike, p2: ArrayLike, d: ArrayLike) -> Array:
    """Return the fraction destroyed at which D is indifferent; 0 where no destruction is low enough.

    Examples
    --------
    >>> float(knife_edge(0.2, 0.5, 0.95).round(5))
    0.21569
    """
    check(probability={"p1": p1, "p2": p2}, discount={"d": d})
    gain = np.maximum(np.asarray(d) * np.asarray(p2) - np.asarray(p1), 0.0)
    return np.asarray(gain / (1 + gain))
