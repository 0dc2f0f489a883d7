"""The strategic game as rows and sentences; no number of it stands without its base rate or its prior spread."""

from __future__ import annotations

from typing import Any

from tocsin.assessment.game import NOT_ASKED
from tocsin.assessment.game_parts import GameReading, GameResults, PriorSpread
from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import ParameterRange
from tocsin.assessment.words import percent, ratio_phrase
from tocsin.report.tables import AT_LEAST, Rows, judged, mode_of, names
from tocsin.report.text import MINUS, capital, points

GRAVE = ("incursion", "strike", "war")
BARS = 10
LABELS = {
    "lam": "precision of choice",
    "a0": "edge of the attacker",
    "gam": "how far power decides wars",
    "omega": "weight of power in the share",
    "beta": "slipping of holdings",
    "piT": "gain by a threat",
    "piI": "gain by an incursion",
    "cT": "cost of a threat",
    "cI": "cost of an incursion",
    "cS": "cost of a strike",
    "cW": "cost of a war",
    "cL": "cost of a war lost",
    "dI": "damage of an incursion",
    "dS": "damage of a strike",
    "dW": "damage of a war",
    "F": "fallout with third parties",
    "phi1": "further fallout if monitored",
    "phi2": "further fallout if partnered",
    "phi3": "further fallout in a treaty",
    "kc": "cost of clawing back",
    "rho": "attitude to risk",
    "bT": "worth of calm",
    "ce2": "cost of recent force",
    "rhoO": "deliveries, open supplier",
    "rhoE": "deliveries, supplier withholds",
    "zoe": "supplier turning away",
    "zeo": "supplier coming back",
    "dep": "wear of delivered arms",
    "etaq": "pending arms hit by a strike",
    "etax": "delivered arms hit by a strike",
    "k": "price of an order",
    "tau": "peace settling",
    "xi": "war being decisive",
    "theta": "costs the ruler bears",
}


def direction(a: Assessment, g: GameReading) -> str:
    """Return who acts against whom."""
    n = names(a)
    return f"{n[g.actor]} against {n[g.rival]}"


def solved(a: Assessment) -> list[tuple[GameReading, GameResults]]:
    """Return the directions with results."""
    return [(g, g.results) for g in a.games if g.results is not None]


def game_rows(a: Assessment) -> Rows:
    """Return P(highest mode >= each mode) under the game with its prior spread and base rate."""
    return [
        {
            "direction": direction(a, g),
            "horizon": years(m.years),
            "mode": AT_LEAST[m.mode],
            "mean": m.at_least.mean,
            "median": m.at_least.median,
            "low": m.at_least.low,
            "high": m.at_least.high,
            "base rate": m.base_rate_at_least,
        }
        for g, r in solved(a)
        for m in r.modes
        if m.mode != "none"
    ]


def window_rows(a: Assessment) -> Rows:
    """Return mean P(strike or war) this year by relative power and pending arms of the rival."""
    return [
        {
            "direction": direction(a, g),
            "rival's power over actor's": ratio,
            "pending": pending,
            "P(strike or war)": p,
            "times the base rate": p / r.window.base_rate,
        }
        for g, r in solved(a)
        for ratio, row in zip(r.window.ratio, r.window.probability, strict=True)
        for pending, p in zip(r.window.pending, row, strict=True)
    ]


def tornado_rows(a: Assessment) -> Rows:
    """Return the parameters that move P(strike or war) most, by direction."""
    return [
        {
            "direction": direction(a, g),
            "parameter": LABELS.get(b.name, b.name),
            "symbol": b.name,
            "low": b.low,
            "high": b.high,
            "at low": b.at_low,
            "at high": b.at_high,
            "central": r.central,
        }
        for g, r in solved(a)
        for b in r.tornado[:BARS]
    ]


def years(n: int) -> str:
    """Return a number of years in words of the page."""
    return f"{n} year" if n == 1 else f"{n} years"


def ends(s: PriorSpread) -> str:
    """Return the ends of a prior spread of a probability."""
    return f"{percent(s.low)} to {percent(s.high)}"


def at(r: GameResults, mode: str, horizon: int) -> tuple[PriorSpread, float]:
    """Return P(highest mode >= mode) within a horizon, and its base rate."""
    m = next(m for m in r.modes if (m.mode, m.years) == (mode, horizon))
    return m.at_least, m.base_rate_at_least


def why_unknown(g: GameReading) -> str:
    """Say why the game of one direction is unknown: what the case does not say, or that it was not asked or not solved.

    Parameters
    ----------
    g : GameReading
        Without results.
    """
    whole = [m for m in g.missing if m == NOT_ASKED or m.startswith("none of")]
    gaps = [m for m in g.missing if m not in whole]
    return " ".join([*([f"Missing: {'; '.join(gaps)}."] if gaps else []), *(f"{capital(m)}." for m in whole)])


def probabilities(a: Assessment) -> str:
    """Say the chance of a strike or war within a year in each direction, beside its base rate."""
    parts = []
    for g in a.games:
        if g.results is None:
            parts.append(f"{direction(a, g)} unknown ({', and '.join(g.missing)})")
            continue
        p, base = at(g.results, "strike", 1)
        parts.append(f"{direction(a, g)} {percent(p.mean)} (90 % prior spread {ends(p)}), {ratio_phrase(p.mean, base)}")
    known = any(g.results is not None for g in a.games)
    return (
        f"{'Conditional on these payoffs, c' if known else 'C'}hance of a strike, clash or war within a year: "
        + "; ".join(parts)
        + (". The base rate is that of states with the same recent history." if known else ".")
    )


def window(a: Assessment) -> str:
    """Say where the case stands in the window, and over which range the chance moves."""
    parts = []
    for g, r in solved(a):
        w = r.window
        every = [p for row in w.probability for p in row]
        parts.append(
            f"{direction(a, g)}: the rival has {w.ratio_now.mean:.2g} times the power (prior spread "
            f"{w.ratio_now.low:.2g} to {w.ratio_now.high:.2g}) and {w.pending_now:.1f} steps pending; over the whole "
            f"picture the chance of a strike or war this year moves from {percent(min(every))} to "
            f"{percent(max(every))}, base rate {percent(w.base_rate)}"
        )
    return "; ".join(parts) + "."


def tornado(a: Assessment) -> str:
    """Say which parameters move the chance of a strike or war most."""
    parts = []
    for g, r in solved(a):
        top = ", ".join(
            f"{LABELS.get(b.name, b.name)} {percent(b.at_low)} to {percent(b.at_high)}" for b in r.tornado[:3]
        )
        parts.append(f"{direction(a, g)}, central {percent(r.central)}, base rate {percent(r.base_rate)}: {top}")
    return (
        "What moves a strike or war this year most, from one end of its range to the other. " + "; ".join(parts) + "."
    )


def ranges(a: Assessment) -> list[ParameterRange]:
    """Return the ranges of the payoffs of all directions, each once."""
    return list({p.name: p for _, r in solved(a) for p in r.parameters}.values())


def disagreement(a: Assessment) -> list[str]:
    """Say how far forecast and game lie apart in each direction, and why they may."""
    out = []
    for g, r in solved(a):
        found = next((f for f in judged(a.forecasts) if (f.actor, f.target) == (g.actor, g.rival)), None)
        p = None if found is None else mode_of(found, "strike").at_least.value
        if p is None:
            continue
        game, base = at(r, "strike", 1)
        out.append(
            f"{direction(a, g)}: the forecast from past periods gives a strike, clash or war within a year "
            f"{percent(p)}, the game {percent(game.mean)} (base rate {percent(base)}): {points(game.mean - p)}."
        )
    if out:
        out.append(
            "Where the two disagree: the forecast counts every reported clash and leans on the dyad's own past; the "
            "game knows that past only as force that killed or took ground in the last year, a quiet decade, or "
            "neither."
        )
    return out


def told(a: Assessment) -> list[str]:
    """Return the answers for each direction, in few words for the terminal."""
    out = []
    for g, r in solved(a):
        one, base = r.pending[0].added.strike, at(r, "strike", 1)[1]
        mission, partner = (points(o.change.strike.mean) for o in r.outsiders)
        out.append(
            f"{direction(a, g)}: pending arms add {points(one.mean)} ({gain(one)}), a monitoring mission {mission}, a "
            f"partner {partner}, on a base rate of {percent(base)}. {deter(r)} After a year of force "
            f"another with {percent(r.again.mean)}. {r.checks.draws} draws, {r.checks.failed + r.checks.uncertified} "
            f"failed, {r.checks.several} of {r.checks.restarted} with a second equilibrium."
        )
    return [line.replace(MINUS, "-") for line in out]


def checks(r: GameResults) -> str:
    """Say how the solutions fared."""
    c = r.checks
    return (
        f"{c.draws} draws of the payoffs: {c.failed} not solved, {c.uncertified} without a certificate, none of these "
        f"used; largest residual {c.worst_residual:.1e}. {c.restarted} solved once more from another start, "
        f"{c.several} came to another equilibrium, which is no proof that there is only one. Outsiders and persistence "
        f"rest on {c.dear} draws."
    )


def lam_rows(r: GameResults) -> list[dict[str, Any]]:
    """Return the row by precision of choice: each mode with its base rate."""
    base = {mode: at(r, name, 1)[1] for mode, name in zip(("force", "strike", "war"), GRAVE, strict=True)}
    return [
        {"precision": f"{x.lam:g}", "cells": [(getattr(x, mode), getattr(x, mode) / base[mode]) for mode in base]}
        for x in r.lam_row
    ]


def reading_rows(r: GameResults) -> list[dict[str, Any]]:
    """Return the other readings of the case beside the one used, each with its base rate."""
    return [
        {
            "name": "as used" if x.name == "main" else x.name,
            "cells": [
                (p, p.mean / base)
                for p, base in ((x.probability.strike, x.base_strike), (x.probability.war, x.base_war))
            ],
        }
        for x in r.readings
    ]


def gain(s: PriorSpread) -> str:
    """Return the ends of a prior spread of a difference, in points."""
    return f"prior spread {points(s.low)} to {points(s.high)}".replace(" points to", " to")


def deter(r: GameResults) -> str:
    """Say which fallout with third parties lowers a strike or war to the level regarded as deterred."""
    t, (low, _, high) = r.deterring_fallout, r.fallout_range
    if t.value == 0:
        return f"A strike or war this year is below {percent(r.level)} whatever the fallout with third parties."
    if t.value is None:
        return f"No fallout up to {t.searched[1]:g} yearly pies lowers a strike or war this year to {percent(r.level)}."
    where = "beyond" if t.value > high else "below" if t.value < low else "within"
    return (
        f"In the central game a strike or war this year falls to {percent(r.level)} at a fallout of {t.value:.2f} "
        f"yearly pies, {where} the range held plausible ({low:g} to {high:g})."
    )
