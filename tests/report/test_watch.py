"""Rhetoric and indicators in report and terminal: what is unknown or not felt is said, and every number is the JSON's."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import StatementChange
from tocsin.pipeline import assess
from tocsin.report import charts, indicators, rhetoric
from tocsin.report.charts import spec
from tocsin.report.html import render
from tocsin.report.terminal import show
from tocsin.report.text import points


def section(html: str, name: str, end: str) -> str:
    return html[html.index(f'<h2 id="{name}">') : html.index(f'<h2 id="{end}">')]


def test_every_indicator_has_a_row_with_its_state_and_last_sight(flagship: Assessment, html: str) -> None:
    part = section(html, "indicators", "commitments")
    assert flagship.indicators is not None
    assert part.count('<tr id="indicator-') == len(flagship.indicators.indicators) > 15
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part)).replace("\u00a0", " ")
    for i in flagship.indicators.indicators:
        assert i.title.replace("'", "&#39;") in shown or i.title in shown
        for e in i.effects:
            if e.game.change.value is not None and abs(e.game.change.value) >= 0.0005:
                assert f"game {points(e.game.change.value)}" in shown


def test_not_felt_is_never_a_number(flagship: Assessment) -> None:
    rows = indicators.rows(flagship)
    felt = [
        (e.actor, model)
        for i in indicators.listed(flagship)
        for e in i.effects
        for model in ("forecast", "game")
        if getattr(e, model).felt == "felt"
    ]
    assert len(rows) == len(felt)
    numb = [i for i in indicators.listed(flagship) if i.why_not]
    assert numb
    assert all(indicators.label(flagship, i) in indicators.finding(flagship) for i in numb)
    assert len({indicators.label(flagship, i) for i in indicators.listed(flagship)}) == len(indicators.listed(flagship))


@pytest.mark.parametrize("width", [40, 60, 80, 100])
def test_the_terminal_names_the_first_ones(flagship: Assessment, width: int) -> None:
    out = io.StringIO()
    show(flagship, Console(file=out, width=width))
    said = out.getvalue()
    assert "Indicators to watch" in said
    first = indicators.listed(flagship)[: indicators.TOP]
    assert all(indicators.label(flagship, i) in said for i in first)
    e = first[0].effects[0]
    assert e.forecast.change.value is not None
    assert f"{100 * e.forecast.change.value:+.1f}" in said


def test_without_indicators_the_page_says_so(flagship: Assessment) -> None:
    page = render(flagship.model_copy(update={"indicators": None}))
    assert "No indicator was asked for." in page
    assert 'id="fig-indicators"' not in page


def test_an_unknown_game_is_not_called_unfelt() -> None:
    a = assess("india-pakistan", draws=0, scenarios=[])
    row = next(r for r in indicators.blocks(a) if r["indicator"].id == "spending-IND")
    assert row["felt"]
    assert [c["word"] for c in row["cells"][0]] == ["not felt", "unknown"]
    assert any(r.startswith("Unknown: ") and "not asked for" in r for r in indicators.reasons(a))
    assert "what the game says is unknown" in indicators.finding(a)


def test_hostile_text_of_an_indicator_is_only_text(flagship: Assessment) -> None:
    assert flagship.indicators is not None
    bad = "<script>alert(1)</script>"
    first = flagship.indicators.indicators[0].model_copy(update={"title": bad, "present": bad, "watch": bad})
    reading = flagship.indicators.model_copy(update={"indicators": [first, *flagship.indicators.indicators[1:]]})
    assert bad not in render(flagship.model_copy(update={"indicators": reading}))


def test_no_change_and_too_few_are_said(flagship: Assessment) -> None:
    tested = [c for c in flagship.statement_changes if c.found != "cannot tell"]
    said = rhetoric.finding(flagship)
    assert f"Of {len(tested)} series of a side and a type that can be tested" in said
    assert "no share changed beyond chance" in said
    assert f"For {len(flagship.statement_changes) - len(tested)} more there are too few to tell." in said
    few = [c for c in flagship.statement_changes if c.found == "cannot tell"]
    quiet = flagship.model_copy(update={"statement_changes": few})
    assert f"cannot be told: too few statements in all {len(few)} series" in rhetoric.changed(quiet)
    assert "nothing is coded" in rhetoric.changed(flagship.model_copy(update={"statement_changes": []}))


def test_a_change_is_said_in_words_and_drawn(flagship: Assessment) -> None:
    first = next(c for c in flagship.statement_changes if c.found == "no change")
    update = {"found": "change", "p_corrected": 0.01, "year": 2023, "before": 0.2, "after": 0.6}
    new: list[StatementChange] = [c.model_copy(update=update) if c == first else c for c in flagship.statement_changes]
    a = flagship.model_copy(update={"statement_changes": new})
    assert f"{first.type} was 20 % of what" in rhetoric.changed(a)
    assert "60 % from 2023 on (chance 1.0 %)" in rhetoric.changed(a)
    drawn = spec(charts.statements, a, 700, check=True)
    marks = [r for rows in drawn["datasets"].values() for r in rows] if "datasets" in drawn else drawn["data"]["values"]
    assert [r["year"] for r in marks if r["change"]] == [2023]
    assert "Dashed line: from that year on" in render(a)


def test_one_row_for_each_side_and_type(flagship: Assessment, html: str) -> None:
    part = section(html, "rhetoric", "indicators")
    rows = rhetoric.change_rows(flagship)
    assert {(c.state, c.type) for c in flagship.statement_counts} == {
        (c.state, c.type) for c in flagship.statement_changes
    }
    assert all(f'<th scope="row">{r["state"]}, {r["type"]}</th>' in part for r in rows)
