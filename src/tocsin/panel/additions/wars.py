"""Wars and armed conflicts: COW interstate and intrastate wars, UCDP conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tocsin.panel.context import Context, dyads_in_system, in_system, translate

if TYPE_CHECKING:
    import polars as pl

Columns = list["pl.Series"]


def _deadliest_first(rows: pl.DataFrame, key: list[str], onset: str, deaths: tuple[str, str]) -> pl.DataFrame:
    """Drop ongoing wars where the year also has an onset, then put the war with the most known deaths first.

    A war of which one side's deaths are known counts those; one of which none are known stands behind all others.
    """
    import polars as pl

    rows = rows.filter((pl.col(onset) == 1) | (pl.col(onset).max().over(key) != 1))
    known = pl.any_horizontal(pl.col(d).is_not_null() for d in deaths)
    total = pl.when(known).then(pl.sum_horizontal(*deaths))
    return rows.sort(total, descending=True, nulls_last=True, maintain_order=True)


def wars(c: Context) -> Columns:
    """COW interstate wars 4.0 by dyad-year, 1816-2007; with an onset in the year, ongoing wars are left out.

    For states whether any dyad of theirs had an onset or an ongoing war.
    """
    import polars as pl

    inside = c.covered("wars")
    both = ("cowinteronset", "cowinterongoing")
    if not c.index.dyadic:
        return c.of_dyads(wars, {x: pl.col(x).max() for x in both}, inside)
    rows = c.store.table("war_inter").collect()
    rows = _deadliest_first(rows, ["ccode1", "ccode2", "year"], "cowinteronset", ("batdeath1", "batdeath2"))
    names = {x: x for x in both} | {"warnum": "war_warnum", "resume": "war_resume"}
    names |= {f"{x}{k}": f"war_{x}{k}" for x in ("sidea", "initiator", "outcome", "batdeath") for k in (1, 2)}
    columns, _ = c.by_dyad(dyads_in_system(c, rows), names)
    return [c.zero_fill(x, inside) if x.name in both else x for x in columns]


def civil_wars(c: Context, intratype: str = "all", interveners: bool = False) -> Columns:
    """COW intrastate wars 4.1 by state-year, 1816-2007: of the state that is fought within.

    Parameters
    ----------
    intratype : {'all', 'central control', 'local issues'}
        Which wars.
    interveners : bool
        Whether states that took part on either side in another state's war count too.
    """
    import polars as pl

    rows = c.store.table("war_intra").collect()
    if intratype != "all":
        rows = rows.filter(pl.col("wartype") == intratype)
    if interveners:
        rows = pl.concat([rows.with_columns(pl.col(side).alias("ccode")) for side in ("ccodea", "ccodeb")])
    else:
        rows = rows.filter(pl.col("primary_state") == 1).with_columns(pl.col("ccodea").alias("ccode"))
    rows = rows.drop_nulls("ccode")
    key = ["ccode", "year"]
    numbers = rows.group_by(key, maintain_order=True).agg(pl.col("warnum").unique(maintain_order=True).alias("all"))
    numbers = numbers.with_columns(pl.col("all").cast(pl.List(pl.String)).list.join("; "))
    rows = _deadliest_first(rows, key, "cowintraonset", ("sideadeaths", "sidebdeaths"))
    rows = rows.join(numbers, on=key, how="left", maintain_order="left")
    names = {"cowintraonset": "cowintraonset", "cowintraongoing": "cowintraongoing"}
    names |= {x: f"intra_{x}" for x in ("warnum", "wartype", "intnl", "outcome", "sideadeaths", "sidebdeaths")}
    columns = c.by_state(in_system(c, rows), names | {"all": "intrawarnums"})
    inside = c.covered("civil_wars")
    return [c.zero_fill(x, inside) if x.name.startswith("cowintraon") else x for x in columns]


def ucdp(
    c: Context,
    sides: str = "ab",
    type: str | Sequence[str] = (),  # noqa: A002
    issue: str | Sequence[str] = (),
    only_wars: bool = False,
    onset: str = "ever",
) -> Columns:
    """UCDP conflicts of a state by year, 1946-2024: ongoing, onset, highest intensity, numbers of the conflicts.

    Parameters
    ----------
    sides : {'ab', 'a'}
        Which primary parties count; ``a`` reproduces the reference program, which sees the first party alone.
    type : str or sequence of str
        Keep only conflicts 'extrasystemic', 'interstate', 'intrastate' or 'II' (internationalized intrastate).
    issue : str or sequence of str
        Keep only conflicts over 'territory', 'government' or 'both' (a category of its own).
    only_wars : bool
        Keep only years with at least 1,000 deaths in battle.
    onset : {'ever', 'kept'}
        An onset is the first year ever of a conflict for a state, whatever is kept; ``kept`` takes the first year that
        is kept, as the reference program does.
    """
    import polars as pl

    rows = c.store.table("ucdp_acd").collect()
    parties = [rows.with_columns(pl.col(f"gwno_{s}").cast(pl.Int64).alias("gwcode")) for s in sides]
    both = pl.concat(parties).drop_nulls("gwcode").unique(["conflict_id", "gwcode", "year"], maintain_order=True)
    first = (pl.col("year") == pl.col("year").min().over("conflict_id", "gwcode")).alias("onset")
    keep = pl.lit(True)
    for column, wanted in (("type_of_conflict", type), ("incompatibility", issue)):
        if wanted:
            keep &= pl.col(column).is_in([wanted] if isinstance(wanted, str) else list(wanted))
    if only_wars:
        keep &= pl.col("intensity_level") == 2
    both = both.with_columns(first).filter(keep) if onset == "ever" else both.filter(keep).with_columns(first)
    out = both.sort("gwcode", "year", "conflict_id").group_by("gwcode", "year", maintain_order=True)
    years = out.agg(
        pl.lit(1, pl.Int8).alias("ucdpongoing"),
        pl.col("onset").max().cast(pl.Int8).alias("ucdponset"),
        pl.col("intensity_level").max().cast(pl.Int8).alias("maxintensity"),
        pl.col("conflict_id").cast(pl.String).str.join("; ").alias("conflict_ids"),
    ).rename({"gwcode": "ccode"})
    if c.index.system.name == "cow":
        years = translate(c.store, years, ["ccode"], to="cow")
    columns = c.by_state(years, {x: x for x in ("ucdpongoing", "ucdponset", "maxintensity", "conflict_ids")})
    inside = c.covered("ucdp")
    return [c.zero_fill(x, inside) if x.name.startswith("ucdpon") else x for x in columns]
