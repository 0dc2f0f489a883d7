"""The problems each kind of route can end in, and the headers of its answers, as the OpenAPI document lists them."""

from __future__ import annotations

from typing import Any

from tocsin.web.api.problems import KINDS, MEDIA_TYPE

Responses = dict[int | str, dict[str, Any]]
SCHEMA = {"$ref": "#/components/schemas/Problem"}
TEXT, SECONDS = {"type": "string"}, {"type": "integer", "minimum": 1}
TAGGED = {
    "ETag": {"description": "Made from the content.", "required": True, "schema": TEXT},
    "Cache-Control": {"description": "no-cache: ask again, with the ETag.", "required": True, "schema": TEXT},
}
LATER = "Seconds after which to ask again, while a computation goes on."
RETRY = {"Retry-After": {"description": LATER, "schema": SECONDS}}
TOO_LONG = "The path or query is too long"


def _of(*names: str) -> Responses:
    said: dict[int, list[str]] = {414: [TOO_LONG]}
    for name in ("refused", "parameter", "internal", *names):
        said.setdefault(KINDS[name].status, []).append(KINDS[name].title)
    problems: Responses = {
        status: {
            "description": "; ".join(titles) + ".",
            "content": {MEDIA_TYPE: {"schema": SCHEMA}},
            **({"headers": RETRY} if status == 503 and "busy" in names else {}),
        }
        for status, titles in sorted(said.items())
    }
    fresh: Responses = {
        200: {"description": "The answer.", "headers": TAGGED},
        304: {"description": "Nothing has changed since the answer whose ETag If-None-Match names.", "headers": TAGGED},
    }
    return fresh | problems


ANSWERS = _of()
NAMED = _of("not-found")
OF_CASE = _of("not-found", "case-faults")
COMPUTED = _of("not-found", "case-faults", "does-not-fit", "no-answer", "busy")
NEEDS_DATA = _of("data-missing", "busy")
OF_LEDGER = _of("no-ledger", "ledger-damaged")
