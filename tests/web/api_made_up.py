"""A server for tests of the API: a sound case, one with faults, a small ledger, an empty store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from tests.ledger.made_up import small
from tocsin.case.synthetic import write_case
from tocsin.web.app import create_app
from tocsin.web.settings import Settings

BASE = "http://127.0.0.1:8765"
ROOT = "/api/v1"


def made_up(home: Path) -> Settings:
    """Write cases "made-up" and "faulty" and a ledger, and return settings that name them."""
    cases = home / "cases"
    write_case(cases / "made-up", rows=10)
    faulty = write_case(cases / "faulty", rows=10)
    table = faulty / "capabilities.csv"
    head, first, *rest = table.read_text("utf-8").splitlines()
    # Two faults in two files.
    table.write_text("\n".join([head, first.replace("AAA", "XXX").replace("BBB", "XXX"), *rest]) + "\n", "utf-8")
    with (faulty / "sources.toml").open("a", encoding="utf-8") as handle:
        handle.write('\n[more]\npublisher = "<script>alert(1)</script>"\ntitle = "x"\n')
    small(home / "ledger.sqlite")
    return Settings(
        cases=cases,
        ledger=home / "ledger.sqlite",
        store=home / "store",
        cache=home / "cache",
        draws=2,
        warm=False,
    )


def serve(settings: Settings) -> TestClient:
    """Return a client of a server just started."""
    return TestClient(create_app(settings), base_url=BASE, raise_server_exceptions=False)


def get(client: TestClient, path: str, **more: Any) -> Any:
    """Return an answer that must be there."""
    answer = client.get(ROOT + path, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()
