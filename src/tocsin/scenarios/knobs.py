"""The knobs of the scenario lab: what of a case can be moved, in which steps, and which keys that sets."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from tocsin.assessment.words import day as in_words
from tocsin.errors import Fault, UsageError, fault_list, suggest
from tocsin.scenarios.keys import KINDS, suppliers

if TYPE_CHECKING:
    import polars as pl

    from tocsin.case.load import Case

Group = Literal["day", "arms", "outside", "states", "violence", "game"]
GROUPS: dict[Group, str] = {
    "day": "Day",
    "arms": "Arms",
    "outside": "Outsiders",
    "states": "Regimes",
    "violence": "Recent violence and treaty",
    "game": "The game",
}
AS_OF = "as_of"
LAM = "lam"
DELIVERIES = (0.0, 3.0, 0.25)
FALLOUT = (0.0, 3.0, 0.5)
QUIET_YEARS = 10
EVENT_MODES = ("incursion", "strike", "war")
# Of a name or value nobody knows, this much is repeated.
LONGEST = 60
BARE = re.compile(r"[A-Za-z0-9_-]+")


class KnobError(UsageError):
    """A state of the lab that cannot be set.

    Attributes
    ----------
    faults : list of Fault
        One per knob, with what it takes.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Say all faults at once."""
        self.faults = list(faults)
        count = f"{len(self.faults)} knob" + ("s" if len(self.faults) != 1 else "")
        super().__init__(fault_list(f"{count} cannot be set so", self.faults, "Nothing was computed."))


@dataclass(frozen=True)
class Knob:
    """One thing that can be moved.

    Parameters
    ----------
    name : str
        As in the address of a page, ``deliveries.ARM``.
    group : str
        Key of ``GROUPS``.
    label, about : str
        For the reader.
    default : str
        The value that changes nothing.
    choices : tuple of (str, str)
        Permitted values and what they mean; of a slider every position.
    slider : tuple of 3 floats or None
        Lowest, highest, step; None where it is a choice between words.
    idle : str or None
        Why it does nothing on this day.
    """

    name: str
    group: Group
    label: str
    about: str
    default: str
    choices: tuple[tuple[str, str], ...]
    slider: tuple[float, float, float] | None = None
    idle: str | None = None

    @property
    def takes(self) -> str:
        """What it takes, in words."""
        if self.slider:
            low, high, step = self.slider
            return f"a number from {low:g} to {high:g} in steps of {step:g}"
        return f"one of: {', '.join(value for value, _ in self.choices)}"

    def meaning(self, value: str) -> str:
        """Return a value in words."""
        return dict(self.choices).get(value, value)


@dataclass(frozen=True)
class State:
    """What is set in the lab: a day, and the knobs that differ from what changes nothing, in the order of the lab."""

    as_of: date
    knobs: tuple[tuple[str, str], ...] = ()

    @property
    def lam(self) -> float | None:
        """The precision of choice, if one is set."""
        return next((float(v) for k, v in self.knobs if k == LAM), None)


def first_year(case: Case) -> int:
    """Return the first year at whose end the case and the forecast model can speak."""
    from tocsin.forecast.shipped import model

    return max(case.config.case.begins.year, min(int(v) for v in model()["vintages"]))


def day_of_year(case: Case, year: int) -> date:
    """Return the day that stands for a year: its end, or the case's cut-off if that is earlier."""
    return min(date(year, 12, 31), case.config.case.cutoff)


def knobs(case: Case, known: Case, as_of: date) -> list[Knob]:
    """Return everything that can be moved in a case, in the order of the lab.

    Parameters
    ----------
    case : Case
        The whole case, which decides which knobs there are.
    known : Case
        As known on the day (``tocsin.case.asof.known_on``), which decides which of them do something.
    as_of : datetime.date
        The day.

    Examples
    --------
    >>> from tocsin.case.load import load_case
    >>> case = load_case("armenia-azerbaijan")
    >>> [k.name for k in knobs(case, case, date(2026, 6, 8)) if k.group == "outside" and not k.idle]
    ['monitor.G24', 'fallout']
    """
    cutoff, first = case.config.case.cutoff, first_year(case)
    years = tuple((str(y), in_words(day_of_year(case, y))) for y in range(first, cutoff.year + 1))
    out = [
        Knob(
            AS_OF,
            "day",
            "As of",
            "Nothing published later enters a number. A year stands for its last day.",
            str(cutoff.year),
            years,
            (float(first), float(cutoff.year), 1.0),
        )
    ]
    name = {s: case.config.states[s].name for s in case.pair}
    for s in case.pair:
        out.append(
            _slider(
                f"deliveries.{s}",
                "arms",
                f"Arms still to come to {name[s]}",
                "Multiplies what is ordered and not yet delivered; 0 stops it.",
                DELIVERIES,
            )
        )
    out += _suppliers(case, known, as_of)
    out += _monitors(case, known, as_of)
    out.append(
        _slider(
            "fallout",
            "outside",
            "Fallout with third parties",
            "Multiplies what using force costs the state that acts with others, whichever acts. A payoff of the game.",
            FALLOUT,
        )
    )
    for s in case.pair:
        out.append(
            Knob(
                f"regime.{s}",
                "states",
                f"Regime of {name[s]}",
                "Whose rule decides which share of the costs of force the ruler bears.",
                "coded",
                (("coded", "as coded"), *((k, k) for k in KINDS)),
            )
        )
    quiet = tuple((str(n), _quiet(n)) for n in range(QUIET_YEARS + 1))
    out.append(
        Knob(
            "quiet",
            "violence",
            "Years without force or threats",
            "Strikes the last years' events out of the record.",
            "0",
            quiet,
            (0.0, float(QUIET_YEARS), 1.0),
        )
    )
    for s in case.pair:
        out.append(
            Knob(
                f"event.{s}",
                "violence",
                f"A new event by {name[s]}",
                "Force with deaths that began a week before the day.",
                "none",
                (("none", "none"), *((m, m) for m in EVENT_MODES)),
            )
        )
    out.append(
        Knob(
            "treaty",
            "violence",
            "Treaty of peace",
            "In force from the day on; that it would be kept is not assumed.",
            "none",
            (("none", "as it is"), ("signed", "signed on the day")),
        )
    )
    out.append(_lam())
    return out


def _slider(name: str, group: Group, label: str, about: str, grid: tuple[float, float, float]) -> Knob:
    low, high, step = grid
    at = [low + step * i for i in range(round((high - low) / step) + 1)]
    said = {0.0: "none", 1.0: "as it is"}
    return Knob(name, group, label, about, "1", tuple((f"{v:g}", said.get(v, f"times {v:g}")) for v in at), grid)


def _quiet(years: int) -> str:
    return "as recorded" if years == 0 else f"the last {years} years" if years > 1 else "the last year"


def _lam() -> Knob:
    from tocsin.strategy.game.questions import LAM_ROW

    return Knob(
        LAM,
        "game",
        "Precision of choice, lambda",
        "How far the states follow their payoffs rather than their habits. Each value has habits of its own, known for "
        "the central game only: with a value set, that one game stands for all draws and there is no spread.",
        "drawn",
        (("drawn", "as drawn"), *((f"{v:g}", f"{v:g}") for v in LAM_ROW)),
    )


def _suppliers(case: Case, known: Case, as_of: date) -> list[Knob]:
    """Return one knob per supplier; those with nothing on order that are nobody's main supplier do nothing."""
    from tocsin.measures.arms import pending, supplier_shares

    arms = known.tables["arms"]
    on_order: pl.DataFrame = pending(arms, as_of)
    # Only the main supplier and what is on order are read by any model.
    matters: dict[str, list[str]] = {}
    weight: dict[str, int] = {}
    for s in case.pair:
        who, shares = case.config.states[s].name, supplier_shares(arms, s)
        main = None if shares.is_empty() else shares["supplier"][0]
        for x in dict.fromkeys([main, *on_order.filter(on_order["recipient"] == s)["supplier"]]):
            if x is not None:
                rows = int(((on_order["recipient"] == s) & (on_order["supplier"] == x)).sum())
                weight[x] = weight.get(x, 0) + rows + (1000 if x == main else 0)
                said = ["main supplier"] if x == main else []
                said += [f"{rows} orders pending"] if rows > 1 else ["one order pending"] if rows else []
                matters.setdefault(x, []).append(f"{' and '.join(said)} of {who}")
    choices = (("known", "as known"), ("withholds", "withholds"), ("delivers", "delivers"))
    return [
        Knob(
            f"supplier.{x}",
            "arms",
            f"Arms from {x}",
            _sentence("; ".join(matters.get(x, ["no order pending"]))),
            "known",
            choices,
            idle=None if x in matters else f"{x} has nothing on order and is nobody's main supplier on this day",
        )
        for x in sorted(set(suppliers(case).values()), key=lambda x: (-weight.get(x, 0), x))
    ]


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _monitors(case: Case, known: Case, as_of: date) -> list[Knob]:
    """Return one knob per monitoring mission."""
    from tocsin.measures.context import in_force

    here = set(in_force(known, as_of)["id"])
    table = case.tables["commitments"]
    rows = table.filter((table["type"] == "monitor mission") & (table["confidence"] != "low")).sort("from", "id")
    return [
        Knob(
            f"monitor.{id_}",
            "outside",
            name,
            "Leaves the day before." if id_ in here else "Not in force.",
            "stays",
            (("stays", "stays"), ("leaves", "leaves")),
            idle=None if id_ in here else f"{name} is not in force on this day",
        )
        for id_, name in rows.select("id", "name").iter_rows()
    ]


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
