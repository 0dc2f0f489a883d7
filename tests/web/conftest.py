"""A dashboard without a network: pages by way of the test client, with the built-in cases and made-up ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from tocsin.case.synthetic import write_case
from tocsin.web.app import create_app
from tocsin.web.settings import Settings

BASE = "http://127.0.0.1:8765"
Get = Callable[..., httpx.Response]


@pytest.fixture(scope="package")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one made-up case, "made-up"."""
    folder = tmp_path_factory.mktemp("cases")
    write_case(folder / "made-up")
    return folder


@pytest.fixture(scope="package")
def settings(cases: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Few draws, an empty store and a ledger that is not there."""
    home = tmp_path_factory.mktemp("home")
    return Settings(
        cases=cases,
        ledger=home / "ledger.sqlite",
        store=home / "store",
        cache=home / "cache",
        draws=1,
        warm=False,
    )


@pytest.fixture(scope="package")
def client(settings: Settings) -> Iterator[TestClient]:
    """The dashboard as a program sees it."""
    with TestClient(create_app(settings), base_url=BASE, raise_server_exceptions=False) as found:
        yield found


def patient(client: TestClient, address: str, seconds: float = 300) -> httpx.Response:
    """Return a page once it is more than a note that it is being reckoned."""
    end = time.monotonic() + seconds
    while (answer := client.get(address)).status_code == 202:
        assert time.monotonic() < end, f"{address} is still being reckoned"
        time.sleep(0.2)
    return answer


@pytest.fixture(scope="package")
def get(client: TestClient) -> Get:
    """Load a page and wait for what it waits for."""
    return lambda address, seconds=300: patient(client, address, seconds)
