"""The indicators of a case with what each would change, by the same machinery as scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tocsin.assessment.game import NOT_ASKED
from tocsin.assessment.indicator_parts import (
    Effect,
    Indicator,
    IndicatorEffect,
    IndicatorReading,
    Observation,
)
from tocsin.assessment.outlook import forecasts
from tocsin.assessment.parts import DyadForecast, Interval, Provenance
from tocsin.assessment.scenario_parts import GameMoved
from tocsin.case.asof import known_on
from tocsin.errors import CaseError, Fault, fault_list
from tocsin.indicators import events, speech, supplies
from tocsin.indicators.watch import Watch
from tocsin.scenarios import forecast, game
from tocsin.scenarios.change import UnfitError, Work, carry_out
from tocsin.scenarios.read import overrides
from tocsin.schema import source_keys
from tocsin.strategy.mapping import situation

if TYPE_CHECKING:
    from tocsin.case.load import Case

# Draws of the payoffs: fewer than in the main reading, so that watching costs seconds. Differences are paired by draw.
DRAWS = 16
MONTHS = 12


def watches(case: Case, as_of: date) -> list[Watch]:
    """Return the indicators of a case, each with its present state and the last observation of its kind.

    Parameters
    ----------
    case : Case
        As known on the day.
    as_of : datetime.date
        The day.

    Examples
    --------
    >>> from tocsin.case.asof import known_on
    >>> from tocsin.case.load import load_case
    >>> day = date(2025, 2, 1)
    >>> found = {w.id: w for w in watches(known_on(load_case("armenia-azerbaijan"), day), day)}
    >>> found["treaty"].present
    'no treaty between the two is in force'
    """
    out: list[Watch | None] = []
    for state in case.pair:
        out += [
            events.deadly(case, as_of, state),
            supplies.order(case, as_of, state),
            supplies.delivery(case, as_of, state),
            supplies.supplier(case, as_of, state),
            supplies.spending(case, as_of, state),
            events.ties(case, as_of, state),
            events.regime(case, as_of, state),
            speech.demand(case, as_of, state),
            speech.threat(case, as_of, state),
        ]
    out += [*events.missions(case, as_of), events.treaty(case, as_of), *_own(case)]
    return [w for w in out if w is not None]


def _own(case: Case) -> list[Watch]:
    """Return the indicators that stand in case.toml."""
    out = []
    for i in case.config.indicators:
        last = None
        if i.seen is not None:
            text = i.seen_text or i.title
            last = Observation(
                date=i.seen, precision="day", text=text, row="case.toml:indicators", sources=source_keys(i.source)
            )
        tree = i.set or {}
        why = "" if tree else "the case ties it to no input of a model"
        out.append(Watch(i.name, "own", None, i.title, i.watch, i.present, last, tree, why, "case.toml"))
    return out


def faults_of(case: Case) -> list[Fault]:
    """Return all faults of the keys that the case's own indicators set."""
    day = case.config.case.cutoff
    out: list[Fault] = []
    for i in case.config.indicators:
        changes, faults = overrides(case, i.set, i.name, "case.toml")
        out += faults
        try:
            if not faults:
                carry_out(known_on(case, day), changes, day)
        except UnfitError as error:
            out.append(Fault("case.toml", "unfit", str(error), column=f"indicators.{i.name}"))
    return out


@dataclass(frozen=True)
class _Told:
    """An indicator with the case as the models are told of it, and the games to be solved by state that acts."""

    watch: Watch
    work: Work | None
    why: str
    jobs: dict[str, game.Job | None]


def run(
    case: Case,
    as_of: date,
    base: Sequence[DyadForecast],
    *,
    seed: int = 1,
    draws: int = DRAWS,
    workers: int = 2,
) -> IndicatorReading:
    """Return what to watch: each indicator with the change it would bring, the largest first.

    Parameters
    ----------
    case : Case
        As known on the day.
    as_of : datetime.date
        The day.
    base : sequence of DyadForecast
        The forecasts of the assessment.
    seed : int
        Seed of the weights of the two measures of power.
    draws : int
        Draws of the payoffs of the game, at most ``DRAWS``; with 0 it is left out.
    workers : int
        Threads; the numbers do not depend on it.

    Raises
    ------
    CaseError
        If an indicator of case.toml has faults.
    """
    draws = min(draws, DRAWS)
    found = {actor: situation(case, as_of, actor) for actor in case.pair}
    before = {actor: None if s.missing else game.Job(s) for actor, s in found.items()}
    names = {code: info.name for code, info in case.config.states.items()}
    told = [_told(case, as_of, w, before) for w in watches(case, as_of)]
    pairs = [(old, new) for t in told for a in case.pair if (old := before[a]) and (new := t.jobs.get(a))]
    asked = list({id(j): j for old, new in pairs if game.differs(old, new, names) for j in (old, new)}.values())
    tables = game.solve_all(asked, draws, seed, workers=workers) if draws and asked else []
    solved = {id(j): t for j, t in zip(asked, tables, strict=False)}
    out = []
    for t in told:
        effects = []
        if t.work is not None:
            numb = forecast.unmoved(case, t.work.case, as_of)
            after = None if numb else forecasts(t.work.case, as_of)
            for actor, rival in (case.pair, case.pair[::-1]):
                missing = [*found[actor].missing, *([] if draws else [NOT_ASKED])]
                effects.append(
                    IndicatorEffect(
                        actor=actor,
                        rival=rival,
                        forecast=_by_forecast(base, after, actor, numb),
                        game=_by_game(game.moved(before[actor], t.jobs[actor], solved, missing, names, None)),
                    )
                )
        out.append(_indicator(t, effects))
    return IndicatorReading(
        draws=draws,
        indicators=sorted(out, key=lambda i: (-size(i), i.why_not is not None)),
        provenance=Provenance(computation="indicators.run.run", rows=sorted(i.last.row for i in out if i.last)),
    )


def size(i: Indicator) -> float:
    """Return the largest change, of either model in either direction, by which indicators are put in order."""
    changes = [e.change.value for d in i.effects for e in (d.forecast, d.game)]
    return max((abs(c) for c in changes if c is not None), default=0.0)


def _told(case: Case, as_of: date, w: Watch, before: dict[str, game.Job | None]) -> _Told:
    if w.why_not or not w.tree:
        return _Told(w, None, w.why_not, {})
    changes, faults = overrides(case, w.tree, w.id, "case.toml")
    if faults:
        raise CaseError(fault_list(f"the indicator '{w.id}' has faults", faults, "Nothing was run."))
    try:
        work = carry_out(case, changes, as_of)
    except UnfitError as error:
        return _Told(w, None, str(error), {})
    jobs = {}
    for actor, old in before.items():
        after = situation(work.case, as_of, actor)
        payoffs = tuple(sorted(work.payoffs.get(actor, {}).items()))
        jobs[actor] = None if after.missing else game.Job(after, payoffs, old)
    return _Told(w, work, "", jobs)


def _by_forecast(base: Sequence[DyadForecast], after: list[DyadForecast] | None, actor: str, why: str | None) -> Effect:
    now, rate = _strike(base, actor)
    if after is None:
        return Effect(felt="not felt", base=now.value, base_rate=rate, change=_none(why), why=why)
    change = forecast.difference(now, _strike(after, actor)[0])
    felt = "unknown" if change.value is None else "felt"
    return Effect(felt=felt, base=now.value, base_rate=rate, change=change, why=change.missing)  # type: ignore[arg-type]


def _strike(found: Sequence[DyadForecast], actor: str) -> tuple[Interval, float]:
    f = next(f for f in found if f.actor == actor and f.horizon_months == MONTHS)
    m = next(m for m in f.modes if m.mode == "strike")
    return m.at_least, m.base_rate_at_least


def _by_game(m: GameMoved) -> Effect:
    if not m.rows:
        why = m.unmoved or "; ".join(m.missing)
        felt = "not felt" if m.unmoved else "unknown"
        return Effect(felt=felt, base=None, base_rate=m.base_rate, change=_none(why), why=why)  # type: ignore[arg-type]
    row, c = m.rows[0], m.rows[0].change.strike
    change = Interval(value=c.mean, low=c.low, high=c.high, level=0.9)
    return Effect(felt="felt", base=row.base.strike.mean, base_rate=m.base_rate, change=change, why=None)


def _none(why: str | None) -> Interval:
    return Interval(value=None, missing=why)


def _indicator(t: _Told, effects: list[IndicatorEffect]) -> Indicator:
    w = t.watch
    return Indicator(
        id=w.id,
        kind=w.kind,
        state=w.state,
        title=w.title,
        watch=w.watch,
        present=w.present,
        last=w.last,
        assumed=t.work.changes if t.work else [],
        notes=t.work.notes if t.work else [],
        why_not=t.why or None,
        effects=effects,
        origin=w.origin,
    )
