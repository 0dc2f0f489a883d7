"""Leaders: transitions, experience, willingness to use force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tocsin.panel.context import Context
from tocsin.panel.index import gather

if TYPE_CHECKING:
    import polars as pl

Columns = list["pl.Series"]


def leaders(c: Context) -> Columns:
    """Archigos 4.1 by state-year, 1870-2015: transitions, number of leaders, those of 1 January and 31 December.

    Where two Gleditsch-Ward states are one COW state in a year (Yugoslavia and Serbia in 2006), the change from one to
    the other is a change of leader.
    """
    import polars as pl

    names = {x: x for x in ("leadertransition", "irregular", "n_leaders", "jan1obsid", "dec31obsid")}
    rows = c.source("archigos_years", {"gwcode": "ccode"}, codes="gw")
    # Yugoslavia (345) comes before Serbia (340), and the crosswalk lists Serbia first.
    merged = (
        rows.reverse()
        .group_by("ccode", "year", maintain_order=True)
        .agg(pl.max("leadertransition", "irregular"), pl.sum("n_leaders"), pl.first("jan1obsid"), pl.last("dec31obsid"))
    )
    other = (pl.col("jan1obsid") != pl.col("dec31obsid")).cast(pl.Int64)
    return c.by_state(
        merged.with_columns(pl.max_horizontal("leadertransition", other).alias("leadertransition")), names
    )


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
