"""The yearly record of force between pairs of states, as dense arrays over (dyad, year)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import SourceError
from tocsin.panel.panel import dyad_years
from tocsin.store import Store

FIRST, LAST = 1816, 2014
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Record:
    """Undirected dyads that were ever relevant or rivals, year by year.

    Parameters
    ----------
    ccode1, ccode2 : ndarray of int, shape (d,)
        The dyads, ``ccode1 < ccode2``.
    exists, land, rival, relevant, major : ndarray of bool, shape (d, years)
        Whether both were members, and their status in the year.
    mode : ndarray of int8, shape (d, years)
        Highest mode of force.
    share : ndarray of float, shape (d, years)
        The stronger state's part of the two CINC scores; NaN where unknown.
    """

    ccode1: NDArray[np.int64]
    ccode2: NDArray[np.int64]
    exists: Flags
    land: Flags
    rival: Flags
    relevant: Flags
    major: Flags
    mode: NDArray[np.int8]
    share: NDArray[np.float64]

    def sample(self, name: str, t: int) -> Flags:
        """Return the dyads of a sample for the target year at position ``t``, by their status the year before.

        ``prd`` politically relevant, ``rival`` in a strategic rivalry, ``land`` contiguous by land, ``quiet``
        politically relevant without any mode of force in the last five years, ``all`` every dyad of the record.
        """
        there = self.exists[:, t] & self.exists[:, t - 1]
        if name == "all":
            return np.asarray(there)
        if name == "quiet":
            calm = (self.mode[:, max(0, t - 5) : t] == 0).all(1)
            return np.asarray(there & self.relevant[:, t - 1] & calm)
        status = {"prd": self.relevant, "rival": self.rival, "land": self.land}[name]
        return np.asarray(there & status[:, t - 1])


def load_record(store: Store) -> Record:
    """Return the record from the store's tables.

    Raises
    ------
    SourceError
        If a status or a mode of force is missing in a dyad-year.
    """
    import polars as pl

    frame = (
        dyad_years(FIRST, LAST, directed=False, store=store)
        .add("contiguity", "majors", "rivalries", "modes", "nmc")
        .collect()
        .select("ccode1", "ccode2", "year", "conttype", "cowmaj1", "cowmaj2", "rivalry", "mode", "cinc1", "cinc2")
    )
    # What is unknown must not pass for peace or for no status.
    holes = [c for c in ("conttype", "cowmaj1", "cowmaj2", "rivalry", "mode") if frame[c].null_count()]
    if holes:
        raise SourceError(f"{', '.join(holes)} missing in dyad-years of {FIRST}-{LAST}: the record needs every one.")
    major = (pl.col("cowmaj1") == 1) | (pl.col("cowmaj2") == 1)
    frame = frame.with_columns(
        (pl.col("conttype") == 1).alias("land"),
        (pl.col("rivalry") == 1).alias("rival"),
        major.alias("major"),
        ((pl.col("conttype") >= 1) | major).alias("relevant"),
        (pl.max_horizontal("cinc1", "cinc2") / (pl.col("cinc1") + pl.col("cinc2"))).alias("share"),
    )
    frame = frame.filter((pl.col("relevant") | pl.col("rival")).any().over("ccode1", "ccode2"))
    pairs = frame.select("ccode1", "ccode2").unique(maintain_order=True).with_row_index("d")
    frame = frame.join(pairs, on=["ccode1", "ccode2"])
    d, t = frame["d"].to_numpy(), frame["year"].to_numpy().astype(np.int64) - FIRST
    shape = (len(pairs), LAST - FIRST + 1)

    def flags(name: str) -> Flags:
        out = np.zeros(shape, bool)
        out[d, t] = frame[name].to_numpy()
        return out

    exists, mode, share = np.zeros(shape, bool), np.zeros(shape, np.int8), np.full(shape, np.nan)
    exists[d, t] = True
    mode[d, t] = frame["mode"].to_numpy()
    share[d, t] = frame["share"].fill_null(np.nan).to_numpy()
    one, two = (pairs[c].to_numpy().astype(np.int64) for c in ("ccode1", "ccode2"))
    return Record(one, two, exists, flags("land"), flags("rival"), flags("relevant"), flags("major"), mode, share)
