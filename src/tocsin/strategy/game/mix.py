"""Mixes of states: where a real situation lies between the points of the grid, or is known only with a probability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tocsin.errors import UsageError
from tocsin.strategy.game.setting import Array
from tocsin.strategy.game.states import NE, NQ, NX, NY, NZ, SHAPE, STATES, State, index


def at(state: State | tuple[int, int, int, int, int]) -> Array:
    """Return the mix that is one state for sure, shape (21, 5, 3, 2, 5)."""
    out = np.zeros(STATES)
    out[index(state)] = 1.0
    return out.reshape(SHAPE)


def mix(x: float, q: float, e: Sequence[float], z: float, y: float | Sequence[float]) -> Array:
    """Return weights on the states around a situation, shape (21, 5, 3, 2, 5), sum 1.

    Parameters
    ----------
    x, q : float
        Relative power and pending deliveries in steps of the grid; between two points both get a share, beyond the grid
        its end gets all.
    e : sequence of 3 floats
        Probabilities of the three histories.
    z : float
        Probability of an embargo.
    y : float or sequence of 5 floats
        Holdings in steps (0 to 4), or probabilities of the five steps.

    Raises
    ------
    UsageError
        For probabilities that are negative or do not sum to 1, or a number that is not finite.

    Examples
    --------
    >>> m = mix(4.25, 0, (0, 1, 0), 0, 4)
    >>> float(m[4, 0, 1, 0, 4]), float(m[5, 0, 1, 0, 4])
    (0.75, 0.25)
    """
    parts = [_near(x, NX, "x"), _near(q, NQ, "q"), _weights(e, NE, "e"), _weights((1 - z, z), NZ, "z")]
    parts.append(_near(y, NY, "y") if isinstance(y, int | float) else _weights(y, NY, "y"))
    return np.asarray(np.einsum("a,b,c,d,e->abcde", *parts))


def checked(weights: Array) -> Array:
    """Return weights over all states if they are a mix; UsageError otherwise."""
    w = np.asarray(weights, dtype=np.float64)
    if w.shape != SHAPE:
        raise UsageError(f"a mix of states has shape {SHAPE}, not {w.shape}.")
    return _weights(w.ravel(), STATES, "mix").reshape(SHAPE)


def without_pending(weights: Array) -> Array:
    """Return the same mix with nothing on order."""
    out = np.zeros(SHAPE)
    out[:, 0] = checked(weights).sum(axis=1)
    return out


def _near(value: float, size: int, name: str) -> Array:
    if not np.isfinite(value):
        raise UsageError(f"{name} = {value} is not a finite number.")
    v = min(max(float(value), 0.0), size - 1.0)
    low = min(int(v), size - 2)
    out = np.zeros(size)
    out[low], out[low + 1] = 1 - (v - low), v - low
    return out


def _weights(values: Sequence[float] | Array, size: int, name: str) -> Array:
    w = np.asarray(values, dtype=np.float64)
    if w.shape != (size,) or not np.isfinite(w).all() or (w < 0).any() or abs(w.sum() - 1) > 1e-9:
        raise UsageError(f"{name}: {size} probabilities that sum to 1 are needed.")
    return w
