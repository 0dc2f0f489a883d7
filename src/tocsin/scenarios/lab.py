"""The scenario lab: a state of the knobs in, base beside scenario out, fast enough to be moved by hand.

The numbers are those of ``tocsin.scenarios.run`` for the same changes and the same number of draws: the same case is
changed, read and forecast by the same functions. What is kept between two answers is the base of a day and the games
already solved, which depend on regime, outsiders and payoffs alone.
"""

from __future__ import annotations

import shlex
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from tocsin.assessment.outlook import forecasts
from tocsin.assessment.scenario_parts import ForecastMoved, InputChange, ReadingMoved
from tocsin.assessment.strategic import measured_shift, uniform_draws
from tocsin.errors import CaseError, fault_list
from tocsin.scenarios import forecast, game, positions, reading
from tocsin.scenarios import knobs as k
from tocsin.scenarios.change import UnfitError
from tocsin.scenarios.keys import FALLOUT_FACTOR, KINDS
from tocsin.scenarios.lab_parts import GameSide, LabAnswer, LabDirection, rows_of
from tocsin.scenarios.named import from_sets
from tocsin.scenarios.run import UNIFORM, Base, Pairing, base_on, pairing
from tocsin.scenarios.solved import GameKey, Games, Solved, tails_of

if TYPE_CHECKING:
    from tocsin.case.load import Case
    from tocsin.strategy.game.setting import Array

# Draws of the payoffs behind an answer: few, so that it comes within a second.
DRAWS = 8
SEED = 1
FULL = 64
DAYS, STATES, PARTS, ANSWERS = 16, 128, 256, 128
# Knobs that move the record of force, and those that move arms.
OF_FORCE = ("quiet", "event")
OF_ARMS = ("deliveries", "supplier")
T = TypeVar("T")
NOT_YET = "the games of this state are still being solved"


class Kept(Generic[T]):
    """The last results by key, up to a number."""

    def __init__(self, most: int) -> None:
        """Keep nothing yet."""
        self._most, self._lock = most, Lock()
        self._found: OrderedDict[Hashable, T] = OrderedDict()

    def look(self, key: Hashable) -> T | None:
        """Return what is kept."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: Hashable, value: T) -> None:
        """Keep a result; the one longest unused goes."""
        with self._lock:
            self._found[key] = value
            while len(self._found) > self._most:
                self._found.popitem(last=False)

    def get(self, key: Hashable, work: Callable[[], T]) -> T:
        """Return what is kept, or found now."""
        known = self.look(key)
        if known is None:
            known = work()
            self.put(key, known)
        return known


@dataclass(frozen=True)
class Day:
    """A day of the case: what the models say of the base, and what can be moved."""

    base: Base
    knobs: dict[str, k.Knob]


@dataclass(frozen=True)
class Prepared:
    """A state carried out, all but the games."""

    state: positions.State
    sets: list[str]
    idle: list[str]
    changes: list[InputChange]
    notes: list[str]
    forecasts: dict[str, ForecastMoved]
    readings: dict[str, ReadingMoved]
    jobs: dict[str, tuple[game.Job | None, game.Job | None, list[str]]]


class Lab:
    """A case under the hands of people.

    Parameters
    ----------
    case : Case
        The whole case.
    games : Games, optional
        Games already solved, best shared by all cases.
    name : str, optional
        How commands shown call the case; default its name.
    draws, seed : int
        As for ``tocsin.scenario``.
    """

    def __init__(
        self, case: Case, games: Games | None = None, *, name: str | None = None, draws: int = DRAWS, seed: int = SEED
    ) -> None:
        """Keep nothing yet."""
        self.case, self.games, self.name = case, games or Games(), name or case.name
        self.draws, self.seed = draws, seed
        self.day = lru_cache(maxsize=DAYS)(self._day)
        self._prepared = lru_cache(maxsize=STATES)(self._prepare)
        self._forecasts: Kept[dict[str, ForecastMoved]] = Kept(PARTS)
        self._readings: Kept[dict[str, ReadingMoved]] = Kept(PARTS)
        self._answers: Kept[LabAnswer] = Kept(ANSWERS)

    def read(self, pairs: Iterable[tuple[str, str]]) -> positions.State:
        """Return the state that the parameters of an address set.

        Raises
        ------
        KnobError
            If they set none.
        """
        return positions.read(self.case, self.day(self.case.config.case.cutoff).knobs, pairs)

    def answer(self, state: positions.State, seconds: float | None = None) -> LabAnswer:
        """Return base beside scenario.

        Parameters
        ----------
        state : State
            From ``read``.
        seconds : float, optional
            Longest wait for games not solved before; then the draws solved so far stand, and the answer says so.

        Raises
        ------
        CaseError
            If the state says nothing of the day.
        """
        known = self._answers.look(state)
        if known is not None:
            return known
        p, base = self._prepared(state), self.day(state.as_of).base
        n, tables = self._solve(p, seconds)
        out = self._put_together(p, base, n, tables)
        if out.complete:
            self._answers.put(state, out)
        return out

    def warm(self, as_of: date) -> None:
        """Have the games solved, when nothing more urgent is to be done, that lie one move away from the base."""
        keys: list[game.JobKey] = []
        for job in self.day(as_of).base.jobs.values():
            if job is not None:
                regime, monitor, partner, _ = job.key
                keys.append(job.key)
                keys += [(regime, not monitor, partner, ())]
                keys += [(r, monitor, partner, ()) for r in KINDS]
                low, high, step = k.FALLOUT
                factors = [f for f in np.arange(low, high + step, step) if f != 1]
                keys += [(regime, monitor, partner, ((FALLOUT_FACTOR, float(f)),)) for f in factors]
        for key in dict.fromkeys(keys):
            self.games.ask(self._keys(key, None), urgent=False)

    def _day(self, as_of: date) -> Day:
        base = base_on(self.case, as_of, _uniform(self.seed))
        return Day(base, {x.name: x for x in k.knobs(self.case, base.case, as_of)})

    def _prepare(self, state: positions.State) -> Prepared:
        here = self.day(state.as_of)
        base = here.base
        sets, idle = positions.sets(base.case, state, here.knobs)
        if not sets:
            jobs = {a: (j, j, list(base.missing[a])) for a, j in base.jobs.items()}
            return self._nothing_set(state, idle, base, jobs)
        scenario, faults = from_sets(self.case, sets)
        if faults:
            raise CaseError(fault_list("This state cannot stand", faults, "Nothing was computed."))
        try:
            p = pairing(self.case, scenario, state.as_of, {state.as_of: base}, _uniform(self.seed))
        except UnfitError as error:
            raise CaseError(f"this state does not fit {state.as_of}: {error}.") from error
        return Prepared(
            state,
            sets,
            idle,
            p.work.changes,
            p.work.notes,
            self._forecast(p, state),
            self._reading(p, state),
            p.jobs,
        )

    def _nothing_set(
        self,
        state: positions.State,
        idle: list[str],
        base: Base,
        jobs: dict[str, tuple[game.Job | None, game.Job | None, list[str]]],
    ) -> Prepared:
        unmoved = ForecastMoved(rows=[], unmoved=forecast.NOT_CHANGED, found="not felt")
        uniform = _uniform(self.seed)
        readings = {
            a: reading.moved(base.shift, base.shift, sign, uniform, None)
            for a, sign in zip(self.case.pair, (1, -1), strict=True)
        }
        return Prepared(state, [], idle, [], [], dict.fromkeys(self.case.pair, unmoved), readings, jobs)

    def _forecast(self, p: Pairing, state: positions.State) -> dict[str, ForecastMoved]:
        # The forecast reads the record of force alone, so that what moves nothing else is found once.
        moved = tuple(x for x in state.knobs if x[0].partition(".")[0] in OF_FORCE)
        return self._forecasts.get((state.as_of, moved), lambda: self._new_forecast(p))

    def _new_forecast(self, p: Pairing) -> dict[str, ForecastMoved]:
        day, changed = p.work.as_of, p.work.case
        if why := forecast.unmoved(p.base.case, changed, day):
            return dict.fromkeys(changed.pair, ForecastMoved(rows=[], unmoved=why, found="not felt"))
        both = p.base.forecasts, forecasts(changed, day)
        return {a: forecast.felt(a, both, None) for a in changed.pair}

    def _reading(self, p: Pairing, state: positions.State) -> dict[str, ReadingMoved]:
        # The closed forms read spending and arms alone.
        moved = tuple(x for x in state.knobs if x[0].partition(".")[0] in OF_ARMS)
        return self._readings.get((state.as_of, moved), lambda: self._new_reading(p))

    def _new_reading(self, p: Pairing) -> dict[str, ReadingMoved]:
        old, new, uniform = p.base.case, p.work.case, _uniform(self.seed)
        same = all(new.tables[t] is old.tables[t] for t in ("capabilities", "arms"))
        shift = p.base.shift if same else measured_shift(new, p.work.as_of, uniform[:, :6])
        return {
            a: reading.moved(p.base.shift, shift, sign, uniform, None)
            for a, sign in zip(new.pair, (1, -1), strict=True)
        }

    def _keys(self, key: game.JobKey, lam: float | None) -> list[GameKey]:
        if lam is not None:
            return [GameKey(*key, draw=None, lam=lam)]
        return [GameKey(*key, draw=i) for i in range(self.draws)]

    def _solve(self, p: Prepared, seconds: float | None) -> tuple[int, dict[int, Array]]:
        """Return how many draws were solved for every game asked for, and the chances by job and draw."""
        lam = p.state.lam
        jobs = {id(j): j for old, new, _ in p.jobs.values() for j in (old, new) if old is not None and j is not None}
        until = None if seconds is None else monotonic() + seconds
        # All are asked for before any is waited for.
        keys = {i: self._keys(j.key, lam) for i, j in jobs.items()}
        for asked in keys.values():
            self.games.ask(asked)
        solved: dict[int, list[Solved | None]] = {}
        for i, asked in keys.items():
            solved[i] = self.games.solved(asked, None if until is None else until - monotonic())
        n = min((_leading(found) for found in solved.values()), default=0)
        return n, {i: self._chances(jobs[i], solved[i][:n], lam) for i in jobs} if n else {}

    def _chances(self, job: game.Job, solved: Sequence[Solved | None], lam: float | None) -> Array:
        """Return P(highest mode >= each mode from an incursion on) by draw and year; NaN where a game has no answer."""
        from tocsin.parameters import parameters
        from tocsin.strategy.mapping import main_mix
        from tocsin.strategy.outputs import YEARS

        weights = _weights(self.draws, self.seed) if lam is None else [parameters("strategy")["w_measure"].mode]
        out = np.full((len(solved), YEARS, 5), np.nan)
        for i, one in enumerate(solved):
            if one is not None and one.table is not None:
                out[i] = tails_of(one.table, main_mix(job.situation, one.setting, float(weights[i])))
        return out

    def _put_together(self, p: Prepared, base: Base, n: int, tables: dict[int, Array]) -> LabAnswer:
        lam, pair = p.state.lam, self.case.pair
        wanted = 1 if lam is not None else self.draws
        names = {code: info.name for code, info in self.case.config.states.items()}
        directions = []
        asked = any(old is not None for old, _, _ in p.jobs.values())
        for actor, rival in (pair, pair[::-1]):
            old, new, missing = p.jobs[actor]
            missing = [*missing, *([] if n or missing else [NOT_YET])]
            moved = game.moved(old, new, tables, missing, names, None)
            side = GameSide(
                moved,
                None if old is None or not n else tables[id(old)],
                None if old is None else old.situation.recent.shares,
                None if new is None else new.situation.recent.shares,
                spread=lam is None,
            )
            directions.append(
                LabDirection(
                    actor=actor,
                    rival=rival,
                    rows=rows_of(base.forecasts, actor, p.forecasts[actor], side, missing),
                    forecast_unmoved=p.forecasts[actor].unmoved if p.sets else None,
                    game_unmoved=moved.unmoved if p.sets else None,
                    game_missing=missing,
                    game_read=moved.read,
                    used=side.used,
                    higher=moved.higher if lam is None else None,
                    reading=p.readings[actor],
                )
            )
        return LabAnswer(
            case=self.case.name,
            title=self.case.config.case.title,
            names=names,
            as_of=p.state.as_of,
            state=dict(p.state.knobs),
            sets=p.sets,
            lam=lam,
            draws=n if lam is None else 0,
            draws_wanted=self.draws,
            complete=n == wanted or not asked,
            changes=p.changes,
            notes=p.notes,
            idle=p.idle,
            directions=directions,
            command=self.command(p),
        )

    def command(self, p: Prepared) -> str | None:
        """Return the command that runs the same with the full number of draws; None with a precision of choice set."""
        if p.state.lam is not None or not p.sets:
            return None
        parts = ["tocsin", "scenario", self.name, *(x for s in p.sets for x in ("--set", s))]
        return shlex.join([*parts, "--as-of", p.state.as_of.isoformat(), "--draws", str(FULL)])


def _leading(found: Sequence[Solved | None]) -> int:
    """Return how many draws are solved before the first that is not."""
    return next((i for i, one in enumerate(found) if one is None), len(found))


@lru_cache(maxsize=4)
def _uniform(seed: int) -> Array:
    return uniform_draws(UNIFORM, seed)


@lru_cache(maxsize=16)
def _weights(draws: int, seed: int) -> Array:
    from tocsin.strategy.outputs import weight_draws

    return weight_draws(draws, seed)
