"""Pages of a case: each shows some sections of the report, drawn once and kept, for the cut-off or an earlier day."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tocsin.assessment.model import Assessment
from tocsin.case.load import Case
from tocsin.web.cases import Place
from tocsin.web.once import Job
from tocsin.web.results import Results, unpacked
from tocsin.web.site import BadRequestError, day_of, environment, render, results, whole_of

# Seconds a reader waits for a page before one that says how far it is comes instead.
PATIENCE = 2.5
HERE = re.compile(r'href="#([^"]+)"')
HEADINGS = re.compile(r'<(h2|figure) id="([^"]+)">(?:\s*<figcaption><h3>)?(.*?)</h[23]>')
PLACES = re.compile(r'\sid="([^"]+)"')


@dataclass(frozen=True)
class Section:
    """A page of a case.

    Parameters
    ----------
    name : str
        Last part of its address; empty for the first page.
    title : str
        Its heading.
    template : str
        Template of its main part, kept once it is made.
    figures : collection of str
        Identifiers of the figures of the report on it.
    game : bool
        Whether it needs the draws of the strategic game, which take ten seconds or more.
    """

    name: str
    title: str
    template: str
    figures: Collection[str]
    game: bool = False

    def address(self, case: str) -> str:
        """Return its address for a case."""
        return f"/case/{case}" + (f"/{self.name}" if self.name else "")


@dataclass(frozen=True)
class View:
    """A section of a case on a day: what to wait for, and what is kept.

    Parameters
    ----------
    day : date or None
        Last day of knowledge; None is the case's cut-off.
    """

    section: Section
    case: Case
    place: Place
    day: date | None

    def draws(self, here: Results) -> int:
        """Return the draws of the game that the page needs."""
        return here.settings.draws if self.section.game else 0

    def assessment(self, here: Results) -> Job[Assessment]:
        """Return the job of the assessment behind it."""
        return here.start(self.place, self.day, draws=self.draws(here))

    def key(self, here: Results) -> tuple[Any, ...]:
        """Return all that its main part depends on."""
        return (self.section.name, self.place.folder, here.cases.signature(self.place), self.day, self.draws(here))

    def part(self, here: Results) -> Job[bytes]:
        """Return the job of its main part."""
        return here.part(self.key(here), lambda: self._make(here))

    def _make(self, here: Results) -> str:
        from tocsin.report import figures, html

        found = self.assessment(here).future.result()
        told = html.context(found, figures.draw(found, self.section.figures))
        page = environment().get_template(self.section.template).render(**told, case_name=self.place.name)
        return _settled(page, f"/case/{self.place.name}")


def _settled(page: str, first: str) -> str:
    """Let links to what stands on another page of the case lead there; the sections were written for one page."""
    there = set(PLACES.findall(page))
    return HERE.sub(lambda m: m[0] if m[1] in there else f'href="{first}#{m[1]}"', page)


async def view_of(request: Request, section: Section, given: dict[str, str]) -> View:
    """Return what a request asks for: ``as_of`` is a day, ``year`` the end of a year or the cut-off if that is earlier.

    Raises
    ------
    BadRequestError, NoCaseError, FaultyError
        If the day is none, or lies outside the case; if there is no such case, or it has faults.
    """
    here = results(request)
    name = request.path_params["name"]
    case = await here.case(name)
    head = case.config.case
    day: date | None = None
    if "as_of" in given:
        day = day_of(given["as_of"])
    elif "year" in given:
        year = whole_of(given["year"], "year", head.begins.year, head.cutoff.year)
        day = max(head.begins, min(date(year, 12, 31), head.cutoff))
    if day is not None and not head.begins <= day <= head.cutoff:
        raise BadRequestError(f"as_of: choose a day from {head.begins} to {head.cutoff}; the case covers no other.")
    return View(section, case, here.cases.place(name), None if day == head.cutoff else day)


async def arrived(*jobs: Future[Any], seconds: float = PATIENCE) -> bool:
    """Wait a little for jobs and return whether all are there; an error of one is raised."""
    if all(j.done() for j in jobs):
        for j in jobs:
            j.result()
        return True
    waits = [asyncio.wrap_future(j) for j in jobs]
    done, pending = await asyncio.wait(waits, timeout=seconds)
    for found in done:
        found.result()
    for later in pending:
        # Somebody else waits for its result, or the next load of the page.
        later.add_done_callback(lambda f: f.cancelled() or f.exception())
    return not pending


async def show(request: Request, section: Section, given: dict[str, str], **more: Any) -> Response:
    """Return a page of a case, or, where it takes longer than a moment, a page that says how far it is.

    Parameters
    ----------
    given : dict of str to str
        Parameters of the request, checked already.
    more
        For the template ``case_page.html.j2`` and what stands around the main part.
    """
    here = results(request)
    view = await view_of(request, section, given)
    part = view.part(here)
    if more.get("replay"):
        request.app.state.warmer.replay(view.place, view.case)
    if not await arrived(part.future):
        return waiting(request, section.title, view.assessment(here), case=view.case, game=section.game)
    head = view.case.config.case
    body = unpacked(part.future.result())
    return render(
        request,
        "case_page.html.j2",
        title=section.title,
        case=view.case,
        body=body,
        headings=HEADINGS.findall(body),
        found_verdict=f'id="claims-{more.get("verdict")}"' in body,
        day=view.day or head.cutoff,
        latest=view.day is None,
        head=head,
        address=section.address(view.place.name),
        section=section.name or "first",
        draws=view.draws(here),
        **more,
    )


def waiting(request: Request, what: str, job: Job[Any], **more: Any) -> Response:
    """Return a page that says what is being reckoned, how far it is, and that looks again by itself."""
    answer = render(
        request,
        "waiting.html.j2",
        status=202,
        title=what,
        seconds=round(time.monotonic() - job.started),
        queued=not job.running,
        done=job.done,
        total=job.total,
        again=str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
        **({"game": False} | more),
    )
    answer.headers["retry-after"] = "2"
    return answer
