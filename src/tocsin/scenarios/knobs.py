"""The knobs of the scenario lab: what of a case can be moved, in which steps, and which keys that sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from tocsin.assessment.words import day as in_words
from tocsin.errors import Fault, UsageError, fault_list
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
