"""What to watch, as rows and sentences; what no model feels is said to be so, never shown as zero."""

from __future__ import annotations

from typing import Any

from tocsin.assessment.indicator_parts import Effect, Indicator, Observation
from tocsin.assessment.model import Assessment
from tocsin.assessment.words import day, percent, ratio_phrase
from tocsin.report.scenarios import FORECAST, GAME, NOTHING
from tocsin.report.tables import Rows, names, pair
from tocsin.report.text import MINUS, capital, points

TOP = 5
KINDS = {
    "deadly force": "deadly force",
    "order": "new order",
    "delivery": "arrivals",
    "supplier": "supplier",
    "spending": "spending jump",
    "partners": "no partners",
    "regime": "regime",
    "demand": "dated demand",
    "threat": "threat",
    "mandate": "mandate ends",
    "treaty": "treaty",
}


def listed(a: Assessment) -> list[Indicator]:
    """Return the indicators, the largest effect first; none if none was asked for."""
    return a.indicators.indicators if a.indicators else []


def label(a: Assessment, i: Indicator) -> str:
    """Return a short name for charts and terminal, different for every indicator."""
    if i.origin == "case.toml":
        return i.id.replace("-", " ")
    if i.kind == "mandate":
        return f"{KINDS[i.kind]} ({i.id.removeprefix('mandate-')})"
    return KINDS[i.kind] + (f" ({names(a)[i.state]})" if i.state else "")


def rows(a: Assessment) -> Rows:
    """Return the change of P(strike or war) within a year by indicator, direction and model, where it is felt."""
    out: Rows = []
    n = names(a)
    for state in pair(a):
        for i in listed(a):
            for e in i.effects:
                for model, x in ((FORECAST, e.forecast), (GAME, e.game)) if e.actor == state else ():
                    if x.change.value is not None and x.base is not None:
                        out.append(
                            {
                                "direction": f"{n[e.actor]} against {n[e.rival]}",
                                "indicator": label(a, i),
                                "model": model,
                                "from": x.base,
                                "base rate": x.base_rate,
                                "change": x.change.value,
                                "low": x.change.low,
                                "high": x.change.high,
                            }
                        )
    return out


def finding(a: Assessment) -> str:
    """Say which observations would move each model most, and which no model feels."""
    parts = []
    for model in (FORECAST, GAME):
        found = [r for r in rows(a) if r["model"] == model and abs(r["change"]) > NOTHING]
        top = sorted(found, key=lambda r: -abs(r["change"]))[:2]
        said = "; ".join(f"{r['indicator']}, {points(r['change'])} for {r['direction']}" for r in top)
        parts.append(f"the {model}: {said}" if said else f"the {model}: none")
    numb = [label(a, i) for i in listed(a) if _numb(i)]
    rest = f" No model feels {len(numb)} of {len(listed(a))}: {', '.join(numb)}." if numb else ""
    dark = sum(_unknown(i) for i in listed(a))
    rest += f" In {dark} what the game says is unknown." if dark else ""
    return "What would move a strike, clash or war within a year most. By " + ". By ".join(parts) + f".{rest}"


def _felt(i: Indicator) -> bool:
    return any(x.felt == "felt" for e in i.effects for x in (e.forecast, e.game))


def _numb(i: Indicator) -> bool:
    """Return whether no model can feel it, which is not the same as that what one says is unknown."""
    return all(x.felt == "not felt" for e in i.effects for x in (e.forecast, e.game))


def _unknown(i: Indicator) -> bool:
    return any(e.game.felt == "unknown" for e in i.effects)


def blocks(a: Assessment) -> list[dict[str, Any]]:
    """Return one row per indicator: how things stand, what was last seen, and a cell per direction."""
    return [
        {
            "indicator": i,
            "last": None if i.last is None else f"{when(i.last)}: {i.last.text}",
            "cells": [_cell(i, state) for state in pair(a)],
            "felt": not _numb(i),
        }
        for i in listed(a)
    ]


def when(o: Observation) -> str:
    """Return when something was seen, as exactly as the table says.

    Examples
    --------
    >>> from datetime import date
    >>> when(Observation(date=date(2024, 12, 31), precision="year", text="", row="arms:1", sources=[]))
    '2024'
    """
    if o.precision == "year":
        return str(o.date.year)
    return f"{o.date:%B} {o.date.year}" if o.precision == "month" else day(o.date)


def bases(a: Assessment) -> list[str]:
    """Return for each direction the chance that the changes start from, by either model, beside its base rate."""
    n = names(a)
    out = []
    for state in pair(a):
        parts = []
        for model in (FORECAST, GAME):
            found = [e for i in listed(a) for e in i.effects if e.actor == state]
            x = next((x for e in found if (x := getattr(e, model)).base is not None), None)
            if x is not None:
                rate = "" if x.base_rate is None else f", {ratio_phrase(x.base, x.base_rate)}"
                parts.append(f"{percent(x.base)} by the {model}{rate}")
        if parts:
            other = next(s for s in pair(a) if s != state)
            out.append(f"{n[state]} against {n[other]} {'; '.join(parts)}")
    return out


def reasons(a: Assessment) -> list[str]:
    """Return why no model can be told of some indicators, and why effects are unknown: each reason once."""
    why: dict[str, list[str]] = {}
    for i in listed(a):
        if i.why_not:
            why.setdefault(i.why_not, []).append(label(a, i))
    unknown = dict.fromkeys(
        x.why for i in listed(a) for e in i.effects for x in (e.forecast, e.game) if x.felt == "unknown" and x.why
    )
    return [
        *(f"{capital(', '.join(found))}: {reason}." for reason, found in why.items()),
        *(f"Unknown: {reason}." for reason in unknown),
    ]


def _cell(i: Indicator, state: str) -> list[dict[str, str]]:
    """Return what each model says of an indicator in one direction: a word, and the spread."""
    e = next((e for e in i.effects if e.actor == state), None)
    if e is None or {e.forecast.felt, e.game.felt} == {"not felt"}:
        return []
    return [{"model": m, "word": said(x), "more": _more(x)} for m, x in ((FORECAST, e.forecast), (GAME, e.game))]


def said(x: Effect) -> str:
    """Return the change in points, or that it is not felt or unknown.

    Examples
    --------
    >>> from tocsin.assessment.parts import Interval
    >>> none = Interval(value=None, missing="not read")
    >>> said(Effect(felt="not felt", base=0.25, base_rate=0.1, change=none, why="not read"))
    'not felt'
    """
    if x.change.value is None:
        return x.felt
    if abs(x.change.value) < NOTHING:
        return "unchanged"
    small = abs(x.change.value) < 0.0005
    return f"under {'+' if x.change.value > 0 else MINUS}0.1 points" if small else points(x.change.value)


def _more(x: Effect) -> str:
    if x.change.value is None or x.base is None:
        return ""
    low, high = x.change.low, x.change.high
    return "" if low is None or high is None else f"({points(low)} to {points(high)})".replace(" points", "")


def told(a: Assessment, width: int) -> list[str]:
    """Return the first indicators as lines for the terminal, and the number of those that no model feels."""
    found = [i for i in listed(a) if _felt(i)][:TOP]
    if not found:
        return []
    n = names(a)
    table = [("", *(m for _ in pair(a) for m in (FORECAST, GAME)))]
    for i in found:
        cells = [x for s in pair(a) for e in i.effects if e.actor == s for x in (e.forecast, e.game)]
        table.append((label(a, i), *(_short(x) for x in cells)))
    wide = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join([row[0].ljust(wide[0]), *(v.rjust(w) for v, w in zip(row[1:], wide[1:], strict=True))]).rstrip()
        for row in table
    ]
    first, second = (f"by {n[s]}" for s in pair(a))
    half = wide[1] + wide[2] + 2
    over = " " * (wide[0] + 2) + first[:half].ljust(half + 2) + second
    if max(map(len, (*lines, over))) <= width:
        return [over, *lines]
    out = []
    for i in found:
        out.append(label(a, i))
        for e in i.effects:
            out.append(f"  by {n[e.actor]}: forecast {_short(e.forecast)}, game {_short(e.game)}")
    return out


def _short(x: Effect) -> str:
    if x.change.value is None:
        return "-" if x.felt == "not felt" else "unknown"
    return points(x.change.value).removesuffix(" points").replace(MINUS, "-")
