"""The strategic reading: over which share of plausible parameters does force pay, year by year?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.assessment.parts import ConditionMap, ConditionYear, Interval, ParameterRange, Provenance, StrategicReading
from tocsin.assessment.power import interval_of, rows_of
from tocsin.case.asof import known_on
from tocsin.measures import shift
from tocsin.measures.power import ARMS_STOCK
from tocsin.parameters import Parameter, parameters
from tocsin.strategy import reading

if TYPE_CHECKING:
    from tocsin.case.load import Case

HORIZON_YEARS = 3
COSTS = tuple(round(0.02 * i, 2) for i in range(1, 21))
RISES = tuple(round(0.025 * i, 3) for i in range(21))
MEASURED = ("trend_weight", "trend_years", "delivery_rate", "arms_depreciation", "order_window")
UNKNOWN = "too few yearly changes of spending or of the arms stock were known for both states"
Draws = NDArray[np.float64]


def uniform_draws(count: int, seed: int) -> Draws:
    """Return scrambled Sobol numbers inside (0, 1), shape (count, 12): half for the shift, half for the payoffs."""
    from scipy.stats import qmc

    eps = 1e-9
    return np.asarray(qmc.Sobol(12, rng=seed).random(count) * (1 - 2 * eps) + eps)


@dataclass(frozen=True)
class Measured:
    """Draws of ``ln(b/a)`` now and at the horizon, pending rows left out because of unknown value, and sources."""

    r_now: Draws
    r_next: Draws
    unvalued: int
    sources: list[str]


def measured_shift(case: Case, as_of: date, uniform: Draws) -> Measured | None:
    """Return the shift as it could be expected on a day.

    The surprises of the years to come are not in it: a state weighs force by what it expects.

    Parameters
    ----------
    uniform : ndarray, shape (n, 6)
        Numbers in (0, 1): weight of the arms stock, then the inputs of ``measures.shift.expected``.

    Returns
    -------
    Measured or None
        None while nothing can be expected of either measure (``measures.shift.expected``).
    """
    known = known_on(case, as_of)
    spending, arms = (
        shift.expected(known, index, HORIZON_YEARS, as_of, uniform[:, 1:]) for index in ("spending", ARMS_STOCK)
    )
    if spending is None or arms is None:
        return None
    now, then = shift.blend(spending, arms, uniform[:, 0])
    return Measured(now, then, arms.unvalued, sorted({*spending.sources, *arms.sources}))


def strategic_reading(case: Case, as_of: date, uniform: Draws) -> StrategicReading:
    """Return the reading for the end of each year since the case begins, and for the as-of date.

    Parameters
    ----------
    uniform : ndarray, shape (n, 12)
        From ``uniform_draws``.
    """
    a, b = case.pair
    draws = reading.draw(uniform[:, 6:])
    days = [date(y, 12, 31) for y in range(case.config.case.begins.year, as_of.year)]
    years: list[ConditionYear] = []
    maps: list[ConditionMap] = []
    sources: set[str] = set()
    for day in [*days, as_of]:
        measured = measured_shift(case, day, uniform[:, :6])
        sources |= set(measured.sources if measured else ())
        # r is ln(b/a): seen from a the rival is b, seen from b everything turns round.
        for actor, rival, sign in ((a, b, 1), (b, a, -1)):
            if measured is None:
                years.append(_unknown(actor, rival, day.year))
                continue
            p = reading.path(sign * measured.r_now, sign * measured.r_next, HORIZON_YEARS, draws)
            shares = reading.condition_shares(p, draws)
            now, rise = interval_of(p[0]), interval_of(p[-1] - p[0])
            years.append(
                ConditionYear(
                    direction=f"{actor}>{rival}",
                    year=day.year,
                    actor=actor,
                    rival=rival,
                    shift=rise,
                    p_now=now,
                    share_war=shares.war,
                    share_strike=shares.strike,
                    share_any=shares.any,
                    unvalued=measured.unvalued,
                )
            )
            if day == as_of:
                table = reading.condition_map(p[0], draws, COSTS, RISES, HORIZON_YEARS)
                maps.append(
                    ConditionMap(
                        direction=f"{actor}>{rival}",
                        cost=list(COSTS),
                        shift=list(RISES),
                        holds_war=table.tolist(),
                        p_now=float(np.median(p[0])),
                        measured_shift=rise,
                    )
                )
    return StrategicReading(
        years=years,
        maps=maps,
        peaks={d: _peak([y for y in years if y.direction == d]) for d in (f"{a}>{b}", f"{b}>{a}")},
        horizon_years=HORIZON_YEARS,
        draws=len(uniform),
        parameters=[range_of(p) for p in parameters("reading").values()]
        + [range_of(parameters("measures")[m]) for m in MEASURED],
        provenance=Provenance(
            computation="strategy.reading.condition_shares",
            rows=rows_of(case, "spending") + rows_of(case, ARMS_STOCK),
            sources=sorted(sources),
        ),
    )


def _unknown(actor: str, rival: str, year: int) -> ConditionYear:
    nothing = Interval(value=None, missing=UNKNOWN)
    return ConditionYear(
        direction=f"{actor}>{rival}",
        year=year,
        actor=actor,
        rival=rival,
        shift=nothing,
        p_now=nothing,
        share_war=None,
        share_strike=None,
        share_any=None,
        unvalued=None,
        missing=UNKNOWN,
    )


def _peak(rows: list[ConditionYear]) -> int | None:
    known = [(y.share_any, -y.year) for y in rows if y.share_any is not None]
    return -max(known)[1] if known else None


def range_of(p: Parameter) -> ParameterRange:
    """Return a parameter as the assessment holds it."""
    return ParameterRange(
        name=p.name,
        mode=p.mode,
        low=p.low,
        high=p.high,
        shape=p.shape,
        unit=p.unit,
        about=p.about,
        reference=p.reference,
    )
