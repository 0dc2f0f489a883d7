"""The page of the API in a real browser: nothing from elsewhere, no sideways scroll, no serious fault for readers."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import uvicorn

from tests.chromium import NEEDED
from tests.web.api_made_up import ROOT, made_up
from tocsin.web.server import config

pytestmark = NEEDED


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    setting = replace(made_up(tmp_path_factory.mktemp("page")), port=port)
    server = uvicorn.Server(config(setting))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark"), (1920, "light")])
def test_it_opens_and_fits(browser: Any, address: str, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda m: said.append(m.text))
    page.on("pageerror", lambda e: said.append(str(e)))
    page.on("request", lambda r: asked.append(r.url))
    page.goto(f"{address}/api")
    assert said == []
    assert all(u.startswith(f"{address}/") for u in asked)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "tables scroll in their own box"
    if width > 390:  # the check reads the whole page, which takes its time with every part open
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = false)")
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    page.close()


def test_what_it_links_to_opens(browser: Any, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/api#case-faults")
    assert "409" in page.locator("#case-faults").inner_text()
    links = page.eval_on_selector_all("main a[href^='/']", "as => as.map(a => a.getAttribute('href'))")
    assert f"{ROOT}/openapi.json" in links
    assert len(links) > 5
    for link in links:
        # The store of this server is empty.
        assert page.request.get(f"{address}{link}").status == (503 if link.endswith("/watchlist") else 200), link
    page.goto(f"{address}{ROOT}/version")
    assert "schema_version" in page.inner_text("body")
    page.close()
