"""The dashboard in a real browser: every page opens and fits, with the keyboard, without script, light and dark."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.chromium import NEEDED
from tests.ledger.made_up import small
from tocsin.pipeline import assess
from tocsin.web.settings import Settings

pytestmark = NEEDED
FLAGSHIP = "/case/armenia-azerbaijan"
PAGES = ["/", "/watchlist", "/ledger", "/data", FLAGSHIP, f"{FLAGSHIP}/strategy", f"{FLAGSHIP}/claims"]
PAGES += [f"{FLAGSHIP}/indicators", f"{FLAGSHIP}/record", "/case/broken", "/case/nothing", "/case/made-up"]


@pytest.fixture(scope="module")
def server(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard as a browser sees it: uvicorn in a thread, on a free port."""
    import uvicorn

    from tocsin.web.server import config

    assert settings.cases is not None
    folder = tmp_path_factory.mktemp("browser")
    shutil.copytree(settings.cases, folder / "cases")
    shutil.copytree(folder / "cases" / "made-up", folder / "cases" / "broken")
    (folder / "cases" / "broken" / "arms.csv").write_text("nonsense,<b>\n1,2\n", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        own = replace(settings, port=port, cases=folder / "cases", ledger=small(folder / "ledger.sqlite"))
        found = uvicorn.Server(config(own))
        thread = threading.Thread(target=found.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{port}"
        found.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


def wait_for(address: str) -> None:
    """Wait until a page is more than a note that it is being reckoned."""
    for _ in range(1500):
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                if answer.status != 202 and b'http-equiv="refresh"' not in answer.read():
                    return
        except urllib.error.HTTPError:
            return
        time.sleep(0.2)
    raise AssertionError(f"{address} is still being reckoned")


def opened(browser: Any, address: str, **more: Any) -> tuple[Any, list[str], list[str]]:
    """Return a page, what it wrote on the console, and what it asked for."""
    page = browser.new_page(**more)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda m: said.append(m.text))
    page.on("pageerror", lambda e: said.append(str(e)))
    page.on("request", lambda r: asked.append(r.url))
    wait_for(address)
    page.goto(address)
    return page, said, asked


@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_fits_and_can_be_used_by_all(browser: Any, server: str, address: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page, said, asked = opened(browser, server + address, viewport={"width": 1280, "height": 900})
    refused = address in {"/case/broken", "/case/nothing"}
    assert [s for s in said if not (refused and "Failed to load resource" in s)] == []
    assert [u for u in asked if not u.startswith(server + "/")] == []
    for width in (390, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shown = page.evaluate(
            "[...document.querySelectorAll('figure [role=img] > div')].map(d => d.getBoundingClientRect().width > 0)"
        )
        assert sum(shown) * 2 == len(shown), "each figure shows one of its two renderings"
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(22, 24, 28)") == (scheme == "dark")
        found = Axe().run(page).response["violations"]
        assert [
            (v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found if v["impact"] in {"serious", "critical"}
        ] == []
    page.close()


def test_the_slider_replays_history(browser: Any, server: str) -> None:
    wait_for(f"{server}{FLAGSHIP}?year=2012")
    page, said, _ = opened(browser, server + FLAGSHIP)
    page.focus("#year")
    before = page.inner_text("#body")
    for _ in range(14):
        page.keyboard.press("ArrowLeft")
    assert page.inner_text("#year-said") == "2012"
    page.locator("#knowledge", has_text="31 December 2012").wait_for()
    assert page.evaluate("document.activeElement.id") == "year", "the slider keeps the focus"
    assert page.url.endswith("?year=2012")
    after = page.inner_text("#body").replace("\u00a0", " ")
    assert after != before
    found = assess("armenia-azerbaijan", as_of=date(2012, 12, 31), draws=0, scenarios=[])
    for j in found.judgments:
        assert j.likelihood in after
    assert said == []
    page.close()


def test_a_figure_one_can_point_at(browser: Any, server: str) -> None:
    page, said, asked = opened(browser, server + FLAGSHIP, viewport={"width": 1280, "height": 900})
    assert not [u for u in asked if "vega.js" in u], "the library comes when it is wanted"
    page.click("#fig-pipeline .point")
    page.wait_for_selector("#fig-pipeline .explore svg")
    assert not page.locator("#fig-pipeline [role=img]").is_visible()
    mark = page.locator("#fig-pipeline .explore svg .mark-rect path").last
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert "recipient" in page.inner_text("#vg-tooltip-element")
    assert said == [], "nothing the policy of the page forbids"
    page.click("#fig-pipeline .point")
    assert page.locator("#fig-pipeline [role=img]").is_visible()
    page.close()


def test_the_switch_of_colours_is_remembered(browser: Any, server: str) -> None:
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(server + "/ledger")
    page.click("#theme")
    dark = "getComputedStyle(document.body).backgroundColor === 'rgb(22, 24, 28)'"
    assert page.evaluate(dark)
    page.goto(server + "/data")
    assert page.evaluate(dark)
    page.click("#theme")
    assert not page.evaluate(dark)
    context.close()


def test_the_keyboard_reaches_the_content_first(browser: Any, server: str) -> None:
    page, _, _ = opened(browser, server + "/data")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.close()


def test_without_script_everything_is_there(browser: Any, server: str) -> None:
    wait_for(f"{server}{FLAGSHIP}?year=2012")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server + FLAGSHIP)
    assert page.locator("#fig-power svg").first.is_visible()
    page.fill("#year", "2012")
    page.click("#replay button")
    assert "31 December 2012" in page.inner_text("#knowledge")
    page.goto(f"{server}{FLAGSHIP}/claims")
    page.select_option("#verdict", "supported")
    page.click("#verdicts button")
    assert page.locator("#claims-supported").is_visible()
    assert not page.locator("#claims-mixed").is_visible()
    context.close()


def test_it_prints(browser: Any, server: str) -> None:
    page, _, _ = opened(browser, server + FLAGSHIP)
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible()
    assert not page.locator("#replay").is_visible()
    assert page.locator("#fig-power svg").first.is_visible()
    page.close()


def test_another_site_cannot_show_it_in_a_frame(browser: Any, server: str, tmp_path: Path) -> None:
    outer = tmp_path / "outer.html"
    outer.write_text(f'<iframe src="{server}/ledger"></iframe>', "utf-8")
    page = browser.new_page()
    page.goto(outer.as_uri())
    inner = page.frames[-1]
    assert not re.search("Forecasts as they were issued", inner.content())
    page.close()
