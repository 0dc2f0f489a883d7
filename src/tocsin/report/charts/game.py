"""Charts of the strategic game: probabilities, window, and what moves them."""

from __future__ import annotations

from itertools import groupby
from math import exp
from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.report import game
from tocsin.report import palette as c
from tocsin.report.charts.force import FLOOR, beside_base_rate
from tocsin.report.charts.style import SMALL, data, legend, rows_by

# Upper ends of the steps of the window, in multiples of the base rate, and how the key names them.
STEPS = (0.9, 1.0, 1.05, 1.1, 1.2)
STEP_NAMES = ("under 0.9", "0.9-1", "1-1.05", "1.05-1.1", "1.1-1.2", "over 1.2 times the base rate")
HALF = exp(0.1)


def probabilities(a: Assessment, width: int) -> Any:
    """The game against the base rate: P(at least each mode) with its prior spread, by direction and horizon."""
    rows: list[dict[str, Any]] = [
        {k: r[k] for k in ("direction", "horizon", "mode")}
        | {k: max(r[k], FLOOR) for k in ("mean", "low", "high", "base rate")}
        for r in game.game_rows(a)
    ]
    return beside_base_rate(rows, "mean", width)


def step(times: float) -> int:
    """Return the number of the step of the window that a multiple of the base rate falls in.

    Examples
    --------
    >>> step(0.5), step(1.02), step(2.0)
    (0, 2, 5)
    """
    return sum(times >= s for s in STEPS)


def window(a: Assessment, width: int) -> Any:
    """The preventive window: P(strike or war) this year over relative power and pending arms, and where the case is."""
    import altair as alt

    rows: list[dict[str, Any]] = []
    # Neighbours of one step are one rectangle: fewer marks, no seams.
    cells = sorted(game.window_rows(a), key=lambda r: (r["direction"], r["pending"]))
    for (direction, pending, number), run in groupby(
        cells, key=lambda r: (r["direction"], r["pending"], step(r["times the base rate"]))
    ):
        ratios = [r["rival's power over actor's"] for r in run]
        rows.append(
            {
                "direction": direction,
                "kind": "field",
                "x": ratios[0] / HALF,
                "x2": ratios[-1] * HALF,
                "y": pending - 0.5,
                "y2": pending + 0.5,
                "times": STEP_NAMES[number],
            }
        )
    ends = [v for r in rows for v in (r["x"], r["x2"])]
    for g, r in game.solved(a):
        w = r.window
        rows.append(
            {
                "direction": game.direction(a, g),
                "kind": "case",
                "x": max(w.ratio_now.low, min(ends)),
                "x2": min(w.ratio_now.high, max(ends)),
                "middle": w.ratio_now.mean,
                "y": min(w.pending_now, 4.0),
            }
        )
    x = alt.X(
        "x:Q",
        title="power of the rival over the actor's (log scale)",
        axis=alt.Axis(values=[0.125, 0.25, 0.5, 1, 2, 4, 8], format="~g", grid=False),
        scale=alt.Scale(type="log", domain=[min(ends), max(ends)], nice=False),
    )
    y = alt.Y(
        "y:Q",
        title="pending arms, steps",
        axis=alt.Axis(values=[0, 1, 2, 3, 4], format="d", grid=False),
        scale=alt.Scale(domain=[-0.5, 4.5], nice=False),
    )
    colours = alt.Scale(domain=list(STEP_NAMES), range=[r.light for r in c.RAMP])
    kind = alt.datum.kind
    field = (
        alt.Chart()
        .transform_filter(kind == "field")
        .mark_rect(strokeWidth=0.6)
        .encode(
            x=x,
            x2="x2:Q",
            y=y,
            y2="y2:Q",
            color=alt.Color("times:N", sort=list(STEP_NAMES), scale=colours, legend=legend(width)),
            stroke=alt.Stroke("times:N", scale=colours, legend=None),
        )
    )
    case = alt.Chart().transform_filter(kind == "case")
    layers = [
        field,
        case.mark_rule(color=c.PAPER.light, strokeWidth=6).encode(x=x, x2="x2:Q", y=y),
        case.mark_rule(color=c.STATE_A.light, strokeWidth=3).encode(x=x, x2="x2:Q", y=y),
        case.mark_point(
            color=c.STATE_A.light, fill=c.PAPER.light, shape="circle", size=90, strokeWidth=3, opacity=1
        ).encode(x="middle:Q", y=y),
    ]
    return (
        alt.layer(*layers)
        .properties(width=width - 58, height=130)
        .facet(row=rows_by("direction", [game.direction(a, g) for g, _ in game.solved(a)]), data=data(rows))
    )


def tornado(a: Assessment, width: int) -> Any:
    """What each parameter does to P(strike or war) this year over its range, all else central."""
    import altair as alt

    rows: list[dict[str, Any]] = [
        {
            "direction": r["direction"],
            "parameter": r["parameter"],
            "from": r["central"],
            "to": r[end],
            "end": f"at the {end.removeprefix('at ')} end of its range",
            "order": i,
        }
        for i, r in enumerate(game.tornado_rows(a))
        for end in ("at low", "at high")
    ]
    kinds = ["at the low end of its range", "at the high end of its range"]
    both = [r[k] for r in rows for k in ("from", "to")]
    room = 0.05 * (max(both) - min(both))
    x = alt.X(
        "from:Q",
        title="P(strike or war) this year",
        axis=alt.Axis(format=".1%", tickCount=4 if width < SMALL else 6),
        scale=alt.Scale(domain=[min(both) - room, max(both) + room], nice=False, zero=False),
    )
    y = alt.Y(
        "parameter:N",
        sort=alt.EncodingSortField("order"),
        title=None,
        axis=alt.Axis(ticks=False, domain=False, labelLimit=165),
    )
    bars = (
        alt.Chart()
        .mark_bar(height={"band": 0.7})
        .encode(
            x=x,
            x2="to:Q",
            y=y,
            color=alt.Color(
                "end:N",
                sort=kinds,
                scale=alt.Scale(domain=kinds, range=[c.SERIES[2].light, c.SERIES[1].light]),
                legend=alt.Legend(
                    orient="bottom", direction="horizontal", columns=1 if width < SMALL else 2, title=None
                ),
            ),
        )
    )
    middle = alt.Chart().mark_rule(color=c.INK.light).encode(x=x)
    return (
        alt.layer(bars, middle)
        .properties(width=width - 190, height=alt.Step(18))
        .facet(row=rows_by("direction", [game.direction(a, g) for g, _ in game.solved(a)]), data=data(rows))
        .resolve_scale(y="independent")
    )
