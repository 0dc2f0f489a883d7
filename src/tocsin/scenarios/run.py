"""Running scenarios: base and changed case through the same forecast, game and closed forms, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tocsin.assessment.game import NOT_ASKED, Progress
from tocsin.assessment.outlook import forecasts
from tocsin.assessment.parts import DyadForecast, Provenance
from tocsin.assessment.scenario_parts import ScenarioDirection, ScenarioReading, ScenarioResult
from tocsin.assessment.strategic import Draws, Measured, measured_shift, uniform_draws
from tocsin.case.asof import case_hash, known_on
from tocsin.errors import CaseError, Fault
from tocsin.scenarios import forecast, game, reading
from tocsin.scenarios.change import UnfitError, Work, carry_out
from tocsin.scenarios.keys import ORDER
from tocsin.scenarios.named import SET, Scenario, chosen, of_case
from tocsin.strategy.mapping import situation
from tocsin.strategy.outputs import Solved

if TYPE_CHECKING:
    from tocsin.case.load import Case

UNIFORM = 4096


@dataclass(frozen=True)
class Base:
    """What the models say of the case as known on a day; the game of a state that acts is None if too little is."""

    case: Case
    jobs: dict[str, game.Job | None]
    missing: dict[str, tuple[str, ...]]
    forecasts: list[DyadForecast]
    shift: Measured | None


@dataclass(frozen=True)
class Pairing:
    """A scenario carried out, beside its base, with the games to be solved for either state that acts."""

    scenario: Scenario
    base: Base
    work: Work
    jobs: dict[str, tuple[game.Job | None, game.Job | None, list[str]]]


def faults_of(case: Case) -> list[Fault]:
    """Return all faults of the scenarios of a case, also those that show only when they are carried out."""
    known, faults = of_case(case)
    for s in known.values() if not faults else ():
        day = s.as_of or case.config.case.cutoff
        try:
            carry_out(known_on(case, day), s.changes, day)
        except UnfitError as error:
            faults.append(Fault("case.toml", "unfit", str(error), column=f"scenarios.{s.name}"))
    return faults


def run(
    case: Case,
    as_of: date,
    names: Sequence[str] | None = None,
    sets: Sequence[str] = (),
    *,
    seed: int = 1,
    draws: int = 64,
    workers: int = 2,
    progress: Progress | None = None,
    known: Solved | None = None,
) -> ScenarioReading:
    """Run scenarios of a case and return each beside its base.

    Parameters
    ----------
    case : Case
        The whole case.
    as_of : datetime.date
        Last day of knowledge. A scenario with a day of its own is compared on that day, if it is not later.
    names, sets : sequence of str
        As for ``tocsin.scenarios.named.chosen``. With None all scenarios of the case are run, and those that speak of
        what was not yet known, or change nothing on the day, are left out; one asked for by name must fit.
    seed, draws, workers, progress
        As for the strategic game; with 0 draws it is left out.
    known : dict, optional
        Games of the base solved already, with the same draws.

    Raises
    ------
    CaseError
        If a scenario has faults, or one asked for does not fit the day.

    Examples
    --------
    >>> from tocsin.case.load import load_case
    >>> found = run(load_case("armenia-azerbaijan"), date(2025, 2, 1), ["monitors-leave"], draws=0)
    >>> found.results[0].changes[0].after
    'in force to 2025-01-31'
    """
    pairs, left_out = [], 0
    uniform = uniform_draws(UNIFORM, seed)
    bases: dict[date, Base] = {}
    for s in chosen(case, names, sets):
        try:
            pair = pairing(case, s, as_of, bases, uniform)
        except UnfitError as error:
            if names is not None or s.name == SET:
                raise CaseError(f"scenario '{s.name}' does not fit: {error}. Choose another --as-of date.") from error
            left_out += 1
            continue
        # One of the case that changes nothing on the day may tell of what came later.
        if names is None and s.name != SET and not pair.work.changes:
            left_out += 1
            continue
        pairs.append(pair)
    names_ = {code: info.name for code, info in case.config.states.items()}
    # Where the game reads nothing differently, nothing need be solved.
    felt = [j for p in pairs for b, s, _ in p.jobs.values() if b and s and game.differs(b, s, names_) for j in (b, s)]
    asked = list({id(j): j for j in felt}.values()) if draws else []
    tables = game.solve_all(asked, draws, seed, workers=workers, progress=progress, known=known) if asked else []
    solved = {id(j): t for j, t in zip(asked, tables, strict=True)}
    results = [_result(p, solved, uniform, names_, draws) for p in pairs]
    return ScenarioReading(order=ORDER, draws=draws, results=results, left_out=left_out)


def base_on(case: Case, day: date, uniform: Draws) -> Base:
    """Return what the models say of a case as known on a day, the games not yet solved."""
    known = known_on(case, day)
    found = {actor: situation(known, day, actor) for actor in known.pair}
    jobs = {actor: None if s.missing else game.Job(s) for actor, s in found.items()}
    missing = {actor: s.missing for actor, s in found.items()}
    return Base(known, jobs, missing, forecasts(known, day), measured_shift(known, day, uniform[:, :6]))


def pairing(case: Case, s: Scenario, as_of: date, bases: dict[date, Base], uniform: Draws) -> Pairing:
    """Return a scenario carried out beside its base; ``bases`` keeps those of other days.

    Raises
    ------
    UnfitError
        If it says nothing of the day.
    """
    day = s.as_of or as_of
    if day > as_of:
        raise UnfitError(f"it is about {day}, after the as-of date {as_of}")
    base = bases[day] = bases.get(day) or base_on(case, day, uniform)
    work = carry_out(base.case, s.changes, day)
    jobs = {}
    known = [(base.case, j.situation) for j in base.jobs.values() if j is not None]
    for actor, old in base.jobs.items():
        after = situation(work.case, day, actor, known)
        known.append((work.case, after))
        payoffs = tuple(sorted(work.payoffs.get(actor, {}).items()))
        new = None if after.missing else game.Job(after, payoffs, old)
        jobs[actor] = (old, new, list(dict.fromkeys([*base.missing[actor], *after.missing])))
    return Pairing(s, base, work, jobs)


def _result(p: Pairing, solved: dict[int, Draws], uniform: Draws, names: dict[str, str], draws: int) -> ScenarioResult:
    day, changed = p.work.as_of, p.work.case
    both = p.base.forecasts, forecasts(changed, day)
    shift = measured_shift(changed, day, uniform[:, :6])
    a, b = changed.pair
    directions = []
    for actor, rival, sign in ((a, b, 1), (b, a, -1)):
        said = next((e for e in p.scenario.expects if e.actor == actor), None)
        expected = said.change if said else None
        old, new, missing = p.jobs[actor]
        missing = [*missing, *([] if draws else [NOT_ASKED])]
        directions.append(
            ScenarioDirection(
                actor=actor,
                rival=rival,
                expected=expected,
                expected_why=said.why if said else None,
                forecast=forecast.moved(p.base.case, changed, day, actor, both, expected),
                game=game.moved(old, new, solved, missing, names, expected),
                reading=reading.moved(p.base.shift, shift, sign, uniform, expected),
            )
        )
    rows = sorted({o.key for o in p.scenario.changes})
    return ScenarioResult(
        name=p.scenario.name,
        title=p.scenario.title,
        why=p.scenario.why,
        as_of=day,
        changes=p.work.changes,
        notes=p.work.notes,
        directions=directions,
        base_sha256=case_hash(p.base.case),
        scenario_sha256=case_hash(changed),
        provenance=Provenance(computation="scenarios.run.run", rows=[f"scenarios:{r}" for r in rows]),
    )
