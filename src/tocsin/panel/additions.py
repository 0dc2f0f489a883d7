"""What can be added to a panel: one function per source, with its coverage and its options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tocsin.panel.context import Context, spans, translate
from tocsin.panel.index import gather

if TYPE_CHECKING:
    import polars as pl

Slice = Literal["first", "last"]
Columns = list["pl.Series"]
EARTH = 6378.137  # kilometres: the sphere that the reference program uses
STRIKE, INCURSION = (16, 17, 19), (12, 13, 14, 15)
INITIATORS = {
    "sidea-orig": "on the first side and among its originators",
    "sidea-with-joiners": "on the first side, originator or joiner",
    "sidea-all-joiners": "on the first side, or a joiner of either side",
}


@dataclass(frozen=True)
class Addition:
    """One thing that can be added.

    Parameters
    ----------
    name : str
        Name used with ``add``.
    make : callable
        From a context and options to columns.
    tables : tuple of str
        Tables of the store it needs; also what it cites.
    units : tuple of str
        Units it makes sense for.
    about : str
        One line for the codebook.
    """

    name: str
    make: Callable[..., Columns]
    tables: tuple[str, ...]
    units: tuple[str, ...]
    about: str


def nmc(c: Context) -> Columns:
    """National Material Capabilities, 1816-2022."""
    names = {x: x for x in ("milex", "milper", "irst", "pec", "tpop", "upop", "cinc")}
    return c.by_state(c.source("nmc", {"ccode": "ccode"}), names)


def majors(c: Context) -> Columns:
    """Major powers, 1 in every year touched by a spell; COW's list runs to 2016."""
    import polars as pl

    rows = c.store.table("majors").collect()
    at, years = spans(rows["styear"].to_numpy(), rows["endyear"].to_numpy(), c.index.system.first, c.index.system.last)
    source = pl.DataFrame(
        {"ccode": rows["ccode"].cast(pl.Int64).to_numpy()[at], "year": years, "major": np.ones(len(at), np.int8)}
    )
    inside = c.covered(1816, 2016)
    return [c.zero_fill(s, inside) for s in c.by_state(_system(c, source), {"major": "cowmaj"})]


def _system(c: Context, source: pl.DataFrame) -> pl.DataFrame:
    """Translate a COW-coded source with ``ccode`` if the panel is in the other system."""
    return source if c.index.system.name == "cow" else translate(c.store, source, ["ccode"])


def contiguity(c: Context, slice: Slice = "first") -> Columns:  # noqa: A002
    """Direct contiguity 3.2, 1816-2016: 1 land to 5 far by water, 0 not contiguous; first or last spell of a year."""
    import polars as pl

    rows = c.store.table("contdir").collect().sort("stdate", maintain_order=True)
    if slice == "last":
        rows = rows.reverse()
    start, end = (rows[x].dt.year().cast(pl.Int64).to_numpy() for x in ("stdate", "enddate"))
    at, years = spans(start, end, c.index.system.first, c.index.system.last)
    # Rows stay in order of date, and the first of a key wins.
    order = np.argsort(at, kind="stable")
    at, years = at[order], years[order]
    source = rows.select("ccode1", "ccode2", "conttype")[at].with_columns(pl.Series("year", years))
    columns, _ = c.by_dyad(_dyads(c, source), {"conttype": "conttype"}, both=True)
    return [c.zero_fill(columns[0], c.covered(1816, 2016))]


def _dyads(c: Context, source: pl.DataFrame) -> pl.DataFrame:
    """Translate a COW-coded dyadic source if the panel is in the other system."""
    return source if c.index.system.name == "cow" else translate(c.store, source, ["ccode1", "ccode2"])


def capital_distance(c: Context, slice: Slice = "first") -> Columns:  # noqa: A002
    """Great-circle distance between capitals in kilometres, of the first or last capital of the year."""
    import polars as pl

    gw = c.index.system.name == "gw"
    rows = c.store.table("capitals_gw" if gw else "capitals_cow").collect()
    rows = rows.rename({"gwcode": "ccode"} if gw else {}).sort("stdate", maintain_order=True)
    if slice == "last":
        rows = rows.reverse()
    start, end = (rows[x].dt.year().cast(pl.Int64).to_numpy() for x in ("stdate", "enddate"))
    at, years = spans(start, end, c.index.system.first, c.index.system.last)
    lat, lng = (np.radians(rows[x].to_numpy())[at] for x in ("lat", "lng"))
    codes = rows["ccode"].cast(pl.Int64).to_numpy()[at]
    one, two = (c.index.state_rows(codes, years, side) for side in (1, 2))
    lat1, lng1, lat2, lng2 = lat[one], lng[one], lat[two], lng[two]
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lng2 - lng1) / 2) ** 2
    distance = 2 * EARTH * np.arcsin(np.sqrt(np.minimum(half, 1)))
    unknown = (one < 0) | (two < 0)
    return [
        pl.Series("capdist", distance).set(pl.Series(unknown), None)
        if unknown.any()
        else pl.Series("capdist", distance)
    ]


def minimum_distance(c: Context) -> Columns:
    """Minimum distance in kilometres on 1 January, 1886-2019."""
    gw = c.index.system.name == "gw"
    names = {"gwcode1": "ccode1", "gwcode2": "ccode2"} if gw else {}
    source = c.store.table("mindist_gw" if gw else "mindist_cow").collect().rename(names)
    return c.by_dyad(source, {"mindist": "mindist"}, both=True)[0]


def atop(c: Context) -> Columns:
    """ATOP 5.1 obligations, 1816-2018; in undirected panels the larger of the two directions."""
    import polars as pl

    kinds = ("defense", "offense", "neutral", "nonagg", "consul")
    source = _dyads(c, c.store.table("atop").collect())
    names = {f"atop_{k}": f"atop_{k}" for k in kinds}
    columns, _ = c.by_dyad(source, names)
    if not c.index.directed:
        turned = source.rename({"ccode1": "ccode2", "ccode2": "ccode1"})
        other, _ = c.by_dyad(turned, names)
        columns = [
            pl.select(pl.max_horizontal(a, b)).to_series().alias(a.name) for a, b in zip(columns, other, strict=True)
        ]
    inside = c.covered(1816, 2018)
    return [c.zero_fill(x, inside) for x in columns]


def democracy(c: Context) -> Columns:
    """Four indices of democracy, to 2025: extended UDS, an additive variant, polity2, polyarchy."""
    gw = c.index.system.name == "gw"
    source = c.store.table("democracy_gw" if gw else "democracy_cow").collect()
    names = {x: x for x in ("euds", "aeuds", "polity2", "v2x_polyarchy")}
    return c.by_state(source.rename({"gwcode": "ccode"} if gw else {}), names)


def gdp_population(c: Context) -> Columns:
    """Simulated GDP and population with their standard deviations, to 2019."""
    gw = c.index.system.name == "gw"
    source = c.store.table("gdppop_gw" if gw else "gdppop_cow").collect()
    names = {x: x for x in ("mrgdppc", "sd_mrgdppc", "pwtrgdp", "sd_pwtrgdp", "pwtpop", "sd_pwtpop")}
    return c.by_state(source.rename({"gwcode": "ccode"} if gw else {}), names)


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
    columns, found = c.by_dyad(_dyads(c, source), {k: k for k in kinds}, both=True)
    inside = c.covered(1816, 2020)
    out = [c.flag("rivalry", found >= 0, inside)]
    for column in columns:
        # Within a rivalry a type that is not coded is absent; without one there is no type to code.
        out.append(column.set(pl.Series(found >= 0) & column.is_null(), 0))
    return out


def _mids(c: Context, table: str, prefix: str, last: int, initiator: str) -> Columns:
    import polars as pl

    source = _dyads(c, c.store.table(table).collect())
    side, orig = pl.col("sidea1"), pl.col("orig1")
    rule = {
        "sidea-orig": (side == 1) & (orig == 1),
        "sidea-with-joiners": side == 1,
        "sidea-all-joiners": (side == 1) | ((side == 0) & (orig == 0)),
    }[initiator]
    rest = [x for x in source.columns if x not in ("ccode1", "ccode2", "year", "dispnum") and not x.startswith(prefix)]
    source = source.with_columns(rule.cast(pl.Int8).alias("init"))
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


def modes(c: Context, both_sides: bool = True) -> Columns:
    """Highest mode of force by year from MIE 1.0, 1816-2014; an event over New Year counts in each year it touches.

    In directed panels the acting state is ``ccode1``; with ``both_sides`` a clash and a war battle count for both.
    """
    import polars as pl

    rows = events_with_modes(c.store.table("mie").collect())
    mutual = rows.filter((pl.col("action") == 17) | (pl.col("hostlev") == 5)).rename(
        {"ccode1": "ccode2", "ccode2": "ccode1"}
    )
    parts = [rows, mutual.select(rows.columns)] if both_sides or not c.index.directed else [rows]
    rows = pl.concat(parts)
    at, years = spans(rows["styear"].to_numpy(), rows["endyear"].to_numpy(), c.index.system.first, c.index.system.last)
    source = rows.select("ccode1", "ccode2", "mode")[at].with_columns(pl.Series("year", years))
    source = source.sort("mode", descending=True, maintain_order=True)
    columns, _ = c.by_dyad(_dyads(c, source), {"mode": "mode"}, both=not c.index.directed)
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
    columns, _ = c.by_dyad(_dyads(c, rows), names)
    inside = c.covered(1816, 2007)
    return [c.zero_fill(x, inside) if x.name.endswith(("onset", "ongoing")) else x for x in columns]


def trade(c: Context) -> Columns:
    """COW trade 4.0 in million current US dollars, 1870-2014: flows of a dyad, or imports and exports of a state."""
    if not c.index.dyadic:
        return c.by_state(c.source("trade_sy", {"ccode": "ccode"}), {"imports": "imports", "exports": "exports"})
    source = _dyads(c, c.store.table("trade_ddy").collect())
    return c.by_dyad(source, {x: x for x in ("flow1", "flow2", "smoothflow1", "smoothflow2")})[0]


def igos(c: Context) -> Columns:
    """COW intergovernmental organisations 3.0, to 2014: joint memberships of a dyad, or memberships of a state."""
    if not c.index.dyadic:
        names = {f"sum_igo_{x}": f"sum_igo_{x}" for x in ("full", "associate", "observer", "anytype")}
        return c.by_state(c.source("igo_sy", {"ccode": "ccode"}), names)
    return c.by_dyad(_dyads(c, c.store.table("igo_ndy").collect()), {"dyadigos": "dyadigos"}, both=True)[0]


def territorial_threat(c: Context) -> Columns:
    """Latent territorial threat with its interval."""
    names = {"lterrthreat": "lterrthreat", "sd": "lterrthreat_sd", "lwr": "lterrthreat_lwr", "upr": "lterrthreat_upr"}
    return c.by_state(c.source("terrthreat", {"ccode": "ccode"}), names)


def leaders(c: Context) -> Columns:
    """Archigos 4.1 by state-year, 1870-2015: transitions, number of leaders, those of 1 January and 31 December."""
    names = {x: x for x in ("leadertransition", "irregular", "n_leaders", "jan1obsid", "dec31obsid")}
    return c.by_state(c.source("archigos_years", {"gwcode": "ccode"}, codes="gw"), names)


def ideal_points(c: Context) -> Columns:
    """UNGA ideal points of states, 1946-2023: session n met in year n + 1945."""
    import polars as pl

    source = c.store.table("idealpoints").collect().with_columns((pl.col("session") + 1945).alias("year"))
    return c.by_state(_system(c, source.select("ccode", "year", "idealpointall")), {"idealpointall": "idealpoint"})


def spending(c: Context) -> Columns:
    """SIPRI military expenditure in million constant US dollars, 1949-2024."""
    import polars as pl

    from tocsin.states import code

    rows = c.store.table("milex").filter((pl.col("series") == "constant") & pl.col("value").is_not_null()).collect()
    system = c.index.system.name
    codes = [code(n, y, system) for n, y in rows.select("name", "year").iter_rows()]
    source = rows.with_columns(pl.Series("ccode", [None if x is None else int(x) for x in codes], dtype=pl.Int64))
    return c.by_state(source.drop_nulls("ccode"), {"value": "sipri_milex", "flag": "sipri_flag"})


def arms_imports(c: Context) -> Columns:
    """SIPRI arms deliveries to a state by year, million TIV, 1950-2024; 0 where the register reports none."""
    import polars as pl

    from tocsin.states import code

    rows = (
        c.store.table("arms_deliveries")
        .group_by("recipient", "year")
        .agg(pl.col("tiv").sum())
        .collect()
        .sort("recipient", "year")
    )
    system = c.index.system.name
    codes = [code(n, y, system) for n, y in rows.select("recipient", "year").iter_rows()]
    source = rows.with_columns(pl.Series("ccode", [None if x is None else int(x) for x in codes], dtype=pl.Int64))
    inside = c.covered(1950, 2024)
    return [c.zero_fill(s, inside) for s in c.by_state(source.drop_nulls("ccode"), {"tiv": "arms_tiv"})]


def weeks(c: Context) -> Columns:
    """Weeks's regime types, 1946-1999; all dummies zero means missing."""
    import polars as pl

    kinds = ("machine", "junta", "boss", "strongman")
    source = (
        c.source("weeks", {"ccode": "ccode"})
        if "ccode" in c.store.table("weeks").collect_schema()
        else c.source("weeks", {"cowcode": "ccode"})
    )
    known = pl.sum_horizontal(k for k in (*kinds, "democracy", "other", "newregime_1") if k in source.columns) > 0
    source = source.with_columns(pl.when(known).then(pl.col(k)).alias(k) for k in kinds)
    return c.by_state(source.with_columns(pl.col("year", "ccode").cast(pl.Int64)), {k: f"weeks_{k}" for k in kinds})


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
    columns, found = c.by_dyad(_dyads(c, source), {"rivalryno": "td_rivalryno"}, both=True)
    return [c.flag("td_rivalry", found >= 0, c.covered(1816, 2010)), *columns]


def gwf(c: Context) -> Columns:
    """Autocratic regimes of Geddes, Wright and Frantz (extended), by state-year."""
    import polars as pl

    table = c.store.table("gwf_extended").collect()
    key = "gwf_cowcode" if "gwf_cowcode" in table.columns else "cowcode"
    kind = next(x for x in ("gwf_full_regimetype", "gwf_regimetype") if x in table.columns)
    source = table.rename({key: "ccode"}).with_columns(pl.col("ccode", "year").cast(pl.Int64))
    return c.by_state(_system(c, source.select("ccode", "year", kind)), {kind: "gwf_regimetype"})


def _by_leader(c: Context, table: str, names: dict[str, str]) -> Columns:
    """Columns of a source keyed by leader, for every leader column the unit has."""
    source = c.store.table(table).collect()
    place = {o: i for i, o in enumerate(source["obsid"])}
    out: Columns = []
    for leader in (s for s in c.columns if s.name in ("obsid", "obsid1", "obsid2")):
        rows = np.array([place.get(o, -1) for o in leader], np.int32)
        out += gather(source, rows, {k: f"{v}{leader.name.removeprefix('obsid')}" for k, v in names.items()})
    return out


def lead(c: Context) -> Columns:
    """Leaders' experience and attributes (LEAD), by Archigos leader."""
    names = ("leveledu", "milservice", "combat", "rebel", "warwin", "warloss", "rebelwin", "rebelloss", "yrsexper")
    return _by_leader(c, "lead", {x: x for x in (*names, "physhealth", "mentalhealth")})


def willingness(c: Context) -> Columns:
    """Leaders' willingness to use force: four estimates and their standard deviations, by Archigos leader."""
    names = [f"theta{k}_{what}" for k in range(1, 5) for what in ("mean", "sd")]
    return _by_leader(c, "lwuf", {x: x for x in names})


_LEADERS: tuple[str, ...] = ("leader_years", "leader_days", "leader_dyad_years")
_STATES: tuple[str, ...] = ("state_years", "state_days", "leader_years", "leader_days")
_DYAD: tuple[str, ...] = ("dyad_years", "dyad_months", "leader_dyad_years", "dispute_dyads")
_BOTH: tuple[str, ...] = (*_STATES, *_DYAD)
ADDITIONS: dict[str, Addition] = {
    a.name: a
    for a in (
        Addition("nmc", nmc, ("nmc",), _BOTH, "National Material Capabilities"),
        Addition("majors", majors, ("majors",), _BOTH, "major powers"),
        Addition("contiguity", contiguity, ("contdir",), _DYAD, "direct contiguity"),
        Addition("capital_distance", capital_distance, ("capitals_cow", "capitals_gw"), _DYAD, "distance of capitals"),
        Addition("minimum_distance", minimum_distance, ("mindist_cow", "mindist_gw"), _DYAD, "minimum distance"),
        Addition("atop", atop, ("atop",), _DYAD, "alliance obligations"),
        Addition("democracy", democracy, ("democracy_cow", "democracy_gw"), _BOTH, "four democracy indices"),
        Addition("gdp_population", gdp_population, ("gdppop_cow", "gdppop_gw"), _BOTH, "GDP and population"),
        Addition("rivalries", rivalries, ("tss_rivalries",), _DYAD, "strategic rivalries"),
        Addition("gml_mids", gml_mids, ("gml_ddy",), _DYAD, "GML disputes"),
        Addition("cow_mids", cow_mids, ("mid_ddy",), _DYAD, "COW disputes"),
        Addition("modes", modes, ("mie",), _DYAD, "highest mode of force"),
        Addition("wars", wars, ("war_inter",), _DYAD, "interstate wars"),
        Addition("trade", trade, ("trade_ddy", "trade_sy"), _BOTH, "trade"),
        Addition("igos", igos, ("igo_ndy", "igo_sy"), _BOTH, "intergovernmental organisations"),
        Addition("territorial_threat", territorial_threat, ("terrthreat",), _BOTH, "latent territorial threat"),
        Addition("leaders", leaders, ("archigos_years",), _BOTH, "leader transitions"),
        Addition("ideal_points", ideal_points, ("idealpoints",), _BOTH, "UNGA ideal points"),
        Addition("spending", spending, ("milex",), _BOTH, "SIPRI spending"),
        Addition("arms_imports", arms_imports, ("arms",), _BOTH, "SIPRI arms deliveries"),
        Addition("lead", lead, ("lead",), _LEADERS, "leaders' experience and attributes"),
        Addition("willingness", willingness, ("lwuf",), _LEADERS, "leaders' willingness to use force"),
        Addition("ucdp", ucdp, ("ucdp_acd",), _BOTH, "UCDP conflicts of a state, sides A and B"),
        Addition("td_rivalries", td_rivalries, ("td_rivalries",), _DYAD, "rivalries of Thompson and Dreyer"),
        Addition("gwf", gwf, ("gwf_extended",), _BOTH, "GWF regime types"),
        Addition("weeks", weeks, ("weeks",), _BOTH, "Weeks regime types"),
    )
}


def make(name: str, context: Context, **options: Any) -> Columns:
    """Return the columns of an addition."""
    return ADDITIONS[name].make(context, **options)


__all__ = ["ADDITIONS", "Addition", "events_with_modes", "gather", "make"]
