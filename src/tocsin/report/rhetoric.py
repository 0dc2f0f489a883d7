"""What each side says over time, as rows and sentences: counts by type, and whether a share has changed."""

from __future__ import annotations

from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import StatementChange
from tocsin.assessment.words import percent
from tocsin.report.tables import names, pair

HARD = ("threat", "red line", "demand")


def finding(a: Assessment) -> str:
    """Count the coded statements by side, and say whether a share changed."""
    parts = []
    for code in pair(a):
        rows = [c for c in a.statement_counts if c.state == code]
        hard = sum(c.count for c in rows if c.type in HARD)
        parts.append(f"{names(a)[code]} {sum(c.count for c in rows)} (threats, red lines and demands: {hard})")
    return (
        "Coded statements: " + "; ".join(parts) + ". A chosen sample, not a count of all that was said. " + changed(a)
    )


def changed(a: Assessment) -> str:
    """Say in a sentence or two whether the share of any type changed at some year, and where nobody can tell."""
    n = names(a)
    tested = [c for c in a.statement_changes if c.found != "cannot tell"]
    silent = [c for c in a.statement_changes if c.found == "cannot tell"]
    if not a.statement_changes:
        return "Whether what is said has changed cannot be told: nothing is coded."
    if not tested:
        return f"Whether what is said has changed cannot be told: too few statements in all {len(silent)} series."
    found = [c for c in tested if c.found == "change"]
    count = f"{len(tested)} series of a side and a type"
    if found:
        said = "; ".join(change_phrase(n[c.state], c) for c in found)
    else:
        least = min(tested, key=lambda c: c.p_corrected or 0)
        assert least.p_corrected is not None
        often = percent(least.p_corrected)
        said = f"no share changed beyond chance (the sharpest change comes by chance in {often} of cases)"
    rest = f" For {len(silent)} more there are too few to tell." if silent else ""
    return f"Of {count} that can be tested, corrected for trying them all: {said}.{rest}"


def change_phrase(name: str, c: StatementChange) -> str:
    """Say from when to when a share was what."""
    assert c.before is not None
    assert c.after is not None
    return (
        f"{c.type} was {percent(c.before)} of what {name} was coded to say before {c.year} and {percent(c.after)} from "
        f"{c.year} on ({chance(c)})"
    )


def chance(c: StatementChange) -> str:
    """Return the corrected chance in words."""
    assert c.p_corrected is not None
    return f"chance {percent(c.p_corrected)}"


def change_rows(a: Assessment) -> list[dict[str, Any]]:
    """Return one row for each side and type: counts, the likeliest year of a change, and what is found."""
    n = names(a)
    return [
        {
            "state": n[c.state],
            "type": c.type,
            "count": f"{c.of_type} of {c.statements}",
            "year": "" if c.year is None else str(c.year),
            "shares": "" if c.before is None or c.after is None else f"{percent(c.before)} \u2192 {percent(c.after)}",
            "p": "" if c.p is None else percent(c.p),
            "corrected": "" if c.p_corrected is None else percent(c.p_corrected),
            "found": c.found,
            "why": c.why or "",
        }
        for c in a.statement_changes
    ]
