"""Power: capabilities, economy, spending, arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tocsin.panel.context import Context, spans
from tocsin.parameters import parameters

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

    from tocsin.states import map_names

    pairs = list(rows.select(name, "year").iter_rows())
    codes = map_names(pairs, c.index.system.name).codes
    found = pl.Series("ccode", [codes.get(pair) for pair in pairs], dtype=pl.String)
    return rows.with_columns(found.cast(pl.Int64)).drop_nulls("ccode")


def _totals(rows: pl.DataFrame, key: list[str], value: str) -> pl.DataFrame:
    """Return sums by key, sorted by it; added up in the order of the rows, so that no digit depends on the machine."""
    import polars as pl

    keys = rows.select(key).unique().sort(key)
    at = rows.join(keys.with_row_index("at"), on=key, how="left", maintain_order="left")["at"].to_numpy()
    return keys.with_columns(pl.Series(value, np.bincount(at, rows[value].to_numpy(), len(keys))))


def spending(c: Context) -> Columns:
    """SIPRI military expenditure in million constant US dollars, 1949-2024."""
    import polars as pl

    rows = c.store.table("milex").filter((pl.col("series") == "constant") & pl.col("value").is_not_null()).collect()
    source = _coded(c, rows, "name")
    return c.by_state(source, {"value": "sipri_milex", "flag": "sipri_flag"})


def arms_imports(c: Context) -> Columns:
    """SIPRI arms deliveries to a state by year, million TIV, 1950-2024; 0 where the register reports none."""
    rows = _totals(c.store.table("arms_deliveries").collect(), ["recipient", "year"], "tiv")
    source = _coded(c, rows, "recipient")
    inside = c.covered("arms_imports")
    return [c.zero_fill(s, inside) for s in c.by_state(source, {"tiv": "arms_tiv"})]


ORDER_WINDOW = int(parameters("measures")["order_window"].mode)


def arms_pending(c: Context, window: int = ORDER_WINDOW) -> Columns:
    """SIPRI value of orders placed in the last ``window`` years and not delivered by the end of the year, million TIV.

    The register dates orders with hindsight: an order of a year may have become known later.
    """
    import polars as pl

    orders = (
        c.store.table("arms").filter(pl.col("order_year").is_not_null() & pl.col("tiv_order").is_not_null()).collect()
    )
    at, years = spans(orders["order_year"].to_numpy(), orders["order_year"].to_numpy() + window - 1, 1950, 2024)
    rows = orders.select("row", "recipient", "tiv_order")[at].with_columns(pl.Series("year", years))
    came = _totals(c.store.table("arms_deliveries").collect(), ["row", "year"], "tiv")
    came = came.with_columns(pl.col("tiv").cum_sum().over("row").alias("so_far")).select("row", "year", "so_far")
    rows = rows.sort("year").join_asof(
        came.sort("year"), on="year", by="row", strategy="backward", check_sortedness=False
    )
    # Not a guess: the register dates every delivery, and says 0 delivered of the orders that it dates none of.
    so_far = pl.col("so_far").fill_null(0.0)
    rows = rows.sort("row", "year").with_columns((pl.col("tiv_order") - so_far).clip(lower_bound=0).alias("pending"))
    source = _coded(c, _totals(rows, ["recipient", "year"], "pending"), "recipient")
    inside = c.covered("arms_pending")
    return [c.zero_fill(x, inside) for x in c.by_state(source, {"pending": "arms_pending"})]
