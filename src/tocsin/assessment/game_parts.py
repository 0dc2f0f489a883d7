"""The parts of an assessment that hold the strategic game: how the case was read, and what the game says of it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from tocsin.assessment.parts import Confidence, Mode, Model, ParameterRange, Provenance


class PriorSpread(Model):
    """A number over draws of payoffs nobody has measured: a prior spread, not a confidence interval."""

    mean: float
    median: float
    low: float = Field(description="5 per cent quantile over the draws.")
    high: float = Field(description="95 per cent quantile over the draws.")


class PowerUsed(Model):
    """Relative power under one measure in the last year known for both states."""

    measure: str
    year: int
    actor: float
    rival: float
    r: float = Field(description="ln(rival / actor).")
    sources: list[str]


class PendingUsed(Model):
    """Arms ordered and not received by either state, and what they come to on the grid of the game."""

    actor: float = Field(description="Million TIV.")
    rival: float = Field(description="Million TIV.")
    actor_unvalued: int = Field(description="Pending rows of unknown value, left out.")
    rival_unvalued: int
    q: float = Field(
        description="Half the expected gain of the rival in ln(rival / actor), in steps of .2; at least 0."
    )
    rows: list[str]
    sources: list[str]


class RecentUsed(Model):
    """The history of force: weights of a treaty or ten quiet years, of neither, and of force in the last year."""

    last: str | None = Field(description="Last incident that killed, took ground or control; null if none is known.")
    day: date | None
    months: float | None
    undecided: list[str] = Field(description="Later incidents of which it is unknown whether they did.")
    treaty: list[str] = Field(description="Treaties between the two in force.")
    quiet: bool
    shares: tuple[float, float, float] = Field(description="By a ramp from 6 to 18 months; these enter.")
    abrupt: tuple[float, float, float] = Field(description="By a hard rule of 12 months, for comparison.")
    counted: tuple[float, float, float] | None = Field(description="If the undecided incidents did count.")
    sources: list[str]


class HoldingsUsed(Model):
    """Who holds the prize, by the dated rule of the case, beside a neutral kernel around what power supports."""

    core: str
    around: str
    rule: str
    since: date
    share: float = Field(description="The actor's share of the prize; this enters.")
    neutral: list[float] = Field(description="Weights of the shares .1, .3, .5, .7, .9 by the neutral kernel.")
    neutral_share: float = Field(description="The mean share by the neutral kernel.")
    confidence: Confidence
    sources: list[str]


class SupplyUsed(Model):
    """The rival's main supplier: open, withholding, or unknown."""

    supplier: str | None
    share: float | None
    state: Literal["open", "withheld", "unknown"]
    why: str
    sources: list[str]


class RegimeUsed(Model):
    """The actor's regime, from which its ruler's share of the costs is drawn."""

    kind: str | None
    category: str | None
    year: int | None
    missing: str | None
    sources: list[str]


class StateUsed(Model):
    """Every number on the way from the case to the state of the game."""

    spending: PowerUsed | None
    stock: PowerUsed | None
    weight: tuple[float, float] = Field(
        description="Range from which the weight of the arms stock is drawn, uniformly."
    )
    pending: PendingUsed | None
    recent: RecentUsed
    holdings: HoldingsUsed | None
    supply: SupplyUsed
    monitors: list[str] = Field(description="Monitoring missions in force on the rival's side.")
    partners: list[str] = Field(description="The rival's partnerships in force.")
    regime: RegimeUsed
    notes: list[str] = Field(description="What a reader should know about this reading.")


class GameMode(Model):
    """P(highest mode of force) within a horizon, always beside its base rate."""

    mode: Mode
    years: int
    probability: PriorSpread
    at_least: PriorSpread
    base_rate: float = Field(description="Had the actor acted as states with the same recent history do.")
    base_rate_at_least: float


class ForceSpread(Model):
    """P(incursion or worse), P(strike or war) and P(war), or differences of them."""

    force: PriorSpread
    strike: PriorSpread
    war: PriorSpread


class OtherReading(Model):
    """The same question within a year with one thing read differently."""

    name: str
    probability: ForceSpread
    base_force: float = Field(description="Base rate of an incursion or worse for the recent history so read.")
    base_strike: float
    base_war: float


class PendingEffect(Model):
    """What the rival's pending arms add, against the same situation with nothing on order."""

    years: int
    added: ForceSpread


class OutsiderEffect(Model):
    """P within a year without and with a monitoring mission, or a partner, of the rival."""

    name: Literal["monitor", "partner"]
    in_force: bool = Field(description="Whether the case has one in force: that is the number used elsewhere.")
    absent: ForceSpread
    present: ForceSpread
    change: ForceSpread = Field(description="Present less absent, draw by draw.")


class Window(Model):
    """The preventive window: mean P(strike or war) this year over relative power and pending arms."""

    ratio: list[float] = Field(description="Power of the rival over the actor's, at each x.")
    pending: list[int] = Field(description="Pending arms of the rival, in steps of x.")
    probability: list[list[float]] = Field(description="[x][pending].")
    ratio_now: PriorSpread
    pending_now: float
    base_rate: float


class GameThreshold(Model):
    """Where a quantity crosses a level; ``value`` is null if it does not within the range searched."""

    value: float | None
    searched: tuple[float, float]
    at_low: float
    at_high: float


class LamRow(Model):
    """P within a year at one precision of choice in the central game; habits calibrated for that precision."""

    lam: float
    force: float
    strike: float
    war: float


class Swing(Model):
    """P(strike or war) within a year at either end of one parameter's range, all else central."""

    name: str
    about: str
    low: float
    high: float
    at_low: float
    at_high: float


class GameChecks(Model):
    """How the solutions fared; games that failed enter no number."""

    draws: int
    failed: int = Field(description="Not solved.")
    uncertified: int = Field(description="Solved, but without a valid certificate.")
    restarted: int = Field(description="Solved once more from another start.")
    several: int = Field(
        description="Of these, came to another equilibrium. None found is no proof that there is none."
    )
    dear: int = Field(description="Draws behind outsiders and persistence.")
    worst_residual: float
    central_gap: tuple[float, float] = Field(description="What either state could gain by its best plan, at most.")
    central_bound: tuple[float, float] = Field(description="What theory allows these gaps to be.")


class GameResults(Model):
    """What the game says, conditional on its payoffs."""

    modes: list[GameMode]
    win: PriorSpread = Field(description="The actor's chance to win a war.")
    readings: list[OtherReading]
    pending: list[PendingEffect]
    outsiders: list[OutsiderEffect]
    window: Window
    level: float = Field(description="Yearly P(strike or war) regarded as deterred.")
    deterring_fallout: GameThreshold = Field(description="Fallout with third parties, yearly pies; central game.")
    deterring_ratio: float | None = Field(
        description="Rival's power over the actor's from which on P(strike or war) stays at the level; null if never."
    )
    break_even_fallout: GameThreshold = Field(description="Above it a strike is no better than doing nothing.")
    fallout_range: tuple[float, float, float] = Field(description="Range held plausible: low, mode, high.")
    central: float = Field(description="P(strike or war) within a year in the central game.")
    base_rate: float = Field(description="Base rate of a strike or war for the same recent history.")
    lam_row: list[LamRow]
    tornado: list[Swing]
    again: PriorSpread = Field(description="P(force next year | force this year).")
    spell: PriorSpread = Field(description="Years of force in a row, once begun.")
    path: list[float] = Field(description="Mean P(force in the year) 1, 2, .. years ahead.")
    parameters: list[ParameterRange] = Field(description="The ranges the payoffs are drawn from.")
    checks: GameChecks


class GameReading(Model):
    """The strategic game in one direction; ``results`` is null exactly if ``missing`` says why."""

    actor: str
    rival: str
    wording: str
    state: StateUsed
    results: GameResults | None
    missing: list[str]
    provenance: Provenance
