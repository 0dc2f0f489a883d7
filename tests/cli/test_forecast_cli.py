"""The commands of the forecast: bad input in one sentence, predictions as promised."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from tests.cli.test_cli import tocsin
from tocsin.store import Store
from tocsin.store.build import fetch

TABLES = ["cow_states", "contdir", "majors", "tss_rivalries", "mie", "nmc", "atop", "ucdp_acd", "cow_gw", "gw_cow"]
TABLES += ["capitals_cow", "igo_ndy", "trade_ddy", "milex", "arms", "democracy_cow", "archigos_years", "war_intra"]
TABLES += ["gwf", "gwf_extended", "terrthreat"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("backtest", "-o", "x", "--sample", "prdd"), "--sample prdd: choose prd"),
        (("backtest", "-o", "x", "--first", "1800"), "between 1951 and 2014"),
        (("backtest", "-o", "x", "--first", "2000", "--last", "1990"), "between 1951 and 2014"),
        (("backtest", "-o", "x", "--horizon", "4"), "horizon"),
        (("watchlist", "--as-of", "1900"), "1960 to 2030"),
        (("watchlist", "-o", "x.xlsx"), ".csv, .parquet or .json"),
        (("watchlist", "-o", "no/such/folder.csv"), "does not exist"),
        (("train", "-o", "no/such/model.json"), "folder that exists"),
    ],
)
def test_bad_input_is_refused_at_once(args: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = tocsin(*args, cwd=tmp_path)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("args", [("backtest", "-o", "x"), ("watchlist",), ("train",)])
def test_an_empty_store_says_what_to_bring(args: tuple[str, ...], tmp_path: Path) -> None:
    done = tocsin(*args, "--store", str(tmp_path / "store"), cwd=tmp_path)
    assert done.returncode not in (0, 1)
    assert "tocsin data fetch" in done.stderr


@pytest.fixture(scope="module")
def store(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    fetch(Store(folder), TABLES, mirror=mirror)
    return folder


@pytest.mark.data
def test_predictions_are_as_promised(store: Path, tmp_path: Path) -> None:
    # One direction each; either side's force is held against published rows in tests/forecast/test_backtest.py.
    done = tocsin(
        "backtest", "-o", str(tmp_path), "--first", "2010", "--horizon", "2", "--directed", "--store", str(store)
    )
    assert done.returncode == 0, done.stderr
    names = ["ccode1", "ccode2", "year", "origin", "horizon", "model", "p_none", "p_threat", "p_incursion", "p_strike"]
    names += ["p_war", "observed"]
    table = pl.read_parquet(tmp_path / "predictions-directed-2.parquet")
    assert table.columns == names
    assert (table["origin"] == table["year"] - 1).all()
    assert table["year"].max() == 2013
    assert table.select(pl.sum_horizontal(names[6:11]).is_between(1 - 1e-9, 1 + 1e-9).all()).item()
    assert table["ccode1"].max() > 950, "either state acts"


@pytest.mark.data
def test_a_watchlist_is_printed_and_written(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "w.json"
    done = tocsin("watchlist", "--as-of", "2013", "--top", "5", "-o", str(out), "--store", str(store))
    assert done.returncode == 0, done.stderr
    assert "What came: force in" in done.stdout
    assert all(len(line) <= 160 for line in done.stdout.splitlines())
    rows = json.loads(out.read_text("utf-8"))
    assert [r["rank"] for r in rows] == list(range(1, len(rows) + 1))
    assert {r["name1"] for r in rows[:10]} & {"India", "Armenia", "Afghanistan"}
