"""One sentence per figure that says the finding in numbers: the text alternative of the picture, checked by tests."""

from __future__ import annotations

from itertools import pairwise
from math import floor, log10

from tocsin.assessment.model import Assessment
from tocsin.assessment.words import day, percent, ratio_phrase
from tocsin.report.tables import AT_LEAST, MODES, drawn_map, judged, mode_of, names, pair, reading_day
from tocsin.report.text import index_name, points, signed, unknown


def power(a: Assessment) -> str:
    """Say how many times the power of the first state the second has, under each index, in the last year known."""
    one, two = (names(a)[s] for s in pair(a))
    parts = []
    for index in dict.fromkeys(p.index for p in a.power):
        known = [(p.year, 1 / p.ratio) for p in a.power if p.index == index and p.ratio]
        parts.append(
            f"{index_name(index)} {times(known[-1][1])} ({known[-1][0]})" if known else f"{index_name(index)} unknown"
        )
    return f"{two}'s power as a multiple of {one}'s, last year known: {'; '.join(parts)}."


def times(x: float) -> str:
    """Return a multiple with one decimal, none from 100 on, and with two digits that count below 1.

    Examples
    --------
    >>> times(567.5), times(3.84), times(0.0972), times(0.6)
    ('568', '3.8', '0.097', '0.60')
    """
    return f"{x:.{1 if x < 100 else 0}f}" if x >= 1 else f"{x:.{1 - floor(log10(x))}f}"


def pipeline(a: Assessment) -> str:
    """Say what each state has ordered and not received."""
    parts = []
    for code in pair(a):
        rows = [p for p in a.pipeline if p.recipient == code]
        known = [p.tiv for p in rows if p.tiv is not None]
        unvalued = sum(p.unvalued for p in rows)
        worth = f"{sum(known):.0f} million TIV" if known else "no stated value"
        beside = f" and {unvalued} order{'s' if unvalued > 1 else ''} of unknown value" if unvalued else ""
        parts.append(f"{names(a)[code]} {worth}{beside}" if rows else f"{names(a)[code]} none known")
    return "Ordered and not known to be delivered: " + "; ".join(parts) + "."


def suppliers(a: Assessment) -> str:
    """Say who each state's main supplier is and how concentrated supply is."""
    parts = []
    for code in pair(a):
        s = next((s for s in a.suppliers if s.recipient == code), None)
        if s is None or s.main_share is None or s.herfindahl is None:
            parts.append(f"{names(a)[code]}: no deliveries with a value are known")
        else:
            parts.append(
                f"{names(a)[code]}, {s.from_year}-{s.to_year}: {s.main_supplier} {percent(s.main_share)}, "
                f"concentration (Herfindahl) {s.herfindahl:.2f}"
            )
    return "; ".join(parts) + "."


def forecast(a: Assessment) -> str:
    """Say the twelve-month probability of a strike or war in each direction."""
    parts = []
    for f in judged(a.forecasts):
        m = mode_of(f, "strike")
        p = m.at_least.value
        said = unknown(m.at_least) if p is None else f"{percent(p)}, {ratio_phrase(p, m.base_rate_at_least)}"
        parts.append(f"{names(a)[f.actor]} against {names(a)[f.target]} {said}")
    return "Probability of a strike, clash or war within twelve months: " + "; ".join(parts) + "."


def falling(a: Assessment) -> list[str]:
    """Return the directions and modes whose probability falls as the horizon grows, which no true probability does."""
    out = []
    for actor in dict.fromkeys(f.actor for f in a.forecasts):
        rows = sorted((f for f in a.forecasts if f.actor == actor), key=lambda f: f.horizon_months)
        for mode in MODES:
            p = [m.at_least.value for f in rows for m in f.modes if m.mode == mode and m.at_least.value is not None]
            if any(later < sooner for sooner, later in pairwise(p)):
                out.append(f"{names(a)[actor]}: {AT_LEAST[mode]}")
    return out


def condition(a: Assessment) -> str:
    """Say under which share of plausible parameters force pays now, when that peaked, and since when it is known."""
    parts = []
    for direction, peak in a.strategy.peaks.items():
        actor = names(a)[direction.split(">", maxsplit=1)[0]]
        rows = {y.year: y.share_any for y in a.strategy.years if y.direction == direction}
        known = {year: share for year, share in rows.items() if share is not None}
        if not known or peak is None:
            parts.append(f"{actor} unknown")
            continue
        last = max(known)
        held = f"peak {percent(known[peak])} in {peak}" if known[peak] > 0 else "at no time above 0 %"
        first = f", unknown before {min(known)}" if min(known) > min(rows) else ""
        parts.append(f"{actor} {percent(known[last])} on {day(reading_day(a, last))}, {held}{first}")
    return "Share of plausible parameters under which force now beats waiting: " + "; ".join(parts) + "."


def parameter_map(a: Assessment) -> str:
    """Say where the measured shift lies on the map, and how it looks from the other side."""
    drawn = drawn_map(a)
    if drawn is None:
        return "The shift is unknown."
    n = names(a)
    parts = []
    for m in (drawn, *(m for m in a.strategy.maps if m is not drawn)):
        actor, rival = m.direction.split(">")
        s = m.measured_shift
        if s.value is None:
            parts.append(f"Seen from {n[actor]}: {unknown(s)}.")
            continue
        ends = (
            "" if s.low is None or s.high is None else f" (90 % interval {signed(100 * s.low, 1)} to {points(s.high)})"
        )
        parts.append(
            f"Seen from {n[actor]}, {n[rival]}'s chance to win a war is expected to change by {points(s.value)} over "
            f"{a.strategy.horizon_years} years{ends}, from {percent(m.p_now)}."
        )
    return " ".join(parts)


def timeline(a: Assessment) -> str:
    """Count the incidents by mode."""
    counts = {mode: sum(e.mode == mode for e in a.events) for mode in MODES}
    words = ", ".join(f"{n} {mode}" for mode, n in counts.items())
    last = f"the last began on {day(max(e.start for e in a.events))}" if a.events else "none is known"
    return f"{len(a.events)} counted incidents by highest mode: {words}; {last}."


def track(a: Assessment) -> str:
    """Say how the tool's past forecasts of this dyad scored against the base rate."""
    parts = []
    for t in a.track_summary:
        gain, own = ("unknown" if s is None else f"{s:+.2f}" for s in (t.rpss, t.rpss_own))
        parts.append(
            f"{names(a)[t.actor]} against {names(a)[t.target]}: {t.n} forecasts, skill {gain} against the base rate, "
            f"{own} against own history (ranked probability score {score(t.rps)}, {score(t.rps_base)} and "
            f"{score(t.rps_own)}; lower is better)"
        )
    quiet = all(r.observed == "none" for r in a.track_record)
    note = " There was neither threat nor force in any of these years: the skill then says little." if quiet else ""
    return "; ".join(parts) + "." + note if parts else "No past forecast can be scored yet."


def score(x: float) -> str:
    """Return a score with two decimals, or with two digits that count if it is smaller than a hundredth.

    Examples
    --------
    >>> score(0.723), score(0.0), score(0.000212)
    ('0.72', '0.00', '0.00021')
    """
    return f"{x:.2f}" if x >= 0.01 or x == 0 else f"{x:.2g}"


def reliability(a: Assessment) -> str:
    """Say how the model's past forecasts of all dyads came out."""
    m = a.model_record
    events = ", ".join(f"{n} {mode}" for mode, n in m.events.items())
    skill = "unknown" if m.rpss is None else f"{m.rpss:.2f}"
    log = "unknown" if m.log_skill is None else f"{m.log_skill:.2f}"
    return (
        f"{m.n:,} forecasts of one state's force against another, {m.first} to {m.last}, each by a model that had seen "
        f"nothing later; {events}. Skill against the frequencies of the thirty years before: {skill} by ranked "
        f"probability score, {log} by log score."
    )
