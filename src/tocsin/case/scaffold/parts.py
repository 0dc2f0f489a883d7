"""What the makers of rows share: rows, gaps, and the days on which yearly figures became public."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

Row = dict[str, Any]
# Batches of National Material Capabilities: last year covered, and the day from which it was public.
NMC_BATCHES = ((2001, "2005-06-01"), (2007, "2010-06-01"), (2012, "2017-06-01"), (2016, "2021-06-01"))
NMC_LATEST = "2024-12-31"


@dataclass(frozen=True)
class Gap:
    """Something a person must add or know.

    Parameters
    ----------
    table : str
        Table of the case.
    text : str
        One sentence.
    upto : int or None
        Last year the store speaks of; None if it says nothing at all.
    limit : bool
        Whether a reader of the report must know it too.
    """

    table: str
    text: str
    upto: int | None = None
    limit: bool = False


@dataclass
class Part:
    """Rows of one table and the gaps found on the way."""

    rows: list[Row] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


def public(year: int, source: str) -> date:
    """Return the first day on which a source's figure for a year is taken as public.

    Examples
    --------
    >>> public(2020, "sipri-milex-2025"), public(2020, "cow-nmc-7")
    (datetime.date(2021, 4, 30), datetime.date(2024, 12, 31))
    """
    if source == "cow-nmc-7":
        return date.fromisoformat(next((day for last, day in NMC_BATCHES if year <= last), NMC_LATEST))
    month, day = {
        "sipri-milex-2025": (4, 30),
        "sipri-arms-2025": (3, 15),
        "vdem-ert-15": (3, 15),
        "polity5": (7, 1),
        "gwf-reign": (7, 1),
        "ucdp-acd": (1, 1),
    }[source]
    return date(year + 1, month, day)
