"""The page of the JSON API, made from its OpenAPI document."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from tocsin.web.site import render


async def api(request: Request) -> Response:
    """Show what can be asked of the API, and what it answers."""
    from tocsin.web.api import describe
    from tocsin.web.api.app import ROOT

    found: Any = next(r.app for r in request.app.routes if isinstance(r, Mount) and r.path == ROOT)
    document = found.openapi()
    return render(
        request,
        "api.html.j2",
        title="JSON API",
        root=ROOT,
        about=document["info"]["description"],
        groups=describe.groups(document),
        problems=describe.problems(),
        parts=describe.parts(document),
    )


ROUTES = [Route("/api", api)]
