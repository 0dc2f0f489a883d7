"""Pages for what went wrong: what, where, and what to do next; never a traceback."""

from __future__ import annotations

import logging
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from tocsin.errors import CaseError, SourceError, TocsinError
from tocsin.web.cases import NoCaseError
from tocsin.web.results import FaultyError
from tocsin.web.site import BadRequestError, render

log = logging.getLogger("tocsin.web")


async def problem(request: Request, status: int, title: str, text: str, **more: Any) -> Response:
    """Return the page of a problem."""
    return render(request, "problem.html.j2", status=status, title=title, text=text, **({"faults": []} | more))


async def not_found(request: Request, error: Exception) -> Response:
    """Answer for an address that leads nowhere, or a method no page knows."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status == 404:
        return await problem(request, 404, "There is no such page", "Nothing is kept at this address.")
    detail = error.detail if isinstance(error, HTTPException) else ""
    return await problem(request, status, "That did not work", f"{detail}.")


async def known(request: Request, error: Exception) -> Response:
    """Answer for an error that says itself what is wrong and what to do."""
    if isinstance(error, NoCaseError):
        return await problem(request, 404, "There is no such case", str(error))
    if isinstance(error, FaultyError):
        ordered = sorted(error.faults, key=lambda f: (f.file, f.row or 0, f.column or ""))
        return await problem(
            request, 422, "The case has faults", str(error), faults=ordered[:500], count=len(ordered), name=error.name
        )
    if isinstance(error, BadRequestError):
        return await problem(request, 400, "That cannot be shown", str(error))
    if isinstance(error, CaseError):
        return await problem(request, 422, "The case cannot be assessed so", str(error))
    if isinstance(error, SourceError):
        return await problem(request, 503, "Data are missing", str(error))
    return await problem(request, 500, "That did not work", str(error))


async def unknown(request: Request, error: Exception) -> Response:
    """Answer for a fault of the tool; the log has its traceback, the page does not."""
    log.error("fault while answering %r", request.url.path[:200], exc_info=error)
    return await problem(
        request,
        500,
        "Something is wrong with the tool",
        "This is a fault of Tocsin, not of yours. The log of the server holds the details; other pages still work.",
    )


HANDLERS: dict[Any, Any] = {HTTPException: not_found, TocsinError: known, Exception: unknown}
