"""What was found, held against what theory says."""

from __future__ import annotations

from tocsin.assessment.game_parts import PriorSpread
from tocsin.assessment.parts import Interval
from tocsin.assessment.scenario_parts import Found

# Below this a difference is rounding.
NOTHING = 1e-9


def by_interval(change: Interval, expected: str | None) -> Found:
    """Return how a change and its interval agree with what was expected.

    Examples
    --------
    >>> by_interval(Interval(value=0.2, low=0.1, high=0.3), "more")
    'as expected'
    >>> by_interval(Interval(value=0.1, low=-0.1, high=0.2), "more")
    'mixed'
    """
    if change.value is None:
        return "unknown"
    low = change.value if change.low is None else change.low
    high = change.value if change.high is None else change.high
    return _found(low, high, expected)


def by_spread(change: PriorSpread, expected: str | None) -> Found:
    """Return the same for a spread over draws."""
    return _found(change.low, change.high, expected)


def by_number(change: float, expected: str | None) -> Found:
    """Return the same for a difference of two exact numbers."""
    return _found(change, change, expected)


def _found(low: float, high: float, expected: str | None) -> Found:
    if expected is None:
        return "no expectation"
    if abs(low) < NOTHING and abs(high) < NOTHING:
        return "no change"
    up, down = low > 0, high < 0
    if not up and not down:
        return "mixed"
    return "as expected" if up == (expected == "more") else "the other way"
