"""The parts of an assessment that hold the claims of an argument: verdicts, numbers behind them, evidence."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tocsin.assessment.parts import Interval, Model, Provenance

Verdict = Literal["supported", "mixed", "contradicted", "untestable", "pending"]


class ClaimNumber(Model):
    """A number behind a verdict."""

    name: str
    value: Interval
    unit: str = ""


class TestResult(Model):
    """What one registered test says of a claim."""

    test: str = Field(description="Name of the registered test.")
    part: str = Field(description="The part of the claim it tests; empty if the whole.")
    parameters: dict[str, str] = Field(description="As given in case.toml, in words.")
    verdict: Verdict
    finding: str = Field(description="One sentence with the numbers.")
    numbers: list[ClaimNumber]
    evidence: str | None = Field(default=None, description="Name of the regularity in `evidence`, if it draws on one.")
    provenance: Provenance


class ClaimVerdict(Model):
    """A claim of the argument and its verdict."""

    id: str
    text: str
    kind: str
    horizon: str
    verdict: Verdict
    finding: str = Field(description="Why, in a sentence or two.")
    tests: list[TestResult]
    rivals: str = Field(description="Rival explanations; empty if none is named.")
    literature: str
    note: str
    sources: list[str]


class ClaimRow(Model):
    """A row of the case that a verdict names, in words."""

    key: str = Field(description="table:id, as in the provenance of a test.")
    text: str
    sources: list[str]


class Estimate(Model):
    """One estimate of a regularity: log of an odds ratio, with an interval robust to states being in many dyads."""

    measure: str
    outcome: str
    sample: str
    first: int | None
    last: int | None
    n: int
    events: int
    estimate: Interval
    gain: Interval = Field(description="Per cent by which it lowers the log loss in later years than those of the fit.")
    tested_from: int | None


class Regularity(Model):
    """A regularity across states, as estimated from the data."""

    name: str
    about: str
    term: str = Field(description="What the estimate is the effect of.")
    literature: str
    missing: str | None
    estimates: list[Estimate]
