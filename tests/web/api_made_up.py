"""A server for tests of the API: a sound case, one with faults, a small ledger, an empty store."""

from __future__ import annotations

import itertools
import random
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.ledger.made_up import small
from tocsin.case.synthetic import write_case
from tocsin.states import name_of
from tocsin.web.api import work
from tocsin.web.app import create_app
from tocsin.web.once import Job
from tocsin.web.results import Results
from tocsin.web.settings import Settings
from tocsin.web.watch import Capital, Chance, Dyad, Watch

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
        draws=0,
        warm=False,
    )


def watch(year: int = 2010, *, dyads: int = 120) -> Watch:
    """Return a made-up watchlist."""
    dice = random.Random(year)
    codes = [2, 200, 220, 365, 371, 373, 630, 640, 645, 651, 666, 700, 710, 740, 750, 770]
    rows = []
    for rank, (a, b) in enumerate(itertools.islice(itertools.combinations(codes, 2), dyads), start=1):
        modes = [dice.random() for _ in range(5)]
        modes = [m / sum(modes) for m in modes]
        p = sum(modes[3:])
        rows.append(
            Dyad(
                rank=rank,
                ccode1=a,
                ccode2=b,
                force=Chance(value=1 - modes[0], low=0, high=1),
                strike_or_war=Chance(value=p, low=p / 2, high=1),
                war=modes[4],
                modes=modes,
                base=0.0 if rank == 3 else 0.1,
                base_war=0.0,
                ratio=None if rank == 3 else p / 0.1,
                why=[("history", 1.5), ("rivalry", -0.5)],
                last_force=None if rank % 2 else year - 1,
                kind="land neighbours, rivals" if rank % 3 else "not relevant, no rivals",
                observed=None if year > 2013 else "war" if rank == 1 else "none",
            )
        )
    names = {c: Capital(name=name_of(c, year), capital=None, latitude=None, longitude=None) for c in codes}
    ages = {"force": max(0, year - 2014), "borders": 0}
    until = min(year, 2014)
    return Watch(
        as_of=year,
        dyads=rows,
        states=names,
        ages=ages,
        trained_on=(1900, until, 1000, 10),
        score={"rps": 0.1} if year < 2014 else {},
        force_until=until,
    )


def with_watchlist(patch: pytest.MonkeyPatch) -> None:
    """Put made-up watchlists in the place of those reckoned from the store."""

    def start(_: Results, year: int) -> Job[Watch]:
        job: Job[Watch] = Job(Future())
        job.future.set_result(watch(year))
        return job

    patch.setattr(Results, "watch", start)
    patch.setattr(work, "WATCHLIST_NEEDS", ())


def serve(settings: Settings) -> TestClient:
    """Return a client of a server just started."""
    return TestClient(create_app(settings), base_url=BASE, raise_server_exceptions=False)


def get(client: TestClient, path: str, **more: Any) -> Any:
    """Return an answer that must be there."""
    answer = client.get(ROOT + path, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()
