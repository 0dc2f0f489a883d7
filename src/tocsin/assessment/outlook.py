"""The forecasts of the assessment, and the tool's own record on this dyad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np

from tocsin.assessment.parts import (
    Contribution,
    DyadForecast,
    HistoryWindow,
    Interval,
    ModeForecast,
    Provenance,
)
from tocsin.assessment.record_parts import ModelRecord, ReliabilityBin, TrackRecord, TrackSummary
from tocsin.case.asof import known_on
from tocsin.forecast import from_case, history, scores, shipped
from tocsin.forecast.base_rates import MODES, DyadClass
from tocsin.measures.context import counted_incidents
from tocsin.schema import source_keys
from tocsin.states import spells

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


@dataclass(frozen=True)
class Both:
    """The model's forecast and the rival one from own history, and the incidents behind both."""

    model: shipped.Prediction
    own: history.HistoryForecast
    incidents: list[str]


def forecasts(case: Case, as_of: date) -> list[DyadForecast]:
    """Return the forecasts of both directions and all horizons from what the case knew on a day.

    Raises
    ------
    ModelError
        If the day is before the first vintage of the model.
    """
    run = _forecaster(case, as_of)
    return [
        _forecast(case, as_of, side, months, both)
        for side in SIDES
        for months, both in zip(HORIZONS, run(side, HORIZONS), strict=True)
    ]


def _forecaster(case: Case, as_of: date) -> Callable[[Direction, tuple[int, ...]], list[Both]]:
    """Return the forecasts by direction and months, with what the case knew read once."""
    events, class_, begins = case_events(case), case_class(case, as_of), record_begins(case)
    ids = [e.id for e in events]
    vintage = shipped.vintage_for(as_of)
    a, b = (case.config.states[s].ccode for s in case.pair)
    record = from_case.as_record(events, as_of, begins, class_, (a, b))

    def run(side: Direction, horizons: tuple[int, ...]) -> list[Both]:
        model = [shipped.predict(record, SIDES.index(side), months // 12, vintage) for months in horizons]
        own = [history.forecast(events, as_of, side, months, class_, begins) for months in horizons]
        return [Both(m, o, ids) for m, o in zip(shipped.rising(model), own, strict=True)]

    return run


def _forecast(case: Case, as_of: date, side: Direction, months: int, both: Both) -> DyadForecast:
    actor, target = case.pair if side == "a" else case.pair[::-1]
    result, own = both.model, both.own
    base_tail = own.base.rates[::-1].cumsum()[::-1].clip(0, 1)
    modes = []
    for i, mode in enumerate(MODES):
        p, tail = float(result.p[i]), float(result.at_least[i])
        base, base_at_least = float(own.base.rates[i]), float(base_tail[i])
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
    # The model looks back over the whole record, not only over the windows of the rival forecast.
    rows = both.incidents
    incidents = case.tables["incidents"].filter(case.tables["incidents"]["id"].is_in(rows))
    sources = {k for text in incidents["source"] for k in source_keys(text)}
    return DyadForecast(
        actor=actor,
        target=target,
        horizon_months=months,
        from_date=as_of,
        to_date=history.months_before(as_of, -months),
        modes=modes,
        model=f"sequential logit, trained on events to {result.vintage}",
        trained_to=result.vintage,
        class_label=case_class(case, as_of).label,
        class_n=own.base.n,
        class_years=(own.base.first_year, own.base.last_year),
        history=[
            HistoryWindow(start=w.start, end=w.end, mode=MODES[w.mode], incidents=list(w.ids))  # type: ignore[arg-type]
            for w in own.windows
        ],
        shrinkage=own.strength,
        own_history=[float(p) for p in own.p],
        contributions=_contributions(result),
        cautions=[
            *stale(result.vintage, own.base.last_year, as_of),
            *_unknown_rank(case),
            *_short_record(case),
            *_raised(result),
            *by_proxy(case, own.windows),
        ],
        provenance=Provenance(
            computation="forecast.shipped.predict", rows=[f"incidents:{i}" for i in rows], sources=sorted(sources)
        ),
    )


def _contributions(result: shipped.Prediction) -> list[Contribution]:
    out = []
    for k, stage in enumerate(MODES[1:]):
        parts = {"average dyad": result.intercept[k]} | {g: v[k] for g, v in result.contributions.items()}
        if k == 0:
            parts["calibration"] = result.calibration
        out += [Contribution(stage=stage, group=g, log_odds=float(v)) for g, v in parts.items()]  # type: ignore[arg-type]
    return out


def _unknown_rank(case: Case) -> list[str]:
    nameless = [case.config.states[s].name for s in case.pair if case.config.states[s].ccode is None]
    return (
        [f"{' and '.join(nameless)} has no COW number in the case and is taken for no major power"] if nameless else []
    )


def _short_record(case: Case) -> list[str]:
    """Return a caution if the two were states well before the case's record of events begins."""
    begins = record_begins(case)
    codes = [case.config.states[s].ccode for s in case.pair]
    starts = [min((s.start for s in spells() if s.system == "cow" and s.code == str(c)), default=None) for c in codes]
    known = [s for s in starts if s is not None]
    if len(known) < 2 or begins.year - max(known).year < 2:
        return []
    return [f"force before {begins.year} is not in the case, though both have been states since {max(known).year}"]


def _raised(result: shipped.Prediction) -> list[str]:
    return ["a probability was raised to that of a shorter horizon"] if result.raised else []


def model_record(as_of: date) -> ModelRecord:
    """Return how the model's forecasts of past years came out on all dyads, none later than its vintage."""
    vintage = shipped.vintage_for(as_of)
    past = shipped.model()["vintages"][str(vintage)]["track"]
    return ModelRecord(
        trained_to=vintage,
        **{k: past[k] for k in ("first", "last", "n", "rpss", "log_skill")},
        events=dict(zip(MODES[1:], past["events"], strict=True)),
        reliability=[
            ReliabilityBin(at_least=name, low=b[0], high=b[1], n=b[2], forecast=b[3], observed=b[4], events=b[5])
            for name, bins in past["reliability"].items()
            for b in bins
        ],
        model_sha256=shipped.model()["sha256"],
    )


def stale(trained_to: int, last_year: int, as_of: date) -> list[str]:
    """Return what is too old about the model and the base rates on a day."""
    year = as_of.year - 1
    ages = (("the model was trained on events to", trained_to), ("class base rates end in", last_year))
    return [f"{what} {end}, {year - end} years before" for what, end in ages if year - end >= STALE_YEARS]


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
            (both,) = run(side, (12,))
            inside = [e.mode for e in events if e.actor in (side, "both") and e.start <= until and e.end > day]
            y = max(inside, default=0)
            rivals = {"": both.model.p, "_base": both.own.base.rates, "_own": both.own.p}
            out.append(
                TrackRecord(
                    as_of=day,
                    actor=actor,
                    target=target,
                    horizon_months=12,
                    probabilities=[float(x) for x in both.model.p],
                    base_rates=[float(x) for x in both.own.base.rates],
                    own_history=[float(x) for x in both.own.p],
                    trained_to=both.model.vintage,
                    observed=MODES[y],  # type: ignore[arg-type]
                    **{f"rps{name}": float(scores.rps(p, y)[0]) for name, p in rivals.items()},
                    **{f"log_score{name}": float(scores.log_score(p, y)[0]) for name, p in rivals.items()},
                )
            )
    return out


def track_summary(records: list[TrackRecord]) -> list[TrackSummary]:
    """Return mean scores by direction."""
    out = []
    for actor, target in sorted({(r.actor, r.target) for r in records}):
        rows = [r for r in records if r.actor == actor]
        names = [f"{score}{rival}" for score in ("rps", "log_score") for rival in ("", "_base", "_own")]
        mean = {f: float(np.mean([getattr(r, f) for r in rows])) for f in names}
        rpss, rpss_own = (1 - mean["rps"] / mean[x] if mean[x] else None for x in ("rps_base", "rps_own"))
        out.append(TrackSummary(actor=actor, target=target, n=len(rows), rpss=rpss, rpss_own=rpss_own, **mean))
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
