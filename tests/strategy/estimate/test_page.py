"""The page on estimation was made from these inputs: its hashes and its table by precision are made again."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tocsin.store import Store

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("strategy_estimation", ROOT / "scripts" / "strategy_estimation.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.data
def test_the_page_was_made_from_these_inputs(script: ModuleType, record: Store) -> None:
    page = script.OUT.read_text("utf-8")
    for name, sha in script.inputs(record).items():
        assert f"- `{name}` `{sha}`" in page
    rows, base, table = script.by_lam(record)
    assert f"({rows:,} rows), habits alone reach {base:.1f}" in page
    assert "\n".join(table) in page
