"""Lewis and Schultz (2003): the crisis game in which backing down has costs that only the challenger knows.

The challenger A keeps the status quo (``S_A``) or makes a threat. The target B concedes (``V_A``, ``C_B``) or resists.
Then A stands firm (``W_A``, ``W_B``) or backs down (``a``, ``V_B``). ``W_A``, ``W_B`` and ``a`` carry standard normal
errors known to their owner alone. In equilibrium, with ``c = (S_A - (1-p_R) V_A)/p_R``::

    p_C = 1 - N(c - W_A) N(c - a)                                            A threatens
    p_F = N2((W_A - a)/sqrt(2), W_A - c; 1/sqrt(2)) / p_C                    A stands firm, having threatened
    p_R = N((p_F W_B + (1-p_F) V_B - C_B)/p_F)                               B resists

There can be several equilibria, so the likelihood is climbed for given beliefs ``p_R``, ``p_F``, which are then
replaced by the answers to them, until neither moves (nested pseudo-likelihood). Here as a check of this project's
estimators against a published result, not for forecasts.

References
----------
Lewis, J. B. and Schultz, K. A. (2003). Revealing preferences: empirical estimation of a crisis bargaining game with
incomplete information. Political Analysis 11(4), 345-367. Crisman-Cox, C. and Gibilisco, M. (2021). Estimating
signaling games in international relations: problems and solutions. Political Science Research and Methods 9(3).
"""

# ruff: noqa: N815 - names are the symbols of the model
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import ModelError
from tocsin.strategy.game.setting import Array

if TYPE_CHECKING:
    from tocsin.store import Store

PAYOFFS = ("S_A", "V_A", "C_B", "W_A", "W_B", "a", "V_B")
# The published model of sanction threats: which columns enter which payoff ("1" is a constant, "root" a square root).
SANCTIONS: dict[str, tuple[str, ...]] = {
    "S_A": ("root senderecondep", "senderdemocracy", "contig", "ally"),
    "V_A": ("1", "anticipatedsendercosts"),
    "C_B": ("1", "root targetecondep", "anticipatedtargetcosts", "contig", "ally"),
    "W_A": ("1", "root senderecondep", "senderdemocracy", "lncaprat"),
    "W_B": ("1", "targetdemocracy", "lncaprat"),
    "a": ("1", "senderdemocracy"),
    "V_B": (),
}
TINY = 1e-12
ROUNDS, TOL = 200, 1e-6


class Beliefs(NamedTuple):
    """Probabilities that B resists and that A stands firm, by game."""

    p_R: Array
    p_F: Array


@dataclass(frozen=True)
class Crises:
    """Games of one kind, each played several times.

    Parameters
    ----------
    design : dict of ndarray, shape (n, k)
        Columns of each payoff.
    names : dict of tuple of str
        Their names.
    outcomes : ndarray, shape (n, 4)
        How often each game ended in the status quo, a concession, standing firm, backing down.
    """

    design: dict[str, Array]
    names: dict[str, tuple[str, ...]]
    outcomes: Array

    @property
    def size(self) -> int:
        """Number of coefficients."""
        return sum(x.shape[1] for x in self.design.values())

    def payoffs(self, coefficients: Array) -> dict[str, Array]:
        """Return the mean payoffs by game."""
        out, at = {}, 0
        for name in PAYOFFS:
            k = self.design[name].shape[1]
            out[name] = self.design[name] @ coefficients[at : at + k]
            at += k
        return out


def both_below(h: Array, k: Array, rho: float) -> Array:
    """Return the standard bivariate normal distribution function, by Owen's T.

    Examples
    --------
    >>> float(both_below(np.array([0.0]), np.array([0.0]), 0.5).round(6)[0])
    0.333333
    """
    from scipy.special import ndtr, owens_t

    root = np.sqrt(1 - rho**2)
    # Owen's formula divides by both; next to zero it is continuous.
    h, k = (np.where(np.abs(x) < 1e-14, 1e-14, x) for x in (h, k))
    across = np.where(h * k < 0, 0.5, 0.0)
    return np.asarray(
        0.5 * (ndtr(h) + ndtr(k)) - owens_t(h, (k / h - rho) / root) - owens_t(k, (h / k - rho) / root) - across
    )


def answers(u: dict[str, Array], beliefs: Beliefs) -> tuple[Array, Array, Array]:
    """Return ``p_C``, ``p_F`` and ``p_R`` as answers to beliefs."""
    from scipy.special import ndtr

    p_R, p_F = (np.maximum(p, TINY) for p in beliefs)
    c = (u["S_A"] - (1 - p_R) * u["V_A"]) / p_R
    p_C = np.maximum(1 - ndtr(c - u["W_A"]) * ndtr(c - u["a"]), TINY)
    firm = both_below((u["W_A"] - u["a"]) / np.sqrt(2), u["W_A"] - c, 1 / np.sqrt(2))
    resist = ndtr((p_F * u["W_B"] + (1 - p_F) * u["V_B"] - u["C_B"]) / p_F)
    return p_C, np.clip(firm / p_C, TINY, 1), np.clip(resist, TINY, 1)


def log_likelihood(crises: Crises, coefficients: Array, beliefs: Beliefs) -> float:
    """Return the pseudo-log-likelihood of the outcomes for given beliefs."""
    p_C, p_F, p_R = answers(crises.payoffs(coefficients), beliefs)
    p = np.stack((1 - p_C, p_C * (1 - p_R), p_C * p_R * p_F, p_C * p_R * (1 - p_F)), axis=1)
    return float((crises.outcomes * np.log(np.maximum(p, 1e-8))).sum())


@dataclass(frozen=True)
class CrisisFit:
    """A fixed point of the nested pseudo-likelihood.

    Parameters
    ----------
    coefficients : ndarray, shape (k,)
        In the order of `PAYOFFS` and of the columns of each.
    beliefs : Beliefs
        Equilibrium probabilities.
    log_likelihood : float
        At the fixed point.
    rounds : int
        Updates of the beliefs.
    residual : float
        Largest difference of a belief from the answer to it.
    """

    coefficients: Array
    beliefs: Beliefs
    log_likelihood: float
    rounds: int
    residual: float


def best(crises: Crises, start: Array, beliefs: Beliefs) -> Array:
    """Return the coefficients that maximise the pseudo-likelihood for given beliefs."""
    from scipy.optimize import minimize

    scale = float(crises.outcomes.sum())
    found = minimize(
        lambda x: -log_likelihood(crises, x, beliefs) / scale, start, method="BFGS", options={"gtol": 1e-9}
    )
    return np.asarray(found.x)


def fit(crises: Crises, beliefs: Beliefs, start: Array | None = None, *, rounds: int = ROUNDS) -> CrisisFit:
    """Return the fixed point of the nested pseudo-likelihood reached from some beliefs.

    Raises
    ------
    ModelError
        If the beliefs still move after ``rounds`` updates.
    """
    x = np.zeros(crises.size) if start is None else np.asarray(start, dtype=np.float64)
    moved = np.inf
    for number in range(1, rounds + 1):
        x = best(crises, x, beliefs)
        _, p_F, p_R = answers(crises.payoffs(x), beliefs)
        moved = float(max(np.max(np.abs(p_F - beliefs.p_F)), np.max(np.abs(p_R - beliefs.p_R))))
        if moved < TOL:
            return CrisisFit(x, beliefs, log_likelihood(crises, x, beliefs), number, moved)
        beliefs = Beliefs(p_R, p_F)
    raise ModelError(f"the beliefs of the crisis game still move by {moved:.1e} after {rounds} rounds.")


def sanctions(store: Store) -> tuple[Crises, Beliefs, Beliefs]:
    """Return the published games of sanction threats, and the beliefs their authors began and ended with."""
    frame = store.table("sanctions").collect()

    def column(name: str) -> NDArray[np.float64]:
        if name == "1":
            return np.ones(len(frame))
        if name.startswith("root "):
            return np.asarray(np.sqrt(column(name.removeprefix("root "))))
        return np.asarray(frame[name].to_numpy(), dtype=np.float64)

    design = {
        payoff: np.stack([column(n) for n in names], axis=1) if names else np.empty((len(frame), 0))
        for payoff, names in SANCTIONS.items()
    }
    outcomes = frame.select("sq", "cd", "sf", "bd").to_numpy().astype(np.float64)
    began, ended = (Beliefs(column(f"pr{end}"), column(f"pf{end}")) for end in ("hat", "npl"))
    return Crises(design, SANCTIONS, outcomes), began, ended
