"""Every command of the how-to pages is run, in order, and prints what the page says."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tocsin.cli.app import app

HOW_TO = Path(__file__).resolve().parents[1] / "docs" / "how-to"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def commands(page: str) -> list[tuple[list[str], str]]:
    """Return the words of each command and the output that the page shows, empty if it shows none."""
    out: list[tuple[list[str], str]] = []
    for block in BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            used = next(i for i, line in enumerate(lines) if not line.endswith("\\")) + 1
            out.append((shlex.split(" ".join(x.removesuffix("\\") for x in lines[:used])), "\n".join(lines[used:])))
    return out


@pytest.mark.parametrize("name", sorted(p.name for p in HOW_TO.glob("*.md")))
def test_commands_of_a_page(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    for file in HOW_TO.iterdir():
        shutil.copy(file, tmp_path)
    page = (HOW_TO / name).read_text("utf-8")
    if "tocsin case new" in page:  # skipped where there is no mirror
        monkeypatch.setenv("TOCSIN_STORE", str(request.getfixturevalue("case_store").root))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    found = commands(page)
    assert found
    for words, wanted in found:
        assert words[0] == "tocsin"
        run = CliRunner().invoke(app, words[1:])
        assert run.exit_code == 0, f"{words}: {run.output} {run.exception}"
        same = doctest.OutputChecker().check_output(f"{wanted.strip()}\n", f"{run.output.strip()}\n", LOOSE)
        assert same or not wanted, f"{words} prints\n{run.output}\nand not\n{wanted}"
