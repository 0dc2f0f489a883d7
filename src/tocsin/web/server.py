"""The server: uvicorn with a deadline for slow clients and a limit to how many are served at once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tocsin.errors import UsageError
from tocsin.web.app import create_app
from tocsin.web.settings import Settings

log = logging.getLogger("tocsin.web")

# Seconds until the head of a request must be here, and until a request must have been answered.
HEAD, WHOLE = 10.0, 120.0
CONNECTIONS = 256
HEAD_BYTES = 16_384


class DeadlineProtocol(H11Protocol):
    """HTTP/1.1 that closes on clients that send, or take, too slowly; uvicorn itself waits for them forever."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._expect(HEAD, "no whole request")

    def data_received(self, data: bytes) -> None:
        """Take bytes; where they complete the head of a request, the whole exchange gets its time."""
        before = self.cycle
        if before is not None and before.response_complete and self._deadline is None:
            self._expect(HEAD, "no whole request")
        super().data_received(data)
        if self.cycle is not before and not self.transport.is_closing():
            self._expect(WHOLE, "a request not over")

    def on_response_complete(self) -> None:
        """Take the time off: between requests the keep-alive limit holds."""
        if self.conn.their_state is not h11.SEND_BODY:  # answered before the body was here, which may trickle on
            self._expect(None)
        super().on_response_complete()
        if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._expect(HEAD, "no whole request")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._expect(None)
        super().connection_lost(exc)

    def _expect(self, seconds: float | None, what: str = "") -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._late, seconds, what)

    def _late(self, seconds: float, what: str) -> None:
        client = self.client[0] if self.client else "unknown"
        log.warning("closed: %s after %.0f seconds; from %s", what, seconds, client)
        self.transport.abort()


def config(settings: Settings, **more: Any) -> uvicorn.Config:
    """Return how uvicorn is to serve the dashboard."""
    chosen: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "http": DeadlineProtocol,
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "timeout_keep_alive": 15,
        "timeout_graceful_shutdown": 2,
        "limit_concurrency": CONNECTIONS,
        "h11_max_incomplete_event_size": HEAD_BYTES,
    }
    return uvicorn.Config(create_app(settings), **(chosen | more))


def run(settings: Settings, *, browser: bool = False) -> None:
    """Serve the dashboard until interrupted.

    Parameters
    ----------
    browser : bool
        Open it in the reader's browser once it listens.

    Raises
    ------
    UsageError
        If the address cannot be listened on.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")
    listener = _listen(settings)
    address = f"http://{_shown(settings.host)}:{settings.port}/"
    sys.stderr.write(f"Tocsin is at {address}  (stop it with Ctrl-C)\n")
    if browser:
        import webbrowser

        webbrowser.open(address)
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config(settings)).run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    """Return a socket that listens before anybody is told the address."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host.strip("[]"), settings.port))
    except OSError as error:
        listener.close()
        raise UsageError(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}. Choose another with --port or --host."
        ) from error
    return listener


def _shown(host: str) -> str:
    if host in {"0.0.0.0", "::"}:
        return "localhost"
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
