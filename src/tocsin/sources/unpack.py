"""Decompress within a limit: a small file that would swell beyond what its declaration allows is refused."""

from __future__ import annotations

import bz2
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tocsin.errors import SourceError

CHUNK = 1 << 20
DEFAULT_LIMIT = 300 << 20  # unpacked bytes; the largest declared file unpacks to about 190 MiB

_ENGINES: dict[bytes, Callable[[], Any]] = {
    b"\x1f\x8b": lambda: zlib.decompressobj(wbits=31),
    b"BZh": bz2.BZ2Decompressor,
    b"\xfd7zXZ\x00": lambda: lzma.LZMADecompressor(memlimit=DEFAULT_LIMIT),
}
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # Microsoft's compound files, which are no zip
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED = 0x1 | 0x40  # flags of a zip's member: protected by a password, in the old way or the strong one


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
        If the file cannot be read, is truncated, damaged, or would unpack to more than ``limit`` bytes.
    """
    raw = _read(path, limit)
    for magic, start in _ENGINES.items():
        if raw.startswith(magic):
            return _inflate(magic, start, raw, path.name, limit)
    return raw


def _read(path: Path, limit: int) -> bytes:
    try:
        raw = path.read_bytes() if path.stat().st_size <= limit else None
    except OSError as error:
        raise SourceError(f"{path.name}: cannot be read ({error.strerror}).") from error
    if raw is None:
        raise SourceError(f"{path.name}: is larger than the {limit >> 20} MiB allowed for it; it was not read.")
    return raw


def _inflate(magic: bytes, start: Callable[[], Any], raw: bytes, name: str, limit: int) -> bytes:
    """Unpack every member of a compressed file, one behind the other."""
    out = io.BytesIO()
    rest = raw
    while rest.startswith(magic):
        engine = start()
        data = rest
        try:
            while not engine.eof:
                piece = engine.decompress(data, CHUNK)
                data = getattr(engine, "unconsumed_tail", b"")  # zlib hands back what the others keep inside
                if not piece and not data and not engine.eof:
                    raise SourceError(f"{name}: is cut off in the middle of its compressed data.")
                _keep(out, piece, name, limit)
        except (zlib.error, OSError, lzma.LZMAError, EOFError) as error:  # OSError: how bz2 tells of damage
            raise SourceError(f"{name}: the compressed data are damaged ({error}).") from error
        rest = engine.unused_data
    return out.getvalue()


def _keep(out: io.BytesIO, piece: bytes, name: str, limit: int) -> None:
    _within(out.tell() + len(piece), name, limit)
    out.write(piece)


def _within(size: int, name: str, limit: int) -> None:
    if size > limit:
        raise SourceError(f"{name}: unpacks to more than the {limit >> 20} MiB allowed for it; it was not read.")


def read_zip(path: Path, limit: int = DEFAULT_LIMIT, members: int = 2000) -> bytes:
    """Return the bytes of a zip (as an .xlsx is) that is whole and unpacks to no more than ``limit`` bytes.

    The sizes that the archive states about itself are not believed: every member is unpacked once and counted.

    Raises
    ------
    SourceError
        If the file cannot be read, or the archive is damaged, protected by a password, of an older format, packed in a
        way that is not supported, holds too many members, or is too large.
    """
    raw = _read(path, limit)
    if raw.startswith(_OLE):
        # What Office puts around a workbook with a password; a workbook of before 2007 looks the same from outside.
        what = "protected by a password" if _ENCRYPTED_PACKAGE in raw else "in the Excel format of before 2007 (.xls)"
        raise SourceError(f"{path.name}: is {what}; it was not read.")
    total = 0
    try:
        # From memory: an OSError below tells of the archive (bz2 has no other word for damage), never of the disk.
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            infos = archive.infolist()
            if len(infos) > members:
                raise SourceError(f"{path.name}: holds {len(infos)} members, more than the {members} allowed.")
            for info in infos:
                if info.flag_bits & _ENCRYPTED:
                    raise SourceError(f"{path.name}: is protected by a password; it was not read.")
                with archive.open(info) as member:
                    while piece := member.read(CHUNK):
                        total += len(piece)
                        _within(total, path.name, limit)
    except NotImplementedError as error:
        raise SourceError(f"{path.name}: is packed in a way that is not supported ({error}).") from error
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise SourceError(f"{path.name}: the workbook is damaged ({error}).") from error
    return raw
