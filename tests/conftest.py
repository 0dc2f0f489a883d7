"""Shared fixtures: where the mirror of the real data is, if it is here at all, and a store of what a case needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tocsin.store import Store

# No test is timed: on a busy machine a slow draw is no fault.
settings.register_profile("tocsin", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tocsin")

DEFAULT_MIRROR = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def mirror() -> Path:
    """Folder with the real data; the test is skipped where there is none."""
    folder = Path(os.environ.get("TOCSIN_MIRROR", DEFAULT_MIRROR))
    if not (folder / "MANIFEST.json").is_file():
        pytest.skip("no mirror of the data sets: set TOCSIN_MIRROR to a folder that holds MANIFEST.json")
    return folder


@pytest.fixture(scope="session")
def case_store(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The tables behind `tocsin case new`."""
    from tocsin.case.scaffold.write import NEEDED
    from tocsin.sources.declaration import table_sources
    from tocsin.store.build import fetch

    built = Store(tmp_path_factory.mktemp("case-store"))
    fetch(built, sorted({table_sources()[t].table for t in NEEDED}), mirror=mirror)
    return built


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A Dask cluster of two processes; the test is skipped without the extra."""
    distributed = pytest.importorskip("distributed", reason="the dask extra is not installed")
    made = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    try:
        yield made
    finally:
        made.close(timeout=10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real browser; modules that use it are marked ``tests.chromium.NEEDED``."""
    from playwright.sync_api import sync_playwright

    from tests.chromium import CHROMIUM, FLAGS

    with sync_playwright() as p:
        found = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()
