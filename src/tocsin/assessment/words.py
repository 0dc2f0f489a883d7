"""Words for probabilities and for confidence; a likelihood and a confidence never share a sentence."""

from __future__ import annotations

from datetime import date
from typing import Literal

# Seven bands, upper ends inclusive. Intelligence Community Directive 203 (2015), Analytic Standards, D.6.e.(2)(a).
BANDS: tuple[tuple[float, str], ...] = (
    (0.05, "almost no chance"),
    (0.20, "very unlikely"),
    (0.45, "unlikely"),
    (0.55, "roughly even chance"),
    (0.80, "likely"),
    (0.95, "very likely"),
    (1.00, "almost certain"),
)


def likelihood_word(p: float) -> str:
    """Return the word of the standard seven-band scale for a probability.

    Parameters
    ----------
    p : float
        Probability in [0, 1].

    Examples
    --------
    >>> likelihood_word(0.3)
    'unlikely'
    """
    if not 0 <= p <= 1:
        raise ValueError(f"{p} is not a probability")
    return next(word for top, word in BANDS if p <= top)


def percent(p: float) -> str:
    """Return a probability as people read it: whole per cents, one digit below 10 %, two below 1 %.

    Examples
    --------
    >>> percent(0.234), percent(0.0312), percent(0.0004), percent(0.0)
    ('23 %', '3.1 %', '0.04 %', '0 %')
    """
    x = 100 * p
    if x == 0:
        return "0 %"
    digits = 0 if x >= 10 else 1 if x >= 1 else 2
    return f"{x:.{digits}f} %" if x >= 0.01 else "under 0.01 %"


def day(d: date) -> str:
    """Return a date written out.

    Examples
    --------
    >>> day(date(2026, 6, 8))
    '8 June 2026'
    """
    return f"{d.day} {d:%B} {d.year}"


def ratio_phrase(p: float, base: float) -> str:
    """Return how a probability compares with its base rate, in words.

    Examples
    --------
    >>> ratio_phrase(0.3, 0.1)
    '3.0 times the base rate of 10 %'
    >>> ratio_phrase(0.3, 0.0)
    'the base rate is 0 %'
    """
    if base == 0:
        return "the base rate is 0 %"
    return f"{p / base:.1f} times the base rate of {percent(base)}"


def confidence_level(reasons: list[str]) -> Literal["high", "medium", "low"]:
    """Return the confidence that is left after the reasons for doubt: none high, one or two medium, more low."""
    return "high" if not reasons else "medium" if len(reasons) <= 2 else "low"
