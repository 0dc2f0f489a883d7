"""Generated pages are fresh, and the examples in docstrings run."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import pkgutil
import re
import sys
from pathlib import Path

import pytest

import tocsin

ROOT = Path(__file__).resolve().parents[1]


def _script(name: str) -> object:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name", ["api.md", "case-format.md", "claim-tests.md", "evidence.md", "assessment.schema.json", "data.md"]
)
def test_generated_page_is_fresh(name: str) -> None:
    made = _script("make_docs").PAGES[name]()  # type: ignore[attr-defined]
    assert (ROOT / "docs" / "reference" / name).read_text("utf-8") == made, "run python scripts/make_docs.py"


MODULES = [m.name for m in pkgutil.walk_packages(tocsin.__path__, "tocsin.")]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    count = sum(len(t.examples) for name in MODULES for t in finder.find(importlib.import_module(name)))
    assert count > 40


@pytest.mark.data
def test_the_examples_of_the_page_on_panels_run(
    mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tocsin.store import Store
    from tocsin.store.build import fetch

    needed = (
        "cow_states",
        "nmc",
        "contdir",
        "majors",
        "atop",
        "mie",
        "ucdp_acd",
        "gdppop_cow",
        "gw_cow",
        "gml_dirdisp",
    )
    fetch(Store(tmp_path / "store"), needed, mirror=mirror)
    monkeypatch.setenv("TOCSIN_STORE", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "terrain.csv").write_text("ccode,rugged\n2,1.1\n371,4.2\n")
    page = (ROOT / "docs" / "explanation" / "panels.md").read_text("utf-8")
    names: dict[str, object] = {}
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2
    for block in blocks:
        exec(block, names)
    assert "@" in capsys.readouterr().out
    assert (tmp_path / "panel.dta").is_file()
    assert (tmp_path / "civil.dta").is_file()
    assert len(eval("tocsin.dispute_dyads(1816, 2010).whittle('onsets', 'fatality').collect()", names)) == 9504
