"""A dashboard without a network: pages by way of the test client, with the built-in cases or made-up ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tocsin.case.synthetic import write_case
from tocsin.web.app import create_app
from tocsin.web.settings import Settings

BASE = "http://127.0.0.1:8765"


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one made-up case, "made-up"."""
    folder = tmp_path_factory.mktemp("cases")
    write_case(folder / "made-up")
    return folder


@pytest.fixture(scope="module")
def client(cases: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The dashboard with few draws, an empty store and a ledger that is not there."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings(
        cases=cases,
        ledger=home / "ledger.sqlite",
        store=home / "store",
        cache=home / "cache",
        draws=2,
        warm=False,
    )
    with TestClient(create_app(settings), base_url=BASE, raise_server_exceptions=False) as found:
        yield found
