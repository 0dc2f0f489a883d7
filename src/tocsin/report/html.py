"""The report: one self-contained page without scripts, for screen, phone and paper, in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import DyadForecast, Interval
from tocsin.assessment.words import day, likelihood_word, percent, ratio_phrase
from tocsin.report import charts, findings, palette, svg, tables

MODES = ("threat", "incursion", "strike", "war")
TYPOLOGIES = {
    "row": "Regimes of the World (V-Dem)",
    "polyarchy": "Polyarchy, 0 to 1 (V-Dem)",
    "polity2": "Polity, -10 to 10",
    "xconst": "Executive constraints, 1 to 7 (Polity)",
    "freedom_house": "Freedom House, 1 (free) to 7",
    "gwf_reign": "Geddes, Wright and Frantz; REIGN",
}


@dataclass(frozen=True)
class Figure:
    """A figure: both renderings, its finding in words, the rows behind it and the input rows those came from."""

    id: str
    title: str
    finding: str
    wide: str
    narrow: str
    rows: list[dict[str, Any]]
    note: str


def render(a: Assessment) -> str:
    """Return the report of an assessment as one HTML page.

    Parameters
    ----------
    a : Assessment
        The same assessment gives the same bytes.
    """
    shown = {f.id: f for f in _figures(a)}
    n = {s.key: i for i, s in enumerate(a.sources, 1)}
    page = str(
        _environment()
        .get_template("report.html.j2")
        .render(
            a=a,
            fig=shown,
            names=tables.names(a),
            pair=tables.pair(a),
            matrix=matrix(a),
            numbers=n,
            colours=palette.css(),
            modes=MODES,
            judgments=grouped(a),
            shifts=shift_rows(a),
            typologies=TYPOLOGIES,
            subsystem=[y for y in a.subsystem if y.concentration is not None][-1:],
        )
    )
    # A number and its per cent sign stay on one line.
    return page.replace(" %", "\u00a0%")


def grouped(a: Assessment) -> list[dict[str, Any]]:
    """Return the judgments by direction; a confidence that is the same for all of a direction is said once."""
    out = []
    for actor, target in dict.fromkeys((j.actor, j.target) for j in a.judgments):
        rows = [j for j in a.judgments if j.actor == actor]
        same = len({j.confidence for j in rows}) == 1
        out.append({"actor": actor, "target": target, "rows": rows, "confidence": rows[0].confidence if same else None})
    return out


def shift_rows(a: Assessment) -> list[dict[str, Any]]:
    """Return one row per index: realised change over 1, 3 and 5 years, expected change over 1 and 3."""
    out = []
    for index in dict.fromkeys(s.index for s in a.shifts):
        cells = {(s.kind, s.years): s for s in a.shifts if s.index == index}
        last = max(s.to_year for s in cells.values() if s.kind == "realised")
        row = [cells.get(("realised", y)) for y in (1, 3, 5)] + [cells.get(("expected", y)) for y in (1, 3)]
        out.append({"index": index, "last": last, "cells": row})
    return out


def matrix(a: Assessment) -> list[dict[str, Any]]:
    """Return the threat matrix: twelve-month P(at least each mode) by actor, its change in a year, and its ratio."""
    before = {(f.actor, f.horizon_months): f for f in a.changes}
    rows = []
    for f in (f for f in a.forecasts if f.horizon_months == 12):
        old = before.get((f.actor, 12))
        cells = []
        for mode in MODES:
            m = _mode(f, mode)
            assert m.at_least.value is not None
            then = _mode(old, mode).at_least.value if old else None
            cells.append(
                {
                    "mode": mode,
                    "p": m.at_least,
                    "word": likelihood_word(m.at_least.value),
                    "ratio": m.ratio_at_least,
                    "base": m.base_rate_at_least,
                    "change": None if then is None else m.at_least.value - then,
                }
            )
        rows.append({"actor": f.actor, "target": f.target, "cells": cells})
    return rows


def _mode(f: DyadForecast, mode: str) -> Any:
    return next(m for m in f.modes if m.mode == mode)


def _figures(a: Assessment) -> list[Figure]:
    plan: list[tuple[str, str, Callable[..., Any], Callable[[Assessment], str], list[dict[str, Any]], str]] = [
        ("power", "Balance of power", charts.power, findings.power, tables.power_rows(a), "capabilities.csv, arms.csv"),
        ("pipeline", "Ordered and pending", charts.pipeline, findings.pipeline, tables.pipeline_rows(a), "arms.csv"),
        ("suppliers", "Suppliers", charts.suppliers, findings.suppliers, tables.supplier_rows(a), "arms.csv"),
        (
            "forecast",
            "Forecast against base rate",
            charts.forecast,
            findings.forecast,
            tables.forecast_rows(a),
            "incidents.csv and the class base rates",
        ),
        (
            "condition",
            "When would force have paid?",
            charts.condition,
            findings.condition,
            tables.condition_rows(a),
            "capabilities.csv, arms.csv, parameters.toml",
        ),
        ("timeline", "Incidents", charts.timeline, findings.timeline, tables.event_rows(a), "incidents.csv"),
        ("track", "The tool's own record", charts.track, findings.track, tables.track_rows(a), "incidents.csv"),
        (
            "statements",
            "Coded statements",
            charts.statements,
            findings.statements,
            tables.statement_rows(a),
            "statements.csv",
        ),
    ]
    if a.strategy.maps:
        plan.append(
            (
                "map",
                "Parameter map",
                charts.parameter_map,
                findings.parameter_map,
                [],
                "capabilities.csv, arms.csv, parameters.toml",
            )
        )
    return [
        Figure(
            id=name,
            title=title,
            finding=finding(a),
            wide=svg.render(chart, a, svg.WIDE, f"{name}-w"),
            narrow=svg.render(chart, a, svg.NARROW, f"{name}-n"),
            rows=rows,
            note=note,
        )
        for name, title, chart, finding, rows, note in plan
        if rows or name == "map"
    ]


@cache
def _environment() -> Any:
    import jinja2

    env = jinja2.Environment(
        loader=jinja2.PackageLoader("tocsin.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    env.filters |= {"pct": percent, "interval": interval, "cell": cell, "points": findings.points, "day": day}
    env.globals |= {"ratio_phrase": ratio_phrase}
    return env


def interval(x: Interval) -> str:
    """Return a probability with its interval, or why it is unknown."""
    if x.value is None:
        return f"unknown ({x.missing})"
    if x.low is None or x.high is None:
        return percent(x.value)
    return f"{percent(x.value)} ({percent(x.low)} to {percent(x.high)})"


def cell(x: Any) -> str:
    """Return a table cell as text; what is unknown is said to be."""
    if x is None:
        return "unknown"
    if isinstance(x, float):
        return f"{x:.3g}"
    return str(x)
