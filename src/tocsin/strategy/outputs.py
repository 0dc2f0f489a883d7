"""What the game says of one situation: many draws of the payoffs for the spread, and the central game for the
questions that take many solutions.

Everything is conditional on the payoffs, which nobody has measured. The spread over draws is a prior spread, not a
confidence interval.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from tocsin.errors import ModelError
from tocsin.parameters import parameters
from tocsin.strategy.game import centre
from tocsin.strategy.game.chain import base_rates, no_worse, persistence, read_off
from tocsin.strategy.game.prior import prior_games
from tocsin.strategy.game.questions import (
    Bar,
    Threshold,
    break_even_fallout,
    deterring_fallout,
    strike_or_war,
)
from tocsin.strategy.game.setting import BASE_RATES, Array, Setting, chance_to_win
from tocsin.strategy.game.solve import Certificate, Solution, certify, solve
from tocsin.strategy.game.states import NX
from tocsin.strategy.mapping import Situation, grid_x, log_ratio, mixes

YEARS = 3
PATH_YEARS = 10
LEVEL = 0.9
# Draws on which the dearer questions are asked: a second start, outsiders, persistence.
SUBSET = 16
SAME = 1e-6
OUTSIDERS = ("monitor", "partner")
# Certified solutions by regime, monitors, partners and draw, for whoever asks the same games more; None: not solved.
Solved = dict[tuple[str, bool, bool, int], Solution | None]


@dataclass(frozen=True)
class Spread:
    """Mean, median and central 90 per cent over the draws, each of the shape of one draw."""

    mean: Array
    median: Array
    low: Array
    high: Array


def spread(draws: Array) -> Spread:
    """Return the spread over the first axis."""
    tail = (1 - LEVEL) / 2
    low, median, high = np.quantile(draws, [tail, 0.5, 1 - tail], axis=0)
    return Spread(draws.mean(0), median, low, high)


@dataclass(frozen=True)
class Checks:
    """How the solutions fared.

    Parameters
    ----------
    draws : int
        Games tried.
    failed, uncertified : int
        Not solved; solved, but without a valid certificate. Neither enters a number.
    restarted, several : int
        Games solved once more from the other end of the values; those that came to another equilibrium. None found is
        no proof that there is none.
    dear : int
        Draws behind the dearer questions: outsiders and persistence.
    worst_residual : float
        Largest Bellman residual among the games used.
    """

    draws: int
    failed: int
    uncertified: int
    restarted: int
    several: int
    dear: int
    worst_residual: float


@dataclass(frozen=True)
class Central:
    """The central game: all parameters at their central values, relative power at the mean of its two measures.

    Parameters
    ----------
    now : float
        P(strike or war) within a year.
    base : float
        The same at the base rates of states with the same recent history.
    lam_row : dict of float to ndarray, shape (5,)
        P(highest mode) within a year by precision of choice.
    deterring : Threshold
        Smallest fallout that lowers P(strike or war) to the level.
    break_even : Threshold
        Fallout above which a strike is no better than doing nothing.
    tornado : list of Bar
        P(strike or war) at either end of each parameter's range.
    certificate : Certificate
        Of the central solution.
    """

    now: float
    base: float
    lam_row: dict[float, Array]
    deterring: Threshold
    break_even: Threshold
    tornado: list[Bar]
    certificate: Certificate


@dataclass(frozen=True)
class Outputs:
    """One direction, conditional on the payoffs; modes are none, threat, incursion, strike, war.

    Parameters
    ----------
    modes, at_least : Spread, shape (3, 5)
        P(highest mode within 1, 2, 3 years is, or is at least, each mode).
    base, base_at_least : ndarray, shape (3, 5)
        The same if A acted at the base rates of states with the same recent history.
    pending : Spread, shape (3, 5)
        What B's pending arms add to ``at_least``.
    readings : dict of str to Spread, shape (5,)
        ``at_least`` within a year if one thing is read differently.
    readings_base : dict of str to ndarray, shape (5,)
        The same at the base rates of the recent history of each reading.
    outsiders : dict of str to Spread, shape (2, 5)
        ``at_least`` within a year without and with a monitoring mission, a partner.
    outsiders_change : dict of str to Spread, shape (5,)
        The difference the outsider makes, draw by draw.
    window : ndarray, shape (21, 5)
        Mean P(strike or war) this year over relative power x and pending arms q, all else as it is.
    level : float
        Yearly chance of a strike or war regarded as deterred.
    deterring_power : int or None
        Smallest x from which on the mean P(strike or war) stays at or below the level.
    x, q : Spread, float
        Where the case stands on that grid.
    win : Spread
        A's chance to win a war.
    again, spell : Spread
        P(force next year | force this year); years of force in a row once begun.
    path : ndarray, shape (10,)
        Mean P(force in the year) 1, 2, .. years ahead.
    central : Central
        The central game.
    checks : Checks
        Failures and equilibria.
    """

    modes: Spread
    at_least: Spread
    base: Array
    base_at_least: Array
    pending: Spread
    readings: dict[str, Spread]
    readings_base: dict[str, Array]
    outsiders: dict[str, Spread]
    outsiders_change: dict[str, Spread]
    window: Array
    level: float
    deterring_power: int | None
    x: Spread
    q: float
    win: Spread
    again: Spread
    spell: Spread
    path: Array
    central: Central
    checks: Checks


@dataclass(frozen=True)
class _One:
    """What one draw contributes."""

    modes: Array
    base: Array
    idle: Array
    readings: Array
    window: Array
    win: float
    residual: float
    certified: bool
    several: bool | None
    outsiders: Array | None
    again: float
    spell: float
    path: Array


def outputs(
    s: Situation,
    *,
    draws: int,
    seed: int,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
    keep: Solved | None = None,
) -> Outputs:
    """Put the questions of the report to the game of one situation.

    Parameters
    ----------
    s : Situation
        Complete.
    draws : int
        Draws of the payoffs, from those shipped with the package.
    seed : int
        Seed of the weights of the two measures of power.
    workers : int
        Threads; the numbers do not depend on it.
    progress : callable, optional
        Called with the number of games done and the number of all.
    keep : dict, optional
        Receives the solutions.

    Raises
    ------
    CaseError
        If the situation is incomplete.
    ModelError
        If no draw could be solved and certified, or the central game not.
    """
    regime = s.require().regime.kind
    assert regime is not None
    fixed = {"monitor": float(bool(s.monitors)), "partner": float(bool(s.partners))}
    games = prior_games(draws, regime, **fixed)
    weights = weight_draws(draws, seed)
    level = parameters("game")["deterred"].mode
    x = grid_x(log_ratio(s, weights))
    names = list(mixes(s, games[0], 0.5))
    with ThreadPoolExecutor(workers) as pool:
        middle = pool.submit(_central, s, regime, fixed, level)
        results: list[_One | None] = []
        for i, (one, solution) in enumerate(
            pool.map(lambda i: _one(s, games[i], float(weights[i]), dear=i < SUBSET), range(draws))
        ):
            results.append(one)
            if keep is not None:
                keep[regime, bool(s.monitors), bool(s.partners), i] = solution if one and one.certified else None
            if progress is not None:
                progress(len(results), draws)
        central = middle.result()
    solved = [r for r in results if r is not None]
    good = [r for r in solved if r.certified]
    dear = [r for r in good if r.outsiders is not None]
    if not good or not dear:
        raise ModelError(f"none of {draws} games could be solved and certified for {s.actor} against {s.rival}.")
    modes, idle = (np.stack([getattr(r, name) for r in good]) for name in ("modes", "idle"))
    base = np.mean([r.base for r in good], axis=0)
    readings = np.stack([r.readings for r in good])
    outside = tails(np.stack([r.outsiders for r in dear if r.outsiders is not None]))
    window = np.mean([r.window for r in good], axis=0)
    curve = _curve(window, s)
    return Outputs(
        modes=spread(modes),
        at_least=spread(tails(modes)),
        base=base,
        base_at_least=tails(base),
        pending=spread(tails(modes) - tails(idle)),
        readings={name: spread(tails(readings[:, i])) for i, name in enumerate(names)},
        readings_base={name: tails(history(w) @ BASE_RATES) for name, w in mixes(s, games[0], 0.5).items()},
        outsiders={name: spread(outside[:, i]) for i, name in enumerate(OUTSIDERS)},
        outsiders_change={name: spread(outside[:, i, 1] - outside[:, i, 0]) for i, name in enumerate(OUTSIDERS)},
        window=window,
        level=level,
        deterring_power=_settles(curve, level),
        x=spread(x),
        q=0.0 if s.backlog is None else s.backlog.q,
        win=spread(np.array([r.win for r in good])),
        again=spread(np.array([r.again for r in dear])),
        spell=spread(np.array([r.spell for r in dear])),
        path=np.mean([r.path for r in dear], axis=0),
        central=central,
        checks=Checks(
            draws=draws,
            failed=draws - len(solved),
            uncertified=len(solved) - len(good),
            restarted=len(dear),
            several=sum(r.several is True for r in good),
            dear=len(dear),
            worst_residual=max(r.residual for r in good),
        ),
    )


def history(mix: Array) -> Array:
    """Return the weights of the three histories in a mix of states, shape (3,)."""
    return np.asarray(mix.sum((0, 1, 3, 4)))


def tails(p: Array) -> Array:
    """Return P(highest mode at least each mode) from P(highest mode is each), along the last axis.

    Examples
    --------
    >>> tails(np.array([0.5, 0.25, 0.25])).tolist()
    [1.0, 0.5, 0.25]
    """
    return np.asarray(p[..., ::-1].cumsum(-1)[..., ::-1])


def weight_draws(draws: int, seed: int) -> Array:
    """Return draws of the weight of the arms stock in relative power, shape (draws,)."""
    from scipy.stats import qmc

    # A power of 2 keeps the points balanced, and the first of them are the same for any number of draws.
    uniform = qmc.Sobol(1, rng=seed).random_base2(max(draws - 1, 1).bit_length())[:draws, 0]
    return np.asarray(parameters("strategy")["w_measure"].draw(uniform))


def _one(s: Situation, game: Setting, weight: float, *, dear: bool) -> tuple[_One | None, Solution]:
    """Solve one draw and read everything off it, so that the solution itself need not be kept."""
    solution = solve(game)
    if solution.status != "converged":
        return None, solution
    certificate = certify(solution)
    ways = mixes(s, game, weight)
    main = ways["main"]
    first = np.stack([np.tensordot(w, solution.s_A, 5) for w in ways.values()])
    within = no_worse(solution, YEARS)
    several, outside, again, spell, path = None, None, np.nan, np.nan, np.full(PATH_YEARS, np.nan)
    if dear:
        several = _elsewhere(solution)
        outside = np.stack([_without_and_with(solution, main, name) for name in OUTSIDERS])
        lasting = persistence(solution, main, PATH_YEARS)
        again, spell, path = lasting.again, lasting.spell, lasting.path
    one = _One(
        modes=read_off(within, main),
        base=base_rates(solution, main, YEARS),
        idle=read_off(within, ways["nothing pending"]),
        readings=first,
        window=np.einsum("xqezy,ezy->xq", solution.s_A[..., 3:].sum(-1), main.sum((0, 1))),
        win=float(main.sum((1, 2, 3, 4)) @ chance_to_win(game)),
        residual=certificate.residual,
        certified=certificate.holds,
        several=several,
        outsiders=outside,
        again=again,
        spell=spell,
        path=path,
    )
    return one, solution


def _elsewhere(solution: Solution) -> bool:
    """Return whether the game has another answer when solved from the other end of the values."""
    other = replace(solution, V_A=1 - solution.V_A, V_B=1 - solution.V_B, s_B=solution.s_B[..., ::-1].copy())
    again = solve(solution.setting, start=other)
    if again.status != "converged":
        return False
    return bool(max(np.abs(again.V_A - solution.V_A).max(), np.abs(again.V_B - solution.V_B).max()) > SAME)


def _without_and_with(solution: Solution, mix: Array, name: str) -> Array:
    """Return P(highest mode) within a year without and with an outsider, shape (2, 5); NaN where one is not solved."""
    out = np.full((2, 5), np.nan)
    for i in (0, 1):
        same = getattr(solution.setting, name) == i
        one = solution if same else solve(solution.setting.with_(**{name: float(i)}), start=solution)
        if one.status == "converged":
            out[i] = np.tensordot(mix, one.s_A, 5)
    return out


def _curve(window: Array, s: Situation) -> Array:
    """Return the mean P(strike or war) at each x, with pending arms as they are, shape (21,)."""
    q = min(0.0 if s.backlog is None else s.backlog.q, window.shape[1] - 1.0)
    low = min(int(q), window.shape[1] - 2)
    return np.asarray((1 - (q - low)) * window[:, low] + (q - low) * window[:, low + 1])


def _settles(curve: Array, level: float) -> int | None:
    """Return the smallest x from which on a curve stays at or below a level; None if it never does."""
    above = np.flatnonzero(curve > level)
    first = 0 if above.size == 0 else int(above[-1]) + 1
    return first if first < NX else None


def _central(s: Situation, regime: str, fixed: dict[str, float], level: float) -> Central:
    game = centre.central(regime, **fixed)
    mix = mixes(s, game, parameters("strategy")["w_measure"].mode)["main"]
    solution = solve(game).require()
    return Central(
        now=strike_or_war(solution, mix),
        base=float(history(mix) @ BASE_RATES[:, 3:].sum(1)),
        lam_row={lam: p[0] for lam, p in centre.lam_row(game, mix).items()},
        deterring=deterring_fallout(game, mix, level, tol=1e-2),
        break_even=break_even_fallout(game, mix, tol=2e-3),
        tornado=centre.tornado(game, mix, regime),
        certificate=certify(solution),
    )
