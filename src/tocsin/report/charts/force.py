"""Charts of force: forecast, incidents, track record, statements."""

from __future__ import annotations

from collections import Counter
from math import ceil
from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.report import palette as c
from tocsin.report import tables
from tocsin.report.charts.style import SMALL, box, data, legend, markers, rows_by, year_axis, years
from tocsin.report.text import year_of

FLOOR = 0.001


def forecast(a: Assessment, width: int) -> Any:
    """Forecast against base rate: P(at least each mode) with its 90 % interval, by direction and horizon.

    A logarithmic scale shows what is below 1 %; what is below 0.1 % stands on its left edge.
    """
    rows: list[dict[str, Any]] = [
        {k: r[k] for k in ("direction", "horizon", "mode")}
        | {k: None if r[k] is None else max(r[k], FLOOR) for k in ("probability", "low", "high", "base rate")}
        for r in tables.forecast_rows(a)
    ]
    return beside_base_rate(rows, "probability", width)


def beside_base_rate(rows: list[dict[str, Any]], value: str, width: int) -> Any:
    """Dots with intervals by mode and horizon, on a logarithmic scale, each beside its base rate; one row a direction.

    Parameters
    ----------
    rows : list of dict
        ``direction, horizon, mode, low, high, base rate`` and the value.
    value : str
        Name of the value.
    width : int
        Pixels.
    """
    import altair as alt

    modes = list(tables.AT_LEAST.values())
    horizons = list(dict.fromkeys(r["horizon"] for r in rows))
    scale = alt.Scale(type="log", domain=[FLOOR, 1])
    y = alt.Y("mode:N", sort=modes, title=None, axis=alt.Axis(ticks=False, domain=False, grid=False))
    base = alt.Chart(data(rows)).encode(y=y, yOffset=alt.YOffset("horizon:N", sort=horizons))
    colour = alt.Color(
        "horizon:N",
        sort=horizons,
        scale=alt.Scale(domain=horizons, range=[c.SERIES[0].light, c.SERIES[2].light, c.SERIES[1].light]),
        legend=legend(width),
    )
    line = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", scale=scale), x2="high:Q", color=colour)
    dot = base.mark_circle(size=70, opacity=1).encode(
        x=alt.X(
            f"{value}:Q",
            scale=scale,
            axis=alt.Axis(values=[0.001, 0.01, 0.1, 0.5, 1], format="~%"),
            title="probability (log scale)",
        ),
        color=colour,
    )
    diamond = base.mark_point(shape="diamond", size=70, filled=False, strokeWidth=1.5, color=c.MUTED.light).encode(
        x=alt.X("base rate:Q", scale=scale)
    )
    return (
        alt.layer(line, dot, diamond)
        .properties(width=width - (120 if width < SMALL else 114), height=alt.Step(15))
        .facet(row=rows_by("direction", list(dict.fromkeys(r["direction"] for r in rows))))
    )


def timeline(a: Assessment, width: int) -> Any:
    """Incidents by day, mode and who acted; within a mode one lane for either state and one for both."""
    import altair as alt

    rows: list[dict[str, Any]] = [
        {"year": year_of(e.start), "mode": r["mode"], "actor": r["actor"]}
        for e, r in zip(a.events, tables.event_rows(a), strict=True)
    ]
    one, two = (tables.names(a)[s] for s in tables.pair(a))
    actors = [one, two, tables.BOTH]
    # Empty lanes before the record begins would look like peace.
    span = [float(min(e.start.year for e in a.events)), a.as_of.year + 1.0] if a.events else years(a)
    x = year_axis(span)
    y = alt.Y(
        "mode:N",
        sort=list(reversed(tables.MODES)),
        scale=alt.Scale(domain=list(reversed(tables.MODES)), paddingInner=0.22, paddingOuter=0.1),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, grid=False),
    )
    lanes = (
        alt.Chart(data([{"mode": m} for m in tables.MODES]))
        .mark_rect(color=c.PANEL.light)
        .encode(y=y, x=alt.value(0), x2=alt.value("width"))
    )
    marks = (
        alt.Chart(data(rows))
        .mark_tick(thickness=1.5, size=11, opacity=1)
        .encode(
            x=x,
            y=y,
            yOffset=alt.YOffset("actor:N", sort=actors, scale=alt.Scale(domain=actors)),
            color=alt.Color(
                "actor:N",
                scale=alt.Scale(domain=actors, range=[c.STATE_A.light, c.STATE_B.light, c.MUTED.light]),
                legend=legend(width),
            ),
        )
    )
    return alt.layer(lanes, *markers(a, x, span, width), marks).properties(**box(width, 190))


def track(a: Assessment, width: int) -> Any:
    """The tool's own record: forecasts of a strike or war within a year, beside what happened."""
    import altair as alt

    rows: list[dict[str, Any]] = [
        {
            "direction": r["direction"],
            "year": t.as_of.year + 1,
            "p": r["P(strike or war)"],
            "base": r["base rate"],
            "observed": "strike or clash" if t.observed == "strike" else t.observed,
        }
        for t, r in zip(a.track_record, tables.track_rows(a), strict=True)
    ]
    kinds = ["strike or clash", "war"]
    base = alt.Chart(data(rows)).encode(
        x=alt.X(
            "year:Q",
            title="year forecast, from the end of the year before",
            axis=alt.Axis(format="d", tickCount=6),
            scale=alt.Scale(nice=False, padding=8),
        )
    )
    line = base.mark_line(
        strokeWidth=2, color=c.INK.light, point=alt.OverlayMarkDef(color=c.INK.light, size=22)
    ).encode(
        y=alt.Y(
            "p:Q",
            title="P(strike or war)",
            axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
            scale=alt.Scale(domain=[0, 1.12], nice=False),
        )
    )
    rate = base.mark_line(strokeDash=[3, 3], color=c.MUTED.light).encode(y="base:Q")
    happened = (
        base.transform_filter(alt.FieldOneOfPredicate(field="observed", oneOf=kinds))
        .mark_point(filled=True, opacity=1, size=55)
        .encode(
            y=alt.datum(1.06),
            color=alt.Color(
                "observed:N",
                scale=alt.Scale(domain=kinds, range=[c.STRIKE.light, c.WAR.light]),
                legend=legend(width),
            ),
            shape=alt.Shape(
                "observed:N", scale=alt.Scale(domain=kinds, range=["circle", "square"]), legend=legend(width)
            ),
        )
    )
    return (
        alt.layer(rate, line, happened)
        .properties(width=width - 68, height=120)
        .facet(row=rows_by("direction", list(dict.fromkeys(r["direction"] for r in rows))))
    )


def reliability(a: Assessment, width: int) -> Any:
    """Mean forecast against what came, for all dyads, on logarithmic scales; on the line a forecast is honest."""
    import altair as alt

    rows = [r for r in tables.reliability_rows(a) if r["observed"] > 0]
    kinds = ["threat or graver", "strike or war"]
    low = min(min(r["forecast"], r["observed"]) for r in rows) / 2
    axis = alt.Axis(format="~%", values=[0.0001, 0.001, 0.01, 0.1, 1])
    scale = alt.Scale(type="log", domain=[low, 1], nice=False)
    line = (
        alt.Chart(data([{"x": low, "y": low}, {"x": 1, "y": 1}]))
        .mark_line(color=c.LINE.light, strokeDash=[3, 3])
        .encode(
            x=alt.X("x:Q", scale=scale, title="forecast", axis=axis),
            y=alt.Y("y:Q", scale=scale, title="came", axis=axis),
        )
    )
    points = (
        alt.Chart(data(rows))
        .mark_point(filled=True, opacity=1, size=60)
        .encode(
            x=alt.X("forecast:Q", scale=scale),
            y=alt.Y("observed:Q", scale=scale),
            color=alt.Color(
                "what:N",
                scale=alt.Scale(domain=kinds, range=[c.THREAT.light, c.STRIKE.light]),
                legend=legend(width),
            ),
            shape=alt.Shape("what:N", scale=alt.Scale(domain=kinds, range=["circle", "square"]), legend=legend(width)),
        )
    )
    return alt.layer(line, points).properties(**box(min(width, 460), 300))


def statements(a: Assessment, width: int) -> Any:
    """Coded statements by type, year and side."""
    import altair as alt

    rows = tables.statement_rows(a)
    kinds = [k for k in c.STATEMENTS if any(r["type"] == k for r in rows)]
    years = [r["year"] for r in rows]
    total: Counter[tuple[str, int]] = Counter()
    for r in rows:
        total[r["state"], r["year"]] += r["count"]
    most = max(total.values())
    counts = list(range(0, most + 1, max(1, ceil(most / 4))))
    name = tables.names(a)
    changes = [{"state": name[x.state], "year": x.year} for x in a.statement_changes if x.found == "change"]
    bars = (
        alt.Chart()
        .mark_bar(stroke=c.PAPER.light, strokeWidth=0.7)
        .encode(
            x=alt.X(
                "year:O",
                title=None,
                scale=alt.Scale(domain=list(range(min(years), max(years) + 1))),
                axis=alt.Axis(labelAngle=0, labelOverlap=True),
            ),
            y=alt.Y("count:Q", title="statements", axis=alt.Axis(values=counts, format="d")),
            color=alt.Color(
                "type:N",
                sort=kinds,
                scale=alt.Scale(domain=kinds, range=[c.STATEMENTS[k].light for k in kinds]),
                legend=legend(width),
            ),
            order=alt.Order("type:N"),
        )
    )
    line = (
        alt.Chart()
        .transform_filter("datum.change")
        .mark_rule(color=c.INK.light, strokeDash=[4, 3], strokeWidth=1.5)
        .encode(x=alt.X("year:O", bandPosition=0))
    )
    marked = [r | {"change": False} for r in rows] + [
        r | {"count": 0, "type": kinds[0], "change": True} for r in changes
    ]
    return (
        alt.layer(bars, line)
        .properties(width=width - 50, height=110)
        .facet(row=rows_by("state", [name[s] for s in tables.pair(a)]), data=data(marked))
    )
