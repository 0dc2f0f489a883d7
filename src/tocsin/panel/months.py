"""From dyad-years to dyad-months, and the modes of force of each month."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.panel.additions.conflict import events_with_modes
from tocsin.panel.context import Context, spans
from tocsin.panel.index import Index
from tocsin.panel.system import System
from tocsin.store import Store

if TYPE_CHECKING:
    import polars as pl


def months_of(system: System) -> NDArray[np.bool_]:
    """Return whether a state was a member on any day of a month, shape (n, years, 12)."""
    out = np.zeros((*system.member.shape, 12), bool)
    flat = out.reshape(len(system.codes), -1)
    zero = system.first * 12
    for at, start, end in system.spells:
        begin, stop = (_month(d) - zero for d in (start, end))
        flat[at, max(begin, 0) : max(stop + 1, 0)] = True
    return out


def _month(d: date) -> int:
    return d.year * 12 + d.month - 1


def expand(frame: pl.DataFrame, index: Index, store: Store, *, wants_modes: bool) -> pl.DataFrame:
    """Return one row per month in which both states of a dyad-year were members.

    Yearly columns repeat. ``mode`` is the highest mode of force in the month, from MIE events by their months; an event
    whose month is unknown counts in no month.
    """
    import polars as pl

    member = months_of(index.system)
    assert index.j is not None
    both = member[index.i, index.t] & member[index.j, index.t]
    row, month = np.nonzero(both)
    out = frame[row].with_columns(pl.Series("month", (month + 1).astype(np.int8)))
    keys = [c for c in frame.columns if c.endswith(("code1", "code2"))]
    out = out.select(*keys, "year", "month", *(c for c in frame.columns if c not in (*keys, "year")))
    if not wants_modes:
        return out
    place = np.full((len(index), 12), -1, np.int64)
    place[row, month] = np.arange(len(row))
    mode = np.zeros(len(row), np.int8)
    events = events_with_modes(Context(store, index).store.table("mie").collect()).drop_nulls(["stmon", "endmon"])
    start = (events["styear"] * 12 + events["stmon"] - 1).to_numpy()
    end = (events["endyear"] * 12 + events["endmon"] - 1).to_numpy()
    at, months = spans(start, end, index.system.first * 12, index.system.last * 12 + 11)
    one, two = (index.system.position(events[c].to_numpy()) for c in ("ccode1", "ccode2"))
    mutual = ((events["action"] == 17) | (events["hostlev"] == 5)).to_numpy()
    t, m = months // 12 - index.system.first, months % 12
    for a, b, use in ((one, two, np.ones(len(at), bool)), (two, one, mutual[at] | (not index.directed))):
        good = use & (a[at] >= 0) & (b[at] >= 0)
        rows = index.grid[a[at][good], b[at][good], t[good]]
        inside = rows >= 0
        where = place[rows[inside], m[good][inside]]
        np.maximum.at(mode, where[where >= 0], events["mode"].to_numpy()[at][good][inside][where >= 0])
    inside_years = out["year"].is_between(1816, 2014)
    return out.with_columns(pl.when(inside_years).then(pl.Series(mode)).alias("mode"))
