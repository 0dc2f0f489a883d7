"""Fetching against a real server that fails in every way: the file is right and whole, or there is none."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.sources import server
from tests.sources.made_up import BODY, source
from tocsin.errors import SourceError
from tocsin.sources.fetch import Patience, bring, check_address

QUICK = Patience(connect=1.0, read=0.4, attempts=3, pause=0.01)


@pytest.fixture(autouse=True)
def no_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server is asked, also where a developer has named a mirror for the tests of real data."""
    monkeypatch.delenv("TOCSIN_MIRROR", raising=False)


def files(raw: Path) -> list[str]:
    return sorted(p.name for p in raw.rglob("*") if p.is_file())


def test_a_sound_server(tmp_path: Path) -> None:
    seen: list[int] = []
    with server.serve(server.whole(BODY)) as address:
        path, sha = bring(source(address), tmp_path, patience=QUICK, progress=seen.append)
    assert path.read_bytes() == BODY
    assert sha == source().sha256
    assert sum(seen) == len(BODY)
    assert files(tmp_path) == ["made_up.csv"]


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    with server.serve(server.whole(BODY)) as address:
        bring(source(address), tmp_path, patience=QUICK)
    path, _ = bring(source(address), tmp_path, patience=QUICK)  # the server is gone
    assert path.read_bytes() == BODY


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with pytest.raises(SourceError, match="no connection"):
        bring(source(f"http://127.0.0.1:{port}/file"), tmp_path, patience=QUICK)
    assert files(tmp_path) == []


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_a_refusal_is_final(tmp_path: Path, code: int) -> None:
    tries: list[int] = []

    def count(handler: object, number: int) -> None:
        tries.append(number)
        server.status(code)(handler, number)  # type: ignore[arg-type]

    with server.serve(count) as address, pytest.raises(SourceError, match=f"answered {code}"):
        bring(source(address), tmp_path, patience=QUICK)
    assert tries == [1]


@pytest.mark.parametrize("code", [500, 503, 429])
def test_a_passing_fault_is_tried_again(tmp_path: Path, code: int) -> None:
    with server.serve(server.in_turn(server.status(code), server.whole(BODY))) as address:
        path, _ = bring(source(address), tmp_path, patience=QUICK)
    assert path.read_bytes() == BODY


def test_a_fault_that_does_not_pass(tmp_path: Path) -> None:
    with server.serve(server.status(500)) as address, pytest.raises(SourceError, match="answered 500"):
        bring(source(address), tmp_path, patience=QUICK)


def test_a_stall_ends_and_resumes(tmp_path: Path) -> None:
    ranges: list[str | None] = []

    def note(handler: object, number: int) -> None:
        ranges.append(handler.headers.get("Range"))  # type: ignore[attr-defined]
        server.in_turn(server.stalled(BODY, 500, 1.5), server.whole(BODY))(handler, number)  # type: ignore[arg-type]

    with server.serve(note) as address:
        path, _ = bring(source(address), tmp_path, patience=QUICK)
    assert path.read_bytes() == BODY
    assert ranges[0] is None
    assert ranges[1] is not None
    assert ranges[1].startswith("bytes=")


def test_a_broken_body_is_completed(tmp_path: Path) -> None:
    turns = server.in_turn(server.truncated(BODY, 700), server.whole(BODY))
    with server.serve(turns) as address:
        path, _ = bring(source(address), tmp_path, patience=QUICK)
    assert path.read_bytes() == BODY


def test_a_server_that_cannot_resume_sends_all_again(tmp_path: Path) -> None:
    def no_ranges(handler: object, number: int) -> None:
        if number == 1:
            server.truncated(BODY, 700)(handler, number)  # type: ignore[arg-type]
        else:
            handler.send_response(200)  # type: ignore[attr-defined]
            handler.send_header("Content-Length", str(len(BODY)))  # type: ignore[attr-defined]
            handler.end_headers()  # type: ignore[attr-defined]
            handler.wfile.write(BODY)  # type: ignore[attr-defined]

    with server.serve(no_ranges) as address:
        path, _ = bring(source(address), tmp_path, patience=QUICK)
    assert path.read_bytes() == BODY


def test_a_rest_from_another_file_is_not_glued_on(tmp_path: Path) -> None:
    part = tmp_path / "made" / "made_up.csv.part"
    part.parent.mkdir()
    part.write_bytes(b"z" * 300)
    with server.serve(server.whole(BODY)) as address:
        path, _ = bring(source(address), tmp_path, patience=QUICK)
    assert path.read_bytes() == BODY


def test_wrong_bytes_are_never_kept(tmp_path: Path) -> None:
    wrong = BODY[:-1] + b"#"
    with server.serve(server.whole(wrong)) as address, pytest.raises(SourceError, match="not the one declared"):
        bring(source(address), tmp_path, patience=QUICK)
    assert files(tmp_path) == []


def test_an_endless_body_is_stopped(tmp_path: Path) -> None:
    with server.serve(server.endless()) as address, pytest.raises(SourceError, match="more than the"):
        bring(source(address), tmp_path, patience=QUICK)
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://192.0.2.1/x", "http://example.org/x", "gopher://x/"]
)
def test_redirects_elsewhere_are_refused(tmp_path: Path, to: str) -> None:
    with server.serve(server.redirect(to)) as address, pytest.raises(SourceError, match="only https"):
        bring(source(address), tmp_path, patience=QUICK)
    assert files(tmp_path) == []


def test_a_redirect_on_loopback_is_followed_and_a_circle_is_not(tmp_path: Path) -> None:
    with server.serve(server.whole(BODY)) as there, server.serve(server.redirect(there)) as address:
        assert bring(source(address), tmp_path / "a", patience=QUICK)[0].read_bytes() == BODY
    with server.serve(server.redirect("/again")) as address, pytest.raises(SourceError, match="redirects"):
        bring(source(address), tmp_path / "b", patience=QUICK)


@pytest.mark.parametrize("address", ["http://example.org/x", "ftp://example.org/x", "/etc/passwd", "https:///x"])
def test_declared_addresses_must_be_https(tmp_path: Path, address: str) -> None:
    with pytest.raises(SourceError, match="only https"):
        check_address(address, loopback=True)
    with pytest.raises(SourceError):
        bring(source(address), tmp_path, patience=QUICK)


def test_a_second_address_is_tried(tmp_path: Path) -> None:
    with server.serve(server.status(404)) as first, server.serve(server.whole(BODY)) as second:
        path, _ = bring(source(None, addresses=[first, second]), tmp_path, patience=QUICK)
    assert path.read_bytes() == BODY


def test_without_an_address_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--from-file FILE") as raised:
        bring(source(), tmp_path)
    assert "made_up.csv" in str(raised.value)
    assert "https://example.org/made-up" in str(raised.value)


def test_from_file_and_from_mirror(tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_bytes(BODY)
    assert bring(source(), tmp_path / "a", file=mine)[0].read_bytes() == BODY
    mirror = tmp_path / "mirror"
    (mirror / "made").mkdir(parents=True)
    (mirror / "made" / "made_up.csv").write_bytes(BODY)
    assert bring(source(), tmp_path / "b", mirror=mirror)[0].read_bytes() == BODY
    (mirror / "made" / "made_up.csv").write_bytes(BODY + b"1")
    with pytest.raises(SourceError, match="declared at most"):
        bring(source(), tmp_path / "c", mirror=mirror)
    with pytest.raises(SourceError, match=r"has no made/made_up\.csv"):
        bring(source(), tmp_path / "d", mirror=tmp_path)


def test_a_published_file_is_as_good_as_the_mirrors_gzip(tmp_path: Path) -> None:
    import gzip
    import hashlib

    packed = gzip.compress(BODY, mtime=0)
    published = {"sha256": hashlib.sha256(BODY).hexdigest(), "bytes": len(BODY), "conversion": "gzip"}
    declared = source(None, body=packed, file="made/made_up.csv.gz", published=published)
    with server.serve(server.whole(BODY)) as address:
        path, sha = bring(declared.model_copy(update={"addresses": [address]}), tmp_path, patience=QUICK)
    assert path.name == "made_up.csv"
    assert sha == published["sha256"]
    assert bring(declared, tmp_path)[0] == path


def test_a_full_disk_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("cannot mount a small tmpfs here (needs root)")
    try:
        with server.serve(server.whole(BODY)) as address, pytest.raises(SourceError, match="No space left"):
            bring(source(address), disk, patience=QUICK)
        assert files(disk) == []
        mine = tmp_path / "mine.csv"
        mine.write_bytes(BODY)
        with pytest.raises(SourceError, match="No space left"):
            bring(source(), disk, file=mine)
        assert files(disk) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_connection_that_closes_behind_a_redirect_does_no_harm(tmp_path: Path) -> None:
    """Whether the server closes before, while or after the next request is sent."""
    for n in range(20):
        with server.serve(server.whole(BODY)) as there, server.serve(server.closing(there, n / 4000)) as first:
            hops = server.in_turn(server.closing("/again", n / 4000), server.redirect(first))
            with server.serve(hops) as address:
                once = Patience(connect=1.0, read=2.0, attempts=1)
                assert bring(source(address), tmp_path / str(n), patience=once)[0].read_bytes() == BODY


def test_a_server_that_drips_counts_as_stalled(tmp_path: Path) -> None:
    impatient = Patience(connect=1.0, read=0.4, attempts=2, pause=0.01, slowest=5000)
    start = time.monotonic()
    with server.serve(server.dripping(BODY, 10, 0.02)) as address, pytest.raises(SourceError) as raised:
        bring(source(address), tmp_path, patience=impatient)
    assert "sends fewer than 5,000 bytes a second" in str(raised.value)
    assert time.monotonic() - start < 4
    # What arrived is kept, and a server in better health sends the rest.
    assert 0 < (tmp_path / "made" / "made_up.csv.part").stat().st_size < len(BODY)
    with server.serve(server.whole(BODY)) as address:
        assert bring(source(address), tmp_path, patience=QUICK)[0].read_bytes() == BODY


def test_time_is_bounded(tmp_path: Path) -> None:
    start = time.monotonic()
    with server.serve(server.stalled(BODY, 10, 5)) as address, pytest.raises(SourceError, match="stopped sending"):
        bring(source(address), tmp_path, patience=QUICK)
    assert time.monotonic() - start < 4
