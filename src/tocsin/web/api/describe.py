"""The OpenAPI document in words, for the page of the dashboard and the reference page."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tocsin.web.api.problems import KINDS

# Pieces of text, each with the name of the part it leads to, or None.
Words = list[tuple[str, str | None]]
FORMATS = {"date": "day (2025-02-01)", "date-time": "moment (2025-02-01T12:00:00Z)"}

HOW_TO = """## How to ask

With the server running (`tocsin serve`), from a terminal:

```sh
curl "http://127.0.0.1:8765/api/v1/cases/armenia-azerbaijan/forecast?as_of=2025-02-01"
curl --get "http://127.0.0.1:8765/api/v1/cases/armenia-azerbaijan/scenario" \\
  --data-urlencode "set=arms.deliveries_factor=2" --data-urlencode "set=regime.AZE=party" --data "draws=0"
```

From a program, asking again only for what has changed:

```python
from urllib.error import HTTPError
from urllib.request import Request, urlopen

address = "http://127.0.0.1:8765/api/v1/cases/armenia-azerbaijan/forecast"
first = urlopen(address)
try:
    again = urlopen(Request(address, headers={"If-None-Match": first.headers["ETag"]}))
except HTTPError as answer:
    assert answer.status == 304
```
"""


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of an answer."""

    name: str
    takes: Words
    about: str
    default: str = ""
    inside: str = "query"


@dataclass(frozen=True)
class Operation:
    """What can be asked at one address."""

    name: str
    path: str
    summary: str
    about: str
    fields: list[Field]
    answer: str
    statuses: list[tuple[str, str]]


@dataclass(frozen=True)
class Group:
    """Operations that belong together."""

    name: str
    about: str
    operations: list[Operation]


@dataclass(frozen=True)
class Part:
    """A type of the answers."""

    name: str
    about: str
    fields: list[Field]


def groups(document: dict[str, Any]) -> list[Group]:
    """Return the operations of an OpenAPI document, by tag and in its order.

    Parameters
    ----------
    document : dict
        The OpenAPI document.
    """
    found: dict[str, list[Operation]] = {t["name"]: [] for t in document["tags"]}
    for path, methods in document["paths"].items():
        one = methods["get"]
        found[one["tags"][0]].append(
            Operation(
                name=one["operationId"],
                path=document["servers"][0]["url"] + path,
                summary=one["summary"],
                about=_first(one.get("description", "")),
                fields=[_parameter(p) for p in one.get("parameters", [])],
                answer=one["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1],
                statuses=[(s, r["description"]) for s, r in one["responses"].items() if s not in ("200", "304")],
            )
        )
    return [Group(t["name"], t["description"], found[t["name"]]) for t in document["tags"]]


def parts(document: dict[str, Any]) -> list[Part]:
    """Return the types of the answers, by name."""
    out = []
    for name, schema in document["components"]["schemas"].items():
        fields = [
            Field(key, words(value), value.get("description", ""))
            for key, value in schema.get("properties", {}).items()
        ]
        out.append(Part(name, _first(schema.get("description", "")), fields))
    return out


def problems() -> list[tuple[str, int, str, str]]:
    """Return the kinds of problems: name, status, title and what to do."""
    return [(name, k.status, k.title, k.what_to_do) for name, k in KINDS.items()]


def _parameter(p: dict[str, Any]) -> Field:
    default = p["schema"].get("default")
    # An empty list is the same as nothing given.
    shown = "" if default in (None, []) else json.dumps(default).strip('"')
    return Field(p["name"], words(p["schema"]), p.get("description", ""), shown, p["in"])


def words(schema: dict[str, Any]) -> Words:
    """Return what a schema permits, in words.

    Examples
    --------
    >>> plain(words({"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "null"}]}))
    'number from 0 to 1, or null'
    """
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return [(name, name)]
    if "anyOf" in schema:
        kinds = [words(s) for s in schema["anyOf"]]
        return [w for i, k in enumerate(kinds) for w in [(", or ", None)] * (i > 0) + k]
    if "enum" in schema or "const" in schema:
        choices = schema.get("enum", [schema.get("const")])
        return [(" | ".join(map(str, choices)), None)]
    match schema.get("type"):
        case "array" if "prefixItems" in schema:
            inside = [words(s) for s in schema["prefixItems"]]
            listed = [w for i, k in enumerate(inside) for w in [(", ", None)] * (i > 0) + k]
            return [("list (", None), *listed, (")", None)]
        case "array":
            return [("list of ", None), *words(schema.get("items", {}))]
        case "object":
            extra = schema.get("additionalProperties")
            return [("table of ", None), *words(extra)] if isinstance(extra, dict) else [("table", None)]
        case "string":
            return [(FORMATS.get(schema.get("format", ""), "text"), None)]
        case "integer" | "number" as kind:
            name = "whole number" if kind == "integer" else "number"
            low, high = schema.get("minimum"), schema.get("maximum")
            if low is not None and high is not None:
                name += f" from {_figure(low)} to {_figure(high)}"
            elif low is not None:
                name += f" from {_figure(low)} on"
            return [(name, None)]
        case "boolean":
            return [("true or false", None)]
        case "null":
            return [("null", None)]
    return [("anything", None)]


def plain(found: Words, link: Callable[[str], str] = str) -> str:
    """Return words as one text, each name of a part passed through ``link``."""
    return "".join(text if part is None else link(part) for text, part in found)


def _figure(x: float) -> str:
    return f"{x:,.12g}"


def _first(text: str) -> str:
    """Return the first paragraph on one line."""
    return " ".join(text.split("\n\n")[0].split())


def markdown(document: dict[str, Any]) -> str:
    """Return the reference page of the API."""
    out = [
        "# The JSON API",
        "",
        "Made by `scripts/make_docs.py` from the OpenAPI document that `tocsin serve` gives at "
        f"`{document['servers'][0]['url']}/openapi.json`; the server shows the same at `/api`.",
        "",
        document["info"]["description"],
        "",
        HOW_TO,
    ]
    for group in groups(document):
        out += [f"## {group.name.capitalize()}", "", group.about, ""]
        for one in group.operations:
            out += [f"### `GET {one.path}`", "", f"{one.summary}. {one.about}", "", f"Answer: {_link(one.answer)}.", ""]
            if one.fields:
                out += ["| parameter | in | takes | default | meaning |", "|---|---|---|---|---|"]
                out += [
                    f"| `{f.name}` | {f.inside} | {_cell(plain(f.takes))} | {_code(f.default)} | {_cell(f.about)} |"
                    for f in one.fields
                ]
                out.append("")
            others = "; ".join(f"{status} {said.rstrip('.')}" for status, said in one.statuses)
            out += [f"Other answers: {others}.", ""]
    out += ["## Problems", "", "| kind | status | title | what to do |", "|---|---|---|---|"]
    out += [f"| `{name}` | {status} | {title} | {_cell(todo)} |" for name, status, title, todo in problems()]
    out += ["", "## Parts of the answers", ""]
    for part in parts(document):
        out += [f"### {part.name}", "", part.about, ""]
        if part.fields:
            out += ["| field | type | meaning |", "|---|---|---|"]
            out += [f"| `{f.name}` | {_cell(plain(f.takes, _link))} | {_cell(f.about)} |" for f in part.fields]
            out.append("")
    return "\n".join(out)


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
