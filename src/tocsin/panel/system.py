"""Who is a state when: membership of either state system by year and by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import UsageError

if TYPE_CHECKING:
    from tocsin.store import Store

Name = Literal["cow", "gw"]
LISTS = {"cow": ("cow_states", "ccode"), "gw": ("gw_states", "gwcode")}
UPDATED = {"cow": 2016, "gw": 2017}
FIRST = 1816


@dataclass(frozen=True)
class System:
    """Membership of a state system over a span of years.

    Parameters
    ----------
    name : {'cow', 'gw'}
        Correlates of War or Gleditsch-Ward.
    first, last : int
        First and last year.
    codes : ndarray of int, shape (n,)
        State numbers in rising order.
    member : ndarray of bool, shape (n, years)
        Whether a state was a member on any day of a year.
    spells : tuple of (int, date, date)
        Position in ``codes``, first and last day of each spell of membership.
    carried : int or None
        First year that is carried forward beyond the list's last update.
    """

    name: Name
    first: int
    last: int
    codes: NDArray[np.int64]
    member: NDArray[np.bool_]
    spells: tuple[tuple[int, date, date], ...]
    carried: int | None

    def position(self, codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return positions of state numbers, -1 where the system has no such state."""
        at = np.searchsorted(self.codes, codes).clip(0, len(self.codes) - 1)
        return np.where(self.codes[at] == codes, at, -1)


def load_system(store: Store, name: Name, first: int, last: int, *, carry_forward: bool = False) -> System:
    """Return membership over a span of years.

    Parameters
    ----------
    store : Store
        Needs table ``cow_states`` or ``gw_states``.
    name : {'cow', 'gw'}
        State system; never guessed.
    first, last : int
        Span, inclusive.
    carry_forward : bool
        Whether states alive at the last update of the list (2016 for COW, 2017 for Gleditsch-Ward) count as members
        in later years. Such rows are flagged ``carried``.

    Raises
    ------
    UsageError
        If the years are impossible, or go beyond the list without carrying forward.
    """
    if name not in LISTS:
        raise UsageError(f"there is no state system '{name}': choose cow or gw.")
    if not FIRST <= first <= last <= 2100:
        raise UsageError(f"years {first}:{last}: give first:last between {FIRST} and 2100, first not after last.")
    updated = UPDATED[name]
    if last > updated and not carry_forward:
        raise UsageError(
            f"years {first}:{last}: membership of the {name} system is known to {updated}. Ask for at most {updated}, "
            "or carry the last members forward explicitly (carry_forward=True, --carry-forward)."
        )
    table, column = LISTS[name]
    rows = store.table(table).collect()
    if name == "cow":
        days = [
            (
                int(r["ccode"]),
                date(r["styear"], r["stmonth"], r["stday"]),
                date(r["endyear"], r["endmonth"], r["endday"]),
            )
            for r in rows.iter_rows(named=True)
        ]
    else:
        days = [(int(r[column]), r["startdate"], r["enddate"]) for r in rows.iter_rows(named=True)]
    days = [(c, s, date(2100, 12, 31) if e.year >= updated and carry_forward else e) for c, s, e in days]
    codes = np.unique([c for c, _, _ in days])
    member = np.zeros((len(codes), last - first + 1), bool)
    spells = []
    for code, start, end in days:
        at = int(np.searchsorted(codes, code))
        spells.append((at, start, end))
        member[at, max(start.year - first, 0) : max(end.year - first + 1, 0)] = True
    carried = updated + 1 if last > updated else None
    return System(name, first, last, codes, member, tuple(spells), carried)


def meet(system: System) -> NDArray[np.bool_]:
    """Return whether two states were members on a common day of each year.

    Two members of a year that never met in it (one left before the other entered) make no dyad.

    Returns
    -------
    ndarray of bool, shape (n, n, years)
        False on the diagonal.
    """
    both = system.member[:, None, :] & system.member[None, :, :]
    both[np.arange(len(system.codes)), np.arange(len(system.codes))] = False
    for year in range(system.first, system.last + 1):
        first, last = date(year, 1, 1), date(year, 12, 31)
        inside: dict[int, list[tuple[date, date]]] = {}
        for at, start, end in system.spells:
            if start <= last and end >= first:
                inside.setdefault(at, []).append((max(start, first), min(end, last)))
        part = {at: spans for at, spans in inside.items() if spans != [(first, last)]}
        for i, one in part.items():
            for j, two in part.items():
                if i < j and not any(a <= d and c <= b for a, b in one for c, d in two):
                    both[i, j, year - system.first] = both[j, i, year - system.first] = False
    return both
