"""Resolving the forecasts of a case from the incidents it holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tocsin.assessment.outlook import case_events
from tocsin.case.asof import case_hash, known_on
from tocsin.forecast.base_rates import MODES
from tocsin.ledger.book import Line, due
from tocsin.ledger.entries import Resolution
from tocsin.schema import source_keys

if TYPE_CHECKING:
    from tocsin.case.load import Case

SHOWN = 8


def observed(case: Case, found: Sequence[Line]) -> list[Resolution]:
    """Return what the case says became of every open forecast on it whose period its cut-off covers.

    Parameters
    ----------
    case : Case
        The whole case.
    found : sequence of Line
        Forecasts of a ledger; those on other cases, resolved ones and yes-or-no questions are passed over.
    """
    cutoff = case.config.case.cutoff
    known = known_on(case, cutoff)
    events, a = case_events(known), case.pair[0]
    rows = {r["id"]: r for r in known.tables["incidents"].iter_rows(named=True)}
    hash_ = case_hash(known)
    out = []
    for line in found:
        f = line.forecast
        if f.case != case.name or f.outcomes != MODES or not due(line, cutoff) or {f.actor, f.target} != set(case.pair):
            continue
        side = "a" if f.actor == a else "b"
        inside = [e for e in events if e.actor in (side, "both") and e.start <= f.closes and e.end > f.origin]
        top = max((e.mode for e in inside), default=0)
        highest = sorted(e.id for e in inside if e.mode == top)
        out.append(
            Resolution(
                forecast=f.forecast,
                outcome=MODES[top],  # type: ignore[arg-type]
                known=cutoff,
                evidence=_evidence(case.name, f.actor, f.target, MODES[top], highest, rows),
                versions={"case_sha256": hash_},
            )
        )
    return out


def _evidence(case: str, actor: str, target: str, mode: str, ids: list[str], rows: dict[str, dict[str, object]]) -> str:
    if not ids:
        return f"The case '{case}' holds no counted incident by {actor} against {target} in the period."
    shown = ids[:SHOWN]
    sources = sorted({k for i in shown for k in source_keys(str(rows[i]["source"]))})
    more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
    text = (
        f"Highest mode {mode}: incidents {', '.join(shown)}{more} of the case '{case}'. Sources: {', '.join(sources)}."
    )
    return text[:4000]
