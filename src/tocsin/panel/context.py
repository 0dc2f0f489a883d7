"""What an addition works with: the store, the rows, and sources brought into the panel's code system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.panel.index import Index, Rows, dyad_year_index, gather
from tocsin.panel.windows import WINDOWS
from tocsin.store import Store

if TYPE_CHECKING:
    import polars as pl

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Context:
    """The store, the rows of the panel, and its columns so far."""

    store: Store
    index: Index
    columns: tuple[pl.Series, ...] = ()

    def source(self, table: str, columns: dict[str, str], *, codes: str = "cow") -> pl.DataFrame:
        """Return a table with its key columns in the panel's code system.

        Parameters
        ----------
        table : str
            Name in the store.
        columns : dict of str to str
            Key column in the source -> name wanted (``ccode``, ``ccode1``, ``ccode2``); the year must be ``year``.
        codes : {'cow', 'gw'}
            Code system of the source. Where it differs from the panel's, codes are translated year by year with the
            crosswalk; rows of states without a counterpart in the year are left out.
        """

        frame = self.store.table(table).collect().rename(columns)
        if codes == self.index.system.name:
            return frame
        return translate(self.store, frame, list(columns.values()), to=self.index.system.name)

    def by_state(self, source: pl.DataFrame, names: dict[str, str]) -> list[pl.Series]:
        """Return columns of a state-year source, once for states and with 1 and 2 appended for the states of a dyad."""
        codes, years = source["ccode"].to_numpy(), source["year"].to_numpy()
        if not self.index.dyadic:
            return gather(source, self.index.state_rows(codes, years), names)
        out = []
        for side in (1, 2):
            rows = self.index.state_rows(codes, years, side)
            out += gather(source, rows, {c: f"{n}{side}" for c, n in names.items()})
        return out

    def by_dyad(
        self, source: pl.DataFrame, names: dict[str, str], *, both: bool = False
    ) -> tuple[list[pl.Series], Rows]:
        """Return columns of a dyad-year source, and the rows they came from."""
        keys = (source[c].to_numpy() for c in ("ccode1", "ccode2", "year"))
        rows = self.index.dyad_rows(*keys, both=both)
        return gather(source, rows, names), rows

    def of_dyads(
        self, make: Callable[[Context], list[pl.Series]], folds: dict[str, pl.Expr], inside: NDArray[np.bool_]
    ) -> list[pl.Series]:
        """Return columns of states that sum up their dyads of the year, missing outside the source's years.

        Parameters
        ----------
        make : callable
            From a context of directed dyad-years to columns.
        folds : dict of str to polars.Expr
            Name of each new column -> how the dyads of a state and year become one value.
        inside : ndarray of bool, shape (rows,)
            Which rows lie inside the source's years.
        """
        import polars as pl

        system = self.index.system
        dyads = dyad_year_index(system, directed=True)
        keys = [pl.Series("ccode", system.codes[dyads.i]), pl.Series("year", dyads.years)]
        frame = pl.DataFrame([*keys, *make(Context(self.store, dyads))])
        folded = frame.group_by("ccode", "year", maintain_order=True).agg(e.alias(n) for n, e in folds.items())
        outside = pl.Series(~inside)
        return [x.set(outside, None) if outside.any() else x for x in self.by_state(folded, {n: n for n in folds})]

    def covered(self, addition: str) -> NDArray[np.bool_]:
        """Return which rows lie inside the window of an addition."""
        years = self.index.years
        first, last = WINDOWS[addition]
        return np.asarray((years >= first) & (years <= last))

    def flag(self, name: str, rows: NDArray[np.bool_], inside: NDArray[np.bool_]) -> pl.Series:
        """Return a 0/1 column, missing outside the source's years."""
        import polars as pl

        out = pl.Series(name, rows.astype(np.int8))
        return out if inside.all() else out.set(pl.Series(~inside), None)

    def zero_fill(self, column: pl.Series, inside: NDArray[np.bool_]) -> pl.Series:
        """Return the column with 0 for missing inside the source's years; outside them missing stays missing."""
        import polars as pl

        holes = column.is_null() & pl.Series(inside)
        return column.set(holes, 0) if holes.any() else column


def spans(start: Ints, end: Ints, first: int, last: int) -> tuple[Ints, Ints]:
    """Return (row, year) for each year that a spell touches, cut to a span of years.

    Examples
    --------
    >>> rows, years = spans(np.array([1990]), np.array([1992]), 1991, 2000)
    >>> years.tolist()
    [1991, 1992]
    """
    begin, stop = np.maximum(start, first), np.minimum(end, last)
    length = np.maximum(stop - begin + 1, 0)
    rows = np.repeat(np.arange(len(start)), length)
    offset = np.arange(len(rows)) - np.repeat(np.cumsum(length) - length, length)
    return rows, begin[rows] + offset


def translate(store: Store, frame: pl.DataFrame, columns: list[str], *, to: str = "gw") -> pl.DataFrame:
    """Return a table with state numbers of the other system, by the crosswalk of each year.

    Rows of states without a counterpart in the year are left out.
    """
    import polars as pl

    here, there = ("ccode", "gwcode") if to == "gw" else ("gwcode", "ccode")
    walk = store.table("cow_gw" if to == "gw" else "gw_cow").collect()
    pairs = walk.select(pl.col(here).alias("from"), pl.col(there).alias("to"), "year").drop_nulls()
    pairs = pairs.cast(pl.Int64).unique(["from", "year"], keep="first", maintain_order=True)
    frame = frame.with_columns(pl.col("year", *columns).cast(pl.Int64))
    for name in columns:
        frame = (
            frame.join(pairs, left_on=[name, "year"], right_on=["from", "year"], how="inner", maintain_order="left")
            .drop(name)
            .rename({"to": name})
        )
    return frame


def in_system(c: Context, source: pl.DataFrame) -> pl.DataFrame:
    """Translate a COW-coded source with ``ccode`` if the panel is in the other system."""
    return source if c.index.system.name == "cow" else translate(c.store, source, ["ccode"])


def dyads_in_system(c: Context, source: pl.DataFrame) -> pl.DataFrame:
    """Translate a COW-coded dyadic source if the panel is in the other system."""
    return source if c.index.system.name == "cow" else translate(c.store, source, ["ccode1", "ccode2"])
