"""What a scenario changes in the record: events, commitments, a treaty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tocsin.case.check import frame, parse_cell
from tocsin.case.schemas import COMMITMENTS, INCIDENTS
from tocsin.scenarios.read import MADE_UP, Override, day_of

if TYPE_CHECKING:
    from tocsin.scenarios.change import Work


def incidents(work: Work, changes: list[Override]) -> None:
    """Take events out of the record, then put made-up ones in."""
    for o in (o for o in changes if o.path[1] == "remove"):
        table = work.case.tables["incidents"]
        lacking = [i for i in o.value if i not in table["id"]]
        if lacking:
            work.unfit(f"{o.key}: not known on {work.as_of}: {', '.join(lacking)}")
        for row in table.filter(table["id"].is_in(o.value)).iter_rows(named=True):
            said = f"{row['mode']} from {row['start']}: {row['description']}"
            work.changed(o, f"event {row['id']}", said, "did not happen")
        work.with_table("incidents", table.filter(~table["id"].is_in(o.value)))
    rows: list[dict[str, Any]] = []
    taken = set(work.case.tables["incidents"]["id"])
    for o in (o for o in changes if o.path[1] == "add"):
        for cells in o.value:
            row = _event(work, o, cells, next(f"S{n}" for n in range(1, 10_000) if f"S{n}" not in taken))
            taken.add(row["id"])
            rows.append(row)
    if rows:
        import polars as pl

        table = work.case.tables["incidents"]
        made = frame(INCIDENTS, rows).select(table.columns)
        work.with_table("incidents", pl.concat([table, made]).sort("id"))


def _event(work: Work, o: Override, cells: dict[str, str], name: str) -> dict[str, Any]:
    days = {k: day_of(cells[k], work.as_of) for k in ("start", "end") if cells.get(k)}
    if days["start"] > work.as_of:
        work.unfit(f"{o.key}: the event of {days['start']} lies after the as-of date {work.as_of}")
    row: dict[str, Any] = {}
    for column in INCIDENTS.columns:
        if column.name not in days:
            row[column.name] = (
                parse_cell(column, cells.get(column.name, ""), work.case.pair, (MADE_UP,))
                if (column.name not in ("id", "coding", "confidence", "source"))
                else None
            )
    row |= {"id": name, "row": 0, "coding": "supplement", "confidence": "high", "source": MADE_UP}
    row |= {"start": days["start"], "end": min(days.get("end", days["start"]), work.as_of)}
    who = row["initiator"] if row["target"] == row["initiator"] else f"{row['initiator']} against {row['target']}"
    died = {True: "deaths", False: "no deaths", None: "deaths unknown"}[row["fatal"]]
    work.changed(o, f"event {name}", "did not happen", f"{row['mode']} on {row['start']}, {who}, {died}")
    return row


def commitments(work: Work, changes: list[Override]) -> None:
    """End, prolong, harden or undo commitments."""
    import polars as pl

    for key in dict.fromkeys(o.key for o in changes):
        mine = [o for o in changes if o.key == key]
        table = work.case.tables["commitments"]
        known = table.filter(pl.col("id").is_in([o.path[1] for o in mine])).sort("from", "id")
        if known.is_empty():
            work.unfit(f"{key}: no such commitment was known on {work.as_of}")
        last, before = known.row(-1, named=True)["id"], len(work.changes)
        for row in known.iter_rows(named=True):
            o = next(o for o in mine if o.path[1] == row["id"])
            {"until": _until, "hardness": _hardness, "in_force": _undo}[o.path[2]](work, o, row, row["id"] == last)
        if len(work.changes) == before:
            work.notes.append(f"{key} = {mine[0].value} changes nothing: it is so already")


def _until(work: Work, o: Override, row: dict[str, Any], last: bool) -> None:
    end = None if o.value == "open" else day_of(o.value, work.as_of)
    now = row["to"]
    # Several rows can be stages of one commitment: only the last can go on longer.
    if end == now or (not last and (end is None or (now is not None and now <= end))):
        return
    if end is not None and end < row["from"]:
        _drop(work, o, row, f"never in force: it would have begun on {row['from']}")
        return
    _put(work, row, "to", end)
    work.changed(o, f"{row['id']}, {row['name']}", _term(now), _term(end))
    if end is not None and end >= work.as_of:
        work.notes.append(f"{o.key}: the end lies on or after the as-of date, so it is in force that day")


def _hardness(work: Work, o: Override, row: dict[str, Any], last: bool) -> None:
    if row["hardness"] != o.value:
        _put(work, row, "hardness", o.value)
        work.changed(o, f"{row['id']}, {row['name']}", row["hardness"], o.value)


def _undo(work: Work, o: Override, row: dict[str, Any], last: bool) -> None:
    _drop(work, o, row, "never came into force")


def _term(end: Any) -> str:
    return "in force without a known end" if end is None else f"in force to {end}"


def _put(work: Work, row: dict[str, Any], column: str, value: Any) -> None:
    import polars as pl

    table = work.case.tables["commitments"]
    new = pl.when(pl.col("id") == row["id"]).then(pl.lit(value, dtype=table.schema[column])).otherwise(column)
    work.with_table("commitments", table.with_columns(new.alias(column)))


def _drop(work: Work, o: Override, row: dict[str, Any], after: str) -> None:
    table = work.case.tables["commitments"]
    work.with_table("commitments", table.filter(table["id"] != row["id"]))
    work.changed(o, f"{row['id']}, {row['name']}", f"from {row['from']}, {_term(row['to'])}", after)


def treaty(work: Work, changes: list[Override]) -> None:
    """Put a treaty of peace between the two in force."""
    import polars as pl

    (o,) = changes
    day = day_of(o.value, work.as_of)
    if day > work.as_of:
        work.unfit(f"{o.key}: {day} lies after the as-of date {work.as_of}")
    table = work.case.tables["commitments"]
    row = {
        "id": "scenario-treaty",
        "name": "Treaty of peace",
        "type": "treaty",
        "parties": "; ".join(work.case.pair),
        "hardness": "soft",
        "favours": "both",
        "from": day,
        "description": "Made up by the scenario",
        "source": MADE_UP,
        "confidence": "high",
        "row": 0,
    }
    work.with_table("commitments", pl.concat([table, frame(COMMITMENTS, [row]).select(table.columns)]).sort("id"))
    work.changed(o, "treaty of peace between the two", "none added", f"in force from {day}")
