"""The guard: other hosts, other sites and sizes nobody needs are refused, and every answer carries its headers."""

from __future__ import annotations

import logging

import pytest
from starlette.testclient import TestClient

from tocsin.web.guard import BODY, PARAMETERS, QUERY, Guard


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST:8765", "[::1]:8765", "localhost.:8765"]
)
def test_loopback_is_let_through(client: TestClient, host: str) -> None:
    assert client.get("/static/theme.js", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8765",
        "127.0.0.1.evil.example:8765",
        "localhost.evil.example:8765",
        "localhost",
        "localhost:80",
        "localhost:8765@evil.example",
        "user@localhost:8765",
        "localhost:8765/x",
        "localhost:8765:1",
        "localhost:x",
        "[::1",
        "",
        "0.0.0.0:8765",
        "192.168.1.5:8765",
    ],
)
def test_another_host_is_refused(client: TestClient, caplog: pytest.LogCaptureFixture, host: str) -> None:
    with caplog.at_level(logging.WARNING, "tocsin.web"):
        answer = client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert ["wrong Host header" in m and "\n" not in m for m in caplog.messages] == [True]


async def _nothing(*_: object) -> None: ...


def test_on_an_address_for_all_numbers_pass_and_names_do_not() -> None:
    guard = Guard(_nothing, "0.0.0.0", 80)
    said = [guard._is_here(h) for h in ("192.168.1.5", "192.168.1.5:80", "localhost", "evil.example", "192.168.1.5:81")]
    assert said == [True, True, True, False, False]
    assert Guard(_nothing, "early.warning.example", 8765)._is_here("Early.Warning.example:8765")


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "https://127.0.0.1:8765"},
        {"origin": "http://127.0.0.1:8766", "sec-fetch-site": "same-origin"},
    ],
)
def test_another_site_may_not_change_anything(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/", headers=headers).status_code == 403


def test_our_own_site_may(client: TestClient) -> None:
    own = {"origin": "http://127.0.0.1:8765", "sec-fetch-site": "same-origin"}
    assert client.post("/", headers=own).status_code == 405, "past the guard; the page itself takes no form"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_methods_nobody_needs(client: TestClient, method: str) -> None:
    assert client.request(method, "/").status_code == 405


def test_sizes(client: TestClient) -> None:
    assert client.get("/" + "a" * 2000).status_code == 414
    assert client.get("/?x=" + "a" * QUERY).status_code == 414
    assert client.get("/?" + "&".join(f"a{i}=1" for i in range(PARAMETERS + 1))).status_code == 400
    assert client.post("/", content=b"x" * (BODY + 1)).status_code == 413
    assert client.post("/", content=b"x", headers={"content-length": "-1"}).status_code == 413
    assert client.post("/", content=b"x", headers={"content-length": "9" * 5000}).status_code == 413
    assert client.get("/").status_code == 200, "the server is still up"


def test_a_body_without_a_length_is_counted_as_it_comes() -> None:
    from starlette.requests import Request
    from starlette.responses import Response

    seen: list[int] = []

    async def app(scope, receive, send):  # type: ignore[no-untyped-def]
        body = await Request(scope, receive).body()
        seen.append(len(body))
        await Response("read")(scope, receive, send)

    from starlette.exceptions import HTTPException

    found = TestClient(Guard(app, "127.0.0.1", 8765), base_url="http://127.0.0.1:8765")
    assert found.post("/", content=iter([b"x" * 100, b"y" * 100])).text == "read"
    with pytest.raises(HTTPException, match="over"):
        found.post("/", content=iter([b"x" * 50_000] * 3))
    assert seen == [200]


def test_headers_of_a_page_and_of_a_problem(client: TestClient) -> None:
    for address in ("/", "/nothing", "/static/theme.js"):
        headers = client.get(address).headers
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
