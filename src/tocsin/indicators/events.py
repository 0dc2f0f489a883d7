"""Indicators of force and of commitments: deadly incidents, missions, partners, a treaty, regimes."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tocsin.indicators.watch import Watch, seen
from tocsin.measures.context import PARTNERS, counted_incidents, in_force, monitors, partners, regime_kind

if TYPE_CHECKING:
    from tocsin.assessment.indicator_parts import Observation
    from tocsin.case.load import Case

TYPOLOGY = "gwf_reign"
STEPS = ("treaty", "peace step")


def deadly(case: Case, as_of: date, state: str) -> Watch:
    """A use of force with a death; where a ceasefire is in force, its violation."""
    import polars as pl

    name = case.config.states[state].name
    truce = in_force(case, as_of)
    truce = truce.filter((truce["type"] == "ceasefire") & (truce["confidence"] != "low"))
    rows = counted_incidents(case).filter(
        pl.col("fatal").fill_null(False), pl.col("both") | (pl.col("initiator") == state)
    )
    last = None
    if not rows.is_empty():
        row = rows.row(-1, named=True)
        both = " (counts for both sides)" if row["both"] else ""
        last = seen(
            row["start"], f"{row['description']}{both}", "incidents", row["id"], row["source"], row["date_precision"]
        )
    event = {
        "start": "as-of",
        "initiator": state,
        "mode": "strike",
        "mutual": False,
        "fatal": True,
        "description": "Deadly force, as an indicator",
    }
    return Watch(
        f"deadly-{state}",
        "deadly force",
        state,
        f"{name} {'violates a ceasefire' if len(truce) else 'uses force'} and somebody dies",
        "Reports of shots, shells or drones with a death, the initiator named by other than the other side alone.",
        "ceasefire in force: " + "; ".join(truce["name"]) if len(truce) else "no ceasefire is in force",
        last,
        {"incidents": {"add": [event]}},
    )


def missions(case: Case, as_of: date) -> list[Watch]:
    """The end of the mandate of each monitoring mission in force."""
    found: dict[str, Watch] = {}
    last = _ended(case, as_of, ("monitor mission",), (*case.pair, "both"))
    for state in case.pair:
        for row in monitors(case, as_of, state).iter_rows(named=True):
            found[row["id"]] = Watch(
                f"mandate-{row['id']}",
                "mandate",
                None,
                f"The mandate ends: {row['name']}",
                "Decisions on the mandate, and withdrawals before its end.",
                _term(row),
                last,
                {"commitments": {row["id"]: {"until": "as-of-1"}}},
            )
    return list(found.values())


def ties(case: Case, as_of: date, state: str) -> Watch | None:
    """The end of every partnership that favours a state; None if it has none."""
    rows = partners(case, as_of, state)
    if rows.is_empty():
        return None
    name = case.config.states[state].name
    count = len(rows)
    return Watch(
        f"partners-{state}",
        "partners",
        state,
        f"{name} is left without partners",
        "Denounced or lapsed pacts, partnerships and bases. The game asks only whether there is any.",
        f"{count} in force" + (f": {'; '.join(rows['name'])}" if count <= 3 else ""),
        _ended(case, as_of, PARTNERS, (state,)),
        {"commitments": {i: {"until": "as-of-1"} for i in rows["id"]}},
    )


def treaty(case: Case, as_of: date) -> Watch:
    """A treaty of peace between the two."""
    import polars as pl

    steps = case.tables["commitments"].filter(
        pl.col("type").is_in(STEPS), pl.col("favours") == "both", pl.col("confidence") != "low"
    )
    both = [rf"\b(?:{s}|{re.escape(case.config.states[s].name)})\b" for s in case.pair]
    between = pl.all_horizontal(pl.col("parties").str.contains(side) for side in both)
    steps = steps.filter(between).sort("from", "id")
    held = in_force(case, as_of).filter(between, type="treaty", favours="both")
    return Watch(
        "treaty",
        "treaty",
        None,
        "A treaty of peace enters into force",
        "Signature and ratification; steps on the way are in commitments.csv.",
        "treaty in force: " + "; ".join(held["name"]) if len(held) else "no treaty between the two is in force",
        None if steps.is_empty() else _step(steps.row(-1, named=True)),
        {"treaty": {"signed": "as-of"}},
    )


def regime(case: Case, as_of: date, state: str) -> Watch:
    """Another regime: democracy, or personal rule where it is one already."""
    name, now = case.config.states[state].name, regime_kind(case, state)
    to = "personalist" if now.kind == "democracy" else "democracy"
    said = f"{name} comes under personal rule" if to == "personalist" else f"{name} becomes a democracy"
    rows = case.tables["regimes"]
    rows = rows.filter((rows["state"] == state) & (rows["typology"] == TYPOLOGY)).drop_nulls("category").sort("year")
    last = None
    for before, row in zip(rows.iter_rows(named=True), rows.slice(1).iter_rows(named=True), strict=False):
        if before["category"] != row["category"]:
            what = f"{before['category']} ({before['year']}), then {row['category']} ({row['year']})"
            last = seen(date(row["year"], 12, 31), what, "regimes", f"{state}:{row['year']}", row["source"], "year")
    return Watch(
        f"regime-{state}",
        "regime",
        state,
        said,
        "Changes of the constitution, of the leader, or of who can remove the leader.",
        now.missing or f"{now.kind} ({now.category}, {now.year})",
        last,
        {"regime": {state: to}},
    )


def _term(row: dict[str, Any]) -> str:
    return f"in force since {row['from']}, " + (f"to {row['to']}" if row["to"] else "no end known")


def _step(row: dict[str, Any]) -> Observation:
    said = row["name"] if row["type"] == "treaty" else f"a step on the way: {row['name']}"
    return seen(row["from"], said, "commitments", row["id"], row["source"])


def _ended(case: Case, as_of: date, types: tuple[str, ...], favours: tuple[str, ...]) -> Observation | None:
    """Return the last commitment of some types that has ended and was not followed by one of the same third party."""
    import polars as pl

    rows = case.tables["commitments"].filter(
        pl.col("type").is_in(types), pl.col("favours").is_in(favours), pl.col("confidence") != "low"
    )
    for row in (
        rows.filter(pl.col("to") < as_of, pl.col("to") > pl.col("from"))
        .sort("to", "id", descending=True)
        .iter_rows(named=True)
    ):
        after = in_force(case, row["to"] + timedelta(days=1))
        if not row["third_party"] or after.filter(type=row["type"], third_party=row["third_party"]).is_empty():
            return seen(row["to"], f"{row['name']} ended", "commitments", row["id"], row["source"])
    return None
