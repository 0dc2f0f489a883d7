"""House style of the charts and what they share."""

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


def data(rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    return alt.InlineData(values=rows)


def legend(width: int, **options: Any) -> Any:
    import altair as alt

    return alt.Legend(orient="bottom", direction="horizontal", columns=2 if width < SMALL else 4, title=None, **options)


def markers(a: Assessment, x: Any) -> list[Any]:
    """Thin vertical lines at the marked events, numbered on top; the list under the chart names them."""
    import altair as alt

    rows = data(tables.marker_rows(a))
    return [
        alt.Chart(rows).mark_rule(color=c.LINE.light, strokeDash=[2, 3]).encode(x=x),
        alt.Chart(rows)
        .mark_text(color=c.MUTED.light, dy=-8, fontSize=11)
        .encode(x=x, y=alt.value(0), text=alt.Text("no:N")),
    ]


def years(a: Assessment) -> list[int]:
    return [min(p.year for p in a.power), a.as_of.year + 1]
