"""Charts of power and arms."""

from __future__ import annotations

from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.report import palette as c
from tocsin.report import tables
from tocsin.report.charts.style import SMALL, box, data, legend, markers, rows_by, year_axis, years

DASHES = [[1, 0], [6, 2], [2, 2], [8, 3, 2, 3], [4, 4], [10, 2]]


def power(a: Assessment, width: int) -> Any:
    """Balance of power: the second state's power as a multiple of the first's, on a log scale, events marked."""
    import altair as alt

    rows = tables.power_rows(a)
    indices = list(dict.fromkeys(r["index"] for r in rows))
    known = [r["multiple"] for r in rows if r["multiple"] is not None]
    one, two = (tables.names(a)[s] for s in tables.pair(a))
    span = years(a)
    x = year_axis(span)
    lines = (
        alt.Chart(data(rows))
        .mark_line(strokeWidth=2, invalid="break-paths-show-domains")
        .encode(
            x=x,
            y=alt.Y(
                "multiple:Q",
                scale=alt.Scale(type="log", domain=[min([*known, 1]) / 1.15, max([*known, 1]) * 1.15], nice=False),
                axis=alt.Axis(values=[0.05, 0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100], format="~g"),
                title=f"{two} as a multiple of {one} (log scale)",
            ),
            color=alt.Color(
                "index:N",
                scale=alt.Scale(domain=indices, range=[s.light for s in c.SERIES[: len(indices)]]),
                legend=legend(width),
            ),
            strokeDash=alt.StrokeDash(
                "index:N", scale=alt.Scale(domain=indices, range=DASHES[: len(indices)]), legend=legend(width)
            ),
        )
    )
    even = alt.Chart(data([{"y": 1}])).mark_rule(color=c.INK.light).encode(y="y:Q")
    return alt.layer(even, *markers(a, x, span, width), lines).properties(**box(width, 300))


def pipeline(a: Assessment, width: int) -> Any:
    """Arms ordered and pending, by class, for both states; what has no stated value is written out."""
    import altair as alt

    rows: list[dict[str, Any]] = [
        {
            "recipient": r["recipient"],
            "label": f"{r['class']}, {r['supplier']}",
            "value": r["million TIV"],
            "at": r["million TIV"] or 0,
            "text": "value unknown"
            if r["million TIV"] is None
            else f"{r['million TIV']:.0f}"
            + (f" + {r['without value']} of unknown value" if r["without value"] else ""),
        }
        for r in tables.pipeline_rows(a)
    ]
    one, two = (tables.names(a)[s] for s in tables.pair(a))
    y = alt.Y(
        "label:N",
        title=None,
        sort=None,
        axis=alt.Axis(labelLimit=150 if width < SMALL else 220, ticks=False, domain=False),
    )
    top = max([r["at"] for r in rows], default=0) or 1
    scale = alt.Scale(domain=[0, top * 1.45])
    base = alt.Chart(data(rows)).encode(y=y)
    bars = base.mark_bar(height={"band": 0.7}).encode(
        x=alt.X("value:Q", title="million SIPRI trend-indicator values", scale=scale, axis=alt.Axis(tickCount=4)),
        color=alt.Color(
            "recipient:N", scale=alt.Scale(domain=[one, two], range=[c.STATE_A.light, c.STATE_B.light]), legend=None
        ),
    )
    text = base.mark_text(align="left", dx=4, fontSize=11, color=c.MUTED.light).encode(
        x=alt.X("at:Q", scale=scale), text="text:N"
    )
    inner = width - (170 if width < SMALL else 152)
    return (
        alt.layer(bars, text)
        .properties(width=inner, height=alt.Step(22))
        .facet(row=rows_by("recipient", [one, two]))
        .resolve_scale(y="independent")
    )


def suppliers(a: Assessment, width: int) -> Any:
    """Suppliers' shares of the value delivered to each state."""
    import altair as alt

    rows = tables.supplier_rows(a)
    order: list[str] = []
    for row in sorted(rows, key=lambda r: -r["million TIV"]):
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
            y=alt.Y(
                "recipient:N",
                sort=[tables.names(a)[s] for s in tables.pair(a)],
                title=None,
                axis=alt.Axis(ticks=False, domain=False),
            ),
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
        .properties(**box(width, 76))
    )
