"""The claims as report and terminal show them: grouped by verdict, each number with the way back to its rows."""

from __future__ import annotations

from typing import Any

from tocsin.assessment.claim_parts import ClaimNumber, ClaimVerdict, Estimate, TestResult
from tocsin.assessment.model import Assessment
from tocsin.assessment.words import percent
from tocsin.report.text import MINUS, signed

# What a reader wants to see first: where the argument fails, then where it holds.
ORDER = ("contradicted", "mixed", "supported", "pending", "untestable")
MEANING = {
    "contradicted": "the data speak against it, or exclude an effect large enough to carry it",
    "mixed": "the data speak both ways, bear out a part only, or cannot tell",
    "supported": "the data bear it out",
    "pending": "what would settle it lies in the future, or was not public yet",
    "untestable": "no data at hand can settle it",
}
OUTCOMES = {"attack": "one-sided attack", "initiation": "dispute begun", "force": "strike, clash or war"}
GAPS = "disparities"
SAMPLES = {"prd": "politically relevant", "land": "land neighbours", "rival": "rivals"}


def counts(a: Assessment) -> str:
    """Return how many claims got which verdict, in a sentence."""
    found = {v: sum(c.verdict == v for c in a.claims) for v in ORDER}
    parts = [f"{n} {v}" for v, n in found.items() if n]
    return f"{len(a.claims)} claims: {', '.join(parts)}."


def groups(a: Assessment) -> list[dict[str, Any]]:
    """Return the claims by verdict, contradicted ones first, each with its tests and the way to their numbers."""
    out = []
    for verdict in ORDER:
        own = [c for c in a.claims if c.verdict == verdict]
        if own:
            claims = [
                {"claim": c, "tests": [_test(a, t) for t in c.tests], "why": "" if c.tests else c.finding} for c in own
            ]
            out.append({"verdict": verdict, "meaning": MEANING[verdict], "claims": claims})
    return out


def contradicted(a: Assessment) -> list[ClaimVerdict]:
    """Return the claims the data speak against."""
    return [c for c in a.claims if c.verdict == "contradicted"]


def _test(a: Assessment, t: TestResult) -> dict[str, Any]:
    return {
        "test": t,
        "numbers": [(n.name, value(n)) for n in t.numbers],
        "given": "; ".join(f"{k.replace('_', ' ')} {v}" for k, v in t.parameters.items()),
        "links": links(a, t),
    }


def links(a: Assessment, t: TestResult) -> list[tuple[str, str | None]]:
    """Return the rows and tables behind a test with the place on the page that shows them, if one does."""
    shown = {r.key for r in a.claim_rows}
    out: list[tuple[str, str | None]] = []
    for row in t.provenance.rows:
        table = row.partition(":")[0]
        if row in shown:
            out.append((row, anchor(row)))
        elif table in ("capabilities", "arms") and a.power:
            out.append((row, "fig-power"))
        else:
            out.append((row, "commitments" if table == "regimes" else None))
    if t.evidence is not None:
        named = t.evidence == GAPS or any(e.name == t.evidence for e in a.evidence)
        out.append((f"evidence: {t.evidence}", f"evidence-{t.evidence}" if named else None))
    return out


def anchor(row: str) -> str:
    """Return the identifier of a row's place on the page.

    Examples
    --------
    >>> anchor("statements:S44")
    'row-statements-S44'
    """
    return f"row-{row.replace(':', '-')}"


def value(n: ClaimNumber) -> str:
    """Return a number with its unit and interval, as readers see it.

    Examples
    --------
    >>> from tocsin.assessment.parts import Interval
    >>> value(ClaimNumber(name="x", value=Interval(value=0.5, low=0.25, high=0.8, level=0.9), unit="share"))
    '50 % (25 % to 80 %)'
    >>> value(ClaimNumber(name="x", value=Interval(value=None, missing="not known")))
    'unknown (not known)'
    """
    v = n.value
    if v.value is None:
        return f"unknown ({v.missing or 'no reason given'})"
    said = _one(v.value, n.unit)
    if v.low is not None and v.high is not None:
        said += f" ({_one(v.low, n.unit)} to {_one(v.high, n.unit)})"
    return said if n.unit in ("", "share", "probability") else f"{said} {n.unit}"


def _one(x: float, unit: str) -> str:
    if unit in ("share", "probability"):
        return percent(x) if x >= 0 else f"{MINUS}{percent(-x)}"
    whole = abs(x) >= 1000 or float(x).is_integer()
    return (f"{x:,.0f}" if whole else f"{x:.3g}").replace("-", MINUS)


def estimate_row(e: Estimate) -> list[str]:
    """Return an estimate as cells: measure, outcome, sample, years, rows and events, estimate, gain."""
    years = "unknown" if e.first is None else f"{e.first} to {e.last}"
    return [
        e.measure,
        OUTCOMES.get(e.outcome, e.outcome),
        SAMPLES.get(e.sample, e.sample),
        years,
        f"{e.n:,} ({e.events:,})",
        _spread(e.estimate, 2),
        _spread(e.gain, 2),
    ]


def _spread(v: Any, digits: int) -> str:
    if v.value is None:
        return f"unknown ({v.missing})"
    return f"{signed(v.value, digits)} ({signed(v.low, digits)} to {signed(v.high, digits)})"


def lines(a: Assessment, *, everything: bool) -> list[tuple[str, str]]:
    """Return the claims as lines for a terminal, with a style: 'head', 'claim' or 'detail'.

    Parameters
    ----------
    everything : bool
        Each claim with its tests, numbers, rivals and rows; otherwise counts and the contradicted ones.
    """
    if not a.claims:
        return [("claim", "The case states no claims, or the argument was not public on the as-of date.")]
    out = [("head", counts(a))]
    if not everything:
        for c in contradicted(a):
            out += [("claim", f"{c.id} contradicted: {c.text}.")]
        return out
    for group in groups(a):
        out += [("head", f"{group['verdict'].capitalize()}: {group['meaning']}")]
        for row in group["claims"]:
            c = row["claim"]
            out.append(("claim", f"{c.id} {c.text}"))
            for t in row["tests"]:
                part = f"{t['test'].part}: " if t["test"].part else ""
                out.append(("detail", f"[{t['test'].test}: {t['test'].verdict}] {part}{t['test'].finding}"))
            if row["why"]:
                out.append(("detail", row["why"]))
            if c.rivals:
                out.append(("detail", f"Rival explanations: {c.rivals}."))
    return out
