"""Power: capabilities, economy, spending, arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.panel.context import Context, spans

if TYPE_CHECKING:
    import polars as pl

Columns = list["pl.Series"]


def nmc(c: Context) -> Columns:
    """National Material Capabilities, 1816-2022."""
    names = {x: x for x in ("milex", "milper", "irst", "pec", "tpop", "upop", "cinc")}
    return c.by_state(c.source("nmc", {"ccode": "ccode"}), names)


def gdp_population(c: Context) -> Columns:
    """Simulated GDP and population with their standard deviations, to 2019."""
    gw = c.index.system.name == "gw"
    source = c.store.table("gdppop_gw" if gw else "gdppop_cow").collect()
    names = {x: x for x in ("mrgdppc", "sd_mrgdppc", "pwtrgdp", "sd_pwtrgdp", "pwtpop", "sd_pwtpop")}
    return c.by_state(source.rename({"gwcode": "ccode"} if gw else {}), names)


def _coded(c: Context, rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Add ``ccode`` by the name of the state in the year; rows of what is no member then are left out."""
    import polars as pl

    from tocsin.states import code

    codes = [code(n, y, c.index.system.name) for n, y in rows.select(name, "year").iter_rows()]
    found = pl.Series("ccode", [None if x is None else int(x) for x in codes], dtype=pl.Int64)
    return rows.with_columns(found).drop_nulls("ccode")


def spending(c: Context) -> Columns:
    """SIPRI military expenditure in million constant US dollars, 1949-2024."""
    import polars as pl

    rows = c.store.table("milex").filter((pl.col("series") == "constant") & pl.col("value").is_not_null()).collect()
    source = _coded(c, rows, "name")
    return c.by_state(source, {"value": "sipri_milex", "flag": "sipri_flag"})


def arms_imports(c: Context) -> Columns:
    """SIPRI arms deliveries to a state by year, million TIV, 1950-2024; 0 where the register reports none."""
    import polars as pl

    rows = (
        c.store.table("arms_deliveries")
        .group_by("recipient", "year")
        .agg(pl.col("tiv").sum())
        .collect()
        .sort("recipient", "year")
    )
    source = _coded(c, rows, "recipient")
    inside = c.covered(1950, 2024)
    return [c.zero_fill(s, inside) for s in c.by_state(source, {"tiv": "arms_tiv"})]


def arms_pending(c: Context, window: int = 6) -> Columns:
    """SIPRI value of orders placed in the last years and not delivered by the end of the year, million TIV.

    The register dates orders with hindsight: an order of a year may have become known later.
    """
    import polars as pl

    orders = (
        c.store.table("arms").filter(pl.col("order_year").is_not_null() & pl.col("tiv_order").is_not_null()).collect()
    )
    at, years = spans(orders["order_year"].to_numpy(), orders["order_year"].to_numpy() + window - 1, 1950, 2024)
    rows = orders.select("row", "recipient", "tiv_order")[at].with_columns(pl.Series("year", years))
    came = (
        c.store.table("arms_deliveries").group_by("row", "year").agg(pl.col("tiv").sum()).collect().sort("row", "year")
    )
    came = came.with_columns(pl.col("tiv").cum_sum().over("row").alias("so_far")).select("row", "year", "so_far")
    rows = rows.sort("year").join_asof(
        came.sort("year"), on="year", by="row", strategy="backward", check_sortedness=False
    )
    left = (pl.col("tiv_order") - pl.col("so_far").fill_null(0.0)).clip(lower_bound=0)
    source = rows.group_by("recipient", "year").agg(left.sum().alias("pending")).sort("recipient", "year")
    source = _coded(c, source, "recipient")
    inside = c.covered(1950, 2024)
    return [c.zero_fill(x, inside) for x in c.by_state(source, {"pending": "arms_pending"})]
