"""Ties and rivalries between states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.panel.context import Context, dyads_in_system, in_system, spans

if TYPE_CHECKING:
    import polars as pl

Columns = list["pl.Series"]


BROAD_PAIRS = 15  # pairs among six states


def atop(c: Context, broad: bool = False, ndir: bool = True) -> Columns:
    """ATOP 5.1 obligations, 1816-2018; in undirected panels the larger of the two directions.

    With ``ndir=False`` an undirected panel takes the obligations of the first state towards the second alone.

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
    if ndir and not c.index.directed:
        turned = source.rename({"ccode1": "ccode2", "ccode2": "ccode1"})
        other, _ = c.by_dyad(turned, names)
        columns = [
            pl.select(pl.max_horizontal(a, b)).to_series().alias(a.name) for a, b in zip(columns, other, strict=True)
        ]
    inside = c.covered("atop")
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


AUSTRIA_HUNGARY, AUSTRIA, HUNGARY_LEFT = 300, 305, 1919
KINDS = ("positional", "spatial", "ideological", "interventionary", "principal", "aprin")


def _rivals(c: Context, table: str, start: str, end: str, columns: list[pl.Expr | str], austria: int) -> pl.DataFrame:
    """Return rivalries by dyad and year; Austria-Hungary goes on as Austria from 1919, unless its number is to stay."""
    import polars as pl

    rows = c.store.table(table).collect()
    rows = rows.with_columns(pl.col("ccode1", "ccode2", start, end).cast(pl.Int64))
    first, last = c.index.system.first, c.index.system.last
    at, years = spans(rows[start].to_numpy(), rows[end].to_numpy(), first, last)
    out = rows.select("ccode1", "ccode2", *columns)[at].with_columns(pl.Series("year", years))
    for code in ("ccode1", "ccode2"):
        late = (pl.col(code) == AUSTRIA_HUNGARY) & (pl.col("year") >= HUNGARY_LEFT)
        out = out.with_columns(pl.when(late).then(pl.lit(austria, pl.Int64)).otherwise(code).alias(code))
    return dyads_in_system(c, out)


def rivalries(c: Context, austria: int = AUSTRIA) -> Columns:
    """Strategic rivalries (Thompson, Sakuwa and Suhas 2021), 1816-2020, with their types.

    Austria-Hungary (300) goes on as Austria (305) from 1919; ``austria=300`` keeps the number of the file, under which
    no state is a member then. For states the number of rivalries and how many of them are of each type.
    """
    import polars as pl

    inside = c.covered("rivalries")
    if not c.index.dyadic:
        folds = {f"n_{k}": (pl.col(k) == 1).sum().cast(pl.Int16) for k in ("rivalry", *KINDS)}
        return c.of_dyads(lambda d: rivalries(d, austria), folds, inside)
    kinds: list[pl.Expr | str] = [pl.col(k).cast(pl.Int8) for k in KINDS]
    source = _rivals(c, "tss_rivalries", "start", "end", kinds, austria)
    columns, found = c.by_dyad(source, {k: k for k in KINDS}, both=True)
    out = [c.flag("rivalry", found >= 0, inside)]
    for column in columns:
        # Within a rivalry a type that is not coded is absent; without one there is no type to code.
        out.append(column.set(pl.Series(found >= 0) & column.is_null(), 0))
    return out


def td_rivalries(c: Context, austria: int = AUSTRIA) -> Columns:
    """Strategic rivalries of Thompson and Dreyer (2012), 1816-2010; Austria as with the newer list.

    For states the number of rivalries.
    """
    import polars as pl

    inside = c.covered("td_rivalries")
    if not c.index.dyadic:
        folds = {"n_td_rivalry": (pl.col("td_rivalry") == 1).sum().cast(pl.Int16)}
        return c.of_dyads(lambda d: td_rivalries(d, austria), folds, inside)
    source = _rivals(c, "td_rivalries", "styear", "endyear", ["rivalryno"], austria)
    columns, found = c.by_dyad(source, {"rivalryno": "td_rivalryno"}, both=True)
    return [c.flag("td_rivalry", found >= 0, inside), *columns]


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
