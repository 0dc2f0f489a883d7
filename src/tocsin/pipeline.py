"""The main story, from a case folder to an assessment, top to bottom."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tocsin.assessment.build import build
from tocsin.assessment.game import DRAWS, Progress
from tocsin.assessment.model import Assessment
from tocsin.case.asof import as_of_date, known_on
from tocsin.case.load import load_case


def assess(
    case: str | Path,
    *,
    as_of: date | None = None,
    issued: date | None = None,
    seed: int = 1,
    draws: int = DRAWS,
    progress: Progress | None = None,
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
    return build(known, day, issued=issued or day, seed=seed, draws=draws, progress=progress)


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
