"""The figures of the report: which chart, sentence and rows, computed by what, from which inputs and sources."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.report import charts, findings, game, scenarios, svg, tables

CODEBOOKS = {
    "mie": "Militarized Interstate Events",
    "gml": "disputes of Gibler, Miller and Little",
    "supplement": "years filled from another record",
    "case": "coded for this case",
}


@dataclass(frozen=True)
class Plan:
    """What a figure is made of.

    Parameters
    ----------
    id, title : str
        Identifier on the page, and heading.
    chart, finding : callable
        The picture, and the sentence that says the same in numbers.
    rows : list of dict
        The rows drawn; a figure without rows is left out.
    computation : str
        Python name of what made the rows, below ``tocsin``.
    inputs : str
        The tables of the case, and other files, behind them.
    sources : list of str
        Keys of the sources behind the rows.
    key : str
        How to read the marks, where the chart does not say so itself.
    """

    id: str
    title: str
    chart: svg.Chart
    finding: Callable[[Assessment], str]
    rows: list[dict[str, Any]]
    computation: str
    inputs: str
    sources: list[str]
    key: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure as it stands on the page: its plan, its finding in words, and the picture in two widths."""

    plan: Plan
    finding: str
    wide: str
    narrow: str


def plans(a: Assessment) -> list[Plan]:
    """Return what each figure of the report is made of."""
    events = _keys(e.sources for e in a.events)
    shift = a.strategy.provenance.sources
    return [
        Plan(
            "forecast",
            "Forecast against base rate",
            charts.forecast,
            findings.forecast,
            tables.forecast_rows(a),
            "forecast.shipped.predict",
            "incidents.csv, [class] of case.toml, the shipped model and the class base rates",
            _keys(f.provenance.sources for f in a.forecasts),
            "Dot: the forecast. Line: its 90 % interval. Open diamond: the class base rate. What is below 0.1 % "
            "stands on the left edge." + _falling(a),
        ),
        Plan(
            "timeline",
            "Incidents",
            charts.timeline,
            findings.timeline,
            tables.event_rows(a),
            "measures.context.counted_incidents",
            "incidents.csv",
            events,
            _codebooks(a),
        ),
        Plan(
            "power",
            "Ratio of power",
            charts.power,
            findings.power,
            tables.power_rows(a),
            "measures.power.all_disparities",
            "capabilities.csv and arms.csv",
            _keys(p.sources for p in a.power),
            "A line breaks where a figure is unknown. The arms stock starts from nothing: its first years say little.",
        ),
        Plan(
            "pipeline",
            "Ordered and pending",
            charts.pipeline,
            findings.pipeline,
            tables.pipeline_rows(a),
            "measures.arms.pipeline",
            "arms.csv",
            _keys(p.sources for p in a.pipeline),
        ),
        Plan(
            "suppliers",
            "Suppliers",
            charts.suppliers,
            findings.suppliers,
            tables.supplier_rows(a),
            "measures.arms.supplier_shares",
            "arms.csv",
            _keys(s.sources for s in a.supplier_shares),
        ),
        Plan(
            "condition",
            "When would force have paid?",
            charts.condition,
            findings.condition,
            tables.condition_rows(a) if any(y.share_any is not None for y in a.strategy.years) else [],
            "strategy.reading.condition_shares",
            "capabilities.csv, arms.csv and parameters.toml",
            shift,
            "A bar stands at the last day of its year, the latest at the as-of date, and says what held then. No bar: "
            "no share, or not known." + _left_out(a),
        ),
        Plan(
            "map",
            "Parameter map",
            charts.parameter_map,
            findings.parameter_map,
            tables.map_rows(a),
            "strategy.reading.condition_map",
            "capabilities.csv, arms.csv and parameters.toml",
            shift,
            "Shade: the share of the other parameters for which war beats waiting. Solid line: the shift that could be "
            "expected; dashed lines: its 90 % interval.",
        ),
        *game_plans(a),
        *scenario_plans(a),
        Plan(
            "statements",
            "Coded statements",
            charts.statements,
            findings.statements,
            tables.statement_rows(a),
            "measures.context.statement_counts",
            "statements.csv",
            _keys(c.sources for c in a.statement_counts),
        ),
        Plan(
            "reliability",
            "Are its probabilities honest?",
            charts.reliability,
            findings.reliability,
            tables.reliability_rows(a),
            "forecast.train.track",
            "the shipped model (Militarized Interstate Events 1.0), not the case",
            [],
            "A mark: forecasts of about the same probability. Across: their mean. Up: the share in which it came. "
            "Dashed: as often as said. Spans in which nothing came have no mark and stand in the table.",
        ),
        Plan(
            "track",
            "Forecasts of past years",
            charts.track,
            findings.track,
            tables.track_rows(a),
            "assessment.outlook.track_record",
            "incidents.csv, the shipped model and the class base rates",
            events,
            "Line: what this method would have said at the end of the year before. Dashed: the class base rate. Marks "
            "on top: it happened.",
        ),
    ]


def game_plans(a: Assessment) -> list[Plan]:
    """Return the figures of the strategic game."""
    inputs = "all tables of the case and parameters.toml"
    sources = _keys(g.provenance.sources for g in a.games)
    return [
        Plan(
            "game",
            "The game against the base rate",
            charts.probabilities,
            game.probabilities,
            game.game_rows(a),
            "strategy.outputs.outputs",
            inputs,
            sources,
            "Dot: the mean over the draws. Line: the 90 % prior spread. Open diamond: the base rate of states with the "
            "same recent history.",
        ),
        Plan(
            "window",
            "The preventive window",
            charts.window,
            game.window,
            game.window_rows(a),
            "strategy.outputs.outputs",
            inputs,
            sources,
            "Shade: the mean chance of a strike or war this year as a multiple of the base rate, all else as it is. "
            "Circle and line: where the case stands, and the prior spread of its ratio of power. One step of pending "
            "arms raises the rival's relative power by about a fifth once delivered.",
        ),
        Plan(
            "tornado",
            "What moves it most",
            charts.tornado,
            game.tornado,
            game.tornado_rows(a),
            "strategy.game.centre.tornado",
            inputs,
            sources,
            "The ten parameters with the longest bars in each direction. Line: the central game. Habits are set anew "
            "for every value, so that the base rates are met.",
        ),
    ]


def scenario_plans(a: Assessment) -> list[Plan]:
    """Return the figures of the scenarios and of the sensitivity to every parameter."""
    sources = _keys(g.provenance.sources for g in a.games)
    return [
        Plan(
            "scenarios",
            "What the scenarios change",
            charts.scenarios,
            scenarios.finding,
            scenarios.rows(a),
            "scenarios.run.run",
            "all tables of the case, [[scenarios]] of case.toml and parameters.toml",
            sources,
            "Circle: the game, mean and 90 % prior spread of the difference draw by draw. Diamond: the forecast, and "
            "the difference of the ends of its interval. No mark: the model cannot feel the scenario.",
        ),
        Plan(
            "sensitivity",
            "Every parameter of the game, both directions",
            charts.sensitivity,
            scenarios.sensitivity,
            scenarios.sensitivity_rows(a),
            "strategy.game.centre.tornado",
            "all tables of the case and parameters.toml",
            sources,
            "P(strike or war) this year from the low end of the range to the high end (dot), all else central. Habits "
            "are set anew for every value, so that the base rates are met.",
        ),
    ]


def draw(a: Assessment, only: Collection[str] | None = None) -> dict[str, Figure]:
    """Return the figures that have something to show, by identifier.

    Parameters
    ----------
    only : collection of str, optional
        Identifiers of the figures to draw; default all.
    """
    return {
        p.id: Figure(
            plan=p,
            finding=p.finding(a),
            wide=svg.render(p.chart, a, svg.WIDE, f"{p.id}-w"),
            narrow=svg.render(p.chart, a, svg.NARROW, f"{p.id}-n"),
        )
        for p in plans(a)
        if p.rows and (only is None or p.id in only)
    }


def _falling(a: Assessment) -> str:
    """Say so where longer horizons come out lower than shorter ones."""
    if not (found := findings.falling(a)):
        return ""
    return (
        f" Some probabilities fall as the horizon grows ({'; '.join(found)}), which cannot be true: longer horizons "
        "rest on fewer periods and lean more on the class. The twelve-month figures rest on the most periods."
    )


def _left_out(a: Assessment) -> str:
    """Say so where pending orders of unknown value are left out of the shift."""
    counts = {y.year: y.unvalued for y in a.strategy.years if y.unvalued}
    if not counts:
        return ""
    parts = "; ".join(f"{year}: {n}" for year, n in counts.items())
    return f" Pending orders of unknown value are left out of the expected shift (rows in {parts})."


def _keys(lists: Iterable[list[str]]) -> list[str]:
    return sorted({k for keys in lists for k in keys})


def _codebooks(a: Assessment) -> str:
    """Say which codebook covers which years, where there are several: their counts do not compare."""
    years: dict[str, list[int]] = {}
    for e in a.events:
        years.setdefault(e.coding, []).append(e.start.year)
    if len(years) < 2:
        return ""
    parts = "; ".join(
        f"{CODEBOOKS.get(name, name)}: {min(y)} to {max(y)}, {len(y)} incidents" for name, y in years.items()
    )
    return f"Counts of different codebooks do not compare ({parts})."
