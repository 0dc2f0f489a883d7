"""Charts of the strategic reading."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.report import palette as c
from tocsin.report import tables
from tocsin.report.charts.style import box, data, legend, markers, rows_by
from tocsin.report.text import year_of

# Upper ends of the steps of the map, and how the key names them.
STEPS = (0.01, 0.25, 0.5, 0.75, 0.99)
STEP_NAMES = ("under 1%", "1-25%", "25-50%", "50-75%", "75-99%", "over 99%")


def condition(a: Assessment, width: int) -> Any:
    """Share of plausible parameters for which force now beats waiting, by year and direction, events marked.

    A bar stands at the day of its reading, the last day of a year or the as-of date, so that an event stands after the
    readings made before it.
    """
    import altair as alt

    rows: list[dict[str, Any]] = [
        r | {"year": year_of(date.fromisoformat(r["day"]))} for r in tables.condition_rows(a) if r["share"] is not None
    ]
    directions = list(dict.fromkeys(r["direction"] for r in rows))
    kinds = ["a strike pays best", "war pays best"]
    first, last = min(r["year"] for r in rows), max(r["year"] for r in rows)
    domain = [first - 0.7, last + 0.7]
    inner = width - 58
    x = alt.X(
        "year:Q",
        title=None,
        axis=alt.Axis(format="d", tickCount=6, grid=False),
        scale=alt.Scale(domain=domain, nice=False),
    )
    bars = (
        alt.Chart()
        .mark_bar(size=max(3, round(0.36 * inner / (domain[1] - domain[0]))))
        .encode(
            x=x,
            y=alt.Y(
                "share:Q",
                title="share of parameters",
                axis=alt.Axis(format=".0%", tickCount=4),
                scale=alt.Scale(domain=[0, min(1, max(0.1, highest(rows) * 1.15))], nice=False),
            ),
            color=alt.Color(
                "kind:N", scale=alt.Scale(domain=kinds, range=[c.STRIKE.light, c.WAR.light]), legend=legend(width)
            ),
        )
    )
    return (
        alt.layer(*markers(a, x, domain, inner), bars)
        .properties(width=inner, height=120)
        .facet(row=rows_by("direction", directions), data=data(rows))
    )


def highest(rows: list[dict[str, Any]]) -> float:
    """Return the highest stack of the condition chart."""
    total: dict[tuple[str, str], float] = {}
    for row in rows:
        key = (row["direction"], row["day"])
        total[key] = total.get(key, 0.0) + row["share"]
    return max(total.values(), default=0.0)


def step(share: float) -> int:
    """Return the number of the step of the map a share falls in.

    Examples
    --------
    >>> step(0.0), step(0.3), step(1.0)
    (0, 2, 5)
    """
    return sum(share >= s for s in STEPS)


def parameter_map(a: Assessment, width: int) -> Any:
    """Parameter map: for which cost of war and which shift does war pay, and where does the measured shift lie?"""
    import altair as alt

    m = tables.drawn_map(a)
    if m is None:
        raise ValueError("no map: the shift is not known")
    half_x, half_y = (m.shift[1] - m.shift[0]) / 2, (m.cost[1] - m.cost[0]) / 2
    rows: list[dict[str, Any]] = []
    for cost, shares in zip(m.cost, m.holds_war, strict=True):
        # Neighbours of one step are one rectangle: fewer marks, no seams.
        for number, run in groupby(zip(m.shift, map(step, shares), strict=True), key=lambda cell: cell[1]):
            ends = [shift for shift, _ in run]
            rows.append(
                {
                    "x": ends[0] - half_x,
                    "x2": ends[-1] + half_x,
                    "y": cost - half_y,
                    "y2": cost + half_y,
                    "share": STEP_NAMES[number],
                }
            )
    s = m.measured_shift
    low_end = min(m.shift[0] - half_x, *(v - half_x for v in (s.low, s.value) if v is not None))
    high_end = max(m.shift[-1] + half_x, *(v + half_x for v in (s.high, s.value) if v is not None))
    x = alt.X(
        "x:Q",
        title="rise of the rival's chance to win over the horizon",
        axis=alt.Axis(format=".0%", grid=False, tickCount=6),
        scale=alt.Scale(domain=[low_end, high_end], nice=False),
    )
    y = alt.Y(
        "y:Q",
        title="share of the value that war destroys",
        axis=alt.Axis(format=".0%", grid=False, tickCount=5),
        scale=alt.Scale(domain=[m.cost[0] - half_y, m.cost[-1] + half_y], nice=False),
    )
    field = (
        alt.Chart(data(rows))
        .mark_rect(strokeWidth=0.6)
        .encode(
            x=x,
            x2="x2:Q",
            y=y,
            y2="y2:Q",
            color=alt.Color(
                "share:N",
                sort=list(STEP_NAMES),
                scale=alt.Scale(domain=list(STEP_NAMES), range=[r.light for r in c.RAMP]),
                legend=legend(width),
            ),
            stroke=alt.Stroke(
                "share:N", scale=alt.Scale(domain=list(STEP_NAMES), range=[r.light for r in c.RAMP]), legend=None
            ),
        )
    )
    layers = [field]
    if s.low is not None and s.high is not None:
        ends_data = data([{"x": s.low}, {"x": s.high}])
        layers.append(
            alt.Chart(ends_data).mark_rule(color=c.STATE_A.light, strokeDash=[3, 3], strokeWidth=1.5).encode(x=x)
        )
    middle = alt.Chart(data([{"x": s.value}])).encode(x=x)
    layers.append(middle.mark_rule(color=c.PAPER.light, strokeWidth=5))
    layers.append(middle.mark_rule(color=c.STATE_A.light, strokeWidth=3))
    return alt.layer(*layers).properties(**box(width, 260))
