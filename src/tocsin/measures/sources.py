"""The sources behind grouped rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def group_sources() -> pl.Expr:
    """Return the expression for a group's source keys as a sorted list without repeats, called ``sources``."""
    import polars as pl

    return pl.col("source").str.split(";").explode().unique().sort().alias("sources")
