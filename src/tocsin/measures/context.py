"""Regimes, commitments in force, statements and incidents as tables of what held on a date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tocsin.measures.sources import group_sources

if TYPE_CHECKING:
    import polars as pl

    from tocsin.case.load import Case


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
