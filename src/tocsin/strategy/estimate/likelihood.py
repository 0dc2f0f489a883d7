"""How likely the record is under the game: a nested fixed point, with habits free.

The habits ``w[e,a]`` enter as free constants, twelve in all: what an action costs or earns regardless of the state is
not told apart from habit, so it must not be allowed to pose as payoff. What is left to payoffs is how behaviour varies
with relative power and pending arms within one recent history.

A row of the record is a mix of states of the game. Power and pending arms lie between points of the grid; holdings are
not observed and follow the neutral kernel of the reference population; the supplier is taken as open.

References
----------
Rust, J. (1987). Optimal replacement of GMC bus engines: an empirical model of Harold Zurcher. Econometrica 55(5),
999-1033.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import ModelError, UsageError
from tocsin.parameters import parameters
from tocsin.strategy.estimate.sample import Sample
from tocsin.strategy.game.calibrate import REF_MONITOR, REF_PARTNER, REF_THETA, holdings
from tocsin.strategy.game.setting import PROBABILITIES, Array, Setting, default
from tocsin.strategy.game.solve import Solution, solve
from tocsin.strategy.game.states import NA, NE, NQ, NX, NY, SHAPE, STATES, X_LOW, X_STEP

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LAM_FLOOR = 0.01  # below it the game is its habits, and the likelihood is flat
SOLVE_TOL = 1e-11  # differences of a step of 1e-3 need more than the 1e-9 shown elsewhere
STEP = 1e-3


def mixes(sample: Sample) -> csr_matrix:
    """Return the weights of the states of the game in each row, sparse, shape (n, 3150); rows sum to 1.

    A power ratio beyond the grid counts as its end.

    Raises
    ------
    UsageError
        If a power ratio or the pending arms of a row are unknown.
    """
    from scipy.sparse import csr_matrix

    n = len(sample)
    if not (np.isfinite(sample.r).all() and np.isfinite(sample.q).all()):
        raise UsageError("rows of unknown power or pending arms cannot be placed in the game: use sample.known().")
    x = np.clip((sample.r - X_LOW) / X_STEP, 0, NX - 1)
    q = np.clip(sample.q, 0, NQ - 1)
    y = holdings(sample.r)
    rows, columns, values = [], [], []
    for i, wx in _ends(x, NX):
        for j, wq in _ends(q, NQ):
            for k in range(NY):
                rows.append(np.arange(n))
                columns.append(np.ravel_multi_index((i, j, sample.e, np.zeros(n, int), np.full(n, k)), SHAPE))
                values.append(wx * wq * y[:, k])
    cells = np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix(cells, shape=(n, STATES))


def _ends(v: Array, size: int) -> list[tuple[Any, Array]]:
    low = np.minimum(v.astype(np.int64), size - 2)
    return [(low, 1 - (v - low)), (low + 1, v - low)]


@dataclass(frozen=True)
class Model:
    """A game of which some parameters are free, and the habits always.

    Parameters
    ----------
    centre : Setting
        Values of what is held fixed; its habits may be zero where the record never saw an action.
    names : tuple of str
        Free parameters. On the scale worked with they are log-odds if probabilities, as they are if log-odds already
        (``a0``), and logs otherwise.
    """

    centre: Setting
    names: tuple[str, ...]

    @property
    def used(self) -> NDArray[np.bool_]:
        """Habits that are free, shape (3, 4): actions other than none, where the record saw them."""
        return np.asarray(self.centre.wA[:, 1:] > 0)

    @property
    def size(self) -> int:
        """Free numbers: parameters and habits."""
        return len(self.names) + int(self.used.sum())

    def point(self, setting: Setting) -> Array:
        """Return a game on the scale worked with, shape (size,)."""
        free = [float(_out(n, getattr(setting, n))) for n in self.names]
        w = setting.wA
        habits = np.log(np.where(self.used, w[:, 1:], 1.0)) - np.log(w[:, :1])
        return np.concatenate((free, habits[self.used]))

    def setting(self, point: Array) -> Setting:
        """Return the game at a point."""
        w = np.concatenate((np.ones((NE, 1)), np.zeros((NE, NA - 1))), axis=1)
        w[:, 1:][self.used] = np.exp(point[len(self.names) :])
        return self.centre.with_(wA=w, **self.natural(point))

    def natural(self, point: Array) -> dict[str, float]:
        """Return the free parameters at a point in their own units."""
        return {n: float(_back(n, v)) for n, v in zip(self.names, point, strict=False)}


def _out(name: str, value: float | Array) -> Array:
    v = np.asarray(value, dtype=np.float64)
    if name == "a0":
        return v
    return np.asarray(np.log(v) - np.log1p(-v) if name in PROBABILITIES else np.log(v))


def _back(name: str, value: float | Array) -> Array:
    v = np.asarray(value, dtype=np.float64)
    if name == "a0":
        return v
    if name == "lam":
        return np.maximum(np.exp(v), LAM_FLOOR)
    return np.asarray(1 / (1 + np.exp(-v)) if name in PROBABILITIES else np.exp(v))


def half_range(name: str) -> float:
    """Return half the range of parameters.toml on the scale worked with: the unit that information is told in."""
    p = parameters("strategy")[name]
    if p.low <= 0 and name != "a0":
        raise UsageError(f"{name}: its range begins at 0, so it has no logarithm and cannot be estimated here.")
    return float(_out(name, p.high) - _out(name, p.low)) / 2


def centre(**changes: object) -> Setting:
    """Return the game of the reference population, in which the record is taken to have been played."""
    return default(monitor=REF_MONITOR, partner=REF_PARTNER, theta=REF_THETA).with_(**changes)


@dataclass(frozen=True)
class Data:
    """Rows ready to be fitted: weights on the states (n, 3150), outcomes (n,), dyad numbers (n,), histories (n,)."""

    weights: csr_matrix
    sample: Sample

    @classmethod
    def of(cls, sample: Sample) -> Data:
        """Return the rows of a sample whose state is known."""
        known = sample.known()
        if not len(known):
            raise ModelError("no row of the record has a known power ratio and known pending arms.")
        return cls(mixes(known), known)

    def all_modes(self, solution: Solution) -> Array:
        """Return the probabilities of all modes in each row, shape (n, 5)."""
        return np.asarray(self.weights @ solution.s_A.reshape(STATES, NA))

    def rows(self, solution: Solution) -> Array:
        """Return the probability of each row's outcome, shape (n,)."""
        return np.asarray(self.all_modes(solution)[np.arange(len(self.sample)), self.sample.mode])


def solved(model: Model, point: Array, start: Solution | None = None) -> Solution:
    """Return the equilibrium at a point."""
    return solve(model.setting(point), tol=SOLVE_TOL, start=start)


def slopes(model: Model, point: Array, data: Data, start: Solution, *, workers: int = 2) -> Array:
    """Return the derivative of every row's probabilities by every free number (central differences), (n, 5, k)."""

    def one(i: int) -> Array:
        move = np.zeros(model.size)
        move[i] = STEP
        up, down = (data.all_modes(solved(model, point + sign * move, start).require()) for sign in (1, -1))
        return (up - down) / (2 * STEP)

    with ThreadPoolExecutor(workers) as pool:
        return np.stack(list(pool.map(one, range(model.size))), axis=2)


def scores(model: Model, point: Array, data: Data, start: Solution, *, workers: int = 2) -> Array:
    """Return the derivative of each row's log-likelihood by every free number, shape (n, k)."""
    n = np.arange(len(data.sample))
    change = slopes(model, point, data, start, workers=workers)[n, data.sample.mode]
    return np.asarray(change / data.rows(start)[:, None])


def shares(sample: Sample) -> Array:
    """Return the frequencies of the modes by history, shape (3, 5).

    Raises
    ------
    ModelError
        If a history is missing, or peace never followed it.
    """
    counts = sample.counts()
    if not counts[:, 0].all():
        raise ModelError("the record lacks a peaceful year after one of the three histories. Take more years.")
    return np.asarray(counts / counts.sum(axis=1, keepdims=True))


def matched(setting: Setting, data: Data, *, tol: float = 1e-6, passes: int = 40) -> tuple[Setting, Solution]:
    """Return the game with habits that make it predict the record's own frequencies by history, and its equilibrium.

    Raises
    ------
    ModelError
        If the game has no answer on the way, or the frequencies cannot be met.
    """
    wanted = shares(data.sample)
    seen = wanted > 0
    game = setting.with_(wA=wanted)
    solution: Solution | None = None
    for _ in range(passes):
        solution = solve(game, tol=SOLVE_TOL, start=solution).require()
        p = data.all_modes(solution)
        found = np.stack([p[data.sample.e == e].mean(axis=0) for e in range(NE)])
        ratio = np.where(seen, wanted, 1.0) / np.where(seen, found, 1.0)
        if np.max(np.abs(np.log(ratio))) < tol:
            return game, solution
        game = game.with_(wA=game.wA * ratio)
    raise ModelError(f"no habits meet the record's frequencies at lam = {setting.lam:g}.")
