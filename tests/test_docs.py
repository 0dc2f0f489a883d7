"""Generated pages are fresh, and the examples in docstrings run."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import pkgutil
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


@pytest.mark.parametrize("name", ["case-format.md", "assessment.schema.json", "data.md"])
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
