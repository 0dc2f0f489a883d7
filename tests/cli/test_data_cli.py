"""`tocsin data` and `tocsin cite` as a user meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_cli import tocsin


def test_list_names_every_table() -> None:
    out = tocsin("data", "list")
    assert out.returncode == 0
    assert len(out.stdout.splitlines()) == 100, "a head and 99 tables"
    assert "arms_deliveries" in out.stdout


def test_an_empty_store(tmp_path: Path) -> None:
    assert "0 of 99 tables" in tocsin("data", "status", "--store", str(tmp_path)).stdout
    assert "empty" in tocsin("data", "verify", "--store", str(tmp_path)).stdout


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("fetch", "nmcs", "--from", "."), ["there is no source 'nmcs'", "Did you mean 'nmc'"]),
        (("fetch", "--from", "nowhere"), ["there is no such folder"]),
        (("fetch", "nmc", "--from-file", "nowhere"), ["there is no such file"]),
        (("fetch", "--from-file", "pyproject.toml"), ["name it"]),
        (
            ("fetch", "arms"),
            ["cannot be fetched by address", "--from-file FILE", "https://www.sipri.org/databases/armstransfers"],
        ),
    ],
)
def test_mistakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], words: list[str]) -> None:
    monkeypatch.delenv("TOCSIN_MIRROR", raising=False)
    out = tocsin("data", *args, "--store", str(tmp_path / "store"), cwd=Path(__file__).resolve().parents[2])
    assert out.returncode == 11
    assert "Traceback" not in out.stderr
    for word in words:
        assert word in out.stderr


def test_cite() -> None:
    out = tocsin("cite", "nmc", "mie")
    assert [line for line in out.stdout.splitlines() if line.startswith("@")] == [
        "@incollection{singer1972,",
        "@article{singer1987,",
        "@article{gibler2024,",
    ]
    assert tocsin("cite", "nonsense").returncode == 11


@pytest.mark.data
def test_fetch_verify_damage_repair(mirror: Path, tmp_path: Path) -> None:
    store = ("--store", str(tmp_path / "store"))
    out = tocsin("data", "fetch", "majors", "cow_states", "--from", str(mirror), *store)
    assert out.returncode == 0, out.stderr
    assert "2 built, 0 already there" in out.stdout
    assert "0 built, 2 already there" in tocsin("data", "fetch", "majors", "cow_states", *store).stdout
    assert "2 sources verified" in tocsin("data", "verify", *store).stdout
    (path,) = (tmp_path / "store" / "tables" / "majors").glob("*/data.parquet")
    data = bytearray(path.read_bytes())
    data[10] ^= 1
    path.write_bytes(bytes(data))
    out = tocsin("data", "verify", *store)
    assert out.returncode == 11
    assert "table majors: its bytes are not those written" in out.stderr
    assert tocsin("data", "repair", "majors", "--from", str(mirror), *store).returncode == 0
    assert "2 sources verified" in tocsin("data", "verify", *store).stdout


@pytest.mark.data
@pytest.mark.parametrize("spoilt", [b"not JSON", b"\xff\xfe", b"[]", b"{}"])
def test_a_manifest_that_cannot_be_read_is_named(mirror: Path, tmp_path: Path, spoilt: bytes) -> None:
    store = ("--store", str(tmp_path / "store"))
    assert tocsin("data", "fetch", "majors", "cow_states", "--from", str(mirror), *store).returncode == 0
    (path,) = (tmp_path / "store" / "tables" / "majors").glob("*/manifest.json")
    path.write_bytes(spoilt)
    for command in ("status", "verify"):
        out = tocsin("data", command, *store)
        assert out.returncode == 11
        assert "Traceback" not in out.stderr
        assert "tocsin data repair" in out.stderr
    shown = tocsin("data", "status", *store).stdout
    assert "majors: its manifest cannot be read" in shown
    assert "cow_states: 243 rows" in shown
    assert tocsin("data", "repair", "majors", "--from", str(mirror), *store).returncode == 0
    assert tocsin("data", "status", *store).returncode == 0


def test_what_the_list_cuts_off_is_marked() -> None:
    out = tocsin("data", "list")
    (line,) = (x for x in out.stdout.splitlines() if x.startswith("gwf_extended "))
    assert "1742-2010 (rows before\N{HORIZONTAL ELLIPSIS}" in line
    assert "codebook" in out.stderr
