"""Regimes: democracy indices and typologies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.panel.context import Context, in_system

if TYPE_CHECKING:
    import polars as pl

Columns = list["pl.Series"]


def democracy(c: Context) -> Columns:
    """Four indices of democracy, to 2025: extended UDS, an additive variant, polity2, polyarchy."""
    gw = c.index.system.name == "gw"
    source = c.store.table("democracy_gw" if gw else "democracy_cow").collect()
    names = {x: x for x in ("euds", "aeuds", "polity2", "v2x_polyarchy")}
    return c.by_state(source.rename({"gwcode": "ccode"} if gw else {}), names)


def weeks(c: Context) -> Columns:
    """Weeks's regime types, 1946-1999; all dummies zero means missing."""
    import polars as pl

    kinds = ("machine", "junta", "boss", "strongman")
    source = c.source("weeks", {"cowcode": "ccode"})
    known = pl.sum_horizontal(*kinds, "democracy", "monarchy", "otheraut_1", "newregime_1") > 0
    source = source.with_columns(pl.when(known).then(pl.col(k)).alias(k) for k in kinds)
    return c.by_state(source.with_columns(pl.col("year", "ccode").cast(pl.Int64)), {k: f"weeks_{k}" for k in kinds})


def gwf(c: Context) -> Columns:
    """Autocratic regimes of Geddes, Wright and Frantz (extended), by state-year."""
    import polars as pl

    source = c.store.table("gwf_extended").collect().rename({"gwf_cowcode": "ccode"})
    source = source.select(pl.col("ccode", "year").cast(pl.Int64), "gwf_regimetype")
    return c.by_state(in_system(c, source), {"gwf_regimetype": "gwf_regimetype"})


def reign(c: Context) -> Columns:
    """REIGN regime types, 1950-2021: of several rows in a state-year the one that lasts longest into it."""

    rows = c.store.table("reign").collect().rename({"cown": "ccode"}).drop_nulls("ccode")
    rows = rows.sort("end", descending=True, nulls_last=False, maintain_order=True)
    source = rows.select("ccode", "year", "gwf_regimetype")
    return c.by_state(in_system(c, source), {"gwf_regimetype": "reign_regimetype"})


def bjornskov_rode(c: Context) -> Columns:
    """Bjornskov and Rode's regimes, 1950 on: category and democracy."""
    source = c.store.table("bjornskov_rode").collect().rename({"cown": "ccode"}).drop_nulls("ccode")
    source = source.select("ccode", "year", "dd_category", "democracy")
    return c.by_state(in_system(c, source), {"dd_category": "br_category", "democracy": "br_democracy"})


def vdem(c: Context) -> Columns:
    """V-Dem high-level indices: polyarchy, liberal, participatory, deliberative, egalitarian democracy."""
    kinds = ("polyarchy", "libdem", "partipdem", "delibdem", "egaldem")
    source = c.store.table("vdem_indices").collect().rename({"cown": "ccode"}).drop_nulls("ccode")
    source = source.select("ccode", "year", *(f"v2x_{k}" for k in kinds))
    return c.by_state(in_system(c, source), {f"v2x_{k}": f"vdem_{k}" for k in kinds})
