"""The yearly record of force between pairs of states, as dense arrays over (dyad, year)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import SourceError
from tocsin.panel.additions.conflict import events_with_modes, with_answers
from tocsin.panel.additions.geography import Border
from tocsin.panel.context import spans
from tocsin.panel.panel import dyad_years
from tocsin.panel.windows import WINDOWS
from tocsin.store import Store

FIRST, LAST = 1816, 2014
TABLES = ("contdir", "cow_states", "majors", "mie", "tss_rivalries")
# Columns of the panel, and the addition whose years of coverage they have.
COVERED = {
    "conttype": "contiguity",
    "cowmaj1": "majors",
    "cowmaj2": "majors",
    "rivalry": "rivalries",
    "mode": "modes",
}
# Modes of force at and above which a state's force against others is counted.
LEVELS = (1, 3, 4)
Flags = NDArray[np.bool_]
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Record:
    """Undirected dyads that were ever relevant or rivals, year by year from ``FIRST`` on.

    Parameters
    ----------
    ccode1, ccode2 : ndarray of int, shape (d,)
        The dyads, ``ccode1 < ccode2``.
    exists, land, near, rival : ndarray of bool, shape (d, years)
        Whether both were members; land border; contiguity of any kind; strategic rivals.
    majors : ndarray of int8, shape (d, years)
        How many of the two are major powers.
    acts : ndarray of int8, shape (2, d, years)
        Highest mode of force by the first state against the second, and by the second against the first.
    when : ndarray of float, shape (2, 2, d, years)
        Part of the year gone by when the first, and the second, state last used force of mode >= 1, and >= 3; 0 if it
        did not. Force that lasts beyond the year has 1.
    events : ndarray of int16, shape (2, 3, d, years)
        Events by the first, and the second, state: all, those of mode >= 3, and those with a death.
    abroad : ndarray of int16, shape (2, 3, d, years)
        In how many other dyads the first, and the second, state met force of mode >= 1, >= 3 and 4.
    until : int
        Last year of the record of force; statuses may go further, carried forward.
    statistics : dict of str to ndarray, shape (d, years)
        Published statistics of the pair, or of one of the two where the name ends in 1 or 2; NaN where unknown.
    """

    ccode1: NDArray[np.int64]
    ccode2: NDArray[np.int64]
    exists: Flags
    land: Flags
    near: Flags
    rival: Flags
    majors: NDArray[np.int8]
    acts: NDArray[np.int8]
    when: NDArray[np.float32]
    events: NDArray[np.int16]
    abroad: NDArray[np.int16]
    until: int = LAST
    statistics: dict[str, Array] = field(default_factory=dict)

    @property
    def relevant(self) -> Flags:
        """Politically relevant: contiguous in any way, or one of the two a major power."""
        return np.asarray(self.near | (self.majors > 0))

    @property
    def mode(self) -> NDArray[np.int8]:
        """Highest mode of force by either state, shape (d, years)."""
        return np.asarray(self.acts.max(0))

    def sample(self, name: str, t: int) -> Flags:
        """Return the dyads of a sample for the target year at position ``t``, by their status the year before.

        ``prd`` politically relevant, ``rival`` in a strategic rivalry, ``land`` contiguous by land, ``quiet``
        politically relevant without any mode of force in the last five years, ``all`` every dyad of the record.
        """
        there = self.exists[:, t] & self.exists[:, t - 1]
        if name == "all":
            return np.asarray(there)
        if name == "quiet":
            calm = (self.acts[:, :, max(0, t - 5) : t] == 0).all((0, 2))
            return np.asarray(there & self.sample("prd", t) & calm)
        if name == "prd":
            return np.asarray(there & (self.near[:, t - 1] | (self.majors[:, t - 1] > 0)))
        return np.asarray(there & {"rival": self.rival, "land": self.land}[name][:, t - 1])


def load_record(store: Store, *, last: int = LAST, border: Border = "nearest") -> Record:
    """Return the record from the store's tables.

    Parameters
    ----------
    store : Store
        With the tables of ``TABLES``.
    last : int
        Last year; beyond the coverage of a source, membership, borders, rank and rivalry are those of its last year,
        and force is left at none: ``until`` says where it ends, and nothing may read it from there on.
    border : {'nearest', 'first', 'last'}
        Which spell of contiguity counts in a year; the first may be one of "not contiguous" beside a border.

    Raises
    ------
    SourceError
        If a status or a mode of force is missing in a dyad-year that its source covers.
    """
    frame = (
        dyad_years(FIRST, last, store=store, carry_forward=last > WINDOWS["majors"][1])
        .add("contiguity", "majors", "rivalries", "modes", slice=border)
        .collect()
        .select("ccode1", "ccode2", "year", *COVERED)
    )
    # What is unknown must not pass for peace or for no status.
    holes = [c for c, source in COVERED.items() if frame.filter(frame["year"] <= WINDOWS[source][1])[c].null_count()]
    if holes:
        raise SourceError(f"{', '.join(holes)} missing in dyad-years of {FIRST}-{last}: the record needs every one.")
    codes = np.unique(frame["ccode1"].to_numpy())
    i, j = (np.searchsorted(codes, frame[c].to_numpy()) for c in ("ccode1", "ccode2"))
    t = frame["year"].to_numpy().astype(np.int64) - FIRST
    size, years = len(codes), last - FIRST + 1

    def dense(column: str) -> NDArray[np.int8]:
        out = np.zeros((size, size, years), np.int8)
        out[i, j, t] = frame[column].fill_null(0).to_numpy()
        end = WINDOWS[COVERED[column]][1] - FIRST
        if column != "mode" and end + 1 < years:
            out[:, :, end + 1 :] = out[:, :, end, None]
        return out

    exists = np.zeros((size, size, years), bool)
    exists[i, j, t] = True
    type_, force = dense("conttype"), dense("mode")
    one, two = np.triu_indices(size, 1)
    majors = (dense("cowmaj1") + dense("cowmaj2"))[one, two]
    near, rival = type_[one, two] >= 1, dense("rivalry")[one, two] == 1
    acts = np.stack([force[one, two], force[two, one]])
    ever = (near | (majors > 0) | rival).any(1)
    one, two = one[ever], two[ever]
    abroad = _abroad(np.maximum(force, force.transpose(1, 0, 2)), one, two)
    when, events = _events(store, codes[one], codes[two], years)
    return Record(
        codes[one].astype(np.int64),
        codes[two].astype(np.int64),
        exists[one, two],
        type_[one, two] == 1,
        near[ever],
        rival[ever],
        majors[ever],
        acts[:, ever],
        when,
        events,
        abroad,
    )


def _events(
    store: Store, ccode1: NDArray[np.integer], ccode2: NDArray[np.integer], years_: int
) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Return when in the year each side last used force, and how many events there were, from the dated events.

    An event without a month counts as one of June.
    """
    import polars as pl

    rows = with_answers(events_with_modes(store.table("mie").collect()))
    place = np.full((1000, 1000), -1)
    place[ccode1, ccode2] = place[ccode2, ccode1] = np.arange(len(ccode1))
    at, years = spans(rows["styear"].to_numpy(), rows["endyear"].to_numpy(), FIRST, LAST)
    rows = rows[at]
    one, two = rows["ccode1"].to_numpy(), rows["ccode2"].to_numpy()
    d = place[one, two]
    known, month = d >= 0, rows["endmon"].fill_null(0).to_numpy()
    part = np.where(rows["endyear"].to_numpy() > years, 12, np.where(month > 0, month, 6)) / 12
    side, d, t, part = (x[known] for x in ((one > two).astype(np.int64), d, years.astype(np.int64) - FIRST, part))
    deadly = rows.select((pl.col("fatalmin1") > 0) | (pl.col("fatalmin2") > 0)).to_series().fill_null(False).to_numpy()
    strike = rows["mode"].to_numpy() >= 3
    shape = (len(ccode1), years_)
    when, events = np.zeros((2, 2, *shape), np.float32), np.zeros((2, 3, *shape), np.int16)
    for level, hit in enumerate((np.ones(len(d), bool), strike[known])):
        np.maximum.at(when, (side[hit], level, d[hit], t[hit]), part[hit])
    for kind, hit in enumerate((np.ones(len(d), bool), strike[known], deadly[known])):
        np.add.at(events, (side[hit], kind, d[hit], t[hit]), 1)
    return when, events


def _abroad(force: NDArray[np.int8], one: NDArray[np.intp], two: NDArray[np.intp]) -> NDArray[np.int16]:
    """Return for each dyad in how many other dyads each of its states met force."""
    out = np.empty((2, len(LEVELS), len(one), force.shape[2]), np.int16)
    for level, least in enumerate(LEVELS):
        hit = force >= least
        total, own = hit.sum(1, dtype=np.int16), hit[one, two]
        out[0, level], out[1, level] = total[one] - own, total[two] - own
    return out
