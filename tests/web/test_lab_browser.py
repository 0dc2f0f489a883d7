"""The scenario lab in a real browser: knobs moved by keyboard, numbers held against the Python call."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import uvicorn

from tests.chromium import NEEDED
from tocsin import pipeline
from tocsin.assessment.words import percent
from tocsin.report import lab as shown
from tocsin.report.text import points
from tocsin.scenarios.lab_parts import LabAnswer
from tocsin.web.server import config
from tocsin.web.settings import Settings

CASE = "armenia-azerbaijan"
PATIENCE = 60_000
pytestmark = NEEDED
Open = Callable[..., Any]


def free_port() -> int:
    import socket

    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a dashboard that really listens."""
    home = tmp_path_factory.mktemp("home")
    settings = Settings(
        port=free_port(), ledger=home / "l.sqlite", store=home / "store", cache=home, draws=1, warm=False
    )
    server = uvicorn.Server(config(settings))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < end, "the server does not start"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{settings.port}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def lab(site: str, browser: Any) -> Iterator[Open]:
    """Open the lab; what the console says and what is asked of other hosts fails the test, unless it was made to."""
    said: list[str] = []
    expected: list[str] = []
    contexts = []

    def open_(
        query: str = "", *, width: int = 1280, scheme: str = "light", script: bool = True, fails: str = ""
    ) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        contexts.append(context)
        expected.append(fails)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: said.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith((site, "data:")) else said.append(r.url))
        page.goto(f"{site}/case/{CASE}/lab{query}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [x for x in said if not any(e and e in x for e in expected)] == []


def settled(page: Any) -> None:
    """Wait until the answer belongs to the knobs and all its games are solved."""
    page.wait_for_timeout(250)
    page.wait_for_selector("#answer[aria-busy=false][data-complete=yes]")


def text(page: Any, selector: str) -> str:
    found = page.locator(selector)
    return re.sub(r"\s+", " ", found.inner_text()).strip().replace("\u00a0", " ") if found.count() else ""


def until(page: Any, selector: str, wanted: str) -> None:
    """Wait for a text; the policy of the page lets no expression be evaluated in it for that."""
    for _ in range(200):
        if text(page, selector) == wanted:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{selector} says {text(page, selector)!r}")


def same_numbers(page: Any, a: LabAnswer) -> None:
    """Hold the cards of the page against an answer, both directions and models."""
    for d in a.directions:
        for model in ("forecast", "game"):
            here = f"[data-actor={d.actor}] [data-model={model}]"
            r = shown.row_of(d, model)
            assert r.base.value is not None
            assert text(page, f"{here} .num.base") == percent(r.base.value)
            if r.scenario is None or r.scenario.value is None:
                assert page.locator(f"{here} .num.scenario").count() == 0
                assert ("Not felt" in text(page, here)) == bool(a.sets)
            else:
                assert text(page, f"{here} .num.scenario") == percent(r.scenario.value)
                assert r.change is not None
                assert r.change.value is not None
                assert text(page, f"{here} .change") == points(r.change.value)


def knob(page: Any, name: str) -> Any:
    return page.locator(f'[name="{name}"]')


def press(page: Any, name: str, *keys: str) -> None:
    knob(page, name).focus()
    for key in keys:
        page.keyboard.press(key)


MOVES = [
    [("deliveries.ARM", ["ArrowRight"] * 4)],
    [("fallout", ["ArrowLeft"] * 2), ("deliveries.AZE", ["Home"])],
    [("monitor.G24", ["Space"]), ("regime.AZE", ["p", "p"])],
    [("quiet", ["PageUp"]), ("event.AZE", ["s"])],
    [("as_of", ["ArrowLeft"] * 5), ("deliveries.AZE", ["End"])],
    [("treaty", ["Space"]), ("lam", ["End"])],
]


@pytest.mark.parametrize("moves", MOVES, ids=lambda m: "-".join(name for name, _ in m))
def test_knobs_moved_by_keyboard_show_what_python_returns(lab: Open, moves: list[tuple[str, list[str]]]) -> None:
    page = lab()
    settled(page)
    before = page.url
    for name, keys in moves:
        press(page, name, *keys)
    settled(page)
    assert page.url != before
    state = dict(parse_qsl(urlsplit(page.url).query))
    assert set(state) == {name for name, _ in moves}, "the address holds what was moved and nothing else"
    called = pipeline.lab(CASE, state)
    same_numbers(page, called)
    if called.lam is None and called.sets:
        # The same by the slow way, whose games start elsewhere.
        slow = pipeline.scenario(CASE, overrides=called.sets, as_of=called.as_of, draws=called.draws).results[0]
        for mine, theirs in zip(called.directions, slow.directions, strict=True):
            for row in theirs.game.rows[:1]:
                here = f"[data-actor={mine.actor}] [data-model=game] .num"
                assert text(page, f"{here}.base") == percent(row.base.strike.mean)
                assert text(page, f"{here}.scenario") == percent(row.scenario.strike.mean)
    assert called.as_of.strftime("%Y") in text(page, "#answer h2")
    page.reload()
    settled(page)
    same_numbers(page, called)


def test_a_slider_says_what_its_place_means(lab: Open) -> None:
    page = lab()
    press(page, "deliveries.ARM", "Home")
    assert knob(page, "deliveries.ARM").get_attribute("aria-valuetext") == "none"
    assert text(page, 'output[for="k-deliveries-ARM"]') == "none"
    press(page, "as_of", "ArrowLeft")
    assert knob(page, "as_of").get_attribute("aria-valuetext") == "31 December 2025"


def test_the_result_is_told_to_those_who_hear_the_page(lab: Open) -> None:
    page = lab()
    settled(page)
    press(page, "event.AZE", "s")
    called = pipeline.lab(CASE, {"event.AZE": "strike"})
    until(page, "#said", shown.sentence(called))
    assert page.locator("#said").get_attribute("role") == "status"


def test_an_answer_overtaken_by_the_next_is_thrown_away(lab: Open) -> None:
    page = lab()
    settled(page)
    asked: list[str] = []

    def slow(route: Any) -> None:
        asked.append(route.request.url)
        if len(asked) == 1:
            time.sleep(0.8)
        route.continue_()

    page.route("**/lab/answer**", slow)
    press(page, "deliveries.ARM", "End")
    page.wait_for_timeout(200)
    press(page, "deliveries.ARM", "Home")
    settled(page)
    assert len(asked) >= 2
    assert "deliveries.ARM=0" in page.url
    same_numbers(page, pipeline.lab(CASE, {"deliveries.ARM": "0"}))


def test_a_held_key_asks_far_less_often_than_it_moves(lab: Open) -> None:
    page = lab()
    settled(page)
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/lab/answer" in r.url else None)
    press(page, "as_of", *["ArrowLeft"] * 20)
    settled(page)
    assert len(asked) < 15


def test_it_says_that_it_computes_and_when_it_cannot(lab: Open) -> None:
    page = lab(fails="Failed to load resource")
    settled(page)
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/lab/answer**", hold)
    press(page, "quiet", "ArrowRight")
    page.wait_for_selector("#busy:not([hidden])")
    assert page.locator("#answer").get_attribute("aria-busy") == "true"
    held[-1].fulfill(status=500, content_type="application/problem+json", body='{"title": "It broke", "detail": ""}')
    page.wait_for_selector("[role=alert]")
    assert text(page, "[role=alert]") == "It broke"
    assert page.locator("#busy").is_hidden()
    press(page, "quiet", "ArrowRight")
    page.wait_for_selector("#busy:not([hidden])")
    held[-1].abort()
    until(page, "[role=alert]", "The server does not answer. Is tocsin serve still running?")
    page.unroute("**/lab/answer**")
    press(page, "quiet", "ArrowRight")
    settled(page)
    assert page.locator("[role=alert]").count() == 0, "the next answer takes the fault away"


def test_without_a_script_the_form_does_the_same(lab: Open) -> None:
    page = lab(script=False)
    press(page, "deliveries.ARM", "End")
    knob(page, "monitor.G24").check()
    page.locator("#show").click()
    page.wait_for_load_state()
    for _ in range(50):
        if page.locator("#answer").get_attribute("data-complete") == "yes":
            break
        page.locator("#part a").click()
        page.wait_for_timeout(300)
    same_numbers(page, pipeline.lab(CASE, {"deliveries.ARM": "3", "monitor.G24": "leaves"}))
    assert page.locator("#link").get_attribute("href") == f"/case/{CASE}/lab?deliveries.ARM=3&monitor.G24=leaves"


def test_what_does_nothing_on_the_day_is_not_offered(lab: Open) -> None:
    page = lab()
    settled(page)
    assert knob(page, "monitor.G24").is_visible()
    assert not knob(page, "monitor.G07").is_visible()
    page.locator("form details").evaluate("d => { d.open = true; }")
    assert knob(page, "supplier.India").is_visible()
    assert page.locator(".knob[hidden]").count() > 10
    assert page.locator(".knob[hidden]:visible").count() == 0
    press(page, "as_of", *["ArrowLeft"] * 4)
    settled(page)
    assert "2022" in text(page, "#answer h2")
    assert knob(page, "monitor.G07").is_visible(), "the peacekeepers were there"
    assert not knob(page, "monitor.G24").is_visible()
    assert knob(page, "monitor.G24").is_disabled()


def test_all_as_it_is(lab: Open) -> None:
    page = lab("?deliveries.ARM=0&treaty=signed&as_of=2022-06-30")
    settled(page)
    assert knob(page, "as_of").get_attribute("type") == "date"
    page.locator("#reset").click()
    settled(page)
    assert page.url.endswith("/lab")
    assert not knob(page, "treaty").is_checked()
    assert "8 June 2026" in text(page, "#answer h2")
    same_numbers(page, pipeline.lab(CASE, {}))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 390, 768, 1280, 1920])
def test_it_fits(lab: Open, width: int, scheme: str) -> None:
    page = lab("?deliveries.ARM=2&event.AZE=strike", width=width, scheme=scheme)
    settled(page)
    for details in page.locator("main details").all():
        details.evaluate("d => { d.open = true; }")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_no_serious_fault(lab: Open, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = lab("?deliveries.ARM=2&event.AZE=strike", width=width, scheme=scheme)
    settled(page)
    for details in page.locator("main details").all():
        details.evaluate("d => { d.open = true; }")
    found = Axe().run(page).response["violations"]
    serious = [
        (v["id"], [n["html"][:120] for n in v["nodes"][:3]]) for v in found if v["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_it_can_be_used_from_the_keyboard_alone(lab: Open, tmp_path: Path) -> None:
    page = lab()
    settled(page)
    page.locator("#main").focus()
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.name || document.activeElement.id")
        reached.add(name)
    assert {"as_of", "deliveries.ARM", "monitor.G24", "fallout", "regime.AZE", "quiet", "treaty", "lam"} <= reached
    with page.expect_download() as caught:
        page.locator("#answer details summary").last.press("Enter")
        page.get_by_role("link", name="PNG").press("Enter")
    target = tmp_path / "a.png"
    caught.value.save_as(target)
    assert target.read_bytes().startswith(b"\x89PNG")
