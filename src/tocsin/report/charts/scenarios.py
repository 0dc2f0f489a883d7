"""Charts of what moves the models: scenarios, indicators, and every parameter of the game."""

from __future__ import annotations

from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.report import indicators as i
from tocsin.report import palette as c
from tocsin.report import scenarios as s
from tocsin.report.charts.style import SMALL, data, legend, rows_by
from tocsin.report.tables import Rows

TICKS = (-50, -30, -10, -3, -1, 0, 1, 3, 10, 30, 50)


def scenarios(a: Assessment, width: int) -> Any:
    """Change of P(strike or war) within a year by scenario, direction and model, on an axis stretched around zero."""
    # Every scenario has its row, felt or not.
    return _changes(s.rows(a), "scenario", [s.label(r) for r in s.results(a)], width)


def indicators(a: Assessment, width: int) -> Any:
    """The same by indicator, those that some model feels."""
    rows = i.rows(a)
    return _changes(
        rows, "indicator", [n for x in i.listed(a) if (n := i.label(a, x)) in {r["indicator"] for r in rows}], width
    )


def _changes(found: Rows, what: str, order: list[str], width: int) -> Any:
    import altair as alt

    rows = [
        {k: r[k] for k in ("direction", what, "model")} | {k: 100 * r[k] for k in ("change", "low", "high")}
        for r in found
    ]
    directions = list(dict.fromkeys(r["direction"] for r in rows))
    ends = [abs(r[k]) for r in rows for k in ("change", "low", "high")]
    far = max([1.0, *ends]) * 1.15
    # Those that would stand too close to others are left out.
    close = {30 if far >= 50 else 50, *([] if width >= SMALL else [3])}
    ticks = [t for t in TICKS if abs(t) <= far and abs(t) not in close]
    x = alt.X(
        "change:Q",
        title="change in points (axis stretched around zero)" if width >= SMALL else "points (axis stretched at zero)",
        scale=alt.Scale(type="symlog", constant=1, domain=[-far, far], nice=False),
        axis=alt.Axis(values=ticks, format="+d", domain=False),
    )
    y = alt.Y(
        f"{what}:N",
        sort=order,
        scale=alt.Scale(domain=order),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=175),
    )
    models = [s.GAME, s.FORECAST]
    colour = alt.Color(
        "model:N",
        sort=models,
        scale=alt.Scale(domain=models, range=[c.SERIES[2].light, c.SERIES[1].light]),
        legend=legend(width),
    )
    shape = alt.Shape(
        "model:N", sort=models, scale=alt.Scale(domain=models, range=["circle", "diamond"]), legend=legend(width)
    )
    offset = alt.YOffset("model:N", sort=models)
    base = alt.Chart()
    zero = alt.Chart().mark_rule(color=c.LINE.light).encode(x=alt.datum(0, type="quantitative"))
    line = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q"), x2="high:Q", y=y, yOffset=offset, color=colour)
    dot = base.mark_point(filled=True, size=60, opacity=1).encode(x=x, y=y, yOffset=offset, color=colour, shape=shape)
    return (
        alt.layer(zero, line, dot)
        .properties(width=width - 178, height=alt.Step(22, **{"for": "position"}))
        .facet(row=rows_by("direction", directions), data=data(rows))
    )


def sensitivity(a: Assessment, width: int) -> Any:
    """P(strike or war) this year over the range of every parameter, less the central game, in both directions."""
    import altair as alt

    found = s.sensitivity_rows(a)
    rows: list[dict[str, Any]] = [
        {
            "parameter": r["parameter"],
            "direction": r["direction"],
            "from": 100 * (r["at low"] - r["central"]),
            "to": 100 * (r["at high"] - r["central"]),
        }
        for r in found
    ]
    order = list(dict.fromkeys(r["parameter"] for r in rows))
    directions = list(dict.fromkeys(r["direction"] for r in rows))
    y = alt.Y("parameter:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=175))
    offset = alt.YOffset("direction:N", sort=directions)
    colours = [c.STATE_A.light, c.STATE_B.light]
    colour = alt.Color(
        "direction:N",
        sort=directions,
        scale=alt.Scale(domain=directions, range=colours[: len(directions)]),
        legend=alt.Legend(orient="bottom", direction="horizontal", columns=1 if width < SMALL else 2, title=None),
    )
    ends = [abs(r[k]) for r in rows for k in ("from", "to")]
    far = max([0.5, *ends]) * 1.06
    x = alt.X(
        "from:Q",
        title="change in points against the central game",
        scale=alt.Scale(domain=[-far, far], nice=False),
        axis=alt.Axis(format="+~g", tickCount=5, domain=False),
    )
    base = alt.Chart(data(rows))
    bar = base.mark_rule(strokeWidth=3).encode(x=x, x2="to:Q", y=y, yOffset=offset, color=colour)
    high = base.mark_circle(size=34, opacity=1).encode(x="to:Q", y=y, yOffset=offset, color=colour)
    zero = alt.Chart(data([{"x": 0}])).mark_rule(color=c.LINE.light).encode(x="x:Q")
    return alt.layer(zero, bar, high).properties(width=width - 190, height=alt.Step(8))
