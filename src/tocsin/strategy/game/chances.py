"""The chances of nature in one game, as small tables that the solver and the path computations share."""

from __future__ import annotations

from math import comb
from typing import NamedTuple

import numpy as np

from tocsin.strategy.game.setting import Array, Setting, chance_to_win, slip
from tocsin.strategy.game.states import NQ, NX, Y


class Chances(NamedTuple):
    """Transition tables.

    Parameters
    ----------
    supplier : ndarray, shape (2, 2)
        Chance of z' given z.
    arms : ndarray, shape (2, 2, 5, 5, 5)
        Chance that j units are delivered and m remain, by strike (0 no, 1 yes), z, q, j, m.
    lose, gain : ndarray, shape (4, 21, 5)
        Chance that A's holdings fall or rise by a step, by action short of war, x', y.
    win : ndarray, shape (21,)
        A's chance to win a war.
    dep, etax, tau, xi : float
        Depreciation, a strike's hit on delivered power, peace settling, a war being decisive.
    """

    supplier: Array
    arms: Array
    lose: Array
    gain: Array
    win: Array
    dep: float
    etax: float
    tau: float
    xi: float


def chances(setting: Setting) -> Chances:
    """Return the transition tables of a game."""
    s, p = setting, chance_to_win(setting)
    supplier = np.array(((1 - s.zoe, s.zoe), (s.zeo, 1 - s.zeo)))
    arms = np.zeros((2, 2, NQ, NQ, NQ))
    left = _binomial(1 - s.etaq)  # survivors given q
    for z, rate in enumerate((s.rhoO, s.rhoE)):
        delivered = _binomial(rate)  # delivered given survivors
        for v in range(NQ):
            for j in range(v + 1):
                arms[0, z, v, j, v - j] = delivered[v, j]
                arms[1, z, :, j, v - j] += left[:, v] * delivered[v, j]
    lose, gain = np.zeros((4, NX, len(Y))), np.zeros((4, NX, len(Y)))
    lose[0], lose[1] = slip(s), 0.5 * slip(s)
    gain[1] = s.piT * np.maximum(0.0, p[:, None] - Y[None, :])
    gain[2] = s.piI * p[:, None]
    # Nothing lies below the first step or above the last.
    lose[:, :, 0] = 0.0
    gain[:, :, -1] = 0.0
    return Chances(supplier, arms, lose, gain, p, s.dep, s.etax, s.tau, s.xi)


def _binomial(p: float) -> Array:
    """Return the chance of k successes in n trials, by n (rows) and k, for up to four trials."""
    return np.array([[comb(n, k) * p**k * (1 - p) ** (n - k) if k <= n else 0.0 for k in range(NQ)] for n in range(NQ)])
