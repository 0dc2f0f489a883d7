"""The answers that are no part of an assessment, typed: cases, watchlist, ledger, data, parameters, versions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from tocsin.assessment.claim_parts import ClaimRow, ClaimVerdict, Regularity
from tocsin.assessment.game_parts import GameReading
from tocsin.assessment.indicator_parts import IndicatorReading
from tocsin.assessment.model import Versions
from tocsin.assessment.parts import (
    DyadForecast,
    Interval,
    Judgment,
    Mode,
    Model,
    Probability,
    ScoredQuestion,
    State,
    StatedForecast,
    StatementChange,
    StatementCount,
    StatementQuote,
    StrategicReading,
)
from tocsin.assessment.record_parts import ModelRecord, TrackRecord, TrackSummary
from tocsin.ledger.entries import Forecast, Resolution
from tocsin.web.api.problems import ProblemFault


class CaseSummary(Model):
    """A case in the list."""

    name: str
    own: bool = Field(description="Whether it comes from the folder the server was started with (--cases).")
    title: str | None = Field(description="Null if the case has faults.")
    states: list[str] = Field(description="Codes of the two states; empty if the case has faults.")
    cutoff: date | None = Field(description="Last day on which it was brought up to date; null if it has faults.")
    faults: list[ProblemFault] = Field(description="Empty if the case is sound; else nothing of it is computed.")


class CaseList(Model):
    """The cases that can be asked for."""

    cases: list[CaseSummary]


class TableSize(Model):
    """A table of a case."""

    name: str
    file: str
    rows: int
    first: str | None = Field(description="First day or year in it; null if it has no row, or is not dated.")
    last: str | None


class ScenarioEntry(Model):
    """A scenario of a case."""

    name: str
    title: str
    why: str
    as_of: date | None = Field(description="Day on which base and scenario are compared; null: that of the request.")


class CaseDetail(Model):
    """What a case holds."""

    name: str
    own: bool
    title: str
    summary: str
    begins: date = Field(description="First day for which an as-of run makes sense.")
    cutoff: date = Field(description="Last day on which the case was brought up to date.")
    states: list[State]
    tables: list[TableSize]
    sources: int
    claims: int
    scenarios: list[ScenarioEntry]
    limits: list[str] = Field(description="What a reader must know about the data.")
    sha256: str = Field(description="Hash of all its rows; an assessment gives that of the rows visible on its day.")


class Part(Model):
    """Base: a part of an assessment, with what made it."""

    case: str
    as_of: date
    states: list[State]
    versions: Versions


class CaseForecast(Part):
    """Probabilities of force, in both directions."""

    judgments: list[Judgment]
    forecasts: list[DyadForecast]
    changes: list[DyadForecast] = Field(description="The same forecasts twelve months earlier.")
    limits: list[str]


class CaseStrategy(Part):
    """The closed forms, and the strategic game in both directions."""

    strategy: StrategicReading
    games: list[GameReading]


class CaseClaims(Part):
    """The claims of an argument, each with its verdict; none before the argument was public."""

    claims: list[ClaimVerdict]
    claim_rows: list[ClaimRow]
    evidence: list[Regularity]


class CaseIndicators(Part):
    """What to watch, and what each observation would change."""

    indicators: IndicatorReading | None


class CaseRhetoric(Part):
    """What each side said of the other, as coded for the case."""

    statements: list[StatementQuote] = Field(description="The latest, with their sources.")
    statement_counts: list[StatementCount]
    statement_changes: list[StatementChange]


class CaseRecord(Part):
    """How past forecasts came out: the model's on all dyads, this tool's on this dyad, and those of others."""

    model_record: ModelRecord
    track_record: list[TrackRecord]
    track_summary: list[TrackSummary]
    stated_forecasts: list[StatedForecast]
    questions: list[ScoredQuestion]


class Rank(Model):
    """A dyad of the watchlist."""

    rank: int = Field(description="Place among all dyads by P(strike or war).")
    ccode1: int = Field(description="Correlates of War number, the smaller.")
    ccode2: int
    name1: str
    name2: str
    region1: str
    region2: str
    probabilities: dict[Mode, Probability] = Field(description="Of each mode as the highest in the year.")
    force: Interval = Field(description="P(any force).")
    strike_or_war: Interval
    base_rate_strike_or_war: Probability = Field(description="Frequency in the class of the dyad.")
    base_rate_war: Probability
    ratio: float | None = Field(description="strike_or_war / base rate; null where the base rate is 0.")
    why: dict[str, float] = Field(description="What each feature group adds to the log-odds of any force.")
    last_force: int | None = Field(description="Last year with force on record; null if none is.")
    class_label: str
    observed: Mode | None = Field(description="Highest mode that came; null if that is not known.")
    observed_missing: str | None = Field(description="Why it is not known.")


class InputAge(Model):
    """How old an input of the watchlist is."""

    name: str
    years: int = Field(description="Years from its end to the end of the year of knowledge.")
    stale: bool = Field(description="Whether it ended before that year.")


class WatchlistPage(Model):
    """A page of the watchlist: dyads in falling order of P(strike or war)."""

    year: int = Field(description="Last year of knowledge; the forecast is for the year after.")
    dyads: int = Field(description="All dyads ranked.")
    found: int = Field(description="Those that the filters keep.")
    page: int
    page_size: int
    rows: list[Rank]
    ages: list[InputAge]
    trained_from: int
    trained_to: int
    trained_on: int = Field(description="Dyad-years the model was trained on.")
    trained_on_force: int = Field(description="Those with force.")
    score: dict[str, float] = Field(
        description="Scores where the outcome is known, beside those of the class base rate."
    )
    cautions: list[str]


class KnobChoice(Model):
    """A value of a knob."""

    value: str
    meaning: str


class KnobEntry(Model):
    """Something that can be moved in the lab."""

    name: str
    group: str
    label: str
    about: str
    default: str = Field(description="The value that changes nothing.")
    choices: list[KnobChoice] = Field(description="Every value it takes; `as_of` also takes a day.")
    idle: str | None = Field(description="Why it does nothing on this day; null if it does something.")


class KnobList(Model):
    """What can be moved in the lab of a case on a day."""

    case: str
    as_of: date
    knobs: list[KnobEntry]


class LedgerLine(Model):
    """A forecast of the ledger and the resolution that counts."""

    entry: int = Field(description="Number of the forecast's entry.")
    recorded: datetime
    timing: Literal["ahead", "under way", "after the fact"] = Field(
        description="When it was recorded, against the period asked about; only the first is a forecast alone."
    )
    state: Literal["open", "resolved"]
    forecast: Forecast
    resolution: Resolution | None = Field(description="Null while it is open.")


class LedgerPage(Model):
    """A page of the ledger, in the order of recording."""

    entries: int = Field(description="Entries of the ledger, resolutions among them.")
    head: str = Field(description="Hash of the last entry: keep it elsewhere, and give it to a later verify.")
    found: int = Field(description="Forecasts that the filters keep.")
    page: int
    page_size: int
    rows: list[LedgerLine]


class ScoreSet(Model):
    """Proper scores; 0 is perfect, lower is better."""

    brier: float
    log: float
    rps: float


class ForecastScore(Model):
    """A resolved forecast and its scores, beside those of its references."""

    forecast: str
    issuer: str
    kind: Literal["yes or no", "modes"]
    timing: Literal["ahead", "under way", "after the fact"]
    outcome: str
    scores: ScoreSet
    base_rate: ScoreSet | None
    base_rate_how: str = Field(description="How the base rate was reckoned, or why it is unknown.")
    own_history: ScoreSet | None
    own_history_how: str


class Skill(Model):
    """1 - mean score / mean score of the reference; null if undefined."""

    brier: float | None
    log: float | None
    rps: float | None


class MeanScores(Model):
    """Mean scores of one issuer over one kind of question, recorded at one time."""

    issuer: str
    kind: Literal["yes or no", "modes"]
    timing: Literal["ahead", "under way", "after the fact"]
    n: int
    mean: ScoreSet
    skill_base: Skill
    n_base: int = Field(description="Forecasts that have a base rate.")
    skill_own: Skill
    n_own: int


class LedgerScores(Model):
    """Scores of resolved forecasts."""

    scored: int
    void: int
    open: int
    means: list[MeanScores]
    forecasts: list[ForecastScore]


class LedgerState(Model):
    """Whether a ledger is what was written."""

    whole: bool = Field(description="Whether nothing was changed, removed or put in.")
    entries: int
    head: str
    since: int | None = Field(description="Entries added after the head that was given; null if none was.")
    faults: list[str]


class DataTable(Model):
    """A table of the store."""

    name: str
    rows: int = Field(description="As declared.")
    state: Literal["there", "lacking", "older", "unreadable"] = Field(
        description="`older`: made from another file, or by another declaration, than the ones declared now."
    )
    missing: str | None = Field(description="Why it cannot be used, and what to do.")
    sha256: str | None = Field(description="Of the table as written; null if it is not there.")
    built_by: str | None


class DataSource(Model):
    """A declared release of a data set, and its state in the store."""

    name: str = Field(description="Name of the main table: `tocsin data fetch NAME`.")
    title: str
    publisher: str
    version: str
    about: str
    coverage: str
    unit: str
    citation: str
    terms: str
    redistribute: bool
    page: str = Field(description="Address of the publisher's page; empty if none is known.")
    sha256: str = Field(description="Of the file declared.")
    tables: list[DataTable]


class DataList(Model):
    """All declared sources."""

    tables: int
    there: int = Field(description="Tables in the store that can be read.")
    bring: str | None = Field(description="Command that brings what is lacking; null if nothing is.")
    sources: list[DataSource]


class ParameterEntry(Model):
    """A constant a scholar could dispute."""

    name: str
    section: str
    mode: float
    low: float
    high: float
    shape: Literal["fixed", "triangular", "triangular-log", "uniform"]
    unit: str
    about: str
    reference: str


class ParameterList(Model):
    """The parameters, with range and reference."""

    sections: list[str]
    parameters: list[ParameterEntry]


class VersionInfo(Model):
    """What answers."""

    tocsin: str
    api: str
    schema_version: str = Field(description="Of the assessment.")
    base_rates_sha256: str
    evidence_sha256: str
    model_sha256: str
