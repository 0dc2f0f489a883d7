"""Carrying a scenario out: a case goes in as it was known on a day, a case of the same types comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from tocsin.assessment.scenario_parts import InputChange
from tocsin.errors import TocsinError
from tocsin.scenarios import arms, record, states
from tocsin.scenarios.keys import FAMILIES
from tocsin.scenarios.read import Override

if TYPE_CHECKING:
    import polars as pl

    from tocsin.case.load import Case


class UnfitError(TocsinError):
    """A scenario that says nothing of a day: what it changes was not yet known, or has not yet happened."""

    exit_code = 10


@dataclass
class Work:
    """A case under change.

    Parameters
    ----------
    case : Case
        As changed so far.
    as_of : datetime.date
        The day.
    payoffs : dict of str to dict of str to float
        By state that acts: payoffs of the game that are set.
    changes : list of InputChange
        What was changed, in order.
    notes : list of str
        What a reader should know of it.
    """

    case: Case
    as_of: date
    payoffs: dict[str, dict[str, float]] = field(default_factory=dict)
    changes: list[InputChange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def changed(self, o: Override, what: str, before: str, after: str) -> None:
        """Note a change; what is so already is none."""
        if before == after:
            self.notes.append(f"{o.key} changes nothing of this: {what}")
            return
        self.changes.append(
            InputChange(key=o.key, what=what, before=before, after=after, scenario=o.origin, replaces=o.replaced)
        )

    def with_table(self, name: str, frame: pl.DataFrame) -> None:
        """Put a changed table in place."""
        self.case = replace(self.case, tables=self.case.tables | {name: frame})

    def with_config(self, **update: object) -> None:
        """Put a changed part of case.toml in place."""
        self.case = replace(self.case, config=self.case.config.model_copy(update=update))

    def unfit(self, why: str) -> None:
        """Give up.

        Raises
        ------
        UnfitError
            Always.
        """
        raise UnfitError(why)


CARRIED_OUT = {
    "incidents": record.incidents,
    "commitments": record.commitments,
    "treaty": record.treaty,
    "arms": arms.deliveries,
    "supplier": arms.suppliers,
    "spending": states.spending,
    "regime": states.regimes,
    "prize": states.prize,
    "class": states.dyad_class,
    "strategy": states.payoffs,
}


def carry_out(case: Case, changes: Sequence[Override], as_of: date) -> Work:
    """Return a case with the changes made, family by family in the stated order.

    Parameters
    ----------
    case : Case
        As known on the day (``tocsin.case.asof.known_on``); it is left as it is.
    changes : sequence of Override
        The inputs that change.
    as_of : datetime.date
        The day.

    Raises
    ------
    UnfitError
        If what a change speaks of was not yet known on the day.

    Examples
    --------
    >>> from tocsin.case.load import load_case
    >>> case = load_case("armenia-azerbaijan")
    >>> carry_out(case, [], date(2025, 2, 1)).case is case
    True
    """
    work = Work(case, as_of)
    for family in FAMILIES:
        mine = [o for o in changes if o.path[0] == family]
        if mine:
            CARRIED_OUT[family](work, mine)
    return work
