"""A store with the tables that the game's base rates and estimates are made from, built once for the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.store import Store
from tocsin.store.build import fetch
from tocsin.strategy.estimate.sample import TABLES


@pytest.fixture(scope="session")
def record(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The real tables; the test is skipped where the mirror is absent."""
    built = Store(tmp_path_factory.mktemp("strategy-store"))
    fetch(built, [*TABLES, "sanctions"], mirror=mirror)
    return built
