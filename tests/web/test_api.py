"""The API says what the Python calls say, keeps what has not changed, and explains every refusal."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from typer.testing import CliRunner

from tests.ledger.made_up import small
from tests.web.api_made_up import ROOT, get, made_up, serve, watch, with_watchlist
from tocsin import pipeline
from tocsin.case.load import load_case, read_case
from tocsin.cli.app import app as cli
from tocsin.parameters import parameters, sections
from tocsin.scenarios.lab import Lab
from tocsin.sources.declaration import sources
from tocsin.store import Store
from tocsin.web.api import work
from tocsin.web.api.problems import KINDS, Problem
from tocsin.web.settings import Settings

MADE_UP = "/cases/made-up"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api")


@pytest.fixture(scope="module")
def setting(home: Path) -> Settings:
    return made_up(home)


@pytest.fixture(scope="module")
def client(setting: Settings) -> Iterator[TestClient]:
    with serve(setting) as found:
        yield found


def _work(client: TestClient) -> Any:
    return next(r.app for r in client.app.routes if getattr(r, "path", "") == ROOT).state.work  # type: ignore[attr-defined]


def problem(client: TestClient, path: str, kind: str, status: int | None = None) -> Problem:
    """Ask for what cannot be answered, and return the problem."""
    answer = client.get(ROOT + path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert "Traceback" not in answer.text
    found = Problem.model_validate_json(answer.content)
    assert found.type == f"/api#{kind}"
    assert found.status == answer.status_code == (status or KINDS[kind].status)
    assert found.title == KINDS[kind].title
    assert found.detail
    assert found.what_to_do
    return found


def test_cases_are_listed_and_faults_with_them(client: TestClient, setting: Settings) -> None:
    found = {c["name"]: c for c in get(client, "/cases")["cases"]}
    assert {"made-up", "faulty", "armenia-azerbaijan"} <= set(found)
    assert found["made-up"]["faults"] == []
    assert found["made-up"]["own"]
    assert not found["armenia-azerbaijan"]["own"]
    assert setting.cases is not None
    expected = {(f.rule, f.message) for f in read_case(setting.cases / "faulty")[1]}
    assert len(expected) > 1
    assert {(f["rule"], f["message"]) for f in found["faulty"]["faults"]} == expected
    assert found["faulty"]["title"] is None


def test_a_case_with_faults_is_a_problem_that_lists_them_all(client: TestClient) -> None:
    listed = next(c for c in get(client, "/cases")["cases"] if c["name"] == "faulty")["faults"]
    for part in ("", "/assessment", "/forecast", "/strategy", "/claims", "/record", "/scenario"):
        found = problem(client, f"/cases/faulty{part}", "case-faults")
        assert [f.model_dump() for f in found.faults] == listed
        assert {f.where.split(",")[0] for f in found.faults} == {"capabilities.csv", "sources.toml"}


def test_what_a_case_holds(client: TestClient, setting: Settings) -> None:
    assert setting.cases is not None
    case = load_case(setting.cases / "made-up")
    found = get(client, MADE_UP)
    assert {t["name"]: t["rows"] for t in found["tables"]} == {n: len(f) for n, f in case.tables.items()}
    assert found["cutoff"] == str(case.config.case.cutoff)
    assert found["title"] == case.config.case.title
    incidents = next(t for t in found["tables"] if t["name"] == "incidents")
    assert incidents["first"] == str(case.tables["incidents"]["start"].min())


def test_the_assessment_is_what_the_command_writes(client: TestClient, setting: Settings, tmp_path: Path) -> None:
    assert setting.cases is not None
    folder = str(setting.cases / "made-up")
    result = CliRunner().invoke(cli, ["assess", folder, "--draws", "2", "--seed", "7", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    written = json.loads((tmp_path / "assessment.json").read_text("utf-8"))
    assert get(client, f"{MADE_UP}/assessment?draws=2&seed=7&scenarios=all") == written


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    as_of=st.dates(date(1995, 1, 1), date(2021, 12, 31)),
    seed=st.integers(0, 2**31 - 1),
    scenarios=st.booleans(),
)
@example(as_of=date(1995, 1, 1), seed=1, scenarios=True)
def test_the_assessment_is_what_the_call_returns(
    client: TestClient, setting: Settings, as_of: date, seed: int, scenarios: bool
) -> None:
    assert setting.cases is not None
    wanted = None if scenarios else []
    direct = pipeline.assess(setting.cases / "made-up", as_of=as_of, draws=0, seed=seed, scenarios=wanted)
    query = f"as_of={as_of}&seed={seed}&scenarios={'all' if scenarios else 'none'}"
    answer = client.get(f"{ROOT}{MADE_UP}/assessment?{query}")
    assert answer.content == direct.model_dump_json().encode()


def test_parts_are_those_of_the_assessment(client: TestClient) -> None:
    for as_of in ("2005-06-30", "2020-12-31"):
        whole = get(client, f"{MADE_UP}/assessment?as_of={as_of}")
        for part in ("forecast", "strategy", "claims", "record", "indicators", "rhetoric"):
            found = get(client, f"{MADE_UP}/{part}?as_of={as_of}")
            assert len(found) > 4
            assert found.items() <= whole.items()


def test_claims_of_the_flagship(client: TestClient) -> None:
    direct = pipeline.assess("armenia-azerbaijan", draws=0, scenarios=[])
    found = get(client, "/cases/armenia-azerbaijan/claims?draws=0")
    assert [c["verdict"] for c in found["claims"]] == [c.verdict for c in direct.claims]
    assert len(found["claims"]) > 40
    # What is unknown stays null, with its reason.
    unknown = [n["value"] for c in found["claims"] for t in c["tests"] for n in t["numbers"] if n["value"]["missing"]]
    assert all(v["value"] is None for v in unknown)


def test_scenarios_are_those_of_the_call(client: TestClient) -> None:
    path = "/cases/armenia-azerbaijan/scenario?draws=0&as_of=2025-02-01"
    direct = pipeline.scenario(
        "armenia-azerbaijan",
        ["monitors-leave", "set"],
        overrides=["regime.AZE=party", "arms.deliveries_factor=2"],
        as_of=date(2025, 2, 1),
        draws=0,
    )
    asked = "&name=monitors-leave&name=set&set=regime.AZE%3Dparty&set=arms.deliveries_factor%3D2"
    assert get(client, path + asked) == json.loads(direct.model_dump_json())
    every = pipeline.scenario("armenia-azerbaijan", as_of=date(2025, 2, 1), draws=0)
    assert get(client, path) == json.loads(every.model_dump_json())


def test_faults_of_a_scenario_come_all_at_once(client: TestClient) -> None:
    path = "/cases/armenia-azerbaijan/scenario?draws=0"
    found = problem(client, f"{path}&set=regime.XXX%3Dparty&set=arms.deliveries_factor%3D-1&name=nope", "does-not-fit")
    assert {f.rule for f in found.faults} >= {"unknown scenario", "range"}
    assert {f.where.split(",")[0] for f in found.faults} == {"query: set", "query: name"}
    found = problem(client, f"{path}&set=one&set=two&set=class.rival%3Dtrue", "parameter")
    assert [f.where for f in found.faults] == ["query: set[1]", "query: set[2]"]


def test_faults_of_parameters_come_all_at_once(client: TestClient) -> None:
    asked = f"{MADE_UP}/assessment?draws=501&seed=-1&as_of=2020-13-01&scenarios=some&nope=1&nope=2"
    found = problem(client, asked, "parameter")
    assert [f.where for f in found.faults] == [f"query: {n}" for n in ("as_of", "draws", "seed", "scenarios", "nope")]
    assert found.instance.endswith(asked)
    found = problem(client, f"{MADE_UP}/assessment?draws=1&draws=2&seed=x", "parameter")
    assert {(f.where, f.rule) for f in found.faults} >= {("query: draws", "repeated"), ("query: seed", "value_error")}
    found = problem(client, "/version?a=1&b=2", "parameter")
    assert [f.where for f in found.faults] == ["query: a", "query: b"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/nope", "not-found"),
        ("/", "not-found"),
        ("/cases/", "not-found"),
        ("/cases/nope", "not-found"),
        ("/cases/nope/assessment", "not-found"),
        ("/cases/..%2Fmade-up", "not-found"),
        ("/cases/%2e%2e/forecast", "not-found"),
        ("/cases/made-up%00/forecast", "not-found"),
        ("/data/nope", "not-found"),
        ("/data/..", "not-found"),
        (f"{MADE_UP}/forecast?as_of=1994-12-31", "does-not-fit"),
        (f"{MADE_UP}/scenario?name=nope", "does-not-fit"),
        ("/parameters?section=nope", "parameter"),
        ("/ledger/verify?head=x", "parameter"),
        ("/watchlist?year=1959", "parameter"),
        ("/watchlist?page_size=501", "parameter"),
        ("/watchlist", "data-missing"),
    ],
)
def test_problems(client: TestClient, path: str, kind: str) -> None:
    problem(client, path, kind)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_the_api_is_read_only(client: TestClient, method: str) -> None:
    answer = client.request(method, f"{ROOT}/version", headers={"origin": "http://127.0.0.1:8765"})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.headers["content-type"] == "application/problem+json"
    assert Problem.model_validate_json(answer.content).type == "/api#method"


def test_what_the_guard_refuses_is_a_problem_too(client: TestClient) -> None:
    for headers, query, status in (({"host": "evil.example"}, "", 421), ({}, "?x=" + "a" * 5000, 414)):
        answer = client.get(f"{ROOT}/version{query}", headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert Problem.model_validate_json(answer.content).status == status


def test_other_sites_cannot_read_the_answers(client: TestClient) -> None:
    answer = client.get(f"{ROOT}/version", headers={"origin": "https://evil.example"})
    assert not [h for h in answer.headers if h.startswith("access-control")]
    assert answer.headers["x-content-type-options"] == "nosniff"
    # An image on a page of another site would not be shown, but would set off the work.
    for site in ("cross-site", "same-site"):
        headers = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
        answer = client.get(f"{ROOT}/version", headers=headers)
        assert answer.status_code == 403
        assert Problem.model_validate_json(answer.content).type == "/api#refused"
        assert client.get(f"{ROOT}/version", headers={**headers, "sec-fetch-mode": "navigate"}).status_code == 200
    for site in ("same-origin", "none"):
        assert client.get(f"{ROOT}/version", headers={"sec-fetch-site": site}).status_code == 200


def test_a_fault_nobody_foresaw_is_logged_and_not_shown(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret of /home/somebody")

    monkeypatch.setattr(work.Work, "assessment", broken)
    with caplog.at_level(logging.ERROR, "tocsin.web"):
        found = problem(client, f"{MADE_UP}/forecast", "internal")
    assert "secret" not in found.model_dump_json()
    assert "secret of /home/somebody" in caplog.text
    assert get(client, "/version")


def test_a_computation_that_dies_is_told(
    client: TestClient, setting: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the process that reckons were killed for want of memory.
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    found = problem(client, f"{MADE_UP}/assessment?draws=1&seed=5", "busy")
    assert "ended with status" in found.detail


def test_a_tag_names_the_content_and_outlives_the_server(client: TestClient, setting: Settings) -> None:
    paths = ("/version", "/cases", f"{MADE_UP}/assessment?as_of=2010-01-01", "/openapi.json", "/ledger", "/data")
    tags = {p: client.get(ROOT + p).headers["etag"] for p in paths}
    assert len(set(tags.values())) == len(paths)
    with serve(setting) as again:
        assert {p: again.get(ROOT + p).headers["etag"] for p in paths} == tags
    for path, tag in tags.items():
        for asked in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
            answer = client.get(ROOT + path, headers={"if-none-match": asked})
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == tag
            assert "content-type" not in answer.headers
        for asked in ('"other"', tag[:-2], "", "W/", '"' * 50, "\\" * 1000):
            assert client.get(ROOT + path, headers={"if-none-match": asked}).status_code == 200
        assert client.get(ROOT + path).headers["cache-control"] == "no-cache"


def test_head_is_get_without_the_body(client: TestClient) -> None:
    for path in ("/version", "/nope", "/cases/faulty", "/openapi.json"):
        whole, head = client.get(ROOT + path), client.head(ROOT + path)
        assert head.status_code == whole.status_code
        assert head.content == b""
        kept = ("content-type", "etag", "cache-control")
        assert [head.headers.get(k) for k in kept] == [whole.headers.get(k) for k in kept]
    tag = client.get(f"{ROOT}/version").headers["etag"]
    assert client.head(f"{ROOT}/version", headers={"if-none-match": tag}).status_code == 304


def test_answers_are_compressed_where_that_is_asked_for(client: TestClient) -> None:
    path = f"{ROOT}{MADE_UP}/forecast"
    packed = client.get(path, headers={"accept-encoding": "gzip"})
    bare = client.get(path, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in bare.headers
    assert packed.content == bare.content
    assert packed.headers["etag"] == bare.headers["etag"]
    assert int(packed.headers["content-length"]) < len(bare.content) / 3


def test_a_changed_case_has_another_tag(tmp_path: Path) -> None:
    setting = made_up(tmp_path)
    assert setting.cases is not None
    with serve(setting) as client:
        before = client.get(f"{ROOT}{MADE_UP}")
        config = setting.cases / "made-up" / "case.toml"
        config.write_text(config.read_text("utf-8").replace(before.json()["title"], "Another title"), "utf-8")
        after = client.get(f"{ROOT}{MADE_UP}", headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.json()["title"] == "Another title"


def test_many_askers_one_computation(setting: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    real = pipeline.assess

    def counted(*args: Any, **more: Any) -> Any:
        calls.append(args)
        return real(*args, **more)

    monkeypatch.setattr(pipeline, "assess", counted)
    path = f"{ROOT}{MADE_UP}/forecast?as_of=2011-11-11"
    with serve(setting) as client, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: client.get(path).content, range(16)))
    assert len(set(found)) == 1
    assert len(calls) == 1


def test_an_asker_is_told_to_come_back(setting: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    held, calls = threading.Event(), []
    real = pipeline.scenario

    def slow(*args: Any, **more: Any) -> Any:
        calls.append(args)
        assert held.wait(60)
        return real(*args, **more)

    monkeypatch.setattr(pipeline, "scenario", slow)
    monkeypatch.setattr(work, "MOST_WAITING", 3)
    path = f"{ROOT}{MADE_UP}/scenario?draws=0&set=class.rival%3Dtrue&seed="
    with serve(setting) as client:
        _work(client).patience = 0.2
        for seed in (1, 1, 2, 3):
            answer = client.get(f"{path}{seed}")
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == str(work.RETRY)
            assert "goes on" in answer.json()["detail"]
        refused = client.get(f"{path}4")
        assert refused.status_code == 503
        assert "wait their turn" in refused.json()["detail"]
        held.set()
        _work(client).patience = 60
        for seed in (1, 2, 3):
            assert client.get(f"{path}{seed}").status_code == 200
        # What was refused was not begun; what was begun was done once.
        assert len(calls) == 3
        assert client.get(f"{path}4").status_code == 200


def test_the_ledger(client: TestClient) -> None:
    whole = get(client, "/ledger")
    assert (whole["entries"], whole["found"]) == (3, 2)
    assert [(r["forecast"]["forecast"], r["state"], r["timing"]) for r in whole["rows"]] == [
        ("one", "resolved", "ahead"),
        ("five", "open", "ahead"),
    ]
    assert whole["rows"][1]["resolution"] is None
    assert [r["entry"] for r in get(client, "/ledger?state=open")["rows"]] == [2]
    assert [r["entry"] for r in get(client, "/ledger?page=2&page_size=1")["rows"]] == [2]
    assert get(client, "/ledger?page=1000000")["rows"] == []
    assert get(client, "/ledger?case=nope")["found"] == 0
    scores = get(client, "/ledger/scores")
    assert (scores["scored"], scores["open"], scores["void"]) == (1, 1, 0)
    assert scores["forecasts"][0]["scores"]["brier"] == pytest.approx(0.09)
    assert scores["means"][0]["skill_base"]["brier"] == pytest.approx(1 - 0.09 / 0.01)
    assert get(client, f"/ledger/verify?head={whole['head']}") == {
        "whole": True,
        "entries": 3,
        "head": whole["head"],
        "since": 0,
        "faults": [],
    }
    assert not get(client, f"/ledger/verify?head={'a' * 64}")["whole"]


def test_a_ledger_that_is_missing_or_damaged(setting: Settings, tmp_path: Path) -> None:
    with serve(replace(setting, ledger=tmp_path / "none.sqlite")) as client:
        for part in ("", "/scores", "/verify"):
            assert "tocsin assess CASE --record" in problem(client, f"/ledger{part}", "no-ledger").what_to_do
    (tmp_path / "text.sqlite").write_text("this is no ledger")
    with serve(replace(setting, ledger=tmp_path / "text.sqlite")) as client:
        found = problem(client, "/ledger", "ledger-damaged")
    assert str(tmp_path) not in found.model_dump_json()
    assert not (tmp_path / "none.sqlite").exists()
    changed = small(tmp_path / "changed.sqlite")
    with sqlite3.connect(changed) as base:
        base.execute("DROP TRIGGER entries_unchanged")
        base.execute("UPDATE entries SET body = replace(body, 'made up', 'changed') WHERE number = 1")
    base.close()
    with serve(replace(setting, ledger=changed)) as client:
        found = get(client, "/ledger/verify")
    assert not found["whole"]
    assert any("entry 1" in f for f in found["faults"])


def test_the_lab_says_what_the_call_says(client: TestClient, setting: Settings) -> None:
    assert setting.cases is not None
    lab = Lab(load_case(setting.cases / "made-up"), name=str(setting.cases / "made-up"))
    answer = get(client, f"{MADE_UP}/lab?knob=deliveries.AAA%3D2&knob=regime.BBB%20%3D%20party&as_of=2015-06-30")
    state = lab.read([("as_of", "2015-06-30"), ("deliveries.AAA", "2"), ("regime.BBB", "party")])
    assert answer == json.loads(lab.answer(state).model_dump_json())
    assert answer["state"] == {"deliveries.AAA": "2", "regime.BBB": "party"}
    knobs = get(client, f"{MADE_UP}/lab/knobs?as_of=2015-06-30")
    assert [k["name"] for k in knobs["knobs"]] == list(lab.day(date(2015, 6, 30)).knobs)
    found = problem(client, f"{MADE_UP}/lab?knob=nope%3D1&knob=fallout%3D77&as_of=1900-01-01", "parameter")
    assert [f.where for f in found.faults] == ["query: as_of", "query: knob, nope", "query: knob, fallout"]
    found = problem(client, f"{MADE_UP}/lab?knob=nope&knob=fallout%3D1&knob=more", "parameter")
    assert [f.where for f in found.faults] == ["query: knob[1]", "query: knob[3]"]


def test_the_lab_asks_to_come_back_until_all_is_solved(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    waited = []
    real = Lab.answer

    def unfinished(self: Lab, state: Any, seconds: float | None = None) -> Any:
        waited.append(seconds)
        return real(self, state, seconds).model_copy(update={"complete": False, "draws": 3})

    monkeypatch.setattr(Lab, "answer", unfinished)
    answer = client.get(f"{ROOT}{MADE_UP}/lab?knob=fallout%3D3")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == str(work.RETRY)
    assert "3 of 8 draws" in answer.json()["detail"]
    assert waited == [work.LAB_PATIENCE]


def test_the_watchlist_is_filtered_and_paged(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with_watchlist(monkeypatch)
    made = watch(2010)
    whole = get(client, "/watchlist?year=2010&page_size=500")
    assert (whole["dyads"], whole["found"]) == (120, 120)
    for row, d in zip(whole["rows"], made.dyads, strict=True):
        assert (row["rank"], row["ccode1"], row["ccode2"]) == (d.rank, d.ccode1, d.ccode2)
        assert list(row["probabilities"].values()) == d.modes
        assert row["strike_or_war"]["value"] == d.strike_or_war.value
        assert (row["ratio"] is None) == (row["base_rate_strike_or_war"] == 0)
        assert (row["observed"], row["observed_missing"]) == (d.observed, None)
    pages = [get(client, f"/watchlist?year=2010&page_size=50&page={n}") for n in (1, 2, 3, 4)]
    assert [r for p in pages for r in p["rows"]] == whole["rows"]
    assert [len(p["rows"]) for p in pages] == [50, 50, 20, 0]

    def ranks(query: str) -> set[int]:
        found = get(client, f"/watchlist?year=2010&page_size=500&{query}")
        assert found["found"] == len(found["rows"])
        return {r["rank"] for r in found["rows"]}

    armenia = {d.rank for d in made.dyads if 371 in (d.ccode1, d.ccode2)}
    assert ranks("state=Armenia") == ranks("state=371") == ranks("state=ARM") == armenia
    assert ranks("at_least=0.5") == {d.rank for d in made.dyads if d.strike_or_war.value >= 0.5}
    # "rivals" is a kind of its own, not a part of "no rivals".
    assert ranks("kind=rivals") == {d.rank for d in made.dyads if d.rank % 3}
    assert ranks("region=Asia") == {d.rank for d in made.dyads if max(d.ccode1, d.ccode2) >= 700}
    assert ranks("observed=war") == {1}
    assert ranks("state=ARM&kind=rivals&at_least=0.3") <= armenia
    problem(client, "/watchlist?year=2010&state=Atlantis", "parameter")
    stale = get(client, "/watchlist?year=2024")
    assert stale["cautions"]
    assert [a["stale"] for a in stale["ages"]] == [True, False]
    assert all(r["observed"] is None and r["observed_missing"] for r in stale["rows"])
    assert not whole["cautions"]


@pytest.fixture(scope="module")
def filled(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    from tocsin.store.build import fetch

    store = Store(tmp_path_factory.mktemp("filled"))
    fetch(store, work.WATCHLIST_NEEDS, mirror=mirror)
    return store


@pytest.mark.data
def test_the_watchlist_is_that_of_the_call(setting: Settings, filled: Store, tmp_path: Path) -> None:
    from tocsin.forecast import watchlist

    direct = watchlist.watchlist(filled, 1960)
    with serve(replace(setting, store=filled.root, cache=tmp_path)) as client:
        found = get(client, "/watchlist?year=1960&page_size=500")
    assert found["found"] == len(direct.table)
    assert [r["strike_or_war"]["value"] for r in found["rows"]] == direct.table["p_strike_or_war"][:500].to_list()
    assert [r["observed"] for r in found["rows"]] == direct.table["observed"][:500].to_list()


@pytest.mark.data
def test_what_the_watchlist_needs(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from tocsin.forecast import watchlist

    read: set[str] = set()
    real = Store.table

    def table(self: Store, name: str) -> Any:
        read.add(name)
        return real(self, name)

    def fit(*_: Any, **__: Any) -> Any:
        raise InterruptedError

    monkeypatch.setattr(Store, "table", table)
    # Everything is read before the model is fitted.
    monkeypatch.setattr(watchlist, "fit_vintages", fit)
    with pytest.raises(InterruptedError):
        watchlist.watchlist(filled, 2024)
    assert read == set(work.WATCHLIST_NEEDS)


def test_missing_data_name_the_command_that_brings_all_of_them(client: TestClient) -> None:
    found = problem(client, "/watchlist?year=2010", "data-missing")
    assert found.what_to_do == f"Bring them with: tocsin data fetch {' '.join(work.WATCHLIST_NEEDS)}"


def test_the_state_of_the_data(client: TestClient, setting: Settings, tmp_path: Path) -> None:
    import polars as pl

    whole = get(client, "/data")
    assert {s["name"] for s in whole["sources"]} == set(sources())
    assert whole["there"] == 0
    assert whole["bring"] == "tocsin data fetch"
    assert {t["state"] for s in whole["sources"] for t in s["tables"]} == {"lacking"}
    store, source = Store(tmp_path), sources()["majors"]
    with serve(replace(setting, store=tmp_path)) as here:

        def state() -> Any:
            found = get(here, "/data/majors")["tables"][0]
            assert (found["missing"] is None) == (found["state"] == "there")
            return found["state"]

        store.write(source, source.sha256, {"majors": pl.DataFrame({"ccode": [2]})})
        assert state() == "there"
        assert get(here, "/data")["there"] == 1
        store.write(source, "0" * 64, {"majors": pl.DataFrame({"ccode": [2]})})
        assert state() == "older"
        store.path("majors").with_name("manifest.json").write_text("[")
        assert state() == "unreadable"


def test_parameters_are_those_of_the_file(client: TestClient) -> None:
    found = get(client, "/parameters")
    assert found["sections"] == list(sections())
    direct = {p.name: p for s in sections() for p in parameters(s).values()}
    assert {p["name"] for p in found["parameters"]} == set(direct)
    for p in found["parameters"]:
        mine = direct[p["name"]]
        assert (p["mode"], p["low"], p["high"], p["reference"]) == (mine.mode, mine.low, mine.high, mine.reference)
        assert p["reference"]
    strategy = get(client, "/parameters?section=strategy")["parameters"]
    assert {p["section"] for p in strategy} == {"strategy"}
