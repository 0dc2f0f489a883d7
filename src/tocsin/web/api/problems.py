"""Errors as problem documents (RFC 9457): what is wrong, where, what to do; all faults at once, never a traceback."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tocsin.assessment.parts import Model
from tocsin.errors import CaseError, CheckError, Fault, LedgerError, ModelError, SourceError, TocsinError, UsageError
from tocsin.scenarios.knobs import AS_OF, KnobError
from tocsin.web.cases import NoCaseError
from tocsin.web.once import StoppedError
from tocsin.web.results import ChangedError, FaultyError

MEDIA_TYPE = "application/problem+json"
PAGE = "/api"
LONGEST = 4000
# Options of the command line in messages of the library, and the parameters that are meant here.
PARAMETERS = {"--set": "query: set", "--scenario": "query: name"}
SHOWN = 200


class ProblemFault(Model):
    """One thing that is wrong."""

    where: str = Field(description="Parameter, or file with row and column.")
    rule: str = Field(description="Short name of the rule that is broken.")
    message: str


class Problem(Model):
    """What went wrong with a request (RFC 9457)."""

    type: str = Field(description="Address of the section of the API page that explains this kind of problem.")
    title: str = Field(description="The same for every problem of this kind.")
    status: int = Field(ge=400, le=599, description="Status of the response.")
    detail: str = Field(description="What is wrong this time.")
    instance: str = Field(description="What was asked for.")
    what_to_do: str
    faults: list[ProblemFault] = Field(description="Everything that is wrong, if that can be listed.")


@dataclass(frozen=True)
class Kind:
    """A kind of problem.

    Parameters
    ----------
    status : int
        Of the response.
    title, what_to_do : str
        For the reader; ``what_to_do`` stands unless the problem itself says better.
    """

    status: int
    title: str
    what_to_do: str


KINDS = {
    "not-found": Kind(404, "There is nothing of that name", "Look at the list above it, or at the API page."),
    "no-ledger": Kind(
        404, "There is no ledger yet", "Begin one with: tocsin assess CASE --record, or tocsin ledger record FILE"
    ),
    "method": Kind(405, "The API is read only", "Use GET or HEAD."),
    "case-faults": Kind(
        409, "The case has faults", "Mend the faults in its folder; tocsin case check lists them as well."
    ),
    "refused": Kind(400, "The request was refused", "Ask for less at once."),
    "parameter": Kind(422, "A parameter is not valid", "Mend what is listed; the API page says what each takes."),
    "does-not-fit": Kind(
        422, "The request does not fit the case", "Choose another day or other changes; the case says what it holds."
    ),
    "no-answer": Kind(422, "The model has no answer", "Choose another day, or other values."),
    "internal": Kind(
        500, "The server failed", "Ask again; if it fails again, report it with what the server wrote to its log."
    ),
    "data-missing": Kind(503, "Data are missing or damaged", "Bring them with: tocsin data fetch"),
    "ledger-damaged": Kind(503, "The ledger cannot be read", "See what is left with: tocsin ledger verify"),
    "busy": Kind(503, "The answer is not ready", "Ask again after the seconds given in Retry-After."),
}


class ProblemError(Exception):
    """A request that ends in a problem document."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        what_to_do: str | None = None,
        faults: Sequence[ProblemFault] = (),
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status or KINDS[kind].status
        self.kind, self.detail, self.faults = kind, detail, list(faults)
        self.what_to_do, self.headers = what_to_do or KINDS[kind].what_to_do, dict(headers or {})


def problem_of(error: ProblemError, request_line: str) -> Problem:
    """Return the document of a problem."""
    shown = error.faults[:SHOWN]
    if len(error.faults) > SHOWN:
        rest = f"and {len(error.faults) - SHOWN} more"
        shown.append(ProblemFault(where="", rule="too many to list", message=rest))
    return Problem(
        type=f"{PAGE}#{error.kind}",
        title=KINDS[error.kind].title,
        status=error.status,
        detail=_short(error.detail),
        instance=_short(request_line, 1000),
        what_to_do=error.what_to_do,
        faults=shown,
    )


def respond(request_line: str, error: ProblemError) -> Response:
    """Return the response for a problem."""
    return Response(
        problem_of(error, request_line).model_dump_json(),
        error.status,
        headers={"cache-control": "no-store", **error.headers},
        media_type=MEDIA_TYPE,
    )


def refused(scope: Mapping[str, Any], status: int, why: str) -> bytes:
    """Return the document for a request that the guard does not let through."""
    kind = "method" if status == 405 else "refused"
    todo = {
        403: "Ask from a program, or from a page of this server.",
        421: "Use the address that the server printed when it started.",
    }.get(status)
    error = ProblemError(kind, f"{why[:1].upper()}{why[1:]}.", what_to_do=todo, status=status)
    return problem_of(error, line_of(scope)).model_dump_json().encode()


def line_of(scope: Mapping[str, Any]) -> str:
    """Return the path and query of a request, as they came."""
    raw = scope.get("raw_path") or str(scope.get("path", "")).encode()
    query = scope.get("query_string", b"")
    return (raw + (b"?" + query if query else b"")).decode("latin-1")


def of_faults(faults: Sequence[Fault]) -> list[ProblemFault]:
    """Return the faults of an input as those of a problem, in order of file and row."""
    out = []
    for f in sorted(faults, key=lambda f: (f.file, f.row or 0, f.column or "")):
        place = [f.file, *([f"row {f.row}"] if f.row is not None else []), *([f.column] if f.column else [])]
        out.append(ProblemFault(where=", ".join(place), rule=f.rule, message=_short(f.message, 1000)))
    return out


def of_error(error: TocsinError) -> ProblemError:
    """Return the problem that an error of the library is to the asker."""
    first, *rest = str(error).splitlines() or [""]
    kind = {
        # Parameters were checked before: it is about what the server was started with.
        UsageError: "internal",
        CaseError: "does-not-fit",
        ModelError: "no-answer",
        SourceError: "data-missing",
        LedgerError: "ledger-damaged",
        CheckError: "data-missing",
    }.get(type(error), "does-not-fit" if error.exit_code == CaseError.exit_code else "internal")
    # An error of the library lists its faults one a line, between a heading and what to do.
    listed = [x.strip() for x in rest if x.startswith("  ")]
    closing = [x.strip() for x in rest if not x.startswith("  ")]
    faults = [ProblemFault(where=w, rule=r, message=m) for w, r, m in map(_parted, listed)]
    advice = " ".join(closing) if faults and closing else None
    return ProblemError(kind, first if faults else str(error), what_to_do=advice, faults=faults)


def _parted(line: str) -> tuple[str, str, str]:
    """Return place, rule and message of a fault written out as ``place: message [rule]``."""
    place, colon, rest = line.partition(": ")
    for option, parameter in PARAMETERS.items():
        place = re.sub(rf"^{option}(?=$|,)", parameter, place)
    if not colon:
        return "", "", _short(line, 1000)
    message, bracket, rule = rest.rpartition(" [")
    return (place, rule.rstrip("]"), _short(message, 1000)) if bracket else (place, "", _short(rest, 1000))


def of_validation(error: RequestValidationError) -> ProblemError:
    """Return the problem of a request whose parameters have faults: every one of them."""
    faults = []
    for one in error.errors():
        if one["type"] == "none_required":  # the other half of a parameter that may be left out
            continue
        part, *names = one["loc"]
        # Of the place only the name counts, and the place in a list: the rest names inner parts of the check.
        place = [str(names[0]), *(f"[{n + 1}]" for n in names[1:] if isinstance(n, int))] if names else []
        message = str(one["msg"]).removeprefix("Value error, ")
        if one["type"] == "extra_forbidden":
            message = "there is no such parameter"
        where = f"{part}: {''.join(place)}"
        faults.append(ProblemFault(where=_short(where, 200), rule=one["type"], message=_short(message, 1000)))
    count = "A parameter is" if len(faults) == 1 else f"{len(faults)} parameters are"
    return ProblemError("parameter", f"{count} not valid.", faults=faults)


def of_knobs(error: KnobError) -> ProblemError:
    """Return the problem of a state that the lab cannot be set to."""
    faults = []
    for f in error.faults:
        where = "query: as_of" if f.column == AS_OF else f"query: knob, {f.column}" if f.column else "query: knob"
        faults.append(ProblemFault(where=where, rule=f.rule, message=f.message))
    return ProblemError("parameter", "The lab cannot be set so.", faults=faults)


def of_http(error: HTTPException) -> ProblemError:
    """Return the problem of an error that the framework raised: no such path, or another method."""
    if error.status_code == 405:
        # HEAD is answered wherever GET is.
        return ProblemError("method", "This address can only be read.", headers={"allow": "GET, HEAD"})
    if error.status_code == 404:
        return ProblemError("not-found", "The API has no such address.", what_to_do=f"See {PAGE} for what it has.")
    return ProblemError("parameter", str(error.detail), headers=dict(error.headers or {}))


def install(app: Any) -> None:
    """Answer every error of an application with a problem document."""

    async def problem(request: Request, error: Exception) -> Response:
        match error:
            case ProblemError():
                found = error
            case KnobError():
                found = of_knobs(error)
            case ChangedError() | StoppedError():
                found = ProblemError("busy", str(error), headers={"retry-after": "1"})
            case FaultyError():
                found = ProblemError("case-faults", str(error), faults=of_faults(error.faults))
            case NoCaseError():
                found = ProblemError("not-found", str(error), what_to_do="/cases lists those there are.")
            case TocsinError():
                found = of_error(error)
            case RequestValidationError():
                found = of_validation(error)
            case HTTPException():
                found = of_http(error)
            case _:
                raise error
        return respond(line_of(request.scope), found)

    for kind in (ProblemError, TocsinError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, problem)


def _short(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
