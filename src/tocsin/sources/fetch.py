"""Bringing a source file: from a mirror, a given file, or the network; nothing is trusted before its hash is right."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from tocsin.errors import SourceError
from tocsin.sources.declaration import Source

if TYPE_CHECKING:
    import requests

MIRROR = "TOCSIN_MIRROR"
CHUNK = 1 << 18
REDIRECTS = 5
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server.

    Parameters
    ----------
    connect, read : float
        Seconds to wait for a connection, and for the next bytes.
    attempts : int
        How often to try.
    pause : float
        Seconds before the second attempt; doubled before each later one.
    slowest : float
        Bytes a second; a server that sends fewer on average, once ``read`` seconds are over, counts as stalled.
    """

    connect: float = 10.0
    read: float = 30.0
    attempts: int = 4
    pause: float = 1.0
    slowest: float = 1000.0


class _GiveUpError(Exception):
    """A fault that another attempt would not mend."""


def bring(
    source: Source,
    raw: Path,
    *,
    mirror: Path | None = None,
    file: Path | None = None,
    patience: Patience | None = None,
    progress: Progress | None = None,
) -> tuple[Path, str]:
    """Return the source's file inside ``raw`` and its SHA-256, bringing it if it is not there or not whole.

    Parameters
    ----------
    source : Source
        The declaration.
    raw : Path
        Folder of fetched files.
    mirror : Path, optional
        Local mirror to read from instead of the network; default TOCSIN_MIRROR.
    file : Path, optional
        A file the user has fetched by hand.
    progress : callable, optional
        Called with the number of bytes that arrived.

    Raises
    ------
    SourceError
        If the file cannot be had, or is not the file declared.
    """
    home = raw / source.file
    for target in homes(source, raw):
        if target.is_file():
            found = file_sha256(target)
            if found in source.hashes:
                return target, found
    home.parent.mkdir(parents=True, exist_ok=True)
    if mirror is None and os.environ.get(MIRROR):
        mirror = Path(os.environ[MIRROR])
    if file is not None:
        return _keep(source, raw, _copy(file, _part(home), source, progress))
    if mirror is not None:
        if not (mirror / source.file).is_file():
            raise SourceError(f"{source.table}: the mirror {mirror} has no {source.file}.")
        return _keep(source, raw, _copy(mirror / source.file, _part(home), source, progress))
    if not source.addresses:
        form = "The publisher asks for a form or a click, or does not allow others to pass the file on."
        why = source.published.conversion if source.published and source.published.sha256 is None else form
        raise SourceError(
            f"{source.table}: cannot be fetched by address. {why} Get {Path(source.file).name} "
            f"({source.title}, {source.version}) from {source.page or 'its publisher, ' + source.publisher}, then: "
            f"tocsin data fetch {source.table} --from-file FILE"
        )
    return _download(source, raw, _part(home), patience or Patience(), progress)


def homes(source: Source, raw: Path) -> list[Path]:
    """Return where the file may lie: as the mirror packs it and, last, as published."""
    return [raw / name for name in dict.fromkeys((source.file, source.file.removesuffix(".gz")))]


def _part(home: Path) -> Path:
    return home.with_name(home.name + ".part")


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _keep(source: Source, raw: Path, part: Path) -> tuple[Path, str]:
    """Move a whole and right file into place; anything else is removed and reported."""
    found = file_sha256(part)
    if found not in source.hashes:
        size = part.stat().st_size
        part.unlink()
        raise SourceError(
            f"{source.table}: the file is not the one declared: SHA-256 {found[:16]}..., {size:,} bytes; declared "
            f"{source.sha256[:16]}..., {source.bytes:,} bytes. It was not kept. It may be damaged, or another release: "
            f"compare with {source.page or source.publisher}."
        )
    home = homes(source, raw)[0 if found == source.sha256 else -1]
    part.replace(home)
    return home, found


def _copy(origin: Path, part: Path, source: Source, progress: Progress | None) -> Path:
    limit = max(source.hashes.values())
    try:
        if origin.stat().st_size > limit:
            raise SourceError(
                f"{source.table}: {origin.name} has {origin.stat().st_size:,} bytes where {limit:,} are declared at "
                "most; it was not read."
            )
        with origin.open("rb") as reader, part.open("wb") as writer:
            while piece := reader.read(CHUNK):
                writer.write(piece)
                if progress:
                    progress(len(piece))
            writer.flush()
            os.fsync(writer.fileno())
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SourceError(f"{source.table}: cannot copy {origin.name}: {error.strerror}. Nothing was kept.") from error
    return part


def check_address(address: str, *, loopback: bool) -> None:
    """Refuse an address that is not HTTPS; plain HTTP is allowed on the loopback interface alone.

    Raises
    ------
    SourceError
        With the scheme that was refused.

    Examples
    --------
    >>> check_address("https://example.org/x", loopback=False)
    >>> check_address("file:///etc/passwd", loopback=True)
    Traceback (most recent call last):
    ...
    tocsin.errors.SourceError: refused the address file:///etc/passwd: only https is allowed.
    """
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and loopback and _is_loopback(parts.hostname):
        return
    raise SourceError(f"refused the address {address}: only https is allowed.")


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _download(source: Source, raw: Path, part: Path, patience: Patience, progress: Progress | None) -> tuple[Path, str]:
    import requests

    faults: list[str] = []
    for address in source.addresses:
        check_address(address, loopback=True)
        for attempt in range(patience.attempts):
            if attempt:
                time.sleep(patience.pause * 2 ** (attempt - 1))
            try:
                _stream(address, part, source, patience, progress)
                return _keep(source, raw, part)
            except _GiveUpError as error:
                faults.append(f"{address}: {error}")
                break
            except requests.RequestException as error:
                faults.append(f"{address}: {_plain(error)}")
            except OSError as error:
                part.unlink(missing_ok=True)
                raise SourceError(
                    f"{source.table}: cannot write {part.name}: {error.strerror}. Nothing was kept; make room in "
                    f"{part.parent} and fetch again."
                ) from error
            except SourceError as error:
                # Wrong bytes: whatever was there is gone, another attempt starts afresh.
                faults.append(str(error))
    listed = "\n".join(f"  {fault}" for fault in dict.fromkeys(faults))
    raise SourceError(
        f"{source.table}: could not be fetched.\n{listed}\nTry again later (what has arrived is kept), or get "
        f"{Path(source.file).name} from {source.page or source.publisher} and use --from-file."
    )


def _plain(error: Exception) -> str:
    name = type(error).__name__
    words = {
        "ConnectTimeout": "no connection within the time allowed",
        "ReadTimeout": "the server stopped sending",
        "ReadTimeoutError": "the server stopped sending",
        "IncompleteRead": "the connection broke off",
        "ProtocolError": "the connection broke off",
        "ChunkedEncodingError": "the connection broke off",
    }
    if name == "ConnectionError":
        if "Read timed out" in str(error):
            return "the server stopped sending"
        return "the connection broke off" if "Connection aborted" in str(error) else "no connection"
    return words.get(name, str(error))


def _stream(address: str, part: Path, source: Source, patience: Patience, progress: Progress | None) -> None:
    """Append what is missing of the file to ``part``; resume where the server can."""
    import requests

    limit = max(source.hashes.values())
    have = part.stat().st_size if part.exists() else 0
    if have >= limit:
        part.unlink()
        have = 0
    head = {"Range": f"bytes={have}-"} if have else {}
    with requests.Session() as session, _open(session, address, head, patience) as answer:
        resumed = answer.status_code == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        if answer.status_code == 416 or (answer.status_code == 206 and not resumed):
            part.unlink(missing_ok=True)
            raise requests.RequestException("the server could not resume; starting afresh")
        if answer.status_code >= 500 or answer.status_code == 429:
            raise requests.RequestException(f"the server answered {answer.status_code}")
        if answer.status_code not in (200, 206):
            raise _GiveUpError(f"the server answered {answer.status_code}")
        if not resumed:
            have = 0
        begin, before = time.monotonic(), have
        with part.open("ab" if resumed else "wb") as writer:
            for piece in _pieces(answer):
                have += len(piece)
                if have > limit:
                    writer.close()
                    part.unlink()
                    raise _GiveUpError(f"sends more than the {limit:,} bytes declared; stopped")
                writer.write(piece)
                if progress:
                    progress(len(piece))
                spent = time.monotonic() - begin
                if spent > patience.read and have - before < spent * patience.slowest:
                    raise requests.RequestException(f"sends fewer than {patience.slowest:,.0f} bytes a second")
            writer.flush()
            os.fsync(writer.fileno())
    if have < min(source.hashes.values()):
        raise requests.RequestException(f"broke off after {have:,} bytes")


def _open(session: requests.Session, address: str, head: dict[str, str], patience: Patience) -> Any:
    loopback = _is_loopback(urlsplit(address).hostname)
    session.trust_env = not loopback
    for _ in range(REDIRECTS + 1):
        answer = session.get(
            address,
            headers={"Accept-Encoding": "identity", "User-Agent": "tocsin"} | head,
            stream=True,
            allow_redirects=False,
            timeout=(patience.connect, patience.read),
        )
        if answer.status_code not in (301, 302, 303, 307, 308):
            return answer
        answer.close()
        # Not over the same connection: the server may be closing it just now, which would look like a broken one.
        session.close()
        address = urljoin(address, answer.headers.get("Location", ""))
        try:
            check_address(address, loopback=loopback)
        except SourceError as error:
            raise _GiveUpError(str(error)) from error
    raise _GiveUpError(f"more than {REDIRECTS} redirects")


def _pieces(answer: requests.Response) -> Iterator[bytes]:
    import requests
    from urllib3.exceptions import HTTPError

    try:
        # Whatever has arrived is handed on at once, so that a stall loses nothing.
        while piece := answer.raw.read1(CHUNK, decode_content=False):
            yield piece
    except HTTPError as error:
        raise requests.RequestException(_plain(error)) from error
