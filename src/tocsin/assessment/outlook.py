"""The forecasts of the assessment, and the tool's own record on this dyad."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np

from tocsin.assessment.parts import (
    DyadForecast,
    HistoryWindow,
    Interval,
    ModeForecast,
    Provenance,
    TrackRecord,
    TrackSummary,
)
from tocsin.case.asof import known_on
from tocsin.forecast import history, scores
from tocsin.forecast.base_rates import MODES, DyadClass
from tocsin.measures.context import counted_incidents
from tocsin.schema import source_keys

if TYPE_CHECKING:
    from tocsin.case.load import Case

HORIZONS = (12, 24, 36)
STALE_YEARS = 3
Direction = Literal["a", "b"]
SIDES: tuple[Direction, Direction] = ("a", "b")


def case_events(case: Case) -> list[history.Event]:
    """Return the counted incidents as events."""
    a, _ = case.pair
    out = []
    for row in counted_incidents(case).iter_rows(named=True):
        side: Literal["a", "b", "both"] = "both" if row["both"] else "a" if row["initiator"] == a else "b"
        out.append(history.Event(row["id"], row["start"], row["end"], side, MODES.index(row["mode"])))
    return out


def case_class(case: Case, as_of: date) -> DyadClass:
    """Return the class of the dyad as it stood the year before a day."""
    flags, year = case.config.class_, as_of.year - 1
    return DyadClass(flags.land.held_in(year), flags.rival.held_in(year), flags.relevant.held_in(year))


def forecasts(case: Case, as_of: date) -> list[DyadForecast]:
    """Return the forecasts of both directions and all horizons from what the case knew on a day."""
    run = _forecaster(case, as_of)
    return [_forecast(case, as_of, side, months, run(side, months)) for side in SIDES for months in HORIZONS]


def _forecaster(case: Case, as_of: date) -> Callable[[Direction, int], history.HistoryForecast]:
    """Return the forecast by direction and months, with what the case knew read once."""
    events, class_, begins = case_events(case), case_class(case, as_of), record_begins(case)
    return lambda side, months: history.forecast(events, as_of, side, months, class_, begins)


def _forecast(case: Case, as_of: date, side: Direction, months: int, result: history.HistoryForecast) -> DyadForecast:
    actor, target = case.pair if side == "a" else case.pair[::-1]
    base_tail = result.base.rates[::-1].cumsum()[::-1].clip(0, 1)
    modes = []
    for i, mode in enumerate(MODES):
        p, tail = float(result.p[i]), float(result.at_least[i])
        base, base_at_least = float(result.base.rates[i]), float(base_tail[i])
        modes.append(
            ModeForecast(
                mode=mode,  # type: ignore[arg-type]
                probability=_interval(p, result.low[i], result.high[i]),
                at_least=_interval(tail, result.at_least_low[i], result.at_least_high[i]),
                base_rate=base,
                base_rate_at_least=base_at_least,
                ratio=p / base if base else None,
                ratio_at_least=tail / base_at_least if base_at_least else None,
            )
        )
    used = sorted({i for w in result.windows for i in w.ids})
    sources = sorted(
        {
            k
            for row in case.tables["incidents"].iter_rows(named=True)
            if row["id"] in used
            for k in source_keys(row["source"])
        }
    )
    return DyadForecast(
        actor=actor,
        target=target,
        horizon_months=months,
        from_date=as_of,
        to_date=history.months_before(as_of, -months),
        modes=modes,
        model="own history shrunk to class",
        class_label=case_class(case, as_of).label,
        class_n=result.base.n,
        class_years=(result.base.first_year, result.base.last_year),
        history=[
            HistoryWindow(start=w.start, end=w.end, mode=MODES[w.mode], incidents=list(w.ids))  # type: ignore[arg-type]
            for w in result.windows
        ],
        shrinkage=result.strength,
        cautions=[*stale(result.base.last_year, as_of), *by_proxy(case, result.windows)],
        provenance=Provenance(
            computation="forecast.history.forecast", rows=[f"incidents:{i}" for i in used], sources=sources
        ),
    )


def stale(last_year: int, as_of: date) -> list[str]:
    """Return what is too old about the base rates on a day."""
    age = as_of.year - 1 - last_year
    return [f"class base rates end in {last_year}, {age} years before"] if age >= STALE_YEARS else []


def by_proxy(case: Case, windows: tuple[history.Window, ...]) -> list[str]:
    """Return a caution if periods owe their highest mode to force against a third party alone."""
    rows = {r["id"]: r for r in case.tables["incidents"].select("id", "mode", "proxy").iter_rows(named=True)}
    found: set[str] = set()
    count = 0
    for window in windows:
        highest = [rows[i] for i in window.ids if MODES.index(rows[i]["mode"]) == window.mode]
        if highest and all(r["proxy"] for r in highest):
            found |= {r["proxy"] for r in highest}
            count += 1
    if not count:
        return []
    return [f"{count} of {len(windows)} periods owe their mode to force against {' and '.join(sorted(found))}"]


def record_begins(case: Case) -> date:
    """Return the first day of the record of events: the start of the first incident of any kind in the case."""
    first = case.tables["incidents"]["start"].min()
    return first if isinstance(first, date) else case.config.case.begins


def _interval(value: float, low: float, high: float) -> Interval:
    return Interval(value=value, low=float(low), high=float(high), level=history.LEVEL)


def track_record(case: Case, as_of: date) -> list[TrackRecord]:
    """Return twelve-month forecasts of the ends of past years, each from what was known then, scored.

    Only periods that were over by the as-of date are scored; what happened in them is read from what is known on the
    as-of date.
    """
    first = case.config.case.begins.year
    events = case_events(case)
    out: list[TrackRecord] = []
    for year in range(first, as_of.year):
        day = date(year, 12, 31)
        until = history.months_before(day, -12)
        if until > as_of:
            break
        run = _forecaster(known_on(case, day), day)
        for side, (actor, target) in zip(SIDES, (case.pair, case.pair[::-1]), strict=True):
            result = run(side, 12)
            inside = [e.mode for e in events if e.actor in (side, "both") and e.start <= until and e.end > day]
            y = max(inside, default=0)
            base = result.base.rates
            out.append(
                TrackRecord(
                    as_of=day,
                    actor=actor,
                    target=target,
                    horizon_months=12,
                    probabilities=[float(x) for x in result.p],
                    base_rates=[float(x) for x in base],
                    observed=MODES[y],  # type: ignore[arg-type]
                    rps=float(scores.rps(result.p, y)[0]),
                    rps_base=float(scores.rps(base, y)[0]),
                    log_score=float(scores.log_score(result.p, y)[0]),
                    log_score_base=float(scores.log_score(base, y)[0]),
                )
            )
    return out


def track_summary(records: list[TrackRecord]) -> list[TrackSummary]:
    """Return mean scores by direction."""
    out = []
    for actor, target in sorted({(r.actor, r.target) for r in records}):
        rows = [r for r in records if r.actor == actor]
        mean = {
            f: float(np.mean([getattr(r, f) for r in rows])) for f in ("rps", "rps_base", "log_score", "log_score_base")
        }
        rpss = 1 - mean["rps"] / mean["rps_base"] if mean["rps_base"] else None
        out.append(TrackSummary(actor=actor, target=target, n=len(rows), rpss=rpss, **mean))
    return out


def doubts(case: Case, as_of: date) -> list[str]:
    """Return the reasons, read from the case itself, to be less sure of every forecast."""
    out = []
    until = case.config.history.coded_until
    if as_of.year - 1 > until:
        out.append(f"events after {until} are coded from reports, without a neutral count")
    old = (as_of - case.config.case.cutoff).days
    if old > 60:
        out.append(f"the case was last brought up to date {old} days before")
    return out
