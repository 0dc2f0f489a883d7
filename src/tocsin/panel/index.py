"""The rows of a panel as positions in a dense grid, and looking a source up by position instead of joining by key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.panel.system import System, meet

if TYPE_CHECKING:
    import polars as pl

Ints = NDArray[np.int64]
Rows = NDArray[np.int32]


@dataclass(frozen=True)
class Index:
    """The rows of a panel by state or dyad and year; leaders, days and disputes may share a place.

    Parameters
    ----------
    system : System
        State system.
    directed : bool
        Whether each dyad stands once (``ccode2 > ccode1``) or twice; states have no direction.
    i, j, t : ndarray of int16, shape (rows,)
        Positions of the first state, the second (None for state-years) and the year.
    """

    system: System
    directed: bool
    i: NDArray[np.int16]
    j: NDArray[np.int16] | None
    t: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.i)

    @property
    def dyadic(self) -> bool:
        """Whether rows are dyads."""
        return self.j is not None

    @property
    def years(self) -> NDArray[np.int16]:
        """Calendar year of each row."""
        return (self.t + np.int16(self.system.first)).astype(np.int16)

    @cached_property
    def grid(self) -> Rows:
        """Row number by position, -1 where there is no row; shape (n, years) or (n, n, years)."""
        n, years = self.system.member.shape
        grid = np.full((n, years) if self.j is None else (n, n, years), -1, np.int32)
        rows = np.arange(len(self), dtype=np.int32)
        if self.j is None:
            grid[self.i, self.t] = rows
        else:
            grid[self.i, self.j, self.t] = rows
        return grid

    @cached_property
    def twin(self) -> Rows:
        """Row that the grid holds for each row's dyad-year: itself, or the last of several leaders or disputes."""
        return np.asarray(self.grid[self.i, self.j, self.t])

    def take(self, rows: NDArray[np.bool_]) -> Index:
        """Return the index of the rows that are true."""
        return Index(self.system, self.directed, self.i[rows], None if self.j is None else self.j[rows], self.t[rows])

    def state_rows(self, codes: Ints, years: Ints, side: int = 1) -> Rows:
        """Return, for each row of the panel, the row of a state-year source, -1 where it has none.

        Parameters
        ----------
        codes, years : ndarray of int, shape (m,)
            Keys of the source.
        side : {1, 2}
            State of the dyad.
        """
        n, width = self.system.member.shape
        found = np.full((n, width), -1, np.int32)
        at, t = self.system.position(codes), years - self.system.first
        good = (at >= 0) & (t >= 0) & (t < width)
        # Backwards, so that the first of several rows with one key stays.
        where = np.flatnonzero(good)[::-1]
        found[at[where], t[where]] = where
        return found[self.i if side == 1 else self.j, self.t]

    def dyad_rows(self, codes1: Ints, codes2: Ints, years: Ints, *, both: bool = False) -> Rows:
        """Return, for each row of the panel, the row of a dyad-year source, -1 where it has none.

        Parameters
        ----------
        codes1, codes2, years : ndarray of int, shape (m,)
            Keys of the source.
        both : bool
            Whether the source holds each pair once, in any order, so that it counts for both directions.
        """
        out = np.full(len(self), -1, np.int32)
        a, b, t = self.system.position(codes1), self.system.position(codes2), years - self.system.first
        # Backwards, so that the first of several rows with one key stays.
        good = np.flatnonzero((a >= 0) & (b >= 0) & (t >= 0) & (t < self.system.member.shape[1]))[::-1]
        rows = self.grid[a[good], b[good], t[good]]
        if both:
            turned = self.grid[b[good], a[good], t[good]]
            rows, good = np.stack([rows, turned], axis=1).ravel(), np.repeat(good, 2)
        inside = rows >= 0
        out[rows[inside]] = good[inside]
        return out[self.twin]


def state_year_index(system: System) -> Index:
    """Return the rows of all state-years, by state and year."""
    i, t = np.nonzero(system.member)
    return Index(system, False, i.astype(np.int16), None, t.astype(np.int16))


def dyad_year_index(system: System, *, directed: bool) -> Index:
    """Return the rows of all dyad-years, by first state, second state and year."""
    both = meet(system)
    if not directed:
        both &= np.triu(np.ones(both.shape[:2], bool), 1)[:, :, None]
    i, j, t = (x.astype(np.int16) for x in np.nonzero(both))
    return Index(system, directed, i, j, t)


def gather(source: pl.DataFrame, rows: Rows, names: dict[str, str]) -> list[pl.Series]:
    """Return columns of a source by row number; null where the number is -1.

    Parameters
    ----------
    names : dict of str to str
        Column in the source -> name in the panel.
    """
    import polars as pl

    holes = rows < 0
    at = pl.Series(rows).clip(0).cast(pl.UInt32)
    if holes.any():
        at = at.set(pl.Series(holes), None)
    tidy = pl.DataFrame([small(source[c]).alias(name) for c, name in names.items()])
    return tidy.select(pl.all().gather(at)).get_columns()


def small(column: pl.Series) -> pl.Series:
    """Return an integer column in the smallest type that holds it."""
    import polars as pl

    if not column.dtype.is_integer() or column.len() == column.null_count():
        return column
    low, high = int(column.min()), int(column.max())  # type: ignore[arg-type]
    for kind in (pl.Int8, pl.Int16, pl.Int32):
        width = {pl.Int8: 7, pl.Int16: 15, pl.Int32: 31}[kind]
        if -(1 << width) <= low and high < 1 << width:
            return column.cast(kind)
    return column
