"""The scenarios of a run: those of the case by name, several joined by +, and what the command line sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from tocsin.errors import CaseError, Fault, fault_list, suggest
from tocsin.scenarios.read import Override, from_text, overrides, together

if TYPE_CHECKING:
    from tocsin.case.config import Expectation
    from tocsin.case.load import Case

SET = "set"
LISTS = (("incidents", "add"), ("incidents", "remove"))


@dataclass(frozen=True)
class Scenario:
    """A scenario ready to be run.

    Parameters
    ----------
    name, title, why : str
        What it is called, in a word and in a line, and what it assumes.
    as_of : datetime.date or None
        Day on which base and scenario are compared; None is that of the assessment.
    changes : tuple of Override
        The inputs it changes, one at a time.
    expects : tuple of Expectation
        What theory says.
    """

    name: str
    title: str
    why: str
    as_of: date | None
    changes: tuple[Override, ...]
    expects: tuple[Expectation, ...] = ()


def of_case(case: Case) -> tuple[dict[str, Scenario], list[Fault]]:
    """Return the scenarios of a case by name, and all their faults."""
    out: dict[str, Scenario] = {}
    faults: list[Fault] = []
    head = case.config.case
    for s in case.config.scenarios:
        changes, found = overrides(case, s.set, s.name, "case.toml")
        faults += found
        if s.name == SET:
            faults.append(Fault("case.toml", "reserved", f"'{SET}' is what the command line sets", column=s.name))
        if s.as_of is not None and not head.begins <= s.as_of <= head.cutoff:
            said = f"{s.as_of} is outside the case, {head.begins} to {head.cutoff}"
            faults.append(Fault("case.toml", "range", said, column=f"{s.name}: as_of"))
        for e in s.expects:
            if e.actor not in case.pair:
                said = f"'{e.actor}' is not in the dyad ({', '.join(case.pair)})"
                faults.append(Fault("case.toml", "unknown state", said, column=f"{s.name}: expects"))
        out[s.name] = Scenario(s.name, s.title, s.why, s.as_of, tuple(changes), tuple(s.expects))
    return out, faults


def chosen(case: Case, names: Sequence[str] | None, sets: Sequence[str] = ()) -> list[Scenario]:
    """Return the scenarios asked for, in the order asked for.

    Parameters
    ----------
    case : Case
        The whole case.
    names : sequence of str or None
        Names of scenarios of the case; ``a+b`` joins them in this order. None means all of the case.
    sets : sequence of str
        KEY=VALUE each; together they are the scenario ``set``, which names may join too. If none does, it stands alone.

    Raises
    ------
    CaseError
        For an unknown name, or any fault of any scenario of the case; all at once.
    """
    known, faults = of_case(case)
    if sets:
        known[SET], found = from_sets(case, sets)
        faults += found
    wanted = list(names) if names is not None else [n for n in known if n != SET]
    if sets and not any(SET in n.split("+") for n in wanted):
        wanted.append(SET)
    for name in wanted:
        for part in name.split("+"):
            if part not in known:
                listed = f" Its scenarios: {', '.join(known)}." if known else " It has none."
                said = f"there is no scenario '{part[:60]}'.{suggest(part, known)}{listed}"
                faults.append(Fault("--scenario", "unknown scenario", said))
    out = []
    if not faults:
        for name in dict.fromkeys(wanted):
            out.append(joined([known[part] for part in name.split("+")], faults))
    if faults:
        count = f"{len(faults)} fault" + ("s" if len(faults) != 1 else "")
        advice = "Nothing was run. `tocsin scenario CASE --list` names the scenarios; docs/how-to/scenario.md the keys."
        raise CaseError(fault_list(f"{count} in the scenarios of case '{case.name}'", faults, advice))
    return out


def from_sets(case: Case, sets: Sequence[str]) -> tuple[Scenario, list[Fault]]:
    """Return what KEY=VALUE texts set together as the scenario ``set``, and all their faults."""
    changes: list[Override] = []
    faults: list[Fault] = []
    for text in sets:
        found, wrong = overrides(case, from_text(text), SET, "--set", whole=False)
        faults += wrong
        for o in found:
            twin = next((c for c in changes if c.path == o.path), None)
            if twin is None or o.path in LISTS:
                changes.append(o)
            elif twin.value != o.value:
                said = f"is set twice, to {twin.value} and to {o.value}"
                faults.append(Fault("--set", "contradiction", said, column=o.key))
    faults += [Fault("--set", "contradiction", said, column=key) for key, said in together(changes)]
    title = "Set on the command line"
    return Scenario(SET, title, "What was set on the command line.", None, tuple(changes)), faults


def joined(parts: Sequence[Scenario], faults: list[Fault]) -> Scenario:
    """Return several scenarios as one; the later one replaces what an earlier one says of the same input."""
    if len(parts) == 1:
        return parts[0]
    name = "+".join(p.name for p in parts)
    days = sorted({p.as_of for p in parts if p.as_of is not None})
    if len(days) > 1:
        said = f"they are compared on different days ({', '.join(map(str, days))}) and cannot be joined"
        faults.append(Fault("--scenario", "contradiction", said, column=name))
    changes: dict[Any, Override] = {}
    for part in parts:
        for o in part.changes:
            before = changes.get(o.path)
            # Lists add up; of anything else the last word counts.
            if before is not None and o.path not in LISTS and before.value != o.value:
                o = replace(o, replaced=before.origin)
            changes[(o.path, part.name, len(changes)) if o.path in LISTS else o.path] = o
    for key, message in together(list(changes.values())):
        faults.append(Fault("--scenario", "contradiction", message, column=f"{name}: {key}"))
    return Scenario(
        name,
        "; then ".join(p.title for p in parts),
        " ".join(dict.fromkeys(p.why for p in parts)),
        days[0] if days else None,
        tuple(changes.values()),
    )
