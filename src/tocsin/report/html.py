"""The report: one self-contained page without scripts, for screen, phone and paper, in light and dark."""

from __future__ import annotations

from functools import cache
from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import DyadForecast, Regime
from tocsin.assessment.words import day, likelihood_word, percent, ratio_phrase
from tocsin.report import claims, figures, game, game_answers, palette, scenarios, tables, text

TYPOLOGIES = {
    "row": "Regimes of the World (V-Dem)",
    "polyarchy": "Polyarchy, 0 to 1 (V-Dem)",
    "polity2": "Polity, \u221210 to 10",
    "xconst": "Executive constraints, 1 to 7 (Polity)",
    "freedom_house": "Freedom House, 1 (free) to 7",
    "gwf_reign": "Geddes, Wright and Frantz; REIGN",
}


def render(a: Assessment) -> str:
    """Return the report of an assessment as one HTML page.

    Parameters
    ----------
    a : Assessment
        The same assessment gives the same bytes.
    """
    page = str(
        environment().get_template("report.html.j2").render(**context(a, figures.draw(a)), colours=palette.css())
    )
    # A number and its per cent sign stay on one line.
    return page.replace(" %", "\u00a0%")


def context(a: Assessment, drawn: dict[str, figures.Figure]) -> dict[str, Any]:
    """Return what the templates of the sections use, on the report and on pages that show some of them.

    Parameters
    ----------
    drawn : dict of str to Figure
        The figures to show, by identifier.
    """
    return {
        "a": a,
        "fig": drawn,
        "names": tables.names(a),
        "pair": tables.pair(a),
        "matrix": matrix(a),
        "numbers": {s.key: i for i, s in enumerate(a.sources, 1)},
        "modes": tables.MODES,
        "judgments": grouped(a),
        "shifts": shift_rows(a),
        "regimes": regime_rows(a),
        "game_blocks": game_blocks(a),
        "game_ranges": game.ranges(a),
        "claim_counts": claims.counts(a),
        "claim_groups": claims.groups(a),
        "gaps": any(t.evidence == claims.GAPS for c in a.claims for t in c.tests),
        "estimate_row": claims.estimate_row,
        "disagreement": game.disagreement(a),
        "state_rows": game_answers.state_rows,
        "scenario_blocks": scenarios.blocks(a),
        "scenario_cells": scenarios.cells,
        "scores": tables.score_rows(a),
        "subsystem": [y for y in a.subsystem if y.concentration is not None][-1:],
    }


def grouped(a: Assessment) -> list[dict[str, Any]]:
    """Return the judgments by direction with the forecast they rest on; a shared confidence is said once."""
    out = []
    for actor, target in dict.fromkeys((j.actor, j.target) for j in a.judgments):
        rows = [j for j in a.judgments if j.actor == actor]
        same = len({j.confidence for j in rows}) == 1
        out.append(
            {
                "actor": actor,
                "target": target,
                "rows": rows,
                "confidence": rows[0].confidence if same else None,
                "basis": (basis := next((f for f in tables.judged(a.forecasts) if f.actor == actor), None)),
                "reasons": reasons(basis) if basis else [],
                "rival": sum(basis.own_history[tables.MODES.index("strike") + 1 :]) if basis else None,
            }
        )
    return out


def reasons(f: DyadForecast) -> list[dict[str, Any]]:
    """Return what each feature group adds to the log-odds of each stage, and their sum, in words."""
    groups = dict.fromkeys(c.group for c in f.contributions)
    found: dict[tuple[str, str], float] = {(c.group, c.stage): c.log_odds for c in f.contributions}
    rows = [[found.get((g, m)) for m in tables.MODES] for g in groups]
    total = [sum(v for v in column if v is not None) for column in zip(*rows, strict=True)]
    return [
        {"group": g, "cells": ["" if v is None else text.signed(v, 2) for v in row]}
        for g, row in (*zip(groups, rows, strict=True), ("log-odds", total))
    ]


def game_blocks(a: Assessment) -> list[dict[str, Any]]:
    """Return the answers, tables and checks of the strategic game for each direction that has results."""
    return [
        {
            "actor": g.actor,
            "rival": g.rival,
            "answers": game_answers.answers(tables.names(a), g, r),
            "readings": game.reading_rows(r),
            "lam": game.lam_rows(r),
            "checks": game.checks(r),
            **{
                f"base_{name}": game.at(r, mode, 1)[1]
                for name, mode in zip(("force", "strike", "war"), game.GRAVE, strict=True)
            },
        }
        for g, r in game.solved(a)
    ]


def shift_rows(a: Assessment) -> list[dict[str, Any]]:
    """Return one row per index: realised change over 1, 3 and 5 years, expected change over 1 and 3."""
    out = []
    for index in dict.fromkeys(s.index for s in a.shifts):
        cells = {(s.kind, s.years): s for s in a.shifts if s.index == index}
        last = max(s.to_year if s.kind == "realised" else s.from_year for s in cells.values())
        row = [cells.get(("realised", y)) for y in (1, 3, 5)] + [cells.get(("expected", y)) for y in (1, 3)]
        out.append({"index": text.index_name(index), "last": last, "cells": row})
    return out


def regime_rows(a: Assessment) -> list[dict[str, Any]]:
    """Return one row per typology: class or score, and year, of either state."""
    out = []
    for typology in dict.fromkeys(r.typology for r in a.regimes):
        rows = {r.state: r for r in a.regimes if r.typology == typology}
        out.append(
            {
                "typology": TYPOLOGIES.get(typology, typology),
                "cells": [_regime(rows.get(s)) for s in tables.pair(a)],
                "sources": sorted({k for r in rows.values() for k in r.sources}),
            }
        )
    return out


def _regime(r: Regime | None) -> str:
    if r is None:
        return "unknown (no row)"
    parts = [r.category or "", "" if r.score is None else number(r.score)]
    said = ", ".join(p for p in parts if p)
    return f"{said or 'unknown (no class stated)'} ({r.year})"


def matrix(a: Assessment) -> list[dict[str, Any]]:
    """Return the threat matrix: twelve-month P(at least each mode) by actor, its change in a year, and its ratio."""
    before = {f.actor: f for f in tables.judged(a.changes)}
    return [
        {"actor": f.actor, "target": f.target, "cells": [_cell(f, before.get(f.actor), mode) for mode in tables.MODES]}
        for f in tables.judged(a.forecasts)
    ]


def _cell(now: DyadForecast, before: DyadForecast | None, mode: str) -> dict[str, Any]:
    m = tables.mode_of(now, mode)
    p = m.at_least.value
    then = tables.mode_of(before, mode).at_least.value if before else None
    return {
        "mode": mode,
        "p": m.at_least,
        "word": None if p is None else likelihood_word(p),
        "ratio": m.ratio_at_least,
        "base": m.base_rate_at_least,
        "change": None if p is None or then is None else p - then,
    }


def change_phrase(change: float | None) -> str:
    """Return the direction of change in a year; below half a point it is none.

    Examples
    --------
    >>> change_phrase(0.125), change_phrase(-0.125), change_phrase(0.004), change_phrase(None)
    ('▲ 12.5 points', '▼ 12.5 points', 'unchanged', 'change unknown')
    """
    if change is None:
        return "change unknown"
    if abs(change) < 0.005:
        return "unchanged"
    return f"{'▲' if change > 0 else '▼'} {100 * abs(change):.1f} points"


def references(keys: list[str], numbers: dict[str, int]) -> list[int]:
    """Return the numbers of sources in the list at the end of the page, in order."""
    return sorted(numbers[k] for k in keys if k in numbers)


def web_address(address: str | None) -> str | None:
    """Return an address that may become a link: https or http only."""
    return address if address and address.startswith(("https://", "http://")) else None


@cache
def environment() -> Any:
    """Return the templates of the report; other pages may build on them."""
    import jinja2

    env = jinja2.Environment(
        loader=jinja2.PackageLoader("tocsin.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    env.filters |= {
        "ends": text.ends,
        "prior": game.ends,
        "pct": percent,
        "cell": text.cell,
        "change": text.change,
        "day": day,
        "capital": text.capital,
        "refs": references,
        "row_anchor": claims.anchor,
        "web": web_address,
    }
    env.globals |= {"ratio_phrase": ratio_phrase, "change_phrase": change_phrase, "unknown": text.unknown}
    return env


def number(x: float) -> str:
    """Return a score as it is, with a true minus sign.

    Examples
    --------
    >>> number(-7.0), number(0.623)
    ('−7', '0.623')
    """
    return f"{x:g}".replace("-", text.MINUS)
