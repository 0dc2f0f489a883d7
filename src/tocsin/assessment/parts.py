"""The parts of an assessment, typed and frozen: forecasts, power, arms, context, strategy, record, argument."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Mode = Literal["none", "threat", "incursion", "strike", "war"]
Confidence = Literal["high", "medium", "low"]
Probability = Annotated[float, Field(ge=0, le=1)]


class Model(BaseModel):
    """Base: immutable, and a key nobody declared is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Interval(Model):
    """A number with its interval; ``value`` is null exactly when ``missing`` says why."""

    value: float | None = Field(description="Central value; null if unknown.")
    low: float | None = Field(default=None, description="Lower end of the interval.")
    high: float | None = Field(default=None, description="Upper end of the interval.")
    level: float | None = Field(default=None, description="Coverage of the interval, for example 0.9.")
    missing: str | None = Field(default=None, description="Why the value is unknown.")


class Provenance(Model):
    """Where a number comes from: rows of inputs or a named computation."""

    computation: str = Field(description="Python name of the computation.")
    rows: list[str] = Field(default_factory=list, description="Rows used, as table:key.")
    sources: list[str] = Field(default_factory=list, description="Keys of sources.toml behind those rows.")


class State(Model):
    """A state of the case."""

    code: str
    name: str
    ccode: int | None = Field(description="Correlates of War number.")
    role: Literal["dyad", "subsystem"]


class ModeForecast(Model):
    """P(highest mode of force = mode) for one direction and horizon."""

    mode: Mode
    probability: Interval
    at_least: Interval = Field(description="P(highest mode >= this one).")
    base_rate: Probability = Field(description="Frequency of the mode in the dyad's class.")
    base_rate_at_least: Probability
    ratio: float | None = Field(description="probability / base rate; null where the base rate is 0.")
    ratio_at_least: float | None


class HistoryWindow(Model):
    """One past window of the horizon's length that the forecast counts."""

    start: date
    end: date
    mode: Mode
    incidents: list[str] = Field(description="Identifiers of the incidents in the window.")


class Contribution(Model):
    """What a feature group adds to the log-odds of one stage: of a mode or a graver one, given the mode before it."""

    stage: Mode
    group: str = Field(description="Feature group; 'average dyad' is where the sum starts.")
    log_odds: float


class DyadForecast(Model):
    """The forecast for one direction and one horizon."""

    actor: str
    target: str
    horizon_months: int
    from_date: date
    to_date: date
    modes: list[ModeForecast]
    model: str
    trained_to: int = Field(description="Last year of the events the model was trained on.")
    class_label: str
    class_n: int = Field(description="Directed dyad windows behind the base rate.")
    class_years: tuple[int, int] = Field(description="First and last year behind the base rate.")
    history: list[HistoryWindow]
    shrinkage: float = Field(description="Pseudo-windows of class base rate added to the dyad's own windows.")
    own_history: list[Probability] = Field(
        description="The five modes by the dyad's own windows shrunk to its class: the rival forecast."
    )
    contributions: list[Contribution] = Field(description="Stage by stage, additive on the log-odds scale.")
    cautions: list[str] = Field(default_factory=list, description="Stale inputs, and what the history rests on.")
    provenance: Provenance


class PowerPoint(Model):
    """One year of one index of power, for both states of the dyad."""

    index: str
    year: int
    a: float | None
    b: float | None
    share_a: float | None = Field(description="a / (a + b).")
    ratio: float | None = Field(description="a / b.")
    sources: list[str]


class Shift(Model):
    """Change of log(b's power / a's power) over a span of years; positive if b gains."""

    index: str
    years: int
    from_year: int
    to_year: int
    change: Interval
    kind: Literal["realised", "expected"]
    declining: str | None = Field(description="State that loses share; null if unknown.")
    provenance: Provenance


class PipelineEntry(Model):
    """Arms ordered and not known to be delivered."""

    recipient: str
    supplier: str
    arms_class: str
    orders: int
    tiv: float | None = Field(description="SIPRI trend-indicator value, million; null if no row states one.")
    unvalued: int = Field(description="Pending rows whose value is unknown.")
    rows: list[str]
    sources: list[str]


class SupplierShare(Model):
    """A supplier's share of the arms delivered to a state over a window."""

    recipient: str
    supplier: str
    from_year: int
    to_year: int
    tiv: float
    share: Probability
    sources: list[str]


class SupplierSummary(Model):
    """How concentrated a state's suppliers are."""

    recipient: str
    from_year: int
    to_year: int
    tiv: float
    herfindahl: float | None = Field(description="Sum of squared shares; 1 is a single supplier.")
    main_supplier: str | None
    main_share: float | None


class Regime(Model):
    """A state's regime under a named typology in the last year known."""

    state: str
    typology: str
    year: int
    category: str | None
    score: float | None
    sources: list[str]


class CommitmentInForce(Model):
    """A commitment in force on the as-of date."""

    id: str
    name: str
    type: str
    hardness: Literal["hard", "soft", "none"]
    favours: str
    since: date
    until: date | None
    confidence: Confidence
    sources: list[str]


class SubsystemYear(Model):
    """Concentration of power among the states of the subsystem in one year (Ray and Singer 1973)."""

    year: int
    index: str
    states: list[str]
    missing: list[str]
    concentration: float | None
    poles: list[str] = Field(description="States with at least half the power of the strongest.")


class StatementCount(Model):
    """Statements by one state about the other, of one type, in one year."""

    state: str
    year: int
    type: str
    count: int
    sources: list[str]


class StatementChange(Model):
    """Whether a type's share of one side's statements changed at some year, or why nobody can tell."""

    state: str
    type: str
    statements: int = Field(description="Coded statements of the side, of every type.")
    of_type: int
    first_year: int | None = Field(description="Years covered, those with a statement of the side.")
    last_year: int | None
    year: int | None = Field(description="First year after the likeliest change; null if it cannot be told.")
    before: float | None = Field(description="Share of the type before that year.")
    after: float | None = Field(description="Share from that year on.")
    p: float | None = Field(
        description="Chance of so sharp a change anywhere if the order of statements means nothing."
    )
    p_corrected: float | None = Field(description="The same for all series tried together (Holm).")
    found: Literal["change", "no change", "cannot tell"]
    why: str | None = Field(description="Why it cannot be told.")
    provenance: Provenance


class StatementQuote(Model):
    """One of the latest statements."""

    id: str
    date: date
    speaker: str
    state: str
    type: str
    topic: str
    text: str
    is_quote: bool
    sources: list[str]


class ParameterRange(Model):
    """A disputable constant and the range it is drawn from."""

    name: str
    mode: float
    low: float
    high: float
    shape: str
    unit: str
    about: str
    reference: str


class ConditionYear(Model):
    """Share of plausible parameters under which a closed-form condition holds in a year."""

    direction: str = Field(description="ACTOR>RIVAL.")
    year: int
    actor: str = Field(description="State that weighs force now against waiting.")
    rival: str = Field(description="State whose power may rise.")
    shift: Interval = Field(description="Expected rise of the rival's chance to win over the horizon.")
    p_now: Interval = Field(description="Rival's chance to win now.")
    share_war: float | None = Field(description="Share of draws in which war is best: better than waiting or a strike.")
    share_strike: float | None = Field(description="Share of draws in which a strike is best.")
    share_any: float | None = Field(description="Share of draws in which force of either kind beats waiting.")
    unvalued: int | None = Field(
        description="Pending orders (rows) of unknown value, left out of the expected shift; null if it is unknown."
    )
    missing: str | None = None


class ConditionMap(Model):
    """Threshold of the condition over shift and cost of war, for the parameter map."""

    direction: str
    cost: list[float] = Field(description="Share of the value at stake that war destroys.")
    shift: list[float] = Field(description="Rise of the rival's chance to win over the horizon.")
    holds_war: list[list[float]] = Field(description="Share of the other parameters for which war pays [cost][shift].")
    p_now: float
    measured_shift: Interval


class StrategicReading(Model):
    """What the closed forms say of the measured shift."""

    years: list[ConditionYear]
    maps: list[ConditionMap]
    peaks: dict[str, int | None] = Field(description="Year in which the share was highest, by direction.")
    horizon_years: int
    draws: int
    parameters: list[ParameterRange]
    provenance: Provenance


class StatedForecast(Model):
    """A forecast somebody else made and what became of it."""

    id: str
    text: str
    origin: date
    horizon: str
    outcome: Literal["right", "wrong", "half right", "not seen", "open", "void"]
    as_known: date = Field(description="Day up to which the outcome is known.")
    evidence: str
    confidence: Confidence
    sources: list[str]


class ScoredQuestion(Model):
    """A binary question by which the argument can be scored."""

    id: str
    text: str
    origin: date
    resolves: date | None
    answer: Literal["yes", "no", "open"]
    as_known: date
    confidence: Confidence
    sources: list[str]


class Event(Model):
    """A dated incident for the charts and the event table."""

    id: str
    start: date
    end: date
    actor: str = Field(description="State named first, or 'disputed'.")
    target: str
    both: bool = Field(description="Counts as force by both: a clash, a battle, or a disputed start.")
    mode: Mode
    proxy: str | None
    deaths: str
    description: str
    coding: str
    confidence: Confidence
    sources: list[str]


class Marker(Model):
    """A dated event marked on the charts."""

    date: date
    label: str
    sources: list[str]


class Judgment(Model):
    """One key judgment: a likelihood sentence and a separate confidence sentence."""

    id: str
    actor: str
    target: str
    likelihood: str
    confidence: str
    probability: Interval
    word: str = Field(description="Word of the seven-band scale, or 'unknown'.")
    provenance: Provenance
