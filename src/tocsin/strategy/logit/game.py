"""A finite two-player stochastic game as arrays, checked on entry; values, equations and their derivatives."""

# ruff: noqa: N815 - names are the symbols of the model
from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import UsageError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class StochasticGame:
    """Two players, states s, actions a and b chosen at the same time.

    Parameters
    ----------
    u_A, u_B : ndarray, shape (S, A, B)
        Payoffs per period.
    P : ndarray, shape (S, A, B, S)
        Chances of the next state.
    delta : float
        Discount factor, at least 0 and below 1. A value is ``u + delta V'``, not normalised by ``1 - delta``.

    Raises
    ------
    UsageError
        For shapes that do not fit, rows that do not sum to 1, negative chances or numbers that are not finite.
    """

    u_A: Array
    u_B: Array
    P: Array
    delta: float

    def __post_init__(self) -> None:
        """Copy the arrays and refuse a game that cannot be stated."""
        for name in ("u_A", "u_B", "P"):
            x = np.array(getattr(self, name), dtype=np.float64, order="C")
            x.flags.writeable = False
            object.__setattr__(self, name, x)
        faults = []
        shape = self.u_A.shape
        if len(shape) != 3 or min(shape, default=0) < 1:
            faults.append(f"u_A has shape {shape}, not (states, actions of A, actions of B)")
        if self.u_B.shape != shape:
            faults.append(f"u_B has shape {self.u_B.shape}, u_A {shape}")
        if self.P.shape != (*shape, *shape[:1]):
            faults.append(f"P has shape {self.P.shape}, not {(*shape, *shape[:1])}")
        elif (self.P < 0).any() or not np.allclose(self.P.sum(axis=-1), 1, rtol=0, atol=1e-9):
            faults.append("P has a row that is negative somewhere or does not sum to 1")
        if not all(np.isfinite(x).all() for x in (self.u_A, self.u_B, self.P)):
            faults.append("a payoff or chance is not a finite number")
        if not 0 <= self.delta < 1:
            faults.append(f"delta = {self.delta:g} is not in [0, 1)")
        if faults:
            raise UsageError("the stochastic game cannot be stated: " + "; ".join(faults) + ".")

    @property
    def states(self) -> int:
        """Number of states."""
        return int(self.u_A.shape[0])

    def swapped(self) -> StochasticGame:
        """Return the same game with the players' names exchanged."""
        return StochasticGame(
            self.u_B.transpose(0, 2, 1), self.u_A.transpose(0, 2, 1), self.P.transpose(0, 2, 1, 3), self.delta
        )


class Point(NamedTuple):
    """Strategies, stage payoffs and values at a point (V_A, V_B, log-odds of B) and a precision lam."""

    s_A: Array
    s_B: Array
    M_A: Array
    M_B: Array
    Q_A: Array
    Q_B: Array


def softmax(x: Array) -> Array:
    """Return ``exp(x)`` normalised over the last axis."""
    y = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(y / y.sum(axis=-1, keepdims=True))


def evaluate(game: StochasticGame, V_A: Array, V_B: Array, ell: Array, lam: float) -> Point:
    """Return strategies and payoffs; ``ell`` (S, B-1) are B's log-odds against its first action."""
    s_B = softmax(np.concatenate((np.zeros((game.states, 1)), ell), axis=1))
    M_A, M_B = game.u_A + game.delta * (game.P @ V_A), game.u_B + game.delta * (game.P @ V_B)
    Q_A = np.einsum("sab,sb->sa", M_A, s_B)
    s_A = softmax(lam * Q_A)
    return Point(s_A, s_B, M_A, M_B, Q_A, np.einsum("sab,sa->sb", M_B, s_A))


def equations(game: StochasticGame, V_A: Array, V_B: Array, ell: Array, lam: float) -> Array:
    """Return the residuals of the equilibrium, shape (S (1 + 1 + B-1),).

    ``sum s_A Q_A - V_A``, ``sum s_B Q_B - V_B`` and ``lam (Q_B[b] - Q_B[0]) - ell[b]``.
    """
    p = evaluate(game, V_A, V_B, ell, lam)
    choice = lam * (p.Q_B[:, 1:] - p.Q_B[:, :1]) - ell
    return np.concatenate(((p.s_A * p.Q_A).sum(1) - V_A, (p.s_B * p.Q_B).sum(1) - V_B, choice.ravel()))


def derivatives(game: StochasticGame, V_A: Array, V_B: Array, ell: Array, lam: float) -> tuple[Array, Array]:
    """Return the Jacobian of `equations` in (V_A, V_B, ell), shape (n, n), and the derivative in lam, shape (n,)."""
    S, _, nB = game.u_A.shape
    p, eye, d = evaluate(game, V_A, V_B, ell, lam), np.arange(S), game.delta
    mean_A, mean_B = (p.s_A * p.Q_A).sum(1, keepdims=True), (p.s_B * p.Q_B).sum(1, keepdims=True)
    # How A's payoffs move with its values (S, A, S) and with B's log-odds (S, A, B-1).
    A_V = d * np.einsum("sabt,sb->sat", game.P, p.s_B)
    A_l = (p.M_A[:, :, 1:] - p.Q_A[:, :, None]) * p.s_B[:, None, 1:]
    # How B's payoffs move with its values and, through A's reply, with A's payoffs (S, B, A).
    B_V = d * np.einsum("sabt,sa->sbt", game.P, p.s_A)
    B_Q = lam * p.s_A[:, None, :] * (p.M_B.transpose(0, 2, 1) - p.Q_B[:, :, None])
    B_VA, B_l = np.einsum("sba,sat->sbt", B_Q, A_V), np.einsum("sba,sac->sbc", B_Q, A_l)
    g = p.s_A * (1 + lam * (p.Q_A - mean_A))
    n, w = S * (nB + 1), nB - 1
    J = np.zeros((n, n))
    J[:S, :S] = np.einsum("sa,sat->st", g, A_V)
    J[eye, eye] -= 1
    J[S : 2 * S, :S] = np.einsum("sb,sbt->st", p.s_B, B_VA)
    J[S : 2 * S, S : 2 * S] = np.einsum("sb,sbt->st", p.s_B, B_V)
    J[S + eye, S + eye] -= 1
    own = p.s_B[:, 1:] * (p.Q_B[:, 1:] - mean_B) + np.einsum("sb,sbc->sc", p.s_B, B_l)
    first = np.einsum("sa,sac->sc", g, A_l)
    for c in range(w):
        column = 2 * S + eye * w + c
        J[eye, column] = first[:, c]
        J[S + eye, column] = own[:, c]
        for b in range(w):
            J[2 * S + eye * w + b, column] = lam * (B_l[:, b + 1, c] - B_l[:, 0, c]) - (1.0 if b == c else 0.0)
    J[2 * S :, :S] = (lam * (B_VA[:, 1:] - B_VA[:, :1])).reshape(S * w, S)
    J[2 * S :, S : 2 * S] = (lam * (B_V[:, 1:] - B_V[:, :1])).reshape(S * w, S)
    moved = p.s_A * (p.Q_A - mean_A)
    B_lam = np.einsum("sa,sab->sb", moved, p.M_B)
    choice = p.Q_B[:, 1:] - p.Q_B[:, :1] + lam * (B_lam[:, 1:] - B_lam[:, :1])
    return J, np.concatenate(((moved * p.Q_A).sum(1), (p.s_B * B_lam).sum(1), choice.ravel()))
