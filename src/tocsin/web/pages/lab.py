"""The scenario lab: sliders and switches, base beside scenario, and the same as JSON, CSV and PNG."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tocsin.case.load import Case
from tocsin.errors import CaseError
from tocsin.report import lab as shown
from tocsin.scenarios.knobs import AS_OF, GROUPS, Knob, KnobError
from tocsin.scenarios.lab import FULL, Lab
from tocsin.scenarios.lab_parts import LabAnswer
from tocsin.scenarios.positions import State, query
from tocsin.web import labs
from tocsin.web.site import environment, render, results

HEADERS = {"cache-control": "no-store"}
Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Setting:
    """A knob as it stands: its value, what that means, and whether it is a slider, a switch, a choice or a day."""

    knob: Knob
    value: str
    meaning: str
    kind: str

    @property
    def id(self) -> str:
        """Its identifier on the page."""
        return "k-" + "".join(c if c.isascii() and c.isalnum() else "-" for c in self.knob.name)


def settings(lab: Lab, state: State) -> list[tuple[str, list[Setting]]]:
    """Return the knobs by group as they stand."""
    moved = dict(state.knobs)
    out: dict[str, list[Setting]] = {}
    for x in lab.day(state.as_of).knobs.values():
        value, kind = moved.get(x.name, x.default), "choice"
        if x.slider:
            kind = "slider"
        elif len(x.choices) == 2:
            kind = "switch"
        if x.name == AS_OF:
            said = dict(query(lab.case, state)).get(AS_OF, x.default)
            value, kind = said, "slider" if said in dict(x.choices) else "day"
        out.setdefault(x.group, []).append(Setting(x, value, x.meaning(value), kind))
    return [(GROUPS[group], found) for group, found in out.items()]  # type: ignore[index]


async def page(request: Request) -> Response:
    """Show the lab with the state of the address."""
    case, lab = await _open(request)
    try:
        state, a = await _answer(request, lab, labs.PAGE_WAIT)
    except KnobError as error:
        return render(
            request,
            "lab_problem.html.j2",
            status=400,
            title="Scenario lab",
            case=case,
            case_name=request.path_params["name"],
            faults=error.faults,
        )
    return render(
        request,
        "lab.html.j2",
        title="Scenario lab",
        case=case,
        case_name=request.path_params["name"],
        groups=settings(lab, state),
        head=case.config.case,
        **_context(request, lab, state, a),
    )


async def part(request: Request) -> Response:
    """Return the part of the page that changes, for its script."""
    _, lab = await _open(request)
    state, a = await _answer(request, lab)
    context = _context(request, lab, state, a)
    html = str(environment().get_template("lab_answer.html.j2").render(context)).replace(" %", "\u00a0%")
    active = {x.name: x.about for x in lab.day(state.as_of).knobs.values() if not x.idle}
    told = {"html": html, "said": context["said"], "complete": a.complete, "query": context["query"], "active": active}
    return JSONResponse(told, headers=HEADERS)


async def as_json(request: Request) -> Response:
    """Return the whole answer as JSON."""
    _, lab = await _open(request)
    _, a = await _answer(request, lab, labs.WHOLE)
    return Response(a.model_dump_json(indent=1) + "\n", media_type="application/json", headers=_file(request, "json"))


async def as_csv(request: Request) -> Response:
    """Return every row as CSV."""
    _, lab = await _open(request)
    _, a = await _answer(request, lab, labs.WHOLE)
    return Response(shown.table(a), media_type="text/csv; charset=utf-8", headers=_file(request, "csv"))


async def as_png(request: Request) -> Response:
    """Return the chart as a picture."""
    _, lab = await _open(request)
    _, a = await _answer(request, lab, labs.WHOLE)
    return Response(await run_in_threadpool(shown.picture, a), media_type="image/png", headers=_file(request, "png"))


async def _open(request: Request) -> tuple[Case, Lab]:
    lab = await labs.lab_of(results(request), request.path_params["name"])
    return lab.case, lab


async def _answer(request: Request, lab: Lab, seconds: float = labs.WAIT) -> tuple[State, LabAnswer]:
    state = await labs.read(lab, request.query_params.multi_items())
    return state, await labs.answer(lab, state, seconds)


def _context(request: Request, lab: Lab, state: State, a: LabAnswer) -> dict[str, Any]:
    return {
        "a": a,
        "address": f"/case/{request.path_params['name']}/lab",
        "query": urlencode(query(lab.case, state)),
        "blocks": shown.blocks(a),
        "panels": shown.panels(a),
        "colours": shown.COLOURS,
        "precision": shown.precision(a),
        "said": shown.sentence(a),
        "python": _python(lab, state),
        "api": _api(request, a),
    }


def _api(request: Request, a: LabAnswer) -> str | None:
    """Return the address that runs the same with the full number of draws."""
    if a.command is None or find_spec("tocsin.web.api") is None:
        return None
    asked = [*(("set", s) for s in a.sets), ("as_of", a.as_of.isoformat()), ("draws", str(FULL))]
    return f"/api/v1/cases/{request.path_params['name']}/scenario?{urlencode(asked)}"


def _python(lab: Lab, state: State) -> str:
    moved = ", ".join(f"{k!r}: {v!r}" for k, v in query(lab.case, state))
    return f"tocsin.lab({lab.name!r}, {{{moved}}})"


def _file(request: Request, ending: str) -> dict[str, str]:
    name = request.path_params["name"]
    return HEADERS | {"content-disposition": f'attachment; filename="{name}-scenario.{ending}"'}


def told(handler: Handler) -> Handler:
    """Return a handler whose faults are problem documents (RFC 9457), since no person looks at them."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except KnobError as error:
            faults = [{"knob": f.column, "message": f.message} for f in error.faults]
            return _problem(400, "These knobs cannot be set so", str(error), faults)
        except CaseError as error:
            return _problem(422, "The case cannot be read or changed so", str(error), [])

    return answer


def _problem(status: int, title: str, detail: str, faults: list[dict[str, Any]]) -> Response:
    content = {"title": title, "status": status, "detail": detail, "faults": faults}
    return JSONResponse(content, status, HEADERS, media_type="application/problem+json")


ROUTES = [
    Route("/case/{name}/lab", page),
    Route("/case/{name}/lab/answer", told(part)),
    Route("/case/{name}/lab.json", told(as_json)),
    Route("/case/{name}/lab.csv", told(as_csv)),
    Route("/case/{name}/lab.png", told(as_png)),
]
