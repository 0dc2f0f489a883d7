"""The first page: every case with its headline numbers."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tocsin.assessment.model import Assessment
from tocsin.case.load import Case
from tocsin.web.cases import Place
from tocsin.web.results import FaultyError
from tocsin.web.site import render, results


@dataclass(frozen=True)
class Entry:
    """A case on the first page: sound or with a count of faults, assessed already or not yet."""

    place: Place
    case: Case | None
    faults: int
    found: Assessment | None


async def overview(request: Request) -> Response:
    """Show every case with its headline numbers."""
    here = results(request)
    entries = []
    for place in here.cases.places():
        try:
            case = await here.case(place.name)
        except FaultyError as error:
            entries.append(Entry(place, None, len(error.faults), None))
            continue
        job = here.start(place)
        done = job.future.done() and job.future.exception() is None
        entries.append(Entry(place, case, 0, job.future.result() if done else None))
    return render(
        request,
        "overview.html.j2",
        title="Cases",
        entries=entries,
        folder=here.settings.cases,
        waiting=any(e.case and e.found is None for e in entries),
    )


ROUTES = [Route("/", overview)]
