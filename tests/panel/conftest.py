"""One store with every table the panels need, built once for the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.panel.additions.registry import every_table
from tocsin.store import Store
from tocsin.store.build import fetch

NEEDED = [
    "cow_states",
    "gw_states",
    "cow_gw",
    "gw_cow",
    "contdir",
    "gml_dirdisp",
    "mid_dirdisps",
    "mid_disps",
    "archigos",
    "midb",
    "false_cow_dyads",
]


@pytest.fixture(scope="session")
def store(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The tables behind every unit and addition."""
    built = Store(tmp_path_factory.mktemp("panel-store"))
    tables = sorted({*every_table(), *NEEDED})
    fetch(built, tables, mirror=mirror)
    return built
