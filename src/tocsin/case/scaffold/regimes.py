"""Regimes of the two states of a new case under four typologies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from tocsin.case.scaffold.parts import Gap, Part, Row, public
from tocsin.case.scaffold.states import Side
from tocsin.states import code

if TYPE_CHECKING:
    from tocsin.store import Store

ROW_CLASSES = ("closed autocracy", "electoral autocracy", "electoral democracy", "liberal democracy")
VDEM, POLITY, REIGN = "vdem-ert-15", "polity5", "gwf-reign"


def regimes(store: Store, dyad: Sequence[Side], first: int) -> Part:
    """Return one row per state, year and typology, and where each typology ends."""
    part = Part()
    for side in dyad:
        rows = [*_vdem(store, side, first), *_polity(store, side, first), *_reign(store, side, first)]
        part.rows += sorted(rows, key=lambda r: r["year"])
        for name, label in (("row", "V-Dem"), ("polity2", "Polity"), ("gwf_reign", "REIGN")):
            own = [r["year"] for r in rows if r["typology"] == name]
            text = f"{side.name}: {label} to {max(own)}." if own else f"{side.name}: {label} has nothing."
            part.gaps.append(Gap("regimes", text, max(own, default=None), not own))
    part.gaps.append(Gap("regimes", "Freedom House is not in the store; add its ratings if you use them."))
    return part


def _row(
    side: Side, year: int, typology: str, source: str, *, category: str = "", score: Any = "", note: str = ""
) -> Row:
    return {
        "state": side.code,
        "year": year,
        "typology": typology,
        "category": category,
        "score": score,
        "source": source,
        "known_from": public(year, source),
        "confidence": "high",
        "note": note,
    }


def _vdem(store: Store, side: Side, first: int) -> list[Row]:
    import polars as pl

    frame = store.table("ert").filter(pl.col("year") >= max(first, side.since)).collect().sort("year")
    out = []
    for r in frame.select("country_name", "year", "v2x_regime", "v2x_polyarchy").iter_rows(named=True):
        if code(r["country_name"], r["year"]) != str(side.ccode):
            continue
        if r["v2x_regime"] is not None:
            out.append(_row(side, r["year"], "row", VDEM, category=ROW_CLASSES[r["v2x_regime"]]))
        if r["v2x_polyarchy"] is not None:
            out.append(_row(side, r["year"], "polyarchy", VDEM, score=round(r["v2x_polyarchy"], 3)))
    return out


def _polity(store: Store, side: Side, first: int) -> list[Row]:
    import polars as pl

    frame = store.table("polity").filter((pl.col("cown") == side.ccode) & (pl.col("year") >= max(first, side.since)))
    # Where a state changed within a year there are two rows; the later one is what it ended the year as.
    kept = frame.collect().sort("year", "polity_annual_ccode").unique("year", keep="last", maintain_order=True)
    return [
        _row(side, r["year"], column, POLITY, score=r[column])
        for r in kept.iter_rows(named=True)
        for column in ("polity2", "xconst")
        if r[column] is not None and (column == "polity2" or r[column] >= 0)
    ]


def _reign(store: Store, side: Side, first: int) -> list[Row]:
    import polars as pl

    frame = store.table("reign").filter(pl.col("cow") == side.ccode).collect()
    last = frame["year"].max()
    out = []
    for year in range(max(first, side.since), (int(str(last)) if last is not None else 0) + 1):
        day = date(year, 12, 31)
        held = frame.filter((pl.col("start") <= day) & (pl.col("end") >= day) & pl.col("gwf_regimetype").is_not_null())
        if len(held):
            r = held.sort("start").row(-1, named=True)
            note = f"REIGN, regime since {r['start']}, as on 31 December"
            out.append(_row(side, year, "gwf_reign", REIGN, category=r["gwf_regimetype"], note=note))
    return out
