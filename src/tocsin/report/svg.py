"""Charts as inline SVG: no script, no network, colours that follow the page's theme."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.report.charts import theme

WIDE, NARROW = 740, 350
Chart = Callable[[Assessment, int], Any]


def render(chart: Chart, a: Assessment, width: int, prefix: str) -> str:
    """Return a chart as an SVG element that scales with its box.

    Parameters
    ----------
    chart : callable
        From ``tocsin.report.charts``.
    width : int
        Width in pixels for which text is laid out.
    prefix : str
        Put before every identifier, so that several charts can share a page.
    """
    import vl_convert

    spec = theme(chart(a, width)).to_dict()
    return tidy(vl_convert.vegalite_to_svg(spec), prefix)


def tidy(svg: str, prefix: str) -> str:
    """Return the SVG with its own identifiers, a scaling box and no fixed size.

    Examples
    --------
    >>> tidy('<svg width="10" height="5" viewBox="0 0 10 5"><g id="a" clip-path="url(#a)"/></svg>', "x")
    '<svg viewBox="0 0 10 5" aria-hidden="true" focusable="false"><g id="x-a" clip-path="url(#x-a)"/></svg>'
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(?<=[\s"])id="([^"]+)"', rf'id="{prefix}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", svg)
    svg = re.sub(r'\s(?:aria-[a-z]+|role|aria-roledescription)="[^"]*"', "", svg)
    head, rest = svg.split(">", 1)
    box = re.search(r'viewBox="([^"]+)"', head)
    assert box is not None
    return f'<svg viewBox="{box.group(1)}" aria-hidden="true" focusable="false">{rest}'
