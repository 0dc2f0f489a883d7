"""What the record can tell of the payoffs, before anything is fitted, and what it cannot.

Information is the expected Fisher information of the rows at a given game, with the habits partialled out, in units of
half the range of parameters.toml on the scale worked with: 1 means that the record alone would tell a parameter no
better than that range does. A parameter that data do not move still "converges" to wherever the search began; this
report exists so that such a number is never shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.parameters import parameters
from tocsin.strategy.estimate.likelihood import Data, Model, half_range, slopes, solved
from tocsin.strategy.game.setting import Array, Setting

# Payoffs and risk, which no first stage sees. Not here: what has no shifter in this record at all (phi1 and phi2,
# monitors and partners; phi3, which is the habit of e = 0; theta, regimes), B's own payoffs, and what begins at 0.
CANDIDATES = ("lam", "a0", "gam", "omega", "rho", "cT", "cI", "cS", "cW", "cL", "F", "xi", "piT", "piI", "beta")
WAR = ("cW", "cL", "xi")
COSTS = ("cT", "cI", "cS", "cW")


@dataclass(frozen=True)
class Parameter:
    """What the record tells of one parameter.

    Parameters
    ----------
    name : str
        Which.
    alone : float
        Information if everything else, habits too, were known.
    beside_habits : float
        Information if only the habits had to be found out as well.
    beside_all : float
        Information if all candidates had to be.
    identified : bool
        Whether it enters the set that can be estimated together.
    reason : str
        Why not, in words; empty where it does.
    """

    name: str
    alone: float
    beside_habits: float
    beside_all: float
    identified: bool
    reason: str


@dataclass(frozen=True)
class Identification:
    """The report.

    Parameters
    ----------
    at : dict
        Values of the candidates at which the information was computed.
    rows : int
        Rows of the record.
    parameters : tuple of Parameter
        The candidates, in the order tried.
    eigenvalues : ndarray, shape (k,)
        Of the information on all candidates beside the habits, smallest first.
    directions : ndarray, shape (k, k)
        Their directions, by column.
    """

    at: dict[str, float]
    rows: int
    parameters: tuple[Parameter, ...]
    eigenvalues: Array
    directions: Array

    @property
    def identified(self) -> tuple[str, ...]:
        """Names of what can be estimated together."""
        return tuple(p.name for p in self.parameters if p.identified)


def information(model: Model, point: Array, data: Data, *, workers: int = 2) -> Array:
    """Return the expected information of the rows on all free numbers, shape (k, k).

    The parameters are in units of half their range, the habits in logs.
    """
    start = solved(model, point).require()
    p = data.all_modes(start)
    d = slopes(model, point, data, start, workers=workers)
    used = p > 0
    d = np.where(used[:, :, None], d, 0.0) / np.sqrt(np.where(used, p, 1.0))[:, :, None]
    d[:, :, : len(model.names)] *= np.array([half_range(n) for n in model.names])
    flat = d.reshape(-1, model.size)
    return np.asarray(flat.T @ flat)


def left(info: Array, keep: list[int], out: list[int]) -> Array:
    """Return the information on ``keep`` once ``out`` have to be found out as well."""
    block = info[np.ix_(keep, keep)]
    if not out:
        return np.asarray(block)
    across = info[np.ix_(keep, out)]
    return np.asarray(block - across @ np.linalg.pinv(info[np.ix_(out, out)], rcond=1e-12, hermitian=True) @ across.T)


def identify(
    centre: Setting, data: Data, candidates: tuple[str, ...] = CANDIDATES, *, workers: int = 2
) -> Identification:
    """Return what the rows could tell of each candidate if the game were ``centre``.

    Candidates enter one by one, ``lam`` first and then the best told; one is refused if with it some direction would be
    told worse than ``estimation.information`` of parameters.toml demands.

    Parameters
    ----------
    centre : Setting
        The game, with its habits.
    data : Data
        The rows.
    candidates : tuple of str
        Parameters considered.
    """
    need = parameters("estimation")["information"].mode
    model = Model(centre, candidates)
    info = information(model, model.point(centre), data, workers=workers)
    k = len(candidates)
    habits = list(range(k, model.size))
    beside = left(info, list(range(k)), habits)
    reasons = dict.fromkeys(WAR, "the record has no war") if not (data.sample.mode == 4).any() else {}
    chosen: list[int] = []
    waiting = [i for i in range(k) if candidates[i] not in reasons]
    while waiting:
        worst = {i: float(np.linalg.eigvalsh(beside[np.ix_([*chosen, i], [*chosen, i])])[0]) for i in waiting}
        first = [i for i in waiting if candidates[i] == "lam" and not chosen]
        best = first[0] if first else max(worst, key=lambda i: worst[i])
        if worst[best] < need:
            break
        chosen.append(best)
        waiting.remove(best)
    for i in waiting:
        reasons[candidates[i]] = _why(candidates, beside, info, i, chosen, need)
    values, directions = np.linalg.eigh(beside)
    out = []
    for i, name in enumerate(candidates):
        others = [j for j in range(model.size) if j != i]
        out.append(
            Parameter(
                name=name,
                alone=float(info[i, i]),
                beside_habits=float(beside[i, i]),
                beside_all=max(float(left(info, [i], others)[0, 0]), 0.0),
                identified=i in chosen,
                reason=reasons.get(name, ""),
            )
        )
    at = {n: getattr(centre, n) for n in candidates}
    return Identification(at, len(data.sample), tuple(out), values, directions)


def _why(names: tuple[str, ...], beside: Array, info: Array, i: int, chosen: list[int], need: float) -> str:
    if info[i, i] < need:
        return f"the record says next to nothing of it (information {info[i, i]:.2g} of {need:g} needed)"
    if beside[i, i] < need:
        lost = 1 - beside[i, i] / info[i, i]
        return f"it cannot be told from habit, which takes {lost:.1%} of its information"
    rest = float(left(beside, [i], chosen)[0, 0])
    near = max(chosen, key=lambda j: abs(beside[i, j]) / np.sqrt(beside[i, i] * beside[j, j]))
    return (
        f"it cannot be told from {names[near]} and the others chosen before it, "
        f"which take {1 - rest / beside[i, i]:.1%} of its information"
    )


@dataclass(frozen=True)
class Shared:
    """Information on one parameter: alone, beside some costs, beside the habits, beside both."""

    alone: float
    beside_costs: float
    beside_habits: float
    beside_both: float


def shared(centre: Setting, data: Data, name: str = "F", costs: tuple[str, ...] = COSTS) -> Shared:
    """Return how much of the information on a parameter is shared with costs and with habits."""
    model = Model(centre, (name, *costs))
    info = information(model, model.point(centre), data)
    k = len(model.names)
    own, habits = list(range(1, k)), list(range(k, model.size))
    return Shared(*(max(float(left(info, [0], out)[0, 0]), 0.0) for out in ([], own, habits, [*own, *habits])))
