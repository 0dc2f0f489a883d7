"""What is wrong with a packed file is told as what it is: damage, a password, size, or the disk."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest

from tests.sources.made_up import BODY
from tocsin.errors import SourceError
from tocsin.sources import sandbox
from tocsin.sources.sipri import read_milex
from tocsin.sources.unpack import read_zip, unpack

PACKERS: list[Callable[[bytes], bytes]] = [gzip.compress, bz2.compress, lzma.compress]
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


def zipped(method: int = zipfile.ZIP_DEFLATED, members: int = 3) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for n in range(members):
            archive.writestr(f"xl/{n}.xml", BODY)
    return out.getvalue()


def marked(data: bytes, *, flags: int = 0, method: int | None = None) -> bytes:
    """Return an archive whose list of members states other flags or another method."""
    spoilt, at = bytearray(data), 0
    while (at := spoilt.find(b"PK\x01\x02", at)) >= 0:
        spoilt[at + 8] |= flags
        if method is not None:
            spoilt[at + 10] = method
        at += 4
    return bytes(spoilt)


@pytest.mark.parametrize("method", METHODS)
def test_a_sound_zip_is_returned_whole(tmp_path: Path, method: int) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(zipped(method))
    assert read_zip(path) == path.read_bytes()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not a zip", r"the workbook is damaged \(File is not a zip file\)"),
        (zipped()[:-40], "the workbook is damaged"),
        (zipped().replace(b"xl/1.xml", b"xl/1.xmm", 1), "the workbook is damaged"),
        (marked(zipped(), flags=0x1), "is protected by a password"),
        (marked(zipped(), flags=0x40), "is protected by a password"),
        (marked(zipped(), method=99), r"is packed in a way that is not supported \(That compression method"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "is protected by a password; it was not read"),
        (OLE + bytes(600) + "Workbook".encode("utf-16-le"), r"is in the Excel format of before 2007 \(\.xls\)"),
        (zipped(members=6), "holds 6 members, more than the 5 allowed"),
    ],
    ids=[
        "no zip",
        "cut off",
        "names differ",
        "password",
        "strong password",
        "method",
        "office password",
        "old",
        "members",
    ],
)
def test_a_zip_is_refused_for_what_it_is(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=rf"^x\.xlsx: {said}"):
        read_zip(path, members=5)


def test_sizes_are_counted_over_all_members_and_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(zipped())
    assert read_zip(path, limit=3 * len(BODY))
    with pytest.raises(SourceError, match="unpacks to more than"):
        read_zip(path, limit=3 * len(BODY) - 1)
    with pytest.raises(SourceError, match="is larger than"):
        read_zip(path, limit=100)


@pytest.mark.parametrize("method", METHODS)
def test_damage_to_a_zip_is_never_another_error(tmp_path: Path, method: int) -> None:
    rng, path, refused = random.Random(3), tmp_path / "x.xlsx", 0
    sound = zipped(method)
    for _ in range(300):
        spoilt = bytearray(sound)
        start = rng.randrange(len(spoilt))
        spoilt[start : start + 8] = rng.randbytes(8)
        path.write_bytes(spoilt)
        try:
            read_zip(path)
        except SourceError:
            refused += 1
    assert refused > 100


@pytest.mark.parametrize("read", [unpack, read_zip, read_milex])
def test_a_file_the_disk_does_not_give_is_not_called_damaged(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(SourceError, match=r"^gone\.xlsx: cannot be read \(No such file or directory\)\.$"):
        read(tmp_path / "gone.xlsx")


@pytest.mark.parametrize("read", [unpack, read_zip])
def test_no_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[Path], object]) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    path = tmp_path / "x.xlsx"
    path.write_bytes(zipped())
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(SourceError, match=r"cannot be read \(Permission denied\)"):
        read(path)


def test_a_reader_apart_tells_of_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^gone\.parquet: cannot be read \(No such file"):
        sandbox.read_apart("parquet", tmp_path / "gone.parquet")


def test_a_reader_apart_names_the_error_python_ended_it_with(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"\(KeyError: 'no such kind'\)"):
        sandbox.read_apart("no such kind", tmp_path / "x")


def test_a_full_disk_is_not_called_damage(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a small disk needs Linux and root")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("no small disk here")
    try:
        path = tmp_path / "x.parquet"
        pl.DataFrame({"n": range(100_000)}).write_parquet(path)
        run = subprocess.run(
            [sys.executable, "-m", "tocsin.sources.sandbox", "parquet", str(path), str(disk)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 3
        assert "x.parquet: its tables cannot be written to" in run.stderr
        assert "No space left" in run.stderr
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("pack", PACKERS, ids=lambda p: p.__module__)
def test_every_member_is_unpacked(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "x"
    path.write_bytes(pack(BODY) + pack(b"more"))
    assert unpack(path) == BODY + b"more"
    with pytest.raises(SourceError, match="unpacks to more than"):
        unpack(path, limit=len(BODY) + 3)


@pytest.mark.parametrize("pack", PACKERS, ids=lambda p: p.__module__)
def test_packed_bytes_cut_off_or_damaged(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path, sound, rng = tmp_path / "x", pack(BODY), random.Random(5)
    path.write_bytes(sound[: len(sound) // 2])
    with pytest.raises(SourceError, match="is cut off"):
        unpack(path)
    path.write_bytes(sound[:40] + bytes(200) + sound[240:])
    with pytest.raises(SourceError, match="are damaged"):
        unpack(path)
    for _ in range(200):
        spoilt = bytearray(sound)
        spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
        path.write_bytes(spoilt)
        with suppress(SourceError):  # any other error fails the test
            unpack(path)
