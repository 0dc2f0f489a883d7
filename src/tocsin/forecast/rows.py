"""The rows a model is fitted to and scored on: what was known of a dyad at an origin, and what came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.forecast.features import CORE, core
from tocsin.forecast.groups import CURRENT, PUBLISHED_AFTER, extra
from tocsin.forecast.record import FIRST, Record

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
SAMPLES = ("prd", "rival", "land", "quiet", "all")
EARLIEST = 1880


@dataclass(frozen=True)
class Rows:
    """Dyads by target year, in order of year, then of side and dyad.

    Parameters
    ----------
    horizon : int
        Years of the target period.
    directed : bool
        Whether the outcome is that of one side's action.
    place, side : ndarray of int, shape (n,)
        Position of the dyad in the record; who acts (0 throughout if undirected).
    year : ndarray of int, shape (n,)
        First year of the target period; the origin is the end of the year before.
    y : ndarray of int, shape (n,)
        Highest mode of force in the period; -1 where the record does not reach that far.
    X : ndarray of float32, shape (n, k)
        What was known at the origin; NaN where unknown.
    names, groups : tuple of str, length k
        Name and feature group of each column.
    """

    horizon: int
    directed: bool
    place: Ints
    side: Ints
    year: Ints
    y: Ints
    X: NDArray[np.float32]
    names: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def ended(self) -> Ints:
        """Last year of each target period."""
        return self.year + self.horizon - 1

    def only(self, groups: Sequence[str]) -> Rows:
        """Return the same rows with the columns of some groups."""
        keep = np.isin(self.groups, groups)
        names, kinds = (tuple(np.asarray(x)[keep].tolist()) for x in (self.names, self.groups))
        return replace(self, X=self.X[:, keep], names=names, groups=kinds)

    def take(self, keep: Flags) -> Rows:
        """Return some of the rows, with all columns."""
        columns = ("place", "side", "year", "y", "X")
        return replace(self, **{name: getattr(self, name)[keep] for name in columns})


def make_rows(
    r: Record,
    groups: Sequence[str],
    *,
    horizon: int = 1,
    directed: bool = False,
    first: int = EARLIEST,
    last: int | None = None,
    gap: int = 0,
    which: Callable[[Record, int], Flags] | None = None,
) -> Rows:
    """Return the rows of politically relevant dyads and rivals.

    Parameters
    ----------
    r : Record
        With statistics, if a group needs them.
    groups : sequence of str
        Feature groups.
    horizon : int
        Years of the target period; years in which the dyad no longer exists count as what they are, without force.
    directed : bool
        One row for each side's action, or one for that of either.
    first, last : int
        Target years, inclusive; default to the end of the record of force.
    gap : int
        Years by which the record of force and the statistics are older than borders, rank and rivalry.
    which : callable, optional
        From the record and the position of a target year to the dyads wanted.
    """
    want = which or (lambda record, t: record.sample("prd", t) | record.sample("rival", t))
    years = range(first - FIRST, (last or r.until) - FIRST + 1)
    found = [np.flatnonzero(want(r, t)) for t in years]
    place = np.concatenate(found)
    t = np.repeat(np.fromiter(years, int), [len(f) for f in found])
    sides = (0, 1) if directed else (None,)
    blocks, outcomes = [], []
    for side in sides:
        columns = _columns(r, groups, side, gap)
        X = np.empty((len(place), len(columns)), np.float32)
        for c, (_, _, array, lag) in enumerate(columns):
            X[:, c] = array[place, t - 1 - lag]
        blocks.append(X)
        outcomes.append(outcome(r, place, t, horizon, side))
    of = np.tile(np.arange(len(place)), len(sides))
    side_ = np.repeat(np.arange(len(sides)), len(place))
    order = np.lexsort((of, side_, t[of]))
    return Rows(
        horizon,
        directed,
        place[of][order],
        side_[order],
        (t + FIRST)[of][order],
        np.concatenate(outcomes)[order],
        np.concatenate(blocks)[order],
        tuple(name for name, *_ in columns),
        tuple(group for _, group, *_ in columns),
    )


def _columns(r: Record, groups: Sequence[str], side: int | None, gap: int) -> list[tuple[str, str, Array, int]]:
    """Return name, group, array and the years by which it is older than the year before the target year."""
    out = []
    own = core(r, side)
    for group in groups:
        if group in CORE:
            stale = 0 if group in ("geography", "rivalry") else gap
            out += [(name, group, array, stale) for name, array in own[group].items()]
        else:
            stale = PUBLISHED_AFTER[group] + (0 if group in CURRENT else gap)
            out += [(name, group, array, stale) for name, array in extra(r, group, side).items()]
    return out


def outcome(r: Record, place: Ints, t: Ints, horizon: int, side: int | None) -> Ints:
    """Return the highest mode of force over the years from ``t`` on; -1 where the record ends before they do."""
    force = r.mode if side is None else r.acts[side]
    y = np.zeros(len(place), np.int64)
    last = r.until - FIRST
    for ahead in range(horizon):
        y = np.maximum(y, force[place, np.minimum(t + ahead, last)])
    return np.where(t + horizon - 1 > last, -1, y)


def membership(r: Record, rows: Rows) -> dict[str, Flags]:
    """Return which rows belong to each sample of the protocol; ``all`` are all rows there are."""
    out = {}
    for name in SAMPLES:
        inside = np.ones(len(rows.y), bool)
        if name == "all":
            out[name] = inside
            continue
        for year in np.unique(rows.year):
            at = rows.year == year
            inside[at] = r.sample(name, int(year) - FIRST)[rows.place[at]]
        out[name] = inside
    return out


def clusters(r: Record, rows: Rows) -> Ints:
    """Return the cluster of each row: its dyad, but all rows of one war are one cluster.

    Dyads at war in a year are one war if they share a state, and with those of the next year if that state is still at
    war: a coalition war is one event, however many dyads it fills.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    war = rows.y == 4
    cluster = rows.place.copy()
    if not war.any():
        return cluster
    ends = np.stack([r.ccode1[rows.place[war]], r.ccode2[rows.place[war]]]) * 10_000 + rows.year[war]
    nodes, where = np.unique(ends, return_inverse=True)
    where = where.reshape(ends.shape)
    still = np.flatnonzero(np.isin(nodes + 1, nodes))
    heads = np.concatenate([where[0], still])
    tails = np.concatenate([where[1], np.searchsorted(nodes, nodes[still] + 1)])
    graph = coo_array((np.ones(len(heads)), (heads, tails)), shape=(len(nodes), len(nodes)))
    component = connected_components(graph, directed=False)[1]
    cluster[war] = len(r.ccode1) + component[where[0]]
    return cluster
