"""The parts of an assessment that say what to watch: indicators tied to inputs of the models, with their effects."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from tocsin.assessment.parts import Interval, Model, Provenance
from tocsin.assessment.scenario_parts import InputChange

Felt = Literal["felt", "not felt", "unknown"]


class Observation(Model):
    """The last time something of the kind was seen, as a row of the case."""

    date: date
    precision: Literal["day", "month", "year"] = Field(description="How exact the day is.")
    text: str
    row: str = Field(description="Row of the case, as table:key; for an indicator of case.toml the file.")
    sources: list[str]


class Effect(Model):
    """What one model says an observation would change; ``change`` is null exactly when ``why`` says why."""

    felt: Felt = Field(description="'not felt': the model does not read what changes, which is not to say nothing.")
    base: float | None = Field(description="P(strike or war) within a year, nothing new observed.")
    base_rate: float | None = Field(description="The base rate beside it.")
    change: Interval = Field(description="The same once it is observed, less the base.")
    why: str | None


class IndicatorEffect(Model):
    """What an observation would change in one direction."""

    actor: str
    rival: str
    forecast: Effect = Field(description="By the forecast; the ends are those of its two intervals.")
    game: Effect = Field(description="By the strategic game: mean and 90 % prior spread of the difference by draw.")


class Indicator(Model):
    """Something that can be observed and would change the judgment, or should."""

    id: str
    kind: str
    state: str | None = Field(description="State whose doing it would be; null if of neither or of both.")
    title: str = Field(description="What would be observed.")
    watch: str = Field(description="Where it would show, and what counts.")
    present: str = Field(description="How things stand on the as-of date.")
    last: Observation | None = Field(description="The last such observation in the case; null if there is none.")
    assumed: list[InputChange] = Field(description="What the models are told: the inputs changed.")
    notes: list[str]
    why_not: str | None = Field(description="Why no model can be told; null if one can.")
    effects: list[IndicatorEffect] = Field(description="Both directions; empty exactly if ``why_not`` is given.")
    origin: Literal["tables", "case.toml"]


class IndicatorReading(Model):
    """What to watch, the largest effect first; those that no model feels last."""

    draws: int = Field(description="Draws of the payoffs of the game behind the effects; 0 if it was left out.")
    indicators: list[Indicator]
    provenance: Provenance
