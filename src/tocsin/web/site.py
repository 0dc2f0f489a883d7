"""What every page uses: templates, parameters checked, answers and problem pages in one style."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from tocsin.errors import UsageError
from tocsin.web.results import Results

NAV = (
    ("/", "Cases"),
    ("/watchlist", "Watchlist"),
    ("/ledger", "Ledger"),
    ("/data", "Data"),
    ("/api", "API"),
)
# Pages of a case: last part of the address, and name.
CASE_NAV = (
    ("", "Assessment"),
    ("/lab", "Scenario lab"),
    ("/strategy", "Strategy"),
    ("/claims", "Claims"),
    ("/indicators", "What to watch"),
    ("/record", "Track record"),
)


class BadRequestError(UsageError):
    """A parameter of a request makes no sense; shown as a page that says which, and what it may be."""


def results(request: Request) -> Results:
    """Return what pages show."""
    found: Results = request.app.state.results
    return found


def render(request: Request, template: str, *, status: int = 200, title: str, **context: Any) -> HTMLResponse:
    """Return a page.

    Parameters
    ----------
    template : str
        Name of a template that extends ``base.html.j2``.
    title : str
        Title of the page, without the name of the tool.
    context
        What the template uses; ``case`` (a ``Case``) brings the navigation between the pages of a case.
    """
    page = str(
        environment()
        .get_template(template)
        .render(title=title, nav=NAV, case_nav=CASE_NAV, path=request.url.path, **_case(context))
    )
    return HTMLResponse(page.replace(" %", "\u00a0%"), status, {"cache-control": "no-cache"})


def _case(context: dict[str, Any]) -> dict[str, Any]:
    """Add the case of a page, and its name in addresses."""
    case = context.get("case")
    return {"case": case, "case_name": case.name if case else ""} | context


@cache
def environment() -> Any:
    """Return the templates of the dashboard; those of the report are at hand by their names."""
    import jinja2

    from tocsin.report.html import environment as of_report
    from tocsin.report.text import signed

    report = of_report()
    own = report.overlay(loader=jinja2.ChoiceLoader([jinja2.PackageLoader("tocsin.web"), report.loader]))
    # An overlay shares its filters with the report.
    own.filters = report.filters | {
        "zip": zip,
        "signed": lambda x: signed(x, 2),
        "day_month": lambda d: f"{d.day} {d:%B}",
    }
    return own


def day_of(text: str, name: str = "as_of") -> date:
    """Return a date given in a request.

    Raises
    ------
    BadRequestError
        If it is none.
    """
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequestError(f"{name}: {text[:40]!r} is no date; write it as 2025-02-28.") from None


def number_of(text: str, name: str, low: float, high: float) -> float:
    """Return a number given in a request, within bounds.

    Raises
    ------
    BadRequestError
        If it is none, or out of bounds.

    Examples
    --------
    >>> number_of("0.5", "minimum", 0, 1)
    0.5
    """
    try:
        found = float(text) if len(text) <= 40 and text.isascii() and "_" not in text else float("nan")
    except ValueError:
        found = float("nan")
    if not low <= found <= high:
        raise BadRequestError(f"{name}: {text[:40]!r} is no number from {low:g} to {high:g}.")
    return found


def whole_of(text: str, name: str, low: int, high: int) -> int:
    """Return a whole number given in a request, within bounds.

    Raises
    ------
    BadRequestError
        If it is none, or out of bounds.
    """
    if not (text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 12 and low <= int(text) <= high):
        raise BadRequestError(f"{name}: {text[:40]!r} is no whole number from {low} to {high}.")
    return int(text)


def choice_of(text: str, name: str, known: Iterable[str]) -> str:
    """Return one of the known words, given in a request.

    Raises
    ------
    BadRequestError
        If it is none of them.
    """
    known = list(known)
    if text not in known:
        raise BadRequestError(f"{name}: {text[:40]!r} is none of {', '.join(known)}.")
    return text


def parameters(request: Request, *known: str) -> dict[str, str]:
    """Return the parameters of a request that are not empty; an unknown or a doubled one is refused.

    Raises
    ------
    BadRequestError
        If one is unknown or given twice.
    """
    given = request.query_params.multi_items()
    if unknown := [k for k, _ in given if k not in known]:
        raise BadRequestError(f"There is no parameter {unknown[0][:40]!r} here. Known: {', '.join(known) or 'none'}.")
    if len({k for k, _ in given}) < len(given):
        raise BadRequestError("A parameter is given twice.")
    return {k: v for k, v in given if v}
