"""The arms register of the two states of a new case: order by order, or summed by supplier and class."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from tocsin.case.scaffold.parts import Gap, Part, Row, public
from tocsin.case.scaffold.states import Side
from tocsin.states import code

if TYPE_CHECKING:
    import polars as pl

    from tocsin.store import Store

Detail = Literal["orders", "totals"]
REGISTER = "sipri-arms-2025"
# Arms delivered so many years before the first year still count in the stock.
BEFORE = 15
# First rule that matches a description of the register wins.
CLASSES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("engine", ("engine", "turbofan", "turbojet", "turboprop", "turboshaft", "gas turbine", "diesel")),
    ("satellite", ("satellite",)),
    ("UAV", ("uav", "unmanned", "loitering")),
    ("naval", ("missile boat", "torpedo boat", "naval gun", "minesweeper", "minehunter", "mine countermeasures")),
    (
        "radar",
        ("radar", "sonar", "electro-optical", "intelligence system", "surveillance system", "reconnaissance system"),
    ),
    (
        "air defence",
        ("sam", "anti-aircraft", "abm", "ciws", "air-defence", "air defence", "aa system", "spaag", "aa gun"),
    ),
    ("aircraft", ("helicopter turret", "aircraft", "helicopter", "bomber", "trainer", "glider", "airship")),
    ("armour", ("tank destroyer", "turret", "tank", "armoured", "vehicle", "apc", "ifv")),
    ("artillery", ("multiple rocket launcher", "mortar", "howitzer", "self-propelled gun", "towed gun", "gun", "mrl")),
    ("missile", ("missile", "bomb", "torpedo", "rocket", "mine", "ssm", "asm")),
    (
        "naval",
        (
            "ship",
            "boat",
            "frigate",
            "submarine",
            "corvette",
            "destroyer",
            "carrier",
            "landing",
            "cruiser",
            "craft",
            "tanker",
        ),
    ),
)
# Descriptions that the rules above would mistake.
WHOLE = {
    "coastal defence system": "missile",
    "aircraft carrier": "naval",
    "landing craft": "naval",
    "gunboat": "naval",
    "minelayer": "naval",
    "icebreaker": "naval",
    "tug": "naval",
    "tanker": "naval",
    "replenishment tanker": "naval",
    "portable sam": "air defence",
    "self-propelled ad system": "air defence",
    "air-search system": "radar",
    "one-way attack drone": "UAV",
    "guided shell": "artillery",
}


def arms_class(description: str) -> str:
    """Return the class of the case format for the register's description of a weapon.

    Examples
    --------
    >>> [arms_class(d) for d in ("FGA aircraft", "naval SAM system", "anti-tank missile", "missile boat", "airship")]
    ['aircraft', 'air defence', 'missile', 'naval', 'aircraft']
    """
    text = description.lower().strip()
    if text in WHOLE:
        return WHOLE[text]
    if "missile" in text and not any(w in text for w in ("boat", "sam", "launcher")):
        return "missile"
    if text.startswith("armoured"):
        return "armour"
    return next((name for name, words in CLASSES if any(w in text for w in words)), "other")


def arms(store: Store, dyad: Sequence[Side], first: int, detail: Detail) -> Part:
    """Return deliveries and undelivered rests of every order with a delivery or an open rest.

    Deliveries of the years before ``first`` are there for the stock that was left of them.
    """
    part = Part()
    start = first - BEFORE
    for side in dyad:
        rows = _rows(_register(store, side), side, start)
        part.rows += rows if detail == "orders" else _totals(rows, side, first)
        if not rows:
            text = f"{side.name}: the register knows no delivery of major arms since {start}."
            part.gaps.append(Gap("arms", text, None, True))
    last = max((r["delivered"].year for r in part.rows if r["delivered"]), default=None)
    part.gaps.append(
        Gap(
            "arms",
            "The register counts major weapons only, not those made at home or held before it begins.",
            last,
            True,
        )
    )
    part.gaps.append(
        Gap("arms", f"Orders and deliveries after {last}, and prices, must be added from dated reports.", last)
    )
    return part


def _register(store: Store, side: Side) -> pl.DataFrame:
    import polars as pl

    names = store.table("arms").select("recipient").unique().collect()["recipient"]
    mine = [n for n in names if code(n, max(side.since, 1990)) == str(side.ccode)]
    orders = store.table("arms").filter(pl.col("recipient").is_in(mine)).collect().sort("row")
    done = store.table("arms_deliveries").filter(pl.col("recipient").is_in(mine)).collect()
    listed = done.group_by("row").agg(pl.struct("year", "number", "tiv").sort_by("year").alias("deliveries"))
    return orders.join(listed, on="row", how="left", maintain_order="left")


def _rows(orders: pl.DataFrame, side: Side, first: int) -> list[Row]:
    out: list[Row] = []
    for place, r in enumerate(orders.iter_rows(named=True), start=1):
        order = f"R-{side.code}-{place:03d}"
        ordered = None if r["order_year"] is None else date(r["order_year"], 7, 1)
        common = {
            "order_id": order,
            "recipient": side.code,
            "supplier": supplier(r["supplier"]),
            "class": arms_class(r["description"] or ""),
            "designation": r["designation"] or "not named",
            "ordered": ordered,
            "basis": "register",
            "source": REGISTER,
            "confidence": "medium",
            "known_from": None if r["order_year"] is None else public(r["order_year"], REGISTER),
            "note": _note(r),
        }
        for d in r["deliveries"] or []:
            if d["year"] < first:
                continue
            day = date(d["year"], 12, 31)
            out.append(
                common
                | {"id": f"{order}-{d['year']}", "delivered": day, "delivered_known_from": public(d["year"], REGISTER)}
                | {"status": "delivered", "number": _short(d["number"]), "tiv": _short(d["tiv"])}
                # An order dated after its first delivery is dated wrongly in the register.
                | ({"ordered": None, "known_from": public(d["year"], REGISTER)} if ordered and ordered > day else {})
            )
        rest = None if r["ordered"] is None else r["ordered"] - (r["delivered"] or 0)
        if r["order_year"] is not None and r["order_year"] >= first and (rest is None or rest > 0):
            value = None if rest is None or r["tiv_unit"] is None else rest * r["tiv_unit"]
            out.append(
                common
                | {"id": f"{order}-rest", "delivered": None, "delivered_known_from": None, "status": "ordered"}
                | {"number": _short(rest), "tiv": _short(value)}
            )
    return out


def supplier(name: str) -> str:
    """Return the register's name of a supplier as a case writes it."""
    return {"Turkiye": "Turkey", "unknown supplier(s)": "unknown", "multiple sellers": "several"}.get(
        name, name.rstrip("*")
    )


def _short(value: float | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == int(value) else round(value, 4)


def _note(r: Row) -> str:
    doubts = [
        f"{name} estimated"
        for name, column in (
            ("order year", "order_year_estimated"),
            ("number ordered", "ordered_estimated"),
            ("number delivered", "delivered_estimated"),
        )
        if r[column]
    ]
    return "; ".join([*doubts, r["description"] or ""]).strip("; ")


def _totals(rows: Sequence[Row], side: Side, first: int) -> list[Row]:
    """Return the values summed by supplier, class, year of order and year of delivery; nothing is counted twice.

    Deliveries before ``first`` matter for the stock alone and are summed by year.
    """
    groups: dict[tuple[str, str, date | None, date | None], list[Row]] = {}
    for r in rows:
        early = r["delivered"] is not None and r["delivered"].year < first
        key = (
            ("several", "other", None, r["delivered"])
            if early
            else (r["supplier"], r["class"], r["ordered"], r["delivered"])
        )
        groups.setdefault(key, []).append(r)
    out: list[Row] = []
    numbers: dict[tuple[str, str, date | None], str] = {}
    for (seller, kind, ordered, delivered), group in sorted(groups.items(), key=lambda g: tuple(map(str, g[0]))):
        order = numbers.setdefault((seller, kind, ordered), f"T-{side.code}-{len(numbers) + 1:03d}")
        values = [r["tiv"] for r in group if r["tiv"] is not None]
        # A sum would hide the parts whose value is unknown, so they make a row of their own.
        parts = [(sum(values), len(values), "")] if values else []
        parts += [(None, len(group) - len(values), "-unvalued")] if len(values) < len(group) else []
        known = public((ordered or delivered or date.max).year, REGISTER)
        for value, count, tail in parts:
            what = "all classes" if seller == "several" else kind
            out.append(
                group[0]
                | {"id": f"{order}-{delivered.year if delivered else 'rest'}{tail}", "order_id": order}
                | {"supplier": seller, "class": kind, "ordered": ordered, "known_from": known}
                | {"designation": f"{what}, {count} order{'s' * (count != 1)}", "number": None, "tiv": _short(value)}
                | {"note": "summed over orders of the register"}
            )
    return out
