"""The report: escaped, self-contained, labelled, reproducible, legible in both themes."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from datetime import date
from html.parser import HTMLParser

import pytest

from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import Interval, Marker
from tocsin.assessment.words import likelihood_word, percent
from tocsin.pipeline import assess
from tocsin.report import findings, game, game_answers, palette
from tocsin.report.charts import spec
from tocsin.report.figures import plans
from tocsin.report.html import matrix, render
from tocsin.report.tables import names, power_rows


class Page(HTMLParser):
    """Collects what the tests look at."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.tags: Counter[str] = Counter()
        self.headings: list[str] = []
        self._in_heading = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = dict(attrs)
        self.tags[tag] += 1
        if a.get("id"):
            self.ids.append(str(a["id"]))
        if tag == "a" and a.get("href"):
            self.links.append(str(a["href"]))
        self.loads += [str(a[k]) for k in ("src", "srcset", "data", "action") if a.get(k)]
        if tag in ("link", "script", "iframe", "object", "embed", "form"):
            self.loads.append(tag)
        if a.get("role") == "img":
            self.images.append(a)
        self._in_heading = tag == "h2"

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.headings.append(data.strip())
            self._in_heading = False


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_same_assessment_same_bytes(flagship: Assessment, html: str) -> None:
    assert render(flagship) == html


def test_small_and_self_contained(html: str, page: Page) -> None:
    assert len(html.encode()) < 3_000_000
    assert page.loads == []
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)


def test_sections_in_the_stated_order(page: Page) -> None:
    assert page.headings == [
        "Key judgments",
        "Threat matrix",
        "Balance of power",
        "Pipeline and suppliers",
        "The strategic reading",
        "Scenarios",
        "Claims",
        "Rhetoric",
        "Indicators to watch",
        "Commitments and regimes",
        "The tool's own record on this dyad",
        "The argument's forecasts, and what happened",
        "Methods and limits",
        "Sources",
    ]


def test_identifiers_are_unique_and_links_arrive(page: Page) -> None:
    assert [i for i, n in Counter(page.ids).items() if n > 1] == []
    inside = [link[1:] for link in page.links if link.startswith("#")]
    assert len(inside) > 100
    assert set(inside) <= set(page.ids)
    assert all(link.startswith(("#", "https://")) for link in page.links)


def test_every_figure_says_its_finding(flagship: Assessment, page: Page) -> None:
    labels = [str(i["aria-label"]) for i in page.images]
    assert len(labels) == 16
    assert all(re.search(r"\d", label) for label in labels)
    # The sentence is the number in the assessment, not prose beside it.
    f = next(f for f in flagship.forecasts if f.actor == "AZE" and f.horizon_months == 12)
    p = next(m for m in f.modes if m.mode == "strike").at_least.value
    assert p is not None
    assert f"Azerbaijan against Armenia {percent(p)}" in findings.forecast(flagship)


def test_every_number_under_five_per_cent_in_the_matrix_has_its_ratio(flagship: Assessment, html: str) -> None:
    start = html.index('<table class="matrix">')
    small = [c for row in matrix(flagship) for c in row["cells"] if c["p"].value < 0.05]
    assert small
    for cell in small:
        shown = percent(cell["p"].value).replace(" %", "\u00a0%")
        place = html.index(f"<b>{shown}</b>", start)
        assert f"{cell['ratio']:.1f} times the base" in html[place : place + 500]


def test_every_number_is_a_named_computation(flagship: Assessment) -> None:
    named = {p.computation for p in plans(flagship)}
    named |= set(re.findall(r'"computation":"([^"]+)"', flagship.model_dump_json()))
    assert len(named) >= 12
    for computation in named:
        module, function = f"tocsin.{computation}".rsplit(".", 1)
        assert callable(getattr(importlib.import_module(module), function)), computation


def test_judgments_and_figures_lead_to_incidents_and_sources(flagship: Assessment, html: str, page: Page) -> None:
    numbers = {s.key: i for i, s in enumerate(flagship.sources, 1)}
    for plan in plans(flagship):
        assert plan.sources or plan.id == "reliability", plan.id
        assert set(plan.sources) <= set(numbers), plan.id
    for forecast in (f for f in flagship.forecasts if f.horizon_months == 12):
        start = html.index(f"<h3>{names(flagship)[forecast.actor]} against")
        block = html[start : html.index("</section>", start)]
        for incident in {i for w in forecast.history for i in w.incidents}:
            assert f'href="#incident-{incident}"' in block
        assert all(f'id="incident-{row.removeprefix("incidents:")}"' in html for row in forecast.provenance.rows)
        for key in forecast.provenance.sources:
            assert f'href="#src-{numbers[key]}"' in block


def test_the_table_under_a_figure_is_what_it_draws(flagship: Assessment, page: Page) -> None:
    for plan in plans(flagship):
        drawn = str(spec(plan.chart, flagship, 740, check=True))
        for row in plan.rows[:5]:
            for column, value in row.items():
                if column in {"probability", "multiple", "share", "million TIV"} and isinstance(value, float) and value:
                    assert f"{value!r}" in drawn, (plan.id, column)


def test_the_game_never_stands_without_its_base_rate(flagship: Assessment, html: str) -> None:
    section = html[html.index('id="game"') : html.index('id="claims"')]
    assert "Conditional on these payoffs" in section
    assert "prior spread, not a confidence interval" in " ".join(section.split())
    for g in flagship.games:
        assert g.results is not None
        p, base = game.at(g.results, "strike", 1)
        said = game.probabilities(flagship)
        assert f"{percent(p.mean)} (90 % prior spread {game.ends(p)})" in said
        assert f"base rate of {percent(base)}" in said
        for question, answer in game_answers.answers(names(flagship), g, g.results):
            assert question.replace("'", "&#39;") in section
            assert answer.replace(" %", "\u00a0%").replace("'", "&#39;") in section
            # A chance of a strike or war stands beside its base rate.
            assert "within a year" not in answer or "ase rate" in answer
        rows = section[section.index(f"<h4>{names(flagship)[g.actor]} against") :]
        assert f"{g.results.checks.draws} draws of the payoffs: 0 not solved, 0 without a certificate" in rows
    # Every reading and every precision carries its ratio to the base rate.
    readings = sum(len(g.results.readings) for g in flagship.games if g.results)
    assert section.count("times the base</span>") == 2 * readings + 3 * 4 * 2


def test_every_number_on_the_way_is_shown(flagship: Assessment, html: str) -> None:
    for g in flagship.games:
        rows = game_answers.state_rows(names(flagship), g)
        assert len(rows) == 10
        for what, how, _ in rows:
            assert what.replace("'", "&#39;") in html
            assert how.replace(" %", "\u00a0%").replace("'", "&#39;") in html
        for note in g.state.notes:
            assert note[1:] in html


def test_an_unsolved_game_is_said_to_be_and_hostile_text_in_it_is_escaped(flagship: Assessment) -> None:
    evil = "<script>alert(1)</script>"
    one, two = flagship.games
    supplier = one.state.supply.model_copy(update={"supplier": evil, "why": evil})
    state = one.state.model_copy(update={"supply": supplier, "notes": [evil]})
    bad = one.model_copy(update={"results": None, "missing": ["the hill is nobody's"], "state": state})
    a = flagship.model_copy(update={"games": [bad, two]})
    html = render(a)
    assert "<script" not in html
    assert "Armenia against Azerbaijan: unknown. Missing: the hill is nobody&#39;s." in html
    assert "unknown (the hill is nobody's)" in game.probabilities(a)
    assert len(game.game_rows(a)) == 12
    neither = flagship.model_copy(update={"games": [bad, two.model_copy(update={"results": None, "missing": ["x"]})]})
    assert 'id="fig-window"' not in render(neither)


def test_rows_of_arms_and_statements_lead_to_their_sources(html: str, flagship: Assessment) -> None:
    ids = set(re.findall(r' id="([^"]+)"', html))
    for name, entries in (
        ("pipeline", flagship.pipeline),
        ("suppliers", flagship.supplier_shares),
        ("statements", flagship.statement_counts),
    ):
        figure = re.search(rf'<figure id="fig-{name}">.*?</figure>', html, re.DOTALL)
        assert figure is not None
        rows = re.findall(r"<tr><td>.*?</tr>", figure[0], re.DOTALL)
        assert len(rows) == len(entries) > 0
        for row in rows:
            found = re.findall(r'href="#([^"]+)"', row)
            assert any(link.startswith("src-") for link in found)
            assert set(found) <= ids
    # Orders that verdicts name have their row on the page, and the figure leads there.
    assert 'href="#row-arms-' in re.search(r'<figure id="fig-pipeline">.*?</figure>', html, re.DOTALL)[0]  # type: ignore[index]


def test_hostile_text_is_escaped(made_up: Assessment) -> None:
    # The case check refuses markup; should some slip through, the page must still be safe.
    a = made_up
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    quote = a.statements[0].model_copy(update={"text": evil, "speaker": evil, "topic": evil})
    source = a.sources[0].model_copy(update={"title": evil, "publisher": evil, "address": "javascript:alert(1)"})
    marker = Marker(date=a.as_of, label=evil, sources=[source.key])
    states = [s.model_copy(update={"name": f"{evil}{s.code}"}) for s in a.states]
    events = [e.model_copy(update={"description": evil, "deaths": evil}) for e in a.events]
    pending = [p.model_copy(update={"supplier": evil, "arms_class": evil}) for p in a.pipeline]
    shares = [s.model_copy(update={"supplier": evil}) for s in a.supplier_shares]
    spoilt = a.model_copy(
        update={
            "title": evil,
            "summary": evil,
            "statements": [quote],
            "sources": [source],
            "limits": [evil],
            "markers": [marker],
            "states": states,
            "events": events,
            "pipeline": pending,
            "supplier_shares": shares,
        }
    )
    html = render(spoilt)
    page = Page(html)
    assert "<script" not in html
    assert "<img" not in html
    assert page.tags["script"] == 0
    assert page.tags["img"] == 0
    assert not [link for link in page.links if link.startswith("javascript")]
    assert page.loads == []


def test_an_unknown_probability_is_said_to_be_and_why(flagship: Assessment) -> None:
    nothing = Interval(value=None, missing="the record is too short")
    forecasts = [
        f.model_copy(
            update={
                "modes": [
                    m.model_copy(update={"at_least": nothing, "probability": nothing, "ratio_at_least": None})
                    for m in f.modes
                ]
            }
        )
        for f in flagship.forecasts
    ]
    judgments = [j.model_copy(update={"probability": nothing, "word": "unknown"}) for j in flagship.judgments]
    gaps = [s.model_copy(update={"change": Interval(value=None, missing="no figure of 2019")}) for s in flagship.shifts]
    a = flagship.model_copy(update={"forecasts": forecasts, "judgments": judgments, "shifts": gaps})
    html = render(a)
    assert "unknown (the record is too short)" in findings.forecast(a)
    assert html.count("the record is too short") >= 8
    assert "unknown (no figure of 2019)" in html
    assert not re.search(r">\s*None\s*<", html)
    assert "<b>0" not in html
    assert not re.search(r"[>( ]nan[<) ]", html)


def test_a_missing_year_breaks_the_line(flagship: Assessment) -> None:
    rows = {r["year"]: r["multiple"] for r in power_rows(flagship) if r["index"] == "military spending"}
    assert rows[1994] is None, "Armenia's spending of 1994 is unknown"
    assert rows[1993] is not None
    assert rows[1995] is not None


def test_what_is_unknown_is_said() -> None:
    a = assess("armenia-azerbaijan", as_of=date(1995, 1, 1), draws=0)
    html = render(a)
    assert "The shift is unknown in every year" in html
    assert "No statement was coded up to this date. That is not to say nothing was said." in html
    assert "No past forecast can be scored yet." in html
    assert "There is no forecast a year before: the change is unknown." in html
    assert "unknown. The game was not asked for" in html
    assert ">None<" not in html
    assert ">nan<" not in html.lower()


def test_a_made_up_case_without_an_argument_has_no_such_sections(made_up: Assessment) -> None:
    page = Page(render(made_up))
    assert "Claims" not in page.headings
    assert not [h for h in page.headings if h.startswith("The argument")]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast(theme: str) -> None:
    ground = [getattr(palette.PAPER, theme), getattr(palette.PANEL, theme)]
    for paper in ground:
        for text in (palette.INK, palette.MUTED):
            assert palette.contrast(getattr(text, theme), paper) >= 4.5, text.name
    marks = (palette.STATE_A, palette.STATE_B, *palette.MODES.values(), *palette.SERIES, *palette.STATEMENTS.values())
    for mark in marks:
        assert palette.contrast(getattr(mark, theme), ground[0]) >= 3, mark.name
    # The lanes of incidents stand on the panel's colour.
    for mark in (palette.STATE_A, palette.STATE_B, palette.MUTED):
        assert palette.contrast(getattr(mark, theme), ground[1]) >= 3, mark.name


def test_every_colour_has_its_own_key() -> None:
    assert len({c.light for c in palette.ALL}) == len({c.name for c in palette.ALL}) == len(palette.ALL)


@pytest.mark.parametrize(
    ("p", "word"),
    [
        (0.0, "almost no chance"),
        (0.05, "almost no chance"),
        (0.0501, "very unlikely"),
        (0.2, "very unlikely"),
        (0.21, "unlikely"),
        (0.5, "roughly even chance"),
        (0.551, "likely"),
        (0.8, "likely"),
        (0.95, "very likely"),
        (1.0, "almost certain"),
    ],
)
def test_the_seven_band_scale(p: float, word: str) -> None:
    assert likelihood_word(p) == word
