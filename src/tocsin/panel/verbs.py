"""What a panel can do besides adding: keep rows, count spells, look up another year."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tocsin.errors import UsageError, suggest
from tocsin.panel.additions.geography import contiguity, majors
from tocsin.panel.additions.ties import rivalries
from tocsin.panel.context import Context
from tocsin.panel.index import Index
from tocsin.panel.spells import spell_years
from tocsin.panel.whittle import KEY, whittle

if TYPE_CHECKING:
    import polars as pl

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(frozen=True)
class Step:
    """One thing to do: add a source, keep some rows, count spells, or lag a column."""

    verb: str
    name: str = ""
    options: tuple[tuple[str, Any], ...] = ()


# First and last COW (and Gleditsch-Ward) number of each region.
REGIONS = {
    "Americas": (2, 199),
    "Europe": (200, 399),
    "Africa": (400, 626),
    "Middle East": (630, 699),
    "Asia": (700, 899),
    "Oceania": (900, 999),
}


def in_regions(index: Index, names: tuple[str, ...]) -> Any:
    """Return the rows whose states all lie in the named regions, by the numbering of the state systems."""

    def inside(at: Any) -> Any:
        codes = index.system.codes[at]
        return np.any([(codes >= REGIONS[n][0]) & (codes <= REGIONS[n][1]) for n in names], axis=0)

    return inside(index.i) if index.j is None else inside(index.i) & inside(index.j)


def kept(step: Step, context: Context) -> Any:
    def values(series: pl.Series) -> Any:
        return series.fill_null(-1).to_numpy()

    if step.verb == "regions":
        return in_regions(context.index, dict(step.options)["names"])
    if step.verb == "rivals":
        return values(rivalries(context)[0]) == 1
    options = dict(step.options)
    kind = values(contiguity(context, options["slice"])[0])
    if step.verb == "contiguous":
        return (kind >= 1) & (kind <= options["at_most"])
    one, two = (values(s) == 1 for s in majors(context))
    return (kind >= 1) | ((one | two) & (kind >= 0))


def parse_condition(text: str) -> tuple[str, Callable[[Any, Any], Any], float]:
    found = re.fullmatch(r"\s*(\w+)\s*(>=|<=|==|!=|>|<)\s*(-?\d+(?:\.\d+)?)\s*", text)
    if not found:
        raise UsageError(f"'{text}' is not a condition: write a column, an operator and a number, as in mode>=3.")
    return found[1], OPERATORS[found[2]], float(found[3])


def column_of(columns: list[pl.Series], name: str) -> pl.Series:
    by_name = {s.name: s for s in columns}
    # People name the addition; its column is the singular.
    name = {"modes": "mode"}.get(name, name)
    if name not in by_name:
        raise UsageError(f"there is no column '{name}' yet.{suggest(name, by_name)} Add it before.")
    return by_name[name]


def whittled(step: Step, context: Context) -> Any:
    """Return which rows of a panel of disputes are left after the rules of whittling."""
    import polars as pl

    index = context.index
    keys = zip(KEY, (index.i, index.j, index.t), strict=True)
    frame = pl.DataFrame([pl.Series(name, values) for name, values in keys]).hstack(list(context.columns))
    onset = "midonset" if "midonset" in frame.columns else "disponset"
    left = whittle(frame.with_row_index("row"), dict(step.options)["rules"], onset=onset)
    keep = np.zeros(len(index), bool)
    keep[left["row"].to_numpy()] = True
    return keep


def _group(index: Index, columns: list[pl.Series]) -> Any:
    """Return a number for the unit of each row: the leader or pair of leaders, else the state or dyad."""
    import polars as pl

    leaders = [s for s in columns if s.name in ("obsid", "obsid1", "obsid2")]
    if leaders:
        return pl.select(pl.struct(leaders).rank("dense")).to_series().to_numpy().astype(np.int64)
    n = len(index.system.codes)
    return index.i.astype(np.int64) * n + (0 if index.j is None else index.j)


def spell(columns: list[pl.Series], index: Index, step: Step) -> pl.Series:
    return count_since(columns, _group(index, columns), index.t.astype(np.int64), step)


def count_since(columns: list[pl.Series], group: Any, time: Any, step: Step) -> pl.Series:
    """Years (or months) since the condition held; unknown from a row where it is unknown until it next holds."""
    import polars as pl

    options = dict(step.options)
    name, holds, limit = parse_condition(options["condition"])
    series = column_of(columns, name)
    order = np.lexsort((time, group))
    group, time = group[order], time[order]
    missing = series.is_null().to_numpy()[order]
    # What is filled in is not looked at: such a row is neither an event nor none.
    event = holds(series.fill_null(0).to_numpy()[order], limit) & ~missing
    count = spell_years(group, time, event, count=options["count"])
    hidden = _unknown(group, missing, event)
    if options["ongo"]:
        hidden[1:] |= event[1:] & event[:-1] & (group[1:] == group[:-1]) & (time[1:] == time[:-1] + 1)
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    out = pl.Series(step.name, count[back]).cast(pl.Int16)
    return out.set(pl.Series(hidden[back]), None) if hidden.any() else out


def _unknown(group: Any, missing: Any, event: Any) -> Any:
    """Return the rows of which nobody knows when the event last was, for rows sorted by group and time."""
    if not missing.any():
        return missing
    new = np.ones(len(group), bool)
    new[1:] = group[1:] != group[:-1]
    place = np.arange(len(group))
    last_unknown = np.maximum.accumulate(np.where(missing, place, -1))
    last_known = np.maximum.accumulate(np.where(event, place, -1))
    start = np.maximum.accumulate(np.where(new, place, 0))
    dark = (last_unknown >= start) & (last_unknown > np.where(last_known == place, last_known - 1, last_known))
    return dark | missing


def lagged(columns: list[pl.Series], index: Index, step: Step) -> pl.Series:
    """The value of another year of the same unit, by position, so that a gap in membership gives missing."""
    import polars as pl

    years = int(dict(step.options)["years"])
    t = index.t.astype(np.int64) - years
    inside = (t >= 0) & (t < index.system.member.shape[1])
    at = t.clip(0, index.system.member.shape[1] - 1)
    rows = index.grid[index.i, at] if index.j is None else index.grid[index.i, index.j, at]
    rows = np.where(inside, rows, -1)
    places = pl.Series(rows).set(pl.Series(rows < 0), None)
    word = f"lag{years}" if years > 0 else f"lead{-years}"
    return column_of(columns, step.name).gather(places).alias(f"{step.name}_{word}")
