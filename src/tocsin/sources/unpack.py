"""Decompress within a limit: a small file that would swell beyond what its declaration allows is refused."""

from __future__ import annotations

import bz2
import io
import lzma
import zipfile
import zlib
from pathlib import Path
from typing import Protocol

from tocsin.errors import SourceError

CHUNK = 1 << 20
DEFAULT_LIMIT = 300 << 20  # unpacked bytes; the largest declared file unpacks to about 190 MiB

GZIP, BZIP2, XZ, ZIP = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04"


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def unpack(path: Path, limit: int = DEFAULT_LIMIT) -> bytes:
    """Return the content of a plain, gzip, bzip2 or xz file, never holding more than ``limit`` bytes.

    Parameters
    ----------
    path : Path
        The file; its first bytes tell the compression, not its name.
    limit : int
        Largest unpacked size in bytes.

    Returns
    -------
    bytes

    Raises
    ------
    SourceError
        If the file is truncated, damaged, or would unpack to more than ``limit`` bytes.
    """
    try:
        raw = path.read_bytes() if path.stat().st_size <= limit else None
    except OSError as error:
        raise SourceError(f"{path.name}: cannot be read ({error.strerror}).") from error
    if raw is None:
        raise SourceError(f"{path.name}: is larger than the {limit >> 20} MiB allowed for it; it was not read.")
    if raw.startswith(GZIP):
        return _inflate_members(raw, path.name, limit)
    if raw.startswith(BZIP2):
        return _inflate(bz2.BZ2Decompressor(), raw, path.name, limit)
    if raw.startswith(XZ):
        return _inflate(lzma.LZMADecompressor(memlimit=DEFAULT_LIMIT), raw, path.name, limit)
    return raw


def _inflate(engine: _Decompressor, raw: bytes, name: str, limit: int) -> bytes:
    out = io.BytesIO()
    data: bytes = raw
    try:
        while not engine.eof:
            piece = engine.decompress(data, CHUNK)
            data = b""
            if not piece and not engine.eof:
                raise SourceError(f"{name}: is cut off in the middle of its compressed data.")
            _keep(out, piece, name, limit)
    except (OSError, lzma.LZMAError, EOFError) as error:
        raise SourceError(f"{name}: the compressed data are damaged ({error}).") from error
    return out.getvalue()


def _inflate_members(raw: bytes, name: str, limit: int) -> bytes:
    out = io.BytesIO()
    rest = raw
    while rest.startswith(GZIP):
        engine = zlib.decompressobj(wbits=31)
        data = rest
        try:
            while not engine.eof:
                piece = engine.decompress(data, CHUNK)
                if not piece and not engine.unconsumed_tail and not engine.eof:
                    raise SourceError(f"{name}: is cut off in the middle of its compressed data.")
                data = engine.unconsumed_tail
                _keep(out, piece, name, limit)
        except zlib.error as error:
            raise SourceError(f"{name}: the compressed data are damaged ({error}).") from error
        rest = engine.unused_data
    return out.getvalue()


def _keep(out: io.BytesIO, piece: bytes, name: str, limit: int) -> None:
    if out.tell() + len(piece) > limit:
        raise SourceError(f"{name}: unpacks to more than the {limit >> 20} MiB allowed for it; it was not read.")
    out.write(piece)


def check_zip(path: Path, limit: int = DEFAULT_LIMIT, members: int = 2000) -> None:
    """Refuse a zip (as an .xlsx is) that is damaged or unpacks to more than ``limit`` bytes.

    The sizes that the archive states about itself are not believed: every member is unpacked once and counted.

    Raises
    ------
    SourceError
        If the archive is not a zip, is damaged, holds too many members, or is too large.
    """
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.infolist()
            if len(names) > members:
                raise SourceError(f"{path.name}: holds {len(names)} members, more than the {members} allowed.")
            for info in names:
                with archive.open(info) as member:
                    while piece := member.read(CHUNK):
                        total += len(piece)
                        if total > limit:
                            raise SourceError(
                                f"{path.name}: unpacks to more than the {limit >> 20} MiB allowed for it; "
                                "it was not read."
                            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise SourceError(f"{path.name}: is not a sound workbook ({error}).") from error
