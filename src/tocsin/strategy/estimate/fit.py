"""Maximum likelihood of the game's parameters, with what may and what may not be said of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.errors import ModelError, UsageError
from tocsin.parameters import parameters
from tocsin.strategy.estimate.likelihood import (
    Data,
    Model,
    half_range,
    matched,
    scores,
    shares,
    solved,
)
from tocsin.strategy.estimate.sample import Ints
from tocsin.strategy.game.setting import Array, Setting
from tocsin.strategy.game.solve import Solution, solve

GRADIENT = 1e-2  # the search ends where no free number would gain this much log-likelihood per unit
ROUNDS = 60
GRID = 7  # points of a profile on each side of the estimate


@dataclass(frozen=True)
class Fit:
    """A maximum of the likelihood.

    Parameters
    ----------
    model : Model
        What was free.
    point : ndarray, shape (k,)
        The maximum, on the scale worked with.
    log_likelihood, base : float
        At the maximum, and of the habits alone (``lam = 0``: the frequencies by history).
    rows, dyads : int
        Rows and pairs of states.
    covariance : ndarray, shape (k, k)
        Clustered by dyad; NaN where the information is singular.
    gradient : float
        Largest component left.
    """

    model: Model
    point: Array
    log_likelihood: float
    base: float
    rows: int
    dyads: int
    covariance: Array
    gradient: float

    @property
    def values(self) -> dict[str, float]:
        """Estimates in their own units."""
        return self.model.natural(self.point)

    @property
    def errors(self) -> dict[str, float]:
        """Standard errors of the parameters on the scale worked with (logs, log-odds), clustered by dyad."""
        spread = np.sqrt(np.maximum(np.diag(self.covariance), 0.0))
        return {n: float(spread[i]) for i, n in enumerate(self.model.names)}

    @property
    def setting(self) -> Setting:
        """The game at the maximum."""
        return self.model.setting(self.point)


def base_log_likelihood(data: Data) -> float:
    """Return the log-likelihood of the frequencies by history alone."""
    return float(np.log(shares(data.sample)[data.sample.e, data.sample.mode]).sum())


def maximise(model: Model, point: Array, data: Data, *, workers: int = 2) -> tuple[Array, float, float]:
    """Climb the likelihood from a point; return the maximum, the log-likelihood and the largest gradient left.

    A trust-region search in which the outer product of the scores stands for the curvature (Berndt and others 1974).

    Raises
    ------
    ModelError
        If the search does not end at a maximum.
    """
    from scipy.optimize import minimize

    kept: dict[bytes, tuple[float, Array]] = {}
    last: list[Solution | None] = [None]

    def look(x: Array, derive: bool) -> tuple[float, Array]:
        key = x.tobytes()
        if key in kept and (kept[key][1].size or not derive):
            return kept[key]
        try:
            solution = solved(model, x, last[0])
        except UsageError:
            # The step left the range in which a game can be stated.
            return np.inf, np.empty(0)
        if solution.status != "converged":
            return np.inf, np.empty(0)
        last[0] = solution
        value = -float(np.log(data.rows(solution)).sum())
        kept[key] = value, scores(model, x, data, solution, workers=workers) if derive else np.empty(0)
        return kept[key]

    found = minimize(
        lambda x: look(x, False)[0],
        point,
        jac=lambda x: -look(x, True)[1].sum(axis=0),
        hess=lambda x: look(x, True)[1].T @ look(x, True)[1],
        method="trust-exact",
        options={"gtol": GRADIENT, "maxiter": ROUNDS, "initial_trust_radius": 0.3, "max_trust_radius": 2.0},
    )
    gradient = float(np.max(np.abs(found.jac)))
    if not np.isfinite(found.fun) or gradient > 50 * GRADIENT:
        raise ModelError(
            f"the likelihood of {', '.join(model.names) or 'the habits'} could not be maximised: {found.message} "
            f"(gradient {gradient:.2g}). Free fewer parameters."
        )
    return np.asarray(found.x), -float(found.fun), gradient


def fit(centre: Setting, names: Sequence[str], data: Data, *, workers: int = 2) -> Fit:
    """Return the maximum of the likelihood over some parameters and the habits.

    Parameters
    ----------
    centre : Setting
        What is held fixed, and where the search begins.
    names : sequence of str
        Free parameters.
    data : Data
        The rows.
    workers : int
        Threads.
    """
    for name in names:
        half_range(name)
    game, _ = matched(centre, data)
    model = Model(game, tuple(names))
    point, value, gradient = maximise(model, model.point(game), data, workers=workers)
    rows = scores(model, point, data, solved(model, point).require(), workers=workers)
    dyad = data.sample.dyad
    return Fit(
        model=model,
        point=point,
        log_likelihood=value,
        base=base_log_likelihood(data),
        rows=len(data.sample),
        dyads=int(dyad.max()) + 1,
        covariance=clustered(rows, dyad),
        gradient=gradient,
    )


def clustered(rows: Array, cluster: Ints) -> Array:
    """Return the sandwich covariance of a maximum from the scores of its rows, clustered.

    The information is the outer product of the rows' scores; the meat that of the clusters' sums, with the factor
    ``g/(g-1)`` for ``g`` clusters. NaN where the information has no inverse.

    References
    ----------
    Cameron, A. C. and Miller, D. L. (2015). A practitioner's guide to cluster-robust inference. Journal of Human
    Resources 50(2), 317-372.
    """
    info = rows.T @ rows
    scale = np.sqrt(np.diag(info))
    if not (scale > 0).all() or np.linalg.cond(info / np.outer(scale, scale)) > 1e10:
        return np.full_like(info, np.nan)
    groups = np.unique(cluster, return_inverse=True)[1]
    sums = np.zeros((groups.max() + 1, rows.shape[1]))
    np.add.at(sums, groups, rows)
    bread = np.linalg.inv(info)
    g = len(sums)
    return np.asarray(bread @ (sums.T @ sums) @ bread * (g / (g - 1)))


@dataclass(frozen=True)
class Profile:
    """The likelihood along one parameter, all others at their best.

    Parameters
    ----------
    name : str
        The parameter.
    values, log_likelihood : ndarray, shape (m,)
        In its own units; NaN where the game has no answer or no maximum was found.
    low, high : float or None
        Where the likelihood has fallen by ``estimation.drop``; None if it does not within the values tried.
    """

    name: str
    values: Array
    log_likelihood: Array
    low: float | None
    high: float | None


def profile(
    found: Fit, name: str, values: Array, data: Data, *, workers: int = 2, progress: Callable[[], None] | None = None
) -> Profile:
    """Return the profile likelihood of a parameter over some values; the other free parameters are fitted anew at each.

    Parameters
    ----------
    found : Fit
        The maximum; ``name`` may be free in it or not.
    name : str
        Parameter profiled.
    values : ndarray, shape (m,)
        Increasing, in its own units.
    """
    heights = []
    for value in values:
        heights.append(_height(found, name, float(value), data, workers))
        if progress is not None:
            progress()
    h = np.array(heights)
    top = float(np.nanmax(np.append(h, found.log_likelihood))) if name in found.model.names else float(np.nanmax(h))
    level = top - parameters("estimation")["drop"].mode
    best = found.values[name] if name in found.model.names else float(values[np.nanargmax(h)])
    low, high = _crossings(values, h, best, level)
    return Profile(name, values, h, low, high)


def _height(found: Fit, name: str, value: float, data: Data, workers: int) -> float:
    """Return the maximum with one parameter held, searched from the fit or, where that leads nowhere, the centre."""
    others = tuple(n for n in found.model.names if n != name)
    for start in (found.setting, found.model.centre):
        try:
            game, _ = matched(start.with_(**{name: value}), data)
            model = Model(game, others)
            return maximise(model, model.point(game), data, workers=workers)[1]
        except ModelError:
            continue
    return np.nan


def _crossings(values: Array, heights: Array, best: float, level: float) -> tuple[float | None, float | None]:
    """Return where the profile falls through a level on either side of its top, by straight lines between points."""

    def walk(side: list[int]) -> float | None:
        above: int | None = None
        for i in side:
            if not np.isfinite(heights[i]):
                continue
            if heights[i] < level:
                if above is None:
                    return float(values[i])
                share = (heights[above] - level) / (heights[above] - heights[i])
                return float(values[above] + share * (values[i] - values[above]))
            above = i
        return None

    order = list(range(len(values)))
    return walk([i for i in reversed(order) if values[i] <= best]), walk([i for i in order if values[i] >= best])


@dataclass(frozen=True)
class HeldOut:
    """How a fit does on years it has not seen, beside the habits alone fitted on the same earlier years.

    Parameters
    ----------
    rows, dyads : int
        Rows scored and pairs of states.
    log_likelihood, base : float
        Of the game, and of the earlier frequencies by history.
    gain : float
        Difference per row; ``error`` its standard error, clustered by dyad.
    """

    rows: int
    dyads: int
    log_likelihood: float
    base: float
    gain: float
    error: float


def held_out(setting: Setting, before: Data, after: Data) -> HeldOut:
    """Return the score of a game fitted on earlier rows on later ones.

    Raises
    ------
    ModelError
        If a later row shows what the earlier ones held to be impossible.
    """
    rates = shares(before.sample)[after.sample.e, after.sample.mode]
    if not (rates > 0).all():
        raise ModelError(
            "the held-out years saw a mode after a history that the fitted years never did, and so call impossible. "
            "Fit more years."
        )
    game, base = np.log(after.rows(solve(setting).require())), np.log(rates)
    groups = after.sample.dyad
    sums = np.bincount(groups, weights=(game - base) - (game - base).mean())
    g, n = len(sums), len(base)
    error = float(np.sqrt(np.sum(sums**2) * g / (g - 1)) / n)
    return HeldOut(n, g, float(game.sum()), float(base.sum()), float((game - base).mean()), error)
