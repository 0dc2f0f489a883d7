"""What a test is given and what it returns; how verdicts combine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from tocsin.assessment.claim_parts import ClaimNumber, Verdict
from tocsin.assessment.parts import Interval
from tocsin.parameters import parameters

if TYPE_CHECKING:
    from tocsin.assessment.model import Assessment
    from tocsin.case.load import Case

LEVEL = 0.9
MINUS = "\u2212"


@dataclass(frozen=True)
class Context:
    """What a test may look at.

    Parameters
    ----------
    case : Case
        As known on the as-of date.
    assessment : Assessment
        Of that case and date.
    """

    case: Case
    assessment: Assessment

    @property
    def as_of(self) -> date:
        """Last day of knowledge."""
        return self.assessment.as_of

    @property
    def known_until(self) -> date:
        """Last day on which something missing from the case is known not to have happened."""
        return min(self.as_of, self.case.config.case.cutoff)

    def name(self, state: str) -> str:
        """Return a state's name."""
        return self.case.config.states[state].name

    def other(self, state: str) -> str:
        """Return the other state of the dyad."""
        a, b = self.case.pair
        return b if state == a else a


@dataclass(frozen=True)
class Found:
    """A verdict with the sentence, numbers and rows behind it."""

    verdict: Verdict
    finding: str
    numbers: list[ClaimNumber] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    evidence: str | None = None


def threshold(name: str) -> float:
    """Return a constant of section ``claims`` of parameters.toml."""
    return parameters("claims")[name].mode


def number(
    name: str, value: float | None, low: float | None = None, high: float | None = None, *, unit: str = ""
) -> ClaimNumber:
    """Return a number with its 90 % interval, if it has one."""
    level = None if low is None else LEVEL
    missing = "not known" if value is None else None
    return ClaimNumber(
        name=name, value=Interval(value=value, low=low, high=high, level=level, missing=missing), unit=unit
    )


def by_interval(low: float, high: float, at: float = 0.0) -> Verdict:
    """Return supported if an interval lies above a value, contradicted if below, else mixed.

    Examples
    --------
    >>> by_interval(0.1, 0.4), by_interval(-0.2, 0.4), by_interval(-0.3, -0.1)
    ('supported', 'mixed', 'contradicted')
    """
    return "supported" if low > at else "contradicted" if high < at else "mixed"


def signed_percent(x: float) -> str:
    """Return a change as per cent with its sign.

    Examples
    --------
    >>> signed_percent(0.0412), signed_percent(-0.2)
    ('+4.1 %', '−20.0 %')
    """
    return f"{'+' if x >= 0 else MINUS}{100 * abs(x):.1f} %"


def signed_points(x: float) -> str:
    """Return a change of a probability in percentage points with its sign.

    Examples
    --------
    >>> signed_points(0.076)
    '+7.6 points'
    """
    return f"{'+' if x >= 0 else MINUS}{100 * abs(x):.1f} points"


def count(n: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> count(1, "incident"), count(2, "incident"), count(0, "reply", "replies")
    ('1 incident', '2 incidents', '0 replies')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def listed(words: list[str]) -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def turned(verdict: Verdict) -> Verdict:
    """Return the verdict on the opposite claim.

    Examples
    --------
    >>> turned("supported"), turned("mixed")
    ('contradicted', 'mixed')
    """
    if verdict == "supported":
        return "contradicted"
    return "supported" if verdict == "contradicted" else verdict


def combined(verdicts: list[Verdict]) -> Verdict:
    """Return the verdict on a claim from those of its tests.

    Untestable parts are left out. A claim is pending while one of its tests is. Tests that agree give their verdict,
    others 'mixed'.

    Examples
    --------
    >>> combined(["supported", "untestable"]), combined(["supported", "contradicted"]), combined(["pending", "mixed"])
    ('supported', 'mixed', 'pending')
    >>> combined([])
    'untestable'
    """
    decided = [v for v in verdicts if v != "untestable"]
    if not decided:
        return "untestable"
    if "pending" in decided:
        return "pending"
    return decided[0] if len(set(decided)) == 1 else "mixed"


def split(texts: list[str]) -> list[str]:
    """Return the source keys of several cells, each once, in order."""
    return sorted({k.strip() for text in texts for k in (text or "").split(";") if k.strip()})
