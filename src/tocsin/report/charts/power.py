"""Charts of power and arms."""

from __future__ import annotations

from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.report import palette as c
from tocsin.report import tables
from tocsin.report.charts.style import SMALL, data, legend, markers, years


def power(a: Assessment, width: int) -> Any:
    """Balance of power: the second state's power as a multiple of the first's, on a log scale, events marked."""
    import altair as alt

    rows = tables.power_rows(a)
    indices = list(dict.fromkeys(r["index"] for r in rows))
    two = tables.names(a)[tables.pair(a)[1]]
    one = tables.names(a)[tables.pair(a)[0]]
    x = alt.X(
        "year:Q", title=None, axis=alt.Axis(format="d", tickCount=6), scale=alt.Scale(domain=years(a), nice=False)
    )
    dashes = [[1, 0], [6, 2], [2, 2], [8, 3, 2, 3], [4, 4], [10, 2]]
    lines = (
        alt.Chart(data(rows))
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
                legend=legend(width),
            ),
            strokeDash=alt.StrokeDash(
                "index:N", scale=alt.Scale(domain=indices, range=dashes[: len(indices)]), legend=legend(width)
            ),
        )
    )
    even = alt.Chart(data([{"y": 1}])).mark_rule(color=c.INK.light).encode(y="y:Q")
    return alt.layer(even, *markers(a, x.copy() if hasattr(x, "copy") else x), lines).properties(
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
    base = alt.Chart(data(rows)).encode(y=y)
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
        alt.Chart(data(rows))
        .mark_bar(stroke=c.PAPER.light, strokeWidth=1)
        .encode(
            y=alt.Y("recipient:N", title=None, axis=alt.Axis(ticks=False, domain=False)),
            x=alt.X(
                "sum(share):Q", title=None, axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(domain=[0, 1])
            ),
            color=alt.Color(
                "supplier:N",
                scale=alt.Scale(domain=domain, range=[s.light for s in c.SERIES[: len(domain)]]),
                legend=legend(width),
            ),
            order=alt.Order("share:Q", sort="descending"),
        )
        .properties(width=width - 90, height=alt.Step(34))
    )
