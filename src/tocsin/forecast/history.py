"""The dyad's own history, shrunk to its class: a first, honest forecast by mode of force.

The periods just past are taken as a sample of what periods of this length look like between these two states. A few
pseudo-periods at the base rate of their class are added; how many was chosen on the past (scripts/make_base_rates.py).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tocsin.forecast.base_rates import MODES, ClassRate, DyadClass, class_rate, meta

Direction = Literal["a", "b"]
Array = NDArray[np.float64]
LEVEL = 0.9


@dataclass(frozen=True)
class Event:
    """A dated event of a mode of force.

    Parameters
    ----------
    id : str
        Identifier.
    start, end : datetime.date
        First and last day.
    actor : {'a', 'b', 'both'}
        Who acted; a clash, a battle and a disputed start count for both.
    mode : int
        1 threat, 2 incursion, 3 strike, 4 war.
    """

    id: str
    start: date
    end: date
    actor: Literal["a", "b", "both"]
    mode: int


@dataclass(frozen=True)
class Window:
    """A past period (after ``start``, up to and including ``end``), its highest mode and the events in it."""

    start: date
    end: date
    mode: int
    ids: tuple[str, ...]


@dataclass(frozen=True)
class HistoryForecast:
    """Probabilities of the five modes with their intervals.

    Parameters
    ----------
    p, low, high : ndarray, shape (5,)
        Probability of each mode as the highest, and its interval.
    at_least, at_least_low, at_least_high : ndarray, shape (5,)
        Probability of at least each mode.
    base : ClassRate
        Base rate of the class.
    windows : tuple of Window
        The periods counted.
    size : float
        Independent periods they are worth.
    strength : float
        Pseudo-periods of the class added.
    """

    p: Array
    low: Array
    high: Array
    at_least: Array
    at_least_low: Array
    at_least_high: Array
    base: ClassRate
    windows: tuple[Window, ...]
    size: float
    strength: float


def months_before(day: date, months: int) -> date:
    """Return the day so many months earlier (or later, if negative); the month's last day where it is too short.

    Examples
    --------
    >>> months_before(date(2025, 2, 1), 12), months_before(date(2020, 3, 31), 1)
    (datetime.date(2024, 2, 1), datetime.date(2020, 2, 29))
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def past_windows(
    events: Sequence[Event], as_of: date, direction: Direction, months: int, years: int, begins: date
) -> tuple[Window, ...]:
    """Return the periods of a length that ended by a day, newest first.

    One period ends on the as-of date and one every twelve months before it, so periods of more than a year overlap.
    Those that begin before the record does are left out: they are unknown, not peaceful.

    Parameters
    ----------
    events : sequence of Event
        Known on the as-of date.
    as_of : datetime.date
        Last day of the newest period.
    direction : {'a', 'b'}
        Whose actions count.
    months : int
        Length of a period.
    years : int
        How far back the periods reach.
    begins : datetime.date
        First day of the record.
    """
    out = []
    for back in range(0, years * 12 - months + 1, 12):
        end, before = months_before(as_of, back), months_before(as_of, back + months)
        if before < begins:
            break
        inside = [e for e in events if e.actor in (direction, "both") and e.start <= end and e.end > before]
        out.append(Window(before, end, max((e.mode for e in inside), default=0), tuple(e.id for e in inside)))
    return tuple(out)


def forecast(
    events: Sequence[Event],
    as_of: date,
    direction: Direction,
    months: int,
    class_: DyadClass,
    begins: date,
    *,
    strength: float | None = None,
) -> HistoryForecast:
    """Return the forecast for the period of ``months`` months after a day.

    Parameters
    ----------
    events : sequence of Event
        What was known on the as-of date.
    as_of : datetime.date
        Last day of knowledge.
    direction : {'a', 'b'}
        Who acts.
    months : int
        Horizon: 12, 24 or 36.
    class_ : DyadClass
        Class of the dyad, as known then.
    begins : datetime.date
        First day of the record of events.
    strength : float, optional
        Pseudo-periods of the class; default the one chosen on the past.

    Returns
    -------
    HistoryForecast
        Intervals are the central 90 % of the Dirichlet posterior.

    References
    ----------
    Conflictology as a benchmark: Hegre, Metternich, Nygard and Wucherpfennig 2017, Journal of Peace Research 54.
    """
    from scipy.stats import beta

    horizon = months // 12
    chosen = meta()["directed"][f"h{horizon}"]
    m = float(chosen["strength"]) if strength is None else strength
    windows = past_windows(events, as_of, direction, months, int(chosen["years_of_history"]), begins)
    base = class_rate("directed", horizon, class_, as_of.year)
    counts = np.bincount([w.mode for w in windows], minlength=len(MODES)).astype(np.float64)
    # Overlapping periods are worth fewer independent ones: the years they span, divided by their length.
    size = min(len(windows), (len(windows) + horizon - 1) / horizon) if windows else 0.0
    alpha = (counts * (size / len(windows)) if windows else counts) + m * base.rates
    total = alpha.sum()
    tail = alpha[::-1].cumsum()[::-1]
    ends = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]

    def limits(a: Array) -> tuple[Array, Array]:
        inner = (a > 0) & (a < total)
        safe = np.where(inner, a, total / 2)
        low, high = (beta.ppf(q, safe, total - safe) for q in ends)
        exact = a / total
        # A beta this skewed can have its mean above its 95th percentile: the interval must hold its own forecast.
        return np.where(inner, np.minimum(low, exact), exact), np.where(inner, np.maximum(high, exact), exact)

    low, high = limits(alpha)
    tail_low, tail_high = limits(np.minimum(tail, total))
    return HistoryForecast(
        alpha / total,
        low,
        high,
        np.minimum(tail / total, 1.0),
        tail_low,
        tail_high,
        base,
        windows,
        float(size),
        m,
    )
