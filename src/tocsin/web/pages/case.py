"""The pages of a case that show sections of the report: assessment, strategy, claims, track record."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tocsin.report.claims import ORDER
from tocsin.web.sections import Section, arrived, show, view_of, waiting
from tocsin.web.site import choice_of, parameters, results

FIRST = Section(
    "",
    "Assessment",
    "case_body.html.j2",
    ("forecast", "timeline", "power", "pipeline", "suppliers", "statements"),
)
STRATEGY = Section(
    "strategy",
    "Strategy",
    "strategy_body.html.j2",
    ("condition", "map", "game", "window", "tornado"),
    game=True,
)
CLAIMS = Section("claims", "Claims", "claims_body.html.j2", ())
RECORD = Section("record", "Track record", "record_body.html.j2", ("track", "reliability"))
SECTIONS = {s.name or "first": s for s in (FIRST, STRATEGY, CLAIMS, RECORD)}


async def assessment(request: Request) -> Response:
    """Show forecast, power, arms, rhetoric and commitments, as known on any day the case covers."""
    return await show(request, FIRST, parameters(request, "as_of", "year"), replay=True)


async def strategy(request: Request) -> Response:
    """Show the strategic reading: window, thresholds, tornado."""
    return await show(request, STRATEGY, parameters(request, "as_of", "year"))


async def claims(request: Request) -> Response:
    """Show the verdict on each claim, all or those of one verdict."""
    given = parameters(request, "as_of", "year", "verdict")
    verdict = choice_of(given["verdict"], "verdict", ORDER) if "verdict" in given else ""
    return await show(request, CLAIMS, given, verdict=verdict, verdicts=ORDER)


async def record(request: Request) -> Response:
    """Show how the forecasts of past years came out, on this dyad and on all."""
    return await show(request, RECORD, parameters(request, "as_of", "year"))


async def spec(request: Request) -> Response:
    """Send a figure as a Vega specification whose marks tell their row where the pointer rests."""
    import vl_convert

    from tocsin.report import charts, figures, svg

    section = SECTIONS.get(request.path_params["section"])
    wanted = request.path_params["figure"]
    if section is None or wanted not in section.figures:
        raise HTTPException(404)
    here = results(request)
    given = parameters(request, "as_of", "year")
    view = await view_of(request, section, given)
    job = view.assessment(here)
    if not await arrived(job.future):
        return waiting(request, "Figure", job)
    found = job.future.result()
    for plan in figures.plans(found):
        if plan.id == wanted and plan.rows:
            drawn = charts.spec(plan.chart, found, svg.WIDE)
            drawn["config"] = drawn["config"] | {"mark": {"tooltip": {"content": "data"}}}
            compiled = await run_in_threadpool(vl_convert.vegalite_to_vega, drawn)
            return JSONResponse(compiled, headers={"cache-control": "no-cache"})
    raise HTTPException(404)


ROUTES = [
    Route("/case/{name}", assessment),
    Route("/case/{name}/strategy", strategy),
    Route("/case/{name}/claims", claims),
    Route("/case/{name}/record", record),
    Route("/case/{name}/figure/{section}/{figure}.json", spec),
]
