"""Disputes: GML and COW, by dyad, by state and by leader; several meanings of beginning one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.errors import UsageError
from tocsin.panel.context import Context, dyads_in_system, in_system, spans
from tocsin.panel.index import small

if TYPE_CHECKING:
    import polars as pl

Columns = list["pl.Series"]


INITIATORS = {
    "sidea-orig": "on the first side and among its originators",
    "sidea-with-joiners": "on the first side, originator or joiner",
    "sidea-all-joiners": "on the first side, or a joiner of either side",
    "revisionist": "wanted to change the state of affairs (missing where that is not coded)",
    "first-action": "took the first dated MIE action of the pair in the year (missing where there is none)",
}


def _mids(c: Context, table: str, prefix: str, initiator: str) -> Columns:
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
    inside = c.covered(f"{prefix}_mids")
    # Whether there was a dispute is known for every dyad-year; who began it only where there was one.
    return [c.zero_fill(x, inside) if x.name.endswith(("onset", "ongoing")) else x for x in columns]


def _with_initiator(c: Context, source: pl.DataFrame, initiator: str) -> pl.DataFrame:
    """Add ``init``: 1 if ``ccode1`` began it by the chosen rule, 0 if not, missing where the rule cannot tell."""
    import polars as pl

    key = ["ccode1", "ccode2", "year"]
    if initiator == "revisionist":
        wants = c.store.table("gml_dirdisp" if "gmlmidonset" in source.columns else "midb").collect()
        if "revstate1" in wants.columns:
            coded = wants.select("dispnum", *key, pl.col("revstate1").cast(pl.Int8).alias("init"))
            coded = coded.unique(["dispnum", *key], keep="first", maintain_order=True)
            return source.join(coded, on=["dispnum", *key], how="left", maintain_order="left")
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
    return source.with_columns(_began(initiator, "1").cast(pl.Int8).alias("init"))


def _began(initiator: str, suffix: str = "") -> pl.Expr:
    """Whether a participant began a dispute, by columns ``sidea`` and ``orig``."""
    import polars as pl

    side, orig = pl.col(f"sidea{suffix}") == 1, pl.col(f"orig{suffix}") == 1
    rules = {"sidea-orig": side & orig, "sidea-with-joiners": side, "sidea-all-joiners": side | ~orig}
    if initiator not in rules:
        raise UsageError(f"for states and leaders, initiator must be one of {', '.join(rules)}.")
    return rules[initiator]


def _of_states(c: Context, table: str, prefix: str, initiator: str) -> Columns:
    """Whether a state took part in a dispute of the year or entered one, and whether it began it."""
    import polars as pl

    rows = c.store.table(table).collect().with_columns(_began(initiator).alias("began"))
    at, years = spans(rows["styear"].to_numpy(), rows["endyear"].to_numpy(), c.index.system.first, c.index.system.last)
    rows = rows.select("ccode", "styear", "began")[at].with_columns(pl.Series("year", years))
    enters = pl.col("year") == pl.col("styear")
    source = rows.group_by("ccode", "year", maintain_order=True).agg(
        pl.lit(1, pl.Int8).alias("ongoing"),
        enters.max().cast(pl.Int8).alias("onset"),
        pl.col("began").max().cast(pl.Int8).alias("ongoing_init"),
        (enters & pl.col("began")).max().cast(pl.Int8).alias("onset_init"),
    )
    inside = c.covered(f"{prefix}_mids")
    names = {x: f"{prefix}mid{x}" for x in ("ongoing", "onset", "ongoing_init", "onset_init")}
    return [c.zero_fill(x, inside) for x in c.by_state(in_system(c, source), names)]


def _of_leaders(c: Context, initiator: str) -> Columns:
    """The same for leaders, by days in office; a leader began what began under them."""
    import polars as pl

    rows = c.store.table("gml_part").collect().with_columns(_began(initiator).alias("began"))
    days = {
        day: pl.date(pl.col(f"{which}year"), pl.col(f"{which}mon"), pl.col(f"dummy_{which}day"))
        for day, which in (("starts", "st"), ("ends", "end"))
    }
    rows = rows.select("ccode", "obsid_start", "began", **days)
    at, years = spans(
        rows["starts"].dt.year().cast(pl.Int64).to_numpy(),
        rows["ends"].dt.year().cast(pl.Int64).to_numpy(),
        c.index.system.first,
        c.index.system.last,
    )
    rows = in_system(c, rows[at].with_columns(pl.Series("year", years)))
    mine = {s.name: s for s in c.columns}
    keys = [pl.Series("ccode", c.index.system.codes[c.index.i]), pl.Series("year", c.index.years.astype("int64"))]
    leaders = pl.DataFrame([*keys, *(mine[x] for x in ("obsid", "startdate", "enddate"))]).with_row_index("at")
    met = leaders.join(rows, on=["ccode", "year"], how="inner").with_columns(
        pl.max_horizontal("startdate", "starts", pl.date("year", 1, 1)).alias("begin"),
        pl.min_horizontal("enddate", "ends", pl.date("year", 12, 31)).alias("end"),
    )
    met = met.filter(pl.col("begin") <= pl.col("end"))
    enters = pl.col("starts").is_between("begin", "end")
    # Unknown where the data do not say who was in office at the beginning.
    began = pl.col("began") & (pl.col("obsid_start") == pl.col("obsid"))
    found = met.group_by("at").agg(
        pl.lit(1, pl.Int8).alias("gmlmidongoing"),
        enters.max().cast(pl.Int8).alias("gmlmidonset"),
        _known_max(began).alias("gmlmidongoing_init"),
        _known_max(enters & began).alias("gmlmidonset_init"),
    )
    out = leaders.select("at").join(found, on="at", how="left", maintain_order="left").drop("at")
    inside = pl.Series(c.covered("gml_mids"))
    held = out.with_columns(pl.Series("held", out["gmlmidongoing"].is_not_null()))
    filled = held.with_columns(pl.when(~pl.col("held") & inside).then(0).otherwise(x).alias(x) for x in out.columns)
    return filled.select(pl.col(out.columns).cast(pl.Int8)).get_columns()


def _of_pairs(c: Context, initiator: str) -> Columns:
    """Disputes of pairs of leaders: those that the data give to these two, not all of their states' year."""
    import polars as pl

    rows = _with_initiator(c, c.store.table("gml_ddly").collect(), initiator)
    if initiator.startswith("sidea"):
        under = (pl.col("init") == 1) & (pl.col("obsid_start1") == pl.col("obsid1"))
        rows = rows.with_columns(under.cast(pl.Int8).alias("init"))
    names = {"gmlmidonset": "gmlmidonset", "gmlmidongoing": "gmlmidongoing", "init": "gmlmidinit"}
    names |= {x: f"gml_{x}" for x in ("dispnum", "sidea1", "sidea2", "orig1", "orig2")}
    key = ["obsid1", "obsid2", "year"]
    known = rows.drop_nulls(key).unique(key, keep="first", maintain_order=True)
    mine = {s.name: s for s in c.columns}
    pairs = pl.DataFrame([mine["obsid1"], mine["obsid2"], pl.Series("year", c.index.years.astype("int64"))])
    found = pairs.join(known.select(*key, *names), on=key, how="left", maintain_order="left")
    # Where the data do not say which leader it was, it may have been any of the year.
    lost = dyads_in_system(c, rows.filter(pl.any_horizontal(pl.col("obsid1", "obsid2").is_null())))
    unnamed = c.index.dyad_rows(*(lost[k].to_numpy() for k in ("ccode1", "ccode2", "year"))) >= 0
    inside = c.covered("gml_mids") & ~unnamed
    columns = [small(found[x]).alias(name) for x, name in names.items()]
    return [c.zero_fill(x, inside) if x.name in ("gmlmidonset", "gmlmidongoing") else x for x in columns]


def _known_max(condition: pl.Expr) -> pl.Expr:
    """1 if it holds anywhere, else missing if it is unknown anywhere, else 0."""
    import polars as pl

    return pl.when(condition.any()).then(1).when(condition.is_null().any()).then(None).otherwise(0).cast(pl.Int8)


def gml_mids(c: Context, initiator: str = "sidea-all-joiners") -> Columns:
    """GML dispute data 2.2.1, 1816-2010, one dispute per dyad-year.

    For states and leaders whether they took part in a dispute (``gmlmidongoing``) or entered one (``gmlmidonset``), and
    whether they began it (``_init``); a leader's disputes are those of the days in office. For pairs of leaders those
    that the data give to the two.
    """
    held = {s.name for s in c.columns}
    if "obsid" in held:
        return _of_leaders(c, initiator)
    if "obsid1" in held:
        return _of_pairs(c, initiator)
    if not c.index.dyadic:
        return _of_states(c, "gml_part", "gml", initiator)
    return _mids(c, "gml_ddy", "gml", initiator)


def cow_mids(c: Context, initiator: str = "sidea-all-joiners") -> Columns:
    """COW dispute data 5.0, 1816-2014, one dispute per dyad-year; for states as with GML."""
    if not c.index.dyadic:
        return _of_states(c, "midb", "cow", initiator)
    return _mids(c, "mid_ddy", "cow", initiator)
