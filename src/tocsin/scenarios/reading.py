"""Base and scenario under the closed forms, which know spending, delivered arms and what is on order."""

from __future__ import annotations

import numpy as np

from tocsin.assessment.parts import Interval
from tocsin.assessment.power import interval_of
from tocsin.assessment.scenario_parts import ReadingMoved
from tocsin.assessment.strategic import HORIZON_YEARS, UNKNOWN, Draws, Measured
from tocsin.scenarios.found import by_number
from tocsin.strategy import reading

NOT_CHANGED = "the closed forms know only spending, delivered arms and what is on order; none of these changes"


def moved(
    base: Measured | None, scenario: Measured | None, sign: int, uniform: Draws, expected: str | None
) -> ReadingMoved:
    """Return base and scenario side by side in one direction, or why the closed forms cannot feel the change.

    Parameters
    ----------
    base, scenario : Measured or None
        The expected shift; None where it is unknown.
    sign : {1, -1}
        1 seen from state a, -1 seen from b.
    uniform : ndarray, shape (n, 12)
        From ``tocsin.assessment.strategic.uniform_draws``: the same for both, so they differ by the scenario alone.
    """
    unknown = Interval(value=None, missing=UNKNOWN)
    if base is None or scenario is None:
        return ReadingMoved(
            base=None,
            scenario=None,
            change=None,
            base_rise=unknown,
            scenario_rise=unknown,
            unmoved=None,
            missing=UNKNOWN,
            found="unknown",
        )
    draws = reading.draw(uniform[:, 6:])
    shares, rises = [], []
    for m in (base, scenario):
        p = reading.path(sign * m.r_now, sign * m.r_next, HORIZON_YEARS, draws)
        shares.append(reading.condition_shares(p, draws).any)
        rises.append(interval_of(p[-1] - p[0]))
    same = np.array_equal(base.r_now, scenario.r_now) and np.array_equal(base.r_next, scenario.r_next)
    nothing = Interval(value=None, missing=NOT_CHANGED)
    return ReadingMoved(
        base=shares[0],
        scenario=None if same else shares[1],
        change=None if same else shares[1] - shares[0],
        base_rise=rises[0],
        scenario_rise=nothing if same else rises[1],
        unmoved=NOT_CHANGED if same else None,
        missing=None,
        found="not felt" if same else by_number(shares[1] - shares[0], expected),
    )
