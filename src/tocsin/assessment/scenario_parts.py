"""The parts of an assessment that hold the scenarios: what was changed, and base and scenario side by side."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from tocsin.assessment.game_parts import ForceSpread
from tocsin.assessment.parts import Interval, Mode, Model, Provenance

Found = Literal["as expected", "the other way", "mixed", "no change", "not felt", "unknown", "no expectation"]


class InputChange(Model):
    """One input that differs from the base."""

    key: str = Field(description="The key of the scenario that changes it.")
    what: str
    before: str
    after: str
    scenario: str = Field(description="Name of the scenario that says so; several can be joined.")
    replaces: str | None = Field(description="Name of an earlier scenario that said something else of it.")


class ForecastDifference(Model):
    """P(highest mode >= this one) by the forecast, base and scenario."""

    mode: Mode
    horizon_months: int
    base: Interval
    scenario: Interval
    change: Interval = Field(
        description="Scenario less base. The ends hold if the model errs alike in both; they do not cover the rest."
    )
    base_rate: float = Field(description="Frequency in the class of the dyad.")
    base_rate_scenario: float = Field(description="Frequency in the class the scenario puts the dyad in.")


class ForecastMoved(Model):
    """What the forecast model says of a scenario; ``rows`` is empty exactly if ``unmoved`` says why."""

    rows: list[ForecastDifference]
    unmoved: str | None = Field(description="Why the model cannot feel the change.")
    found: Found


class GameDifference(Model):
    """The game within a horizon, base and scenario on the same draws of the payoffs."""

    years: int
    base: ForceSpread
    scenario: ForceSpread
    change: ForceSpread = Field(description="Scenario less base, draw by draw.")


class GameMoved(Model):
    """What the game says of a scenario; ``rows`` is empty exactly if ``unmoved`` or ``missing`` says why."""

    read: list[InputChange] = Field(description="What the game reads differently.")
    rows: list[GameDifference]
    base_rate: float | None = Field(description="Base rate of a strike or war within a year, base history.")
    base_rate_scenario: float | None = Field(description="The same for the history of the scenario.")
    higher: float | None = Field(description="Share of draws in which a strike or war within a year is more likely.")
    used: int = Field(description="Draws solved and certified on both sides.")
    unmoved: str | None
    missing: list[str]
    found: Found


class ReadingMoved(Model):
    """What the closed forms say of a scenario; the shares are null exactly if ``unmoved`` or ``missing`` says why."""

    base: float | None = Field(description="Share of draws in which force of either kind beats waiting.")
    scenario: float | None
    change: float | None
    base_rise: Interval = Field(description="Expected rise of the rival's chance to win over the horizon.")
    scenario_rise: Interval
    unmoved: str | None
    missing: str | None
    found: Found


class ScenarioDirection(Model):
    """Base and scenario in one direction."""

    actor: str
    rival: str
    expected: Literal["more", "less"] | None = Field(description="What theory says of force by the actor.")
    expected_why: str | None
    forecast: ForecastMoved
    game: GameMoved
    reading: ReadingMoved


class ScenarioResult(Model):
    """One scenario beside its base."""

    name: str
    title: str
    why: str
    as_of: date = Field(description="Day on which the two are compared.")
    changes: list[InputChange]
    notes: list[str]
    directions: list[ScenarioDirection]
    base_sha256: str = Field(description="Hash of the case rows of the base.")
    scenario_sha256: str = Field(description="Hash of the case rows as changed.")
    provenance: Provenance


class ScenarioReading(Model):
    """All scenarios of an assessment."""

    order: str = Field(description="The order in which changes are carried out and scenarios are joined.")
    draws: int = Field(description="Draws of the payoffs of the game.")
    results: list[ScenarioResult]
    left_out: int = Field(
        description="Scenarios of the case that speak of what was not yet known, or change nothing then."
    )
