"""The parts of an assessment that say how past forecasts came out: on all dyads, and on this one."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from tocsin.assessment.parts import Mode, Model, Probability


class ReliabilityBin(Model):
    """Past forecasts of a span of probability, and how often what they were about came."""

    at_least: Mode
    low: float
    high: float
    n: int
    forecast: Probability = Field(description="Mean forecast.")
    observed: Probability = Field(description="Share of them in which it came.")
    events: int


class ModelRecord(Model):
    """How the model's forecasts of past years came out on all politically relevant dyads, one year ahead, directed."""

    trained_to: int
    first: int
    last: int
    n: int
    events: dict[str, int]
    rpss: float | None = Field(
        description="Ranked probability skill against the frequencies of the thirty years before."
    )
    log_skill: float | None
    reliability: list[ReliabilityBin]
    model_sha256: str


class TrackRecord(Model):
    """A past as-of forecast of this tool on this dyad, scored against what happened."""

    as_of: date
    actor: str
    target: str
    horizon_months: int
    probabilities: list[Probability]
    base_rates: list[Probability]
    own_history: list[Probability]
    trained_to: int = Field(description="Last year of the events the model was trained on.")
    observed: Mode
    rps: float
    rps_base: float
    rps_own: float
    log_score: float
    log_score_base: float
    log_score_own: float


class TrackSummary(Model):
    """Mean scores of the track record in one direction."""

    actor: str
    target: str
    n: int
    rps: float
    rps_base: float
    rps_own: float
    rpss: float | None = Field(description="1 - rps / rps_base.")
    rpss_own: float | None = Field(description="1 - rps / rps_own.")
    log_score: float
    log_score_base: float
    log_score_own: float
