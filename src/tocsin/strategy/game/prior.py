"""The shipped draws of the payoffs with their calibrated habits: the same games for every case.

The habits do not depend on a case, so they are calibrated once by ``scripts/make_strategy_draws.py`` and shipped. The
file carries the hash of the ranges in parameters.toml; if those have changed since, it is refused.
"""

# ruff: noqa: N815 - names are the symbols of the model
from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np

from tocsin.errors import ModelError, UsageError
from tocsin.parameters import parameters
from tocsin.strategy.game.calibrate import PASSES, TOL
from tocsin.strategy.game.setting import BASE_RATES, DRAWN, Array, Setting, draws

FILE = "draws.npz"


@dataclass(frozen=True)
class Prior:
    """Draws of the payoffs.

    Parameters
    ----------
    uniform : ndarray, shape (n, 36)
        Numbers in (0, 1), one column per parameter drawn and one for ``theta``.
    wA : ndarray, shape (n, 3, 5)
        Calibrated habits.
    miss : ndarray, shape (n,)
        Largest ``|ln(observed / predicted)|`` of the base rates left by the calibration.
    """

    uniform: Array
    wA: Array
    miss: Array


def ranges_hash() -> str:
    """Return a hash of all that the calibrated draws depend on.

    These are the ranges drawn from, every constant of the game and of the reference population, the base rates, and
    when the calibration stops.
    """
    constants = ("delta", "orders_", "fallout_")
    strategy = sorted(parameters("strategy").items())
    text = json.dumps(
        {
            "ranges": {n: (p.low, p.mode, p.high, p.shape) for n, p in strategy if n in DRAWN},
            "constants": {n: p.mode for n, p in strategy if n.startswith(constants)},
            "reference": {n: p.mode for n, p in sorted(parameters("reference").items())},
            "rates": BASE_RATES.round(12).tolist(),
            "stop": (TOL, PASSES),
        },
        sort_keys=True,
    )
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def shipped() -> Prior:
    """Return the shipped draws.

    Raises
    ------
    ModelError
        If they belong to other ranges than those in parameters.toml.
    """
    with np.load(BytesIO(files("tocsin.strategy.game").joinpath(FILE).read_bytes())) as data:
        if str(data["ranges"]) != ranges_hash():
            raise ModelError(
                "the calibrated draws of the game belong to other parameter ranges. Run scripts/make_strategy_draws.py."
            )
        return Prior(data["uniform"].astype(np.float64), data["wA"], data["miss"])


def prior_games(count: int, regime: str, **fixed: object) -> list[Setting]:
    """Return the first ``count`` calibrated games for a regime; draws whose calibration failed are left out.

    Parameters
    ----------
    count : int
        At most the number of draws shipped whose habits meet the base rates to 0.2 per cent.
    regime : str
        Regime of A.
    **fixed
        Values held the same in all games, such as ``monitor`` and ``partner``.

    Examples
    --------
    >>> games = prior_games(4, "personalist", monitor=1)
    >>> len(games), all(0.4 <= g.theta <= 0.9 for g in games)
    (4, True)
    """
    prior = shipped()
    good = np.flatnonzero(prior.miss < TOL)
    if not 1 <= count <= len(good):
        raise UsageError(f"{count} draws asked for; between 1 and {len(good)} are shipped and calibrated.")
    if "wA" not in fixed and fixed.get("timing", "simultaneous") != "simultaneous":
        raise UsageError("the draws are calibrated for simultaneous moves; leave them out where A moves first.")
    games = draws(prior.uniform[good[:count]], regime, **fixed)
    return [g if "wA" in fixed else g.with_(wA=prior.wA[i]) for g, i in zip(games, good, strict=False)]
