"""The section on scenarios: every number with its base rate, what is not felt said to be so, both directions."""

from __future__ import annotations

import html as escape
import re

import pytest
from syrupy.assertion import SnapshotAssertion

from tocsin.assessment.model import Assessment
from tocsin.assessment.words import percent
from tocsin.pipeline import assess
from tocsin.report import scenarios
from tocsin.report.html import render


def section(html: str) -> str:
    return html[html.index('<h2 id="scenarios">') : html.index('<h2 id="claims">')]


def words(html: str) -> str:
    """Return the text of a piece of the page, without pictures, one line per block."""
    bare = re.sub(r"<svg.*?</svg>|<style.*?</style>", "", html, flags=re.DOTALL)
    lines = escape.unescape(re.sub(r"<[^>]+>", "\n", bare)).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def test_the_section_reads_as_it_did(html: str, snapshot: SnapshotAssertion) -> None:
    """Without the tables behind the figures, whose digits are those of the machine."""
    text = re.sub(r"<details>.*?</details>", "", section(html), flags=re.DOTALL)
    assert words(text) == snapshot


def test_both_directions_have_a_row_for_each_scenario(flagship: Assessment, html: str) -> None:
    assert flagship.scenarios is not None
    text = section(html)
    for r in flagship.scenarios.results:
        assert text.count(f'href="#scenario-{r.name}"') == 2
        assert text.count(f'id="scenario-{r.name}"') == 1
        for c in r.changes:
            assert f"<code>{c.key}</code>" in text
    assert text.count("<caption>Armenia against Azerbaijan, within a year") == 1
    assert text.count("<caption>Azerbaijan against Armenia, within a year") == 1


def test_a_probability_stands_beside_its_base_rate(flagship: Assessment) -> None:
    small = 0
    for block in scenarios.blocks(flagship):
        for row in block["rows"]:
            for c in row["cells"]:
                if "to" in c and c["model"] != scenarios.FORMS:
                    assert "times the base rate of" in c["ratio"]
                    small += c["to"] < 0.05
    assert small, "a probability under 5 % is among them"


def test_what_is_not_felt_shows_no_zero(flagship: Assessment) -> None:
    for block in scenarios.blocks(flagship):
        for row in block["rows"]:
            for c, model in zip(row["cells"], ("forecast", "game", "reading"), strict=True):
                numb = getattr(row["direction"], model).found == "not felt"
                assert (c.get("word") == "not felt") == numb
                assert not numb or (c["why"] and "change" not in c)
    felt = {(r["scenario"], r["model"]) for r in scenarios.rows(flagship)}
    assert ("treaty signed", "forecast") not in felt
    assert ("treaty signed", "game") in felt


def test_sensitivity_covers_every_parameter_in_both_directions(flagship: Assessment) -> None:
    rows = scenarios.sensitivity_rows(flagship)
    for g in flagship.games:
        assert g.results is not None
        mine = [r for r in rows if r["direction"].startswith({"ARM": "Armenia", "AZE": "Azerbaijan"}[g.actor])]
        drawn = {p.name.removeprefix("strategy.") for p in g.results.parameters if p.low < p.high} - {"w_measure"}
        shown = {"theta" if n.startswith("theta_") else n for n in drawn}
        assert {r["symbol"] for r in mine} == shown
        assert len(mine) == len(shown) >= 33


def test_an_assessment_without_scenarios_says_so() -> None:
    a = assess("armenia-azerbaijan", draws=0, scenarios=())
    text = section(render(a))
    assert "No scenario was run." in text
    assert "<figure" not in text


def test_hostile_names_are_only_text(flagship: Assessment) -> None:
    assert flagship.scenarios is not None
    r = flagship.scenarios.results[0].model_copy(update={"title": "<img src=x>", "why": "<script>alert(1)</script>"})
    a = flagship.model_copy(update={"scenarios": flagship.scenarios.model_copy(update={"results": [r]})})
    page = render(a)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;img src=x&gt;" in page


@pytest.mark.parametrize("width", [50, 80, 100])
def test_the_terminal_gives_every_change(flagship: Assessment, width: int) -> None:
    lines = scenarios.told(flagship, width)
    assert max(map(len, lines)) <= width
    text = "\n".join(lines)
    assert text.isascii()
    for block in scenarios.blocks(flagship):
        for row in block["rows"]:
            assert row["label"] in text
    assert flagship.scenarios is not None
    said = scenarios.page({"ARM": "Armenia", "AZE": "Azerbaijan"}, flagship.scenarios)
    flat = " ".join(line for _, line in said)
    for r in flagship.scenarios.results:
        assert r.why.replace("\u2212", "-") in flat
        for d in r.directions:
            for g in d.game.rows[:1]:
                assert percent(g.scenario.strike.mean) in flat
