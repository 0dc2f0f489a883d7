"""The data: directed dyad-years, outcomes of a year beside what held the year before."""

from __future__ import annotations

import polars as pl

from evidence.measures import HISTORY, share_of
from tocsin.panel.additions.conflict import events_with_modes
from tocsin.panel.panel import Panel, dyad_years, state_years
from tocsin.parameters import parameters
from tocsin.store import Store

FIRST, LAST = 1920, 2014
CLASH, WAR = 17, 5
DEPRECIATION = parameters("measures")["arms_depreciation"].mode
c = pl.col


def plans(store: Store) -> list[Panel]:
    """Return the plans of the panels in use, so that their tables can be named."""
    pairs = dyad_years(FIRST, LAST, directed=True, store=store)
    return [
        pairs.add("contiguity", slice="nearest")
        .add("majors", "rivalries", "modes", "nmc")
        .add("gml_mids", initiator="sidea-orig"),
        state_years(FIRST, LAST, store=store).add(
            "gwf", "reign", "weeks", "democracy", "spending", "arms_imports", "nmc"
        ),
    ]


def stocks(states: pl.DataFrame) -> pl.DataFrame:
    """Return each state's arms stock by perpetual inventory of deliveries, unknown before 1950."""
    rows = []
    for (code,), own in states.sort("year").group_by("ccode", maintain_order=True):
        level = None
        for year, came in own.select("year", "arms_tiv").iter_rows():
            if came is not None:
                level = (1 - DEPRECIATION) * (level or 0.0) + came
            rows.append((code, year, level if came is not None else None))
    return pl.DataFrame(rows, schema={"ccode": pl.Int64, "year": pl.Int64, "stock": pl.Float64}, orient="row")


def one_sided(store: Store) -> pl.DataFrame:
    """Return dyad-years in which ``ccode1`` began an incursion or a strike that was no clash and no war battle."""
    rows = events_with_modes(store.table("mie").collect())
    rows = rows.filter((c("mode") >= 2) & (c("action") != CLASH) & (c("hostlev") != WAR))
    return (
        rows.select(c("ccode1", "ccode2").cast(pl.Int64), c("styear").cast(pl.Int64).alias("year"))
        .unique()
        .with_columns(pl.lit(1).alias("attack"))
    )


def data(store: Store) -> pl.DataFrame:
    """Return directed dyad-years: outcomes of a year beside what held the year before."""
    pairs, states = (p.collect() for p in plans(store))
    keys = ["ccode1", "ccode2", "year"]
    pairs = pairs.with_columns(c("ccode1", "ccode2", "year").cast(pl.Int64))
    states = states.with_columns(c("ccode", "year").cast(pl.Int64))
    states = states.join(stocks(states), on=["ccode", "year"], how="left").rename(
        {"sipri_milex": "spending", "v2x_polyarchy": "polyarchy", "gwf_regimetype": "gwf", "reign_regimetype": "reign"}
        | {f"weeks_{k}": k for k in ("boss", "machine", "junta", "strongman")}
    )
    turned = pairs.select(c("ccode1").alias("ccode2"), c("ccode2").alias("ccode1"), "year", c("mode").alias("back"))
    pairs = pairs.join(turned, on=keys, how="left").sort(keys)
    either = pl.max_horizontal("mode", "back")
    started = c("year").min().over("ccode1", "ccode2")
    last = pl.when(either >= 2).then(c("year")).forward_fill().over("ccode1", "ccode2")
    grave = pl.when(either >= 3).then(c("year")).forward_fill().over("ccode1", "ccode2")
    pairs = pairs.with_columns(
        ((c("year") - pl.coalesce(last, started)).cast(pl.Float64) / 10).clip(upper_bound=5).alias("quiet"),
        ((c("year") - grave) < HISTORY).fill_null(False).cast(pl.Int8).alias("recent"),
    )
    outcomes = pairs.join(one_sided(store), on=keys, how="left").select(
        *keys,
        c("attack").fill_null(0),
        # Known to be no beginning where there was no onset; after 2010 nothing is known.
        pl.when(c("gmlmidonset") == 0).then(0).otherwise(c("gmlmidinit")).alias("initiation"),
        (c("mode") >= 3).cast(pl.Int8).alias("force"),
    )
    before = pairs.select(
        "ccode1",
        "ccode2",
        (c("year") + 1).alias("year"),
        (c("conttype") == 1).cast(pl.Int8).alias("land"),
        c("rivalry").alias("rival"),
        ((c("conttype") >= 1) | (c("cowmaj1") == 1) | (c("cowmaj2") == 1)).alias("relevant"),
        c("cowmaj1").alias("major1"),
        c("cowmaj2").alias("major2"),
        "quiet",
        (c("quiet") ** 2).alias("quiet2"),
        (c("quiet") ** 3).alias("quiet3"),
        "recent",
        c("mode").alias("last mode"),
    ).filter("relevant")
    frame = outcomes.join(before, on=keys, how="inner")
    series = ["cinc", "spending", "stock"]
    kinds = ["polity2", "polyarchy", "gwf", "reign", "boss", "machine", "junta", "strongman"]
    for side in (1, 2):
        now = states.select(c("ccode").alias(f"ccode{side}"), (c("year") + 1).alias("year"), *series, *kinds)
        now = now.rename({k: f"{k}{side}" for k in (*series, *kinds)})
        then = states.select(c("ccode").alias(f"ccode{side}"), (c("year") + 1 + HISTORY).alias("year"), *series)
        then = then.rename({k: f"{k}{side}_{HISTORY}" for k in series})
        frame = frame.join(now, on=[f"ccode{side}", "year"], how="left")
        frame = frame.join(then, on=[f"ccode{side}", "year"], how="left")
    frame = frame.rename({k: k.replace("spending", "milex") for k in frame.columns if k.startswith("spending")})
    frame = frame.rename({f"{k}1": k for k in ("boss", "machine", "junta", "strongman")})
    return frame.with_columns(
        share_of("cinc").alias("share"), c("cinc1").clip(lower_bound=1e-7).log().alias("log cinc")
    ).sort(keys)
