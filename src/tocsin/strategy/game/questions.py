"""Questions put to the game: what deters, when force pays, what pending arms and outsiders change, what matters
most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tocsin.errors import UsageError
from tocsin.parameters import parameters
from tocsin.strategy.game.calibrate import calibrate
from tocsin.strategy.game.chain import highest_mode
from tocsin.strategy.game.mix import checked, without_pending
from tocsin.strategy.game.setting import DRAWN, Array, Setting
from tocsin.strategy.game.solve import Solution, solve
from tocsin.strategy.game.states import NX, SHAPE

_LAM = parameters("strategy")["lam"]
# One precision near the base rates, then the range of lam.
LAM_ROW = (parameters("strategy")["lam_near_base"].mode, _LAM.low, _LAM.mode, _LAM.high)
F_MAX = 20.0


def strike_or_war(solution: Solution, mix: Array) -> float:
    """Return the probability that A strikes or goes to war this year."""
    return float(np.tensordot(checked(mix), solution.require().s_A[..., 3:].sum(-1), 5))


def advantage(solution: Solution, action: int, mix: Array) -> float:
    """Return how much better an action is for A than doing nothing, in value, averaged over a mix.

    From the logit itself: ``Q[a] - Q[0] = (ln(s[a]/w[a]) - ln(s[0]/w[0])) / lam``.
    """
    s, w = solution.require().s_A, solution.setting.wA[None, None, :, None, None, :]
    with np.errstate(divide="ignore"):
        Q = np.log(s[..., action] / w[..., action]) - np.log(s[..., 0] / w[..., 0])
    weights = checked(mix)
    used = weights > 0
    return float((weights[used] * np.broadcast_to(Q, SHAPE)[used]).sum() / solution.setting.lam)


@dataclass(frozen=True)
class Threshold:
    """Where a quantity crosses a level.

    Parameters
    ----------
    value : float or None
        The crossing; None if the level is not reached within the range searched.
    at_low, at_high : float
        The quantity at both ends of the range searched.
    """

    value: float | None
    at_low: float
    at_high: float


def _bisect(f: Callable[[float], float], level: float, low: float, high: float, tol: float) -> Threshold:
    """Find where a quantity first falls to a level on [low, high], if it starts above it and ends at or below it."""
    at_low, at_high = f(low), f(high)
    if at_low <= level:
        return Threshold(low, at_low, at_high)
    if at_high > level:
        return Threshold(None, at_low, at_high)
    a, b = low, high
    while b - a > tol:
        middle = (a + b) / 2
        a, b = (middle, b) if f(middle) > level else (a, middle)
    return Threshold(b, at_low, at_high)


def deterring_fallout(setting: Setting, mix: Array, level: float, *, tol: float = 1e-4) -> Threshold:
    """Return the smallest fallout F at which P(strike or war) falls to ``level``, all else equal.

    Parameters
    ----------
    setting : Setting
        The game; its own F is ignored.
    mix : ndarray, shape (21, 5, 3, 2, 5)
        Weights on the states.
    level : float
        Probability in a year regarded as deterred.
    """
    if not 0 < level < 1:
        raise UsageError(f"level = {level:g} is not a probability strictly between 0 and 1.")
    return _bisect(_resolve(setting, lambda s: strike_or_war(s, mix)), level, 0.0, F_MAX, tol)


def break_even_fallout(setting: Setting, mix: Array, *, tol: float = 1e-4) -> Threshold:
    """Return the fallout F above which a strike is no better for A than accommodation (doing nothing)."""
    return _bisect(_resolve(setting, lambda s: advantage(s, 3, mix)), 0.0, 0.0, F_MAX, tol)


def _resolve(setting: Setting, measure: Callable[[Solution], float]) -> Callable[[float], float]:
    last: list[Solution | None] = [None]

    def value(F: float) -> float:
        solution = solve(setting.with_(F=F), start=last[0]).require()
        last[0] = solution
        return measure(solution)

    return value


def deterring_power(solution: Solution, q: int, e: int, z: int, y: int, level: float) -> int | None:
    """Return the smallest x from which on P(strike or war) stays at or below ``level``; None if it never does."""
    p = solution.require().s_A[:, q, e, z, y, 3:].sum(-1)
    above = np.flatnonzero(p > level)
    first = 0 if above.size == 0 else int(above[-1]) + 1
    return first if first < NX else None


def window(solution: Solution, e: int, z: int, y: int) -> Array:
    """Return P(strike or war) over relative power and pending deliveries, shape (21, 5): the preventive window."""
    return np.asarray(solution.require().s_A[:, :, e, z, y, 3:].sum(-1))


def pending(solution: Solution, mix: Array, years: int = 3) -> Array:
    """Return what pending deliveries add to the probabilities of `highest_mode`, shape (years, 5).

    The counterfactual is the same mix with nothing on order; orders yet to come are possible in both.
    """
    return highest_mode(solution, mix, years) - highest_mode(solution, without_pending(mix), years)


def outsiders(setting: Setting, mix: Array, years: int = 1) -> dict[str, Array]:
    """Return `highest_mode` without and with a monitoring mission and a partner, by name."""
    cases = {"neither": (0, 0), "monitor": (1, 0), "partner": (0, 1), "both": (1, 1)}
    return {
        name: highest_mode(solve(setting.with_(monitor=m, partner=p)).require(), mix, years)
        for name, (m, p) in cases.items()
    }


def lam_row(setting: Setting, mix: Array, years: int = 1, *, calibrated: bool = False) -> dict[float, Array]:
    """Return `highest_mode` for several precisions of choice; to be shown beside every number of the game.

    Parameters
    ----------
    calibrated : bool
        Whether the habits of ``setting`` are calibrated: then they are so anew for each precision. Habits that met the
        base rates at another precision would miss them, and the row would show the miss.
    """
    games = {lam: _changed(setting, calibrated, lam=lam) for lam in LAM_ROW}
    return {lam: highest_mode(solve(game).require(), mix, years) for lam, game in games.items()}


def _changed(setting: Setting, calibrated: bool, **change: float) -> Setting:
    game = setting.with_(**change)
    return game.with_(wA=calibrate(game).wA) if calibrated else game


@dataclass(frozen=True)
class Bar:
    """One bar of the tornado: the quantity at both ends of a parameter's range, all else central."""

    name: str
    low: float
    high: float
    at_low: float
    at_high: float

    @property
    def swing(self) -> float:
        """Length of the bar."""
        return abs(self.at_high - self.at_low)


def tornado(setting: Setting, mix: Array, *, calibrated: bool = False) -> list[Bar]:
    """Return the effect of each parameter's range on P(strike or war) this year, largest first.

    ``calibrated`` is as in `lam_row`: habits are set anew at both ends, as they are for every draw of the payoffs.
    """
    start = solve(setting).require()
    bars = []
    for name in DRAWN:
        p = parameters("strategy")[name]
        if p.low == p.high:
            continue
        games = [_changed(setting, calibrated, **{name: v}) for v in (p.low, p.high)]
        ends = [strike_or_war(solve(game, start=start), mix) for game in games]
        bars.append(Bar(name, p.low, p.high, *ends))
    return sorted(bars, key=lambda b: (-b.swing, b.name))
