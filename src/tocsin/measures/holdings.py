"""Who holds what the two dispute, as a share, by the dated rule of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tocsin.schema import source_keys

if TYPE_CHECKING:
    from tocsin.case.load import Case

PART = {"none": 0.0, "part": 0.5, "whole": 1.0}
# Nobody's share is nothing: even a state that holds no ground has some of what the dispute is worth to it.
FLOOR, EACH = 0.1, 0.4


@dataclass(frozen=True)
class Holdings:
    """The share of the prize of either state, and the entry of case.toml it rests on."""

    since: date
    core: str
    around: str
    share_a: float
    confidence: str
    sources: list[str]

    @property
    def share_b(self) -> float:
        """Share of the second state."""
        return round(1 - self.share_a, 12)


def holdings(case: Case) -> Holdings | None:
    """Return the holdings last public; None if the case names no prize, or nobody yet knew who held it.

    The share of state a is ``.1 + .4 core + .4 around`` with 0, .5 and 1 for none, part and whole; b has the rest.
    """
    prize = case.config.prize
    if prize is None:
        return None
    last = prize.holdings[-1]
    return Holdings(
        since=last.since,
        core=last.core,
        around=last.around,
        share_a=round(FLOOR + EACH * (PART[last.core] + PART[last.around]), 12),
        confidence=last.confidence,
        sources=sorted({*source_keys(prize.source), *source_keys(last.source)}),
    )
