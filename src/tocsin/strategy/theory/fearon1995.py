"""Fearon (1995): preventive war when the rising state makes the offers.

Power moves once, from ``p1`` to ``p2``, and stays. From then on R offers D exactly its value of war. In the first
period D can be given at most the whole pie, so war is certain when even that is too little::

    W_D(1) > 1 + d W_D(2)    <=>    d p2 - p1 > c_D (1-d)^2     one-off cost c_D
                                    d p2 - p1 > c_D (1-d)       cost c_D in every period

References
----------
Fearon, J. D. (1995). Rationalist explanations for war. International Organization 49(3), 379-414.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from tocsin.errors import UsageError
from tocsin.strategy.theory.inputs import Array, Flags, check

Costs = Literal["once", "each period"]


def _known(costs: str) -> None:
    if costs not in get_args(Costs):
        raise UsageError(f"unknown costs {costs!r}: use 'once' or 'each period'.")


def threshold(c_D: ArrayLike, d: ArrayLike, *, costs: Costs = "once") -> Array:
    """Return the value of ``d p2 - p1`` above which war is certain.

    Parameters
    ----------
    c_D : array_like
        The declining state's cost of war, in pies: paid once, or in every period from the war on.
    d : array_like
        Discount factor per period.
    costs : {"once", "each period"}
        How the cost is paid.

    Examples
    --------
    >>> float(threshold(0.2, 0.9).round(6))
    0.002
    """
    _known(costs)
    check(cost={"c_D": c_D}, discount={"d": d})
    c, d = np.asarray(c_D, dtype=np.float64), np.asarray(d, dtype=np.float64)
    return np.asarray(c * (1 - d) ** (2 if costs == "once" else 1))


def war_now(p1: ArrayLike, p2: ArrayLike, c_D: ArrayLike, d: ArrayLike, *, costs: Costs = "once") -> Flags:
    """Return whether D attacks before R has risen from ``p1`` to ``p2``.

    Parameters
    ----------
    p1, p2 : array_like
        R's chance to win now and after the shift, with ``p2 >= p1``.
    c_D, d, costs
        See `threshold`.

    Notes
    -----
    The inequality is exact while D's value of war stays positive after the shift: ``p2 + c_D (1-d) <= 1`` for a one-off
    cost, ``p2 + c_D <= 1`` for a cost in each period (see `exact`).

    Examples
    --------
    >>> bool(war_now(0.3, 0.336, 0.2, 0.9)), bool(war_now(0.3, 0.3355, 0.2, 0.9))
    (True, False)
    """
    check(probability={"p1": p1, "p2": p2})
    return np.asarray(np.asarray(d) * np.asarray(p2) - np.asarray(p1) > threshold(c_D, d, costs=costs))


def exact(p2: ArrayLike, c_D: ArrayLike, d: ArrayLike, *, costs: Costs = "once") -> Flags:
    """Return whether D would still fight for something after the shift, so that `war_now` is exact."""
    _known(costs)
    check(probability={"p2": p2}, cost={"c_D": c_D}, discount={"d": d})
    scale = 1 - np.asarray(d) if costs == "once" else 1.0
    return np.asarray(np.asarray(p2) + np.asarray(c_D) * scale <= 1)
