"""Every command of the tutorial and the how-to pages is run, in order, and prints what the page says."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tocsin.cli.app import app
from tocsin.errors import TocsinError

DOCS = Path(__file__).resolve().parents[1] / "docs"
HOW_TO = DOCS / "how-to"
PAGES = [DOCS / "tutorial.md", *sorted(HOW_TO.glob("*.md"))]
# A block of commands, or text to add to the file named after its language.
BLOCK = re.compile(r"^```(console|toml \S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LOOSE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def steps(page: str) -> list[tuple[list[str], str] | tuple[Path, str]]:
    """Return, in order, the words of each command with the output that the page shows (empty if it shows none), and
    each text to add to a file.
    """
    out: list[tuple[list[str], str] | tuple[Path, str]] = []
    for kind, block in BLOCK.findall(page):
        if kind != "console":
            out.append((Path(kind.split()[1]), block))
            continue
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            used = next(i for i, line in enumerate(lines) if not line.endswith("\\")) + 1
            out.append((shlex.split(" ".join(x.removesuffix("\\") for x in lines[:used])), "\n".join(lines[used:])))
    return out


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_commands_of_a_page(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    for file in HOW_TO.iterdir():
        shutil.copy(file, tmp_path)
    page = path.read_text("utf-8")
    if "tocsin case new" in page:  # skipped where there is no mirror
        monkeypatch.setenv("TOCSIN_STORE", str(request.getfixturevalue("case_store").root))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    found = steps(page)
    assert found
    for what, wanted in found:
        if isinstance(what, Path):
            with what.open("a", encoding="utf-8") as handle:
                handle.write(f"\n{wanted}")
            continue
        assert what[0] == "tocsin"
        run = CliRunner().invoke(app, what[1:])
        said = run.output
        if wanted.startswith("tocsin: "):  # the page shows a refusal
            assert isinstance(run.exception, TocsinError), f"{what}: {said} {run.exception}"
            said = f"tocsin: {run.exception}"
        else:
            assert run.exit_code == 0, f"{what}: {said} {run.exception}"
        same = doctest.OutputChecker().check_output(f"{wanted.strip()}\n", f"{said.strip()}\n", LOOSE)
        assert same or not wanted, f"{what} prints\n{said}\nand not\n{wanted}"
