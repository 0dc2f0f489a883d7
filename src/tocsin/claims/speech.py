"""Tests on coded statements: what they speak of, and whether they became more frequent."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tocsin.assessment.claim_parts import Verdict
from tocsin.assessment.words import percent
from tocsin.case.claim_tests import StatementRate, Statements
from tocsin.claims.found import Context, Found, by_interval, count, listed, number, split, threshold
from tocsin.claims.rates import rate_ratio, ratio_number, years_between

if TYPE_CHECKING:
    import polars as pl

SELECTION = "Coded statements are a selection."


def _coded(c: Context, state: str, types: list[str], start: date, end: date) -> pl.DataFrame:
    import polars as pl

    return (
        c.case.tables["statements"]
        .filter(pl.col("state") == state, pl.col("type").is_in(types), pl.col("date").is_between(start, end))
        .sort("date", "id")
    )


def statements(t: Statements, c: Context) -> Found:
    """Return the share of a topic, or whether it leads the others."""
    from scipy.stats import binomtest

    if t.start > c.known_until:
        return Found("pending", f"The period begins on {t.start}, after what is known.")
    rows = _coded(c, t.state, list(t.types), t.start, t.end)
    kinds = listed(list(t.types))
    if rows.is_empty():
        return Found("untestable", f"No {kinds} by {c.name(t.state)} was coded in the period. {SELECTION}")
    n = len(rows)
    counts = dict(rows["topic"].value_counts().sort(["count", "topic"], descending=[True, False]).iter_rows())
    k = counts.get(t.topic, 0)
    ci = binomtest(k, n).proportion_ci(0.9, "wilson")
    low, high = float(ci.low), float(ci.high)
    said = (
        f"{k} of {n} coded statements ({kinds}) by {c.name(t.state)} from {t.start} to "
        f"{min(t.end, c.known_until)} speak of {t.topic}"
    )
    numbers = [number(f"share on {t.topic}", k / n, low, high, unit="share"), number("statements", float(n))]
    keys = [f"statements:{i}" for i in rows["id"]]
    sources = split(rows["source"].to_list())
    if t.least is not None:
        finding = (
            f"{said}: {percent(k / n)} (90 % interval {percent(low)} to {percent(high)}), claimed at least "
            f"{percent(t.least)}. {SELECTION}"
        )
        return Found(by_interval(low, high, t.least), finding, numbers, keys, sources)
    others = {topic: count for topic, count in counts.items() if topic != t.topic}
    second = max(others, key=lambda x: (others[x], x), default=None)
    rival = others[second] if second is not None else 0
    if rival > k:
        return Found("contradicted", f"{said}, {rival} of {second}. {SELECTION}", numbers, keys, sources)
    p = float(binomtest(k, k + rival, 0.5, alternative="greater").pvalue) if k + rival else 1.0
    verdict: Verdict = "supported" if p <= threshold("sign_test") and k > rival else "mixed"
    tail = f"the next topic, {second}, has {rival} (sign test p = {p:.2g})" if second else "no other topic has any"
    return Found(verdict, f"{said}; {tail}. {SELECTION}", numbers, keys, sources)


def statement_rate(t: StatementRate, c: Context) -> Found:
    """Return the ratio of yearly rates of statements in two periods."""
    import polars as pl

    if t.start > c.known_until:
        return Found("pending", f"The period begins on {t.start}, after what is known.")
    end, then_end = min(t.end, c.known_until), min(t.then_end, c.known_until)
    now = _coded(c, t.state, list(t.types), t.start, end)
    then = _coded(c, t.state, list(t.types), t.then_start, then_end)
    if t.topic is not None:
        now, then = (f.filter(pl.col("topic") == t.topic) for f in (now, then))
    what = listed(list(t.types)) + (f" on {t.topic}" if t.topic else "")
    if not len(now) + len(then):
        return Found("untestable", f"No {what} by {c.name(t.state)} was coded in either period. {SELECTION}")
    one, two = years_between(t.start, end), years_between(t.then_start, then_end)
    ratio, low, high = rate_ratio(len(now), one, len(then), two)
    finding = (
        f"{count(len(now), 'statement')} ({what}) by {c.name(t.state)} in {one:.1f} years against {len(then)} in "
        f"{two:.1f} years before: {_times(ratio)} the yearly rate (90 % interval {low:.1f} to {_end(high)}). "
        f"{SELECTION}"
    )
    numbers = [
        number("a year", len(now) / one, unit="statements"),
        number("a year, before", len(then) / two, unit="statements"),
        ratio_number(ratio, low, high),
    ]
    keys = [f"statements:{i}" for i in (*then["id"], *now["id"])]
    sources = split([*now["source"].to_list(), *then["source"].to_list()])
    return Found(by_interval(low, high, 1.0), finding, numbers, keys, sources)


def _times(ratio: float | None) -> str:
    return "an unbounded multiple of" if ratio is None else f"{ratio:.1f} times"


def _end(high: float) -> str:
    return "no upper end" if high == float("inf") else f"{high:.1f}"
