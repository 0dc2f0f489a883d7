"""Strikes instead of war, after Schram (2021); the reduction to one inequality is ours.

D could fight a preventive war worth ``W_D = (1 - p - c_D) B``. Instead it can strike, at cost ``h``, and remove a
share ``eta`` of R's coming rise ``r``. D makes the offers, so after the strike it keeps all that R cannot secure::

    V(eta) = min[ B - W_R(p),  B - d W_R(p + (1-eta) r) ],     W_R(p) = (p - c_R) B

The strike replaces the war when ``V(eta) - h >= W_D``.

References
----------
Schram, P. (2021). Hassling: how states prevent a preventive war. American Journal of Political Science 65(2), 294-308.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tocsin.strategy.theory.inputs import Array, Flags, check


def value_of_war(p: ArrayLike, c_D: ArrayLike, d: ArrayLike) -> Array:
    """Return D's value of war ``(1 - p - c_D) B``, with ``c_D`` paid in each period."""
    check(probability={"p": p}, cost={"c_D": c_D}, discount={"d": d})
    return np.asarray((1 - np.asarray(p) - np.asarray(c_D)) / (1 - np.asarray(d)))


def value_after_strike(p: ArrayLike, r: ArrayLike, eta: ArrayLike, c_R: ArrayLike, d: ArrayLike) -> Array:
    """Return ``V(eta)``, what D keeps in peace once a strike has removed a share ``eta`` of the rise ``r``.

    Examples
    --------
    >>> value_after_strike(0.2, 0.5, [0.0, 0.6], 0.1, 0.9).round(6).tolist()
    [4.6, 7.3]
    """
    p, r, eta = np.asarray(p, dtype=np.float64), np.asarray(r, dtype=np.float64), np.asarray(eta, dtype=np.float64)
    check(probability={"p": p, "eta": eta, "p + r": p + r}, cost={"r": r, "c_R": c_R}, discount={"d": d})
    c_R, d = np.asarray(c_R, dtype=np.float64), np.asarray(d, dtype=np.float64)
    B = 1 / (1 - d)
    # R can always accept nothing rather than fight at a loss.
    now, later = np.maximum(p - c_R, 0) * B, np.maximum(p + (1 - eta) * r - c_R, 0) * B
    return np.asarray(np.minimum(B - now, B - d * later))


def replaces_war(
    p: ArrayLike, r: ArrayLike, eta: ArrayLike, h: ArrayLike, c_D: ArrayLike, c_R: ArrayLike, d: ArrayLike
) -> Flags:
    """Return whether striking at cost ``h`` and then bargaining is at least as good for D as war."""
    check(cost={"h": h})
    return np.asarray(value_after_strike(p, r, eta, c_R, d) - np.asarray(h) >= value_of_war(p, c_D, d))


def highest_cost(p: ArrayLike, r: ArrayLike, eta: ArrayLike, c_D: ArrayLike, c_R: ArrayLike, d: ArrayLike) -> Array:
    """Return ``h*``, the highest cost at which a strike replaces the war; negative if none does.

    Examples
    --------
    >>> float(highest_cost(0.2, 0.5, 0.6, 0.1, 0.1, 0.9).round(6))
    0.3
    """
    return np.asarray(value_after_strike(p, r, eta, c_R, d) - value_of_war(p, c_D, d))


def least_effect(p: float, r: float, h: float, c_D: float, c_R: float, d: float) -> float | None:
    """Return ``eta*``, the smallest share of the rise that a strike must remove to replace war; None if none does.

    Examples
    --------
    >>> round(least_effect(0.2, 0.5, 0.2, 0.1, 0.1, 0.9), 4)
    0.5778
    """
    W_D = float(value_of_war(p, c_D, d))
    if not replaces_war(p, r, 1.0, h, c_D, c_R, d):
        return None
    if replaces_war(p, r, 0.0, h, c_D, c_R, d):
        return 0.0
    # V(eta) - h = W_D on the branch B - d W_R(p + (1-eta) r), which binds wherever eta matters.
    B = 1 / (1 - d)
    p_left = (B - h - W_D) / (d * B) + c_R
    return 1 - (p_left - p) / r
