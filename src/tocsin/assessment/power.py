"""The parts of the assessment that describe power, arms and context."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from tocsin.assessment.parts import (
    CommitmentInForce,
    Event,
    Interval,
    PipelineEntry,
    PowerPoint,
    Provenance,
    Regime,
    Shift,
    StatementCount,
    StatementQuote,
    SubsystemYear,
    SupplierShare,
    SupplierSummary,
)
from tocsin.measures import arms, context, power, shift
from tocsin.schema import source_keys

if TYPE_CHECKING:
    from tocsin.case.load import Case

LEVEL = 0.9
LATEST_STATEMENTS = 12


def interval_of(draws: NDArray[np.float64]) -> Interval:
    """Return the median and the central 90 % of draws."""
    low, mid, high = np.quantile(draws, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
    return Interval(value=float(mid), low=float(low), high=float(high), level=LEVEL)


def power_points(case: Case) -> list[PowerPoint]:
    """Return every index of power by year for both states."""
    rows = power.all_disparities(case).drop("r").iter_rows(named=True)
    return [PowerPoint(**row) for row in rows]


def shifts(case: Case, as_of: date, uniform: NDArray[np.float64]) -> list[Shift]:
    """Return realised shifts over 1, 3 and 5 years and expected ones over 1 and 3, under every index."""
    out: list[Shift] = []
    for index in (*power.INDICES, power.ARMS_STOCK):
        for years in (1, 3, 5):
            past = shift.realised(case, index, years)
            if past is None:
                continue
            gap = f"{index} of {past.from_year} is unknown for at least one of the two"
            change = Interval(value=past.change, missing=gap if past.change is None else None)
            out.append(_shift(case, index, years, past.from_year, change, "realised", past.sources))
        for years in (1, 3):
            future = shift.expected(case, index, years, as_of, uniform)
            if future is not None:
                change = interval_of(future.change)
                out.append(_shift(case, index, years, future.year, change, "expected", future.sources))
    return out


def _shift(
    case: Case,
    index: str,
    years: int,
    first: int,
    change: Interval,
    kind: Literal["realised", "expected"],
    sources: list[str],
) -> Shift:
    a, b = case.pair
    value = change.value
    declining = None if value is None or value == 0 else a if value > 0 else b
    return Shift(
        index=index,
        years=years,
        from_year=first,
        to_year=first + years,
        change=change,
        kind=kind,
        declining=declining,
        provenance=Provenance(computation=f"measures.shift.{kind}", rows=rows_of(case, index), sources=sources),
    )


def rows_of(case: Case, index: str) -> list[str]:
    """Return the rows of the case behind an index of power, as table:state or table:state:measure."""
    if index == power.ARMS_STOCK:
        return [f"arms:{s}" for s in case.pair]
    return [f"capabilities:{s}:{power.INDICES[index]}" for s in case.pair]


def left_out(case: Case, as_of: date) -> list[str]:
    """Return a sentence on the arms left out because their value is unknown; none if there are none."""
    parts = []
    for state in case.pair:
        done, wait = arms.unvalued(case.tables["arms"], state, as_of)
        if done or wait:
            parts.append(f"{case.config.states[state].name} {done} delivered and {wait} pending")
    if not parts:
        return []
    return [
        f"Arms of unknown value are left out of the arms stock, of its expected shift and of the strategic reading, "
        f"which is not to say that they are worth nothing (rows: {'; '.join(parts)})."
    ]


def pipeline_entries(case: Case, as_of: date) -> list[PipelineEntry]:
    """Return pending orders by recipient, supplier and class."""
    return [
        PipelineEntry(
            recipient=row["recipient"],
            supplier=row["supplier"],
            arms_class=row["class"],
            orders=row["orders"],
            tiv=row["tiv"],
            unvalued=row["unvalued"],
            rows=[f"arms:{i}" for i in row["rows"]],
            sources=row["sources"],
        )
        for row in arms.pipeline(case.tables["arms"], as_of).iter_rows(named=True)
    ]


def suppliers(case: Case) -> tuple[list[SupplierSummary], list[SupplierShare]]:
    """Return how concentrated each state's suppliers are, and their shares, over the last five years covered."""
    summaries, shares_out = [], []
    for state in case.pair:
        shares = arms.supplier_shares(case.tables["arms"], state)
        rows = list(shares.iter_rows(named=True))
        shares_out += [SupplierShare(recipient=state, **row) for row in rows]
        if rows:
            top = rows[0]
            summaries.append(
                SupplierSummary(
                    recipient=state,
                    from_year=top["from_year"],
                    to_year=top["to_year"],
                    tiv=float(shares["tiv"].sum()),
                    herfindahl=arms.herfindahl(shares),
                    main_supplier=top["supplier"],
                    main_share=top["share"],
                )
            )
    return summaries, shares_out


def regimes(case: Case) -> list[Regime]:
    """Return each state's latest regime type under each typology."""
    return [
        Regime(
            state=row["state"],
            typology=row["typology"],
            year=row["year"],
            category=row["category"],
            score=row["score"],
            sources=source_keys(row["source"]),
        )
        for row in context.latest_regimes(case).iter_rows(named=True)
    ]


def commitments(case: Case, as_of: date) -> list[CommitmentInForce]:
    """Return the commitments in force."""
    return [
        CommitmentInForce(
            id=row["id"],
            name=row["name"],
            type=row["type"],
            hardness=row["hardness"],
            favours=row["favours"],
            since=row["from"],
            until=row["to"],
            confidence=row["confidence"],
            sources=source_keys(row["source"]),
        )
        for row in context.in_force(case, as_of).iter_rows(named=True)
    ]


def subsystem(case: Case) -> list[SubsystemYear]:
    """Return concentration and poles of the subsystem by spending."""
    return [
        SubsystemYear(index="spending", **(row | {"poles": row["poles"] or []}))
        for row in power.subsystem(case).iter_rows(named=True)
    ]


def statements(case: Case) -> tuple[list[StatementCount], list[StatementQuote]]:
    """Return yearly counts by type, and the latest statements."""
    counts = [StatementCount(**row) for row in context.statement_counts(case).iter_rows(named=True)]
    latest = case.tables["statements"].sort("date", "id", descending=True).head(LATEST_STATEMENTS)
    fields = ("id", "date", "speaker", "state", "type", "topic", "text", "is_quote")
    quotes = [
        StatementQuote(**{f: row[f] for f in fields}, sources=source_keys(row["source"]))
        for row in latest.iter_rows(named=True)
    ]
    return counts, quotes


def events(case: Case) -> list[Event]:
    """Return the counted incidents as events."""
    a, b = case.pair
    out = []
    for row in context.counted_incidents(case).iter_rows(named=True):
        known = [f"{s} {row[c]}" for s, c in ((a, "deaths_a"), (b, "deaths_b")) if row[c] is not None]
        known += [row["deaths_other"]] if row["deaths_other"] else []
        out.append(
            Event(
                id=row["id"],
                start=row["start"],
                end=row["end"],
                actor=row["initiator"],
                target=row["target"],
                both=row["both"],
                mode=row["mode"],
                proxy=row["proxy"],
                deaths="; ".join(known) or "unknown",
                description=row["description"],
                coding=row["coding"],
                confidence=row["confidence"],
                sources=source_keys(row["source"]),
            )
        )
    return out
