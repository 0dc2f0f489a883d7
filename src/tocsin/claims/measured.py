"""Tests on measured series: trend, level against comparable dyads, parity within a horizon."""

from __future__ import annotations

import math

import numpy as np

from tocsin.assessment.build import DRAWS
from tocsin.assessment.claim_parts import Verdict
from tocsin.assessment.power import rows_of
from tocsin.assessment.strategic import uniform_draws
from tocsin.assessment.words import percent
from tocsin.case.claim_tests import Level, Parity, Trend
from tocsin.claims import evidence
from tocsin.claims.found import Context, Found, by_interval, number, signed_percent, split, threshold, turned
from tocsin.measures import shift
from tocsin.measures.power import disparity, state_series

NAMES = {"spending": "military spending", "gdp": "GDP", "cinc": "CINC"}
FEWEST = 5


def trend(t: Trend, c: Context) -> Found:
    """Return whether a series rises or falls, by its Theil-Sen slope.

    References
    ----------
    Sen 1968, Journal of the American Statistical Association 63:1379-1389.
    """
    from scipy.stats import theilslopes

    years, values, sources, what = _series(t, c)
    rows = rows_of(c.case, t.index)
    if t.of != "gap":
        rows = [r for r in rows if r.split(":")[1] == t.of]
    if len(years) < FEWEST:
        why = f"{what} is known in {len(years)} of the years {t.first} to {t.last}; a trend needs {FEWEST}."
        return Found("untestable", why, rows=rows, sources=sources)
    slope, _, low, high = theilslopes(values, years, 0.9)
    verdict = by_interval(low, high)
    yearly = [math.expm1(x) for x in (slope, low, high)]
    ends = (math.exp(values[0]), math.exp(values[-1]))
    unit = "times" if t.of == "gap" else ""
    finding = (
        f"{what} changed by {signed_percent(yearly[0])} a year from {years[0]} to {years[-1]} (90 % interval "
        f"{signed_percent(yearly[1])} to "
        f"{signed_percent(yearly[2])}): {ends[0]:,.3g} to {ends[1]:,.3g}{' times' if unit else ''}."
    )
    numbers = [
        number("change a year", *yearly, unit="share"),
        number(str(years[0]), ends[0], unit=unit),
        number(str(years[-1]), ends[1], unit=unit),
    ]
    return Found(verdict if t.goes == "up" else turned(verdict), finding, numbers, rows, sources)


def _series(t: Trend, c: Context) -> tuple[list[int], list[float], list[str], str]:
    """Return years, logarithms, sources and the name of the series; the gap is that of the side stronger on average."""
    index = NAMES.get(t.index, t.index)
    if t.of == "gap":
        frame = disparity(c.case, t.index).drop_nulls("r")
        frame = frame.filter(frame["year"].is_between(t.first, t.last))
        sign = 1.0 if np.sum(frame["r"].to_numpy()) >= 0 else -1.0
        stronger = c.case.pair[1] if sign > 0 else c.case.pair[0]
        what = f"{c.name(stronger)}'s multiple of {c.name(c.other(stronger))}'s {index}"
        keys = sorted({k for row in frame["sources"].to_list() for k in row})
        return frame["year"].to_list(), [sign * r for r in frame["r"]], keys, what
    frame = state_series(c.case, t.index, t.of)
    frame = frame.filter(frame["year"].is_between(t.first, t.last) & (frame["value"] > 0))
    logs = [math.log(v) for v in frame["value"]]
    return frame["year"].to_list(), logs, split(frame["sources"].to_list()), f"{c.name(t.of)}'s {index}"


def ordinal(x: float) -> str:
    """Return a whole number as a place in an order.

    Examples
    --------
    >>> ordinal(43.2), ordinal(11), ordinal(52), ordinal(91)
    ('43rd', '11th', '52nd', '91st')
    """
    n = round(x)
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def level(t: Level, c: Context) -> Found:
    """Return where the gap of the years stands among land neighbours or rivals of the same years."""
    frame = disparity(c.case, t.index).drop_nulls("r")
    frame = frame.filter(frame["year"].is_between(t.first, t.last))
    places, gaps, held = [], [], 0
    members: set[int] = set()
    for year, r in frame.select("year", "r").iter_rows():
        found = evidence.percentile(t.index, t.among, year, abs(r), before=c.as_of.year)
        if found is None:
            continue
        place, members_of = found
        members.add(members_of)
        places.append(place)
        gaps.append((year, math.exp(abs(r))))
        held += (r > 0) == (t.stronger == c.case.pair[1])
    rows, sources = rows_of(c.case, t.index), sorted({k for row in frame["sources"].to_list() for k in row})
    if not places:
        why = "the gap, or that of comparable dyads, is known in none of the years."
        return Found("untestable", f"Unknown: {why}", rows=rows, sources=sources)
    mean = float(np.mean(places))
    index, among = NAMES.get(t.index, t.index), "land neighbours" if t.among == "land" else "rivals"
    numbers = [number(f"multiple in {y}", g, unit="times") for y, g in (gaps[0], gaps[-1])[: len(gaps)]]
    numbers.append(number(f"mean percentile among {among}", mean, unit="share"))
    if held * 2 <= len(places):
        finding = f"{c.name(t.stronger)} had the larger {index} in {held} of {len(places)} years."
        return Found("contradicted", finding, numbers, rows, sources, "disparities")
    spans = [f"{gaps[0][1]:.1f} times {c.name(c.other(t.stronger))}'s in {gaps[0][0]}"]
    spans += [f"{gaps[-1][1]:.1f} times in {gaps[-1][0]}"] if len(gaps) > 1 else []
    finding = (
        f"{c.name(t.stronger)}'s {index} was {' and '.join(spans)}: a gap at the {ordinal(100 * mean)} percentile "
        f"among {among}"
        + (f" (lowest year {100 * min(places):.0f}, highest {100 * max(places):.0f})" if len(places) > 1 else "")
        + (f"; {among} as of {min(members)}" if min(members) < gaps[-1][0] else "")
        + "."
    )
    verdict: Verdict = "supported" if mean >= t.least else "contradicted" if mean < threshold("middle") else "mixed"
    return Found(verdict, finding, numbers, rows, sources, "disparities")


def parity(t: Parity, c: Context) -> Found:
    """Return the share of projections of the ratio that cross 1 by the end of the horizon."""
    uniform = uniform_draws(DRAWS, c.assessment.versions.seed)[:, 1:6]
    found = shift.expected(c.case, t.index, t.years, c.as_of, uniform)
    rows = rows_of(c.case, t.index)
    index = NAMES.get(t.index, t.index)
    if found is None:
        return Found("untestable", f"Too few yearly changes of {index} are known to project it.", rows=rows)
    sign = 1.0 if found.r_now >= 0 else -1.0
    stronger = c.case.pair[1] if sign > 0 else c.case.pair[0]
    then = sign * (found.r_now + found.change)
    share = float(np.mean(then <= 0))
    low, mid, high = (float(math.exp(q)) for q in np.quantile(then, [0.05, 0.5, 0.95]))
    now = math.exp(abs(found.r_now))
    finding = (
        f"{c.name(stronger)}'s {index} was {now:.1f} times {c.name(c.other(stronger))}'s in {found.year}; {t.years} "
        f"years "
        f"on it is expected at {mid:.1f} times (90 % interval {low:.1f} to {high:.1f}), and at parity or beyond in "
        f"{percent(share)} of the projections."
    )
    if found.unvalued:
        finding += f" {found.unvalued} pending rows of unknown value are left out."
    rare, even = threshold("parity_rare"), threshold("parity_even")
    verdict: Verdict = "supported" if share <= rare else "contradicted" if share > even else "mixed"
    numbers = [
        number("multiple now", now, unit="times"),
        number(f"multiple in {t.years} years", mid, low, high, unit="times"),
        number("share of projections at parity", share, unit="share"),
    ]
    settled = verdict if t.expect == "no" else turned(verdict)
    return Found(settled, finding, numbers, rows, found.sources)
