"""Tests on the models: whether a mechanism's condition holds, and whether outsiders deter."""

from __future__ import annotations

from tocsin.assessment.claim_parts import Verdict
from tocsin.assessment.words import percent
from tocsin.case.claim_tests import Mechanism, Outsiders
from tocsin.claims.found import Context, Found, by_interval, number, signed_points, threshold, turned
from tocsin.parameters import parameters


def mechanism(t: Mechanism, c: Context) -> Found:
    """Return over which share of plausible parameters force beats waiting, and what would flip it."""
    reading = c.assessment.strategy
    year = t.year if t.year is not None else c.as_of.year
    own = next((y for y in reading.years if y.actor == t.actor and y.year == year), None)
    rows, sources = reading.provenance.rows, reading.provenance.sources
    if own is None:
        return Found("untestable", f"There is no reading of {year}.")
    share = {"any": own.share_any, "strike": own.share_strike, "war": own.share_war}[t.force]
    if share is None or own.shift.value is None:
        return Found("untestable", f"Unknown in {year}: {own.missing}.", rows=rows, sources=sources)
    kind = {"any": "force of some kind", "strike": "a strike", "war": "war"}[t.force]
    verdict: Verdict = (
        "supported" if share >= t.least else "contradicted" if share <= threshold("share_unmet") * t.least else "mixed"
    )
    finding = (
        f"{kind[:1].upper()}{kind[1:]} beats waiting for {c.name(t.actor)} in {percent(share)} of the plausible "
        f"parameters "
        f"({year}; {percent(t.least)} asked): its rival's chance to win is expected to change by "
        f"{signed_points(own.shift.value)} in "
        f"{reading.horizon_years} years. {_flip(t, c)}"
    )
    numbers = [
        number("share of parameters", share, unit="share"),
        number("expected change of the rival's chance", own.shift.value, own.shift.low, own.shift.high, unit="share"),
    ]
    return Found(verdict, finding, numbers, rows, sources)


def _flip(t: Mechanism, c: Context) -> str:
    """Return the smallest rise of the rival at which war would pay for the asked share of the other parameters."""
    table = next((m for m in c.assessment.strategy.maps if m.direction.startswith(f"{t.actor}>")), None)
    if table is None:
        return ""
    destroyed = parameters("reading")["destroyed"].mode
    row = min(range(len(table.cost)), key=lambda i: abs(table.cost[i] - destroyed))
    enough = [s for s, share in zip(table.shift, table.holds_war[row], strict=True) if share >= t.least]
    cost = f"at a war that destroys {percent(table.cost[row])} of the prize"
    if not enough:
        return f"War would pay for that share at no rise up to {100 * max(table.shift):.0f} points, {cost}."
    return f"War would pay for that share from a rise of {100 * min(enough):.0f} points on, {cost}."


def outsiders(t: Outsiders, c: Context) -> Found:
    """Return by how much monitors or a partner lower P(strike or war within a year) in the game of the case."""
    game = next((g for g in c.assessment.games if g.actor == t.actor), None)
    if game is None or game.results is None:
        why = "; ".join(game.missing) if game is not None else "the case has no game"
        return Found("untestable", f"The game of the case gives no answer: {why}.")
    effect = next(o for o in game.results.outsiders if o.name == t.outsider)
    base = effect.absent.strike.mean
    fall, low, high = (
        -x / base for x in (effect.change.strike.mean, effect.change.strike.high, effect.change.strike.low)
    )
    deterring = by_interval(low, high, t.least)
    who = "A monitoring mission" if t.outsider == "monitor" else "A partner"
    finding = (
        f"{who} of {c.name(game.rival)} lowers P(strike or war within a year) by {percent(max(fall, 0))} of what it "
        f"is without "
        f"({percent(base)}), 90 % prior spread {percent(max(low, 0))} to {percent(max(high, 0))}; "
        f"{percent(t.least)} would count as "
        f"deterring. Conditional on payoffs nobody has measured."
    )
    numbers = [
        number("fall of the probability", fall, low, high, unit="share"),
        number("probability without", base, effect.absent.strike.low, effect.absent.strike.high, unit="probability"),
    ]
    p = game.provenance
    return Found(deterring if t.deters == "yes" else turned(deterring), finding, numbers, p.rows, p.sources)
