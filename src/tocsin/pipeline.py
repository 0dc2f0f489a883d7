"""The main story, from a case folder to an assessment, top to bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.assessment.build import build
from tocsin.assessment.game import DRAWS, Progress
from tocsin.assessment.model import Assessment
from tocsin.assessment.scenario_parts import ScenarioReading
from tocsin.case.asof import as_of_date, known_on
from tocsin.case.load import load_case
from tocsin.claims.judge import judge
from tocsin.indicators import run as indicators
from tocsin.scenarios.lab import DRAWS as LAB_DRAWS
from tocsin.scenarios.lab import SEED as LAB_SEED
from tocsin.scenarios.lab import Lab
from tocsin.scenarios.lab_parts import LabAnswer
from tocsin.scenarios.named import chosen
from tocsin.scenarios.run import run as run_scenarios

if TYPE_CHECKING:
    from tocsin.strategy.outputs import Solved


def assess(
    case: str | Path,
    *,
    as_of: date | None = None,
    issued: date | None = None,
    seed: int = 1,
    draws: int = DRAWS,
    progress: Progress | None = None,
    scenarios: Sequence[str] | None = None,
    overrides: Sequence[str] = (),
) -> Assessment:
    """Assess the risk of force between the two states of a case, in both directions.

    Parameters
    ----------
    case : str or Path
        Folder of a case, or the name of a built-in one.
    as_of : datetime.date, optional
        Last day of knowledge; default the case's cut-off. Nothing published later enters a number.
    issued : datetime.date, optional
        Day of issue printed on the report; default the as-of date, so that the same input gives the same bytes.
    seed : int
        Seed of every draw.
    draws : int
        Draws of the payoffs of the strategic game, which takes most of the time; 0 leaves its results out.
    progress : callable, optional
        Called with the number of games solved and the number of all.
    scenarios : sequence of str, optional
        Scenarios of the case to run beside the base, ``a+b`` joined in this order; default all, none if empty.
    overrides : sequence of str
        ``KEY=VALUE`` each: together one more scenario, called ``set``.

    Returns
    -------
    Assessment
        Frozen; ``.model_dump_json()`` gives what ``assessment.json`` holds.

    Raises
    ------
    CaseError
        If the case has faults or begins after the as-of date.

    Examples
    --------
    >>> from datetime import date
    >>> result = assess("armenia-azerbaijan", as_of=date(2025, 2, 1), draws=2)
    >>> sorted({(f.actor, f.target) for f in result.forecasts})
    [('ARM', 'AZE'), ('AZE', 'ARM')]
    """
    whole = load_case(case)
    day = as_of_date(whole, as_of)
    known = known_on(whole, day)
    wanted = chosen(whole, scenarios, overrides)
    first, second = _parts(progress, 2 * draws, draws if wanted else 0)
    # The base games are solved once, for the assessment and for the scenarios beside it.
    solved: Solved | None = {} if wanted else None
    built = build(known, day, issued=issued or day, seed=seed, draws=draws, progress=first, keep=solved)
    base = judge(known, built)
    watched = indicators.run(known, day, base.forecasts, seed=seed, draws=draws)
    base = base.model_copy(update={"indicators": watched})
    if not wanted:
        return base
    beside = run_scenarios(whole, day, scenarios, overrides, seed=seed, draws=draws, progress=second, known=solved)
    return base.model_copy(update={"scenarios": beside})


def scenario(
    case: str | Path,
    names: Sequence[str] | None = None,
    *,
    overrides: Sequence[str] = (),
    as_of: date | None = None,
    seed: int = 1,
    draws: int = DRAWS,
    progress: Progress | None = None,
) -> ScenarioReading:
    """Run scenarios of a case and return each beside its base, without the rest of the assessment.

    Parameters
    ----------
    case, as_of, seed, draws, progress
        As for ``assess``.
    names : sequence of str, optional
        Scenarios of the case, ``a+b`` joined in this order; default all, or none beside ``overrides``.
    overrides : sequence of str
        ``KEY=VALUE`` each: together one more scenario, called ``set``.

    Raises
    ------
    CaseError
        If the case or a scenario has faults, or a scenario asked for speaks of what was not yet known.

    Examples
    --------
    >>> found = scenario("armenia-azerbaijan", overrides=["regime.AZE=party"], draws=0)
    >>> found.results[0].changes[0].after
    'party'
    """
    whole = load_case(case)
    wanted = [] if names is None and overrides else names
    day = as_of_date(whole, as_of)
    return run_scenarios(whole, day, wanted, overrides, seed=seed, draws=draws, progress=progress)


def lab(
    case: str | Path, knobs: Mapping[str, str | float], *, seed: int = LAB_SEED, draws: int = LAB_DRAWS
) -> LabAnswer:
    """Return what the scenario lab of the dashboard shows for one state of its knobs.

    For the same changes and draws ``scenario`` gives the same numbers; the lab adds the base where a model feels
    nothing, and the precision of choice.

    Parameters
    ----------
    case : str or Path
        Folder of a case, or the name of a built-in one.
    knobs : mapping of str to str or float
        What is moved, as in the address of the page: ``{"deliveries.ARM": 2, "as_of": "2019"}``.
    seed, draws : int
        As for ``scenario``.

    Raises
    ------
    KnobError
        For a knob the case does not have, or a value it does not take; all at once.
    CaseError
        If the case has faults.

    Examples
    --------
    >>> lab("armenia-azerbaijan", {"deliveries.ARM": 2}, draws=2).sets
    ['arms.ARM.deliveries_factor=2']
    """
    found = Lab(load_case(case), name=str(case), draws=draws, seed=seed)
    return found.answer(found.read((name, f"{v:g}" if isinstance(v, float) else str(v)) for name, v in knobs.items()))


def _parts(progress: Progress | None, base: int, scenarios: int) -> tuple[Progress | None, Progress | None]:
    """Return what tells the progress of two stretches of work as parts of the whole."""
    if progress is None:
        return None, None
    said, total = progress, base + scenarios
    return lambda done, _: said(done, total), lambda done, _: said(base + done, total)


def write(assessment: Assessment, out: Path, *, pdf: bool = False) -> list[Path]:
    """Write assessment.json and report.html into a folder, each whole or not at all, and return their paths.

    Parameters
    ----------
    pdf : bool
        Write report.pdf too; needs the extra ``pdf``.

    Raises
    ------
    UsageError
        If the PDF is asked for and Typst is not installed; nothing is written then.
    """
    from tocsin.report import pdf as paper
    from tocsin.report.html import render

    if pdf:
        paper.require()
    out.mkdir(parents=True, exist_ok=True)
    page = render(assessment)
    paths = [
        _put(out / "assessment.json", (assessment.model_dump_json(indent=1) + "\n").encode()),
        _put(out / "report.html", page.encode()),
    ]
    if pdf:
        paths.append(_put(out / "report.pdf", paper.render(page, assessment.issued)))
    return paths


def _put(path: Path, content: bytes) -> Path:
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    return part.replace(path)
