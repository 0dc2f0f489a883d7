"""What the scenario lab answers: one row per model, mode and horizon, base and scenario side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from pydantic import Field

from tocsin.assessment.game import MODES_SHOWN
from tocsin.assessment.parts import DyadForecast, Interval, Mode, Model
from tocsin.assessment.scenario_parts import ForecastMoved, GameMoved, InputChange, ReadingMoved
from tocsin.scenarios import game
from tocsin.scenarios.forecast import GRAVE
from tocsin.strategy.game.setting import BASE_RATES, Array
from tocsin.strategy.outputs import LEVEL

# Mode -> its name in a spread.
SPREADS = {"incursion": "force", "strike": "strike", "war": "war"}
UNSOLVED = "no game could be solved and certified"


class LabRow(Model):
    """P(highest mode >= this one) within a horizon by one model, base and scenario."""

    model: Literal["forecast", "game"]
    mode: Mode
    horizon_months: int
    base: Interval
    scenario: Interval | None = Field(description="Null where the model cannot feel what is set, or nothing is set.")
    change: Interval | None = Field(description="Scenario less base; of the game draw by draw.")
    base_rate: float | None = Field(
        description="Forecast: frequency in the class of the dyad. Game: yearly rate after the same history of force."
    )
    base_rate_scenario: float | None


class LabDirection(Model):
    """One direction of the dyad."""

    actor: str
    rival: str
    rows: list[LabRow]
    forecast_unmoved: str | None = Field(description="Why the forecast cannot feel what is set.")
    game_unmoved: str | None = Field(description="Why the game cannot feel what is set.")
    game_missing: list[str] = Field(description="Why the game says nothing.")
    game_read: list[InputChange] = Field(description="What the game reads differently.")
    used: int = Field(description="Games solved and certified, of those asked for.")
    higher: float | None = Field(description="Share of draws in which a strike or war within a year is more likely.")
    reading: ReadingMoved


class LabAnswer(Model):
    """The lab's answer to one state of its knobs."""

    case: str
    title: str
    names: dict[str, str]
    as_of: date
    state: dict[str, str] = Field(description="The knobs that were moved.")
    sets: list[str] = Field(description="The same as KEY=VALUE of `tocsin scenario --set`.")
    lam: float | None = Field(description="Precision of choice of the central game; null: as drawn.")
    draws: int = Field(description="Draws of the payoffs behind the game; 0 with a precision of choice set.")
    draws_wanted: int
    complete: bool = Field(description="Whether all games are solved; if not, ask again in a moment.")
    changes: list[InputChange]
    notes: list[str]
    idle: list[str] = Field(description="What is set and does nothing on the day.")
    directions: list[LabDirection]
    command: str | None = Field(description="Command that runs the same with the full number of draws.")


@dataclass(frozen=True)
class GameSide:
    """The game of one direction: what moved, the chances of the base by draw, and the histories of force."""

    moved: GameMoved
    base: Array | None
    history: tuple[float, float, float] | None
    history_scenario: tuple[float, float, float] | None
    spread: bool

    @property
    def used(self) -> int:
        """Games that entered."""
        if self.moved.rows:
            return self.moved.used
        return 0 if self.base is None else int((~np.isnan(self.base[:, 0, 0])).sum())


def rows_of(
    base: list[DyadForecast], actor: str, moved: ForecastMoved, side: GameSide, missing: list[str]
) -> list[LabRow]:
    """Return all rows of one direction: the forecast, then the game."""
    out = []
    felt = {(r.mode, r.horizon_months): r for r in moved.rows}
    for f in (f for f in base if f.actor == actor):
        for m in (m for m in f.modes if m.mode in GRAVE):
            r = felt.get((m.mode, f.horizon_months))
            out.append(
                LabRow(
                    model="forecast",
                    mode=m.mode,
                    horizon_months=f.horizon_months,
                    base=m.at_least,
                    scenario=r.scenario if r else None,
                    change=r.change if r else None,
                    base_rate=m.base_rate_at_least,
                    base_rate_scenario=r.base_rate_scenario if r else None,
                )
            )
    return out + _game_rows(side, missing)


def _game_rows(side: GameSide, missing: list[str]) -> list[LabRow]:
    from tocsin.strategy.outputs import YEARS

    out: list[LabRow] = []
    base = None if side.base is None else side.base[~np.isnan(side.base[:, 0, 0])]
    why = "; ".join(missing) or UNSOLVED
    for t in range(YEARS):
        row = side.moved.rows[t] if side.moved.rows else None
        alone = None if base is None or not len(base) else game.force(base[:, t])
        for mode, name in SPREADS.items():

            def of(found: object, name: str = name) -> Interval:
                s = getattr(found, name)
                if not side.spread:
                    return Interval(value=s.mean)
                return Interval(value=s.mean, low=s.low, high=s.high, level=LEVEL)

            nothing = Interval(value=None, missing=why)
            out.append(
                LabRow(
                    model="game",
                    mode=mode,  # type: ignore[arg-type]
                    horizon_months=12 * (t + 1),
                    base=of(row.base) if row else of(alone) if alone else nothing,
                    scenario=of(row.scenario) if row else None,
                    change=of(row.change) if row else None,
                    base_rate=_rate(side.history, name) if t == 0 else None,
                    base_rate_scenario=_rate(side.history_scenario, name) if t == 0 and row else None,
                )
            )
    return out


def _rate(history: tuple[float, float, float] | None, name: str) -> float | None:
    """Return the yearly base rate of a mode or a graver one after a mix of histories."""
    return None if history is None else float(np.array(history) @ BASE_RATES[:, MODES_SHOWN[name] :].sum(1))
