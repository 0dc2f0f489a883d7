"""Tests on incidents and agreements: rates, losses, and forecasts resolved with a date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tocsin.assessment.claim_parts import Verdict
from tocsin.assessment.words import percent
from tocsin.case.claim_tests import Agreement, Forecast, IncidentRate, Losses
from tocsin.claims.found import Context, Found, by_interval, count, number, split, turned
from tocsin.claims.rates import rate_ratio, ratio_number, years_between
from tocsin.forecast.base_rates import MODES
from tocsin.measures.context import counted_incidents

if TYPE_CHECKING:
    import polars as pl


def _acts(c: Context, actor: str, mode: str, start: date, end: date, most: str = "war") -> pl.DataFrame:
    """Return counted incidents begun in a period by a state, or by both, in a range of modes."""
    import polars as pl

    modes = MODES[MODES.index(mode) : MODES.index(most) + 1]
    return counted_incidents(c.case).filter(
        pl.col("start").is_between(start, end),
        pl.col("mode").is_in(modes),
        (pl.col("initiator") == actor) | pl.col("both"),
    )


def incident_rate(t: IncidentRate, c: Context) -> Found:
    """Return the ratio of yearly rates of force in two periods."""
    import polars as pl

    if t.start > c.known_until:
        return Found("pending", f"The period begins on {t.start}, after what is known.")
    end, then_end = min(t.end, c.known_until), min(t.then_end, c.known_until)
    now = _acts(c, t.actor, t.mode, t.start, end)
    then = _acts(c, t.then_actor, t.mode, t.then_start, then_end)
    if t.alone:
        now, then = (f.filter(~pl.col("both")) for f in (now, then))
    one, two = years_between(t.start, end), years_between(t.then_start, then_end)
    if not len(now) + len(then):
        return Found("untestable", "Neither period has such an incident.")
    ratio, low, high = rate_ratio(len(now), one, len(then), two)
    books = (set(now["coding"]), set(then["coding"]))
    finding = (
        f"{c.name(t.actor)}: {count(len(now), 'incident')} ({t.mode} or graver{', begun alone' if t.alone else ''}) in "
        f"{one:.1f} "
        f"years; {c.name(t.then_actor)}, {t.then_start.year} to {then_end.year}: {len(then)} in {two:.1f} years. "
        f"Ratio of rates "
        f"{'unbounded' if ratio is None else f'{ratio:.1f}'}, 90 % interval {low:.1f} to {_end(high)}."
    )
    if books[0] != books[1]:
        finding += f" The two are not coded alike ({_books(books[0])} against {_books(books[1])})."
    numbers = [
        number("a year", len(now) / one, unit="incidents"),
        number("a year, other period", len(then) / two, unit="incidents"),
        ratio_number(ratio, low, high),
    ]
    rows = [f"incidents:{i}" for i in (*then["id"], *now["id"])]
    sources = split([*now["source"].to_list(), *then["source"].to_list()])
    return Found(by_interval(low, high, 1.0), finding, numbers, rows, sources)


def _books(names: set[str]) -> str:
    return " and ".join(sorted(names)) or "no rows"


def _end(high: float) -> str:
    return "no upper end" if high == float("inf") else f"{high:.1f}"


def losses(t: Losses, c: Context) -> Found:
    """Return a state's share of both sides' deaths in counted incidents."""
    import polars as pl

    # Where a third party was hit, its deaths are not those of the state.
    inside = pl.col("start").is_between(t.start, min(t.end, c.known_until)) & pl.col("proxy").is_null()
    rows = counted_incidents(c.case).filter(inside)
    known = rows.drop_nulls(["deaths_a", "deaths_b"])
    both = (int(known["deaths_a"].sum()), int(known["deaths_b"].sum()))
    own, other = both if t.state == c.case.pair[0] else both[::-1]
    if own + other == 0:
        return Found("untestable", "No death of either side is known in the period.")
    share = own / (own + other)
    unknown = len(rows) - len(known)
    verdict: Verdict = "supported" if share >= t.least else "contradicted" if share < 0.5 else "mixed"
    finding = (
        f"{c.name(t.state)} lost {own:,} and {c.name(c.other(t.state))} {other:,} in {count(len(known), 'incident')}: "
        f"{percent(share)} of "
        f"the deaths of both; deaths are unknown in {unknown} more."
    )
    numbers = [number("share of the deaths", share, unit="share"), number("deaths of both", float(own + other))]
    fatal = known.filter(pl.col("deaths_a") + pl.col("deaths_b") > 0)
    rows_ = [f"incidents:{i}" for i in fatal["id"]]
    return Found(verdict, finding, numbers, rows_, split(fatal["source"].to_list()))


def forecast(t: Forecast, c: Context) -> Found:
    """Return whether force came as foretold; pending until the last day of the period unless it came before."""
    import polars as pl

    end = min(t.end, c.known_until)
    rows = _acts(c, t.actor, t.mode, t.start, end, t.most)
    if t.grave:
        sure = pl.col("fatal").fill_null(False) | pl.col("ground_taken").fill_null(False) | (pl.col("mode") == "war")
        unsure = ~sure & (pl.col("fatal").is_null() | pl.col("ground_taken").is_null())
    else:
        sure, unsure = pl.lit(True), pl.lit(False)
    # Of a clash the MIE codebook names a first state by the order of its coding, which says nothing of who began.
    begun = (pl.col("initiator") == t.actor) & (~pl.col("mutual") | (pl.col("coding") != "mie"))
    hits = rows.filter(sure & begun)
    doubtful = rows.clear() if t.alone else rows.filter((sure & ~begun) | unsure)
    what = (
        f"{t.mode}{'' if t.most == t.mode else ' or graver' if t.most == 'war' else f' to {t.most}'} by "
        f"{c.name(t.actor)}"
        f"{' that killed or took ground' if t.grave else ''}"
    )
    span = f"from {t.start} to {t.end}"
    keys = [f"incidents:{i}" for i in (*hits["id"], *doubtful["id"])]
    sources = split([*hits["source"].to_list(), *doubtful["source"].to_list()])
    numbers = [number("incidents", float(len(hits))), number("of disputed start or in answer", float(len(doubtful)))]
    yes: Verdict = "supported" if t.expect == "yes" else "contradicted"
    if len(hits):
        first = hits.row(0, named=True)
        finding = f"{count(len(hits), 'incident')} ({what}) {span}, the first on {first['start']}."
        return Found(yes, finding, numbers, keys, sources)
    if end < t.end:
        finding = f"Due on {t.end}: no {what} is known from {t.start} to {end}."
        if len(doubtful):
            finding += f" Of disputed start, or in answer: {count(len(doubtful), 'incident')}."
        return Found("pending", finding, numbers, keys, sources)
    if len(doubtful):
        finding = (
            f"Only {count(len(doubtful), 'incident')} of disputed start, or in answer to the other side, {span}; "
            f"none begun by {c.name(t.actor)}."
        )
        return Found("mixed", finding, numbers, keys, sources)
    if t.expect == "yes" and t.only_if is not None and not (met := _met(t, c))[0]:
        return Found("untestable", f"No {what} {span}; the condition was met in no year ({met[1]}).", numbers)
    return Found(turned(yes), f"No {what} is known {span}; absence of a report is no proof of absence.", numbers)


def _met(t: Forecast, c: Context) -> tuple[bool, str]:
    """Return whether force paid over the asked share of parameters in some year of the period, and how near it came."""
    years = range(t.start.year, t.end.year + 1)
    shares = [
        y.share_any
        for y in c.assessment.strategy.years
        if y.actor == t.actor and y.year in years and y.share_any is not None
    ]
    if not shares:
        return False, "the share of parameters for which force pays is unknown"
    said = f"force paid for at most {percent(max(shares))} of the parameters, asked {percent(t.only_if or 0)}"
    return max(shares) >= (t.only_if or 0), said


def agreement(t: Agreement, c: Context) -> Found:
    """Return whether an agreement of a type came as foretold."""
    import polars as pl

    end = min(t.end, c.known_until)
    rows = c.case.tables["commitments"].filter(
        pl.col("type") == t.type, pl.col("from").is_between(t.start, end), pl.col("confidence") != "low"
    )
    yes: Verdict = "supported" if t.expect == "yes" else "contradicted"
    numbers = [number(f"{t.type} rows", float(len(rows)))]
    if len(rows):
        first = rows.sort("from", "id").row(0, named=True)
        keys = [f"commitments:{i}" for i in rows["id"]]
        finding = f"{first['name']}, in force from {first['from']}."
        return Found(yes, finding, numbers, keys, split(rows["source"].to_list()))
    if end < t.end:
        return Found("pending", f"Due on {t.end}: no {t.type} is known from {t.start} to {end}.", numbers)
    return Found(turned(yes), f"No {t.type} came into force from {t.start} to {t.end}.", numbers)
