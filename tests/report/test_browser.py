"""The report in a real browser: no script, no request, no sideways scroll, at desk and on a phone, light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.chromium import NEEDED

pytestmark = NEEDED


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 390, 768, 1280, 1920])
def test_it_opens_and_fits(browser: Any, report: Path, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda m: said.append(m.text))
    page.on("pageerror", lambda e: said.append(str(e)))
    page.on("request", lambda r: asked.append(r.url))
    page.goto(report.as_uri())
    assert said == []
    assert asked == [report.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "tables scroll in their own box"
    shown = page.evaluate(
        "[...document.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().width > 0).length"
    )
    assert shown == 16, "each figure shows one of its two renderings"
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(22, 24, 28)") == (scheme == "dark")
    # No label of a chart is cut off by the edge of its picture.
    cut = page.evaluate(
        """[...document.querySelectorAll('figure svg')].filter(s => s.getBoundingClientRect().width > 0).flatMap(s => {
             const box = s.getBoundingClientRect();
             return [...s.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]).filter(
               ([, r]) => r.width > 0 && (r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 1
                                          || r.bottom > box.bottom + 1)).map(([text]) => text)})"""
    )
    assert cut == []
    # The smallest text in a chart stays readable.
    size = page.evaluate(
        "Math.min(...[...document.querySelectorAll('figure svg text')].map(t => t.getBoundingClientRect())"
        ".filter(r => r.width > 0).map(r => r.height))"
    )
    assert size >= 8
    page.close()


def test_links_to_sources_and_figures_arrive(browser: Any, report: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(report.as_uri())
    page.click("nav a[href='#strategy']")
    assert page.evaluate("location.hash") == "#strategy"
    page.locator("sup a").first.click()
    assert page.evaluate("document.querySelector(location.hash).tagName") == "LI"
    page.close()


def test_a_click_on_a_row_behind_a_verdict_opens_the_table(browser: Any, report: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(report.as_uri())
    page.locator("#claim-C18 summary").click()
    page.click("#claim-C18 a[href='#row-statements-S44']")
    assert page.locator("#row-statements-S44").is_visible()
    page.close()


def test_it_prints(browser: Any, report: Path) -> None:
    page = browser.new_page()
    page.goto(report.as_uri())
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert 5 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page>") + pdf.count(b"/Type/Page") <= 60
    page.close()
