"""Base and scenario under the forecast model, which knows force, borders and rivalry, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.assessment.outlook import case_class, case_events, record_begins
from tocsin.assessment.parts import DyadForecast, Interval
from tocsin.assessment.scenario_parts import ForecastDifference, ForecastMoved
from tocsin.forecast.features import core
from tocsin.forecast.from_case import as_record
from tocsin.forecast.history import LEVEL
from tocsin.scenarios.found import by_interval

if TYPE_CHECKING:
    from tocsin.case.load import Case

GRAVE = ("incursion", "strike", "war")
KNOWS = "the forecast model knows only force between the two, borders and rivalry"
NOT_CHANGED = f"{KNOWS}; none of these changes"
NOT_SEEN = f"{KNOWS}, of force the gravest act of each year and when it was; none of these changes"


def moved(
    base: Case,
    scenario: Case,
    as_of: date,
    actor: str,
    both: tuple[list[DyadForecast], list[DyadForecast]],
    expected: str | None,
) -> ForecastMoved:
    """Return base and scenario side by side in one direction, or why the model cannot feel the change."""
    if why := unmoved(base, scenario, as_of):
        return ForecastMoved(rows=[], unmoved=why, found="not felt")
    return felt(actor, both, expected)


def felt(actor: str, both: tuple[list[DyadForecast], list[DyadForecast]], expected: str | None) -> ForecastMoved:
    """Return base and scenario side by side in one direction, for a change that the model feels."""
    rows = []
    for old, new in zip(*both, strict=True):
        if old.actor != actor:
            continue
        for m in old.modes:
            if m.mode in GRAVE:
                then = next(n for n in new.modes if n.mode == m.mode)
                rows.append(
                    ForecastDifference(
                        mode=m.mode,
                        horizon_months=old.horizon_months,
                        base=m.at_least,
                        scenario=then.at_least,
                        change=difference(m.at_least, then.at_least),
                        base_rate=m.base_rate_at_least,
                        base_rate_scenario=then.base_rate_at_least,
                    )
                )
    first = next(r.change for r in rows if (r.mode, r.horizon_months) == ("strike", 12))
    return ForecastMoved(rows=rows, unmoved=None, found=by_interval(first, expected))


def difference(base: Interval, scenario: Interval) -> Interval:
    """Return scenario less base; the ends are those of the two intervals, as if the model erred alike in both.

    Examples
    --------
    >>> d = difference(Interval(value=0.5, low=0.25, high=0.75), Interval(value=0.75, low=0.375, high=1.0))
    >>> d.value, d.low, d.high
    (0.25, 0.125, 0.25)
    """
    if base.value is None or scenario.value is None:
        return Interval(value=None, missing=base.missing or scenario.missing)
    value = scenario.value - base.value
    ends = [value]
    for name in ("low", "high"):
        one, two = getattr(base, name), getattr(scenario, name)
        ends += [] if one is None or two is None else [two - one]
    return Interval(value=value, low=min(ends), high=max(ends), level=LEVEL)


def unmoved(base: Case, scenario: Case, as_of: date) -> str | None:
    """Return why the model sees no difference; None if it does."""
    if case_class(base, as_of) == case_class(scenario, as_of):
        if scenario.tables["incidents"] is base.tables["incidents"] and scenario.config.history == base.config.history:
            return NOT_CHANGED
        if case_events(base) == case_events(scenario):
            return NOT_CHANGED
        if np.array_equal(_seen(base, as_of), _seen(scenario, as_of)):
            return NOT_SEEN
    return None


def _seen(case: Case, as_of: date) -> NDArray[np.float32]:
    """Return every number the model reads of a case, of both sides."""
    a, b = (case.config.states[s].ccode for s in case.pair)
    record = as_record(case_events(case), as_of, record_begins(case), case_class(case, as_of), (a, b))
    groups = [group for side in (0, 1) for group in core(record, side).values()]
    return np.array([array[0, -1] for group in groups for array in group.values()], np.float32)
