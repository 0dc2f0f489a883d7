"""Make the picture of the README from the tool's own report (needs Debian's chromium).

Run: python scripts/make_screenshot.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tocsin.pipeline import assess, write

OUT = Path(__file__).resolve().parents[1] / "docs" / "images"
SHOTS = {"report.png": "header", "report-strategy.png": "#fig-condition"}


def main() -> None:
    """Write the top of the report, and one figure, as pictures."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as p:
        _, report = write(assess("armenia-azerbaijan"), Path(folder))
        browser = p.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 900, "height": 1000}, device_scale_factor=1.5)
        page.goto(report.as_uri())
        for name, selector in SHOTS.items():
            box = page.locator(selector).first.bounding_box()
            assert box is not None
            top = max(0, box["y"] - 10)
            height = 1500 if selector == "header" else box["height"] - 60
            page.screenshot(path=OUT / name, full_page=True, clip={"x": 0, "y": top, "width": 900, "height": height})
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
