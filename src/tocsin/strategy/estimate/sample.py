"""The record the game is fitted to: directed years of land neighbours in a rivalry, with what each could have known.

A row is a year in which A (``ccode1``) and B are contiguous by land and strategic rivals. Its outcome is the highest
mode of force that A itself used (Militarized Interstate Events; being attacked is not a choice). Everything else is of
the year before or earlier:

* ``e``: 2 if either side used an incursion, a strike or war in the year before; 0 if the dyad existed in all ten years
  before and saw no event in any of them; 1 otherwise. The game counts a treaty in force as ``e = 0`` too; treaties are
  not in this record.
* ``r = ln(K_B/K_A)`` of military expenditure (National Material Capabilities); missing where either side's figure is.
* ``q``: B's backlog of ordered arms beyond A's, from the arms register, in steps of the grid.

The lists of rivals and the order years of the register carry hindsight.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import ModelError, UsageError
from tocsin.parameters import parameters
from tocsin.strategy.game.setting import Array
from tocsin.strategy.game.states import NQ, X_STEP

if TYPE_CHECKING:
    from tocsin.store import Store

TABLES = ("cow_states", "contdir", "tss_rivalries", "mie", "nmc", "arms", "arms_deliveries")
HISTORY = 10  # quiet years that count as settled
RECORD = (1816, 2014)  # years covered by the events
REGISTER_FIRST = 1950
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sample:
    """Rows of the record.

    Parameters
    ----------
    ccode1, ccode2, year : ndarray of int, shape (n,)
        A, B and the year.
    mode : ndarray of int, shape (n,)
        A's highest mode in the year, 0 none to 4 war.
    e : ndarray of int, shape (n,)
        Recent history of the dyad.
    r, q : ndarray, shape (n,)
        Log power ratio and pending deliveries; NaN where unknown.
    """

    ccode1: Ints
    ccode2: Ints
    year: Ints
    mode: Ints
    e: Ints
    r: Array
    q: Array

    def __len__(self) -> int:
        return len(self.mode)

    @property
    def dyad(self) -> Ints:
        """Number of the pair of states, the same in both directions, shape (n,)."""
        low, high = np.minimum(self.ccode1, self.ccode2), np.maximum(self.ccode1, self.ccode2)
        return np.unique(low * 1000 + high, return_inverse=True)[1].astype(np.int64)

    def take(self, keep: NDArray[np.bool_]) -> Sample:
        """Return the rows marked."""
        return Sample(**{f.name: getattr(self, f.name)[keep] for f in fields(self)})

    def years(self, first: int, last: int) -> Sample:
        """Return the rows of these years, inclusive."""
        return self.take((self.year >= first) & (self.year <= last))

    def known(self) -> Sample:
        """Return the rows whose power ratio and pending deliveries are known."""
        return self.take(np.isfinite(self.r) & np.isfinite(self.q))

    def counts(self) -> Ints:
        """Return how often each mode followed each history, shape (3, 5)."""
        return np.bincount(self.e * 5 + self.mode, minlength=15).reshape(3, 5).astype(np.int64)


def read(store: Store, first: int, last: int) -> Sample:
    """Return the record of these years from the store.

    Parameters
    ----------
    store : Store
        Must hold the tables of ``TABLES``.
    first, last : int
        Years within 1826-2014; ``r`` and ``q`` are unknown before there are figures.

    Raises
    ------
    UsageError
        For years outside the record.
    SourceError
        If a table is not in the store.
    ModelError
        If no row is left.
    """
    import polars as pl

    from tocsin.panel.panel import dyad_years

    if not RECORD[0] + HISTORY <= first <= last <= RECORD[1]:
        raise UsageError(
            f"years {first}:{last}: with {HISTORY} years of history the record covers "
            f"{RECORD[0] + HISTORY} to {RECORD[1]}."
        )
    plan = dyad_years(first - HISTORY, last, directed=True, store=store)
    frame = (
        plan.add("contiguity", slice="nearest")
        .add("rivalries", "nmc", "arms_imports", "arms_pending")
        .add("modes", both_sides=False)
    ).collect()
    unknown = frame.select("mode", "conttype", "rivalry").null_count().row(0, named=True)
    if any(unknown.values()):
        raise ModelError(f"the panel has rows of unknown {', '.join(k for k, v in unknown.items() if v)}.")
    one, two, year, mode = (frame[c].to_numpy().astype(np.int64) for c in ("ccode1", "ccode2", "year", "mode"))
    codes = np.unique(one)
    i, j, t = np.searchsorted(codes, one), np.searchsorted(codes, two), year - year.min()
    seen = np.full((len(codes), len(codes), t.max() + 1), -1, dtype=np.int8)  # -1: not both members
    seen[i, j, t] = mode
    worst = np.maximum(seen, seen.transpose(1, 0, 2))

    wanted = frame.select((pl.col("conttype") == 1) & (pl.col("rivalry") == 1)).to_series().to_numpy()
    row = np.flatnonzero(wanted & (year >= first))
    past = np.stack([worst[i[row], j[row], t[row] - k] for k in range(1, HISTORY + 1)], axis=1)
    # What happened in the year before is unknown where one of the two was no member then.
    row, past = row[past[:, 0] >= 0], past[past[:, 0] >= 0]
    if not row.size:
        raise ModelError(f"no year of land neighbours in a rivalry in {first}:{last}.")
    e = np.where(past[:, 0] >= 2, 2, np.where((past == 0).all(axis=1), 0, 1)).astype(np.int64)

    def before(column: str) -> Array:
        """Value of a column of A's state in the year before, NaN where unknown or no member."""
        table = np.full((len(codes), t.max() + 1), np.nan)
        table[i, t] = frame[column].cast(pl.Float64).fill_null(np.nan).to_numpy()
        return table

    spending, arrived, waiting = before("milex1"), before("arms_tiv1"), before("arms_pending1")
    stock = _stock(arrived)
    a, b, s = i[row], j[row], t[row] - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.log(spending[b, s]) - np.log(spending[a, s])
        pressure = np.log1p(waiting / stock)
        pressure[waiting == 0] = 0.0  # nothing on order adds nothing, to however small a stock
        q = np.clip(0.5 * (pressure[b, s] - pressure[a, s]) / X_STEP, 0, NQ - 1)
    # Before the register there is no zero, only the unknown; two endless ratios cannot be compared.
    q[year[row] - 1 < REGISTER_FIRST] = np.nan
    r[~np.isfinite(r)] = np.nan
    return Sample(one[row], two[row], year[row], mode[row], e, r, q)


def _stock(arrived: Array) -> Array:
    """Return the stock of delivered arms by state and year: a perpetual inventory from the register's first year."""
    keep = 1 - parameters("measures")["arms_depreciation"].mode
    out, held = np.zeros_like(arrived), np.zeros(arrived.shape[0])
    for t in range(arrived.shape[1]):
        held = keep * held + np.nan_to_num(arrived[:, t])
        out[:, t] = held
    return out
