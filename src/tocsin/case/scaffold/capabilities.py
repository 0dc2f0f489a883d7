"""Spending, economy, people and CINC of the states of a new case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tocsin.case.scaffold.parts import Gap, Part, Row, public
from tocsin.case.scaffold.states import Side
from tocsin.states import code

if TYPE_CHECKING:
    from tocsin.store import Store

SERIES = {"constant": "milex_constant", "current": "milex_current", "share_gdp": "milex_gdp_share"}
SPENDING, NMC = "sipri-milex-2025", "cow-nmc-7"
CONFIDENCE = {"estimate": "medium", "highly uncertain": "low"}
NAMED = {
    "milex_constant": "military spending at constant prices",
    "milex_current": "military spending in current dollars",
    "milex_gdp_share": "the share of GDP spent on the military",
    "gdp_current": "GDP",
    "population": "population",
    "personnel": "personnel",
    "cinc": "CINC",
}


def capabilities(store: Store, dyad: Sequence[Side], others: Sequence[Side], first: int) -> Part:
    """Return the yearly figures of every state from a year on, and where they end.

    GDP is spending divided by its share of GDP, so that no further source is needed; population is that of the
    material capabilities.
    """
    part = Part()
    spending = _spending(store, [*dyad, *others], first)
    power = _power(store, [*dyad, *others], first)
    for side in (*dyad, *others):
        rows = spending.get(side.code, []) + power.get(side.code, [])
        part.rows += sorted(rows, key=lambda r: (r["year"], list(NAMED).index(r["measure"])))
        if side in dyad:
            part.gaps += _gaps(side, rows, _last(spending), _last(power))
    part.gaps.append(
        Gap(
            "capabilities",
            "GDP is reckoned from SIPRI's figures; published GDP is better where you have it.",
            None,
            True,
        )
    )
    return part


def _last(by_state: dict[str, list[Row]]) -> int:
    return max((r["year"] for rows in by_state.values() for r in rows), default=0)


def _gaps(side: Side, rows: Sequence[Row], spent: int, powered: int) -> list[Gap]:
    out = []
    for measure, name in NAMED.items():
        own = [r["year"] for r in rows if r["measure"] == measure]
        newest = powered if measure in ("population", "personnel", "cinc") else spent
        if not own:
            out.append(Gap("capabilities", f"{side.name}: {name} is unknown; add what you can find.", None, True))
        elif max(own) < newest:
            out.append(Gap("capabilities", f"{side.name}: {name} ends in {max(own)}.", max(own), True))
        elif len(own) < max(own) - min(own) + 1:
            holes = sorted(set(range(min(own), max(own) + 1)) - set(own))
            out.append(
                Gap("capabilities", f"{side.name}: {name} lacks {len(holes)} years, first {holes[0]}.", max(own))
            )
    newest = min(spent, powered)
    out.append(Gap("capabilities", f"{side.name}: spending to {spent}, people and CINC to {powered} at most.", newest))
    return out


def _spending(store: Store, sides: Sequence[Side], first: int) -> dict[str, list[Row]]:
    import polars as pl

    frame = store.table("milex").filter(
        pl.col("series").is_in(list(SERIES)) & (pl.col("year") >= first) & pl.col("value").is_not_null()
    )
    by_code = {str(s.ccode): s for s in sides}
    cells: dict[tuple[str, int, str], tuple[float, str | None]] = {}
    wanted: dict[str, Side] = {}
    for name, year, series, value, flag in (
        frame.select("name", "year", "series", "value", "flag").collect().iter_rows()
    ):
        side = wanted.get(name) or by_code.get(code(name, year) or "")
        # A figure that rounds to nothing is not a figure of zero.
        if side is None or year < side.since or value == 0:
            continue
        cells[side.code, year, SERIES[series]] = (value * (100 if series == "share_gdp" else 1), flag)
    out: dict[str, list[Row]] = {}
    for (state, year, measure), (value, flag) in cells.items():
        out.setdefault(state, []).append(_row(state, year, measure, value, SPENDING, flag))
    for state, year in {(s, y) for s, y, _ in cells}:
        share, current = cells.get((state, year, "milex_gdp_share")), cells.get((state, year, "milex_current"))
        if share and current:
            row = _row(state, year, "gdp_current", 100 * current[0] / share[0], SPENDING, current[1] or share[1])
            note = "military spending in current dollars divided by its share of GDP"
            out[state].append(row | {"confidence": "low" if row["confidence"] == "low" else "medium", "note": note})
    return out


def _row(state: str, year: int, measure: str, value: float, source: str, flag: str | None = None) -> Row:
    digits = {"milex_gdp_share": 2, "gdp_current": 0, "population": 0, "personnel": 0, "cinc": 6}.get(measure, 1)
    rounded = round(value, digits)
    return {
        "state": state,
        "year": year,
        "measure": measure,
        "value": int(rounded) if digits == 0 else rounded,
        "source": source,
        "known_from": public(year, source),
        "confidence": CONFIDENCE.get(flag or "", "high"),
        "note": f"SIPRI: {flag}" if flag else "",
    }


def _power(store: Store, sides: Sequence[Side], first: int) -> dict[str, list[Row]]:
    import polars as pl

    by_code = {s.ccode: s for s in sides}
    frame = store.table("nmc").filter(pl.col("ccode").is_in(list(by_code)) & (pl.col("year") >= first)).collect()
    out: dict[str, list[Row]] = {}
    for r in frame.select("ccode", "year", "tpop", "milper", "cinc").iter_rows(named=True):
        side = by_code[r["ccode"]]
        given = {"population": ("tpop", 1000), "personnel": ("milper", 1000), "cinc": ("cinc", 1)}
        for measure, (column, scale) in given.items():
            if r[column] is not None and r["year"] >= side.since:
                row = _row(side.code, r["year"], measure, r[column] * scale, NMC)
                out.setdefault(side.code, []).append(row | ({} if scale == 1 else {"note": "thousands rounded"}))
    return out
