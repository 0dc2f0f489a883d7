"""What is set in the scenario lab: read from an address, written back as one, and as the keys of a scenario."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tocsin.assessment.words import day as in_words
from tocsin.errors import Fault, suggest
from tocsin.scenarios.knobs import AS_OF, LAM, Knob, KnobError, day_of_year, first_year

if TYPE_CHECKING:
    from tocsin.case.load import Case

# Of a name or value nobody knows, this much is repeated.
LONGEST = 60
BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class State:
    """What is set in the lab: a day, and the knobs that differ from what changes nothing, in the order of the lab."""

    as_of: date
    knobs: tuple[tuple[str, str], ...] = ()

    @property
    def lam(self) -> float | None:
        """The precision of choice, if one is set."""
        return next((float(v) for k, v in self.knobs if k == LAM), None)


def query(case: Case, state: State) -> list[tuple[str, str]]:
    """Return the shortest parameters of an address that set a state."""
    head = case.config.case
    if state.as_of == head.cutoff:
        return list(state.knobs)
    end = state.as_of == day_of_year(case, state.as_of.year)
    return [(AS_OF, str(state.as_of.year) if end else state.as_of.isoformat()), *state.knobs]


def read(case: Case, known_knobs: dict[str, Knob], pairs: Iterable[tuple[str, str]]) -> State:
    """Return the state that the parameters of an address set.

    Parameters
    ----------
    case : Case
        The whole case.
    known_knobs : dict of str to Knob
        By name; of any day, since all days have the same ones.
    pairs : iterable of (str, str)
        Names and values. ``as_of`` is a year or a day; what is left out stays as it is.

    Raises
    ------
    KnobError
        For anything that is no knob, a value that it does not take, or one said twice; all at once.
    """
    given = list(pairs)
    if len(given) > len(known_knobs):
        said = f"{len(given)} parameters are given; there are {len(known_knobs)} knobs"
        raise KnobError([Fault("lab", "too many", said)])
    faults: list[Fault] = []
    found: dict[str, str] = {}
    as_of = case.config.case.cutoff
    for name, text in given:
        value = text.strip()
        knob = known_knobs.get(name)
        if knob is None:
            near = suggest(name[:LONGEST], known_knobs)
            faults.append(Fault("lab", "unknown knob", f"there is no such knob.{near}", column=_short(name)))
        elif name in found:
            faults.append(Fault("lab", "said twice", "is given twice", column=name))
        elif name == AS_OF:
            found[name] = value
            try:
                as_of = _day(case, value)
            except ValueError as error:
                faults.append(Fault("lab", "day", str(error), column=name))
        else:
            found[name] = value
            kept = _value(knob, value)
            if kept is None:
                said = f"'{_short(value)}' is not {knob.takes}"
                faults.append(Fault("lab", "value", said, column=name))
            else:
                found[name] = kept
    if faults:
        raise KnobError(faults)
    moved = tuple((n, found[n]) for n, k in known_knobs.items() if n != AS_OF and found.get(n, k.default) != k.default)
    return State(as_of, moved)


def _value(knob: Knob, text: str) -> str | None:
    """Return a value as the knob writes it; None if it takes no such value."""
    known = [v for v, _ in knob.choices]
    if text in known or not knob.slider:
        return text if text in known else None
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text):
        return None
    return next((v for v in known if math.isclose(float(v), float(text), abs_tol=1e-9)), None)


def _day(case: Case, text: str) -> date:
    first, last = first_year(case), case.config.case.cutoff
    begins = max(case.config.case.begins, date(first, 1, 1))
    days = f"{in_words(day_of_year(case, first))} to {in_words(last)}"
    rule = f"'{_short(text)}' is neither a year, {first} to {last.year}, nor a day as 2020-12-31, {days}"
    if re.fullmatch(r"[0-9]{4}", text):
        if not first <= int(text) <= last.year:
            raise ValueError(rule)
        return day_of_year(case, int(text))
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        found = None
    if found is None or not max(begins, day_of_year(case, first)) <= found <= last:
        raise ValueError(rule)
    return found


def _short(text: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in text[: LONGEST + 1])
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 3] + "..."


def sets(known: Case, state: State, here: dict[str, Knob]) -> tuple[list[str], list[str]]:
    """Return a state as the KEY=VALUE of ``tocsin scenario --set``, and what of it does nothing on the day.

    Parameters
    ----------
    known : Case
        As known on the day.
    state : State
        From ``read``.
    here : dict of str to Knob
        The knobs of the day by name.
    """
    out: list[str] = []
    idle: list[str] = []
    events: list[str] = []
    for name, value in state.knobs:
        what, _, which = name.partition(".")
        if why := here[name].idle:
            idle.append(f"{name} = {value}: {why}")
        elif what == "deliveries":
            out.append(f"arms.{which}.deliveries_factor={value}")
        elif what == "supplier":
            out.append(f"supplier.{_quoted(which)}.open={'true' if value == 'delivers' else 'false'}")
        elif what == "monitor":
            out.append(f"commitments.{_quoted(which)}.until=as-of-1")
        elif what == "fallout":
            out.append(f"strategy.F_factor={value}")
        elif what == "regime":
            out.append(f"regime.{which}={value}")
        elif what == "treaty":
            out.append("treaty.signed=as-of")
        elif what == "event":
            events.append(f'{{start = "as-of-7", initiator = "{which}", mode = "{value}", fatal = true}}')
        elif what == "quiet":
            gone = _last_years(known, state.as_of, int(value))
            if gone:
                out.append(f"incidents.remove={json.dumps(gone)}")
            else:
                idle.append(f"{name} = {value}: the record holds no event of those years")
    if events:
        out.append(f"incidents.add=[{', '.join(events)}]")
    return out, idle


def _quoted(name: str) -> str:
    return name if BARE.fullmatch(name) else json.dumps(name)


def _last_years(known: Case, as_of: date, years: int) -> list[str]:
    import polars as pl

    since = date(as_of.year - years, as_of.month, min(as_of.day, 28))
    table = known.tables["incidents"]
    return list(table.filter(pl.coalesce("end", "start") > since)["id"])
