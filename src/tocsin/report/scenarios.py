"""The scenarios as rows and sentences: base and scenario side by side, and what no model can feel said to be so."""

from __future__ import annotations

import re
from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.assessment.scenario_parts import (
    ForecastDifference,
    GameDifference,
    ReadingMoved,
    ScenarioDirection,
    ScenarioReading,
    ScenarioResult,
)
from tocsin.assessment.words import day, percent, ratio_phrase
from tocsin.report.game import LABELS, solved
from tocsin.report.tables import Rows, names, pair
from tocsin.report.text import MINUS, capital, points

FORECAST, GAME, FORMS = "forecast", "game", "closed forms"
MODELS = (FORECAST, GAME, FORMS)
NOTHING = 1e-9
FELT = {FORECAST: "strike or war within twelve months", GAME: "strike or war within a year", FORMS: "force pays"}


def results(a: Assessment) -> list[ScenarioResult]:
    """Return the scenarios of an assessment; none if none was run."""
    return a.scenarios.results if a.scenarios else []


def label(r: ScenarioResult) -> str:
    """Return the name of a scenario as words."""
    return re.sub(r"-(?!\d)|(?<!\d)-", " ", r.name).replace("+", " + ")


def who(n: dict[str, str], d: ScenarioDirection) -> str:
    """Return who acts against whom."""
    return f"{n[d.actor]} against {n[d.rival]}"


def first_forecast(d: ScenarioDirection) -> ForecastDifference | None:
    """Return the forecast of a strike or war within twelve months; None if the model cannot feel the scenario."""
    return next((r for r in d.forecast.rows if (r.mode, r.horizon_months) == ("strike", 12)), None)


def first_game(d: ScenarioDirection) -> GameDifference | None:
    """Return the game within a year; None if it is unknown or cannot feel the scenario."""
    return d.game.rows[0] if d.game.rows else None


def rows(a: Assessment) -> Rows:
    """Return the change of P(strike or war) within a year by scenario, direction and model, where it is felt."""
    out: Rows = []
    for state in pair(a):
        for r in results(a):
            d = next(d for d in r.directions if d.actor == state)
            known = {"direction": who(names(a), d), "scenario": label(r)}
            f, g = first_forecast(d), first_game(d)
            if f is not None and f.change.value is not None:
                row = {"model": FORECAST, "from": f.base.value, "to": f.scenario.value}
                out.append(known | row | {"change": f.change.value, "low": f.change.low, "high": f.change.high})
            if g is not None:
                c = g.change.strike
                row = {"model": GAME, "from": g.base.strike.mean, "to": g.scenario.strike.mean}
                out.append(known | row | {"change": c.mean, "low": c.low, "high": c.high})
    return out


def finding(a: Assessment) -> str:
    """Say which scenarios move the game most in each direction, and how many no model feels."""
    parts = []
    for state in pair(a):
        felt = [
            (r, d, g) for r in results(a) for d in r.directions if d.actor == state and (g := first_game(d)) is not None
        ]
        top = sorted(felt, key=lambda x: -abs(x[2].change.strike.mean))[:3]
        said = ", ".join(f"{label(r)} {points(g.change.strike.mean)}" for r, _, g in top)
        if top:
            parts.append(f"{who(names(a), top[0][1])}: {said}")
    total = sum(len(r.directions) for r in results(a))
    numb = sum(first_forecast(d) is None for r in results(a) for d in r.directions)
    return (
        "What moves a strike, clash or war within a year most in the game, conditional on its payoffs. "
        + "; ".join(parts)
        + f". The forecast cannot feel {numb} of {total}: it knows only force, borders and rivalry."
    )


def blocks(a: Assessment) -> list[dict[str, Any]]:
    """Return one table per direction: a row per scenario, a cell per model."""
    out = []
    for state in pair(a):
        found = [(r, d) for r in results(a) for d in r.directions if d.actor == state]
        if found:
            out.append(
                {
                    "who": who(names(a), found[0][1]),
                    "rows": [{"result": r, "label": label(r), "direction": d, "cells": cells(d)} for r, d in found],
                }
            )
    return out


def cells(d: ScenarioDirection) -> list[dict[str, Any]]:
    """Return what each model says of a scenario in one direction: from, to, change, or why there is none."""
    return [_forecast(d), _game(d), _forms(d.reading)]


def _forecast(d: ScenarioDirection) -> dict[str, Any]:
    f = first_forecast(d)
    if f is None:
        return {"model": FORECAST, "why": d.forecast.unmoved, "word": "not felt"}
    if f.base.value is None or f.scenario.value is None or f.change.value is None:
        return {"model": FORECAST, "why": f.change.missing, "word": "unknown"}
    ends, found = (f.change.low, f.change.high), d.forecast.found
    return _cell(FORECAST, f.base.value, f.scenario.value, f.change.value, ends, found, f.base_rate_scenario)


def _game(d: ScenarioDirection) -> dict[str, Any]:
    g = first_game(d)
    if g is None:
        word = "not felt" if d.game.unmoved else "unknown"
        return {"model": GAME, "why": d.game.unmoved or "; ".join(d.game.missing), "word": word}
    c, rate = g.change.strike, d.game.base_rate_scenario
    return _cell(GAME, g.base.strike.mean, g.scenario.strike.mean, c.mean, (c.low, c.high), d.game.found, rate)


def _forms(r: ReadingMoved) -> dict[str, Any]:
    if r.base is None or r.scenario is None or r.change is None:
        return {"model": FORMS, "why": r.unmoved or r.missing, "word": "not felt" if r.unmoved else "unknown"}
    return _cell(FORMS, r.base, r.scenario, r.change, (None, None), r.found, None)


def _cell(
    model: str,
    base: float,
    scenario: float,
    change: float,
    ends: tuple[float | None, float | None],
    found: str,
    rate: float | None,
) -> dict[str, Any]:
    low, high = ends
    if abs(change) < NOTHING and all(x is None or abs(x) < NOTHING for x in ends):
        why = "the model reads the change and gives the same"
        return {"model": model, "why": why, "word": f"unchanged at {percent(base)}"}
    span = "" if low is None or high is None else f"{points(low)} to {points(high)}".replace(" points", "")
    return {
        "model": model,
        "base": base,
        "to": scenario,
        "change": points(change),
        "span": span,
        "found": "" if found == "no expectation" else found,
        "ratio": "" if not rate else ratio_phrase(scenario, rate),
    }


def sensitivity_rows(a: Assessment) -> Rows:
    """Return what every parameter of the game does to P(strike or war) this year, in both directions."""
    swing: dict[str, float] = {}
    for _, r in solved(a):
        for b in r.tornado:
            swing[b.name] = max(swing.get(b.name, 0.0), abs(b.at_high - b.at_low))
    order = sorted(swing, key=lambda name: (-swing[name], name))
    n = names(a)
    return [
        {
            "parameter": LABELS.get(name, name),
            "symbol": name,
            "direction": f"{n[g.actor]} against {n[g.rival]}",
            "low": b.low,
            "high": b.high,
            "at low": b.at_low,
            "at high": b.at_high,
            "central": r.central,
        }
        for name in order
        for g, r in solved(a)
        for b in r.tornado
        if b.name == name
    ]


def sensitivity(a: Assessment) -> str:
    """Say how many parameters move the chance of a strike or war by how much."""
    parts = []
    n = names(a)
    for g, r in solved(a):
        swings = sorted((abs(b.at_high - b.at_low) for b in r.tornado), reverse=True)
        small = sum(s < 0.005 for s in swings)
        parts.append(
            f"{n[g.actor]} against {n[g.rival]}, central {percent(r.central)}, base rate {percent(r.base_rate)}: the "
            f"longest bar is {100 * swings[0]:.1f} points, {small} of {len(swings)} are under half a point"
        )
    return "All parameters of the game over the ranges held plausible. " + "; ".join(parts) + "."


def told(a: Assessment, width: int) -> list[str]:
    """Return the scenarios as lines of a table for the terminal: change in points by direction and model."""
    if not results(a):
        return []
    n = names(a)
    head = ("", *(m for _ in pair(a) for m in ("forecast", "game", "forms")))
    table = [head]
    for r in results(a):
        said = [c for state in pair(a) for d in r.directions if d.actor == state for c in cells(d)]
        table.append((label(r), *(_short(c) for c in said)))
    wide = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join([row[0].ljust(wide[0]), *(v.rjust(w) for v, w in zip(row[1:], wide[1:], strict=True))]).rstrip()
        for row in table
    ]
    first, second = (f"by {n[x]}" for x in pair(a))
    half = sum(wide[1:4]) + 4
    over = " " * (wide[0] + 2) + first[:half].ljust(half + 2) + second[:half]
    if max(map(len, lines)) <= width:
        return [over.rstrip(), *lines]
    out = []
    for r in results(a):
        out.append(label(r))
        for d in r.directions:
            out.append(f"  {who(names(a), d)}")
            out += [f"    {c['model'].ljust(12)}  {_short(c)}" for c in cells(d)]
    return out


def _short(c: dict[str, Any]) -> str:
    if "word" in c:
        return "-" if c["word"] == "not felt" else "0.0" if c["word"].startswith("unchanged") else "unknown"
    return str(c["change"]).removesuffix(" points").replace(MINUS, "-")


def page(n: dict[str, str], s: ScenarioReading) -> list[tuple[str, str]]:
    """Return the scenarios as lines for the terminal with the depth of each: what changes, and what follows."""
    out: list[tuple[str, str]] = []
    for r in s.results:
        out.append(("head", f"{r.title} ({r.name}), on {day(r.as_of)}"))
        out.append(("text", r.why))
        for c in r.changes:
            other = f" (instead of what {c.replaces} says)" if c.replaces else ""
            out.append(("item", f"{capital(c.what)}: {c.before} -> {c.after}  [{c.key}]{other}"))
        out += [("item", f"Note: {note}.") for note in r.notes]
        for d in r.directions:
            out.append(("sub", who(n, d) + ("" if d.expected is None else f"; theory says {d.expected}")))
            out += [("line", sentence(c)) for c in cells(d)]
    return [(kind, line.replace(MINUS, "-")) for kind, line in out]


def sentence(c: dict[str, Any]) -> str:
    """Say what one model says of a scenario in one direction."""
    what = f"{capital(c['model'])}, {FELT[c['model']]}"
    if "word" in c:
        return f"{what}: {c['word']}; {c['why']}."
    share = " of plausible parameters" if c["model"] == FORMS else ""
    said = f"{what}: {percent(c['base'])} -> {percent(c['to'])}{share}, {c['change']}" + (
        f" ({c['span']})" if c["span"] else ""
    )
    said += f"; {c['ratio']}" if c["ratio"] else ""
    return said + (f"; {c['found']}" if c["found"] else "") + "."
