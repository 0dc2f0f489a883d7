"""The questions a reader puts to the strategic game, their answers, and how the case was read, in sentences."""

from __future__ import annotations

from datetime import date

from tocsin.assessment.game_parts import GameReading, GameResults
from tocsin.assessment.words import day, percent, ratio_phrase
from tocsin.report.game import at, checks, deter, ends, gain, years
from tocsin.report.tables import AT_LEAST
from tocsin.report.text import MINUS, capital, points


def page(n: dict[str, str], g: GameReading, r: GameResults, as_of: date) -> list[str]:
    """Return one direction as lines for the terminal: how the case was read, probabilities, answers, checks."""
    out = [f"{n[g.actor]} against {n[g.rival]}, knowledge up to {day(as_of)}", g.wording]
    out += [f"{what}: {how}." for what, how, _ in state_rows(n, g)]
    out += [f"Note: {note}." for note in g.state.notes]
    for horizon in sorted({m.years for m in r.modes}):
        said = []
        for mode in ("incursion", "strike", "war"):
            p, base = at(r, mode, horizon)
            said.append(f"{AT_LEAST[mode]} {percent(p.mean)} (prior spread {ends(p)}), {ratio_phrase(p.mean, base)}")
        out.append(f"Within {years(horizon)}: {'; '.join(said)}.")
    out += [f"{question}: {answer}" for question, answer in answers(n, g, r)]
    return [line.replace(MINUS, "-") for line in [*out, checks(r)]]


def answers(n: dict[str, str], g: GameReading, r: GameResults) -> list[tuple[str, str]]:
    """Return the questions of the page and their answers for one direction."""
    rival = n[g.rival]
    now, base = at(r, "strike", 1)
    beside = f"Now {percent(now.mean)}, base rate {percent(base)}."
    one, long = r.pending[0].added, r.pending[-1]
    adds = (
        f"Nothing: they promise {rival} no gain of power over {n[g.actor]}. {beside}"
        if r.window.pending_now == 0
        else f"{points(one.strike.mean)} to a strike or war within a year ({gain(one.strike)}), "
        f"{points(one.war.mean)} to war; within {years(long.years)} {points(long.added.strike.mean)} to a strike or "
        f"war. {beside}"
    )
    return [
        (f"What {rival}'s pending arms add", adds),
        (
            "What outsiders change",
            " ".join(
                f"{capital(_outsider(o.name, rival))} ({'in force' if o.in_force else 'none known in force'}): "
                f"{points(o.change.strike.mean)} to a strike or war within a year ({gain(o.change.strike)}), from "
                f"{percent(o.absent.strike.mean)} to {percent(o.present.strike.mean)}."
                for o in r.outsiders
            )
            + f" Base rate {percent(base)}. What outsiders do to an attacker is identified by no data at hand: these "
            "are the effects of a range assumed.",
        ),
        ("What would deter", f"{deter(r)} {_ratio(r, rival)} {beside}"),
        ("When a strike pays", _break_even(r)),
        (
            "How long force lasts once begun",
            f"After a year with force another follows with {percent(r.again.mean)} (prior spread {ends(r.again)}); "
            f"{r.spell.mean:.1f} years in a row on average ({r.spell.low:.1f} to {r.spell.high:.1f}). Chance of force "
            f"in the first, third and tenth year ahead: {', '.join(percent(r.path[i]) for i in (0, 2, 9))}.",
        ),
    ]


def state_rows(n: dict[str, str], g: GameReading) -> list[tuple[str, str, list[str]]]:
    """Return every number on the way from the case to the game: what, how much, sources."""
    s = g.state
    actor, rival = n[g.actor], n[g.rival]
    out: list[tuple[str, str, list[str]]] = []
    for label, p in (("Military spending", s.spending), ("Arms stock", s.stock)):
        out.append(
            (label, "unknown for both in one year", [])
            if p is None
            else (
                f"{label}, {p.year}",
                f"{rival} {p.rival:,.0f}, {actor} {p.actor:,.0f}; ln of the ratio {p.r:.2f}".replace("-", "\u2212"),
                p.sources,
            )
        )
    out.append(("Weight of the arms stock", f"drawn between {s.weight[0]:g} and {s.weight[1]:g}", []))
    if s.pending is not None:
        q = s.pending
        out.append(
            (
                "Pending arms",
                f"{rival} {q.rival:.0f}, {actor} {q.actor:.0f} million TIV (orders without value: {q.rival_unvalued} "
                f"and {q.actor_unvalued}); {q.q:.2f} steps of the grid",
                q.sources,
            )
        )
    e = s.recent
    last = "none known" if e.last is None or e.day is None else f"{e.last}, {day(e.day)}, {e.months:.1f} months before"
    calm, neither, fresh = e.shares
    out.append(
        (
            "Recent force",
            f"last that killed or took ground: {last}. Weights: treaty or ten quiet years {calm:.2f}, neither "
            f"{neither:.2f}, force in the last year {fresh:.2f} (by a hard rule of twelve months {e.abrupt[2]:g})",
            e.sources,
        )
    )
    h = s.holdings
    out.append(
        ("Holdings", "unknown", [])
        if h is None
        else (
            "Holdings",
            f"{actor} {h.share:.1f} of the prize since {day(h.since)}; by the neutral kernel {h.neutral_share:.2f}",
            h.sources,
        )
    )
    z = s.supply
    share = "" if z.share is None else f" ({percent(z.share)} of deliveries)"
    out.append((f"{rival}'s main supplier", f"{z.supplier or 'unknown'}{share}: {z.state}; {z.why}", z.sources))
    out.append((f"Monitors on {rival}'s side", ", ".join(s.monitors) or "none known", []))
    out.append((f"{rival}'s partnerships", ", ".join(s.partners) or "none known", []))
    k = s.regime
    out.append((f"{actor}'s regime", k.missing or f"{k.kind} ({k.category}, {k.year})", k.sources))
    return out


def _outsider(name: str, rival: str) -> str:
    return f"a monitoring mission on {rival}'s side" if name == "monitor" else f"a partner of {rival}"


def _ratio(r: GameResults, rival: str) -> str:
    if r.deterring_ratio is None:
        return f"No power of {rival} on the grid does it."
    if r.deterring_ratio <= r.window.ratio[0]:
        return "It is there at any ratio of power."
    return f"It stays there once {rival} has {r.deterring_ratio:.2g} times the power."


def _break_even(r: GameResults) -> str:
    t, (low, mode, high) = r.break_even_fallout, r.fallout_range
    beside = f"range held plausible {low:g} to {high:g}, central {mode:g}"
    if t.value == 0:
        return f"In the central game never, not even without fallout: accommodation is worth more ({beside})."
    if t.value is None:
        return f"In the central game at any fallout up to {t.searched[1]:g} yearly pies ({beside})."
    return (
        f"In the central game a strike is worth more than doing nothing below a fallout of {t.value:.2f} yearly pies "
        f"({beside})."
    )
