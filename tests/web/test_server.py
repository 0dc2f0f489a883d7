"""The server itself: slow clients are let go of, a port in use is told, and it stays up."""

from __future__ import annotations

import http.client
import logging
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import uvicorn

from tocsin.errors import UsageError
from tocsin.web import server
from tocsin.web.settings import Settings


@pytest.fixture
def port(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server with short deadlines."""
    monkeypatch.setattr(server, "HEAD", 0.6)
    monkeypatch.setattr(server, "WHOLE", 1.2)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        found = uvicorn.Server(server.config(replace(settings, port=port)))
        thread = threading.Thread(target=found.run, kwargs={"sockets": [listener]})
        thread.start()
        yield port
        found.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


def request(port: int, path: str = "/static/theme.js") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()


def until_closed(connection: socket.socket, seconds: float = 8) -> bytes:
    """Return what comes until the server closes."""
    connection.settimeout(seconds)
    out = b""
    try:
        while data := connection.recv(65536):
            out += data
    except ConnectionResetError:
        pass
    return out


def trickle(connection: socket.socket, data: bytes) -> bool:
    """Send byte by byte and return whether the server closed before all was sent."""
    try:
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(0.02)
    except OSError:
        return True
    return False


def test_who_says_nothing_is_let_go(port: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "tocsin.web"), socket.create_connection(("127.0.0.1", port)) as c:
        assert until_closed(c) == b""
    assert any("no whole request" in m for m in caplog.messages)


def test_who_sends_a_request_letter_by_letter_is_let_go(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as c:
        begun = time.monotonic()
        assert trickle(c, request(port) * 10)
        assert time.monotonic() - begun < 6


def test_the_second_request_of_a_connection_has_a_deadline_too(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as c:
        c.sendall(request(port))
        c.settimeout(8)
        assert c.recv(65536).startswith(b"HTTP/1.1 200")
        assert trickle(c, request(port) * 10)


def test_who_sends_the_body_too_slowly_is_let_go(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as c:
        head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 1000\r\n\r\n".encode()
        c.sendall(head)
        assert trickle(c, b"x" * 900)


def test_an_honest_client_is_served_over_and_over(port: int) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=8)
    for _ in range(4):
        client.request("GET", "/static/theme.js")
        answer = client.getresponse()
        assert answer.status == 200
        assert answer.read().endswith(b"})();\n")
        time.sleep(0.5)
    client.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    ],
)
def test_nonsense_is_refused_and_the_server_stays_up(port: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as c:
        c.sendall(sent)
        answer = until_closed(c)
    assert not answer or answer.startswith(b"HTTP/1.1 4"), answer[:100]
    with socket.create_connection(("127.0.0.1", port)) as c:
        c.settimeout(8)
        c.sendall(request(port))
        assert c.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_port_in_use_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="--port"):
        server.run(Settings(port=taken.getsockname()[1], warm=False))


def test_a_folder_that_is_not_there_is_told() -> None:
    from typer.testing import CliRunner

    from tocsin.cli.app import app

    run = CliRunner().invoke(app, ["serve", "--cases", "nowhere/at/all"])
    assert isinstance(run.exception, UsageError)
    assert "no such folder" in str(run.exception)
