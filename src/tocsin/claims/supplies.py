"""Tests on the arms tables: totals, suppliers' shares, and orders while a commitment was in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.assessment.claim_parts import Verdict
from tocsin.assessment.words import percent
from tocsin.case.claim_tests import OrdersDuring, SupplierShare, Total
from tocsin.claims.found import Context, Found, count, listed, number, split, threshold
from tocsin.measures.arms import NOT_COUNTED, counted, covered_until
from tocsin.schema import source_keys

if TYPE_CHECKING:
    import polars as pl

UNITS = {"value_usd_m": "million US dollars", "tiv": "million TIV"}


def total(t: Total, c: Context) -> Found:
    """Return the known sum of orders or deliveries beside the claimed amount, and how many have no known value."""
    import polars as pl

    inside = _orders(c, t.recipient, t.suppliers).filter(pl.col(t.by).is_between(t.start, t.end))
    # Prices stand in press rows, which may repeat a register row: each order counts once.
    valued = inside.drop_nulls(t.measure)
    if t.measure == "tiv":
        valued = valued.filter(pl.col("same_as").is_null())
    priced = {k for cell in valued["same_as"] for k in source_keys(cell)} | set(valued["order_id"])
    repeats = {k for cell in inside["same_as"] for k in source_keys(cell)}
    open_ = [
        row["order_id"]
        for row in inside.filter(pl.col(t.measure).is_null()).iter_rows(named=True)
        if row["order_id"] not in priced | repeats and not set(source_keys(row["same_as"])) & priced
    ]
    unvalued = sorted(set(open_))
    known, unit = float(valued[t.measure].sum()), UNITS[t.measure]
    finding = (
        f"Known sum {known:,.0f} {unit} ({count(len(valued), 'row')} {t.by} from {t.start} to {t.end}) against "
        f"{t.amount:,.0f} claimed; "
        f"{count(len(unvalued), 'more order')} of unknown value."
    )
    if t.amount / t.within <= known <= t.amount * t.within:
        verdict: Verdict = "supported"
    else:
        verdict = "mixed" if known < t.amount and unvalued else "contradicted"
    numbers = [
        number("known sum", known, unit=unit),
        number("claimed", t.amount, unit=unit),
        number("orders of unknown value", float(len(unvalued)), unit="orders"),
    ]
    rows = [
        f"arms:{i}" for i in sorted(inside.filter(pl.col("order_id").is_in([*unvalued, *valued["order_id"]]))["id"])
    ]
    if inside.is_empty():
        return Found("untestable", "No order of the period is known; that is not to say there was none.", numbers)
    return Found(verdict, finding, numbers, rows, split(inside["source"].to_list()))


def _orders(c: Context, recipient: str, suppliers: list[str]) -> pl.DataFrame:
    import polars as pl

    rows = c.case.tables["arms"].filter(
        pl.col("recipient") == recipient, ~pl.col("status").is_in(NOT_COUNTED), pl.col("confidence") != "low"
    )
    return rows.filter(pl.col("supplier").is_in(suppliers)) if suppliers else rows


def supplier_share(t: SupplierShare, c: Context) -> Found:
    """Return the suppliers' share of the value delivered in a span of years."""
    import polars as pl

    arms = c.case.tables["arms"]
    until = covered_until(arms) or 0
    rows = counted(arms).filter(
        pl.col("recipient") == t.recipient,
        pl.col("delivered").dt.year().is_between(t.first, min(t.last, until)),
        pl.col("tiv").is_not_null(),
    )
    all_ = float(rows["tiv"].sum())
    if all_ <= 0:
        return Found("untestable", f"No delivery of known value to {c.name(t.recipient)} from {t.first} to {t.last}.")
    own = rows.filter(pl.col("supplier").is_in(t.suppliers))
    share = float(own["tiv"].sum()) / all_
    who = listed(t.suppliers)
    claimed = t.least if t.least is not None else t.most
    assert claimed is not None
    short = claimed - share if t.least is not None else share - claimed
    verdict: Verdict = "supported" if short <= 1e-9 else "contradicted" if short > threshold("near") else "mixed"
    finding = (
        f"{who} delivered {percent(share)} of {c.name(t.recipient)}'s arms from {t.first} to {min(t.last, until)} "
        f"({own['tiv'].sum():,.0f} of {all_:,.0f} million TIV); claimed "
        f"{'at least' if t.least is not None else 'at most'} {percent(claimed)}."
    )
    numbers = [number("share", share, unit="share"), number("delivered in all", all_, unit="million TIV")]
    keys = [f"arms:{i}" for i in sorted(own["id"])]
    return Found(verdict, finding, numbers, keys, split(rows["source"].to_list()))


def orders_during(t: OrdersDuring, c: Context) -> Found:
    """Return whether suppliers took orders while a commitment that is said to have kept them away was in force."""
    import polars as pl

    found = c.case.tables["commitments"].filter(pl.col("id") == t.commitment)
    if found.is_empty():
        return Found("pending", f"Commitment {t.commitment} is not yet public.")
    row = found.row(0, named=True)
    over = row["to"] is not None and row["to"] <= c.known_until
    until = row["to"] if over else c.known_until
    orders = _orders(c, t.recipient, t.suppliers).filter(pl.col("ordered").is_between(row["from"], until))
    repeats = {k for cell in orders["same_as"] for k in source_keys(cell)}
    orders = orders.filter(~pl.col("order_id").is_in(sorted(repeats))).sort("ordered", "id")
    one = orders.unique("order_id", keep="first", maintain_order=True)
    who, where = listed(t.suppliers), f"{row['name']} ({row['from']} to {row['to'] or 'now'})"
    rows = [f"commitments:{t.commitment}", *(f"arms:{i}" for i in one["id"])]
    sources = split([row["source"], *one["source"].to_list()])
    numbers = [number("orders in force time", float(len(one)), unit="orders")]
    if len(one):
        first = one.row(0, named=True)
        finding = (
            f"{count(len(one), 'order')} from {who} in the time of {where}, the first {first['designation']} from "
            f"{first['supplier']} ({first['ordered'].year})."
        )
        return Found("contradicted", finding, numbers, rows, sources)
    if not over:
        return Found(
            "pending", f"No order from {who} is known so far while {where} is in force.", numbers, rows, sources
        )
    return Found("supported", f"No order from {who} is known within {where}.", numbers, rows, sources)
