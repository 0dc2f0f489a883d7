"""The strategic reading: over which share of plausible parameters does force pay, year by year?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.case.asof import known_on
from tocsin.measures import shift
from tocsin.measures.power import ARMS_STOCK

if TYPE_CHECKING:
    from tocsin.case.load import Case

HORIZON_YEARS = 3
Draws = NDArray[np.float64]


def measured_shift(case: Case, as_of: date, uniform: Draws) -> tuple[Draws, Draws] | None:
    """Return draws of ``ln(b/a)`` now and at the horizon, as they could be expected on a day.

    Parameters
    ----------
    uniform : ndarray, shape (n, 7)
        Numbers in (0, 1): weight of the arms stock, then the inputs of ``measures.shift.expected`` for spending and
        arms, which share the delivery rates.

    Returns
    -------
    tuple of ndarray or None
        None while fewer than three yearly changes of either measure are known.
    """
    known = known_on(case, as_of)
    spending = shift.expected(known, "spending", HORIZON_YEARS, as_of, uniform[:, 1:5])
    arms = shift.expected(known, ARMS_STOCK, HORIZON_YEARS, as_of, uniform[:, [5, 6, 3, 4]])
    if spending is None or arms is None:
        return None
    return shift.blend(spending, arms, uniform[:, 0])
