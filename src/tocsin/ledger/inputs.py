"""Forecasts written by hand: a TOML file, checked whole before anything is recorded."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from tocsin.case.files import read_toml
from tocsin.errors import Fault, LedgerError, fault_list, suggest
from tocsin.forecast.base_rates import MODES
from tocsin.ledger.entries import BINARY, Forecast, Name, Probability, Record, Reference, Text

NOT_GIVEN = "not given"


class Compare(Record):
    """From which assessment the base rate and the dyad's own history are taken."""

    case: Text = Field(description="Folder, or name of a built-in case.")
    actor: Text
    target: Text
    months: Literal[12, 24, 36]
    at_least: Literal["threat", "incursion", "strike", "war"] | None = Field(
        default=None, description="For a yes-or-no question: the lowest mode that means yes."
    )


class Given(Record):
    """A reference with its probability written out."""

    probability: Probability | None = Field(default=None, description="Of yes; left out if unknown.")
    how: Text = Field(min_length=3)


class Written(Record):
    """One [[forecasts]] section."""

    id: Name
    issuer: Text = Field(min_length=1)
    question: Text = Field(min_length=3)
    probability: Probability | None = Field(default=None, description="Of yes.")
    probabilities: dict[str, Probability] | None = Field(default=None, description="Of each mode of force.")
    origin: date
    closes: date
    rule: Text = Field(min_length=3)
    reading: Text = ""
    compare: Compare | None = None
    base_rate: Given | None = None
    own_history: Given | None = None


def read_forecasts(path: Path) -> list[tuple[Forecast, Compare | None]]:
    """Return the forecasts of a TOML file, each with the assessment it asks to be compared with.

    Raises
    ------
    LedgerError
        If the file has any fault; the message lists them all.

    Examples
    --------
    A file holds sections like this one::

        [[forecasts]]
        id = "treaty-2025"
        issuer = "An analyst"
        question = "Is the treaty signed within a year?"
        probability = 0.2
        origin = 2025-02-01
        closes = 2026-02-01
        rule = "Yes if both sides have signed by the last day."
    """
    faults: list[Fault] = []
    data = read_toml(path.parent, path.name, faults)
    out: list[tuple[Forecast, Compare | None]] = []
    if data is not None:
        for key in sorted(set(data) - {"forecasts"}):
            faults.append(
                Fault(path.name, "unknown key", f"key is not known.{suggest(key, ['forecasts'])}", column=key)
            )
        sections = data.get("forecasts", [])
        if not isinstance(sections, list) or not sections:
            faults.append(Fault(path.name, "empty", "holds no [[forecasts]] section"))
            sections = []
        for number, section in enumerate(sections, start=1):
            try:
                out.append(_one(Written.model_validate(section)))
            except ValidationError as error:
                faults += _faults(path.name, f"forecasts[{number}]", error)
    if faults:
        count = f"{len(faults)} fault" + ("s" if len(faults) != 1 else "")
        raise LedgerError(fault_list(f"{count} in {path}", faults, "Nothing was recorded. Mend these and try again."))
    return out


def _one(w: Written) -> tuple[Forecast, Compare | None]:
    if (w.probability is None) == (w.probabilities is None):
        raise _fault("give either probability (of yes) or probabilities (of each mode)")
    if w.compare and (w.base_rate or w.own_history):
        raise _fault("give either compare, or base_rate and own_history, not both")
    outcomes: tuple[str, ...]
    if w.probability is not None:
        if w.compare and not w.compare.at_least:
            raise _fault("compare needs at_least for a yes-or-no question")
        outcomes, numbers = BINARY, [1 - w.probability, w.probability]
    else:
        given = w.probabilities or {}
        if set(given) != set(MODES):
            raise _fault(f"probabilities must name {', '.join(MODES)}, and nothing else")
        if w.base_rate or w.own_history:
            raise _fault("for modes of force give compare, not base_rate or own_history")
        outcomes, numbers = MODES, [given[m] for m in MODES]
    forecast = Forecast(
        forecast=w.id,
        issuer=w.issuer,
        question=w.question,
        outcomes=outcomes,
        probabilities=numbers,
        origin=w.origin,
        closes=w.closes,
        rule=w.rule,
        reading=w.reading,
        case=w.compare.case if w.compare else "",
        actor=w.compare.actor if w.compare else "",
        target=w.compare.target if w.compare else "",
        base_rate=_reference(w.base_rate),
        own_history=_reference(w.own_history),
    )
    return forecast, w.compare


def _reference(given: Given | None) -> Reference:
    if given is None:
        return Reference(probabilities=None, how=NOT_GIVEN)
    p = given.probability
    return Reference(probabilities=None if p is None else [1 - p, p], how=given.how)


def _fault(message: str) -> ValidationError:
    return ValidationError.from_exception_data(
        "forecast", [{"type": "value_error", "loc": (), "ctx": {"error": ValueError(message)}, "input": None}]
    )


def _faults(file: str, place: str, error: ValidationError) -> list[Fault]:
    out: list[Fault] = []
    for one in error.errors(include_url=False, include_context=False):
        where = ".".join([place, *(str(part) for part in one["loc"])])
        message: Any = one["msg"].removeprefix("Value error, ")
        if one["type"] == "extra_forbidden":
            message = f"key is not known.{suggest(str(one['loc'][-1]), Written.model_fields)}"
        out.append(Fault(file, one["type"].replace("_", " "), message, column=where))
    return out
