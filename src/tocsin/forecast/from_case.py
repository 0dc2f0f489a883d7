"""One pair of states as a record of years that end on the day of the forecast, from dated events."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from math import ceil

import numpy as np

from tocsin.forecast.base_rates import DyadClass
from tocsin.forecast.history import Event, months_before
from tocsin.forecast.record import Record


@cache
def _majors() -> list[dict[str, int]]:
    text = files("tocsin.forecast").joinpath("majors.toml").read_text("utf-8")
    return list(tomllib.loads(text)["major"])


def is_major(ccode: int, year: int) -> bool:
    """Return whether a state was a major power in a year.

    References
    ----------
    Correlates of War Project 2017, State System Membership List, v2016.

    Examples
    --------
    >>> is_major(365, 2020), is_major(255, 1980)
    (True, False)
    """
    return any(m["ccode"] == ccode and m["start"] <= year <= m.get("end", year) for m in _majors())


def as_record(
    events: Sequence[Event], as_of: date, begins: date, class_: DyadClass, ccodes: tuple[int | None, int | None]
) -> Record:
    """Return the record of one dyad in years that end on a day.

    Parameters
    ----------
    events : sequence of Event
        What was known on the day.
    as_of : datetime.date
        End of the last year.
    begins : datetime.date
        First day of the record of events: before it nothing is known.
    class_ : DyadClass
        Class of the dyad as known then; it is taken to have held all along, since only its last value is used.
    ccodes : tuple of int or None
        COW numbers of the two.
    """
    years = max(1, ceil((as_of - begins).days / 365.25))
    acts = np.zeros((2, 1, years), np.int8)
    when = np.zeros((2, 2, 1, years), np.float32)
    events_ = np.zeros((2, 3, 1, years), np.int16)
    ends = [months_before(as_of, 12 * back) for back in range(years)][::-1]
    for t, end in enumerate(ends):
        before = months_before(end, 12)
        for e in events:
            if not (e.start <= end and e.end > before):
                continue
            gone = ceil(12 * (min(e.end, end) - before).days / 366) / 12
            for side in (0, 1):
                if e.actor in ("ab"[side], "both"):
                    acts[side, 0, t] = max(acts[side, 0, t], e.mode)
                    when[side, 0, 0, t] = max(when[side, 0, 0, t], gone)
                    if e.mode >= 3:
                        when[side, 1, 0, t] = max(when[side, 1, 0, t], gone)
    majors = sum(c is not None and is_major(c, as_of.year - 1) for c in ccodes)
    yes = np.ones((1, years), bool)
    # A relevant pair without a major power is contiguous in some way.
    near = class_.land or (class_.relevant and not majors)
    return Record(
        np.array([ccodes[0] or 0]),
        np.array([ccodes[1] or 0]),
        yes,
        yes & class_.land,
        yes & near,
        yes & class_.rival,
        np.full((1, years), majors, np.int8),
        acts,
        when,
        events_,
        np.zeros((2, 3, 1, years), np.int16),
    )
