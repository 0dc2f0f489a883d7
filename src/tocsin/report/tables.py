"""Tidy rows for each chart: what is drawn is what the table under the chart shows."""

from __future__ import annotations

from typing import Any

from tocsin.assessment.model import Assessment

Rows = list[dict[str, Any]]
MODES = ("threat", "incursion", "strike", "war")
AT_LEAST = {"threat": "threat or worse", "incursion": "incursion or worse", "strike": "strike or war", "war": "war"}


def names(a: Assessment) -> dict[str, str]:
    """Return the names of the states by code, and 'both' for a disputed side."""
    return {s.code: s.name for s in a.states} | {"disputed": "disputed"}


def pair(a: Assessment) -> tuple[str, str]:
    """Return the codes of the two states, in the order of the case."""
    one, two = (s.code for s in a.states if s.role == "dyad")
    return one, two


def power_rows(a: Assessment) -> Rows:
    """Return the power of the second state as a multiple of the first's, by index and year."""
    return [
        {"index": p.index, "year": p.year, "multiple": 1 / p.ratio}
        for p in a.power
        if p.ratio is not None and p.ratio > 0
    ]


def marker_rows(a: Assessment) -> Rows:
    """Return the marked events, numbered."""
    return [
        {"no": str(i), "date": m.date.isoformat(), "label": m.label, "year": m.date.year + (m.date.month - 0.5) / 12}
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
            "tiv": p.tiv,
            "unvalued": p.unvalued,
        }
        for p in a.pipeline
    ]


def supplier_rows(a: Assessment) -> Rows:
    """Return suppliers' shares of deliveries."""
    name = names(a)
    return [
        {"recipient": name[s.recipient], "supplier": s.supplier, "share": s.share, "tiv": s.tiv}
        for s in a.supplier_shares
    ]


def forecast_rows(a: Assessment) -> Rows:
    """Return P(highest mode >= each mode) with interval and base rate, by direction and horizon."""
    name = names(a)
    return [
        {
            "direction": f"{name[f.actor]} against {name[f.target]}",
            "actor": name[f.actor],
            "horizon": f"{f.horizon_months} months",
            "mode": AT_LEAST[m.mode],
            "p": m.at_least.value,
            "low": m.at_least.low,
            "high": m.at_least.high,
            "base": m.base_rate_at_least,
        }
        for f in a.forecasts
        for m in f.modes
        if m.mode != "none"
    ]


def condition_rows(a: Assessment) -> Rows:
    """Return the share of plausible parameters by year, direction and kind of force; unknown years are left out."""
    name = names(a)
    last = {}
    for y in a.strategy.years:
        last[(y.direction, y.year)] = y
    return [
        {"direction": f"{name[y.actor]} weighing {name[y.rival]}", "year": y.year, "kind": kind, "share": share}
        for y in last.values()
        for kind, share in (("strike pays best", y.share_strike), ("war pays best", y.share_war))
        if share is not None
    ]


def event_rows(a: Assessment) -> Rows:
    """Return the incidents with their actor, mode and day."""
    name = names(a)
    return [
        {
            "date": e.start.isoformat(),
            "year": e.start.year + (e.start.timetuple().tm_yday - 1) / 365.25,
            "mode": e.mode,
            "actor": "both sides" if e.both else name[e.actor],
            "what": e.description,
        }
        for e in a.events
    ]


def track_rows(a: Assessment) -> Rows:
    """Return the past forecasts of a strike or war within twelve months, and what happened."""
    name = names(a)
    return [
        {
            "direction": f"{name[t.actor]} against {name[t.target]}",
            "as_of": t.as_of.isoformat(),
            "year": t.as_of.year + 1,
            "p": sum(t.probabilities[3:]),
            "base": sum(t.base_rates[3:]),
            "observed": t.observed,
        }
        for t in a.track_record
    ]


def statement_rows(a: Assessment) -> Rows:
    """Return statements by speaker's state, year and type."""
    name = names(a)
    return [{"state": name[c.state], "year": c.year, "type": c.type, "count": c.count} for c in a.statement_counts]
