"""Set A's habits so that, over a reference population, the game predicts the observed base rates.

Payoffs then only move a state away from its base rate; they do not set the level. For each draw of the payoffs the
habits are rescaled by observed over predicted until the two agree.
"""

# ruff: noqa: N815 - names are the symbols of the model
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.errors import ModelError
from tocsin.parameters import parameters
from tocsin.strategy.game.setting import BASE_RATES, Array, Setting
from tocsin.strategy.game.solve import Solution, solve
from tocsin.strategy.game.states import NQ, NY, SHAPE, Y, log_ratio

TOL = 2e-3
PASSES = 8
# The reference population (the section [reference] of parameters.toml): contiguous rivals, mostly near parity, mostly
# with little on order, an open supplier, holdings near what power supports, some monitored and some with a partner,
# rulers who bear most of the costs.
REFERENCE = {name: p.mode for name, p in parameters("reference").items()}
REF_Q = np.array([REFERENCE[f"pending_{i}"] for i in range(NQ)])
REF_MONITOR, REF_PARTNER, REF_THETA = (REFERENCE[name] for name in ("monitor", "partner", "theta"))


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


def holdings(r: Array) -> Array:
    """Return the chances of A's five levels of holdings where these are near what power supports, shape (n, 5).

    Parameters
    ----------
    r : ndarray, shape (n,)
        ``ln(K_B/K_A)``.
    """
    centre = np.clip((1 / (1 + np.exp(r)) - Y[0]) / (Y[1] - Y[0]), 0, NY - 1)
    y = np.exp(-0.5 * ((np.arange(NY)[None, :] - centre[:, None]) / REFERENCE["spread_y"]) ** 2)
    return np.asarray(y / y.sum(axis=1, keepdims=True))


def reference() -> Array:
    """Return the weights of the reference population over (x, q, z, y) for each history, shape (21, 5, 2, 5), sum 1."""
    r = log_ratio()
    x, y = np.exp(-0.5 * (r / REFERENCE["spread_r"]) ** 2), holdings(r)
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
