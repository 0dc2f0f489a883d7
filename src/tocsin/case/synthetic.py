"""Made-up tables that follow the declared schemas: for tests and for people who want to see the format."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tocsin.case.schemas import MEASURES, TABLES, TYPOLOGIES
from tocsin.schema import Column, Table

CASE_TOML = """\
[case]
title = "{a} and {b} (made up)"
summary = "A made-up case that shows the format. No figure in it is real."
begins = {first}-01-01
cutoff = {last}-12-31
limits = ["Every row is made up."]

[dyad]
a = "{a}"
b = "{b}"
subsystem = ["CCC"]

[states.{a}]
name = "Aland"
ccode = 901
adjective = "Alandic"

[states.{b}]
name = "Beland"
ccode = 902
adjective = "Belandic"

[states.CCC]
name = "Celand"
ccode = 903

[class]
land = {{ value = true, source = "made-up" }}
rival = {{ value = true, since = {first}, source = "made-up" }}
relevant = {{ value = true, source = "made-up" }}

[history]
coded_until = {coded}
rule = "Made-up events count by the codebook they name."
"""
PRIZE_TOML = """
[prize]
core = "The hill"
around = "The plain around it"
rule = "Whoever stands on it holds it."
source = "made-up"

[[prize.holdings]]
since = {first}-01-01
core = "whole"
around = "part"
source = "made-up"
confidence = "high"

[[prize.holdings]]
since = {coded}-01-01
core = "none"
around = "none"
source = "made-up"
confidence = "high"
"""
SOURCES_TOML = '[made-up]\npublisher = "nobody"\ntitle = "Made-up numbers"\n'


def write_case(
    folder: Path, *, seed: int = 0, first: int = 1995, last: int = 2020, rows: int = 30, game: bool = False
) -> Path:
    """Write a sound made-up case of two states and return its folder.

    Parameters
    ----------
    folder : Path
        Folder to create.
    seed : int
        The same seed gives the same bytes.
    first, last : int
        Years covered.
    rows : int
        Incidents, orders, commitments and statements each.
    game : bool
        Whether the case says what the strategic game needs: holdings, and regimes by its typology.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(seed)
    head = CASE_TOML.format(a="AAA", b="BBB", first=first, last=last, coded=(first + last) // 2)
    head += PRIZE_TOML.format(first=first, coded=(first + last) // 2) if game else ""
    (folder / "case.toml").write_text(head, "utf-8")
    (folder / "sources.toml").write_text(SOURCES_TOML, "utf-8")
    for table in TABLES:
        write_rows(folder, table, list(_rows(table, dice, first, last, rows, game)))
    return folder


def write_rows(folder: Path, table: Table, rows: list[dict[str, Any]]) -> None:
    """Write rows as the table's CSV file; absent columns stay empty."""
    with (folder / table.file).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, [c.name for c in table.columns], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def cell(column: Column, dice: random.Random, first: int, last: int) -> Any:
    """Return a made-up value that the column permits."""
    match column.kind:
        case "integer":
            return dice.randint(int(column.low or 0), int(column.high or 100))
        case "real":
            return round(dice.uniform(column.low or 0, column.high or 1000), 2)
        case "date":
            return _day(dice, first, last)
        case "yesno":
            return dice.choice(("yes", "no"))
        case "choice":
            return dice.choice(column.choices)
        case "state":
            return dice.choice(("AAA", "BBB"))
        case "sources":
            return "made-up"
        case _:
            return f"made-up {column.name}"


def _day(dice: random.Random, first: int, last: int) -> date:
    return date(first, 1, 1) + timedelta(days=dice.randrange(365 * (last - first + 1)))


def _rows(table: Table, dice: random.Random, first: int, last: int, count: int, game: bool) -> Any:
    if table.name == "capabilities":
        level = {(s, m): dice.uniform(50, 500) for s in ("AAA", "BBB", "CCC") for m in MEASURES}
        for (state, measure), start in level.items():
            value = start
            for year in range(first, last + 1):
                value *= dice.uniform(0.9, 1.15)
                shown = value / 1e6 if measure == "cinc" else value
                yield _base(table, dice, first, last) | {
                    "state": state,
                    "year": year,
                    "measure": measure,
                    "value": f"{shown:.6g}",
                    "known_from": date(year + 1, 4, 30),
                }
        return
    if table.name == "regimes":
        for state in ("AAA", "BBB"):
            for year in range(first, last + 1):
                known = date(year + 1, 3, 15)
                kind = ("gwf_reign", "personal") if game else (TYPOLOGIES[0], "autocracy")
                row = {"state": state, "year": year, "typology": kind[0], "category": kind[1]}
                yield _base(table, dice, first, last) | row | {"score": "", "known_from": known}
        return
    for number in range(count):
        yield _base(table, dice, first, last) | _consistent(table, dice, first, last, number)


def _base(table: Table, dice: random.Random, first: int, last: int) -> dict[str, Any]:
    return {c.name: cell(c, dice, first, last) for c in table.columns} | {"note": ""}


def _consistent(table: Table, dice: random.Random, first: int, last: int, number: int) -> dict[str, Any]:
    """Values that must agree with one another within a row."""
    start = _day(dice, first, last)
    later = start + timedelta(days=dice.randrange(0, 900))
    actor = dice.choice(("AAA", "BBB"))
    other = "BBB" if actor == "AAA" else "AAA"
    row: dict[str, Any] = {"id": f"{table.name[0].upper()}{number:04d}", "known_from": start}
    match table.name:
        case "arms":
            done = dice.random() < 0.7
            row |= {"order_id": f"O{number}", "ordered": start, "basis": "register", "same_as": ""}
            row |= {"status": "delivered" if done else "ordered", "delivered": later if done else ""}
            row |= {"delivered_known_from": later + timedelta(days=80) if done else ""}
        case "incidents":
            row |= {"start": start, "end": start + timedelta(days=dice.randrange(0, 20)), "proxy": ""}
            middle = (first + last) // 2
            row |= {"coding": "mie" if start.year <= middle else "case", "initiator": actor, "target": other}
        case "commitments":
            row |= {"from": start, "to": later, "to_known_from": ""}
        case "statements":
            row |= {"date": start, "state": actor, "target": other}
    return row
