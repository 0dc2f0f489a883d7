"""The claims in report and terminal: every verdict, every number with its way back, hostile text harmless."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from tocsin.assessment.model import Assessment
from tocsin.report import claims
from tocsin.report.html import render
from tocsin.report.terminal import show, show_claims


@pytest.fixture(scope="module")
def section(html: str) -> str:
    return html[html.index('id="claims"') : html.index('id="rhetoric"')]


def test_every_claim_stands_once_under_its_verdict(section: str, flagship: Assessment) -> None:
    assert re.findall(r'<tr id="claim-(C\d+)">', section) == [
        c.id for verdict in claims.ORDER for c in flagship.claims if c.verdict == verdict
    ]
    for group in claims.groups(flagship):
        assert f'id="claims-{group["verdict"]}"' in section


def test_a_reader_can_click_from_a_number_to_its_row(html: str, section: str, flagship: Assessment) -> None:
    targets = set(re.findall(r'href="#([^"]+)"', section))
    ids = set(re.findall(r'id="([^"]+)"', html))
    assert targets <= ids
    assert {"row-statements-S44", "row-arms-A22", "fig-power", "evidence-civilian-initiation"} <= targets
    assert "evidence-disparities" in targets
    for row in flagship.claim_rows:
        assert f'<tr id="{claims.anchor(row.key)}">' in section


def test_each_test_shows_how_it_was_computed(section: str, flagship: Assessment) -> None:
    for claim in flagship.claims:
        for t in claim.tests:
            assert f"<code>tocsin.{t.provenance.computation}</code>" in section
            module, _, name = f"tocsin.{t.provenance.computation}".rpartition(".")
            assert hasattr(__import__(module, fromlist=[name]), name)


def test_nulls_and_unknown_estimates_are_shown(section: str, flagship: Assessment) -> None:
    shown = [r for e in flagship.evidence for r in e.estimates]
    assert len(shown) > 100
    assert any(r.estimate.value is None for r in shown)
    assert "unknown (the model could not be fitted)" in section


def test_hostile_text_is_harmless(flagship: Assessment) -> None:
    bad = "<script>alert(1)</script>"
    first = flagship.claims[0].model_copy(update={"text": bad, "rivals": bad, "note": bad, "finding": bad})
    page = render(flagship.model_copy(update={"claims": [first, *flagship.claims[1:]]}))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_without_claims_there_is_no_section(flagship: Assessment) -> None:
    page = render(flagship.model_copy(update={"claims": [], "claim_rows": [], "evidence": []}))
    assert 'id="claims"' not in page
    assert "#claims" not in page


def printed(a: Assessment, *, everything: bool | None = None) -> str:
    out = io.StringIO()
    console = Console(file=out, width=80, highlight=False)
    if everything is None:
        show(a, console)
    else:
        show_claims(a, console, everything=everything)
    return out.getvalue()


def test_the_terminal_counts_and_names_the_contradicted(flagship: Assessment) -> None:
    text = printed(flagship)
    assert claims.counts(flagship) in " ".join(text.split())
    for c in flagship.claims:
        assert (f"{c.id} contradicted" in text) == (c.verdict == "contradicted")
    assert max(map(len, text.splitlines())) <= 80


def test_the_command_says_everything(flagship: Assessment) -> None:
    text = " ".join(printed(flagship, everything=True).split())
    for c in flagship.claims:
        assert f"{c.id} {c.text}" in text
        assert not c.rivals or f"Rival explanations: {c.rivals}." in text
