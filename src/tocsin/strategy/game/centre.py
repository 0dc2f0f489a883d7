"""Habits calibrated for the central game, for the row by precision, and for either end of every parameter's range.

Like the draws (`tocsin.strategy.game.prior`) they do not depend on any case, so they are made once by
``scripts/make_strategy_centre.py`` and shipped; without them every sensitivity would calibrate anew.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np

from tocsin.errors import ModelError, UsageError
from tocsin.parameters import parameters
from tocsin.strategy.game.chain import highest_mode
from tocsin.strategy.game.prior import ranges_hash
from tocsin.strategy.game.questions import LAM_ROW, Bar, strike_or_war
from tocsin.strategy.game.setting import DRAWN, Array, Setting, default
from tocsin.strategy.game.solve import solve

FILE = "centre.npz"
CENTRE = ""


def variants() -> list[tuple[str, float]]:
    """Return every parameter and value, beside the centre itself, for which habits are shipped."""
    table = parameters("strategy")
    ends = [(n, v) for n in DRAWN for v in (table[n].low, table[n].high) if table[n].low < table[n].high]
    return [*(("lam", v) for v in LAM_ROW), *(pair for pair in ends if pair not in [("lam", v) for v in LAM_ROW])]


def key(name: str, value: float) -> str:
    """Return the name under which the habits of one variant are kept."""
    return f"{name}={value:.12g}"


@cache
def shipped() -> dict[str, Array]:
    """Return the shipped habits by variant; the central ones under an empty name.

    Raises
    ------
    ModelError
        If they belong to other ranges than those in parameters.toml.
    """
    with np.load(BytesIO(files("tocsin.strategy.game").joinpath(FILE).read_bytes())) as data:
        if str(data["ranges"]) != ranges_hash():
            raise ModelError(
                "the calibrated habits of the central game belong to other parameter ranges. "
                "Run scripts/make_strategy_draws.py, then scripts/make_strategy_centre.py."
            )
        return dict(zip(data["names"].tolist(), data["wA"], strict=True))


def central(regime: str, **fixed: float) -> Setting:
    """Return the game at the central values, with its calibrated habits.

    Parameters
    ----------
    regime : str
        Regime of A.
    **fixed
        ``monitor`` and ``partner``.

    Examples
    --------
    >>> central("personalist", monitor=1).theta
    0.6
    """
    return default(regime, **fixed).with_(wA=shipped()[CENTRE])


def changed(setting: Setting, name: str, value: float) -> Setting:
    """Return a central game with one parameter changed and the habits that belong to it.

    Raises
    ------
    UsageError
        If no habits are shipped for that value.
    """
    habits = shipped().get(key(name, value))
    if habits is None:
        raise UsageError(f"no habits are shipped for {name} = {value:g}.")
    return setting.with_(wA=habits, **{name: value})


def lam_row(setting: Setting, mix: Array, years: int = 1) -> dict[float, Array]:
    """Return `highest_mode` of a central game for several precisions of choice, each with its own habits."""
    return {lam: highest_mode(solve(changed(setting, "lam", lam)).require(), mix, years) for lam in LAM_ROW}


def tornado(setting: Setting, mix: Array, regime: str) -> list[Bar]:
    """Return the effect of each parameter's range on P(strike or war) this year in a central game, largest first.

    The ruler's share of the costs, ``theta``, moves over the range of its regime.
    """
    start = solve(setting).require()
    table = parameters("strategy")
    theta = table[f"theta_{regime}"]
    jobs = [
        (n, table[n], [changed(setting, n, v) for v in (table[n].low, table[n].high)])
        for n in DRAWN
        if table[n].low < table[n].high
    ]
    jobs.append(("theta", theta, [setting.with_(theta=v) for v in (theta.low, theta.high)]))
    bars = [
        Bar(name, p.low, p.high, *(strike_or_war(solve(game, start=start), mix) for game in games))
        for name, p, games in jobs
    ]
    return sorted(bars, key=lambda b: (-b.swing, b.name))
