"""Alliances and defence agreements of the two states of a new case, from the tables at hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from tocsin.case.scaffold.parts import Gap, Part, Row
from tocsin.case.scaffold.states import Side
from tocsin.states import spells

if TYPE_CHECKING:
    from tocsin.store import Store

ATOP_LAST, DCA_LAST = 2018, 2010
MAJORS = (2, 200, 220, 255, 365, 710, 740)


def commitments(store: Store, dyad: Sequence[Side], others: Sequence[Side], first: int) -> Part:
    """Return defence pacts that bind an ally to one side only, pacts between the two, and agreements with patrons.

    A defence pact that the same ally has with both sides protects neither from the other and is left out. Patrons are
    the major powers and the states of the subsystem. Pacts with other states (most are treaties of many states) make
    one row that counts as no guarantee; agreements on defence cooperation with them are left out.
    """
    part = Part()
    patrons = {*MAJORS, *(s.ccode for s in others)}
    shared = 0
    for side, rival in (tuple(dyad), tuple(dyad)[::-1]):
        own, theirs, minor = _allies(store, side), _allies(store, rival), dict[int, set[int]]()
        for ally in sorted(own):
            kept = own[ally] - theirs.get(ally, set())
            shared += any(y >= first for y in own[ally] & theirs.get(ally, set()))
            if ally in patrons and ally != rival.ccode:
                part.rows += [_alliance(side, ally, run) for run in _runs(kept, first)]
            elif ally != rival.ccode and (recent := {y for y in kept if y >= first}):
                minor[ally] = recent
        part.rows += [_minor(side, minor)] if minor else []
    part.rows += _between(store, dyad, first)
    agreements, left = _agreements(store, dyad, patrons)
    part.rows += agreements
    part.gaps.append(
        Gap("commitments", f"Alliances are known to {ATOP_LAST}; those in force then are carried on.", ATOP_LAST, True)
    )
    part.gaps.append(Gap("commitments", f"Defence cooperation agreements are known to {DCA_LAST}.", DCA_LAST))
    if shared:
        text = f"{shared} defence pacts that an ally has with both sides are left out: they protect neither."
        part.gaps.append(Gap("commitments", text, ATOP_LAST))
    if left:
        part.gaps.append(
            Gap("commitments", f"{left} agreements with other states than patrons are left out.", DCA_LAST)
        )
    part.gaps.append(
        Gap(
            "commitments",
            "Ceasefires, monitors, peace steps and guarantees since then must be added by hand.",
            None,
            True,
        )
    )
    return part


def _name(ccode: int) -> str:
    return next((s.name for s in reversed(spells()) if s.system == "cow" and s.code == str(ccode)), str(ccode))


def _allies(store: Store, side: Side) -> dict[int, set[int]]:
    import polars as pl

    frame = store.table("atop").filter(
        (pl.col("ccode1") == side.ccode) & (pl.col("atop_defense") == 1) & (pl.col("year") >= side.since)
    )
    out: dict[int, set[int]] = {}
    for ally, year in frame.select("ccode2", "year").collect().iter_rows():
        out.setdefault(ally, set()).add(year)
    return out


def _runs(found: set[int], first: int) -> list[tuple[int, int]]:
    """Return the stretches of years without a gap that reach into the window, each from its true first year."""
    runs = []
    for _, group in groupby(enumerate(sorted(found)), key=lambda p: p[1] - p[0]):
        run = [y for _, y in group]
        runs.append((run[0], run[-1]))
    return [run for run in runs if run[1] >= first]


def _base(first: int, last: int, end: int) -> Row:
    return {
        "from": date(first, 1, 1),
        "to": None if last >= end else date(last, 12, 31),
        "confidence": "medium",
        "note": f"coded by the year to {end}" + ("; in force then, later not known" if last >= end else ""),
    }


def _alliance(side: Side, ally: int, run: tuple[int, int]) -> Row:
    return _base(*run, ATOP_LAST) | {
        "id": f"A-{side.code}-{ally}-{run[0]}",
        "name": f"Defence pact of {side.name} with {_name(ally)}",
        "type": "alliance",
        "parties": f"{side.code}; {_name(ally)}",
        "third_party": _name(ally),
        "hardness": "hard",
        "favours": side.code,
        "description": f"A duty to defend, in force in {run[0]} to {run[1]} as ATOP codes it.",
        "source": "atop-5.1",
    }


def _minor(side: Side, allies: dict[int, set[int]]) -> Row:
    found = sorted({y for years in allies.values() for y in years})
    names = ", ".join(sorted(_name(a) for a in allies))
    return _base(found[0], found[-1], ATOP_LAST) | {
        "id": f"A-{side.code}-others",
        "name": f"Defence pacts of {side.name} with {len(allies)} other states",
        "type": "alliance",
        "parties": f"{side.code}; others",
        "third_party": "others",
        "hardness": "none",
        "favours": side.code,
        "description": f"With {names}, as ATOP codes them year by year; most come from treaties of many states.",
        "source": "atop-5.1",
        "confidence": "low",
    }


def _between(store: Store, dyad: Sequence[Side], first: int) -> list[Row]:
    import polars as pl

    a, b = dyad
    frame = store.table("atop").filter(
        (pl.col("ccode1") == a.ccode) & (pl.col("ccode2") == b.ccode) & (pl.col("year") >= max(a.since, b.since))
    )
    found = frame.collect()
    out = []
    for column, kind in (("atop_nonagg", "Non-aggression pact"), ("atop_defense", "Defence pact")):
        for run in _runs(set(found.filter(pl.col(column) == 1)["year"]), first):
            out.append(
                _base(*run, ATOP_LAST)
                | {
                    "id": f"A-{a.code}-{b.code}-{column[5:]}-{run[0]}",
                    "name": f"{kind} between {a.name} and {b.name}",
                    "type": "treaty",
                    "parties": f"{a.code}; {b.code}",
                    "hardness": "none",
                    "favours": "both",
                    "description": "As ATOP codes it; it may be a treaty of many states that binds both.",
                    "source": "atop-5.1",
                }
            )
    return out


def _agreements(store: Store, dyad: Sequence[Side], patrons: set[int]) -> tuple[list[Row], int]:
    import polars as pl

    by_code = {s.ccode: s for s in dyad}
    frame = store.table("dca").filter(pl.col("type") == "general").collect()
    out: list[Row] = []
    left = 0
    for r in frame.sort("signyear", "dcaid").iter_rows(named=True):
        sides = [by_code[c] for c in (r["ccode1"], r["ccode2"]) if c in by_code]
        if not sides:
            continue
        third = next((c for c in (r["ccode1"], r["ccode2"]) if c not in by_code), None)
        if third is not None and third not in patrons:
            left += 1
            continue
        named = [_name(third)] if third else []
        exact = None not in (r["signday"], r["signmonth"])
        day = date(r["signyear"], r["signmonth"], r["signday"]) if exact else date(r["signyear"], 12, 31)
        out.append(
            {
                "id": f"D-{r['dcaid'].replace(' ', '')}",
                "name": f"Defence cooperation of {' and '.join([s.name for s in sides] + named)}",
                "type": "partnership" if third else "treaty",
                "parties": "; ".join([s.code for s in sides] + named),
                "third_party": _name(third) if third else "",
                "hardness": "soft" if third else "none",
                "favours": sides[0].code if third else "both",
                "from": day,
                "to": None,
                "description": f"General agreement on defence cooperation, signed in {r['signyear']}.",
                "source": "dca-1.0",
                "confidence": "medium",
                "note": f"known to {DCA_LAST}; whether it is still in force is not"
                + ("" if exact else "; day unknown"),
            }
        )
    return out, left
