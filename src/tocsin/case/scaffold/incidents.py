"""Force between the two states of a new case: daily events to 2014, and years of fatal conflict after it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from tocsin.case.scaffold.parts import Gap, Part, Row, public
from tocsin.case.scaffold.states import Side
from tocsin.case.schemas import MODES

if TYPE_CHECKING:
    from tocsin.store import Store

CODED_UNTIL = 2014
CLASH, WAR = 17, 5
WORDS = {1: "Threat or display by", 2: "Incursion, seizure or blockade by", 3: "Attack by", 4: "Battle of a war by"}
UCDP = "ucdp-acd"


def incidents(store: Store, dyad: Sequence[Side], first: int) -> Part:
    """Return the events of Militarized Interstate Events 1.0, and UCDP's years of conflict where it has none."""
    a, b = dyad
    part = Part()
    events = _events(store, a, b, first)
    part.rows += events
    covered = {y for r in events for y in range(r["start"].year, r["end"].year + 1)}
    conflicts, last = _conflicts(store, a, b, first)
    part.rows += [r for r in conflicts if r["start"].year not in covered or r["start"].year > CODED_UNTIL]
    part.gaps.append(Gap("incidents", f"Events of every mode of force are coded to {CODED_UNTIL}.", CODED_UNTIL))
    part.gaps.append(
        Gap(
            "incidents",
            f"From {CODED_UNTIL + 1} to {last} only years in which UCDP counts at least 25 battle deaths between the "
            "two are in the tables: threats, incursions and lesser clashes are not, and such years are read as quiet.",
            last,
            True,
        )
    )
    part.gaps.append(Gap("incidents", f"Events after {last} must be added from dated reports.", last, True))
    return part


def last_year(store: Store) -> int:
    """Return the last year of conflict that the store covers."""
    import polars as pl

    return int(store.table("ucdp_acd").select(pl.col("year").max()).collect().item())


def _events(store: Store, a: Side, b: Side, first: int) -> list[Row]:
    import polars as pl

    # Imported here because the panel is heavy; the modes must be those of the panel.
    from tocsin.panel.additions.conflict import events_with_modes

    pair = [a.ccode, b.ccode]
    frame = store.table("mie").filter(pl.col("ccode1").is_in(pair) & pl.col("ccode2").is_in(pair)).collect()
    frame = events_with_modes(frame.filter(pl.col("styear") >= first)).sort(
        "styear", "stmon", "stday", "micnum", "eventnum"
    )
    return [_event(r, a, b) for r in frame.iter_rows(named=True)]


def _event(r: dict[str, Any], a: Side, b: Side) -> Row:
    actor, target = (a, b) if r["ccode1"] == a.ccode else (b, a)
    start, exact = _day(r["styear"], r["stmon"], r["stday"], last=False)
    end, exact_end = _day(r["endyear"], r["endmon"], r["endday"], last=True)
    deaths = {r["ccode1"]: (r["fatalmin1"], r["fatalmax1"]), r["ccode2"]: (r["fatalmin2"], r["fatalmax2"])}
    known = {c: low if low is not None and low == high else None for c, (low, high) in deaths.items()}
    most = [low for low, _ in deaths.values()]
    fatal = "yes" if any(m for m in most) else "no" if all(h == 0 for _, h in deaths.values()) else ""
    words = [
        f"{s.code} {low} to {high}"
        for s in (a, b)
        for low, high in [deaths[s.ccode]]
        if low is not None and high is not None and low != high
    ]
    mutual = r["action"] == CLASH or r["hostlev"] == WAR
    return {
        "id": f"M-{r['micnum']}-{r['eventnum']}",
        "start": start,
        "end": max(start, end),
        "date_precision": "day" if exact and exact_end else "month",
        "initiator": actor.code,
        "initiator_basis": "MIE: first state of the event",
        "target": target.code,
        "mode": MODES[r["mode"]],
        "mutual": "yes" if mutual else "no",
        "deaths_a": known[a.ccode],
        "deaths_b": known[b.ccode],
        "deaths_other": "; ".join(words),
        "fatal": fatal,
        "coding": "mie",
        "description": "Clash between the two" if r["action"] == CLASH else f"{WORDS[r['mode']]} {actor.name}",
        "source": "mie-1.0",
        "confidence": "high",
        "note": f"MIE action {r['action']}, hostility {r['hostlev']}; MIE does not say whether ground changed hands",
    }


def _day(year: int, month: int | None, day: int | None, *, last: bool) -> tuple[date, bool]:
    """Return a date, and whether the day is known; an unknown one is the first or the last of its month."""
    if month is None:
        return (date(year, 12, 31) if last else date(year, 1, 1)), False
    if day is None:
        return date(year, month, monthrange(year, month)[1] if last else 1), False
    return date(year, month, day), True


def _conflicts(store: Store, a: Side, b: Side, first: int) -> tuple[list[Row], int]:
    import polars as pl

    pair = [a.gwcode, b.gwcode]
    frame = store.table("ucdp_acd")
    found = frame.filter(
        (pl.col("type_of_conflict") == "interstate")
        & pl.col("gwno_a").is_in(pair)
        & pl.col("gwno_b").is_in(pair)
        & (pl.col("year") >= first)
    ).collect()
    rows = []
    for r in found.sort("year", "conflict_id").iter_rows(named=True):
        war = r["intensity_level"] == 2
        deaths = "at least 1,000" if war else "25 to 999"
        rows.append(
            {
                "id": f"U-{r['conflict_id']}-{r['year']}",
                "start": date(r["year"], 1, 1),
                "end": date(r["year"], 12, 31),
                "date_precision": "year",
                "initiator": "disputed",
                "initiator_basis": "UCDP names no side that began",
                "target": "disputed",
                "mode": "war" if war else "strike",
                "mutual": "yes",
                "deaths_other": f"{deaths} battle deaths in the year, both sides together",
                "fatal": "yes",
                "coding": "supplement",
                "description": f"Armed conflict over {r['incompatibility']} between the two, active in the year",
                "source": UCDP,
                "known_from": public(r["year"], UCDP),
                "confidence": "medium",
                "note": f"UCDP conflict {r['conflict_id']}, coded by the year",
            }
        )
    return rows, last_year(store)
