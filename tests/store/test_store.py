"""The store: clear answers for what is missing, nothing half, two processes at once, hostile files."""

from __future__ import annotations

import errno
import gzip
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import polars as pl
import pytest

from tests.sources.made_up import BODY, source
from tocsin.errors import SourceError
from tocsin.sources.readers import read_source
from tocsin.store import Store, open_store
from tocsin.store.build import fetch, verify
from tocsin.store.sql import write_views


def test_a_missing_table_says_which_fetch_brings_it(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="tocsin data fetch arms") as raised:
        Store(tmp_path).table("arms_deliveries")
    assert raised.value.exit_code == 11
    with pytest.raises(SourceError, match="Did you mean 'nmc'"):
        Store(tmp_path).table("nmcs")


def test_the_folder_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_STORE", str(tmp_path / "here"))
    assert open_store().root == tmp_path / "here"
    assert open_store(tmp_path / "there").root == tmp_path / "there"


@pytest.mark.data
def test_fetch_reports_all_faults_and_builds_the_rest(mirror: Path, tmp_path: Path) -> None:
    poor = tmp_path / "mirror"
    (poor / "peacesciencer").mkdir(parents=True)
    (poor / "peacesciencer" / "cow_majors.rda").write_bytes((mirror / "peacesciencer" / "cow_majors.rda").read_bytes())
    (poor / "peacesciencer" / "cow_states.rda").write_bytes(b"damaged")
    store = Store(tmp_path / "store")
    with pytest.raises(SourceError) as raised:
        fetch(store, ["cow_states", "gw_states", "majors"], mirror=poor)
    assert "cow_states" in str(raised.value)
    assert "gw_states" in str(raised.value)
    assert store.tables() == ["majors"]


@pytest.mark.data
def test_what_is_built_is_left_alone(mirror: Path, tmp_path: Path) -> None:
    store, said = Store(tmp_path), []
    for _ in range(2):
        fetch(store, ["majors"], mirror=mirror, each=lambda s, state: said.append((s.table, state)))
    assert said == [("majors", "built"), ("majors", "current")]


@pytest.mark.data
def test_two_fetches_at_once(mirror: Path, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom tocsin.store import Store\nfrom tocsin.store.build import fetch\n"
        "fetch(Store(Path(sys.argv[1])), ['majors', 'cow_states', 'nmc'], mirror=Path(sys.argv[2]))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path), str(mirror)]
    runs = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    assert [r.wait(60) for r in runs] == [0, 0, 0]
    for r in runs:
        assert r.stderr is not None
        r.stderr.close()
    store = Store(tmp_path)
    assert store.tables() == ["cow_states", "majors", "nmc"]
    assert [v for v in verify(store) if v.problems] == []
    assert not list(tmp_path.rglob("*.part")) + list(tmp_path.rglob(".part-*"))


@pytest.mark.data
def test_views_for_sql(mirror: Path, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the sql extra is not installed")
    store = Store(tmp_path / "it's here")
    fetch(store, ["majors"], mirror=mirror)
    write_views(store, tmp_path / "x.duckdb")
    with duckdb.connect(str(tmp_path / "x.duckdb"), read_only=True) as db:
        assert db.execute("select count(*) from majors").fetchone() == (14,)


def test_views_of_an_empty_store(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is empty"):
        write_views(Store(tmp_path), tmp_path / "x.duckdb")


def xlsx_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        with z.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member:
            for _ in range(700):
                member.write(b"\0" * (1 << 20))


def gzip_bomb(path: Path) -> None:
    with gzip.open(path, "wb") as handle:
        for _ in range(700):
            handle.write(b"\0" * (1 << 20))


RDX3 = b"RDX3\nX\n\x00\x00\x00\x03\x00\x04\x02\x00\x00\x03\x05\x00\x00\x00\x00\x05UTF-8"
HOSTILE: list[tuple[str, str, bytes | str]] = [
    ("x.rda", "r", b"RDX3\nX\n" + b"\x00" * 40),
    ("x.rda", "r", b"garbage"),
    (
        "x.rda",
        "r",
        b"RDX3\nX\n\x00\x00\x00\x03\x00\x04\x02\x00\x00\x03\x05\x00\x00\x00\x00\x05UTF-8\x00\x00\x04\x02\x7f\xff\xff\xff",
    ),
    ("x.rda", "r", "bomb"),
    ("x.dta", "stata", b"<stata_dta>" + b"\xff" * 300),
    ("x.dta", "stata", b""),
    ("x.parquet", "parquet", b"PAR1" + b"\x00" * 100 + b"PAR1"),
    ("x.parquet", "parquet", b"not parquet"),
    ("x.xlsx", "sipri-milex", b"PK\x03\x04 broken"),
    ("x.xlsx", "sipri-milex", "bomb"),
    ("x.csv.gz", "csv", b"\x1f\x8b\x08" + b"\x00" * 30),
    ("x.csv.gz", "csv", "bomb"),
    ("x.csv", "csv", b'a,b\n"never closed'),
    ("x.csv", "sipri-register", b"a,b\n1,2\n"),
]


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux does")
@pytest.mark.parametrize(("name", "reader", "content"), HOSTILE, ids=lambda x: str(x)[:18])
def test_malformed_files_and_bombs_are_refused_within_memory(
    tmp_path: Path, name: str, reader: str, content: bytes | str
) -> None:
    path = tmp_path / name
    if content == "bomb":
        (xlsx_bomb if name.endswith("xlsx") else gzip_bomb)(path)
    else:
        assert isinstance(content, bytes)
        path.write_bytes(content)
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "import polars, numpy\n"
        "from tests.sources.made_up import source\n"
        "from tocsin.sources.readers import read_source\n"
        "from tocsin.errors import TocsinError\n"
        "try:\n    read_source(source(reader=sys.argv[2]), Path(sys.argv[1]))\n"
        "except TocsinError as e:\n    print(type(e).__name__, str(e)[:200])\n"
        # VmHWM begins anew with a program; ru_maxrss would carry over what the test process held before.
        "peak = [x for x in Path('/proc/self/status').read_text().splitlines() if x.startswith('VmHWM')]\n"
        "print(peak[0].split()[1])\n"
    )
    env = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    out = subprocess.run(
        [sys.executable, "-c", code, str(path), reader], capture_output=True, text=True, env=env, check=False
    )
    assert out.returncode == 0, out.stderr[-2000:]
    said, peak = out.stdout.strip().splitlines()[0], int(out.stdout.strip().splitlines()[-1])
    assert said.startswith(("SourceError", "CheckError"))
    assert peak < 1_500_000, "kilobytes"


def test_manifest_records_what_a_table_was_made_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = source()
    monkeypatch.setattr("tocsin.store.store.table_sources", lambda: {"made_up": made})
    path = tmp_path / "x.csv"
    path.write_bytes(BODY)
    store = Store(tmp_path / "store")
    store.write(made, made.sha256, read_source(made, path))
    manifest = store.manifest("made_up")
    assert manifest["source_sha256"] == made.sha256
    assert manifest["rows"] == 2000
    assert manifest["built_by"].startswith("tocsin ")
    assert store.table("made_up").select(pl.col("value").sum()).collect().item() == sum(range(2000))


def test_a_full_disk_in_conversion_keeps_the_other_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a small disk needs Linux and root")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True)
    if made.returncode:
        pytest.skip(f"no small disk here: {made.stderr.decode().strip()}")
    try:
        store = Store(disk)
        small = source()
        store.write(small, small.sha256, {"made_up": pl.DataFrame({"value": [1]})})
        large = pl.DataFrame({"value": [f"{n * 2654435761 % 2**32}" for n in range(100_000)]})
        with pytest.raises(OSError, match="No space left") as raised:
            store.write(source(table="large", rows={"large": 100_000}, columns={}), "0" * 64, {"large": large})
        assert raised.value.errno == errno.ENOSPC
        assert store.tables() == ["made_up"]
        monkeypatch.setattr("tocsin.store.store.table_sources", lambda: {"made_up": small})
        assert store.table("made_up").collect()["value"].to_list() == [1]
    finally:
        subprocess.run(["umount", str(disk)], check=True)
