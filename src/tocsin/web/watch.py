"""The watchlist as the dashboard keeps it: names, regions, reasons and the places of capitals beside the numbers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from tocsin.store import Store

# Years by which an input may be older than the as-of year before it is marked.
STALE = 1
# First number of a region in the numbering of the Correlates of War project, and its name.
REGIONS: tuple[tuple[int, str], ...] = (
    (1, "Americas"),
    (200, "Europe"),
    (400, "Africa"),
    (600, "Middle East and North Africa"),
    (700, "Asia"),
    (900, "Oceania"),
)


class Part(BaseModel):
    """Base: frozen."""

    model_config = ConfigDict(frozen=True)


class Chance(Part):
    """A probability with its 90 % interval."""

    value: float
    low: float
    high: float


class Dyad(Part):
    """Two states and the risk of force between them."""

    rank: int
    ccode1: int
    ccode2: int
    force: Chance
    strike_or_war: Chance
    war: float
    modes: list[float]
    base: float
    base_war: float
    ratio: float | None
    why: list[tuple[str, float]]
    last_force: int | None
    kind: str
    observed: str | None


class Capital(Part):
    """A state of the year and where its capital lies; degrees."""

    name: str
    capital: str | None
    latitude: float | None
    longitude: float | None


class Watch(Part):
    """The watchlist of one year.

    Parameters
    ----------
    dyads : list of Dyad
        In falling order of P(strike or war).
    states : dict of int to Capital
        By number of the Correlates of War project.
    ages : dict of str to int
        Years from the end of each input to the end of ``as_of``.
    """

    as_of: int
    dyads: list[Dyad]
    states: dict[int, Capital]
    ages: dict[str, int]
    trained_on: tuple[int, int, int, int]
    score: dict[str, float]
    force_until: int

    @property
    def stale(self) -> dict[str, int]:
        """Inputs that are marked as old, with their age in years."""
        return {name: age for name, age in self.ages.items() if age > STALE}


def region(ccode: int) -> str:
    """Return the region of a state by its number.

    Examples
    --------
    >>> region(373), region(651)
    ('Europe', 'Middle East and North Africa')
    """
    return [name for first, name in REGIONS if first <= ccode][-1]


def reckon(store: Store, as_of: int, tick: Callable[[], None] | None = None) -> str:
    """Return the watchlist of a year as JSON of ``Watch``.

    Raises
    ------
    SourceError
        If a table is not in the store; the message says which fetch brings it.
    """
    from tocsin.forecast.base_rates import MODES
    from tocsin.forecast.record import LAST
    from tocsin.forecast.watchlist import watchlist

    found = watchlist(store, as_of, tick=tick)
    dyads = [
        Dyad(
            rank=r["rank"],
            ccode1=r["ccode1"],
            ccode2=r["ccode2"],
            force=Chance(value=r["p_force"], low=r["p_force_low"], high=r["p_force_high"]),
            strike_or_war=Chance(
                value=r["p_strike_or_war"], low=r["p_strike_or_war_low"], high=r["p_strike_or_war_high"]
            ),
            war=r["p_war"],
            modes=[r[f"p_{m}"] for m in MODES],
            base=r["base_strike_or_war"],
            base_war=r["base_war"],
            ratio=r["ratio"],
            why=sorted(((k[4:], v) for k, v in r.items() if k.startswith("why ")), key=lambda x: -x[1]),
            last_force=r["last_force"],
            kind=r["class"],
            observed=r["observed"],
        )
        for r in found.table.iter_rows(named=True)
    ]
    states = capitals(store, as_of, {c for d in dyads for c in (d.ccode1, d.ccode2)})
    return Watch(
        as_of=as_of,
        dyads=dyads,
        states=states,
        ages=found.ages,
        trained_on=found.trained_on,
        score=found.score,
        force_until=min(as_of, LAST),
    ).model_dump_json()


def capitals(store: Store, year: int, codes: Iterable[int]) -> dict[int, Capital]:
    """Return name and capital of states at the end of a year; a place nobody lists is unknown.

    The list of capitals ends in 2024; a later year shows those of that day.
    """
    import polars as pl

    from tocsin.states import name_of

    rows = store.table("capitals_cow").collect()
    last = rows["enddate"].max()
    assert isinstance(last, date)
    day = min(date(year, 12, 31), last)
    there = rows.filter((pl.col("stdate") <= day) & (pl.col("enddate") >= day))
    known = {r["ccode"]: r for r in there.iter_rows(named=True)}
    out = {}
    for code in sorted(codes):
        r = known.get(code, {})
        out[code] = Capital(
            name=name_of(code, year), capital=r.get("capital"), latitude=r.get("lat"), longitude=r.get("lng")
        )
    return out


def store_mark(store: Store) -> str:
    """Return a mark of what the store holds: which build of each table is current."""
    told = {t: (store.root / "tables" / t / "current").read_text("utf-8").strip() for t in store.tables()}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]
