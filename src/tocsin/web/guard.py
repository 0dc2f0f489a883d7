"""What stands before every page: the Host header, other sites, sizes; and the headers every answer carries.

A server on loopback can be reached by any page open in the same browser. The Host header gives away a name that was
made to point here (DNS rebinding); ``Sec-Fetch-Site`` and ``Origin`` give away requests that other sites caused.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("tocsin.web")

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = SAFE | {"POST"}
# Bytes and counts no honest request comes near.
PATH, QUERY, PARAMETERS, BODY = 1_000, 4_000, 100, 65_536
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
SINGLE = frozenset({"host", "origin", "content-length", "sec-fetch-site"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class RefusedError(HTTPException):
    """A request that is not let through; ``detail`` says why."""


class Guard:
    """Refuses requests before the application sees them, and adds the headers every answer carries.

    Parameters
    ----------
    app : ASGI application
        What is guarded.
    host, port
        Address the server listens on. On an address that stands for all (``0.0.0.0``) any number may be named, but no
        name: a number cannot be made to point here by somebody else.
    """

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        self.app, self.port = app, port
        self.names = LOOPBACK | {host.strip("[]").lower()}
        self.any_number = _is_wildcard(host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        client = (scope.get("client") or ("unknown",))[0]

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.setdefault("headers", [])
                there = {k.lower() for k, _ in given}
                given += [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in there]
            await send(message)

        try:
            self._check(scope)
            limited = _limited(receive, scope, client)
        except RefusedError as refusal:
            _note(refusal, client)
            await _refuse(refusal, scope, answer)
        else:
            await self.app(scope, limited, answer)

    def _check(self, scope: Scope) -> None:
        headers = _single(scope["headers"])
        self._host(headers.get("host"))
        method = scope["method"]
        if method not in METHODS:
            raise RefusedError(405, f"method {_short(method)} is not used here")
        if len(scope.get("raw_path") or scope["path"].encode()) > PATH:
            raise RefusedError(414, "the path is too long")
        query = scope["query_string"]
        if len(query) > QUERY:
            raise RefusedError(414, f"the query has {len(query)} bytes; the limit is {QUERY}")
        if (count := query.count(b"&") + 1) > PARAMETERS:
            raise RefusedError(400, f"the query has {count} parameters; the limit is {PARAMETERS}")
        if method not in SAFE:
            self._own_site(headers)

    def _host(self, given: str | None) -> None:
        if given is None or not self._is_here(given):
            raise RefusedError(421, f"wrong Host header {_short(given or '')}")

    def _is_here(self, given: str) -> bool:
        try:
            parts = urlsplit(f"//{given}")
            name, port = (parts.hostname or "").rstrip("."), parts.port
        except ValueError:
            return False
        if parts.netloc != given or "@" in given or (80 if port is None else port) != self.port:
            return False
        return name in self.names or (self.any_number and _is_number(name))

    def _own_site(self, headers: dict[str, str]) -> None:
        """Refuse what another site caused; a program that sends neither header is no browser."""
        if (site := headers.get("sec-fetch-site")) not in {None, "same-origin", "none"}:
            raise RefusedError(403, f"a request from another site (Sec-Fetch-Site: {_short(site or '')})")
        origin = headers.get("origin")
        if origin is not None and origin != f"http://{headers['host']}":
            raise RefusedError(403, f"a request from another site (Origin: {_short(origin)})")


def _single(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers; two that contradict each other are refused where it matters."""
    out: dict[str, str] = {}
    for key, value in raw:
        name = key.decode("latin-1").lower()
        said = value.decode("latin-1")
        if name in SINGLE and out.get(name, said) != said:
            raise RefusedError(400, f"two {name} headers")
        out[name] = said
    return out


def _limited(receive: Receive, scope: Scope, client: str) -> Receive:
    """Return what receives a body and stops where it grows too large."""
    stated = _single(scope["headers"]).get("content-length", "0")
    if not (stated.isascii() and stated.isdecimal() and len(stated) < 12 and int(stated) <= BODY):
        raise RefusedError(413, f"a body of {_short(stated)} bytes; the limit is {BODY}")
    size = 0

    async def limited() -> MutableMapping[str, Any]:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > BODY:
            _note(refusal := RefusedError(413, f"a body of over {BODY} bytes"), client)
            raise refusal
        return message

    return limited


async def _refuse(refusal: RefusedError, scope: Scope, send: Send) -> None:
    body, media = f"{refusal.status_code}: {refusal.detail}.\n".encode(), "text/plain; charset=utf-8"
    if scope["path"].startswith("/api/"):
        from tocsin.web.api.problems import MEDIA_TYPE, refused  # slow to import

        body, media = refused(scope, refusal.status_code, refusal.detail), MEDIA_TYPE
    headers = [
        (b"content-type", media.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    if refusal.status_code == 405:
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": refusal.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _note(refusal: RefusedError, client: str) -> None:
    log.warning("refused (%d): %s; from %s", refusal.status_code, refusal.detail, client)


def _short(text: str) -> str:
    """Return text of a stranger for one line of a log."""
    return repr(text[:80])


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_wildcard(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False
