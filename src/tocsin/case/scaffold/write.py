"""Writing a new case: all of it or nothing, never over something that is there."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.case.scaffold.arms import Detail, arms
from tocsin.case.scaffold.capabilities import capabilities
from tocsin.case.scaffold.commitments import commitments
from tocsin.case.scaffold.incidents import CODED_UNTIL, incidents, last_year
from tocsin.case.scaffold.parts import Gap, Part
from tocsin.case.scaffold.regimes import regimes
from tocsin.case.scaffold.states import Side, find
from tocsin.case.scaffold.traits import Trait, neighbours, traits
from tocsin.case.schemas import TABLES
from tocsin.case.synthetic import write_rows
from tocsin.errors import CaseError, SourceError, UsageError

if TYPE_CHECKING:
    from tocsin.store import Store

NEEDED = (
    "milex",
    "nmc",
    "arms",
    "arms_deliveries",
    "ert",
    "polity",
    "reign",
    "mie",
    "ucdp_acd",
    "contdir",
    "majors",
    "tss_rivalries",
    "atop",
    "dca",
)
FIRST = 1990
# Years of events an as-of run must have behind it.
RUN_UP = 5


@dataclass(frozen=True)
class NewCase:
    """What was written.

    Parameters
    ----------
    folder : Path
        The case.
    rows : dict of str to int
        Rows by table.
    gaps : tuple of Gap
        What is missing or stale.
    cutoff : datetime.date
        Cut-off of the case: the day after the last year of the record of force.
    """

    folder: Path
    rows: dict[str, int]
    gaps: tuple[Gap, ...]
    cutoff: date


def new_case(
    a: str,
    b: str,
    folder: Path | None = None,
    *,
    store: Store,
    subsystem: Sequence[str] = (),
    first: int = FIRST,
    detail: Detail = "orders",
) -> NewCase:
    """Write a case for two states from the store, ready to be checked and assessed.

    Parameters
    ----------
    a, b : str
        The two states, by name, ISO code or Correlates of War number.
    folder : Path, optional
        Folder to create; default the two names joined by a hyphen, here.
    store : Store
        Where the tables are.
    subsystem : sequence of str
        Other states whose power matters; default those that border both by land.
    first : int
        First year of the tables.
    detail : {'orders', 'totals'}
        Arms order by order, or summed by supplier, class and year (for a case that is to be passed on: the register's
        terms limit redistribution).

    Returns
    -------
    NewCase

    Raises
    ------
    UsageError
        If a state is unknown or both are the same.
    SourceError
        If the store lacks a table; the message has the command that brings it.
    CaseError
        If the folder is there already. Nothing is written then.
    """
    sides = find([a, b, *subsystem])
    dyad, others = sides[:2], sides[2:]
    folder = folder or Path("-".join(s.name.lower().replace(" ", "-") for s in dyad))
    if folder.exists() or folder.is_symlink():
        raise CaseError(f"{folder}: is there already, and nothing is ever overwritten. Name another with -o.")
    need(store)
    if not 1816 <= first <= last_year(store) - RUN_UP:
        raise UsageError(
            f"--from {first}: choose a year from 1816 to {last_year(store) - RUN_UP}. Nothing was written."
        )
    if not others:
        others = find([str(c) for c in neighbours(store, dyad)])
    first = max(first, *(s.since for s in dyad))
    parts: dict[str, Part] = {
        "capabilities": capabilities(store, dyad, others, first),
        "arms": arms(store, dyad, first, detail),
        "incidents": incidents(store, dyad, first),
        "commitments": commitments(store, dyad, others, first),
        "statements": Part(
            [], [Gap("statements", "Threats, demands and reassurances by either side are not in the store.")]
        ),
        "regimes": regimes(store, dyad, first),
    }
    flags, stale = traits(store, dyad)
    gaps = [*stale, *(g for p in parts.values() for g in p.gaps)]
    if not others:
        gaps.append(Gap("case.toml", "No state borders both: name the states of the subsystem yourself.", None))
    begins, cutoff = date(first + RUN_UP, 1, 1), date(last_year(store) + 1, 1, 1)
    part = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        text = _case_toml(dyad, others, flags, begins, cutoff, [g.text for g in gaps if g.limit])
        (part / "case.toml").write_text(text, "utf-8")
        (part / "sources.toml").write_text(_sources_toml(parts, flags), "utf-8")
        for table in TABLES:
            write_rows(part, table, parts[table.name].rows)
        (part / "missing.md").write_text(missing(dyad, gaps, cutoff), "utf-8")
        part.rename(folder)
    except OSError as error:
        raise CaseError(f"{folder}: cannot be written: {error.strerror}. Nothing was written.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return NewCase(folder, {n: len(p.rows) for n, p in parts.items()}, tuple(gaps), cutoff)


def need(store: Store) -> None:
    """Raise SourceError, with the command that mends it, if the store lacks a table a case is made from."""
    from tocsin.sources.declaration import table_sources

    lacking = [t for t in NEEDED if not store.has(t)]
    if lacking:
        names = sorted({table_sources()[t].table for t in lacking})
        raise SourceError(
            f"the store lacks {len(lacking)} of the {len(NEEDED)} tables a case is made from. Nothing was written. "
            f"Bring them with: tocsin data fetch {' '.join(names)}"
        )


def missing(dyad: Sequence[Side], gaps: Sequence[Gap], cutoff: date) -> str:
    """Return the list of what a person must add and how stale each input is, as Markdown."""
    a, b = (s.name for s in dyad)
    lines = [f"# {a} and {b}: what is missing, and how old each input is", ""]
    lines.append(f"The cut-off is {cutoff}. When you have added what happened since, move it in case.toml.")
    lines += ["", "| table | known to | years old | what |", "|---|---|---|---|"]
    for g in sorted(gaps, key=lambda g: (g.table != "incidents", g.table, g.upto or 0)):
        age = "" if g.upto is None else str(cutoff.year - 1 - g.upto)
        lines.append(f"| {g.table} | {g.upto or 'unknown'} | {age} | {g.text} |")
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _case_toml(
    dyad: Sequence[Side],
    others: Sequence[Side],
    flags: dict[str, Trait],
    begins: date,
    cutoff: date,
    limits: Sequence[str],
) -> str:
    a, b = dyad
    summary = (
        f"{a.name} and {b.name}, made from the tables at hand. Nobody has completed it yet: see missing.md for what "
        "the tables do not say."
    )
    lines = ["[case]", f"title = {_text(f'{a.name} and {b.name}')}", f"summary = {_text(summary)}"]
    lines += [f"begins = {begins}", f"cutoff = {cutoff}", "limits = ["]
    lines += [f"  {_text(x)}," for x in limits]
    codes = ", ".join(_text(s.code) for s in others)
    lines += ["]", "", "[dyad]", f"a = {_text(a.code)}", f"b = {_text(b.code)}", f"subsystem = [{codes}]", ""]
    for s in (*dyad, *others):
        lines += [f"[states.{s.code}]", f"name = {_text(s.name)}", f"ccode = {s.ccode}"]
        lines += ([f"gwcode = {s.gwcode}"] if s.gwcode else []) + [""]
    for name, flag in flags.items():
        lines += [f"[class.{name}]", f"value = {str(flag.value).lower()}"]
        lines += [f"{k} = {v}" for k, v in (("since", flag.since), ("until", flag.until)) if v is not None]
        lines += [f"source = {_text(flag.source)}", f"note = {_text(flag.note)}", ""]
    rule = (
        f"Events that began by 31 December {CODED_UNTIL} count as Militarized Interstate Events codes them; later ones "
        "as this case codes them. Rows marked supplement are years in which UCDP counts at least 25 battle deaths."
    )
    lines += ["[history]", f"coded_until = {CODED_UNTIL}", f"rule = {_text(rule)}"]
    return "\n".join(lines) + "\n"


def _sources_toml(parts: dict[str, Part], flags: dict[str, Trait]) -> str:
    used = {r["source"] for p in parts.values() for r in p.rows} | {f.source for f in flags.values()}
    known: dict[str, dict[str, Any]] = tomllib.loads(
        files("tocsin.case.scaffold").joinpath("sources.toml").read_text("utf-8")
    )
    lines = []
    for key in sorted(used):
        lines.append(f"[{_text(key)}]")
        lines += [f"{k} = {_text(v)}" for k, v in known[key].items()]
        lines.append("")
    return "\n".join(lines)
