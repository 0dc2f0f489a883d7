"""The assessments the report is tested on, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.assessment.model import Assessment
from tocsin.case.synthetic import write_case
from tocsin.pipeline import assess
from tocsin.report.html import render


@pytest.fixture(scope="session")
def flagship() -> Assessment:
    # Few draws of the game: the page is the same, its spreads are rougher.
    return assess("armenia-azerbaijan", draws=4)


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    return assess(write_case(tmp_path_factory.mktemp("case") / "made-up"))


@pytest.fixture(scope="session")
def html(flagship: Assessment) -> str:
    return render(flagship)


@pytest.fixture(scope="session")
def report(html: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html, "utf-8")
    return path
