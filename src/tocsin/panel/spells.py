"""Peace spells: how long since the last event."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def spell_years(group: Ints, year: Ints, event: NDArray[np.bool_], *, count: str = "years") -> Ints:
    """Return the years since the last event, for rows sorted by group and year.

    The first row of a group is 0; the row of an event still shows the count so far; the row after it starts at 0
    again. A gap in the years starts the count anew.

    Parameters
    ----------
    group : ndarray of int, shape (n,)
        Unit of each row.
    year : ndarray of int, shape (n,)
        Year of each row.
    event : ndarray of bool, shape (n,)
        Whether the event was under way.
    count : {'years', 'rows'}
        ``rows`` counts rows and does not start anew at a gap, as the reference program does.

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> spell_years(np.zeros(6, int), np.arange(6), np.array([0, 0, 1, 0, 0, 0], bool)).tolist()
    [0, 1, 2, 0, 1, 2]
    """
    n = len(group)
    if n == 0:
        return np.zeros(0, np.int64)
    new = np.ones(n, bool)
    new[1:] = group[1:] != group[:-1]
    if count == "years":
        new[1:] |= year[1:] != year[:-1] + 1
    new[1:] |= event[:-1]
    start = np.maximum.accumulate(np.where(new, np.arange(n), 0))
    return np.arange(n) - start if count == "rows" else (year - year[start]).astype(np.int64)
