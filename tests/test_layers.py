"""Data flows one way: a lower layer never imports a higher one, and forecast and strategy never meet."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import tocsin

ROOT = Path(tocsin.__file__).parent
# Lowest first; members of one row may not import each other.
LAYERS = [
    {"errors", "schema", "states"},
    {"parameters", "cluster", "rhetoric"},
    {"sources"},
    {"store"},
    {"panel"},
    {"case"},
    {"measures"},
    {"forecast", "strategy"},
    {"assessment"},
    {"scenarios", "claims"},
    {"indicators"},
    {"ledger"},
    {"report"},
    {"pipeline"},
    {"web"},
    {"cli"},
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
FILES = sorted(ROOT.rglob("*.py"))


def layer(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path, *, type_checking: bool = False) -> list[tuple[int, str]]:
    tree = ast.parse(path.read_text("utf-8"))
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not type_checking:
            skipped |= {id(n) for n in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.append((node.lineno, node.module or ""))
            found += [(node.lineno, f"{node.module}.{a.name}") for a in node.names if node.module == "tocsin"]
        elif isinstance(node, ast.Import):
            found += [(node.lineno, a.name) for a in node.names]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down(path: Path) -> None:
    here = layer(path)
    if here in {"__init__", "__main__"}:
        return
    assert here in LEVEL, f"{here} is in no layer: add it to LAYERS"
    for line, module in imports(path):
        parts = module.split(".")
        if parts[0] != "tocsin" or len(parts) < 2 or parts[1] in {here, "__version__"}:
            continue
        assert LEVEL[parts[1]] < LEVEL[here], f"{path.name}:{line} imports {module}, which is not below {here}"


def test_the_check_sees_a_forbidden_import(tmp_path: Path) -> None:
    bad = tmp_path / "x.py"
    bad.write_text("from tocsin.cli import app\nimport tocsin.web.app\n")
    assert {m for _, m in imports(bad)} == {"tocsin.cli", "tocsin.web.app"}


PANDAS_HOMES = {"sources"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_pandas_stays_in_the_readers(path: Path) -> None:
    if layer(path) not in PANDAS_HOMES:
        assert not [m for _, m in imports(path) if m.split(".")[0] == "pandas"]
