"""One sentence per figure that says the finding in numbers: the text alternative of the picture, checked by tests."""

from __future__ import annotations

from tocsin.assessment.model import Assessment
from tocsin.assessment.words import percent, ratio_phrase
from tocsin.report.tables import names, pair


def power(a: Assessment) -> str:
    """Say how many times the power of the first state the second has, under each index, in the last year known."""
    one, two = (names(a)[s] for s in pair(a))
    parts = []
    for index in dict.fromkeys(p.index for p in a.power):
        known = [p for p in a.power if p.index == index and p.ratio]
        if known:
            last = known[-1]
            assert last.ratio is not None
            parts.append(f"{index} {1 / last.ratio:.1f} ({last.year})")
        else:
            parts.append(f"{index} unknown")
    return f"{two}'s power as a multiple of {one}'s, last year known: {'; '.join(parts)}."


def pipeline(a: Assessment) -> str:
    """Say what each state has ordered and not received."""
    parts = []
    for code in pair(a):
        rows = [p for p in a.pipeline if p.recipient == code]
        known = [p.tiv for p in rows if p.tiv is not None]
        unvalued = sum(p.unvalued for p in rows)
        worth = f"{sum(known):.0f} million TIV" if known else "no stated value"
        parts.append(
            f"{names(a)[code]} {worth}" + (f" and {unvalued} items without one" if unvalued else "")
            if rows
            else f"{names(a)[code]} none known"
        )
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
    for f in a.forecasts:
        if f.horizon_months == 12:
            m = next(m for m in f.modes if m.mode == "strike")
            assert m.at_least.value is not None
            parts.append(
                f"{names(a)[f.actor]} against {names(a)[f.target]} {percent(m.at_least.value)}, "
                f"{ratio_phrase(m.at_least.value, m.base_rate_at_least)}"
            )
    return "Probability of a strike, clash or war within twelve months: " + "; ".join(parts) + "."


def condition(a: Assessment) -> str:
    """Say under which share of plausible parameters force pays now, and when that peaked."""
    parts = []
    for direction, peak in a.strategy.peaks.items():
        rows = {y.year: y for y in a.strategy.years if y.direction == direction and y.share_any is not None}
        if not rows or peak is None:
            parts.append(f"{direction}: unknown")
            continue
        last, top = rows[max(rows)], rows[peak]
        assert last.share_any is not None
        assert top.share_any is not None
        held = f"peak {percent(top.share_any)} in {peak}" if top.share_any > 0 else "at no time above 0 %"
        parts.append(f"{names(a)[last.actor]} {percent(last.share_any)} in {last.year}, {held}")
    return "Share of plausible parameters under which force now beats waiting: " + "; ".join(parts) + "."


def parameter_map(a: Assessment) -> str:
    """Say where the measured shift lies on the map."""
    m = max(a.strategy.maps, key=lambda m: m.measured_shift.value or 0)
    actor, rival = m.direction.split(">")
    s = m.measured_shift
    assert s.value is not None
    assert s.low is not None
    assert s.high is not None
    n = names(a)
    return (
        f"Seen from {n[actor]}: {n[rival]}'s chance to win a war is expected to change by {points(s.value)} over "
        f"{a.strategy.horizon_years} years (90 % interval {points(s.low)} to {points(s.high)}), "
        f"from {percent(m.p_now)}."
    )


def timeline(a: Assessment) -> str:
    """Count the incidents by mode."""
    counts = {mode: sum(e.mode == mode for e in a.events) for mode in ("threat", "incursion", "strike", "war")}
    words = ", ".join(f"{n} {mode}" for mode, n in counts.items())
    last = max((str(e.start) for e in a.events), default="an unknown day")
    return f"{len(a.events)} counted incidents by highest mode: {words}; the last began on {last}."


def track(a: Assessment) -> str:
    """Say how the tool's past forecasts of this dyad scored against the base rate."""
    parts = []
    for t in a.track_summary:
        gain = "unknown" if t.rpss is None else f"{t.rpss:+.2f}"
        parts.append(
            f"{names(a)[t.actor]} against {names(a)[t.target]}: {t.n} forecasts, skill against the base rate {gain} "
            f"(ranked probability score {t.rps:.2f} against {t.rps_base:.2f})"
        )
    return "; ".join(parts) + "." if parts else "No past forecast can be scored yet."


def statements(a: Assessment) -> str:
    """Count the coded statements by side."""
    parts = []
    for code in pair(a):
        rows = [c for c in a.statement_counts if c.state == code]
        threats = sum(c.count for c in rows if c.type in ("threat", "red line", "demand"))
        parts.append(f"{names(a)[code]} {sum(c.count for c in rows)}, of these {threats} threats, red lines or demands")
    return "Coded statements: " + "; ".join(parts) + ". A sample chosen by us, not a count of all that was said."


def points(x: float) -> str:
    """Return a difference of probabilities in percentage points.

    Examples
    --------
    >>> points(0.075), points(-0.001)
    ('+7.5 points', '-0.1 points')
    """
    return f"{100 * x:+.1f} points"
