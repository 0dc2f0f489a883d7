"""Damaged files of every kind and files that swell: an error in words, within fixed memory, never a traceback."""

from __future__ import annotations

import gzip
import json
import os
import random
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest

from tests.sources.made_up import BODY, source
from tocsin.errors import CheckError, SourceError, TocsinError
from tocsin.sources.declaration import sources
from tocsin.sources.r_files import read_r
from tocsin.sources.readers import read_source
from tocsin.sources.sandbox import MEMORY
from tocsin.sources.unpack import unpack

MIB = 1 << 20


def r_bytes(body: bytes) -> bytes:
    """Return an R workspace around a body: version 2, one object called x."""
    name = struct.pack(">iii", 0x402, 1, 0x40009) + struct.pack(">i", 1) + b"x"
    return b"RDX2\nX\n" + struct.pack(">iii", 2, 0x30000, 0x20300) + name + body


def huge_numbers() -> bytes:
    return r_bytes(struct.pack(">ii", 14, 2**31 - 1))


def huge_list() -> bytes:
    return r_bytes(struct.pack(">ii", 19, 2**31 - 1))


def huge_text() -> bytes:
    return r_bytes(struct.pack(">iiii", 16, 1, 0x40009, 2**31 - 1))


def negative_length() -> bytes:
    return r_bytes(struct.pack(">ii", 14, -5))


def deep_nesting() -> bytes:
    return r_bytes(struct.pack(">ii", 19, 1) * 200_000)


def compact_sequence() -> bytes:
    """Return a few bytes that stand for two thousand million integers."""
    symbol = struct.pack(">ii", 1, 0x40009)
    names = b"".join(symbol + struct.pack(">i", len(n)) + n for n in (b"compact_intseq", b"base"))
    info = struct.pack(">i", 2) + names[: 8 + 4 + 14] + struct.pack(">i", 2) + names[8 + 4 + 14 :]
    info += struct.pack(">i", 2) + struct.pack(">iii", 13, 1, 13) + struct.pack(">i", 254)
    state = struct.pack(">ii", 14, 3) + struct.pack(">ddd", 2e9, 1, 1)
    return r_bytes(struct.pack(">i", 238) + info + state + struct.pack(">i", 254))


@pytest.mark.parametrize(
    ("make", "said"),
    [(huge_numbers, "claims 2147483647 values"), (huge_list, "claims a vector of"), (huge_text, "claims a text of"),
     (negative_length, "claims -5 values"), (deep_nesting, "nests too deeply"),
     (compact_sequence, "claims a sequence of 2000000000 values")],
    ids=lambda v: getattr(v, "__name__", ""),
)  # fmt: skip
def test_r_files_that_claim_too_much(tmp_path: Path, make: Callable[[], bytes], said: str) -> None:
    path = tmp_path / "x.rda"
    path.write_bytes(gzip.compress(make()))
    with pytest.raises(SourceError, match=rf"^x\.rda: {said}"):
        read_r(path)


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Return data cut off, with bits flipped, or with a stretch overwritten."""
    spoilt = bytearray(data)
    kind = rng.randrange(3)
    if kind == 0:
        return bytes(spoilt[: rng.randrange(len(spoilt))])
    if kind == 1:
        for _ in range(rng.randrange(1, 20)):
            spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
        return bytes(spoilt)
    start = rng.randrange(len(spoilt))
    spoilt[start : start + 64] = rng.randbytes(64)
    return bytes(spoilt)


@pytest.mark.data
@pytest.mark.parametrize("name", ["majors", "gw_states", "false_cow_dyads"])
def test_damaged_r_files(tmp_path: Path, mirror: Path, name: str) -> None:
    """Damage inside the unpacked body, so that the parser and not the checksum of gzip meets it."""
    rng = random.Random(7)
    declared = sources()[name]
    body = unpack(mirror / declared.file)
    path = tmp_path / "x.rda"
    for _ in range(150):
        path.write_bytes(damaged(body, rng))
        with suppress(TocsinError):  # any other error fails the test; harmless damage may be read
            read_source(declared, path)


@pytest.mark.data
@pytest.mark.parametrize("name", ["lemke", "vdem_accountability", "milex", "mida", "arms"])
def test_damaged_other_files(tmp_path: Path, mirror: Path, name: str) -> None:
    rng = random.Random(9)
    declared = sources()[name]
    data = (mirror / declared.file).read_bytes()
    path = tmp_path / declared.file.rsplit("/", 1)[-1]
    for _ in range(5):
        path.write_bytes(damaged(data, rng))
        with suppress(TocsinError):
            read_source(declared, path)


# Reads a file and tells what was said, and the most memory that it and the reader it started ever held.
READ = """
import json, resource, sys
from pathlib import Path
from tests.sources.made_up import source
from tocsin.errors import TocsinError
from tocsin.sources.readers import read_source
import polars, numpy
said = None
try:
    read_source(source(reader=sys.argv[2]), Path(sys.argv[1]))
except TocsinError as error:
    said = str(error)
# VmHWM begins anew with a program; ru_maxrss would carry over what the process that started this one held.
own = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps([said, int(own.split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited and measured as Linux does")
def test_a_parquet_file_that_swells(tmp_path: Path) -> None:
    """Small on disk, and its texts swell beyond the memory that a reader may hold."""
    path = tmp_path / "x.parquet"
    big = pl.concat_str(pl.col("n").cast(pl.String), pl.lit("0" * 1_000_000))
    swollen = MEMORY // 1_000_000 + 100
    pl.LazyFrame({"n": range(2000)}).select(
        text=pl.when(pl.col("n") < swollen).then(big).otherwise(pl.lit("short"))
    ).sink_parquet(path, compression="zstd", row_group_size=50)
    assert path.stat().st_size < 20 * MIB
    env = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    run = subprocess.run(
        [sys.executable, "-c", READ, str(path), "parquet"], capture_output=True, text=True, timeout=120, env=env
    )
    assert run.returncode == 0, run.stderr[-2000:]
    said, own, reader = json.loads(run.stdout)
    assert said is not None
    assert "swells when unpacked" in said
    assert own < 500 * 1024
    assert reader < (MEMORY >> 10) * 1.5


def test_a_row_that_breaks_the_key_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(BODY)
    keyed = source(keys={"made_up": ["value"]})
    assert len(read_source(keyed, path)["made_up"]) == 2000
    with pytest.raises(CheckError, match=r"share their ccode with another\. \[rule: key\]\nFirst rows"):
        read_source(source(keys={"made_up": ["ccode"]}), path)
    with pytest.raises(ValueError, match="is no column"):
        source(keys={"made_up": ["gwcode"]})


def test_a_damaged_row_keeps_only_what_identifies_it(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(BODY)
    rule = {"columns": ["value"], "outside": [0, 1998], "keep": ["ccode", "year"]}
    frame = read_source(source(missing=[rule]), path)["made_up"]
    assert frame["value"].null_count() == 1
    assert frame.filter(pl.col("value").is_null()).row(0) == (199, 1999, None)
    rule = {"columns": ["value"], "outside": [0, 1998], "keep": ["year"]}
    frame = read_source(source(missing=[rule]), path)["made_up"]
    assert frame.filter(pl.col("value").is_null()).row(0) == (None, 1999, None)


def test_too_little_memory_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object) -> None:
        raise MemoryError

    path = tmp_path / "x.rda"
    path.write_bytes(r_bytes(struct.pack(">ii", 14, 0)))
    monkeypatch.setattr("rdata.parser._xdr.ParserXDR.parse_all", give_up)
    with pytest.raises(SourceError, match=r"^x\.rda: needs more memory than is free; it was not read\.$"):
        read_r(path)


@pytest.mark.parametrize("rule", [{"columns": ["valu"], "codes": [-9]}, {"columns": ["value"], "keep": ["yeer"]}])
def test_a_misspelt_column_in_a_rule_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"missing: (valu|yeer) is no column of 'made_up'"):
        source(missing=[rule])
