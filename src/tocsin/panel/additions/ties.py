"""Ties and rivalries between states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.panel.context import Context, dyads_in_system, in_system, spans

if TYPE_CHECKING:
    import polars as pl

Columns = list["pl.Series"]


BROAD_PAIRS = 15  # pairs among six states


def atop(c: Context, broad: bool = False) -> Columns:
    """ATOP 5.1 obligations, 1816-2018; in undirected panels the larger of the two directions.

    With ``broad`` a column ``atop_broad`` is added: 1 where the pair's present obligations began in the same year, and
    in the same form, for at least 15 pairs (as when six or more states sign one treaty), so that such pacts can be set
    apart.
    """
    import polars as pl

    kinds = ("defense", "offense", "neutral", "nonagg", "consul")
    source = c.store.table("atop").collect()
    names = {f"atop_{k}": f"atop_{k}" for k in kinds}
    if broad:
        source = source.with_columns(_broad(source, list(names)))
        names["atop_broad"] = "atop_broad"
    source = dyads_in_system(c, source)
    columns, _ = c.by_dyad(source, names)
    if not c.index.directed:
        turned = source.rename({"ccode1": "ccode2", "ccode2": "ccode1"})
        other, _ = c.by_dyad(turned, names)
        columns = [
            pl.select(pl.max_horizontal(a, b)).to_series().alias(a.name) for a, b in zip(columns, other, strict=True)
        ]
    inside = c.covered(1816, 2018)
    return [c.zero_fill(x, inside) for x in columns]


def _broad(source: pl.DataFrame, kinds: list[str]) -> pl.Series:
    import polars as pl

    pair = ("ccode1", "ccode2")
    rows = source.with_row_index("place").sort(*pair, "year").with_columns(pl.concat_str(kinds).alias("form"))
    fresh = (pl.col("form") != pl.col("form").shift().over(pair)) | (
        pl.col("year") != pl.col("year").shift().over(pair) + 1
    )
    begun = pl.when(fresh.fill_null(True)).then("year").forward_fill().over(pair)
    rows = rows.with_columns(begun.alias("begun"))
    # Both directions are listed, so ordered pairs are twice the pairs.
    size = pl.struct(*pair).n_unique().over("begun", "form")
    some = pl.any_horizontal(pl.col(k) == 1 for k in kinds)
    broad = rows.select("place", ((size >= 2 * BROAD_PAIRS) & some).cast(pl.Int8).alias("atop_broad"))
    return broad.sort("place")["atop_broad"]


def rivalries(c: Context) -> Columns:
    """Strategic rivalries (Thompson, Sakuwa and Suhas 2021), 1816-2020, with their types.

    Austria-Hungary (300) goes on as Austria (305) from 1919.
    """
    import polars as pl

    rows = (
        c.store.table("tss_rivalries").collect().with_columns(pl.col("ccode1", "ccode2", "start", "end").cast(pl.Int64))
    )
    old = rows.filter((pl.col("ccode1") == 300) | (pl.col("ccode2") == 300))
    rows = rows.with_columns(
        pl.when(pl.col("tssr_id").is_in(old["tssr_id"].implode()))
        .then(pl.col("end").clip(None, 1918))
        .otherwise("end")
        .alias("end")
    )
    new = old.with_columns(pl.col("ccode1", "ccode2").replace(300, 305), pl.lit(1919, dtype=pl.Int64).alias("start"))
    rows = pl.concat([rows, new.filter(pl.col("end") >= 1919)])
    at, years = spans(rows["start"].to_numpy(), rows["end"].to_numpy(), c.index.system.first, c.index.system.last)
    kinds = ("positional", "spatial", "ideological", "interventionary", "principal", "aprin")
    source = rows.select("ccode1", "ccode2", *(pl.col(k).cast(pl.Int8) for k in kinds))[at].with_columns(
        pl.Series("year", years)
    )
    columns, found = c.by_dyad(dyads_in_system(c, source), {k: k for k in kinds}, both=True)
    inside = c.covered(1816, 2020)
    out = [c.flag("rivalry", found >= 0, inside)]
    for column in columns:
        # Within a rivalry a type that is not coded is absent; without one there is no type to code.
        out.append(column.set(pl.Series(found >= 0) & column.is_null(), 0))
    return out


def td_rivalries(c: Context) -> Columns:
    """Strategic rivalries of Thompson and Dreyer (2012), 1816-2010."""
    import polars as pl

    rows = (
        c.store.table("td_rivalries")
        .collect()
        .with_columns(pl.col("ccode1", "ccode2", "styear", "endyear").cast(pl.Int64))
    )
    at, years = spans(rows["styear"].to_numpy(), rows["endyear"].to_numpy(), c.index.system.first, c.index.system.last)
    source = rows.select("ccode1", "ccode2", "rivalryno")[at].with_columns(pl.Series("year", years))
    columns, found = c.by_dyad(dyads_in_system(c, source), {"rivalryno": "td_rivalryno"}, both=True)
    return [c.flag("td_rivalry", found >= 0, c.covered(1816, 2010)), *columns]


def trade(c: Context) -> Columns:
    """COW trade 4.0 in million current US dollars, 1870-2014: flows of a dyad, or imports and exports of a state."""
    if not c.index.dyadic:
        return c.by_state(c.source("trade_sy", {"ccode": "ccode"}), {"imports": "imports", "exports": "exports"})
    source = dyads_in_system(c, c.store.table("trade_ddy").collect())
    return c.by_dyad(source, {x: x for x in ("flow1", "flow2", "smoothflow1", "smoothflow2")})[0]


def igos(c: Context) -> Columns:
    """COW intergovernmental organisations 3.0, to 2014: joint memberships of a dyad, or memberships of a state."""
    if not c.index.dyadic:
        names = {f"sum_igo_{x}": f"sum_igo_{x}" for x in ("full", "associate", "observer", "anytype")}
        return c.by_state(c.source("igo_sy", {"ccode": "ccode"}), names)
    return c.by_dyad(dyads_in_system(c, c.store.table("igo_ndy").collect()), {"dyadigos": "dyadigos"}, both=True)[0]


def ideal_points(c: Context) -> Columns:
    """UNGA ideal points of states, 1946-2023: session n met in year n + 1945."""
    import polars as pl

    source = c.store.table("idealpoints").collect().with_columns((pl.col("session") + 1945).alias("year"))
    return c.by_state(in_system(c, source.select("ccode", "year", "idealpointall")), {"idealpointall": "idealpoint"})


def crosswalk(c: Context) -> Columns:
    """The number of each state in the other system, year by year."""
    import polars as pl

    gw = c.index.system.name == "gw"
    here, there = ("gwcode", "ccode") if gw else ("ccode", "gwcode")
    rows = c.store.table("gw_cow" if gw else "cow_gw").collect().drop_nulls([here, there])
    source = rows.select(pl.col(here).alias("ccode"), "year", pl.col(there).alias("other"))
    return c.by_state(source.cast(pl.Int64), {"other": there if not c.index.dyadic else f"other_{there}"})
