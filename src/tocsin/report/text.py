"""Numbers as readers see them: signs, intervals, ratios of change, names of indices; what is unknown says why."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from tocsin.assessment.parts import Interval
from tocsin.assessment.words import percent

INDEX_NAMES = {"spending": "military spending", "gdp": "GDP", "cinc": "CINC"}
MINUS = "\u2212"


def index_name(index: str) -> str:
    """Return the name of an index of power as it stands in a sentence.

    Examples
    --------
    >>> index_name("gdp"), index_name("arms stock")
    ('GDP', 'arms stock')
    """
    return INDEX_NAMES.get(index, index)


def capital(text: str) -> str:
    """Return the text with its first letter large and the rest as it is."""
    return text[:1].upper() + text[1:]


def signed(x: float, digits: int) -> str:
    """Return a number with its sign; what rounds to nothing has none.

    Examples
    --------
    >>> signed(-12.54, 1), signed(0.3, 0), signed(4, 0)
    ('−12.5', '0', '+4')
    """
    text = f"{abs(x):.{digits}f}"
    if float(text) == 0:
        return text
    return (MINUS if x < 0 else "+") + text


def points(x: float) -> str:
    """Return a difference of probabilities in percentage points.

    Examples
    --------
    >>> points(0.075), points(-0.001), points(0.0)
    ('+7.5 points', '−0.1 points', '0.0 points')
    """
    return f"{signed(100 * x, 1)} points"


def change(log_change: float) -> str:
    """Return a change of the log of a ratio as per cent of the ratio.

    Examples
    --------
    >>> change(math.log(1.5)), change(math.log(0.5)), change(-0.0001)
    ('+50 %', '−50 %', '0 %')
    """
    return f"{signed(100 * math.expm1(log_change), 0)} %"


def unknown(x: Interval) -> str:
    """Return that a number is unknown, and why."""
    return f"unknown ({x.missing or 'no reason given'})"


def ends(x: Interval) -> str:
    """Return the two ends of an interval of a probability.

    Examples
    --------
    >>> ends(Interval(value=0.5, low=0.25, high=0.8)), ends(Interval(value=0.5))
    ('25 % to 80 %', 'interval unknown')
    """
    if x.low is None or x.high is None:
        return "interval unknown"
    return f"{percent(x.low)} to {percent(x.high)}"


def year_of(day: date) -> float:
    """Return a day as a number on an axis of years.

    Examples
    --------
    >>> year_of(date(2020, 1, 1)), round(year_of(date(2020, 9, 27)), 2)
    (2020.0, 2020.74)
    """
    return round(day.year + (day.timetuple().tm_yday - 1) / 365.25, 4)


def cell(x: Any) -> str:
    """Return a table cell as text; what is unknown is said to be.

    Examples
    --------
    >>> cell(None), cell(0.12345), cell(1234567.0), cell(3), cell(6e-25)
    ('unknown', '0.123', '1,234,567', '3', 'under 0.0001')
    """
    if x is None:
        return "unknown"
    if isinstance(x, float):
        if 0 < x < 0.0001:
            return "under 0.0001"
        return f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.3g}"
    return str(x)
