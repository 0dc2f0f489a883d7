"""A real HTTP server on the loopback interface that can misbehave in every way a server can."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[[BaseHTTPRequestHandler, int], None]


@contextmanager
def serve(behaviour: Behaviour) -> Iterator[str]:
    """Serve with a behaviour, called with the handler and the number of the request (from 1); yields the address."""
    count = 0
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            nonlocal count
            with lock:
                count += 1
                number = count
            with suppress(BrokenPipeError, ConnectionResetError):
                behaviour(self, number)
            self.close_connection = True

        def end_headers(self) -> None:
            # Said aloud, or a client that takes the same connection again meets a closed one now and then.
            self.send_header("Connection", "close")
            super().end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/file"
    finally:
        server.shutdown()
        server.server_close()


def whole(body: bytes, status: int = 200) -> Behaviour:
    """Send the body, honouring a range."""

    def send(handler: BaseHTTPRequestHandler, _: int) -> None:
        wanted = handler.headers.get("Range")
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        handler.send_response(206 if wanted else status)
        if wanted:
            handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        handler.send_header("Content-Length", str(len(body) - start))
        handler.end_headers()
        handler.wfile.write(body[start:])

    return send


def status(code: int) -> Behaviour:
    """Answer with a status and no body."""

    def send(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.send_response(code)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return send


def redirect(to: str) -> Behaviour:
    """Answer with a redirect."""

    def send(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return send


def truncated(body: bytes, at: int) -> Behaviour:
    """Announce the whole body and break off."""

    def send(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:at])

    return send


def stalled(body: bytes, at: int, seconds: float) -> Behaviour:
    """Send a little and then nothing."""

    def send(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[:at])
        handler.wfile.flush()
        time.sleep(seconds)

    return send


def dripping(body: bytes, piece: int, seconds: float) -> Behaviour:
    """Send the body, honouring a range, in pieces with a pause before each."""

    def send(handler: BaseHTTPRequestHandler, _: int) -> None:
        wanted = handler.headers.get("Range")
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
        handler.send_response(206 if wanted else 200)
        if wanted:
            handler.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        handler.send_header("Content-Length", str(len(body) - start))
        handler.end_headers()
        for at in range(start, len(body), piece):
            time.sleep(seconds)
            handler.wfile.write(body[at : at + piece])
            handler.wfile.flush()

    return send


def closing(to: str, after: float) -> Behaviour:
    """Answer with a redirect that promises to keep the connection, and close it a moment later."""

    def send(handler: BaseHTTPRequestHandler, number: int) -> None:
        redirect(to)(handler, number)
        handler.wfile.flush()
        time.sleep(after)

    return send


def endless() -> Behaviour:
    """Send for ever, without a length."""

    def send(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65536)

    return send


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """The first behaviour for the first request, and so on; the last one stays."""

    def send(handler: BaseHTTPRequestHandler, number: int) -> None:
        behaviours[min(number, len(behaviours)) - 1](handler, number)

    return send
