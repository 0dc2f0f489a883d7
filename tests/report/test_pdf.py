"""The report as PDF: the words of the page on paper, literal, tagged, reproducible; a clear word where Typst is absent."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import Marker
from tocsin.errors import UsageError
from tocsin.pipeline import write
from tocsin.report import blocks, pdf
from tocsin.report.html import render

if TYPE_CHECKING:
    from pypdf import PdfReader

needs_typst = pytest.mark.skipif(find_spec("typst") is None, reason="Typst is not installed: pip install 'tocsin[pdf]'")


def solid(text: str) -> str:
    """Return text without white space: lines on paper break elsewhere."""
    return re.sub(r"\s+", "", text.replace("\u00a0", "").replace("\u200b", ""))


def read(content: bytes) -> PdfReader:
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(content))


def words(content: bytes) -> str:
    # Every page ends with its foot, which would stand in the middle of a sentence.
    pages = [p.extract_text() for p in read(content).pages]
    return solid(" ".join(re.sub(r"\S[^\n]*\bIssued [^\n]*\.\s*\d+ / \d+\s*$", "", p) for p in pages))


@pytest.fixture(scope="module")
def paper(html: str, flagship: Assessment) -> bytes:
    return pdf.render(html, flagship.issued)


@pytest.fixture(scope="module")
def text(paper: bytes) -> str:
    return words(paper)


@needs_typst
def test_same_page_same_bytes_in_another_process(paper: bytes, report: Path, flagship: Assessment) -> None:
    code = (
        "import sys, hashlib; from datetime import date; from pathlib import Path; from tocsin.report.pdf import render\n"
        "page = Path(sys.argv[1]).read_text('utf-8')\n"
        "sys.stdout.buffer.write(render(page, date.fromisoformat(sys.argv[2])))"
    )
    out = subprocess.run([sys.executable, "-c", code, str(report), str(flagship.issued)], capture_output=True)
    assert out.returncode == 0, out.stderr
    assert out.stdout == paper


@needs_typst
def test_pages_size_title_language_tags_and_date(paper: bytes, flagship: Assessment) -> None:
    made = read(paper)
    assert 10 <= len(made.pages) <= 70
    assert len(paper) < 3_000_000
    assert made.metadata is not None
    assert made.metadata.title == f"{flagship.title}: assessment as of {flagship.as_of}"
    assert made.metadata.creation_date is not None
    assert made.metadata.creation_date.date() == flagship.issued
    root: Any = made.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part[>=\"]+1", xmp)
    last = made.pages[-1].extract_text()
    assert f"{len(made.pages)} / {len(made.pages)}" in last


@needs_typst
def test_no_font_of_the_machine(paper: bytes) -> None:
    used = {
        str(f.get_object()["/BaseFont"]).split("+")[-1].split("-")[0]
        for p in read(paper).pages
        for f in (p["/Resources"].get("/Font") or {}).values()  # type: ignore[union-attr]
    }
    assert used == {"LibertinusSerif", "DejaVuSansMono"}


@needs_typst
def test_every_judgment_with_number_interval_and_base_rate(text: str, flagship: Assessment) -> None:
    assert flagship.judgments
    for j in flagship.judgments:
        assert solid(j.likelihood) in text
        assert solid(j.confidence) in text


@needs_typst
def test_every_word_of_the_page_is_on_paper(text: str, html: str) -> None:
    # The rows behind the figures are left out; all else on the page is there.
    found = blocks.document(html)
    runs: list[str] = []

    def walk(x: Any) -> None:
        if isinstance(x, list):
            for y in x:
                walk(y)
        elif isinstance(x, dict):
            if "runs" in x and x.get("kind") != "title":
                runs.append("".join(r.get("text", " ") for r in x["runs"]))
            for y in x.values():
                walk(y)

    walk(found["blocks"])
    assert len(runs) > 500
    assert [r for r in runs if solid(r) not in text] == []
    headings = [b for b in found["blocks"] if b["kind"] == "heading" and b["level"] == 1]
    tops = re.findall(r"<h2[^>]*>(.*?)</h2>", html)
    assert len(headings) == len(tops)


@needs_typst
def test_every_figure_has_its_finding_as_text_alternative(paper: bytes, html: str) -> None:
    alts: list[str] = []

    def walk(x: Any) -> None:
        x = x.get_object() if hasattr(x, "get_object") else x
        if isinstance(x, list):
            for y in x:
                walk(y)
        elif isinstance(x, dict):
            if x.get("/S") == "/Figure":
                alts.append(str(x["/Alt"]))
            if "/K" in x:
                walk(x["/K"])

    root: Any = read(paper).trailer["/Root"]
    walk(root["/StructTreeRoot"])
    wanted = [b for b in blocks.document(html)["blocks"] if b["kind"] == "figure"]
    pictures = [p["alt"] for b in wanted for p in b["blocks"] if p["kind"] == "picture"]
    assert len(pictures) == len(wanted) > 8
    assert alts == pictures


@needs_typst
def test_hostile_text_is_literal(made_up: Assessment) -> None:
    evil = '#panic("x") *b* _i_ $x^2$ @ref <lab> \\u{41} `raw` // gone /* #read("/etc/passwd") "] </svg><script>'
    a = made_up.model_copy(
        update={
            "title": evil,
            "summary": evil,
            "limits": [evil],
            "statements": [made_up.statements[0].model_copy(update={"text": evil, "speaker": evil})],
            "markers": [Marker(date=made_up.as_of, label=evil, sources=[])],
            "states": [s.model_copy(update={"name": f"{evil}{s.code}"}) for s in made_up.states],
            "pipeline": [p.model_copy(update={"supplier": evil}) for p in made_up.pipeline],
            "sources": [
                made_up.sources[0].model_copy(update={"publisher": evil, "address": 'https://x.example/")#panic()'})
            ],
        }
    )
    content = pdf.render(render(a), a.issued)
    assert words(content).count(solid(evil)) > 6
    root: Any = read(content).trailer["/Root"]
    assert "/OpenAction" not in root
    assert "/JavaScript" not in str(root.get("/Names"))


@needs_typst
def test_a_character_without_a_glyph_stands_as_its_number(made_up: Assessment) -> None:
    a = made_up.model_copy(
        update={
            "limits": ["\u4e2d\u0007 \U0001f600 Հայաստան Azərbaycan \u202eabc"],
            "pipeline": [p.model_copy(update={"supplier": "\u4e2d"}) for p in made_up.pipeline],
        }
    )
    found = words(pdf.render(render(a), a.issued))
    assert "[U+4E2D][U+0007][U+1F600]" in found
    assert "Azərbaycan" in found
    assert "Հայաստան" in found


@needs_typst
def test_a_very_long_text_is_not_cut(made_up: Assessment) -> None:
    long = " ".join(f"word{i}" for i in range(4000))
    a = made_up.model_copy(update={"events": [made_up.events[0].model_copy(update={"description": long})]})
    found = words(pdf.render(render(a), a.issued))
    assert "word0word1" in found
    assert "word3999" in found


@needs_typst
def test_an_endless_word_stays_within_the_page(made_up: Assessment) -> None:
    endless = "x" * 400
    event = made_up.events[0].model_copy(update={"description": endless})
    content = pdf.render(render(made_up.model_copy(update={"events": [event], "limits": [endless]})), made_up.issued)
    ends: list[float] = []

    def visit(text: str, cm: list[float], tm: list[float], *_: Any) -> None:
        # Where a piece of text begins: a word that runs off the page would be one piece, or begin beyond the margin.
        if "xxx" in text:
            assert len(text.strip()) < 130
            ends.append(cm[4] + tm[4])

    for p in read(content).pages:
        p.extract_text(visitor_text=visit)
    assert len(ends) > 4
    assert words(content).count(endless) == 2


def test_a_page_left_open_is_a_fault() -> None:
    with pytest.raises(ValueError, match="line 1: </body>"):
        blocks.document('<html lang="en"><title>T</title><body><p>x</body></html>')


def test_without_typst_nothing_is_begun(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, made_up: Assessment) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(UsageError, match=re.escape("pip install 'tocsin[pdf]'")):
        write(made_up, tmp_path / "out", pdf=True)
    assert not (tmp_path / "out").exists()
    with pytest.raises(UsageError):
        pdf.render("", date(2025, 2, 1))


def test_the_command_says_so_too(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['typst'] = None\nfrom tocsin.cli.app import main\n"
        f"sys.argv = ['tocsin', 'assess', 'armenia-azerbaijan', '--pdf', '--out', {str(tmp_path / 'out')!r}]\nmain()"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert out.returncode == 2
    assert "pip install 'tocsin[pdf]'" in out.stderr
    assert out.stdout == ""
    assert not (tmp_path / "out").exists()


@needs_typst
def test_it_is_written_beside_the_page(made_up: Assessment, tmp_path: Path) -> None:
    paths = write(made_up, tmp_path / "out", pdf=True)
    assert [p.name for p in paths] == ["assessment.json", "report.html", "report.pdf"]
    assert {p.name for p in (tmp_path / "out").iterdir()} == {p.name for p in paths}
    assert paths[-1].read_bytes().startswith(b"%PDF-")
    assert [p.name for p in write(made_up, tmp_path / "two")] == ["assessment.json", "report.html"]
