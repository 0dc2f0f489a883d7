"""Whether what each side says has changed: the share of every type of statement over the years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.assessment.parts import Provenance, StatementChange
from tocsin.case.schemas import STATEMENT_TYPES
from tocsin.measures.change_point import Change, change_point, holm
from tocsin.measures.context import statement_counts
from tocsin.parameters import parameters

if TYPE_CHECKING:
    from tocsin.case.load import Case


def statement_changes(case: Case, seed: int) -> list[StatementChange]:
    """Return for each side and type that it has used whether its share changed at some year.

    Shares, not counts: how many statements of a year were collected is the collector's choice. Chances are corrected
    for all series that were tried, of both sides together.

    Parameters
    ----------
    case : Case
        As known on the as-of date.
    seed : int
        Seed of the orders that chance is measured by.
    """
    counts = statement_counts(case)
    limits = parameters("rhetoric")
    least, few = int(limits["least_statements"].mode), int(limits["least_of_type"].mode)
    tried: list[tuple[StatementChange, Change | None, list[int]]] = []
    for state in case.pair:
        rows = counts.filter(counts["state"] == state)
        years = sorted(set(rows["year"]))
        said = {(r["year"], r["type"]): r["count"] for r in rows.iter_rows(named=True)}
        trials = [sum(said.get((y, t), 0) for t in STATEMENT_TYPES) for y in years]
        for type_ in STATEMENT_TYPES:
            x = [said.get((y, type_), 0) for y in years]
            if not sum(x):
                continue
            total, mine = sum(trials), sum(x)
            why = None
            if total < least:
                why = f"only {total} statement{'s' if total != 1 else ''} of this side, fewer than {least}"
            elif min(mine, total - mine) < few:
                which = "of this type" if mine < few else "of all other types"
                why = f"only {min(mine, total - mine)} {which}, fewer than {few}"
            elif len(years) < 2:
                why = "all in one year"
            found = None if why else change_point(x, trials, seed)
            keys = {k for r in rows["sources"] for k in r}
            tried.append((_unknown(state, type_, years, total, mine, why, sorted(keys)), found, years))
    corrected = iter(holm([found.p for _, found, _ in tried if found is not None]))
    level = limits["change_level"].mode
    return [row if found is None else _known(row, found, years, next(corrected), level) for row, found, years in tried]


def _unknown(
    state: str, type_: str, years: list[int], total: int, mine: int, why: str | None, sources: list[str]
) -> StatementChange:
    return StatementChange(
        state=state,
        type=type_,
        statements=total,
        of_type=mine,
        first_year=years[0],
        last_year=years[-1],
        year=None,
        before=None,
        after=None,
        p=None,
        p_corrected=None,
        found="cannot tell",
        why=why,
        provenance=Provenance(
            computation="measures.change_point.change_point", rows=[f"statements:{state}"], sources=sources
        ),
    )


def _known(row: StatementChange, found: Change, years: list[int], corrected: float, level: float) -> StatementChange:
    return row.model_copy(
        update={
            "year": years[found.at],
            "before": found.before,
            "after": found.after,
            "p": found.p,
            "p_corrected": corrected,
            "found": "change" if corrected < level else "no change",
        }
    )
