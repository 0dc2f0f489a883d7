"""The registered tests of claims: one model per test with its parameters, for case.toml, its checks and the codebook.

What a test computes stands in ``tocsin.claims``; this is what a person writes.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

Index = Literal["spending", "gdp", "population", "personnel", "cinc", "arms stock"]
StatementType = Literal["threat", "demand", "red line", "warning", "reassurance", "denial", "none"]
ForceMode = Literal["threat", "incursion", "strike", "war"]
Answer = Literal["yes", "no"]
Regularity = Literal[
    "personalist-initiation",
    "civilian-initiation",
    "personalist-over-juntas",
    "personalist-over-machines",
    "democracy-target",
    "adverse-shift",
    "adverse-shift-by-regime",
    "renewal-by-regime",
    "gap-in-autocracies",
    "persistence",
    "rhetoric",
]
Year = Annotated[int, Field(ge=1800, le=2100)]
Share = Annotated[float, Field(ge=0, le=1)]


class Test(BaseModel):
    """Base: frozen; keys nobody declared are refused; ends come after beginnings."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    __test__ = False

    part: str = Field(default="", max_length=200, description="The part of the claim this tests, in words.")
    partly: bool = Field(default=False, description="Even if that part is supported, the claim as a whole is mixed.")

    @model_validator(mode="after")
    def _in_order(self) -> Test:
        for first, last in (("first", "last"), ("start", "end"), ("then_start", "then_end")):
            one, two = getattr(self, first, None), getattr(self, last, None)
            if one is not None and two is not None and two < one:
                raise ValueError(f"{last} ({two}) is before {first} ({one})")
        return self


class Rows(Test):
    """Do named rows of the case say so? For facts and stances: a person chose the rows, and the report shows them.

    Supported if rows that bear the claim out are known and none speaks against it; contradicted the other way about;
    mixed if there are both; pending while none is public.
    """

    name: Literal["rows"]
    bear_out: list[str] = Field(default=[], description="Rows that bear the claim out, as table:id.")
    against: list[str] = Field(default=[], description="Rows that speak against it.")

    @model_validator(mode="after")
    def _some(self) -> Rows:
        if not (self.bear_out or self.against):
            raise ValueError("names no row")
        if twice := sorted(set(self.bear_out) & set(self.against)):
            raise ValueError(f"'{twice[0]}' cannot both bear the claim out and speak against it")
        return self


class Trend(Test):
    """Does a measured series rise or fall? Theil-Sen slope of its logarithm by year, with a 90 % interval.

    Supported if the interval lies on the claimed side of zero, contradicted if on the other, else mixed; untestable
    with fewer than five years known.
    """

    name: Literal["trend"]
    index: Index = Field(description="Index of power.")
    of: str = Field(description="A state of the dyad, or 'gap': the stronger side's multiple of the weaker's.")
    first: Year = Field(description="First year.")
    last: Year = Field(description="Last year.")
    goes: Literal["up", "down"] = Field(description="The claimed direction.")


class Level(Test):
    """Is the gap of power large, against land neighbours or rivals of the same years?

    Mean percentile of |ln(a/b)| among them. Supported if it is at least `least`, contradicted below the middle, else
    mixed. If `stronger` is not the stronger side in most of the years, contradicted.
    """

    name: Literal["level"]
    index: Literal["spending", "gdp", "population", "cinc"] = Field(description="Index of power.")
    first: Year = Field(description="First year.")
    last: Year = Field(description="Last year.")
    stronger: str = Field(description="The side claimed to be stronger.")
    among: Literal["land", "rival"] = Field(description="Land neighbours or rivals.")
    least: Share = Field(default=0.75, description="Percentile from which a gap counts as large.")


class Parity(Test):
    """Can the weaker side draw level within a horizon? Share of projections of the ratio that cross 1.

    The projection is that of the assessment: the past trend shrunk towards none, the pipeline for arms, and surprises
    as large as the past's. Claimed 'no': supported if the share is at most 5 %, contradicted if over 50 %, else mixed;
    claimed 'yes': the other way about.
    """

    name: Literal["parity"]
    index: Index = Field(description="Index of power.")
    years: int = Field(ge=1, le=10, description="Horizon in years.")
    expect: Answer = Field(description="Whether parity is claimed to come.")


class Total(Test):
    """Does the sum of arms orders or deliveries come to the claimed amount?

    Supported if it lies within the factor `within` of `amount`; contradicted if it is above that, or below it with no
    row of unknown value; mixed if it is below and rows of unknown value could fill the gap. Rows of low confidence and
    rows that repeat an order do not count.
    """

    name: Literal["total"]
    recipient: str = Field(description="Buying state.")
    measure: Literal["value_usd_m", "tiv"] = Field(description="Reported price, or SIPRI's indicator value.")
    by: Literal["ordered", "delivered"] = Field(description="Which day places a row in time.")
    start: date = Field(description="First day.")
    end: date = Field(description="Last day.")
    amount: float = Field(gt=0, description="Claimed amount, in the unit of the measure.")
    within: float = Field(default=1.25, gt=1, description="Factor that still counts as the claimed amount.")
    suppliers: list[str] = Field(default=[], description="Only these suppliers; default all.")


class SupplierShare(Test):
    """Is a supplier's share of the arms delivered to a state (TIV) as high, or as low, as claimed?

    Supported if the share is at least (at most) the claimed one; contradicted if it misses it by more than .15; else
    mixed; untestable without deliveries of known value.
    """

    name: Literal["supplier_share"]
    recipient: str = Field(description="Buying state.")
    suppliers: list[str] = Field(min_length=1, description="Their shares are added.")
    first: Year = Field(description="First year.")
    last: Year = Field(description="Last year.")
    least: Share | None = Field(default=None, description="Claimed least share.")
    most: Share | None = Field(default=None, description="Claimed largest share.")

    @model_validator(mode="after")
    def _one(self) -> SupplierShare:
        if (self.least is None) == (self.most is None):
            raise ValueError("give either least or most")
        return self


class OrdersDuring(Test):
    """Were arms ordered from some suppliers while a commitment was in force, which is claimed to have kept them away?

    Supported if none was; contradicted if orders in force time are known; pending while the commitment is in force and
    none is known.
    """

    name: Literal["orders_during"]
    recipient: str = Field(description="Buying state.")
    suppliers: list[str] = Field(min_length=1, description="Suppliers it is claimed to have kept away.")
    commitment: str = Field(description="Row of commitments.csv.")


class Statements(Test):
    """What do coded statements speak of? Share of a topic among statements of some types, with a 90 % Wilson interval.

    With `least`: supported if the interval lies above it, contradicted if below, else mixed. With `leads`: supported if
    the topic is the most frequent and a sign test against the second passes (p <= .1); contradicted if another one is;
    else mixed. Coded statements are a selection, not all that was said.
    """

    name: Literal["statements"]
    state: str = Field(description="State spoken for.")
    types: list[StatementType] = Field(min_length=1, description="Types of statement that count.")
    topic: str = Field(description="Topic, as in statements.csv.")
    start: date = Field(description="First day.")
    end: date = Field(description="Last day.")
    least: Share | None = Field(default=None, description="Claimed least share.")
    leads: bool = Field(default=False, description="Whether it is claimed to be the most frequent topic.")

    @model_validator(mode="after")
    def _one(self) -> Statements:
        if (self.least is None) != self.leads:
            raise ValueError("give either least or leads")
        return self


class StatementRate(Test):
    """Did statements of some types become more frequent? Ratio of yearly rates with an exact 90 % interval.

    Supported if the interval lies above 1, contradicted if below, else mixed; untestable without any such statement.
    """

    name: Literal["statement_rate"]
    state: str = Field(description="State spoken for.")
    types: list[StatementType] = Field(min_length=1, description="Types of statement that count.")
    topic: str | None = Field(default=None, description="Only this topic.")
    start: date = Field(description="First day.")
    end: date = Field(description="Last day.")
    then_start: date = Field(description="First day of the period it is compared with.")
    then_end: date = Field(description="Last day of that period.")


class IncidentRate(Test):
    """Was force by one state more frequent in a period than force by it, or by the other, in another period?

    Ratio of yearly rates of counted incidents with an exact 90 % interval. Supported if it lies above 1, contradicted
    if below, else mixed. If the two periods are coded by different codebooks the finding says so.
    """

    name: Literal["incident_rate"]
    actor: str = Field(description="Acting state.")
    mode: ForceMode = Field(description="This mode or a graver one.")
    start: date = Field(description="First day.")
    end: date = Field(description="Last day.")
    then_actor: str = Field(description="Acting state of the other period.")
    then_start: date = Field(description="First day of that period.")
    then_end: date = Field(description="Last day of that period.")
    alone: bool = Field(default=True, description="Only incidents that one side began and the other did not join.")


class Losses(Test):
    """Did one side bear the larger part of the deaths? Its share of both sides' deaths in counted incidents.

    Incidents in which a third party was hit are left out. Supported if at least `least`, contradicted below one half,
    else mixed; how many have unknown deaths is said.
    """

    name: Literal["losses"]
    state: str = Field(description="The side claimed to have lost more.")
    start: date = Field(description="First day.")
    end: date = Field(description="Last day.")
    least: Share = Field(default=0.6, description="Share from which its losses count as larger.")


class RegimeType(Test):
    """Is a state of a kind of regime under a typology, in the years known?

    Supported if the class holds the word in at least nine of ten years known, contradicted if in at most one of ten,
    else mixed; untestable if no year is known.
    """

    name: Literal["regime"]
    state: str = Field(description="State.")
    typology: Literal["row", "polity2", "xconst", "freedom_house", "gwf_reign"] = Field(description="Whose classes.")
    category: str = Field(min_length=2, description="Word that the class must hold, whatever the case.")
    first: Year = Field(description="First year.")
    last: Year = Field(description="Last year.")


class RegularityTest(Test):
    """Does a regularity hold across states? From the evidence table: estimates by measure, outcome and sample.

    Supported if two thirds of the estimates exclude zero on the claimed side, none on the other, and later years are
    forecast better with it more often than worse. Contradicted if none excludes zero on the claimed side and half do on
    the other, or every interval excludes an odds ratio of 1.25 on the claimed side. Else mixed: nulls are named so.
    """

    name: Literal["regularity"]
    regularity: Regularity = Field(description="Name in the evidence table.")
    claimed: Literal["more", "less"] = Field(default="more", description="Sign of the claimed effect.")


class Mechanism(Test):
    """Does force beat waiting by the closed forms? Share of plausible parameters for which it does, and what flips it.

    Supported if the share is at least `least`, contradicted if it is at most a tenth of that, else mixed; untestable
    while the shift of power is unknown.
    """

    name: Literal["mechanism"]
    actor: str = Field(description="State that weighs force.")
    force: Literal["any", "strike", "war"] = Field(default="any", description="Which kind of force must pay.")
    year: Year | None = Field(default=None, description="Year of the reading; default the as-of date.")
    least: Share = Field(default=0.5, description="Share of parameters from which the condition counts as met.")


class Outsiders(Test):
    """Do monitors or a partner of the rival keep a state from a strike or war, by the game of the case?

    Fall of P(strike or war within a year) with them present against absent, as a share of what it is without them.
    Claimed 'no': supported if even the upper end of the prior spread is below `least`, contradicted if the lower end is
    above it, else mixed; claimed 'yes': the other way about.
    """

    name: Literal["outsiders"]
    actor: str = Field(description="State that weighs force.")
    outsider: Literal["monitor", "partner"] = Field(description="Monitoring mission or partner of its rival.")
    least: Share = Field(default=0.25, description="Fall from which they count as deterring.")
    deters: Answer = Field(description="Whether they are claimed to deter.")


class Forecast(Test):
    """Did force come, or not come, as foretold? Resolved against counted incidents, with a date.

    An incident inside the period settles a 'yes' at once; its absence settles at the end, and until then the verdict is
    pending. If only incidents with a disputed start, or in answer to the other side, are found, it is mixed. With
    `only_if`, a foretold event that has not come is untestable if the condition was met in no year.
    """

    name: Literal["forecast"]
    actor: str = Field(description="Acting state.")
    mode: ForceMode = Field(description="This mode or a graver one.")
    most: ForceMode = Field(default="war", description="Graver ones do not count.")
    start: date = Field(description="First day.")
    end: date = Field(description="Last day: the forecast is due then.")
    expect: Answer = Field(description="Whether it is foretold to come.")
    alone: bool = Field(
        default=False, description="Incidents of disputed start, or in answer, do not count either way."
    )
    grave: bool = Field(default=False, description="Only if somebody died or ground changed hands.")
    only_if: Share | None = Field(
        default=None, description="Condition: share of parameters for which force pays, in some year of the period."
    )


class Agreement(Test):
    """Did an agreement of a type come, or not come, as foretold? Resolved against commitments.csv, with a date.

    As `forecast`: a row that begins inside the period settles a 'yes' at once, absence settles at the end.
    """

    name: Literal["agreement"]
    type: Literal["treaty", "alliance", "ceasefire", "monitor mission", "peace step", "partnership"] = Field(
        description="Type of commitment."
    )
    start: date = Field(description="First day.")
    end: date = Field(description="Last day: the forecast is due then.")
    expect: Answer = Field(description="Whether it is foretold to come.")


ClaimTest = Annotated[
    Rows
    | Trend
    | Level
    | Parity
    | Total
    | SupplierShare
    | OrdersDuring
    | Statements
    | StatementRate
    | IncidentRate
    | Losses
    | RegimeType
    | RegularityTest
    | Mechanism
    | Outsiders
    | Forecast
    | Agreement,
    Field(discriminator="name"),
]
TESTS: dict[str, type[Test]] = {
    get_args(kind.model_fields["name"].annotation)[0]: kind for kind in get_args(get_args(ClaimTest)[0])
}
# Parameters that name a state of the dyad.
STATES = ("of", "stronger", "recipient", "state", "actor", "then_actor")


def codebook() -> str:
    """Return the page on the registered tests, as Markdown.

    Examples
    --------
    >>> "## trend" in codebook()
    True
    """
    parts: list[str] = []
    for name, kind in TESTS.items():
        about = [" ".join(p.split()) for p in (kind.__doc__ or "").split("\n\n")]
        parts += [f"## {name}", "", about[0], "", f"*Verdict.* {' '.join(about[1:])}", ""]
        parts += ["| parameter | kind | default | meaning |", "|---|---|---|---|"]
        properties = kind.model_json_schema()["properties"]
        for key, field in kind.model_fields.items():
            if key == "name":
                continue
            default = "must be given" if field.is_required() else _shown(field.default)
            parts.append(f"| `{key}` | {_kind(properties[key])} | {default} | {field.description} |")
        parts.append("")
    return "\n".join(parts)


def _shown(value: object) -> str:
    if value in (None, "", []):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kind(schema: dict[str, object]) -> str:
    if "anyOf" in schema:
        kinds = [k for k in schema["anyOf"] if k.get("type") != "null"]  # type: ignore[attr-defined]
        return _kind(kinds[0])
    if "enum" in schema:
        return ", ".join(str(x) for x in schema["enum"])  # type: ignore[attr-defined]
    if schema.get("type") == "array":
        return f"list of: {_kind(schema['items'])}"  # type: ignore[arg-type]
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    kind = "date" if schema.get("format") == "date" else words[str(schema["type"])]
    ends = (schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum"))
    return kind + (f", {ends[0]:g} to {ends[1]:g}" if None not in ends else "")
