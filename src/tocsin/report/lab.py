"""The answer of the scenario lab as rows, sentences and a chart: what is not felt is said, never shown as nothing."""

from __future__ import annotations

import csv
import io
from typing import Any

from tocsin.assessment.parts import Interval
from tocsin.assessment.words import day, percent, ratio_phrase
from tocsin.report import palette as c
from tocsin.report.text import MINUS, capital, points
from tocsin.scenarios.lab_parts import LabAnswer, LabDirection, LabRow

MODELS = ("forecast", "game")
MODES = {"incursion": "incursion or worse", "strike": "strike, clash or war", "war": "war"}
# Ends of an axis and the steps between its marks.
AXES = {0.02: 0.005, 0.05: 0.01, 0.1: 0.02, 0.2: 0.05, 0.4: 0.1, 0.6: 0.2, 0.8: 0.2, 1.0: 0.25}
# Share of the width of the chart that the axis takes; the rest is for the last number.
ROOM = 84.0
ROW, TITLE, FOOT = 62, 30, 34
WIDE = 760
HEADER = (
    "case",
    "as_of",
    "actor",
    "target",
    "model",
    "at_least",
    "within_months",
    *(f"{side}{end}" for side in ("base", "scenario", "change") for end in ("", "_low", "_high")),
    "base_rate",
    "base_rate_scenario",
    "note",
)


def who(a: LabAnswer, d: LabDirection) -> str:
    """Return who acts against whom."""
    return f"{a.names[d.actor]} against {a.names[d.rival]}"


def row_of(d: LabDirection, model: str, mode: str = "strike", months: int = 12) -> LabRow:
    """Return one row of a direction."""
    return next(r for r in d.rows if (r.model, r.mode, r.horizon_months) == (model, mode, months))


def why(d: LabDirection, model: str) -> str | None:
    """Return why a model says nothing of what is set; None if it does."""
    return d.forecast_unmoved if model == "forecast" else d.game_unmoved or "; ".join(d.game_missing) or None


def blocks(a: LabAnswer) -> list[dict[str, Any]]:
    """Return both directions with a cell for each model, a strike or war within a year first."""
    return [
        {"who": who(a, d), "direction": d, "cells": [_cell(a, d, model) for model in MODELS], "more": _more(a, d)}
        for d in a.directions
    ]


def _cell(a: LabAnswer, d: LabDirection, model: str) -> dict[str, Any]:
    r = row_of(d, model)
    return {"model": model, "why": why(d, model), "moved": bool(a.sets)} | _numbers(r)


def _numbers(r: LabRow) -> dict[str, Any]:
    shown = r.scenario or r.base
    rate = r.base_rate_scenario if r.scenario else r.base_rate
    return {
        "row": r,
        "base": said(r.base),
        "base_ends": ends(r.base),
        "scenario": said(r.scenario),
        "scenario_ends": ends(r.scenario),
        "change": None if r.change is None or r.change.value is None else points(r.change.value),
        "change_ends": _span(r.change),
        "ratio": ratio_phrase(shown.value, rate) if shown.value is not None and rate else "",
    }


def _more(a: LabAnswer, d: LabDirection) -> list[dict[str, Any]]:
    return [
        {"model": r.model, "mode": MODES[r.mode], "years": r.horizon_months // 12, "why": why(d, r.model)} | _numbers(r)
        for r in d.rows
    ]


def said(x: Interval | None) -> str | None:
    """Return a probability in words of numbers; None where there is none."""
    return None if x is None or x.value is None else percent(x.value)


def ends(x: Interval | None) -> str:
    """Return the ends of an interval; nothing where one game has none."""
    return "" if x is None or x.low is None or x.high is None else f"{percent(x.low)} to {percent(x.high)}"


def _span(x: Interval | None) -> str:
    if x is None or x.low is None or x.high is None:
        return ""
    return f"{points(x.low)} to {points(x.high)}".replace(" points", "")


def sentence(a: LabAnswer) -> str:
    """Say the whole answer in one breath, for those who hear it.

    Of each direction a strike or war within a year is said, by both models.
    """
    parts = []
    for d in a.directions:
        told = []
        for model in MODELS:
            r = row_of(d, model)
            base, then = said(r.base), said(r.scenario)
            if base is None:
                told.append(f"{model} unknown, {why(d, model) or r.base.missing}")
            elif then is None:
                told.append(f"{model} {base}" + (", does not feel it" if a.sets else ""))
            else:
                told.append(f"{model} {base} to {then}")
        parts.append(f"{who(a, d)}: {'; '.join(told)}")
    whole = "" if a.complete else " Not all games are solved yet."
    return f"Strike, clash or war within a year. {'. '.join(parts)}.{whole}".replace(MINUS, "minus ")


def precision(a: LabAnswer) -> str:
    """Say what stands behind the numbers of the game."""
    if a.complete and not any(d.used for d in a.directions):
        return "The game says nothing here, so what moves only the game moves nothing."
    if a.lam is not None:
        return (
            f"One game with all payoffs at their central values and a precision of choice of {a.lam:g}, base and "
            "scenario alike: no spread is known for it."
        )
    if not a.draws:
        return "The games of this state are being solved; the forecast does not wait for them."
    count = (
        f"{a.draws} of {a.draws_wanted} draws of the payoffs" if not a.complete else f"{a.draws} draws of the payoffs"
    )
    return (
        f"Mean over the first {count}, and the range of nine in ten: a prior spread over payoffs nobody has measured, "
        "not a confidence interval. A report takes 64 draws, so its numbers differ a little."
    )


def table(a: LabAnswer) -> str:
    """Return every row as CSV; a cell is empty where a number is unknown or not felt, and the last says why."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    for d in a.directions:
        for r in d.rows:
            numbers = [v for x in (r.base, r.scenario, r.change) for v in _three(x)]
            note = why(d, r.model) or r.base.missing or ""
            writer.writerow(
                [
                    *(a.case, a.as_of, d.actor, d.rival, r.model, r.mode, r.horizon_months),
                    *("" if v is None else repr(v) for v in numbers),
                    *("" if v is None else repr(v) for v in (r.base_rate, r.base_rate_scenario)),
                    note,
                ]
            )
    return out.getvalue()


def _three(x: Interval | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if x is None else (x.value, x.low, x.high)


def panels(a: LabAnswer) -> list[dict[str, Any]]:
    """Return the chart as numbers: a panel per model with an axis of its own, all places in per cent of the width.

    A model that knows nothing of either direction has none.
    """
    out = []
    for model in MODELS:
        rows = [row_of(d, model) for d in a.directions]
        if all(r.base.value is None for r in rows):
            continue
        high = max([v for r in rows for x in (r.base, r.scenario) for v in _three(x) if v is not None], default=0.0)
        top = next((x for x in AXES if x >= high), 1.0)
        step = AXES[top]
        ticks = [i * step for i in range(round(top / step) + 1)]

        def at(value: float | None, top: float = top) -> float | None:
            return None if value is None else round(ROOM * value / top, 3)

        lines = []
        for i, (d, r) in enumerate(zip(a.directions, rows, strict=True)):
            sides = []
            rates = (("base", r.base, r.base_rate), ("scenario", r.scenario, r.base_rate_scenario))
            for j, (name, x, rate) in enumerate(rates):
                value, low, end = _three(x)
                felt = "not felt" if a.sets and r.base.value is not None else ""
                text = said(x) or ("unknown" if name == "base" else felt)
                sides.append(
                    {
                        "name": name,
                        "y": TITLE + ROW * i + 22 + 18 * j,
                        "at": at(value),
                        "low": at(low),
                        "high": at(end),
                        "rate": at(rate),
                        "text": text,
                        "text_at": max((v for v in (at(value), at(end)) if v is not None), default=0.0),
                    }
                )
            lines.append({"who": who(a, d), "y": TITLE + ROW * i + 4, "sides": sides})
        out.append(
            {
                "model": model,
                "title": capital(model),
                "lines": lines,
                "ticks": [{"at": at(t), "text": f"{100 * t:g} %"} for t in ticks],
                "bottom": TITLE + ROW * len(rows) - 8,
                "height": TITLE + ROW * len(rows) + FOOT - 14,
                "told": _told(a, rows, model),
            }
        )
    return out


def _told(a: LabAnswer, rows: list[LabRow], model: str) -> str:
    parts = []
    for d, r in zip(a.directions, rows, strict=True):
        base, then = said(r.base) or "unknown", said(r.scenario)
        moved = f", scenario {then}" if then else ", scenario not felt" if a.sets and said(r.base) else ""
        parts.append(f"{who(a, d)}: base {base}{moved}")
    return f"{capital(model)}, strike, clash or war within a year. {'; '.join(parts)}."


COLOURS = {
    "ink": c.INK.light,
    "muted": c.MUTED.light,
    "grid": c.GRID.light,
    "line": c.LINE.light,
    "base": c.MUTED.light,
    "scenario": c.STATE_B.light,
    "paper": c.PAPER.light,
}


def title(a: LabAnswer) -> str:
    """Return the title of a picture of the answer."""
    return f"{a.title}, as of {day(a.as_of)}"


def picture(a: LabAnswer) -> bytes:
    """Return the chart as PNG, drawn from the same template as on the page."""
    import vl_convert

    from tocsin.report.html import environment

    changed = "; ".join(f"{k} = {v}" for k, v in a.state.items()) or "nothing changed"
    svg = (
        environment()
        .get_template("lab_picture.svg.j2")
        .render(panels=panels(a), colours=COLOURS, title=title(a), changed=_cut(changed, 110), width=WIDE)
    )
    return bytes(vl_convert.svg_to_png(svg, scale=2))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."
