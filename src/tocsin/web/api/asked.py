"""What may be asked: every parameter with its limits, so that no request asks for endless work."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, get_origin

from fastapi import Path, Request
from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.json_schema import SkipJsonSchema

from tocsin.case.check import EARLIEST, ISO_DATE, LATEST

MOST_DRAWS = 500
MOST_SEED = 2**31 - 1
MOST_ROWS = 500
MOST_SETS = 20
LONGEST_SET = 300
# As forecast.watchlist.EARLIEST and LATEST, which is slow to import.
FIRST_YEAR, LAST_YEAR = 1960, 2030
WHOLE = re.compile(r"-?\d{1,12}")
NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,17})?([eE]-?\d{1,3})?")


def _iso(value: Any) -> Any:
    if isinstance(value, str) and not ISO_DATE.fullmatch(value):
        raise ValueError("write a day as year-month-day, for example 2025-02-01")
    return value


def _within(value: date) -> date:
    if not EARLIEST <= value <= LATEST:
        raise ValueError(f"{value} is outside {EARLIEST} to {LATEST}")
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, str) and not WHOLE.fullmatch(value):
        raise ValueError("write a whole number in digits")
    return value


def _number(value: Any) -> Any:
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        raise ValueError("write a number, for example 0.05")
    return value


Text = Annotated[str, Field(min_length=1, max_length=120)]
Day = Annotated[date, BeforeValidator(_iso), AfterValidator(_within)]
Whole = Annotated[int, BeforeValidator(_whole)]
Draws = Annotated[int, Field(ge=0, le=MOST_DRAWS), BeforeValidator(_whole)]
Number = Annotated[float, BeforeValidator(_number)]
CaseName = Annotated[str, Path(min_length=1, max_length=120, description="Name of a case, as `/cases` lists it.")]
TableName = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,64}$", description="Name of a table or its source.")]


class Asked(BaseModel):
    """Base: a parameter nobody declared is refused, so that a misspelt one is not passed over in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OnDay(Asked):
    """A day of knowledge."""

    as_of: Day | SkipJsonSchema[None] = Field(
        None,
        description="Last day of knowledge: nothing published later enters a number. Default: the case's cut-off.",
        examples=["2025-02-01"],
    )


class WithGame(OnDay):
    """The draws of the strategic game."""

    draws: Draws | SkipJsonSchema[None] = Field(
        None,
        description="Draws of the payoffs of the strategic game; 0 leaves its results out. They take most of the time. "
        "Default: as the server was started.",
    )
    seed: Whole = Field(1, ge=0, le=MOST_SEED, description="Seed of every draw.")


class ForAssessment(WithGame):
    """What an assessment may leave out."""

    scenarios: Literal["all", "none"] = Field(
        "none", description="Whether to run the scenarios of the case too, as `tocsin assess` does; doubles the time."
    )


Region = Literal["Americas", "Europe", "Africa", "Middle East and North Africa", "Asia", "Oceania"]
Kind = Literal["land neighbours", "politically relevant", "not relevant", "rivals", "no rivals"]
Change = Annotated[str, Field(min_length=3, max_length=LONGEST_SET)]
ScenarioName = Annotated[str, Field(min_length=1, max_length=LONGEST_SET)]


class WhatIf(WithGame):
    """Scenarios by name, and changes made on the spot."""

    name: list[ScenarioName] = Field(
        [],
        max_length=MOST_SETS,
        description="Scenarios of the case, `a+b` joined in this order; may be repeated. Default: all of the case, or "
        "none beside `set`.",
    )
    set: list[Change] = Field(
        [],
        max_length=MOST_SETS,
        description="KEY=VALUE, for example `arms.deliveries_factor=2`; may be repeated. Together they are one more "
        "scenario, called `set`.",
    )


class OfLab(OnDay):
    """What is moved in the lab."""

    knob: list[Change] = Field(
        [],
        max_length=2 * MOST_SETS,
        description="NAME=VALUE, for example `fallout=2`, as `/cases/{case}/lab/knobs` lists them; may be repeated.",
    )


class Paged(Asked):
    """A page of a long list."""

    page: Whole = Field(1, ge=1, le=10**6, description="Page, from 1; one after the last is empty.")
    page_size: Whole = Field(50, ge=1, le=MOST_ROWS, description="Rows on a page.")


class Ranking(Paged):
    """Which dyads of the watchlist."""

    year: Whole = Field(
        2024, ge=FIRST_YEAR, le=LAST_YEAR, description="Last year of knowledge; the forecast is for the year after."
    )
    state: Text | SkipJsonSchema[None] = Field(
        None, description="Only dyads of this state: name, ISO code or COW number."
    )
    at_least: Number = Field(0.0, ge=0, le=1, description="Only dyads whose P(strike or war) is at least this.")
    region: Region | SkipJsonSchema[None] = Field(None, description="Only dyads with a state of this region.")
    kind: Kind | SkipJsonSchema[None] = Field(None, description="Only dyads of this kind, as `class_label` says.")
    observed: Literal["none", "threat", "incursion", "strike", "war"] | SkipJsonSchema[None] = Field(
        None, description="Only dyads for which this is known to have come as the highest mode."
    )


class OfLedger(Paged):
    """Which forecasts of the ledger."""

    state: Literal["all", "open", "resolved"] = Field("all", description="Only those without, or with, a resolution.")
    case: Annotated[str, Field(min_length=1, max_length=120)] | SkipJsonSchema[None] = Field(
        None, description="Only those on this case."
    )


class OfVerify(Asked):
    """What a ledger is compared with."""

    head: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{12,64}$")] | SkipJsonSchema[None] = Field(
        None,
        description="Hash kept from earlier: finds entries cut from the end as well.",
    )


class OfParameters(Asked):
    """Which parameters."""

    section: Text | SkipJsonSchema[None] = Field(
        None, description="Only this section of parameters.toml, for example `strategy`."
    )


def names_once(request: Request) -> None:
    """Refuse a parameter given twice where one is taken, and any where none is taken.

    Raises
    ------
    RequestValidationError
        With these faults and all others of the parameters.
    """
    # FastAPI itself would take the last of two in silence.
    kinds = [p.field_info.annotation for p in request.scope["route"].dependant.query_params]
    declared = {n: f for k in kinds for n, f in k.model_fields.items()}
    several = {n for n, f in declared.items() if get_origin(f.annotation) is list}
    given: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        given.setdefault(name, []).append(value)
    faults: list[Any] = []
    for name, values in given.items():
        if not declared:
            faults.append({"type": "extra_forbidden", "loc": ("query", name), "msg": ""})
        elif len(values) > 1 and name in declared and name not in several:
            said = "is given more than once; give it once"
            faults.append({"type": "repeated", "loc": ("query", name), "msg": said})
    if not faults:
        return
    for kind in kinds:
        try:
            kind.model_validate({n: v if n in several else v[-1] for n, v in given.items()})
        except ValidationError as error:
            faults += [e | {"loc": ("query", *e["loc"])} for e in error.errors()]
    raise RequestValidationError(faults)
