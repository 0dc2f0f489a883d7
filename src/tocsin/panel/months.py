"""From dyad-years to dyad-months, and the modes of force of each month."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.panel.additions.conflict import events_with_modes, with_answers
from tocsin.panel.context import Context, dyads_in_system, spans
from tocsin.panel.index import Index
from tocsin.panel.system import System
from tocsin.panel.windows import WINDOWS
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


def expand(
    frame: pl.DataFrame, index: Index, store: Store, *, wants_modes: bool, both_sides: bool = True
) -> pl.DataFrame:
    """Return one row per month in which both states of a dyad-year were members.

    Yearly columns repeat. ``mode`` is the highest mode of force in the month, from MIE events by their months; an event
    whose month is unknown counts in no month. With ``both_sides`` a clash and a war battle count for both.
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
    events = events_with_modes(store.table("mie").collect()).drop_nulls(["stmon", "endmon"])
    events = with_answers(events) if both_sides and index.directed else events
    start = (events["styear"] * 12 + events["stmon"] - 1).to_numpy()
    end = (events["endyear"] * 12 + events["endmon"] - 1).to_numpy()
    at, months = spans(start, end, index.system.first * 12, index.system.last * 12 + 11)
    source = events.select("ccode1", "ccode2", "mode")[at]
    source = source.with_columns(pl.Series("year", months // 12), pl.Series("m", months % 12))
    source = dyads_in_system(Context(store, index), source)
    a, b = (index.system.position(source[c].to_numpy()) for c in ("ccode1", "ccode2"))
    t, m = source["year"].to_numpy() - index.system.first, source["m"].to_numpy()
    for one, two in ((a, b),) if index.directed else ((a, b), (b, a)):
        good = (one >= 0) & (two >= 0)
        rows = index.grid[one[good], two[good], t[good]]
        inside = rows >= 0
        where = place[rows[inside], m[good][inside]]
        np.maximum.at(mode, where[where >= 0], source["mode"].to_numpy()[good][inside][where >= 0])
    inside_years = out["year"].is_between(*WINDOWS["modes"])
    return out.with_columns(pl.when(inside_years).then(pl.Series(mode)).alias("mode"))
