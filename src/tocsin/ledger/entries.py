"""What an entry says: a forecast with its question and references, or a resolution with its evidence."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from tocsin.forecast.base_rates import MODES

BINARY = ("no", "yes")
FLAGGED = re.compile(r"<\s*[a-zA-Z/!?]|javascript:|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", re.IGNORECASE)


def _plain(text: str) -> str:
    if FLAGGED.search(text):
        raise ValueError("holds markup or a control character; write plain text")
    return text


Text = Annotated[str, Field(max_length=4000), AfterValidator(_plain)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,119}$")]
Probability = Annotated[float, Field(ge=0, le=1)]
Address = Annotated[str, Field(pattern=r"^$|^https?://\S+$", max_length=2000)]


class Record(BaseModel):
    """Base: frozen, and a key nobody declared is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reference(Record):
    """A forecast to be compared with.

    Parameters
    ----------
    probabilities : list of float, optional
        As those of the forecast; null if unknown.
    how : str
        How it was reckoned, or why it is unknown.
    """

    probabilities: list[Probability] | None
    how: Text


class Forecast(Record):
    """An issued forecast, with everything needed to score it."""

    forecast: Name = Field(description="Identifier; no two forecasts of a ledger share one.")
    issuer: Text = Field(min_length=1, description="Who says so.")
    question: Text = Field(min_length=3)
    outcomes: tuple[str, ...] = Field(description="('no', 'yes'), or the modes of force in their order.")
    probabilities: list[Probability]
    origin: date = Field(description="Last day of knowledge; the period begins on the day after.")
    closes: date = Field(description="Last day of the period asked about.")
    rule: Text = Field(min_length=3, description="How the answer is found.")
    reading: Text = Field(default="", description="How a probability was read from words, if it was.")
    case: Text = Field(default="", description="Name of the case, if it comes from one.")
    actor: Text = ""
    target: Text = ""
    base_rate: Reference
    own_history: Reference
    versions: dict[str, str] = Field(default_factory=dict, description="Model, versions, hashes of model and data.")

    @model_validator(mode="after")
    def _sound(self) -> Forecast:
        if self.outcomes not in (BINARY, MODES):
            raise ValueError(f"outcomes must be {', '.join(BINARY)} or {', '.join(MODES)}")
        if self.closes <= self.origin:
            raise ValueError(f"closes ({self.closes}) must be after origin ({self.origin})")
        for place, given in (
            ("probabilities", self.probabilities),
            ("base_rate", self.base_rate.probabilities),
            ("own_history", self.own_history.probabilities),
        ):
            if given is None:
                continue
            if len(given) != len(self.outcomes):
                raise ValueError(f"{place}: {len(given)} numbers for {len(self.outcomes)} outcomes")
            if not math.isclose(sum(given), 1, abs_tol=1e-6):
                raise ValueError(f"{place}: they sum to {sum(given):.6g}, not to 1")
        return self


class Resolution(Record):
    """What became of a forecast, as known on a day; a correction is another resolution."""

    forecast: Name
    outcome: Literal["no", "yes", "void", "none", "threat", "incursion", "strike", "war"]
    known: date = Field(description="Day up to which the evidence reaches.")
    evidence: Text = Field(min_length=3)
    address: Address = ""
    corrects: Text = Field(default="", description="Why an earlier resolution no longer holds; empty on the first.")
    versions: dict[str, str] = Field(default_factory=dict, description="Hashes of the data behind the evidence.")


def content(record: Record) -> dict[str, Any]:
    """Return the JSON data of an entry's content."""
    return record.model_dump(mode="json")
