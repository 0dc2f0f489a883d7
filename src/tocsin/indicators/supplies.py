"""Indicators of arms and money: orders, deliveries, suppliers, spending."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from tocsin.indicators.watch import Watch, seen
from tocsin.measures.arms import counted, pending
from tocsin.measures.power import INDICES
from tocsin.measures.supply import supply
from tocsin.parameters import parameters

if TYPE_CHECKING:
    import polars as pl

    from tocsin.assessment.indicator_parts import Observation
    from tocsin.case.load import Case


def order(case: Case, as_of: date, state: str) -> Watch:
    """A new order, taken to be as large as the largest of the last years."""
    import polars as pl

    name = case.config.states[state].name
    rows = _sure(case, state).drop_nulls("ordered").sort("ordered", "id")
    years = int(parameters("indicators")["order_years"].mode)
    since = date(as_of.year - years, 1, 1)
    sizes = (
        rows.filter(pl.col("ordered") >= since)
        .drop_nulls("tiv")
        .group_by("order_id")
        .agg(pl.col("tiv").sum(), pl.col("designation").first(), pl.col("supplier").first(), pl.col("ordered").min())
        .filter(pl.col("tiv") > 0)
        .sort("tiv", "order_id", descending=[True, False])
    )
    last = None if rows.is_empty() else _seen(rows.row(-1, named=True), "ordered")
    said = f"{name} places a new order of arms"
    where = "Contracts and announcements of either party; a letter of intent does not count."
    if sizes.is_empty():
        why = f"no order of {name} since {since.year} has a known value, so the size of a new one cannot be said"
        return Watch(f"order-{state}", "order", state, said, where, _waiting(case, as_of, state), last, why_not=why)
    top = sizes.row(0, named=True)
    size = f"taken to be as large as the largest since {since.year}: {top['designation']} from {top['supplier']}"
    return Watch(
        f"order-{state}",
        "order",
        state,
        said,
        f"{where} Its size is {size}, {top['tiv']:,.0f} million TIV.",
        _waiting(case, as_of, state),
        last,
        {"arms": {state: {"new_order": float(top["tiv"])}}},
    )


def delivery(case: Case, as_of: date, state: str) -> Watch:
    """The arrival of what is on order."""
    name = case.config.states[state].name
    done = _sure(case, state).drop_nulls("delivered").sort("delivered", "id")
    last = None if done.is_empty() else _seen(done.row(-1, named=True), "delivered")
    known = pending(case.tables["arms"], as_of)
    none = known.filter(known["recipient"] == state).drop_nulls("tiv").is_empty()
    return Watch(
        f"delivery-{state}",
        "delivery",
        state,
        f"What {name} has on order arrives",
        "Deliveries in the arms register or reported by either party; taken to be all that is pending.",
        _waiting(case, as_of, state),
        last,
        {} if none else {"arms": {state: {"all_delivered": "as-of"}}},
        f"no pending order of {name} has a known value" if none else "",
    )


def supplier(case: Case, as_of: date, state: str) -> Watch:
    """The main supplier begins or ceases to deliver."""
    name = case.config.states[state].name
    now = supply(case, state, as_of)
    where = "Embargoes, refusals and resumed deliveries of the supplier with the largest share of the last five years."
    if now.supplier is None or now.supplier in ("unknown", "several"):
        why = f"no main supplier of {name} is known"
        return Watch(
            f"supplier-{state}", "supplier", state, f"The main supplier of {name} stops", where, why, None, why_not=why
        )
    opens = now.state == "withheld"
    told = [s for s in case.config.supply if s.recipient == state and (s.state == "open") == opens]
    entry = max(told, key=lambda s: s.since, default=None)
    last = None
    if entry is not None:
        said = f"{entry.supplier} {'delivered' if opens else 'withheld deliveries'}, by a finding of the case"
        last = seen(entry.since, said, "case.toml", "supply", entry.source)
    return Watch(
        f"supplier-{state}",
        "supplier",
        state,
        f"{now.supplier}, main supplier of {name}, {'delivers again' if opens else 'withholds deliveries'}",
        where,
        f"{now.state}: {now.why}",
        last,
        {"supplier": {now.supplier: {"open": opens, "to": state}}},
    )


def spending(case: Case, as_of: date, state: str) -> Watch:
    """A jump of military spending."""
    import polars as pl

    name, jump = case.config.states[state].name, parameters("indicators")["spending_jump"].mode
    rows = (
        case.tables["capabilities"]
        .filter((pl.col("state") == state) & (pl.col("measure") == INDICES["spending"]))
        .sort("year")
        .with_columns((pl.col("value") / pl.col("value").shift(1)).alias("ratio"), pl.col("year").diff().alias("gap"))
        .with_columns(pl.when((pl.col("gap") == 1) & pl.col("ratio").is_finite()).then("ratio").alias("ratio"))
    )
    title = f"{name} raises military spending by {100 * (jump - 1):.0f} % in a year"
    watch = "Budgets and the yearly figures in constant prices."
    if rows.is_empty():
        why = f"no military spending of {name} is known"
        return Watch(f"spending-{state}", "spending", state, title, watch, why, None, why_not=why)
    now = rows.row(-1, named=True)
    change = "change unknown" if now["ratio"] is None else f"{_percent(now['ratio'])} in a year"
    jumps = rows.filter(pl.col("ratio") >= jump)
    last = None
    if not jumps.is_empty():
        row = jumps.row(-1, named=True)
        said = f"Military spending of {row['year']}: {_percent(row['ratio'])} in a year"
        last = seen(date(row["year"], 12, 31), said, "capabilities", f"{state}:{row['year']}", row["source"], "year")
    return Watch(
        f"spending-{state}",
        "spending",
        state,
        title,
        watch,
        f"{now['value']:,.0f} million dollars in {now['year']}, {change}",
        last,
        {"spending": {state: {"factor": jump}}},
    )


def _percent(ratio: float) -> str:
    return f"{100 * (ratio - 1):+.0f} %".replace("-", "\u2212")


def _sure(case: Case, state: str) -> pl.DataFrame:
    """Return the rows of arms of a state that count and are not doubtful."""
    rows = counted(case.tables["arms"])
    return rows.filter((rows["recipient"] == state) & (rows["confidence"] != "low"))


def _waiting(case: Case, as_of: date, state: str) -> str:
    rows = pending(case.tables["arms"], as_of)
    mine = rows.filter(rows["recipient"] == state)
    if mine.is_empty():
        return "no pending order is known"
    unknown = mine["tiv"].null_count()
    orders = mine["order_id"].n_unique()
    value = f"{mine['tiv'].sum():,.0f} million TIV" if unknown < len(mine) else "of unknown value"
    rest = f" and {unknown} rows of unknown value" if 0 < unknown < len(mine) else ""
    return f"{orders} order{'s' if orders != 1 else ''} pending, {value}{rest}"


def _seen(row: dict[str, Any], column: str) -> Observation:
    count = "" if row["number"] is None else f"{row['number']:,.0f} "
    said = f"{count}{row['designation']} from {row['supplier']}"
    # Of an order known by its year the table says 1 July, of a delivery 31 December.
    yearly = (row[column].month, row[column].day) in ((7, 1), (12, 31))
    precision: Literal["day", "year"] = "year" if yearly else "day"
    return seen(row[column], f"{said}, {column}", "arms", row["id"], row["source"], precision)
