"""The report held against axe in a real browser: no serious or critical fault, wide and narrow, light and dark.

The drawings are left out: they are hidden from assistive technology (``aria-hidden``), which reads the text alternative
of their figure and the table behind it instead, and both are in the run. Their colours have a test of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chromium import NEEDED

pytestmark = NEEDED
DRAWINGS = "figure svg"
OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
# Contrast is costly by the element: of each table one row of every make is kept, and no drawing. Tables that scroll in
# their box are let out of it, since axe cannot judge what the edge of a box covers.
ONE_OF_A_KIND = """() => {
  document.querySelectorAll('figure svg').forEach(s => s.replaceChildren());
  document.querySelectorAll('table').forEach(table => {
    const seen = new Set();
    table.querySelectorAll('tbody tr').forEach(row => {
      const make = [...new Set([row, ...row.querySelectorAll('*')].map(e => e.tagName + '.' + e.className))].join(' ');
      if (seen.has(make)) row.remove(); else seen.add(make);
    });
  });
}"""
UNBOXED = ".scroll{overflow:visible !important;max-height:none !important}"


@pytest.fixture
def opened(browser: Any, report: Path) -> Iterator[Any]:
    pages = []

    def at(width: int, scheme: str) -> Any:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        pages.append(page)
        page.goto(report.as_uri())
        page.evaluate(OPEN_ALL)
        return page

    yield at
    for page in pages:
        page.close()


def axe(page: Any, **options: Any) -> dict[str, Any]:
    """Return what axe says of a page: rules broken and rules it could not decide."""
    from axe_playwright_python.sync_playwright import Axe

    options["resultTypes"] = ["violations", "incomplete"]
    found: dict[str, Any] = Axe().run(page, context={"exclude": [[DRAWINGS]]}, options=options).response
    assert found["passes"], "something was looked at"
    return found


def serious(found: dict[str, Any]) -> list[str]:
    return [
        f"{v['id']}: {node['target']} {node['failureSummary']}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"][:3]
    ]


@pytest.mark.parametrize("width", [1280, 390])
def test_structure(opened: Any, width: int) -> None:
    """Every rule but contrast, on the whole page with everything opened."""
    found = axe(opened(width, "light"), rules={"color-contrast": {"enabled": False}})
    assert serious(found) == []
    assert len(found["passes"]) > 30


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_contrast(opened: Any, width: int, scheme: str) -> None:
    page = opened(width, scheme)
    page.evaluate(ONE_OF_A_KIND)
    page.add_style_tag(content=UNBOXED)
    found = axe(page, runOnly=["color-contrast"])
    assert serious(found) == []
    undecided = [node["target"] for v in found["incomplete"] for node in v["nodes"]]
    assert len(undecided) <= 20, undecided


def test_axe_would_notice(opened: Any) -> None:
    """The two runs find faults put there on purpose."""
    page = opened(1280, "light")
    page.evaluate("document.querySelector('main').innerHTML = '<p style=\"color:#bbb\">pale</p><img src=\"data:,\">'")
    assert {line.split(":")[0] for line in serious(axe(page))} >= {"color-contrast", "image-alt"}
