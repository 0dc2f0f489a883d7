"""Reading the keys of a scenario: every key known, every value of the right kind, nothing said twice; all faults."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tocsin.case.check import BadCellError, parse_cell
from tocsin.case.rules import ROW_RULES
from tocsin.case.schemas import INCIDENTS
from tocsin.errors import Fault, UsageError, suggest
from tocsin.scenarios.keys import FALLOUT_FACTOR, KEYS, Key, all_keys, named_commitments, payoffs, suppliers

if TYPE_CHECKING:
    from tocsin.case.load import Case

AS_OF = re.compile(r"as-of(?:-(\d{1,5}))?")
DEEPEST = 6
# What a made-up event may leave out.
EVENT = {"date_precision": "day", "mutual": "no", "confidence": "high", "source": "scenario"}
# Decided by the tool: such an event counts as an outcome, in whatever codebook's years.
FIXED = ("row", "id", "coding", "source", "known_from", "confidence")
MADE_UP = "scenario"


@dataclass(frozen=True)
class Override:
    """One input that a scenario changes.

    Parameters
    ----------
    path : tuple of str
        What is changed, spelt out: one state, one commitment.
    value : object
        The new value; days as text, ``as-of`` or ``as-of-7`` for days before the as-of date.
    key : str
        The key as it was written.
    origin : str
        Name of the scenario it comes from.
    replaced : str, optional
        Name of an earlier scenario that said something else of the same input.
    """

    path: tuple[str, ...]
    value: Any
    key: str
    origin: str
    replaced: str | None = None


def day_of(value: str, as_of: date) -> date:
    """Return a day that may be given relative to the as-of date.

    Examples
    --------
    >>> day_of("as-of-1", date(2025, 2, 1)), day_of("2024-12-31", date(2025, 2, 1))
    (datetime.date(2025, 1, 31), datetime.date(2024, 12, 31))
    """
    found = AS_OF.fullmatch(value)
    return as_of - timedelta(days=int(found[1] or 0)) if found else date.fromisoformat(value)


def from_text(text: str) -> dict[str, Any]:
    """Return what one KEY=VALUE of the command line sets, as TOML would; a bare word counts as text.

    Raises
    ------
    UsageError
        If it is not of that form.

    Examples
    --------
    >>> from_text("regime.AZE=party"), from_text("arms.deliveries_factor = 2.0")
    ({'regime': {'AZE': 'party'}}, {'arms': {'deliveries_factor': 2.0}})
    """
    key, sign, value = text.partition("=")
    if not sign or not key.strip() or not value.strip() or "\n" in text:
        raise UsageError(f"--set {text}: write KEY=VALUE, for example arms.deliveries_factor=2.0.")
    for said in (value, json.dumps(value.strip())):
        try:
            found = tomllib.loads(f"{key.strip()} = {said}\n")
        except (tomllib.TOMLDecodeError, RecursionError):
            continue
        return found
    raise UsageError(f"--set {text}: '{key.strip()}' is not a key. Write names joined by dots.")


def overrides(
    case: Case, tree: Mapping[str, Any], origin: str, file: str, *, whole: bool = True
) -> tuple[list[Override], list[Fault]]:
    """Return the inputs that a scenario changes, spelt out, and all faults of its keys.

    Parameters
    ----------
    case : Case
        The whole case.
    tree : mapping
        Nested tables, as TOML gives them.
    origin, file : str
        Name of the scenario, and file its keys stand in, for the faults.
    whole : bool
        Whether these are all its keys, so that what cannot stand together or alone is a fault.
    """
    out: list[Override] = []
    faults: list[Fault] = []
    leaves = _leaves(tree)

    def fault(rule: str, message: str, key: str) -> None:
        faults.append(Fault(file, rule, message, column=f"{origin}: {key}" if file != "--set" else key))

    for path, value in leaves:
        key = ".".join(path)
        form = next((k for k in KEYS if k.fits(path)), None)
        if form is None:
            fault("unknown key", f"key is not known.{suggest(key, all_keys(case))}", _short(key))
            continue
        try:
            targets = _targets(case, form, path)
            checked = _value(case, form, path, value)
        except BadCellError as error:
            rule, message = error.args
            fault(rule, message, key)
            continue
        for target in targets:
            twin = next((o for o in out if o.path == target), None)
            if twin is None:
                out.append(Override(target, checked, key, origin))
            elif twin.value != checked:
                fault("contradiction", f"says {_say(checked)}, but {twin.key} says {_say(twin.value)}", key)
    for key, message in together(out) if whole else ():
        fault("contradiction", message, key)
    return out, faults


def _leaves(tree: Mapping[str, Any]) -> list[tuple[tuple[str, ...], Any]]:
    """Return the values of nested tables with their paths; deeper than any key goes is an unknown key."""
    out: list[tuple[tuple[str, ...], Any]] = []
    todo: list[tuple[tuple[str, ...], Any]] = [((k,), v) for k, v in tree.items()]
    while todo:
        path, value = todo.pop(0)
        if isinstance(value, dict) and value and len(path) < DEEPEST:
            todo = [((*path, k), v) for k, v in value.items()] + todo
        else:
            out.append((path, value))
    return out


def _targets(case: Case, form: Key, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return what a key changes, one state, supplier or commitment at a time."""
    for part, name in zip(form.parts, path, strict=True):
        if part == "STATE" and name not in case.pair:
            raise BadCellError("unknown state", f"'{_short(name)}' is not in the dyad ({', '.join(case.pair)})")
        if part == "PARAMETER" and name not in payoffs():
            why = " The precision of choice is no circumstance of a case." if name == "lam" else ""
            near = suggest(name, payoffs())
            raise BadCellError("unknown parameter", f"'{_short(name)}' is no payoff of the game.{why}{near}")
    if form.form in ("arms.deliveries_factor", "strategy.PARAMETER", f"strategy.{FALLOUT_FACTOR}"):
        return [(path[0], state, path[-1]) for state in case.pair]
    if path[0] == "supplier":
        known = suppliers(case)
        if path[1] not in known:
            near = suggest(path[1], known)
            raise BadCellError("unknown supplier", f"'{_short(path[1])}' supplies neither state in arms.csv.{near}")
        return [(path[0], known[path[1]], path[2])]
    if path[0] == "commitments":
        found = named_commitments(case, path[1])
        if not found:
            near = suggest(path[1], case.tables["commitments"]["id"])
            raise BadCellError("unknown commitment", f"no commitment is called '{_short(path[1])}'.{near}")
        return [(path[0], name, path[2]) for name in found]
    if path[0] == "prize" and case.config.prize is None:
        raise BadCellError("no prize", "case.toml has no [prize]")
    return [path]


def _value(case: Case, form: Key, path: tuple[str, ...], value: Any) -> Any:
    match form.takes:
        case "number":
            return _number(form, path, value)
        case "yesno" | "no":
            if not isinstance(value, bool) or (form.takes == "no" and value):
                wanted = "false" if form.takes == "no" else "true or false"
                raise BadCellError("choice", f"{_say(value)} is not {wanted}")
            return value
        case "day" | "end":
            return "open" if form.takes == "end" and value == "open" else _day(value)
        case "asof":
            if value != "as-of":
                raise BadCellError("choice", f"{_say(value)} is not 'as-of': no other day can be said here")
            return value
        case "year":
            if isinstance(value, bool) or not isinstance(value, int) or not form.low <= value <= form.high:
                raise BadCellError("year", f"{_say(value)} is not a year, {form.low:.0f} to {form.high:.0f}")
            return value
        case "choice":
            if value not in form.choices:
                near = suggest(str(value), form.choices)
                raise BadCellError("choice", f"{_say(value)} is not one of {', '.join(form.choices)}.{near}")
            return value
        case "state":
            if value not in case.pair:
                raise BadCellError("unknown state", f"{_say(value)} is not in the dyad ({', '.join(case.pair)})")
            return value
        case "events":
            return _events(case, value)
        case _:
            return _ids(case, value)


def _number(form: Key, path: tuple[str, ...], value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadCellError("number", f"{_say(value)} is not a number")
    if not form.low <= value <= form.high:
        raise BadCellError("range", f"{value:g} is outside {form.low:g} to {form.high:g}")
    if path[0] == "strategy" and path[-1] != FALLOUT_FACTOR:
        from tocsin.strategy.game.setting import default

        try:
            default().with_(**{path[-1]: float(value)})
        except UsageError as error:
            raise BadCellError("range", str(error).removeprefix("the game cannot be stated: ").rstrip(".")) from None
    return float(value)


def _day(value: Any) -> str:
    text = value.isoformat() if isinstance(value, date) else value
    if isinstance(text, str) and AS_OF.fullmatch(text):
        return text
    try:
        if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        said = _say(value)
        raise BadCellError(
            "date", f"{said} is not a day; write 2026-01-01, as-of, or as-of-7 for a week before"
        ) from None


def _ids(case: Case, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        raise BadCellError("list", "write a list of identifiers of incidents.csv")
    known = set(case.tables["incidents"]["id"])
    unknown = [v for v in value if v not in known]
    if unknown:
        near = suggest(unknown[0], known)
        raise BadCellError("unknown incident", f"not in incidents.csv: {_short(', '.join(unknown))}.{near}")
    return tuple(dict.fromkeys(value))


def _events(case: Case, value: Any) -> tuple[dict[str, str], ...]:
    """Return made-up events as cells of incidents.csv, each checked by the rules of that table."""
    if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
        raise BadCellError("list", "write a list of tables, each with start, initiator and mode")
    said: list[str] = []
    out = []
    for n, event in enumerate(value, 1):
        cells = {k: _cell(v) for k, v in event.items()}
        columns = {c.name: c for c in INCIDENTS.columns if c.name not in FIXED}
        for name in cells:
            if name not in columns:
                said.append(f"event {n}: '{_short(str(name))}' is not known.{suggest(str(name), columns)}")
        actor = cells.get("initiator", "")
        other = {case.pair[0]: case.pair[1], case.pair[1]: case.pair[0], "disputed": "disputed"}
        cells = EVENT | {"target": other.get(actor, ""), "description": "Made up by the scenario"} | cells
        if not cells.get("target") and actor:
            said.append(f"event {n}: initiator '{_short(actor)}' is neither {', '.join(case.pair)} nor disputed")
            continue
        row: dict[str, Any] = {}
        for name, column in columns.items():
            text = cells.get(name, "")
            if name in ("start", "end") and AS_OF.fullmatch(text):
                row[name] = None
                continue
            try:
                row[name] = parse_cell(column, text, case.pair, (MADE_UP,))
            except BadCellError as error:
                said.append(f"event {n}, {name}: {error.args[1]}")
        whole = all(name in row for name in columns)
        for _, name, rule in ROW_RULES["incidents"]:
            if whole and name in columns and (message := rule(row)):
                said.append(f"event {n}, {name}: {message}")
        out.append({k: v for k, v in cells.items() if k in columns})
    if said:
        raise BadCellError("event", "; ".join(said))
    return tuple(out)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def together(found: list[Override]) -> list[tuple[str, str]]:
    """Return the keys that cannot stand together, or that say nothing alone."""
    paths = {o.path: o for o in found}
    out = []
    for path, o in paths.items():
        if path[-1] == "in_force" and any((*path[:2], x) in paths for x in ("until", "hardness")):
            out.append((o.key, "never came into force, yet something else is said of it"))
        if path[-1] == FALLOUT_FACTOR and (*path[:2], "F") in paths:
            out.append((o.key, "multiplies the fallout of the draws, yet another key sets it"))
        needs = {("arms", "since"): "deliveries_factor", ("spending", "since"): "factor", ("supplier", "to"): "open"}
        need = needs.get((path[0], path[-1]))
        if need and (*path[:2], need) not in paths:
            out.append((o.key, f"says nothing without {'.'.join(o.key.split('.')[:-1])}.{need}"))
    return list(dict.fromkeys(out))


def _say(value: Any) -> str:
    return _short(
        str(value).lower() if isinstance(value, bool) else f"'{value}'" if isinstance(value, str) else str(value)
    )


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
