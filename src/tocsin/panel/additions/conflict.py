"""Force: its highest mode by year, and latent territorial threat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.panel.context import Context, dyads_in_system, spans

if TYPE_CHECKING:
    import polars as pl

Columns = list["pl.Series"]


STRIKE, INCURSION = (16, 17, 19), (12, 13, 14, 15)


def events_with_modes(rows: pl.DataFrame) -> pl.DataFrame:
    """Return MIE events with their mode of force: 1 threat, 2 incursion, 3 strike, 4 war."""
    import polars as pl

    mode = (
        pl.when(pl.col("hostlev") == 5)
        .then(4)
        .when(pl.col("action").is_in(STRIKE))
        .then(3)
        .when(pl.col("action").is_in(INCURSION))
        .then(2)
        .otherwise(1)
    )
    return rows.with_columns(mode.cast(pl.Int8).alias("mode"))


def with_answers(rows: pl.DataFrame) -> pl.DataFrame:
    """Return MIE events with a clash or a war battle once more for the other side."""
    import polars as pl

    mutual = rows.filter((pl.col("action") == 17) | (pl.col("hostlev") == 5))
    turned = mutual.rename({"ccode1": "ccode2", "ccode2": "ccode1"})
    return pl.concat([rows, turned.select(rows.columns)])


def modes(c: Context, both_sides: bool = True) -> Columns:
    """Highest mode of force by year from MIE 1.0, 1816-2014; an event over New Year counts in each year it touches.

    In directed panels the acting state is ``ccode1``; with ``both_sides`` a clash and a war battle count for both. For
    states the highest mode that the state used against any other.
    """
    import polars as pl

    if not c.index.dyadic:
        return c.of_dyads(lambda d: modes(d, both_sides), {"mode": pl.col("mode").max()}, c.covered("modes"))
    rows = events_with_modes(c.store.table("mie").collect())
    rows = with_answers(rows) if both_sides and c.index.directed else rows
    at, years = spans(rows["styear"].to_numpy(), rows["endyear"].to_numpy(), c.index.system.first, c.index.system.last)
    source = rows.select("ccode1", "ccode2", "mode")[at].with_columns(pl.Series("year", years))
    source = source.sort("mode", descending=True, maintain_order=True)
    columns, _ = c.by_dyad(dyads_in_system(c, source), {"mode": "mode"}, both=not c.index.directed)
    return [c.zero_fill(columns[0], c.covered("modes"))]


def territorial_threat(c: Context) -> Columns:
    """Latent territorial threat with its interval."""
    names = {"lterrthreat": "lterrthreat", "sd": "lterrthreat_sd", "lwr": "lterrthreat_lwr", "upr": "lterrthreat_upr"}
    return c.by_state(c.source("terrthreat", {"ccode": "ccode"}), names)
