"""Charts as inline SVG: no script, no network, colours that follow the page's theme."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from tocsin.assessment.model import Assessment
from tocsin.report.charts import spec

WIDE, NARROW = 740, 350
Chart = Callable[[Assessment, int], Any]
Shown = TypeVar("Shown")


def render(chart: Callable[[Shown, int], Any], a: Shown, width: int, prefix: str) -> str:
    """Return a chart as an SVG element that scales with its box.

    Parameters
    ----------
    chart : callable
        From ``tocsin.report.charts``.
    a : Assessment or World
        What the chart shows.
    width : int
        Width in pixels for which text is laid out.
    prefix : str
        Put before every identifier, so that several charts can share a page.
    """
    import vl_convert

    return tidy(vl_convert.vegalite_to_svg(spec(chart, a, width)), prefix, width)


def tidy(svg: str, prefix: str, width: int) -> str:
    """Return the SVG with its own identifiers, no fixed size, and a box at least ``width`` wide.

    All charts get a box of the same width, so that their text is of one size on the page.

    Examples
    --------
    >>> tidy('<svg width="10" height="5" viewBox="0 0 10 5"><g id="a" clip-path="url(#a)"/></svg>', "x", 12)
    '<svg viewBox="0 0 12 5" aria-hidden="true" focusable="false"><g id="x-a" clip-path="url(#x-a)"/></svg>'
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(?<=[\s"])id="([^"]+)"', rf'id="{prefix}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", svg)
    svg = re.sub(r'\s(?:aria-[a-z]+|role)="[^"]*"', "", svg)
    head, rest = svg.split(">", 1)
    box = re.search(r'viewBox="(\S+) (\S+) (\S+) (\S+)"', head)
    if box is None:
        raise ValueError("the SVG has no viewBox")
    x, y, w, h = box.groups()
    return f'<svg viewBox="{x} {y} {max(float(w), width):g} {h}" aria-hidden="true" focusable="false">{rest}'
