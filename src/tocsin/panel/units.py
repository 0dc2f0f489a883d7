"""The rows of every unit: states, dyads, leaders and their pairs, by year or by day, and disputes by dyad."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from tocsin.panel.context import spans, translate
from tocsin.panel.index import Index, dyad_year_index, state_year_index
from tocsin.panel.system import System
from tocsin.store import Store

if TYPE_CHECKING:
    import polars as pl

Ints = NDArray[np.int64]
Parts = tuple[Index, "list[pl.Series]"]
EPOCH = date(1970, 1, 1).toordinal()


Disputes = Literal["gml", "cow"]
DISPUTES = {"gml": ("gml_dirdisp",), "cow": ("mid_dirdisps", "mid_disps")}


def build(unit: str, system: System, store: Store, *, directed: bool, disputes: Disputes = "gml") -> Parts:
    """Return the rows of a unit as positions, and the columns that come with the unit itself."""
    if unit == "dispute_dyads":
        return _dispute_dyads(system, store, disputes)
    if unit == "leader_dyad_years":
        return _leader_dyad_years(system, store, directed=directed)
    if unit in ("dyad_years", "dyad_months"):
        return dyad_year_index(system, directed=directed), []
    if unit == "state_years":
        return state_year_index(system), []
    if unit == "state_days":
        return _state_days(system)
    return _leader_years(system, store) if unit == "leader_years" else _leader_days(system, store)


def _states(system: System, i: Ints, t: Ints) -> Index:
    return Index(system, False, i.astype(np.int16), None, t.astype(np.int16))


def _days(system: System, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Return (row, day, position of the year) for each day of spells, days counted from 1970."""
    low, high = date(system.first, 1, 1).toordinal() - EPOCH, date(system.last, 12, 31).toordinal() - EPOCH
    rows, days = spans(start, end, low, high)
    years = days.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970
    return rows, days, years - system.first


def _state_days(system: System) -> Parts:
    import polars as pl

    start, end = (np.array([s[k].toordinal() - EPOCH for s in system.spells]) for k in (1, 2))  # type: ignore[union-attr]
    rows, days, t = _days(system, start, end)
    states = np.array([s[0] for s in system.spells])[rows]
    order = np.lexsort((days, states))
    day = pl.Series("date", days[order].astype(np.int32)).cast(pl.Date)
    return _states(system, states[order], t[order]), [day]


def tenures(system: System, store: Store) -> pl.DataFrame:
    """Return the leaders of Archigos with the state's position in each year of their tenure.

    Returns
    -------
    polars.DataFrame
        ``row`` (of the leader), ``year``, ``at`` (position of the state), ``obsid, leader, gender, yrborn, startdate,
        enddate``; only years in which the state was a member. Gleditsch-Ward numbers are translated to COW's year by
        year where the panel is in COW's.
    """
    import polars as pl

    rows = store.table("archigos").collect()
    start, end = (rows[c].dt.year().cast(pl.Int64).to_numpy() for c in ("startdate", "enddate"))
    at, years = spans(start, end, system.first, system.last)
    wanted = ("obsid", "leader", "gender", "yrborn", "startdate", "enddate", "gwcode")
    out = rows.select(wanted)[at].with_columns(pl.Series("row", at), pl.Series("year", years))
    if system.name == "cow":
        out = translate(store, out, ["gwcode"], to="cow")
    place = system.position(out["gwcode"].cast(pl.Int64).to_numpy())
    member = (place >= 0) & system.member[place.clip(0), out["year"].to_numpy() - system.first]
    return out.with_columns(pl.Series("at", place)).filter(pl.Series(member))


def _leader_years(system: System, store: Store) -> Parts:
    import polars as pl

    found = tenures(system, store).sort("at", "year", "startdate", "obsid")
    first = pl.col("year") == pl.col("startdate").dt.year()
    extra = found.select(
        "obsid",
        "leader",
        "gender",
        (pl.col("year") - pl.col("yrborn")).cast(pl.Int16).alias("leaderage"),
        "startdate",
        "enddate",
        (pl.col("year") - pl.col("startdate").dt.year() + 1).cast(pl.Int16).alias("yrinoffice"),
        first.cast(pl.Int8).alias("firstyear"),
    )
    return _states(system, found["at"].to_numpy(), found["year"].to_numpy() - system.first), extra.get_columns()


def _leader_days(system: System, store: Store) -> Parts:
    import polars as pl

    found = tenures(system, store).unique("row", keep="first", maintain_order=True).sort("at", "startdate", "obsid")
    start, end = (found[c].to_numpy().astype("M8[D]").astype(np.int64) for c in ("startdate", "enddate"))
    rows, days, t = _days(system, start, end)
    at = found["at"].to_numpy()[rows]
    keep = system.member[at, t]
    extra = found.select("obsid", "leader")[rows[keep]].get_columns()
    day = pl.Series("date", days[keep].astype(np.int32)).cast(pl.Date)
    return _states(system, at[keep], t[keep]), [day, *extra]


def _leader_dyad_years(system: System, store: Store, *, directed: bool) -> Parts:
    """Pairs of leaders who were in office on a common day of the year."""
    import polars as pl

    dyads = dyad_year_index(system, directed=directed)
    assert dyads.j is not None
    found = tenures(system, store).sort("at", "year", "startdate", "obsid")
    t = found["year"].to_numpy() - system.first
    width = system.member.shape[1]
    key = found["at"].to_numpy() * width + t
    count = np.bincount(key, minlength=len(system.codes) * width)
    first = np.cumsum(count) - count
    one, two = (side.astype(np.int64) * width + dyads.t for side in (dyads.i, dyads.j))
    n1, n2 = count[one], count[two]
    pairs = n1 * n2
    dyad = np.repeat(np.arange(len(dyads)), pairs)
    nth = np.arange(len(dyad)) - np.repeat(np.cumsum(pairs) - pairs, pairs)
    a, b = first[one[dyad]] + nth // n2[dyad], first[two[dyad]] + nth % n2[dyad]
    start, end = (found[c].to_numpy().astype("M8[D]").astype(np.int64) for c in ("startdate", "enddate"))
    years = dyads.t[dyad].astype(np.int64) + system.first
    new_year = (years - 1970).astype("M8[Y]").astype("M8[D]").astype(np.int64)
    last_day = (years - 1969).astype("M8[Y]").astype("M8[D]").astype(np.int64) - 1
    begin = np.maximum(np.maximum(start[a], start[b]), new_year)
    stop = np.minimum(np.minimum(end[a], end[b]), last_day)
    meets = begin <= stop
    dyad, a, b = dyad[meets], a[meets], b[meets]
    index = Index(system, directed, dyads.i[dyad], dyads.j[dyad], dyads.t[dyad])
    at1, at2 = (pl.Series(x.astype(np.uint32)) for x in (a, b))
    extra = [found[c].gather(at).alias(f"{c}{side}") for c in ("obsid", "leader") for side, at in ((1, at1), (2, at2))]
    return index, extra


def _dispute_dyads(system: System, store: Store, disputes: Disputes) -> Parts:
    """Directed dispute-dyad-years, one row per dispute and directed dyad and year."""
    import polars as pl

    main, *more = (store.table(t).collect() for t in DISPUTES[disputes])
    for frame in more:  # what COW keeps by dispute
        new = [c for c in frame.columns if c == "dispnum" or c not in main.columns]
        main = main.join(frame.select(new), on="dispnum", how="left", maintain_order="left")
    rows = main if system.name == "cow" else translate(store, main, ["ccode1", "ccode2"])
    one, two = (system.position(rows[c].to_numpy()) for c in ("ccode1", "ccode2"))
    t = rows["year"].to_numpy() - system.first
    inside = (one >= 0) & (two >= 0) & (t >= 0) & (t < system.member.shape[1])
    kept = rows.filter(pl.Series(inside)).drop("ccode1", "ccode2", "year")
    i, j, t = (x[inside].astype(np.int16) for x in (one, two, t))
    return Index(system, True, i, j, t), kept.get_columns()
