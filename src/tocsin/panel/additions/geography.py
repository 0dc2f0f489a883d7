"""Geography: who is near whom, and who is a major power."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from tocsin.panel.context import Context, dyads_in_system, in_system, spans

if TYPE_CHECKING:
    import polars as pl

Columns = list["pl.Series"]
Slice = Literal["first", "last"]
Border = Literal["first", "last", "nearest"]
Day = Literal["jan1", "june30", "dec31", "first", "last"]


EARTH = 6378.137  # kilometres: the sphere that the reference program uses


def majors(c: Context) -> Columns:
    """Major powers, 1 in every year touched by a spell; COW's list runs to 2016."""
    import polars as pl

    rows = c.store.table("majors").collect()
    at, years = spans(rows["styear"].to_numpy(), rows["endyear"].to_numpy(), c.index.system.first, c.index.system.last)
    source = pl.DataFrame(
        {"ccode": rows["ccode"].cast(pl.Int64).to_numpy()[at], "year": years, "major": np.ones(len(at), np.int8)}
    )
    inside = c.covered("majors")
    return [c.zero_fill(s, inside) for s in c.by_state(in_system(c, source), {"major": "cowmaj"})]


def contiguity(c: Context, slice: Border = "first") -> Columns:  # noqa: A002
    """Direct contiguity 3.2, 1816-2016: 1 land to 5 far by water, 0 not contiguous; first or last spell of a year.

    The source has spells of 0 beside spells of a border (the Soviet Union and Afghanistan, 1919 to 2016), and the first
    spell of a year may be one of them. With ``slice="nearest"`` the nearest border named in the year counts.

    For states ``land`` and ``sea``: the number of members they border by land and across the sea.
    """
    import polars as pl

    if not c.index.dyadic:
        inside = c.covered("contiguity")
        kind = pl.col("conttype")
        folds = {"land": (kind == 1).sum().cast(pl.Int16), "sea": (kind > 1).sum().cast(pl.Int16)}
        return [c.zero_fill(x, inside) for x in c.of_dyads(lambda d: contiguity(d, slice), folds, inside)]
    rows = c.store.table("contdir").collect().sort("stdate", maintain_order=True)
    if slice == "last":
        rows = rows.reverse()
    elif slice == "nearest":
        rows = rows.filter(pl.col("conttype") > 0).sort("conttype", maintain_order=True)
    start, end = (rows[x].dt.year().cast(pl.Int64).to_numpy() for x in ("stdate", "enddate"))
    at, years = spans(start, end, c.index.system.first, c.index.system.last)
    # Rows are in order of date, or of nearness, and the first of a key wins.
    source = rows.select("ccode1", "ccode2", "conttype")[at].with_columns(pl.Series("year", years))
    columns, _ = c.by_dyad(dyads_in_system(c, source), {"conttype": "conttype"}, both=True)
    return [c.zero_fill(columns[0], c.covered("contiguity"))]


def capital_distance(c: Context, slice: Slice = "first") -> Columns:  # noqa: A002
    """Great-circle distance between capitals in kilometres, of the first or last capital of the year.

    For states ``mincapdist``: the distance to the nearest capital.
    """
    import polars as pl

    if not c.index.dyadic:
        folds = {"mincapdist": pl.col("capdist").min()}
        return c.of_dyads(lambda d: capital_distance(d, slice), folds, c.covered("capital_distance"))
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


DAYS = {"jan1": (1, 1), "june30": (6, 30), "dec31": (12, 31)}


def minimum_distance(c: Context, slice: Day = "jan1") -> Columns:  # noqa: A002
    """Minimum distance in kilometres, 1886-2019: of 1 January, 30 June, 31 December, or the first or last of a year.

    That of 1 January is from the plain file, in either state system. The others are in the extended file alone, which
    has COW numbers and distances on every day that a state changed its shape. For states ``minmindist``: the distance
    to the nearest state, among those whose distance is known.
    """
    import polars as pl

    if not c.index.dyadic:
        folds = {"minmindist": pl.col("mindist").min()}
        return c.of_dyads(lambda d: minimum_distance(d, slice), folds, c.covered("minimum_distance"))
    if slice == "jan1":
        gw = c.index.system.name == "gw"
        names = {"gwcode1": "ccode1", "gwcode2": "ccode2"} if gw else {}
        source = c.store.table("mindist_gw" if gw else "mindist_cow").collect().rename(names)
        return c.by_dyad(source, {"mindist": "mindist"}, both=True)[0]
    # Rows are in order of date, and the first of a key wins.
    rows = c.store.table("mindist_plus").filter(pl.col("mindist").is_not_null())
    if slice in DAYS:
        month, day = DAYS[slice]
        rows = rows.filter((pl.col("date").dt.month() == month) & (pl.col("date").dt.day() == day))
    found = rows.select("ccode1", "ccode2", "year", "date", "mindist").collect()
    found = found.sort("date", descending=slice == "last", maintain_order=True).drop("date")
    return c.by_dyad(dyads_in_system(c, found), {"mindist": "mindist"}, both=True)[0]
