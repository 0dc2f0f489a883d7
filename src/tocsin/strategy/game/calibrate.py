"""Set A's habits so that, over a reference population, the game predicts the observed base rates.

Payoffs then only move a state away from its base rate; they do not set the level. For each draw of the payoffs the
habits are rescaled by observed over predicted until the two agree.
"""

# ruff: noqa: N815 - names are the symbols of the model
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.errors import ModelError
from tocsin.strategy.game.setting import BASE_RATES, Array, Setting
from tocsin.strategy.game.solve import Solution, solve
from tocsin.strategy.game.states import NY, SHAPE, log_ratio

TOL = 2e-3
PASSES = 8
# The reference population: contiguous rivals, mostly near parity, mostly with little on order, an open supplier,
# holdings near what power supports, some monitored and some with a partner, rulers who bear most of the costs.
REF_SPREAD_R, REF_SPREAD_Y = 1.3, 0.8
REF_Q = np.array((0.5, 0.25, 0.15, 0.07, 0.03))
REF_MONITOR, REF_PARTNER, REF_THETA = 0.1, 0.3, 0.85


@dataclass(frozen=True)
class Calibration:
    """Calibrated habits.

    Parameters
    ----------
    wA : ndarray, shape (3, 5)
        A's habits by recent history.
    miss : float
        Largest ``|ln(observed / predicted)|`` left.
    passes : int
        Solutions used.
    """

    wA: Array
    miss: float
    passes: int

    @property
    def good(self) -> bool:
        """Whether predicted and observed base rates agree to 0.2 per cent."""
        return self.miss < TOL


def reference() -> Array:
    """Return the weights of the reference population over (x, q, z, y) for each history, shape (21, 5, 2, 5), sum 1."""
    r = log_ratio()
    x = np.exp(-0.5 * (r / REF_SPREAD_R) ** 2)
    centre = np.clip((1 / (1 + np.exp(r)) - 0.1) / 0.2, 0, NY - 1)
    y = np.exp(-0.5 * ((np.arange(NY)[None, :] - centre[:, None]) / REF_SPREAD_Y) ** 2)
    y /= y.sum(axis=1, keepdims=True)
    weights = np.zeros((SHAPE[0], SHAPE[1], SHAPE[3], SHAPE[4]))
    weights[:, :, 0, :] = (x / x.sum())[:, None, None] * REF_Q[None, :, None] * y[:, None, :]
    return np.asarray(weights / weights.sum())


def predicted(solution: Solution) -> Array:
    """Return the mean probabilities of A's actions over the reference population, by history, shape (3, 5)."""
    return np.asarray(np.einsum("xqzy,xqezya->ea", reference(), solution.s_A))


def calibrate(setting: Setting) -> Calibration:
    """Return habits that make the game predict `BASE_RATES` for the reference population.

    Raises
    ------
    ModelError
        If the game cannot be solved on the way.
    """
    game = setting.with_(monitor=REF_MONITOR, partner=REF_PARTNER, theta=REF_THETA, wA=BASE_RATES)
    solution: Solution | None = None
    for passes in range(1, PASSES + 1):
        solution = solve(game, start=solution).require()
        ratio = BASE_RATES / predicted(solution)
        miss = float(np.max(np.abs(np.log(ratio))))
        if not np.isfinite(miss):
            raise ModelError("the calibration met an action that is never taken; no habits can mend that.")
        if miss < TOL or passes == PASSES:
            break
        game = game.with_(wA=game.wA * ratio)
    return Calibration(game.wA, miss, passes)
