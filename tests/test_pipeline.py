"""The main job: valid, reproducible, and blind to everything published after the as-of date."""

from __future__ import annotations

import csv
import json
import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.assessment.judgments import key_judgments
from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import Interval
from tocsin.case.schemas import TABLES
from tocsin.case.synthetic import write_case
from tocsin.errors import CaseError
from tocsin.pipeline import assess, write

# Draws of the strategic game: few, since each takes two solutions.
DRAWS = 4
AS_OF = [date(2019, 12, 31), date(2020, 6, 30), date(2022, 8, 31), date(2023, 8, 31), date(2025, 2, 1)]
SCHEMA = Path(__file__).resolve().parents[1] / "docs" / "reference" / "assessment.schema.json"


@pytest.fixture(scope="module")
def flagship() -> Assessment:
    return assess("armenia-azerbaijan", draws=DRAWS)


def test_valid_against_the_published_schema(flagship: Assessment) -> None:
    jsonschema.validate(json.loads(flagship.model_dump_json()), json.loads(SCHEMA.read_text("utf-8")))


def test_it_can_be_read_back(flagship: Assessment) -> None:
    assert Assessment.model_validate_json(flagship.model_dump_json()) == flagship


def test_same_input_same_bytes(flagship: Assessment) -> None:
    assert assess("armenia-azerbaijan", draws=DRAWS).model_dump_json() == flagship.model_dump_json()


def test_the_seed_matters_only_for_draws(flagship: Assessment) -> None:
    other = assess("armenia-azerbaijan", seed=2, draws=DRAWS)
    assert other.forecasts == flagship.forecasts
    assert other.strategy != flagship.strategy
    assert other.games != flagship.games
    assert [g.state for g in other.games] == [g.state for g in flagship.games]


def test_both_directions_and_all_horizons(flagship: Assessment) -> None:
    found = {(f.actor, f.target, f.horizon_months) for f in flagship.forecasts}
    assert found == {(x, y, m) for x, y in (("ARM", "AZE"), ("AZE", "ARM")) for m in (12, 24, 36)}
    for f in flagship.forecasts:
        assert sum(m.probability.value or 0 for m in f.modes) == pytest.approx(1)
        for m in f.modes:
            assert m.probability.low is not None
            assert m.probability.high is not None
            assert m.probability.low <= m.probability.high
        assert f.provenance.rows
        assert f.provenance.sources


def test_as_of_runs_work_and_differ() -> None:
    results = {day: assess("armenia-azerbaijan", as_of=day, draws=0) for day in AS_OF}
    assert len({r.model_dump_json() for r in results.values()}) == len(AS_OF)
    for day, r in results.items():
        assert all(e.start <= day and e.end <= day for e in r.events)
        assert all(s.date <= day for s in r.statements)
        assert all(m.date <= day for m in r.markers)
        assert all(p.year < day.year for p in r.power)
        assert all(f.class_years[1] < day.year for f in r.forecasts)
        assert all(t.as_of < day for t in r.track_record)
        assert max(y.year for y in r.strategy.years) == day.year
        assert all(g.state.recent.day is None or g.state.recent.day <= day for g in r.games)
        assert all(g.state.holdings is None or g.state.holdings.since <= day for g in r.games)
    assert not results[date(2020, 6, 30)].claims, "the argument was not public yet"
    assert results[date(2025, 2, 1)].claims
    assert {f.outcome for f in results[date(2025, 2, 1)].stated_forecasts} == {"open"}
    # The war of 2020 was not known in June 2020; the offensive of September 2023 was not known in August 2023.
    risk = {day: _strike_or_war(results[day], "AZE") for day in AS_OF}
    assert risk[date(2023, 8, 31)] > risk[date(2022, 8, 31)] > risk[date(2020, 6, 30)]


def _strike_or_war(a: Assessment, actor: str) -> float:
    (f,) = (f for f in a.forecasts if f.actor == actor and f.horizon_months == 12)
    return sum(m.probability.value or 0 for m in f.modes if m.mode in ("strike", "war"))


def test_the_first_day_of_the_case_works_and_says_what_is_unknown() -> None:
    r = assess("armenia-azerbaijan", as_of=date(1995, 1, 1), draws=0)
    assert all(y.share_any is None and y.missing for y in r.strategy.years)
    assert not r.changes


def test_a_date_before_the_case_begins_is_refused() -> None:
    with pytest.raises(CaseError, match="begins on 1995-01-01") as raised:
        assess("armenia-azerbaijan", as_of=date(1990, 1, 1))
    assert raised.value.exit_code == 10


def test_a_date_after_the_cut_off_says_how_old_the_case_is() -> None:
    r = assess("armenia-azerbaijan", as_of=date(2026, 11, 1), draws=0)
    assert all("brought up to date" in j.confidence for j in r.judgments)


def test_likelihood_and_confidence_never_share_a_sentence(flagship: Assessment) -> None:
    for j in flagship.judgments:
        assert "onfidence" not in j.likelihood
        assert "%" not in j.confidence
        assert j.word in j.likelihood


def test_an_unknown_forecast_is_an_unknown_judgment(flagship: Assessment) -> None:
    nothing = Interval(value=None, missing="the record is too short")
    blank = [
        f.model_copy(update={"modes": [m.model_copy(update={"at_least": nothing}) for m in f.modes]})
        for f in flagship.forecasts
    ]
    found = key_judgments(blank, {s.code: s.name for s in flagship.states}, ["a doubt"])
    assert len(found) == len(flagship.judgments)
    for j in found:
        assert j.word == "unknown"
        assert j.likelihood.startswith("It is unknown how likely it is that A")
        assert j.likelihood.endswith(": the record is too short.")
        assert "confidence in this estimate" not in j.confidence.lower()


def test_arms_of_unknown_value_are_said_to_be_left_out(flagship: Assessment) -> None:
    pending = {s: sum(p.unvalued for p in flagship.pipeline if p.recipient == s) for s in ("ARM", "AZE")}
    assert min(pending.values()) > 0
    (said,) = [text for text in flagship.limits if "unknown value" in text]
    assert f"and {pending['ARM']} pending; Azerbaijan" in said
    last = [y for y in flagship.strategy.years if y.year == flagship.as_of.year]
    assert {y.unvalued for y in last} == {sum(pending.values())}


def test_small_probabilities_carry_their_ratio(flagship: Assessment) -> None:
    small = [j for j in flagship.judgments if (j.probability.value or 0) < 0.05]
    assert small
    assert all("times the base rate" in j.likelihood for j in small)


def test_every_source_named_exists(flagship: Assessment) -> None:
    known = {s.key for s in flagship.sources}
    text = json.loads(flagship.model_dump_json())

    def look(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key == "sources" and value and isinstance(value[0], str):
                    assert set(value) <= known
                look(value)
        elif isinstance(node, list):
            for value in node:
                look(value)

    look({k: v for k, v in text.items() if k != "sources"})
    for part in (*flagship.pipeline, *flagship.supplier_shares, *flagship.statement_counts):
        assert part.sources
    for shown in (*flagship.shifts, *flagship.judgments, flagship.strategy, *flagship.games):
        assert shown.provenance.sources


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("as-of")
    for seed in range(3):
        write_case(folder / f"case-{seed}", seed=seed, rows=25, game=True)
    return folder


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2),
    as_of=st.dates(date(1996, 1, 1), date(2019, 12, 31)),
    dice=st.integers(0, 10**6),
    n=st.integers(1, 12),
)
def test_rows_published_later_change_no_byte(
    cases: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, as_of: date, dice: int, n: int
) -> None:
    base = cases / f"case-{seed}"
    more = tmp_path_factory.mktemp("more") / f"case-{seed}"
    shutil.copytree(base, more)
    rng = random.Random(dice)
    for table in TABLES:
        path = more / table.file
        with path.open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle))
        for i in range(n):
            row = dict(rng.choice(rows))
            # A row about any time, even long before, that was published after the as-of date.
            row["known_from"] = (as_of + timedelta(days=rng.randrange(1, 2000))).isoformat()
            if "id" in row:
                row["id"] = f"LATE{i}"
            else:
                row["year"] = str(1900 + i)
            if table.name == "arms":
                row |= {"order_id": f"LATE{i}"}
            if row.get("start", row.get("date", "")) > row["known_from"]:
                continue
            rows.append(row)
        rng.shuffle(rows)
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, [c.name for c in table.columns], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    # Without draws: what the game reads is in the assessment, and all it says follows from that.
    assert assess(more, as_of=as_of, draws=0).model_dump_json() == assess(base, as_of=as_of, draws=0).model_dump_json()


def test_the_game_stands_beside_its_base_rate_in_both_directions(flagship: Assessment) -> None:
    assert [(g.actor, g.rival) for g in flagship.games] == [("ARM", "AZE"), ("AZE", "ARM")]
    for g in flagship.games:
        assert g.missing == []
        r = g.results
        assert r is not None
        assert "Conditional on these payoffs" in g.wording
        assert r.checks.draws == DRAWS
        assert r.checks.failed == r.checks.uncertified == 0
        assert {(m.mode, m.years) for m in r.modes} == {
            (m, y) for m in ("none", "threat", "incursion", "strike", "war") for y in (1, 2, 3)
        }
        for years in (1, 2, 3):
            rows = [m for m in r.modes if m.years == years]
            assert sum(m.probability.mean for m in rows) == pytest.approx(1)
            assert sum(m.base_rate for m in rows) == pytest.approx(1)
        assert [x.lam for x in r.lam_row] == [0.5, 2, 5, 15]
        assert len(r.window.probability) == len(r.window.ratio) == 21


def test_a_case_that_does_not_say_enough_is_unknown_and_says_why(tmp_path: Path) -> None:
    r = assess(write_case(tmp_path / "made-up"))
    for g in r.games:
        assert g.results is None
        assert any("[prize]" in m for m in g.missing)
        assert any("regime" in m for m in g.missing)
        assert g.state.spending is not None, "what is known is still shown"


def test_files_are_written_whole(flagship: Assessment, tmp_path: Path) -> None:
    paths = write(flagship, tmp_path / "deep" / "out")
    assert sorted(p.name for p in paths) == ["assessment.json", "report.html"]
    assert not list((tmp_path / "deep" / "out").glob(".*"))
    assert Assessment.model_validate_json(paths[0].read_text("utf-8")) == flagship
