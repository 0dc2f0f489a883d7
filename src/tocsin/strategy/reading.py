"""A first strategic reading: under which share of plausible parameters does force now beat waiting?

D, the state that acts, compares three things, with a pie of 1 a year worth ``B = 1/(1-d)`` for ever. In ``T`` years R's
chance to win is ``p_T`` (``p_0`` now). War destroys a share ``f`` of everything. D makes the offers::

    war       W_D  = (1 - p_0)(1 - f) B
    wait      V(0) = min over T of  B - d^T p_T (1 - f) B
    strike    V(eta) - h, where a strike leaves only a share 1-eta of the rise of p

War beats waiting exactly when some T gives ``d^T p_T - p_0 > f/(1-f)``: Powell's condition for T = 1, Krainin's
cumulative one beyond. The strike is Schram's, reduced to one inequality. Everything here is conditional on these
payoffs; none of them is measured, so they are drawn from the ranges in parameters.toml.

References
----------
Powell, R. (2006). War as a commitment problem. International Organization 60(1), 169-203. Krainin, C. (2017).
Preventive war as a result of long-term shifts in power. Political Science Research and Methods 5(1), 103-121.
Schram, P. (2021). Hassling: how states prevent a preventive war. American Journal of Political Science 65(2), 294-308.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from tocsin.parameters import parameters
from tocsin.strategy.theory.inputs import Array, check


@dataclass(frozen=True)
class Draws:
    """Draws of the parameters, each of shape (n,): see [reading] in parameters.toml for units and ranges."""

    delta: Array
    destroyed: Array
    strike_effect: Array
    strike_cost: Array
    advantage: Array
    decisiveness: Array


@dataclass(frozen=True)
class Shares:
    """Shares of draws in which war is best, a strike is best, or either; they are shares of parameters, not odds."""

    war: float
    strike: float

    @property
    def any(self) -> float:
        """Share in which force of either kind beats waiting."""
        return self.war + self.strike


def draw(uniform: Array) -> Draws:
    """Return draws of the parameters from uniform numbers, shape (n, 6)."""
    p = parameters("reading")
    return Draws(*(p[name].draw(uniform[:, i]) for i, name in enumerate(f.name for f in fields(Draws))))


def win_chance(r: ArrayLike, advantage: ArrayLike, decisiveness: ArrayLike) -> Array:
    """Return R's chance to win a war that D starts.

    Parameters
    ----------
    r : array_like
        ``ln(power of R / power of D)``.
    advantage : array_like
        Log-odds that D, the attacker, wins at equal power.
    decisiveness : array_like
        Log-odds per unit of ``r``.

    Examples
    --------
    >>> float(win_chance(0.0, 0.0, 1.0))
    0.5
    """
    return np.asarray(1 / (1 + np.exp(np.asarray(advantage) - np.asarray(decisiveness) * np.asarray(r))))


def peace_value(p: ArrayLike, f: ArrayLike, d: ArrayLike, eta: ArrayLike = 0.0) -> Array:
    """Return ``V(eta)``: what D keeps in peace when R's chance to win follows a path.

    Parameters
    ----------
    p : array_like, shape (k, ...)
        R's chance to win now (first) and in 1, 2, ... periods.
    f, d : array_like
        Share destroyed by war; discount factor.
    eta : array_like
        Share of the rise that a strike has removed.

    Examples
    --------
    >>> float(peace_value([0.2, 0.5], 0.2, 0.95).round(6))
    12.4
    """
    path = np.asarray(p, dtype=np.float64)
    f, d, eta = (np.asarray(x, dtype=np.float64) for x in (f, d, eta))
    check(probability={"p": path, "f": f, "eta": eta}, discount={"d": d})
    after = path[0] + (1 - eta) * (path - path[0])
    times = np.arange(len(path)).reshape(-1, *([1] * (after.ndim - 1)))
    return np.asarray(((1 - d**times * after * (1 - f)) / (1 - d)).min(axis=0))


def war_value(p_now: ArrayLike, f: ArrayLike, d: ArrayLike) -> Array:
    """Return ``W_D``, D's value of fighting now."""
    return np.asarray((1 - np.asarray(p_now)) * (1 - np.asarray(f)) / (1 - np.asarray(d)))


def path(r_now: ArrayLike, r_next: ArrayLike, years: int, draws: Draws) -> Array:
    """Return R's chance to win now and in each year up to the horizon, with ``r`` moving in equal steps.

    Returns
    -------
    ndarray, shape (years + 1, n)
    """
    now, then = np.asarray(r_now, dtype=np.float64), np.asarray(r_next, dtype=np.float64)
    steps = np.linspace(0, 1, years + 1)[:, None]
    return win_chance(now + steps * (then - now), draws.advantage, draws.decisiveness)


def condition_shares(p: Array, draws: Draws) -> Shares:
    """Return over which share of draws war, or a strike, is the best of the three for D.

    Parameters
    ----------
    p : ndarray, shape (years + 1, n)
        R's chance to win now and in the years to come, by draw.
    draws : Draws
        The other parameters, shape (n,) each.
    """
    war = war_value(p[0], draws.destroyed, draws.delta)
    wait = peace_value(p, draws.destroyed, draws.delta)
    strike = peace_value(p, draws.destroyed, draws.delta, draws.strike_effect) - draws.strike_cost
    return Shares(float(np.mean((war > wait) & (war >= strike))), float(np.mean((strike > wait) & (strike > war))))


def condition_map(p_now: Array, draws: Draws, costs: ArrayLike, rises: ArrayLike, years: int) -> Array:
    """Return the share of draws in which war beats waiting, for each cost of war and each rise of R's chance to win.

    Parameters
    ----------
    p_now : ndarray, shape (n,)
        Draws of R's chance to win now.
    draws : Draws
        Supplies the discount factor; the share destroyed is taken from ``costs``.
    costs : array_like, shape (k,)
        Shares destroyed by war.
    rises : array_like, shape (m,)
        Rise of R's chance to win over the horizon, reached in equal yearly steps.
    years : int
        Horizon.

    Returns
    -------
    ndarray, shape (k, m)
    """
    steps = np.linspace(0, 1, years + 1)[:, None]
    out = np.empty((np.size(costs), np.size(rises)))
    for j, rise in enumerate(np.asarray(rises, dtype=np.float64)):
        p = np.minimum(p_now + steps * rise, 1.0)
        for i, f in enumerate(np.asarray(costs, dtype=np.float64)):
            out[i, j] = np.mean(war_value(p_now, f, draws.delta) > peace_value(p, f, draws.delta))
    return out
