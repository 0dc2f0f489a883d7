"""The scenario lab by way of HTTP: the numbers of the Python call, every fault named, nothing hostile let through."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from tocsin import pipeline
from tocsin.assessment.words import percent
from tocsin.report import lab as shown
from tocsin.scenarios.lab_parts import LabAnswer

CASE = "/case/armenia-azerbaijan/lab"
MOVED = {"deliveries.ARM": "2", "monitor.G24": "leaves", "regime.AZE": "party"}
QUERY = "deliveries.ARM=2&monitor.G24=leaves&regime.AZE=party"


@pytest.fixture(scope="module")
def called() -> LabAnswer:
    return pipeline.lab("armenia-azerbaijan", MOVED)


def whole(client: TestClient, query: str) -> str:
    """Return the page once all its games are solved."""
    for _ in range(200):
        page = client.get(f"{CASE}?{query}")
        assert page.status_code == 200
        if 'data-complete="yes"' in page.text:
            return page.text
    raise AssertionError("the games are never solved")


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).replace("\u00a0", " ")


def test_the_page_shows_the_numbers_of_the_call(client: TestClient, called: LabAnswer) -> None:
    page = whole(client, QUERY)
    seen = plain(page)
    assert called.complete
    for d in called.directions:
        start = seen.index(shown.who(called, d))
        card = seen[start : start + 1200]
        for model in ("forecast", "game"):
            r = shown.row_of(d, model)
            assert r.base.value is not None
            assert percent(r.base.value) in card
            if r.scenario is not None and r.scenario.value is not None:
                assert percent(r.scenario.value) in card
            else:
                assert "Not felt" in card
    for c in called.changes:
        assert c.after in seen
    assert called.command is not None
    assert called.command in seen
    assert "tocsin.lab('armenia-azerbaijan', {'deliveries.ARM': '2'" in seen


def test_the_files_hold_the_answer_of_the_call(client: TestClient, called: LabAnswer) -> None:
    as_json = client.get(f"{CASE}.json?{QUERY}")
    assert LabAnswer.model_validate_json(as_json.text) == called
    assert 'filename="armenia-azerbaijan-scenario.json"' in as_json.headers["content-disposition"]
    assert as_json.headers["cache-control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(client.get(f"{CASE}.csv?{QUERY}").text)))
    assert len(rows) == sum(len(d.rows) for d in called.directions) == 36
    flat = [(d, r) for d in called.directions for r in d.rows]
    for row, (d, r) in zip(rows, flat, strict=True):
        assert (row["actor"], row["model"], row["at_least"]) == (d.actor, r.model, r.mode)
        for side, x in (("base", r.base), ("scenario", r.scenario), ("change", r.change)):
            for end, value in zip(("", "_low", "_high"), shown._three(x), strict=True):
                cell = row[side + end]
                assert (float(cell) if cell else None) == value, "a number is whole, what is unknown stays empty"
        assert bool(row["note"]) == (r.scenario is None)
    picture = client.get(f"{CASE}.png?{QUERY}")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")


def test_the_answer_in_place_is_that_of_the_page(client: TestClient) -> None:
    page = whole(client, QUERY)
    part = client.get(f"{CASE}/answer?{QUERY}").json()
    assert part["complete"]
    assert plain(part["html"]) in plain(page)
    assert part["query"] == QUERY
    assert "deliveries.ARM" in part["active"]
    assert "monitor.G07" not in part["active"], "the peacekeepers are gone by then"


def test_a_form_that_says_everything_is_the_state_it_means(client: TestClient) -> None:
    page = client.get(CASE).text
    named = re.findall(r'<(?:input type="range"|select)[^>]* name="([^"]+)"[^>]* data-default="([^"]+)"([^>]*)>', page)
    sent = {html.unescape(name): html.unescape(value) for name, value, rest in named if "disabled" not in rest}
    assert len(sent) > 10
    answer = client.get(CASE, params=sent)
    assert answer.status_code == 200
    assert 'id="link" href="/case/armenia-azerbaijan/lab"' in answer.text


BAD = [
    ("deliveries.ARM=nan", "deliveries.ARM", "0 to 3 in steps of 0.25"),
    ("fallout=inf", "fallout", "0 to 3 in steps of 0.5"),
    ("fallout=1e308", "fallout", "0 to 3 in steps of 0.5"),
    ("lam=-5", "lam", "0.5, 2, 5, 15"),
    ("as_of=9999", "as_of", "1995 to 2026"),
    ("as_of=2019%00", "as_of", "1995 to 2026"),
    ("regime.AZE=%3Cscript%3E", "regime.AZE", "personalist"),
    ("strategy.lam=5", "strategy.lam", "no such knob"),
    ("__init__=1", "__init__", "no such knob"),
    ("quiet=1&quiet=2", "quiet", "given twice"),
    ("deliveries.ARM=", "deliveries.ARM", "0 to 3"),
]


@pytest.mark.parametrize(("query", "knob", "said"), BAD, ids=[b[0] for b in BAD])
def test_a_bad_value_is_answered_with_the_knob_and_what_it_takes(
    client: TestClient, query: str, knob: str, said: str
) -> None:
    page = client.get(f"{CASE}?{query}")
    assert page.status_code == 400
    assert f"<b>{knob}</b>" in page.text
    assert said in html.unescape(page.text)
    assert "<script>" not in page.text
    for address in (f"{CASE}/answer", f"{CASE}.json", f"{CASE}.csv", f"{CASE}.png"):
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        fault: dict[str, Any] = answer.json()["faults"][0]
        assert fault["knob"] == knob
        assert said in fault["message"]


def test_markup_in_an_address_stays_text(client: TestClient) -> None:
    page = client.get(CASE, params={"fallout": "<img src=x onerror=alert(1)>", '"><script>alert(1)</script>': "1"})
    assert page.status_code == 400
    assert "<img" not in page.text
    assert "<script>alert" not in page.text
    assert "&lt;img" in page.text


def test_long_addresses_are_refused(client: TestClient) -> None:
    assert client.get(f"{CASE}?fallout={'9' * 5000}").status_code == 414
    assert client.get(f"{CASE}?" + "&".join(f"a{i}=1" for i in range(200))).status_code == 400
    many = client.get(f"{CASE}?" + "&".join(f"a{i}=1" for i in range(90)))
    assert many.status_code == 400
    assert "90 parameters" in many.text
    middling = client.get(f"{CASE}?fallout={'9' * 3000}")
    assert middling.status_code == 400
    assert "9" * 100 not in middling.text


def test_there_is_no_lab_without_a_case(client: TestClient) -> None:
    for ending in ("lab", "lab.json", "lab/answer"):
        assert client.get(f"/case/atlantis/{ending}").status_code == 404
        assert client.get(f"/case/%2e%2e/{ending}").status_code == 404
    assert client.post(CASE).status_code == 405


def test_a_case_of_ones_own_has_a_lab_with_its_own_knobs(client: TestClient) -> None:
    page = client.get("/case/made-up/lab")
    assert page.status_code == 200
    assert "Armenia" not in page.text
    found = client.get("/case/made-up/lab.json").json()
    knobs = client.get("/case/made-up/lab/answer").json()["active"]
    assert {f"deliveries.{d['actor']}" for d in found["directions"]} <= set(knobs)
    json.dumps(found)


def test_where_the_game_says_nothing_that_is_said_and_not_drawn(client: TestClient) -> None:
    page = client.get("/case/india-pakistan/lab?treaty=signed&fallout=2")
    seen = plain(page.text)
    assert "who holds what is disputed" in seen
    assert "The game says nothing here" in seen
    assert "being solved" not in seen
    assert 'aria-label="Forecast' in page.text
    assert 'aria-label="Game' not in page.text


def test_a_link_runs_the_same_with_all_draws(client: TestClient) -> None:
    pytest.importorskip("tocsin.web.api", reason="the JSON API is not here")
    page = client.get("/case/made-up/lab?fallout=2&treaty=signed").text
    found = re.search(r'href="(/api/v1/cases/made-up/scenario\?[^"]+)"', page)
    assert found is not None
    address = html.unescape(found[1])
    assert "draws=64" in address
    answer = client.get(address.replace("draws=64", "draws=0"))
    assert answer.status_code == 200
    called = client.get("/case/made-up/lab.json?fallout=2&treaty=signed").json()
    assert answer.json()["results"][0]["changes"] == called["changes"]
