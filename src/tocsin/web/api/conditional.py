"""Answers that can be asked for again cheaply: ETag from the content, 304, HEAD; and no traceback to the asker."""

from __future__ import annotations

import hashlib
import logging
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tocsin.web.api.problems import ProblemError, line_of, respond

TAG = re.compile(r'(?:W/)?("[^"]*")')
LOG = logging.getLogger("tocsin.web")


def etag(content: bytes) -> str:
    """Return the tag of a content: the same content has the same tag, whoever serves it and when.

    It is weak, since the same content may be sent compressed or not (RFC 9110, 8.8.1).

    Examples
    --------
    >>> etag(b"{}")
    'W/"44136fa355b3678a1146ad16f7e8649e"'
    """
    return f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'


def matches(asked: str, tag: str) -> bool:
    """Return whether If-None-Match names a tag, by the weak comparison.

    Examples
    --------
    >>> matches('"a", W/"b"', 'W/"a"'), matches("*", 'W/"a"'), matches("a", 'W/"a"')
    (True, True, False)
    """
    return asked.strip() == "*" or tag.removeprefix("W/") in TAG.findall(asked)


def _of_another_site(headers: Headers) -> bool:
    """Return whether a page of another site has the browser ask; it could not read the answer, but cause the work.

    A link to an answer that somebody follows is no such case.
    """
    site, mode = headers.get("sec-fetch-site"), headers.get("sec-fetch-mode")
    return site in {"cross-site", "same-site"} and mode != "navigate"


class Conditional:
    """ASGI middleware around an application that answers GET with whole JSON bodies."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if _of_another_site(Headers(scope=scope)):
            error = ProblemError(
                "refused",
                "A page of another site asked.",
                what_to_do="Ask from a program, or from a page of this server.",
                status=403,
            )
            await respond(line_of(scope), error)(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        start: Message = {}
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        try:
            await self.app({**scope, "method": "GET"} if head else scope, receive, keep)
        except Exception:
            LOG.exception("%s %s failed", scope["method"], line_of(scope))
            start.clear()
            body.clear()
            await respond(line_of(scope), ProblemError("internal", "An error that nobody foresaw."))(
                scope, receive, keep
            )
        headers = MutableHeaders(raw=list(start["headers"]))
        if start["status"] == 200:
            tag = etag(bytes(body))
            headers["etag"] = tag
            headers["cache-control"] = "no-cache"
            if matches(Headers(scope=scope).get("if-none-match", ""), tag):
                start["status"] = 304
                body.clear()
                for name in ("content-length", "content-type"):
                    del headers[name]
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": b"" if head else bytes(body)})
