"""House style of the charts and what they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from tocsin.assessment.model import Assessment
from tocsin.report import palette as c
from tocsin.report import tables

Shown = TypeVar("Shown")
# Arial's widths are those the converter measures with, and those of Helvetica and Liberation Sans: nothing is clipped.
FONT = "Helvetica, Arial, sans-serif"
SMALL = 460
# Width of the number of a marked event, with the air around it.
NUMBER = 16

LABELS = {"labelColor": c.MUTED.light, "titleColor": c.MUTED.light, "labelFontSize": 12, "titleFontSize": 12}
# House style: palette keys for colours, no frame, quiet grid.
CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": FONT,
    "padding": 2,
    "view": {"stroke": None},
    "text": {"color": c.INK.light, "fontSize": 12},
    "axis": LABELS
    | {
        "titleFontWeight": "normal",
        "gridColor": c.GRID.light,
        "domainColor": c.LINE.light,
        "tickColor": c.LINE.light,
        "labelLimit": 190,
        "labelPadding": 4,
    },
    "legend": LABELS
    | {
        "titleFontWeight": "normal",
        "symbolStrokeWidth": 2,
        "symbolOpacity": 1,
        "labelLimit": 260,
        "columnPadding": 14,
    },
    "header": {
        "labelColor": c.INK.light,
        "labelFontSize": 13,
        "labelFontWeight": "bold",
        "title": None,
        "labelAnchor": "start",
    },
}


def spec(chart: Callable[[Shown, int], Any], a: Shown, width: int, *, check: bool = False) -> dict[str, Any]:
    """Return a chart as a Vega-Lite specification in the house style.

    Parameters
    ----------
    chart : callable
        From ``tocsin.report.charts``.
    width : int
        Width in pixels for which text is laid out.
    check : bool
        Hold it against the schema of Vega-Lite. The tests do so for every chart; at run time it only costs time.
    """
    drawn: dict[str, Any] = chart(a, width).to_dict(validate=check)
    return drawn | {"config": CONFIG}


def data(rows: list[dict[str, Any]]) -> Any:
    """Return rows as data that stand inside the specification."""
    import altair as alt

    return alt.InlineData(values=rows)


def legend(width: int) -> Any:
    """Return a legend below the chart, in two columns on a phone."""
    import altair as alt

    return alt.Legend(orient="bottom", direction="horizontal", columns=2 if width < SMALL else 6, title=None)


def box(width: int, height: int) -> dict[str, Any]:
    """Return the size of a chart of one view: ``width`` wide with its labels, its plot ``height`` high."""
    import altair as alt

    return {"width": width, "height": height, "autosize": alt.AutoSizeParams(type="fit-x", contains="padding")}


def rows_by(field: str, order: list[str] | None = None) -> Any:
    """Return a facet by row with its label above each row."""
    import altair as alt

    header = alt.Header(labelAngle=0, labelOrient="top", labelAnchor="start", labelPadding=2)
    return alt.Row(f"{field}:N", sort=order, header=header)


def year_axis(domain: list[float]) -> Any:
    """Return an x channel over years with whole years as labels."""
    import altair as alt

    return alt.X(
        "year:Q",
        title=None,
        axis=alt.Axis(format="d", tickCount=6, labelFlush=False),
        scale=alt.Scale(domain=domain, nice=False),
    )


def markers(a: Assessment, x: Any, domain: list[float], width: int) -> list[Any]:
    """Thin vertical lines at the marked events, numbered on top; a list beside the chart names them.

    A number that would touch the one before it stands a line higher.
    """
    import altair as alt

    near = NUMBER * (domain[1] - domain[0]) / width
    rows: list[dict[str, Any]] = []
    for m in tables.marker_rows(a):
        if m["year"] >= domain[0]:
            touches = rows and not rows[-1]["lift"] and m["year"] - rows[-1]["year"] < near
            rows.append(m | {"lift": int(bool(touches))})
    return [
        alt.Chart(data(rows)).mark_rule(color=c.LINE.light, strokeDash=[2, 3]).encode(x=x),
        *(
            alt.Chart(data([r for r in rows if r["lift"] == lift]))
            .mark_text(color=c.MUTED.light, dy=-8 - 11 * lift, fontSize=11)
            .encode(x=x, y=alt.value(0), text=alt.Text("no:N"))
            for lift in (0, 1)
        ),
    ]


def years(a: Assessment) -> list[float]:
    """Return the span of the axis of years: from the first figure or incident to the end of the as-of year."""
    first = [p.year for p in a.power] + [e.start.year for e in a.events]
    return [min(first, default=a.as_of.year), a.as_of.year + 1]
