"""The application under /api/v1: read only, described by its OpenAPI document, without pages of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from tocsin.web.api import case_routes, ledger_routes, list_routes, problems
from tocsin.web.api.asked import names_once
from tocsin.web.api.conditional import Conditional
from tocsin.web.api.work import Work

if TYPE_CHECKING:
    from tocsin.web.results import Results

ROOT = "/api/v1"
ABOUT = (
    "The results of Tocsin as JSON, read only. Probabilities are numbers from 0 to 1. What is unknown is null, with "
    "the reason where the model has a field for it (`missing`); it is never 0. Nothing published after the as-of date "
    "enters a number. Every address answers GET and HEAD. Answers carry an ETag made from their content: sent back in "
    "If-None-Match, it gives 304 without a body while nothing has changed. Errors are problem documents (RFC 9457) "
    "that list every fault and say what to do. A computation that takes longer than a minute goes on while the asker "
    "is told to come back (503 with Retry-After). Other sites' pages cannot read the answers (no CORS)."
)
TAGS = [
    {"name": "cases", "description": "A case, its assessment and the parts of it, scenarios."},
    {"name": "watchlist", "description": "All dyads ranked."},
    {"name": "ledger", "description": "Issued forecasts, their scores, and whether anything was changed."},
    {"name": "data", "description": "The data sets and their state in the store."},
    {"name": "about", "description": "Parameters and versions."},
]


def create_api(results: Results | None) -> FastAPI:
    """Return the application, to be mounted at ``ROOT``.

    Parameters
    ----------
    results : Results or None
        What the pages show; with None the application can only describe itself.

    Examples
    --------
    >>> sorted(create_api(None).openapi()["paths"])[:2]
    ['/cases', '/cases/{case}']
    """
    api = FastAPI(
        title="Tocsin",
        version=list_routes.API_VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,
        dependencies=[Depends(names_once)],
        generate_unique_id_function=_name,
    )
    api.state.work = None if results is None else Work(results)
    for part in (case_routes, list_routes, ledger_routes):
        api.include_router(part.router)
    problems.install(api)
    api.add_middleware(Conditional)
    api.openapi = lambda: _document(api)  # type: ignore[method-assign]
    return api


def _name(route: APIRoute) -> str:
    return {"one": "case"}.get(route.name, route.name)


def _document(api: FastAPI) -> dict[str, Any]:
    if api.openapi_schema is None:
        found = get_openapi(
            title=api.title,
            version=api.version,
            summary="Early warning for wars of shifting power.",
            description=ABOUT,
            license_info={"name": "MIT", "identifier": "MIT"},
            servers=[{"url": ROOT}],
            tags=TAGS,
            routes=api.routes,
        )
        problem = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        parts = problem.pop("$defs")
        schemas = found["components"]["schemas"]
        schemas |= {"Problem": problem, **parts}
        found["components"]["schemas"] = dict(sorted(schemas.items()))
        api.openapi_schema = found
    return api.openapi_schema
