"""The ledger: issued forecasts, what became of them, their scores, and whether the chain holds; only read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tocsin.errors import LedgerError
from tocsin.ledger.book import Line
from tocsin.ledger.score import Scored, Summary
from tocsin.ledger.verify import Verification
from tocsin.web.site import parameters, render, results, whole_of

ROWS = 100


@dataclass(frozen=True)
class Book:
    """What a ledger says; ``fault`` is why it cannot be read, if so."""

    lines: list[Line]
    scored: dict[str, Scored]
    summaries: list[Summary]
    check: Verification | None
    fault: str = ""


def read_book(path: Path) -> Book:
    """Return what a ledger says, and whether its chain holds."""
    from tocsin.ledger.book import lines
    from tocsin.ledger.file import read
    from tocsin.ledger.score import score
    from tocsin.ledger.verify import verify

    check = None
    try:
        check = verify(path)
        found = lines(read(path))
        rows, summaries = score(found)
    except LedgerError as error:
        return Book([], {}, [], check, str(error))
    return Book(found, {r.line.forecast.forecast: r for r in rows}, summaries, check)


async def ledger(request: Request) -> Response:
    """Show the ledger."""
    from tocsin.ledger.file import default_path

    given = parameters(request, "page")
    path = results(request).settings.ledger or default_path()
    book = await run_in_threadpool(read_book, path) if path.exists() else None
    pages = max(1, -(-len(book.lines) // ROWS)) if book else 1
    page = min(whole_of(given.get("page", "1"), "page", 1, 100_000), pages)
    # The newest first.
    shown = book.lines[::-1][(page - 1) * ROWS : page * ROWS] if book else []
    return render(request, "ledger.html.j2", title="Ledger", book=book, file=path, lines=shown, page=page, pages=pages)


ROUTES = [Route("/ledger", ledger)]
