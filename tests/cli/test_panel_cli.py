"""`tocsin panel` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.cli.test_cli import tocsin


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("dyad-yeers", "--years", "1946:2014"), 2, ["Did you mean 'dyad-years'"]),
        (("dyad-years", "--years", "1946-2014"), 2, ["--years 1946-2014", "1946:2014"]),
        (("dyad-years", "--years", "1946:2030"), 2, ["--carry-forward"]),
        (("dyad-years", "--years", "1946:2014", "--add", "nmcs"), 2, ["Did you mean 'nmc'"]),
        (("dyad-years", "--years", "1946:2014", "--system", "iso"), 2, ["choose cow or gw"]),
        (("dyad-years", "--years", "1946:2014"), 11, ["tocsin data fetch cow_states"]),
        ((), 2, ["say a unit and --years A:B; for example: tocsin panel dyad-years"]),
        (("dispute-dyads", "--years", "1990:1991", "--disputes", "icb"), 2, ["disputes must be gml or cow"]),
        (("dyad-years", "--years", "1990:1991", "--whittle"), 2, ["chooses among disputes"]),
        (("dyad-years", "--years", "1990:1991", "--option", "slice"), 2, ["initiator=sidea-orig"]),
        (
            ("dyad-years", "--years", "1990:1991", "--add", "nmc", "--option", "slice=last"),
            2,
            ["none of nmc knows the option 'slice'"],
        ),
        (
            ("dyad-years", "--years", "1990:1991", "--add", "contiguity", "--option", "slice=lst"),
            2,
            ["slice must be one of first, last, nearest", "Did you mean 'last'"],
        ),
        (("dyad-years", "--years", "1990:1991", "--relevant", "--border", "nearst"), 2, ["Did you mean 'nearest'"]),
        (("dyad-years", "--years", "1990:1991", "--regions", "Europ"), 2, ["Did you mean 'Europe'"]),
    ],
)
def test_mistakes(tmp_path: Path, args: tuple[str, ...], code: int, words: list[str]) -> None:
    out = tocsin("panel", *args, "--store", str(tmp_path / "empty"), "-o", str(tmp_path / "x.csv"))
    assert out.returncode == code
    assert "Traceback" not in out.stderr
    for word in words:
        assert word in out.stderr
    assert not (tmp_path / "x.csv").exists()


def test_what_can_be_added() -> None:
    out = tocsin("panel", "--add", "list")
    assert out.returncode == 0
    assert "modes: highest mode of force, 1816-2014 (every unit)" in out.stdout
    assert "austria=305|300 (default 305)" in out.stdout
    assert "\nlead:" in out.stdout
    assert "\nlead:" not in tocsin("panel", "dyad-years", "--add", "list").stdout


@pytest.mark.data
def test_a_panel_in_a_file(mirror: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    needed = ("cow_states", "contdir", "majors", "nmc", "mie")
    assert tocsin("data", "fetch", *needed, "--from", str(mirror), "--store", store).returncode == 0
    path = tmp_path / "panel.parquet"
    args = (
        "dyad-years",
        "--years",
        "1990:2000",
        "--undirected",
        "--relevant",
        "--add",
        "nmc,modes",
        "--spells",
        "mode>=3",
    )
    out = tocsin("panel", *args, "--store", store, "-o", str(path))
    assert out.returncode == 0, out.stderr
    frame = pl.read_parquet(path)
    assert f"{len(frame):,} rows" in out.stdout
    assert "cite: tocsin cite cow_states contdir majors nmc mie" in out.stdout
    assert {"cinc1", "mode", "spell"} <= set(frame.columns)
    more = ("dyad-years", "--years", "1980:1982", "--contiguous", "1", "--regions", "Europe", "--lag", "cinc1")
    more = (*more, "--add", "contiguity,nmc,modes", "--option", "slice=last", "--option", "both_sides=false")
    assert tocsin("panel", *more, "--store", store, "-o", str(path)).returncode == 0
    frame = pl.read_parquet(path)
    assert set(frame["conttype"]) == {1}
    assert frame["ccode1"].is_between(200, 399).all()
    assert "cinc1_lag1" in frame.columns
