"""Charts of the strategic reading."""

from __future__ import annotations

from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.report import palette as c
from tocsin.report import tables
from tocsin.report.charts.style import data, legend


def condition(a: Assessment, width: int) -> Any:
    """Share of plausible parameters for which force now beats waiting, by year and direction."""
    import altair as alt

    rows = tables.condition_rows(a)
    directions = list(dict.fromkeys(r["direction"] for r in rows))
    kinds = ["strike pays best", "war pays best"]
    return (
        alt.Chart(data(rows))
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
                "kind:N", scale=alt.Scale(domain=kinds, range=[c.STRIKE.light, c.WAR.light]), legend=legend(width)
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
        alt.Chart(data(rows))
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
        alt.Chart(data(ends))
        .mark_rule(color=c.STATE_A.light, strokeWidth=2.5)
        .encode(
            x="x:Q",
            strokeDash=alt.condition("datum.dash", alt.value([3, 3]), alt.value([1, 0])),
            strokeWidth=alt.condition("datum.dash", alt.value(1.5), alt.value(3)),
        )
    )
    return alt.layer(field, rules).properties(width=width - 60, height=260)
