"""case.toml and sources.toml as strict models: an unknown key is a fault, a missing one too."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tocsin.case.claim_tests import ClaimTest

Confidence = Literal["high", "medium", "low"]
Code = str


class Strict(BaseModel):
    """Base: frozen, and keys nobody declared are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class CaseHead(Strict):
    """What the case is about and which days it covers."""

    title: str = Field(min_length=3, max_length=200)
    summary: str = Field(min_length=3, max_length=2000)
    begins: date = Field(description="First day for which an as-of run makes sense.")
    cutoff: date = Field(description="Last day on which the case was brought up to date.")
    limits: list[str] = Field(default_factory=list, description="What a reader must know about the data.")

    @model_validator(mode="after")
    def _in_order(self) -> CaseHead:
        if self.begins >= self.cutoff:
            raise ValueError(f"begins ({self.begins}) must be before cutoff ({self.cutoff})")
        return self


class Dyad(Strict):
    """The two states, and the other states whose power matters."""

    a: Code
    b: Code
    subsystem: list[Code] = Field(default_factory=list)


class StateInfo(Strict):
    """A state of the case."""

    name: str
    ccode: int | None = Field(default=None, ge=2, le=999, description="Correlates of War number.")
    gwcode: int | None = Field(default=None, ge=2, le=999, description="Gleditsch-Ward number.")
    adjective: str | None = None


class ClassFlag(Strict):
    """One of the traits that place the dyad in a class for base rates."""

    value: bool
    since: int | None = Field(default=None, description="First year in which it holds.")
    until: int | None = Field(default=None, description="Last year in which it holds; empty if it still does.")
    again: int | None = Field(default=None, description="First year in which it holds once more, after `until`.")
    source: str
    note: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> ClassFlag:
        given = [y for y in (self.since, self.until) if y is not None]
        if given != sorted(given):
            raise ValueError(f"until ({self.until}) is before since ({self.since})")
        if self.again is not None and (self.until is None or self.again <= self.until):
            raise ValueError(f"again ({self.again}) needs an earlier until")
        return self

    def held_in(self, year: int) -> bool:
        """Return whether the trait held in a year."""
        once_more = self.again is not None and self.again <= year
        begun, ended = self.since is None or self.since <= year, self.until is not None and self.until < year
        return self.value and begun and (not ended or once_more)


class DyadClass(Strict):
    """Class of the dyad: contiguous by land, rivals, politically relevant."""

    land: ClassFlag
    rival: ClassFlag
    relevant: ClassFlag


class History(Strict):
    """Which codebook counts for which years."""

    coded_until: int = Field(description="Last year in which events of the 'mie' codebook count.")
    rule: str


class Argument(Strict):
    """The argument under test, if the case examines one."""

    title: str
    author: str = ""
    origin: date = Field(description="Day from which the argument was public.")
    source: str


class Claim(Strict):
    """A claim of the argument, with the registered tests that give its verdict."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
    text: str
    kind: str
    checkable: str = ""
    test: str = Field(default="", description="What would test it, in words.")
    tests: list[ClaimTest] = Field(default_factory=list, description="Registered tests, by name and parameters.")
    no_test: str = Field(default="", description="Why none is possible, if there is none.")
    horizon: str = ""
    literature: str = ""
    rivals: str = Field(default="", description="Rival explanations.")
    rivals_from: date | None = Field(default=None, description="Day from which they could be given; empty: always.")
    source: str
    note: str = ""

    @model_validator(mode="after")
    def _tested_or_not(self) -> Claim:
        if self.tests and self.no_test:
            raise ValueError("has tests, so no_test cannot say that there is none")
        return self


class StatedForecastText(Strict):
    """A forecast made by the argument and what became of it."""

    id: str
    text: str
    origin: date
    horizon: str
    outcome: Literal["right", "wrong", "half right", "not seen", "open", "void"]
    as_known: date
    evidence: str
    confidence: Confidence
    source: str
    note: str = ""


class Question(Strict):
    """A binary question by which the argument's forecast can be scored."""

    id: str
    text: str
    origin: date
    resolves: date | None = None
    answer: Literal["yes", "no", "open"]
    as_known: date
    confidence: Confidence
    source: str
    note: str = ""


class Marker(Strict):
    """A dated event worth marking on a chart."""

    date: date
    label: str = Field(max_length=40)
    source: str


Held = Literal["whole", "part", "none"]


class Holding(Strict):
    """Who held the prize from a day on, seen from state a; b holds the rest."""

    since: date
    known_from: date | None = Field(default=None, description="Day on which this was public; empty means `since`.")
    core: Held = Field(description="How much of the core object state a holds.")
    around: Held = Field(description="How much of the ground around it state a holds.")
    source: str
    confidence: Confidence
    note: str = ""


class Prize(Strict):
    """What the two dispute, and by which rule holding it becomes a share; read by the strategic game."""

    core: str = Field(min_length=3, max_length=200, description="The core object of the dispute.")
    around: str = Field(min_length=3, max_length=200, description="The ground around it that is disputed as well.")
    rule: str = Field(min_length=3, max_length=1000, description="What counts as holding, in words.")
    source: str
    holdings: list[Holding] = Field(min_length=1, description="In order of time; the last one public is in force.")

    @model_validator(mode="after")
    def _in_order(self) -> Prize:
        days = [h.since for h in self.holdings]
        if days != sorted(set(days)):
            raise ValueError("holdings must be in order of time, each day once")
        for h in self.holdings:
            if h.known_from is not None and h.known_from < h.since:
                raise ValueError(f"holdings: known_from ({h.known_from}) is before since ({h.since})")
        return self


class Supply(Strict):
    """Whether a supplier delivers what a state has ordered, in a stretch of time."""

    recipient: Code
    supplier: str
    state: Literal["open", "withheld"]
    since: date
    until: date | None = Field(default=None, description="Last day; empty if no end is known.")
    known_from: date | None = Field(default=None, description="Day on which this was public; empty means `since`.")
    source: str
    confidence: Confidence
    note: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Supply:
        if self.until is not None and self.until < self.since:
            raise ValueError(f"until ({self.until}) is before since ({self.since})")
        if self.known_from is not None and self.known_from < self.since:
            raise ValueError(f"known_from ({self.known_from}) is before since ({self.since})")
        return self


class Expectation(Strict):
    """What theory says a scenario does to the chance that a state uses force."""

    actor: Code = Field(description="State of the dyad whose force is meant.")
    change: Literal["more", "less"] = Field(description="Chance of a strike or war by it.")
    why: str = Field(min_length=3, max_length=500, description="The reason, with its reference.")


class ScenarioText(Strict):
    """A named change of the case: what if? Only what changes is listed; `tocsin.scenarios` gives the keys a meaning."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="Lower case, digits and hyphens.")
    title: str = Field(min_length=3, max_length=120)
    why: str = Field(min_length=3, max_length=2000, description="What is assumed and why, in neutral words.")
    as_of: date | None = Field(
        default=None, description="Day on which base and scenario are compared; empty is that of the assessment."
    )
    expects: list[Expectation] = Field(default_factory=list, description="What theory says of either state.")
    set: dict[str, Any] = Field(min_length=1, description="The keys changed; see below.")


class IndicatorText(Strict):
    """An indicator of the case's own, beside those derived from its tables; it may be tied to keys of a scenario."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", description="Lower case, digits and hyphens.")
    title: str = Field(min_length=3, max_length=120, description="What would be observed.")
    watch: str = Field(min_length=3, max_length=500, description="Where it would show, and what counts.")
    present: str = Field(min_length=3, max_length=300, description="How things stand.")
    seen: date | None = Field(default=None, description="Day of the last such observation, public on that day.")
    seen_text: str = Field(default="", max_length=300, description="What it was.")
    source: str = Field(description="Keys of sources.toml behind the present state and the last observation.")
    known_from: date = Field(description="First day on which the present state was public.")
    set: dict[str, Any] = Field(
        default_factory=dict, description="Keys of a scenario: what the models are told. Empty: no model can be told."
    )

    @model_validator(mode="after")
    def _in_order(self) -> IndicatorText:
        if self.seen is not None and self.seen > self.known_from:
            raise ValueError(f"seen ({self.seen}) is after known_from ({self.known_from})")
        return self


class CaseToml(Strict):
    """The whole of case.toml."""

    case: CaseHead
    dyad: Dyad
    states: dict[Code, StateInfo]
    class_: DyadClass = Field(alias="class")
    history: History
    argument: Argument | None = None
    claims: list[Claim] = Field(default_factory=list, description="Claims of the argument; they need [argument].")
    stated_forecasts: list[StatedForecastText] = Field(default_factory=list)
    questions: list[Question] = Field(default_factory=list)
    markers: list[Marker] = Field(default_factory=list)
    prize: Prize | None = Field(default=None, description="Without it the strategic game is unknown.")
    supply: list[Supply] = Field(
        default_factory=list, description="Dated findings on suppliers; they come before what deliveries suggest."
    )
    scenarios: list[ScenarioText] = Field(default_factory=list, description="Named changes of the case.")
    indicators: list[IndicatorText] = Field(
        default_factory=list, description="What to watch, beside the indicators derived from the tables."
    )

    @model_validator(mode="after")
    def _codes_known(self) -> CaseToml:
        if self.dyad.a == self.dyad.b:
            raise ValueError("dyad.a and dyad.b are the same state")
        for code in (self.dyad.a, self.dyad.b, *self.dyad.subsystem):
            if code not in self.states:
                raise ValueError(f"state '{code}' is used in [dyad] but has no [states.{code}] section")
        return self

    @model_validator(mode="after")
    def _supply_of_the_dyad(self) -> CaseToml:
        for one in self.supply:
            if one.recipient not in (self.dyad.a, self.dyad.b):
                raise ValueError(f"supply: recipient '{one.recipient}' is not in the dyad")
        return self

    @model_validator(mode="after")
    def _claims_argued(self) -> CaseToml:
        if self.claims and self.argument is None:
            raise ValueError("there are [[claims]] but no [argument] section that says since when they are public")
        return self


class SourceInfo(Strict):
    """One source of the case."""

    publisher: str
    title: str
    date: str = ""
    address: str = ""
    terms: str = ""
    note: str = ""
