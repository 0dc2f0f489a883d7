"""The assessment as one typed, frozen object; its JSON Schema is published from here."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from tocsin.assessment.claim_parts import ClaimRow, ClaimVerdict, Regularity
from tocsin.assessment.game_parts import GameReading
from tocsin.assessment.indicator_parts import IndicatorReading
from tocsin.assessment.parts import (
    CommitmentInForce,
    DyadForecast,
    Event,
    Judgment,
    Marker,
    Model,
    PipelineEntry,
    PowerPoint,
    Regime,
    ScoredQuestion,
    Shift,
    State,
    StatedForecast,
    StatementChange,
    StatementCount,
    StatementQuote,
    StrategicReading,
    SubsystemYear,
    SupplierShare,
    SupplierSummary,
)
from tocsin.assessment.record_parts import ModelRecord, TrackRecord, TrackSummary
from tocsin.assessment.scenario_parts import ScenarioReading

SCHEMA_VERSION = "1.3"


class SourceEntry(Model):
    """A source behind at least one row in use."""

    key: str
    publisher: str
    title: str
    date: str
    address: str | None
    terms: str | None


class Versions(Model):
    """What made this assessment."""

    tocsin: str
    schema_version: str
    seed: int
    case_sha256: str = Field(description="Hash of the case rows visible on the as-of date.")
    base_rates_sha256: str
    evidence_sha256: str | None = Field(description="Hash of the evidence tables; null if no claim was judged.")


class Assessment(Model):
    """Everything the tool says about a case on a date."""

    case: str
    title: str
    summary: str
    as_of: date
    issued: date
    states: list[State]
    judgments: list[Judgment]
    forecasts: list[DyadForecast]
    changes: list[DyadForecast] = Field(
        description="The same forecasts twelve months earlier, for the direction of change."
    )
    power: list[PowerPoint]
    shifts: list[Shift]
    pipeline: list[PipelineEntry]
    suppliers: list[SupplierSummary]
    supplier_shares: list[SupplierShare]
    regimes: list[Regime]
    commitments: list[CommitmentInForce]
    subsystem: list[SubsystemYear]
    statement_counts: list[StatementCount]
    statements: list[StatementQuote]
    statement_changes: list[StatementChange] = Field(
        description="Whether each side's share of each type of statement changed at some year, or why none can tell."
    )
    events: list[Event]
    markers: list[Marker]
    strategy: StrategicReading
    games: list[GameReading] = Field(description="The strategic game, both directions.")
    model_record: ModelRecord
    track_record: list[TrackRecord]
    track_summary: list[TrackSummary]
    stated_forecasts: list[StatedForecast]
    questions: list[ScoredQuestion]
    claims: list[ClaimVerdict] = Field(description="The claims of the argument, each with its verdict.")
    claim_rows: list[ClaimRow] = Field(description="The rows of the case that verdicts name, in words.")
    evidence: list[Regularity] = Field(description="The regularities across states that verdicts draw on.")
    scenarios: ScenarioReading | None = Field(
        default=None, description="What if? Named changes beside the base; null if none was run."
    )
    indicators: IndicatorReading | None = Field(
        default=None, description="What to watch, and what each observation would change; null if not asked for."
    )
    limits: list[str] = Field(description="What a reader must know before using these numbers.")
    sources: list[SourceEntry]
    versions: Versions
