"""The API keeps to its own OpenAPI document, whatever it is asked; schemathesis makes up the questions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi
from starlette.testclient import TestClient

from tests.web.api_made_up import BASE, ROOT, made_up, serve, with_watchlist
from tocsin.web.api import create_api
from tocsin.web.api.problems import KINDS, Problem

DOCUMENT = create_api(None).openapi()
OPERATIONS = {path: methods["get"] for path, methods in DOCUMENT["paths"].items()}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
]
NAMED = {"case": "made-up", "name": "nmc"}
HOSTILE = [
    "",
    " ",
    "\x00",
    "'; DROP TABLE entries; --",
    "<script>alert(1)</script>",
    "../../../../etc/passwd",
    "..%2f..%2f",
    "file:///etc/passwd",
    "{{7*7}}${7*7}",
    "%s%n%x",
    "\r\nX-Injected: 1",
    "\N{RIGHT-TO-LEFT OVERRIDE}\N{PILE OF POO}\ud7ff",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "-1e999",
    "1e-999",
    "0x10",
    "1_000",
    "\N{ARABIC-INDIC DIGIT THREE}",
    "9" * 400,
    "-0",
    "null",
    "true",
    "[]",
    "__class__",
    "0000-00-00",
    "2024-02-30",
    "9999-12-31",
    "0001-01-01",
    "2024-01-01T00:00:00Z",
    "a" * 3000,
    "=",
    "a=b",
    "a.b.c=[[[[[[[[[[[[[1]]]]]]]]]]]]]",
    "incidents.add=[{start='2020-01-01'}]",
    'regime.AAA="""',
    "spending.AAA.factor=1e308",
    "strategy.F=nan",
    "strategy.F=1e400",
    "arms.deliveries_factor=" + "9" * 250,
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with (
        pytest.MonkeyPatch.context() as patch,
        serve(made_up(tmp_path_factory.mktemp("document"))) as found,
    ):
        with_watchlist(patch)
        yield found


@pytest.fixture(scope="module")
def schema(client: TestClient) -> Any:
    async def running(scope: Any, receive: Any, send: Any) -> None:
        # Schemathesis starts and ends the application it is given; the client's is running and is to stay so.
        if scope["type"] == "lifespan":
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
            return
        await client.app(scope, receive, send)

    found = schemathesis.openapi.from_asgi(f"{ROOT}/openapi.json", running, headers={"host": "127.0.0.1:8765"})
    assert found.raw_schema["paths"].keys() == OPERATIONS.keys()
    return found


def conforms(path: str, status: int, media: str, body: bytes) -> None:
    """Check an answer against the document with a second implementation of JSON Schema."""
    described = OPERATIONS[path]["responses"][str(status)]["content"]
    assert list(described) == [media]
    # A reference into the document, and the document to look it up in.
    jsonschema.Draft202012Validator(
        described[media]["schema"] | {"components": DOCUMENT["components"]},
        format_checker=jsonschema.FormatChecker(),
    ).validate(json.loads(body))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["positive", "negative"])
@pytest.mark.parametrize("named", [True, False], ids=["named", "any name"])
@pytest.mark.parametrize("path", OPERATIONS)
def test_every_answer_is_one_the_document_describes(schema: Any, path: str, named: bool, mode: GenerationMode) -> None:
    operation = schema[path]["GET"]
    in_path = {p["name"] for p in OPERATIONS[path].get("parameters", []) if p["in"] == "path"}
    if named != bool(in_path) and (named or not in_path):
        pytest.skip("there is no name in the path" if named else "asked with the other half of the tests")
    free = [p for p in OPERATIONS[path].get("parameters", []) if not named or p["in"] != "path"]
    if mode is GenerationMode.NEGATIVE and not free:
        pytest.skip("nothing can be wrong where nothing is taken")
    fixed = {n: NAMED[n] for n in in_path} if named else None
    # Games are solved in a process of their own, which takes seconds.
    quick = {"draws": "0"} if named and "draws" in {p["name"] for p in free} else None
    seen = []

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=fixed, query=quick))
    def ask(case: Any) -> None:
        answer = case.call(base_url=BASE + ROOT)
        case.validate_response(answer, checks=CHECKS)
        assert "Traceback" not in answer.text
        if answer.status_code != 304:
            conforms(path, answer.status_code, answer.headers["content-type"][0], answer.content)
        seen.append(answer.status_code)

    ask()
    assert seen
    if mode is GenerationMode.POSITIVE and (fixed or not in_path):
        assert 200 in seen, "at least one question was answered"


@pytest.mark.parametrize("path", OPERATIONS)
def test_hostile_values_in_every_parameter(client: TestClient, path: str) -> None:
    taken = [p["name"] for p in OPERATIONS[path].get("parameters", []) if p["in"] == "query"]
    filled = re.sub(r"\{(\w+)\}", lambda m: NAMED[m[1]], path)
    for name in [*taken, "unknown", "__proto__"]:
        for value in HOSTILE:
            answer = client.get(ROOT + filled, params={name: value})
            media = answer.headers["content-type"]
            assert answer.status_code < 500, (name, value)
            conforms(path, answer.status_code, media, answer.content)
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "x-injected" not in answer.headers
            if answer.status_code >= 400:
                assert Problem.model_validate_json(answer.content).status == answer.status_code
            else:
                assert media == "application/json"


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("path", [p for p in OPERATIONS if "{" in p])
def test_hostile_names_in_the_path(client: TestClient, path: str, value: str) -> None:
    from urllib.parse import quote

    answer = client.get(ROOT + re.sub(r"\{\w+\}", lambda _: quote(value, safe=""), path))
    assert answer.status_code in (400, 404, 414, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert Problem.model_validate_json(answer.content).faults is not None


def test_every_answer_is_typed_and_every_parameter_explained() -> None:
    assert len(OPERATIONS) == len({o["operationId"] for o in OPERATIONS.values()}) >= 18
    for path, one in OPERATIONS.items():
        assert list(DOCUMENT["paths"][path]) == ["get"]
        assert one["responses"]["200"]["content"]["application/json"]["schema"]["$ref"], path
        assert one["summary"]
        assert one["description"]
        for p in one.get("parameters", []):
            assert p["description"], p
            schema = p["schema"]
            # A limit on every number and every text.
            if schema["type"] in ("integer", "number"):
                assert {"minimum", "maximum"} <= schema.keys(), p
            elif schema["type"] == "array":
                assert {"maxItems"} <= schema.keys(), p
                assert {"maxLength"} <= schema["items"].keys(), p
            else:
                assert {"maxLength", "pattern", "enum", "format"} & schema.keys(), p
    for name, schema in DOCUMENT["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["type"] == "object", name
        assert schema["additionalProperties"] is False, name
        assert all(v for v in schema["properties"].values()), name


def test_the_document_is_the_servers_and_stands_still(client: TestClient) -> None:
    assert client.get(f"{ROOT}/openapi.json").json() == DOCUMENT
    assert create_api(None).openapi() == DOCUMENT
    for path in ("/docs", "/redoc"):
        assert client.get(ROOT + path).status_code == 404


def test_the_page_shows_the_document(client: TestClient) -> None:
    page = client.get("/api")
    assert page.status_code == 200
    assert f'href="{ROOT}/openapi.json"' in page.text
    for path, one in OPERATIONS.items():
        assert f"GET {ROOT}{path}<" in page.text
        assert one["summary"] in page.text.replace("&#39;", "'")
    ids = re.findall(r'\bid="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))
    # Every link on the page leads somewhere; every problem has its row.
    assert set(re.findall(r'href="#([^"]+)"', page.text)) <= set(ids)
    assert set(KINDS) <= set(ids)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)
