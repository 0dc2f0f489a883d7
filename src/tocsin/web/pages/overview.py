"""The first page: every case with its headline numbers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import Interval
from tocsin.assessment.words import likelihood_word
from tocsin.case.load import Case
from tocsin.errors import TocsinError
from tocsin.web.cases import Place
from tocsin.web.results import Results
from tocsin.web.sections import arrived
from tocsin.web.site import parameters, render, results

# Seconds to wait for what is not there yet; then the page comes without it.
MOMENT = 0.7
CARDS = 60


@dataclass(frozen=True)
class Head:
    """P(strike or war) within twelve months in one direction."""

    who: str
    p: Interval
    word: str
    base: float


@dataclass(frozen=True)
class Entry:
    """A case on the first page; what is not known yet is empty."""

    place: Place
    case: Case | None = None
    faults: int = 0
    heads: tuple[Head, ...] = ()
    wrong: str = ""


def heads(a: Assessment) -> tuple[Head, ...]:
    """Return the headline numbers of a case."""
    from tocsin.report import tables

    name = tables.names(a)
    out = []
    for f in tables.judged(a.forecasts):
        m = tables.mode_of(f, "strike")
        word = "" if m.at_least.value is None else likelihood_word(m.at_least.value)
        out.append(Head(f"{name[f.actor]} against {name[f.target]}", m.at_least, word, m.base_rate_at_least))
    return tuple(out)


async def _entry(here: Results, place: Place) -> Entry:
    loaded = here.load(place)
    if not await arrived(loaded.future, seconds=MOMENT):
        return Entry(place)
    case, faults = loaded.future.result()
    if faults or case is None:
        return Entry(place, faults=len(faults))
    job = here.heads(place, heads)
    try:
        done = await arrived(job.future, seconds=0)
    except TocsinError as error:
        return Entry(place, case, wrong=str(error))
    return Entry(place, case, heads=job.future.result() if done else ())


async def overview(request: Request) -> Response:
    """Show every case with its headline numbers."""
    parameters(request)
    here = results(request)
    entries = await asyncio.gather(*(_entry(here, place) for place in here.cases.places()[:CARDS]))
    return render(
        request,
        "overview.html.j2",
        title="Cases",
        entries=entries,
        folder=here.settings.cases,
        waiting=any(not (e.heads or e.faults or e.wrong) for e in entries),
    )


ROUTES = [Route("/", overview)]
