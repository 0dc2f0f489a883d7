"""What a scenario changes in arms: how much comes or is ordered, and whether a supplier delivers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tocsin.case.check import frame
from tocsin.case.config import Supply
from tocsin.case.schemas import ARMS
from tocsin.measures.arms import covered_until, pending, supplier_shares
from tocsin.scenarios.read import MADE_UP, Override, day_of

if TYPE_CHECKING:
    import polars as pl

    from tocsin.scenarios.change import Work


def deliveries(work: Work, changes: list[Override]) -> None:
    """Multiply what is still to come to a state, and what came from a day on; a factor of 0 strikes it out."""
    import polars as pl

    since = {o.path[1]: o for o in changes if o.path[2] == "since"}
    for o in (o for o in changes if o.path[2] == "deliveries_factor"):
        state = o.path[1]
        mine = pl.col("recipient") == state
        hit = mine & pl.col("delivered").is_null()
        table = work.case.tables["arms"]
        if state in since:
            first = day_of(since[state].value, work.as_of)
            if first > work.as_of:
                work.unfit(f"{since[state].key}: {first} lies after the as-of date {work.as_of}")
            came = mine & (pl.col("delivered") >= first).fill_null(False)
            before = _sum(table.filter(came))
            new = _times(table, hit | came, o.value)
            after = "struck out" if o.value == 0 else _sum(new.filter(came))
            name = work.case.config.states[state].name
            work.changed(o, f"arms delivered to {name} from {first} on", before, after)
        else:
            new = _times(table, hit, o.value)
        _pending(work, o, state, table, new, "none of it comes" if o.value == 0 else None)
        work.with_table("arms", new)
    for o in (o for o in changes if o.path[2] == "all_delivered"):
        _arrive(work, o)
    for o in (o for o in changes if o.path[2] == "new_order"):
        _order(work, o)


def _arrive(work: Work, o: Override) -> None:
    """Take what is pending and has a value as delivered by the end of the last year that the register covers.

    A later day would make the register speak of a year of which it says nothing.
    """
    import polars as pl

    state, table = o.path[1], work.case.tables["arms"]
    last = covered_until(table)
    rows = pending(table, work.as_of).filter(recipient=state).drop_nulls("tiv")
    if last is None or rows.is_empty():
        work.notes.append(f"{o.key}: nothing pending of known value can be added to an arms stock, so nothing changes")
        return
    hit = pl.col("id").is_in(rows["id"].to_list())
    day = min(work.as_of, date(last, 12, 31))
    new = table.with_columns(
        pl.when(hit).then(pl.lit(day)).otherwise("delivered").alias("delivered"),
        pl.when(hit).then(pl.lit("delivered")).otherwise("status").alias("status"),
    )
    name = work.case.config.states[state].name
    left = pending(new, work.as_of).filter(recipient=state)
    what = f"arms ordered by {name} and pending"
    work.changed(o, what, _sum(rows), "delivered" + (f"; {len(left)} rows of unknown value stay" if len(left) else ""))
    work.with_table("arms", new)


def _order(work: Work, o: Override) -> None:
    """Add an order of a given value."""
    import polars as pl

    state, table = o.path[1], work.case.tables["arms"]
    row = {
        "id": f"scenario-order-{state}",
        "order_id": f"scenario-order-{state}",
        "recipient": state,
        "supplier": "unknown",
        "class": "other",
        "designation": "Made up by the scenario",
        "ordered": work.as_of,
        "status": "ordered",
        "tiv": float(o.value),
        "basis": "press",
        "source": MADE_UP,
        "confidence": "high",
        "row": 0,
    }
    before = pending(table, work.as_of).filter(recipient=state)
    new = pl.concat([table, frame(ARMS, [row]).select(table.columns)]).sort("id")
    after = pending(new, work.as_of).filter(recipient=state)
    name = work.case.config.states[state].name
    work.changed(o, f"arms ordered by {name} and pending", _sum(before), _sum(after))
    work.with_table("arms", new)


def _times(table: pl.DataFrame, hit: pl.Expr, factor: float) -> pl.DataFrame:
    """Return the table with rows multiplied; a row multiplied by nothing no longer counts, valued or not."""
    import polars as pl

    if factor == 0:
        return table.with_columns(pl.when(hit).then(pl.lit("denied")).otherwise("status").alias("status"))
    return table.with_columns(pl.when(hit).then(pl.col(c) * factor).otherwise(c).alias(c) for c in ("tiv", "number"))


def _sum(rows: pl.DataFrame) -> str:
    known = rows.drop_nulls("tiv")
    rest = len(rows) - len(known)
    said = f"{known['tiv'].sum():,.0f} million TIV in {len(known)} row" + ("" if len(known) == 1 else "s")
    return said + (f" and {rest} of unknown value" if rest else "")


def _pending(
    work: Work, o: Override, state: str, old: pl.DataFrame, new: pl.DataFrame, after: str | None, supplier: str = ""
) -> None:
    """Note what becomes of pending orders."""
    import polars as pl

    mine = pl.col("recipient") == state
    if supplier:
        mine &= pl.col("supplier") == supplier
    name = work.case.config.states[state].name
    before = pending(old, work.as_of).filter(mine)
    what = f"arms ordered by {name}" + (f" from {supplier}" if supplier else "") + " and pending"
    if before.is_empty():
        work.notes.append(f"{o.key}: no {what} are known, so nothing of it changes")
        return
    work.changed(o, what, _sum(before), after or _sum(pending(new, work.as_of).filter(mine)))
    if after is None and (unknown := before["tiv"].null_count()):
        work.notes.append(f"{o.key}: {unknown} pending rows of unknown value stay unknown, whatever the factor")


def suppliers(work: Work, changes: list[Override]) -> None:
    """Say that a supplier delivers, or that nothing of what is ordered from it comes."""
    import polars as pl

    only = {o.path[1]: o.value for o in changes if o.path[2] == "to"}
    for o in (o for o in changes if o.path[2] == "open"):
        supplier = o.path[1]
        before = len(work.changes)
        for state in [only[supplier]] if supplier in only else work.case.pair:
            table = work.case.tables["arms"]
            hit = (pl.col("recipient") == state) & (pl.col("supplier") == supplier)
            # Who is the main supplier is read before anything is struck out.
            shares = supplier_shares(table, state)
            main = None if shares.is_empty() else shares["supplier"][0]
            if not o.value and not pending(table, work.as_of).filter(hit).is_empty():
                new = _times(table, hit & pl.col("delivered").is_null(), 0)
                _pending(work, o, state, table, new, "none of it comes", supplier)
                work.with_table("arms", new)
            if main == supplier:
                _finding(work, o, state, supplier, "open" if o.value else "withheld")
            elif not table.filter(hit).is_empty():
                name = work.case.config.states[state].name
                work.notes.append(
                    f"{o.key}: the main supplier of {name} is {main or 'unknown'}; the game knows of no other"
                )
        if len(work.changes) == before:
            work.notes.append(f"{o.key}: nothing on order and no main supplier is concerned, so nothing changes")


def _finding(work: Work, o: Override, state: str, supplier: str, found: str) -> None:
    """Enter a dated finding on the main supplier; it stands first, so it decides."""
    from tocsin.measures.supply import supply

    before = supply(work.case, state, work.as_of).state
    entry = Supply(
        recipient=state,
        supplier=supplier,
        state=found,  # type: ignore[arg-type]
        since=work.as_of,
        source=MADE_UP,
        confidence="high",
    )
    work.with_config(supply=[entry, *work.case.config.supply])
    work.changed(o, f"{supplier}, main supplier of {work.case.config.states[state].name}", before, found)
