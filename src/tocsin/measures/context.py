"""Regimes, commitments in force, statements and incidents as tables of what held on a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tocsin.measures.sources import group_sources

if TYPE_CHECKING:
    import polars as pl

    from tocsin.case.load import Case


PARTNERS = ("alliance", "partnership", "arms partnership", "basing")


def latest_regimes(case: Case) -> pl.DataFrame:
    """Return the last year's row of each typology for the two states of the dyad."""
    import polars as pl

    return (
        case.tables["regimes"]
        .filter(pl.col("state").is_in(case.pair))
        .sort("state", "typology", "year")
        .group_by("state", "typology", maintain_order=True)
        .last()
    )


def in_force(case: Case, on: date) -> pl.DataFrame:
    """Return the commitments in force on a day, oldest first."""
    import polars as pl

    return (
        case.tables["commitments"]
        .filter((pl.col("from") <= on) & (pl.col("to").is_null() | (pl.col("to") >= on)))
        .sort("from", "id")
    )


def statement_counts(case: Case) -> pl.DataFrame:
    """Return ``state, year, type, count, sources``; years without a row have no coded statement."""
    import polars as pl

    return (
        case.tables["statements"]
        .group_by("state", pl.col("date").dt.year().cast(pl.Int64).alias("year"), "type")
        .agg(pl.len().cast(pl.Int64).alias("count"), group_sources())
        .sort("state", "year", "type")
    )


def counted_incidents(case: Case) -> pl.DataFrame:
    """Return the incidents that count as outcomes.

    Events of the MIE codebook count up to the year case.toml names, the case's own coding after it; dispute-level rows
    are context only. The two codebooks never overlap, so nothing is counted twice. A ``supplement`` fills a year in
    which the codebook in force has no event although another source counts deaths, and always counts. Rows of low
    confidence are left out: a doubtful report is neither an event nor peace. ``both`` says whether a row counts as
    force by both sides: a clash, or a disputed start.
    """
    import polars as pl

    until = case.config.history.coded_until
    year = pl.col("start").dt.year()
    return (
        case.tables["incidents"]
        .filter(
            ((pl.col("coding") == "mie") & (year <= until))
            | ((pl.col("coding") == "case") & (year > until))
            | (pl.col("coding") == "supplement"),
            pl.col("confidence") != "low",
        )
        .with_columns((pl.col("mutual") | (pl.col("initiator") == "disputed")).alias("both"))
        .sort("start", "id")
    )


def monitors(case: Case, on: date, state: str) -> pl.DataFrame:
    """Return the monitoring missions in force on a state's side or between the two; none of low confidence."""
    import polars as pl

    return in_force(case, on).filter(
        pl.col("type") == "monitor mission", pl.col("favours").is_in([state, "both"]), pl.col("confidence") != "low"
    )


def partners(case: Case, on: date, state: str) -> pl.DataFrame:
    """Return a state's partnerships in force, soft or hard, that favour it alone; none of low confidence."""
    import polars as pl

    return in_force(case, on).filter(
        pl.col("type").is_in(PARTNERS),
        pl.col("hardness") != "none",
        pl.col("favours") == state,
        pl.col("confidence") != "low",
    )


@dataclass(frozen=True)
class RegimeKind:
    """A state's kind of regime in the words of the strategic game; ``kind`` is None exactly if ``missing`` says why."""

    kind: str | None
    category: str | None
    year: int | None
    missing: str | None
    sources: list[str]


# Words of the typology of Geddes, Wright and Frantz, and of REIGN, in this order.
KINDS = (
    ("democracy", "democracy"),
    ("presidential", "democracy"),
    ("parliamentary", "democracy"),
    ("military", "military"),
    ("junta", "military"),
    ("personal", "personalist"),
    ("party", "party"),
)


def regime_kind(case: Case, state: str) -> RegimeKind:
    """Return a state's regime in the last year known as personalist, military, party or democracy.

    Monarchies, provisional governments and the like are none of the four, and a state without a row of the typology is
    unknown: its ruler's share of the costs of war cannot be drawn.
    """
    import polars as pl

    rows = case.tables["regimes"].filter(
        pl.col("state") == state, pl.col("typology") == "gwf_reign", pl.col("category").is_not_null()
    )
    if rows.is_empty():
        return RegimeKind(None, None, None, f"no regime type of {state} is known (typology gwf_reign)", [])
    row = rows.sort("year").row(-1, named=True)
    sources = row["source"].split(";")
    for word, kind in KINDS:
        if word in row["category"].lower():
            return RegimeKind(kind, row["category"], row["year"], None, sources)
    why = (
        f"the regime of {state}, {row['category']} in {row['year']}, is none of personalist, military, party, democracy"
    )
    return RegimeKind(None, row["category"], row["year"], why, sources)
