"""Conflict: disputes, modes of force, wars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.panel.context import Context, dyads_in_system, in_system, spans, translate

if TYPE_CHECKING:
    import polars as pl

Columns = list["pl.Series"]


STRIKE, INCURSION = (16, 17, 19), (12, 13, 14, 15)


INITIATORS = {
    "sidea-orig": "on the first side and among its originators",
    "sidea-with-joiners": "on the first side, originator or joiner",
    "sidea-all-joiners": "on the first side, or a joiner of either side",
    "revisionist": "wanted to change the state of affairs (missing where that is not coded)",
    "first-action": "took the first dated MIE action of the pair in the year (missing where there is none)",
}


def _mids(c: Context, table: str, prefix: str, last: int, initiator: str) -> Columns:

    source = c.store.table(table).collect()
    rest = [x for x in source.columns if x not in ("ccode1", "ccode2", "year", "dispnum") and not x.startswith(prefix)]
    source = dyads_in_system(c, _with_initiator(c, source, initiator))
    names = {
        f"{prefix}midonset": f"{prefix}midonset",
        f"{prefix}midongoing": f"{prefix}midongoing",
        "init": f"{prefix}midinit",
    }
    names |= {"dispnum": f"{prefix}_dispnum"} | {x: f"{prefix}_{x}" for x in rest}
    columns, _ = c.by_dyad(source, names)
    inside = c.covered(1816, last)
    # Whether there was a dispute is known for every dyad-year; who began it only where there was one.
    return [c.zero_fill(x, inside) if x.name.endswith(("onset", "ongoing")) else x for x in columns]


def _with_initiator(c: Context, source: pl.DataFrame, initiator: str) -> pl.DataFrame:
    """Add ``init``: 1 if ``ccode1`` began it by the chosen rule, 0 if not, missing where the rule cannot tell."""
    import polars as pl

    key = ["ccode1", "ccode2", "year"]
    side, orig = pl.col("sidea1"), pl.col("orig1")
    if initiator == "revisionist":
        wants = c.store.table("gml_dirdisp" if "gmlmidonset" in source.columns else "midb").collect()
        if "revstate1" in wants.columns:
            coded = wants.select("dispnum", *key, pl.col("revstate1").cast(pl.Int8).alias("init"))
            return source.join(coded.unique(["dispnum", *key]), on=["dispnum", *key], how="left", maintain_order="left")
        coded = wants.group_by("dispnum", "ccode").agg(pl.col("revstate").max().cast(pl.Int8).alias("init"))
        coded = coded.rename({"ccode": "ccode1"})
        return source.join(coded, on=["dispnum", "ccode1"], how="left", maintain_order="left")
    if initiator == "first-action":
        rows = c.store.table("mie").collect().sort("styear", "stmon", "stday", nulls_last=True, maintain_order=True)
        low, high = pl.min_horizontal("ccode1", "ccode2"), pl.max_horizontal("ccode1", "ccode2")
        pair = (low.alias("low"), high.alias("high"), pl.col("styear").alias("year"))
        first = rows.group_by(*pair, maintain_order=True).agg(pl.col("ccode1").first().alias("actor"))
        out = source.with_columns(low.alias("low"), high.alias("high"))
        out = out.join(first, on=["low", "high", "year"], how="left", maintain_order="left")
        return out.with_columns((pl.col("actor") == pl.col("ccode1")).cast(pl.Int8).alias("init")).drop(
            "low", "high", "actor"
        )
    rule = {
        "sidea-orig": (side == 1) & (orig == 1),
        "sidea-with-joiners": side == 1,
        "sidea-all-joiners": (side == 1) | ((side == 0) & (orig == 0)),
    }[initiator]
    return source.with_columns(rule.cast(pl.Int8).alias("init"))


def gml_mids(c: Context, initiator: str = "sidea-all-joiners") -> Columns:
    """GML dispute data 2.2.1, 1816-2010, one dispute per dyad-year."""
    return _mids(c, "gml_ddy", "gml", 2010, initiator)


def cow_mids(c: Context, initiator: str = "sidea-all-joiners") -> Columns:
    """COW dispute data 5.0, 1816-2014, one dispute per dyad-year."""
    return _mids(c, "mid_ddy", "cow", 2014, initiator)


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

    In directed panels the acting state is ``ccode1``; with ``both_sides`` a clash and a war battle count for both.
    """
    import polars as pl

    rows = events_with_modes(c.store.table("mie").collect())
    rows = with_answers(rows) if both_sides and c.index.directed else rows
    at, years = spans(rows["styear"].to_numpy(), rows["endyear"].to_numpy(), c.index.system.first, c.index.system.last)
    source = rows.select("ccode1", "ccode2", "mode")[at].with_columns(pl.Series("year", years))
    source = source.sort("mode", descending=True, maintain_order=True)
    columns, _ = c.by_dyad(dyads_in_system(c, source), {"mode": "mode"}, both=not c.index.directed)
    return [c.zero_fill(columns[0], c.covered(1816, 2014))]


def wars(c: Context) -> Columns:
    """COW interstate wars 4.0 by dyad-year, 1816-2007; with an onset in the year, ongoing wars are left out."""
    import polars as pl

    rows = c.store.table("war_inter").collect()
    key = ["ccode1", "ccode2", "year"]
    rows = rows.filter((pl.col("cowinteronset") == 1) | (pl.col("cowinteronset").max().over(key) != 1))
    deaths = pl.col("batdeath1").fill_null(0) + pl.col("batdeath2").fill_null(0)
    rows = rows.sort(deaths, descending=True, maintain_order=True)
    names = {x: x for x in ("cowinteronset", "cowinterongoing")} | {"warnum": "war_warnum"}
    names |= {
        x: f"war_{x}"
        for x in (
            "sidea1",
            "sidea2",
            "initiator1",
            "initiator2",
            "outcome1",
            "outcome2",
            "batdeath1",
            "batdeath2",
            "resume",
        )
    }
    columns, _ = c.by_dyad(dyads_in_system(c, rows), names)
    inside = c.covered(1816, 2007)
    return [c.zero_fill(x, inside) if x.name.endswith(("onset", "ongoing")) else x for x in columns]


def civil_wars(c: Context) -> Columns:
    """COW intrastate wars 4.1 by state-year, 1816-2007, states on either side."""
    import polars as pl

    rows = c.store.table("war_intra").collect()
    sides = [
        rows.select(pl.col(k).alias("ccode"), "year", "cowintraonset", "cowintraongoing") for k in ("ccodea", "ccodeb")
    ]
    both = (
        pl.concat(sides)
        .drop_nulls("ccode")
        .group_by("ccode", "year")
        .agg(pl.col("cowintraonset", "cowintraongoing").max())
    )
    inside = c.covered(1816, 2007)
    columns = c.by_state(in_system(c, both.sort("ccode", "year")), {x: x for x in ("cowintraonset", "cowintraongoing")})
    return [c.zero_fill(x, inside) for x in columns]


def ucdp(c: Context) -> Columns:
    """UCDP conflicts of a state by year, 1946-2024, sides A and B, by type: ongoing, onset, highest intensity.

    An onset is the first year ever of a conflict for a state, found before any filter on type or intensity.
    """
    import polars as pl

    rows = c.store.table("ucdp_acd").collect()
    sides = [rows.with_columns(pl.col(f"gwno_{s}").cast(pl.Int64).alias("gwcode")) for s in ("a", "b")]
    both = pl.concat(sides).drop_nulls("gwcode").unique(["conflict_id", "gwcode", "year"], maintain_order=True)
    both = both.with_columns((pl.col("year") == pl.col("year").min().over("conflict_id", "gwcode")).alias("onset"))
    out = both.group_by("gwcode", "year").agg(
        pl.len().cast(pl.Int8).alias("ucdpongoing"),
        pl.col("onset").sum().cast(pl.Int8).alias("ucdponset"),
        pl.col("intensity_level").max().cast(pl.Int8).alias("maxintensity"),
    )
    out = out.sort("gwcode", "year").rename({"gwcode": "ccode"})
    if c.index.system.name == "cow":
        out = translate(c.store, out, ["ccode"], to="cow")
    columns = c.by_state(out, {x: x for x in ("ucdpongoing", "ucdponset", "maxintensity")})
    inside = c.covered(1946, 2024)
    return [c.zero_fill(x, inside) if x.name.startswith("ucdp") else x for x in columns]


def territorial_threat(c: Context) -> Columns:
    """Latent territorial threat with its interval."""
    names = {"lterrthreat": "lterrthreat", "sd": "lterrthreat_sd", "lwr": "lterrthreat_lwr", "upr": "lterrthreat_upr"}
    return c.by_state(c.source("terrthreat", {"ccode": "ccode"}), names)
