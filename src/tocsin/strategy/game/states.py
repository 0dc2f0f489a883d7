"""The states of the game: relative power, pending arms, recent violence, the supplier, and who holds the prize."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import UsageError

NX, NQ, NE, NZ, NY = SHAPE = (21, 5, 3, 2, 5)
STATES = NX * NQ * NE * NZ * NY
ACTIONS = ("none", "threat", "incursion", "strike", "war")
NA, NO = len(ACTIONS), 3
X_LOW, X_STEP = -2.0, 0.2
Y = np.array((0.1, 0.3, 0.5, 0.7, 0.9))


class State(NamedTuple):
    """One state of the game.

    Parameters
    ----------
    x : int
        Relative delivered power of B, 0..20: ``ln(K_B/K_A) = -2 + .2 x``.
    q : int
        B's pending deliveries, 0..4, in steps of x.
    e : int
        0 treaty in force or ten quiet years, 1 neither, 2 incursion, strike or war in the last twelve months.
    z : int
        0 supplier open, 1 embargo.
    y : int
        Holdings, 0..4: A's share of the prize is .1, .3, .5, .7, .9.
    """

    x: int
    q: int
    e: int
    z: int
    y: int


def index(state: State | tuple[int, int, int, int, int]) -> int:
    """Return the position of a state in the vectors of a solution.

    Raises
    ------
    UsageError
        If a coordinate is out of range.

    Examples
    --------
    >>> index((4, 2, 1, 0, 4))
    674
    """
    faults = [
        f"{name} = {value} is not in 0..{size - 1}"
        for name, value, size in zip(State._fields, state, SHAPE, strict=True)
        if not 0 <= value < size
    ]
    if faults:
        raise UsageError("no such state of the game: " + "; ".join(faults) + ".")
    return int(np.ravel_multi_index(tuple(int(v) for v in state), SHAPE))


def state(position: int) -> State:
    """Return the state at a position, the inverse of `index`.

    Examples
    --------
    >>> state(674)
    State(x=4, q=2, e=1, z=0, y=4)
    """
    return State(*(int(v) for v in np.unravel_index(position, SHAPE)))


def log_ratio() -> NDArray[np.float64]:
    """Return ``ln(K_B/K_A)`` at each x, shape (21,)."""
    return np.asarray(X_LOW + X_STEP * np.arange(NX), dtype=np.float64)
