"""The charts, as Vega-Lite by way of Altair: an assessment and a width in, a chart out, for report and dashboard."""

from __future__ import annotations

from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.report import palette as c
from tocsin.report import tables

FONT = "Helvetica, Arial, sans-serif"
SMALL = 460


def theme(chart: Any) -> Any:
    """Return the chart with the house style: palette keys for colours, no frame, quiet grid."""
    label = {"labelColor": c.MUTED.light, "titleColor": c.MUTED.light, "labelFontSize": 12, "titleFontSize": 12}
    return (
        chart.configure(background="transparent", font=FONT, padding=2)
        .configure_axis(
            **label,
            titleFontWeight="normal",
            gridColor=c.GRID.light,
            domainColor=c.LINE.light,
            tickColor=c.LINE.light,
            labelLimit=190,
        )
        .configure_legend(**label, titleFontWeight="normal", symbolStrokeWidth=2, labelLimit=260)
        .configure_header(
            labelColor=c.INK.light, labelFontSize=13, labelFontWeight="bold", title=None, labelAnchor="start"
        )
        .configure_view(stroke=None)
        .configure_text(color=c.INK.light, fontSize=12)
    )


def _data(rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    return alt.InlineData(values=rows)


def _legend(width: int, **options: Any) -> Any:
    import altair as alt

    return alt.Legend(orient="bottom", direction="horizontal", columns=2 if width < SMALL else 4, title=None, **options)


def _markers(a: Assessment, x: Any) -> list[Any]:
    """Thin vertical lines at the marked events, numbered on top; the list under the chart names them."""
    import altair as alt

    rows = _data(tables.marker_rows(a))
    return [
        alt.Chart(rows).mark_rule(color=c.LINE.light, strokeDash=[2, 3]).encode(x=x),
        alt.Chart(rows)
        .mark_text(color=c.MUTED.light, dy=-8, fontSize=11)
        .encode(x=x, y=alt.value(0), text=alt.Text("no:N")),
    ]


def _years(a: Assessment) -> list[int]:
    return [min(p.year for p in a.power), a.as_of.year + 1]


def power(a: Assessment, width: int) -> Any:
    """Balance of power: the second state's power as a multiple of the first's, on a log scale, events marked."""
    import altair as alt

    rows = tables.power_rows(a)
    indices = list(dict.fromkeys(r["index"] for r in rows))
    two = tables.names(a)[tables.pair(a)[1]]
    one = tables.names(a)[tables.pair(a)[0]]
    x = alt.X(
        "year:Q", title=None, axis=alt.Axis(format="d", tickCount=6), scale=alt.Scale(domain=_years(a), nice=False)
    )
    dashes = [[1, 0], [6, 2], [2, 2], [8, 3, 2, 3], [4, 4], [10, 2]]
    lines = (
        alt.Chart(_data(rows))
        .mark_line(strokeWidth=2)
        .encode(
            x=x,
            y=alt.Y(
                "multiple:Q",
                scale=alt.Scale(type="log", nice=True),
                axis=alt.Axis(values=[0.25, 0.5, 1, 2, 3, 5, 10, 20, 50], format="~g"),
                title=f"{two} as a multiple of {one} (log scale)",
            ),
            color=alt.Color(
                "index:N",
                scale=alt.Scale(domain=indices, range=[s.light for s in c.SERIES[: len(indices)]]),
                legend=_legend(width),
            ),
            strokeDash=alt.StrokeDash(
                "index:N", scale=alt.Scale(domain=indices, range=dashes[: len(indices)]), legend=_legend(width)
            ),
        )
    )
    even = alt.Chart(_data([{"y": 1}])).mark_rule(color=c.INK.light).encode(y="y:Q")
    return alt.layer(even, *_markers(a, x.copy() if hasattr(x, "copy") else x), lines).properties(
        width=width - 60, height=300
    )


def pipeline(a: Assessment, width: int) -> Any:
    """Arms ordered and pending, by class, for both states; what has no stated value is written out."""
    import altair as alt

    rows = tables.pipeline_rows(a)
    for row in rows:
        row["label"] = f"{row['class']}, {row['supplier']}"
        row["text"] = (
            "value unknown"
            if row["tiv"] is None
            else f"{row['tiv']:.0f}" + (f" + {row['unvalued']} without value" if row["unvalued"] else "")
        )
        row["value"] = row["tiv"] or 0
    state = tables.names(a)
    one, two = (state[s] for s in tables.pair(a))
    y = alt.Y(
        "label:N",
        title=None,
        sort=None,
        axis=alt.Axis(labelLimit=150 if width < SMALL else 220, ticks=False, domain=False),
    )
    top = max([r["value"] for r in rows], default=1) or 1
    x = alt.X(
        "value:Q",
        title="million SIPRI trend-indicator values",
        scale=alt.Scale(domain=[0, top * 1.45]),
        axis=alt.Axis(tickCount=4),
    )
    base = alt.Chart(_data(rows)).encode(y=y)
    bars = base.mark_bar(height={"band": 0.7}).encode(
        x=x,
        color=alt.Color(
            "recipient:N", scale=alt.Scale(domain=[one, two], range=[c.STATE_A.light, c.STATE_B.light]), legend=None
        ),
    )
    text = base.mark_text(align="left", dx=4, fontSize=11, color=c.MUTED.light).encode(x=x, text="text:N")
    inner = width - (170 if width < SMALL else 240)
    return (
        alt.layer(bars, text)
        .properties(width=inner, height=alt.Step(22))
        .facet(
            row=alt.Row(
                "recipient:N",
                sort=[one, two],
                header=alt.Header(labelAngle=0, labelOrient="top", labelAnchor="start", labelPadding=2),
            )
        )
        .resolve_scale(y="independent")
    )


def suppliers(a: Assessment, width: int) -> Any:
    """Suppliers' shares of the value delivered to each state."""
    import altair as alt

    rows = tables.supplier_rows(a)
    order: list[str] = []
    for row in sorted(rows, key=lambda r: -r["tiv"]):
        if row["supplier"] not in order:
            order.append(row["supplier"])
    kept = order[:5]
    for row in rows:
        row["supplier"] = row["supplier"] if row["supplier"] in kept else "others"
    domain = [*kept, "others"] if len(order) > 5 else kept
    return (
        alt.Chart(_data(rows))
        .mark_bar(stroke=c.PAPER.light, strokeWidth=1)
        .encode(
            y=alt.Y("recipient:N", title=None, axis=alt.Axis(ticks=False, domain=False)),
            x=alt.X(
                "sum(share):Q", title=None, axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(domain=[0, 1])
            ),
            color=alt.Color(
                "supplier:N",
                scale=alt.Scale(domain=domain, range=[s.light for s in c.SERIES[: len(domain)]]),
                legend=_legend(width),
            ),
            order=alt.Order("share:Q", sort="descending"),
        )
        .properties(width=width - 90, height=alt.Step(34))
    )


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
        legend=_legend(width),
    )
    base = alt.Chart(_data(rows)).encode(y=y, yOffset=offset)
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


def condition(a: Assessment, width: int) -> Any:
    """Share of plausible parameters for which force now beats waiting, by year and direction."""
    import altair as alt

    rows = tables.condition_rows(a)
    directions = list(dict.fromkeys(r["direction"] for r in rows))
    kinds = ["strike pays best", "war pays best"]
    return (
        alt.Chart(_data(rows))
        .mark_bar(width={"band": 0.8})
        .encode(
            x=alt.X(
                "year:O",
                title=None,
                axis=alt.Axis(labelAngle=0, labelOverlap=True, values=list(range(1995, a.as_of.year + 1, 5))),
            ),
            y=alt.Y(
                "share:Q",
                title="share of parameters",
                axis=alt.Axis(format=".0%", tickCount=4),
                scale=alt.Scale(domainMax=max(0.25, _stacked(rows) * 1.1)),
            ),
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=kinds, range=[c.STRIKE.light, c.WAR.light]), legend=_legend(width)
            ),
        )
        .properties(width=width - 60, height=120)
        .facet(
            row=alt.Row(
                "direction:N",
                sort=directions,
                header=alt.Header(labelAngle=0, labelOrient="top", labelAnchor="start", labelPadding=2),
            )
        )
    )


def _stacked(rows: list[dict[str, Any]]) -> float:
    """Return the highest stack of the condition chart."""
    total: dict[tuple[str, int], float] = {}
    for row in rows:
        key = (row["direction"], row["year"])
        total[key] = total.get(key, 0.0) + row["share"]
    return max(total.values(), default=0.0)


def parameter_map(a: Assessment, width: int) -> Any:
    """Parameter map: for which cost of war and which shift does war pay, and where does the measured shift lie?"""
    import altair as alt

    if not a.strategy.maps:
        raise ValueError("no map: the shift was not known")
    best = max(a.strategy.maps, key=lambda m: m.measured_shift.value or 0)
    step_x, step_y = best.shift[1] - best.shift[0], best.cost[1] - best.cost[0]
    rows = [
        {
            "x": s - step_x / 2,
            "x2": s + step_x * 0.52,
            "y": k - step_y / 2,
            "y2": k + step_y * 0.52,
            "share": best.holds_war[i][j],
        }
        for i, k in enumerate(best.cost)
        for j, s in enumerate(best.shift)
    ]
    x = alt.X(
        "x:Q",
        title="rise of the rival's chance to win over the horizon",
        axis=alt.Axis(format=".0%", grid=False, tickCount=6),
        scale=alt.Scale(domain=[-step_x / 2, best.shift[-1] + step_x / 2], nice=False),
    )
    y = alt.Y(
        "y:Q",
        title="share of the value that war destroys",
        axis=alt.Axis(format=".0%", grid=False, tickCount=5),
        scale=alt.Scale(domain=[best.cost[0] - step_y / 2, best.cost[-1] + step_y / 2], nice=False),
    )
    field = (
        alt.Chart(_data(rows))
        .mark_rect()
        .encode(
            x=x,
            x2="x2:Q",
            y=y,
            y2="y2:Q",
            color=alt.Color(
                "share:Q",
                scale=alt.Scale(
                    type="threshold", domain=[0.01, 0.25, 0.5, 0.75, 0.99], range=[r.light for r in c.RAMP]
                ),
                legend=alt.Legend(
                    orient="bottom", title=None, format=".0%", gradientLength=min(260, width - 60), gradientThickness=10
                ),
            ),
        )
    )
    m = best.measured_shift
    ends = [{"x": e, "dash": d} for e, d in ((m.low, True), (m.value, False), (m.high, True)) if e is not None]
    rules = (
        alt.Chart(_data(ends))
        .mark_rule(color=c.STATE_A.light, strokeWidth=2.5)
        .encode(
            x="x:Q",
            strokeDash=alt.condition("datum.dash", alt.value([3, 3]), alt.value([1, 0])),
            strokeWidth=alt.condition("datum.dash", alt.value(1.5), alt.value(3)),
        )
    )
    return alt.layer(field, rules).properties(width=width - 60, height=260)


def timeline(a: Assessment, width: int) -> Any:
    """Incidents by day, mode and who acted."""
    import altair as alt

    rows = tables.event_rows(a)
    state = tables.names(a)
    one, two = (state[s] for s in tables.pair(a))
    x = alt.X(
        "year:Q", title=None, axis=alt.Axis(format="d", tickCount=6), scale=alt.Scale(domain=_years(a), nice=False)
    )
    marks = (
        alt.Chart(_data(rows))
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
                legend=_legend(width),
            ),
        )
    )
    return alt.layer(*_markers(a, x), marks).properties(width=width - 75, height=alt.Step(20))


def track(a: Assessment, width: int) -> Any:
    """The tool's own record: forecasts of a strike or war within a year, beside what happened."""
    import altair as alt

    rows = tables.track_rows(a)
    directions = list(dict.fromkeys(r["direction"] for r in rows))
    base = alt.Chart(_data(rows)).encode(
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
                legend=_legend(width),
            ),
            shape=alt.Shape(
                "observed:N",
                scale=alt.Scale(domain=["strike", "war"], range=["circle", "square"]),
                legend=_legend(width),
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
        alt.Chart(_data(rows))
        .mark_bar(stroke=c.PAPER.light, strokeWidth=0.7)
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
            y=alt.Y("count:Q", title="statements", axis=alt.Axis(tickCount=4, format="d")),
            color=alt.Color(
                "type:N",
                sort=kinds,
                scale=alt.Scale(domain=kinds, range=[c.STATEMENTS[k].light for k in kinds]),
                legend=_legend(width),
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
