"""Ratios of event rates with exact intervals."""

from __future__ import annotations

from datetime import date

from tocsin.assessment.claim_parts import ClaimNumber
from tocsin.claims.found import number

DAYS_A_YEAR = 365.25


def years_between(start: date, end: date) -> float:
    """Return the length of a period in years, both days counted.

    Examples
    --------
    >>> round(years_between(date(2021, 1, 1), date(2024, 12, 31)), 3)
    4.0
    """
    return ((end - start).days + 1) / DAYS_A_YEAR


def rate_ratio(k: int, t: float, k0: int, t0: float) -> tuple[float | None, float, float]:
    """Return the ratio of two Poisson rates with its exact conditional 90 % interval.

    Given the sum, ``k`` is binomial; the Clopper-Pearson interval of its chance gives that of the ratio.

    Parameters
    ----------
    k, k0 : int
        Events in the period and in the one it is compared with.
    t, t0 : float
        Lengths in years.

    Returns
    -------
    tuple
        Ratio (None if ``k0`` is 0), low, high; the upper end is infinite if ``k0`` is 0.

    References
    ----------
    Przyborowski and Wilenski 1940, Biometrika 31:313-323.

    Examples
    --------
    >>> ratio, low, high = rate_ratio(10, 1.0, 10, 1.0)
    >>> ratio, round(low * high, 9)
    (1.0, 1.0)
    """
    from scipy.stats import binomtest

    if k + k0 == 0:
        return None, 0.0, float("inf")
    ci = binomtest(k, k + k0).proportion_ci(0.9, "exact")
    low = float(ci.low) / (1 - float(ci.low)) * t0 / t
    high = float("inf") if k0 == 0 else float(ci.high) / (1 - float(ci.high)) * t0 / t
    return (None if k0 == 0 else (k / t) / (k0 / t0)), low, high


def ratio_number(ratio: float | None, low: float, high: float) -> ClaimNumber:
    """Return a ratio of rates for the record; without events before, only its lower end is known.

    Examples
    --------
    >>> ratio_number(2.0, 1.0, 4.0).value.value, ratio_number(None, 1.5, float("inf")).name
    (2.0, 'ratio of rates, lower end')
    """
    if ratio is None:
        return number("ratio of rates, lower end", low, unit="times")
    return number("ratio of rates", ratio, low, high, unit="times")
