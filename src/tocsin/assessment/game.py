"""The strategic game in both directions: how the case is read, and what the game says, conditional on its payoffs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.assessment.game_parts import (
    ForceSpread,
    GameChecks,
    GameMode,
    GameReading,
    GameResults,
    GameThreshold,
    HoldingsUsed,
    LamRow,
    OtherReading,
    OutsiderEffect,
    PendingEffect,
    PendingUsed,
    PowerUsed,
    PriorSpread,
    RecentUsed,
    RegimeUsed,
    StateUsed,
    SupplyUsed,
    Swing,
    Window,
)
from tocsin.assessment.parts import Provenance
from tocsin.assessment.power import rows_of
from tocsin.assessment.strategic import range_of
from tocsin.errors import ModelError
from tocsin.measures.power import ARMS_STOCK
from tocsin.parameters import parameters
from tocsin.strategy import mapping
from tocsin.strategy.game.questions import F_MAX, Threshold
from tocsin.strategy.game.setting import DRAWN
from tocsin.strategy.game.states import ACTIONS, NQ, X_LOW, X_STEP, Y
from tocsin.strategy.mapping import Situation, situation

if TYPE_CHECKING:
    from tocsin.case.load import Case
    from tocsin.strategy.outputs import Outputs, Solved, Spread

DRAWS = 64
STALE_YEARS = 3
# Last year of the event data behind the base rates by recent history.
RATES_UNTIL = 2014
NOT_ASKED = "the game was not asked for (no draws of its payoffs)"
WORDING = "Conditional on these payoffs, which nobody has measured; the ranges are a prior spread over draws of them."
Array = NDArray[np.float64]
# What is shown -> the lowest mode it counts.
MODES_SHOWN = {"force": 2, "strike": 3, "war": 4}


Progress = Callable[[int, int], None]


def games(
    case: Case,
    as_of: date,
    seed: int,
    draws: int = DRAWS,
    progress: Progress | None = None,
    keep: Solved | None = None,
) -> list[GameReading]:
    """Return the game of both directions, the second state of the case acting last.

    Parameters
    ----------
    case : Case
        As known on the as-of date.
    as_of : datetime.date
        The day.
    seed : int
        Seed of the weights of the two measures of power.
    draws : int
        Draws of the payoffs; with 0 the case is read and nothing solved.
    progress : callable, optional
        Called with the number of games done and the number of all.
    keep : dict, optional
        Receives the solutions.
    """
    out = []
    for i, actor in enumerate(case.pair):
        said = None if progress is None else _from(progress, i * draws, len(case.pair) * draws)
        out.append(reading(case, situation(case, as_of, actor), seed, draws, progress=said, keep=keep))
    return out


def _from(progress: Progress, before: int, total: int) -> Progress:
    return lambda done, _: progress(before + done, total)


def reading(
    case: Case,
    s: Situation,
    seed: int,
    draws: int,
    *,
    workers: int = 2,
    progress: Progress | None = None,
    keep: Solved | None = None,
) -> GameReading:
    """Return the game of one direction; where the case does not say enough, or nothing can be solved, why."""
    missing, results = list(s.missing), None
    if draws == 0:
        missing.append(NOT_ASKED)
    if not missing:
        from tocsin.strategy.outputs import outputs

        try:
            found = outputs(s, draws=draws, seed=seed, workers=workers, progress=progress, keep=keep)
            results = _results(found, s)
        except ModelError as error:
            missing = [str(error)]
    return GameReading(
        actor=s.actor,
        rival=s.rival,
        wording=WORDING,
        state=state_used(case, s),
        results=results,
        missing=missing,
        provenance=Provenance(
            computation="strategy.outputs.outputs",
            rows=sorted(
                {
                    *rows_of(case, "spending"),
                    *rows_of(case, ARMS_STOCK),
                    *(f"arms:{i}" for i in (s.backlog.rows if s.backlog else ())),
                    *(f"incidents:{i}" for i in ([s.recent.last] if s.recent.last else []) + list(s.recent.undecided)),
                    *(f"commitments:{i}" for i in (*s.monitors, *s.partners, *s.recent.treaty)),
                }
            ),
            sources=s.sources,
        ),
    )


def state_used(case: Case, s: Situation) -> StateUsed:
    """Return every number on the way from the case to the state of the game."""
    w = parameters("strategy")["w_measure"]
    return StateUsed(
        spending=PowerUsed(**asdict(s.spending)) if s.spending else None,
        stock=PowerUsed(**asdict(s.stock)) if s.stock else None,
        weight=(w.low, w.high),
        pending=PendingUsed(**asdict(s.backlog)) if s.backlog else None,
        recent=RecentUsed(**(asdict(s.recent))),
        holdings=_holdings(case, s, w.mode),
        supply=SupplyUsed(**asdict(s.supply)),
        monitors=list(s.monitors),
        partners=list(s.partners),
        regime=RegimeUsed(**asdict(s.regime)),
        notes=_notes(s),
    )


def _holdings(case: Case, s: Situation, weight: float) -> HoldingsUsed | None:
    prize = case.config.prize
    if prize is None or s.held is None or s.share is None or s.spending is None or s.stock is None:
        return None
    neutral = mapping.kernel(float(mapping.log_ratio(s, np.array([weight]))[0]))
    return HoldingsUsed(
        core=prize.core,
        around=prize.around,
        rule=prize.rule,
        since=s.held.since,
        share=s.share,
        neutral=neutral.tolist(),
        neutral_share=float(neutral @ Y),
        confidence=s.held.confidence,  # type: ignore[arg-type]
        sources=s.held.sources,
    )


def _notes(s: Situation) -> list[str]:
    """Return what a reader should know about the reading of the case."""
    out = []
    for power in (s.spending, s.stock):
        if power is not None and abs(power.r) > -X_LOW:
            out.append(
                f"by {power.measure} alone one side is over {np.exp(-X_LOW):.1f} times as strong: the grid ends there"
            )
    if s.backlog is not None and s.backlog.q > NQ - 1:
        out.append(f"pending arms come to {s.backlog.q:.1f} steps; the grid ends at {NQ - 1}")
    if s.backlog is not None and (n := s.backlog.actor_unvalued + s.backlog.rival_unvalued):
        out.append(
            f"{n} pending orders (rows) of unknown value are left out, which is not to say that they are worth nothing"
        )
    if s.recent.undecided:
        out.append(
            f"of {len(s.recent.undecided)} later incidents it is unknown whether ground changed hands: "
            f"{', '.join(s.recent.undecided)}"
        )
    if s.supply.state == "unknown":
        out.append(
            "whether the main supplier withholds is unknown; its long-run chance in the game stands in "
            f"({s.supply.why})"
        )
    if s.regime.year is not None and s.as_of.year - 1 - s.regime.year >= STALE_YEARS:
        out.append(f"the regime is that of {s.regime.year}, the last year coded")
    for power in (s.spending, s.stock):
        if power is not None and s.as_of.year - 1 - power.year >= STALE_YEARS:
            out.append(f"{power.measure} is that of {power.year}")
    if s.as_of.year <= RATES_UNTIL:
        out.append(
            f"base rates and habits rest on event data to {RATES_UNTIL}: seen from this day they carry hindsight, and "
            "so do the ranges of the payoffs"
        )
    return out


def _results(o: Outputs, s: Situation) -> GameResults:
    table = parameters("strategy")
    fallout = table["F"]
    c, checks = o.central, o.checks
    present = {"monitor": bool(s.monitors), "partner": bool(s.partners)}
    return GameResults(
        modes=[
            GameMode(
                mode=mode,  # type: ignore[arg-type]
                years=t + 1,
                probability=_at(o.modes, t, m),
                at_least=_at(o.at_least, t, m),
                base_rate=float(o.base[t, m]),
                base_rate_at_least=float(o.base_at_least[t, m]),
            )
            for t in range(len(o.base))
            for m, mode in enumerate(ACTIONS)
        ],
        win=_at(o.win),
        readings=[
            OtherReading(
                name=name,
                probability=_force(found),
                **{f"base_{mode}": float(o.readings_base[name][m]) for mode, m in MODES_SHOWN.items()},
            )
            for name, found in o.readings.items()
        ],
        pending=[PendingEffect(years=t + 1, added=_force(o.pending, t)) for t in range(len(o.base))],
        outsiders=[
            OutsiderEffect(
                name=n,  # type: ignore[arg-type]
                in_force=present[n],
                absent=_force(r, 0),
                present=_force(r, 1),
                change=_force(o.outsiders_change[n]),
            )
            for n, r in o.outsiders.items()
        ],
        window=Window(
            ratio=[_ratio(x) for x in range(len(o.window))],
            pending=list(range(o.window.shape[1])),
            probability=o.window.tolist(),
            ratio_now=PriorSpread(**{k: _ratio(float(v)) for k, v in asdict(o.x).items()}),
            pending_now=o.q,
            base_rate=c.base,
        ),
        level=o.level,
        deterring_fallout=_threshold(c.deterring),
        deterring_ratio=None if o.deterring_power is None else _ratio(o.deterring_power),
        break_even_fallout=_threshold(c.break_even),
        fallout_range=(fallout.low, fallout.mode, fallout.high),
        central=c.now,
        base_rate=c.base,
        lam_row=[
            LamRow(lam=lam, force=float(p[2:].sum()), strike=float(p[3:].sum()), war=float(p[4]))
            for lam, p in c.lam_row.items()
        ],
        tornado=[
            Swing(
                name=b.name,
                about=(table[b.name] if b.name in table else table[f"theta_{s.regime.kind}"]).about,
                low=b.low,
                high=b.high,
                at_low=b.at_low,
                at_high=b.at_high,
            )
            for b in c.tornado
        ],
        again=_at(o.again),
        spell=_at(o.spell),
        path=o.path.tolist(),
        parameters=[range_of(table[n]) for n in (*DRAWN, "w_measure", f"theta_{s.regime.kind}")],
        checks=GameChecks(
            **asdict(checks),
            central_gap=(c.certificate.gap_A, c.certificate.gap_B),
            central_bound=(c.certificate.bound_A, c.certificate.bound_B),
        ),
    )


def _ratio(x: float) -> float:
    """Return the rival's power over the actor's at a step of the grid."""
    return float(np.exp(X_LOW + X_STEP * x))


def _at(s: Spread, *place: int) -> PriorSpread:
    return PriorSpread(**{k: float(v[place] if place else v) for k, v in asdict(s).items()})


def _force(s: Spread, *place: int) -> ForceSpread:
    """Return P(incursion or worse), P(strike or war), P(war) from a spread whose last axis is the mode."""
    return ForceSpread(**{name: _at(s, *place, m) for name, m in MODES_SHOWN.items()})


def _threshold(t: Threshold) -> GameThreshold:
    return GameThreshold(value=t.value, searched=(0.0, F_MAX), at_low=t.at_low, at_high=t.at_high)
