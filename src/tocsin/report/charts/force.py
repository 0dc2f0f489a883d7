"""Charts of force: forecast, incidents, track record, statements."""

from __future__ import annotations

from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.report import palette as c
from tocsin.report import tables
from tocsin.report.charts.style import SMALL, data, legend, markers, years


def forecast(a: Assessment, width: int) -> Any:
    """Forecast against base rate: P(at least each mode) with its 90 % interval, by direction and horizon."""
    import altair as alt

    rows = tables.forecast_rows(a)
    for row in rows:
        row["low"] = max(row["low"], 0.001)
        row["p_shown"] = max(row["p"], 0.001)
        row["base"] = max(row["base"], 0.001)
    modes = list(tables.AT_LEAST.values())
    horizons = list(dict.fromkeys(r["horizon"] for r in rows))
    x = alt.X(
        "p_shown:Q",
        scale=alt.Scale(type="log", domain=[0.001, 1]),
        axis=alt.Axis(values=[0.001, 0.01, 0.1, 0.5, 1], format="~%"),
        title="probability (log scale); diamond: base rate of the class",
    )
    y = alt.Y("mode:N", sort=modes, title=None, axis=alt.Axis(ticks=False, domain=False, grid=False))
    offset = alt.YOffset("horizon:N", sort=horizons)
    colour = alt.Color(
        "horizon:N",
        sort=horizons,
        scale=alt.Scale(domain=horizons, range=[c.SERIES[0].light, c.SERIES[2].light, c.SERIES[1].light]),
        legend=legend(width),
    )
    base = alt.Chart(data(rows)).encode(y=y, yOffset=offset)
    bar = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", scale=alt.Scale(type="log", domain=[0.001, 1])), x2="high:Q", color=colour
    )
    dot = base.mark_circle(size=70, opacity=1).encode(x=x, color=colour)
    diamond = base.mark_point(shape="diamond", size=70, filled=False, strokeWidth=1.5, color=c.MUTED.light).encode(
        x="base:Q"
    )
    inner = width - (125 if width < SMALL else 140)
    return (
        alt.layer(bar, dot, diamond)
        .properties(width=inner, height=alt.Step(17))
        .facet(
            row=alt.Row(
                "direction:N",
                sort=None,
                header=alt.Header(labelAngle=0, labelOrient="top", labelAnchor="start", labelPadding=2),
            )
        )
    )


def timeline(a: Assessment, width: int) -> Any:
    """Incidents by day, mode and who acted."""
    import altair as alt

    rows = tables.event_rows(a)
    state = tables.names(a)
    one, two = (state[s] for s in tables.pair(a))
    x = alt.X(
        "year:Q", title=None, axis=alt.Axis(format="d", tickCount=6), scale=alt.Scale(domain=years(a), nice=False)
    )
    marks = (
        alt.Chart(data(rows))
        .mark_tick(thickness=1.4, size=18)
        .encode(
            x=x,
            y=alt.Y(
                "mode:N",
                sort=list(reversed(tables.MODES)),
                title=None,
                axis=alt.Axis(ticks=False, domain=False, grid=True),
            ),
            yOffset=alt.YOffset("actor:N", sort=[one, two, "both sides"]),
            color=alt.Color(
                "actor:N",
                scale=alt.Scale(
                    domain=[one, two, "both sides"], range=[c.STATE_A.light, c.STATE_B.light, c.MUTED.light]
                ),
                legend=legend(width),
            ),
        )
    )
    return alt.layer(*markers(a, x), marks).properties(width=width - 75, height=alt.Step(20))


def track(a: Assessment, width: int) -> Any:
    """The tool's own record: forecasts of a strike or war within a year, beside what happened."""
    import altair as alt

    rows = tables.track_rows(a)
    directions = list(dict.fromkeys(r["direction"] for r in rows))
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
            axis=alt.Axis(format=".0%", tickCount=4),
            scale=alt.Scale(domain=[0, 1.12], nice=False),
        )
    )
    rate = base.mark_line(strokeDash=[3, 3], color=c.MUTED.light).encode(y="base:Q")
    happened = (
        base.transform_filter("datum.observed == 'strike' || datum.observed == 'war'")
        .mark_point(filled=True, opacity=1, size=55)
        .encode(
            y=alt.datum(1.06),
            color=alt.Color(
                "observed:N",
                scale=alt.Scale(domain=["strike", "war"], range=[c.STRIKE.light, c.WAR.light]),
                legend=legend(width),
            ),
            shape=alt.Shape(
                "observed:N",
                scale=alt.Scale(domain=["strike", "war"], range=["circle", "square"]),
                legend=legend(width),
            ),
        )
    )
    return (
        alt.layer(rate, line, happened)
        .properties(width=width - 60, height=130)
        .facet(
            row=alt.Row(
                "direction:N",
                sort=directions,
                header=alt.Header(labelAngle=0, labelOrient="top", labelAnchor="start", labelPadding=2),
            )
        )
    )


def statements(a: Assessment, width: int) -> Any:
    """Coded statements by type, year and side."""
    import altair as alt

    rows = tables.statement_rows(a)
    kinds = [k for k in c.STATEMENTS if any(r["type"] == k for r in rows)]
    state = tables.names(a)
    return (
        alt.Chart(data(rows))
        .mark_bar(stroke=c.PAPER.light, strokeWidth=0.7)
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("count:Q", title="statements", axis=alt.Axis(tickCount=4, format="d")),
            color=alt.Color(
                "type:N",
                sort=kinds,
                scale=alt.Scale(domain=kinds, range=[c.STATEMENTS[k].light for k in kinds]),
                legend=legend(width),
            ),
            order=alt.Order("type:N"),
        )
        .properties(width=width - 60, height=110)
        .facet(
            row=alt.Row(
                "state:N",
                sort=[state[s] for s in tables.pair(a)],
                header=alt.Header(labelAngle=0, labelOrient="top", labelAnchor="start", labelPadding=2),
            )
        )
    )
