"""Tidy rows for each chart: what is drawn is what the table under the chart shows."""

from __future__ import annotations

from datetime import date
from typing import Any

from tocsin.assessment.judgments import HORIZON
from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import ConditionMap, DyadForecast, ModeForecast
from tocsin.report.text import index_name, year_of

Rows = list[dict[str, Any]]
MODES = ("threat", "incursion", "strike", "war")
AT_LEAST = {"threat": "threat or worse", "incursion": "incursion or worse", "strike": "strike or war", "war": "war"}
BOTH = "both sides"
MAP_COLUMNS = 6


def names(a: Assessment) -> dict[str, str]:
    """Return the names of the states by code, and 'disputed' for a disputed side."""
    return {s.code: s.name for s in a.states} | {"disputed": "disputed"}


def pair(a: Assessment) -> tuple[str, str]:
    """Return the codes of the two states, in the order of the case."""
    one, two = (s.code for s in a.states if s.role == "dyad")
    return one, two


def judged(forecasts: list[DyadForecast]) -> list[DyadForecast]:
    """Return the forecasts of the horizon that judgments and threat matrix speak of: twelve months."""
    return [f for f in forecasts if f.horizon_months == HORIZON]


def mode_of(f: DyadForecast, mode: str) -> ModeForecast:
    """Return what a forecast says of one mode of force."""
    return next(m for m in f.modes if m.mode == mode)


def power_rows(a: Assessment) -> Rows:
    """Return the power of the second state as a multiple of the first's, by index and year.

    A year between two known ones in which either side is unknown has a row without a value, so that the line breaks.
    """
    out: Rows = []
    for index in dict.fromkeys(p.index for p in a.power):
        known = {p.year: 1 / p.ratio for p in a.power if p.index == index and p.ratio}
        if known:
            years = range(min(known), max(known) + 1)
            out += [{"index": index_name(index), "year": y, "multiple": known.get(y)} for y in years]
    return out


def marker_rows(a: Assessment) -> Rows:
    """Return the marked events, numbered."""
    return [
        {"no": str(i), "date": m.date.isoformat(), "label": m.label, "year": year_of(m.date)}
        for i, m in enumerate(a.markers, 1)
    ]


def pipeline_rows(a: Assessment) -> Rows:
    """Return pending orders by recipient, class and supplier; value None where no row states one."""
    name = names(a)
    return [
        {
            "recipient": name[p.recipient],
            "class": p.arms_class,
            "supplier": p.supplier,
            "orders": p.orders,
            "million TIV": p.tiv,
            "without value": p.unvalued,
            "input rows": ", ".join(p.rows),
        }
        for p in a.pipeline
    ]


def supplier_rows(a: Assessment) -> Rows:
    """Return suppliers' shares of deliveries."""
    name = names(a)
    return [
        {
            "recipient": name[s.recipient],
            "supplier": s.supplier,
            "years": f"{s.from_year}-{s.to_year}",
            "share": s.share,
            "million TIV": s.tiv,
        }
        for s in a.supplier_shares
    ]


def forecast_rows(a: Assessment) -> Rows:
    """Return P(highest mode >= each mode) with interval and base rate, by direction and horizon."""
    name = names(a)
    return [
        {
            "direction": f"{name[f.actor]} against {name[f.target]}",
            "horizon": f"{f.horizon_months} months",
            "mode": AT_LEAST[m.mode],
            "probability": m.at_least.value,
            "low": m.at_least.low,
            "high": m.at_least.high,
            "base rate": m.base_rate_at_least,
            "ratio": m.ratio_at_least,
        }
        for f in a.forecasts
        for m in f.modes
        if m.mode != "none"
    ]


def reading_day(a: Assessment, year: int) -> date:
    """Return the day to which the strategic reading of a year belongs: its last day, or the as-of date."""
    return min(date(year, 12, 31), a.as_of)


def condition_rows(a: Assessment) -> Rows:
    """Return the share of plausible parameters by day, direction and kind of force; None where the shift is unknown."""
    name = names(a)
    return [
        {
            "direction": f"{name[y.actor]} weighing {name[y.rival]}",
            "day": reading_day(a, y.year).isoformat(),
            "kind": kind,
            "share": share,
        }
        for y in a.strategy.years
        for kind, share in (("a strike pays best", y.share_strike), ("war pays best", y.share_war))
    ]


def drawn_map(a: Assessment) -> ConditionMap | None:
    """Return the parameter map of the direction in which the rival is expected to rise most; None if no shift is known.

    In the other direction the rival falls, so waiting is never the worse choice and there is nothing to map.
    """
    known = [m for m in a.strategy.maps if m.measured_shift.value is not None]
    return max(known, key=lambda m: m.measured_shift.value or 0.0, default=None)


def map_rows(a: Assessment) -> Rows:
    """Return a coarse table of the map: cost by row, rise of the rival's chance by column."""
    m = drawn_map(a)
    if m is None:
        return []
    step = max(1, (len(m.shift) - 1) // (MAP_COLUMNS - 1))
    return [
        {"cost of war": cost}
        | {f"rise {100 * m.shift[j]:g} %": m.holds_war[i][j] for j in range(0, len(m.shift), step)}
        for i, cost in enumerate(m.cost)
    ]


def event_rows(a: Assessment) -> Rows:
    """Return the incidents with their actor, mode and day."""
    name = names(a)
    return [
        {
            "date": e.start.isoformat(),
            "mode": e.mode,
            "actor": BOTH if e.both else name[e.actor],
            "what": e.description,
            "row": e.id,
        }
        for e in a.events
    ]


def track_rows(a: Assessment) -> Rows:
    """Return the past forecasts of a strike or war within twelve months, and what happened."""
    name = names(a)
    return [
        {
            "direction": f"{name[t.actor]} against {name[t.target]}",
            "as of": t.as_of.isoformat(),
            "P(strike or war)": sum(t.probabilities[3:]),
            "base rate": sum(t.base_rates[3:]),
            "own history": sum(t.own_history[3:]),
            "what happened": t.observed,
            "score": t.rps,
            "score of base rate": t.rps_base,
            "score of own history": t.rps_own,
            "trained to": t.trained_to,
        }
        for t in a.track_record
    ]


def score_rows(a: Assessment) -> Rows:
    """Return the mean scores of the past forecasts by direction, beside those of base rate and own history."""
    name = names(a)
    return [
        {
            "direction": f"{name[t.actor]} against {name[t.target]}",
            "years": t.n,
            "score (RPS)": t.rps,
            "of the base rate": t.rps_base,
            "of own history": t.rps_own,
            "skill against the base rate": t.rpss,
            "skill against own history": t.rpss_own,
            "log score": t.log_score,
            "log score of the base rate": t.log_score_base,
            "log score of own history": t.log_score_own,
        }
        for t in a.track_summary
    ]


def reliability_rows(a: Assessment) -> Rows:
    """Return the model's past forecasts of all dyads in bins, and how often what they were about came."""
    words = {"threat": "threat or graver", "strike": "strike or war"}
    return [
        {
            "what": words.get(b.at_least, b.at_least),
            "from": b.low,
            "to": b.high,
            "forecasts": b.n,
            "forecast": b.forecast,
            "observed": b.observed,
            "events": b.events,
        }
        for b in a.model_record.reliability
    ]


def statement_rows(a: Assessment) -> Rows:
    """Return statements by speaker's state, year and type."""
    name = names(a)
    return [{"state": name[c.state], "year": c.year, "type": c.type, "count": c.count} for c in a.statement_counts]
