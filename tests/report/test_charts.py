"""The charts: valid Vega-Lite at both widths, drawing what the assessment holds, silent on what is unknown."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from tocsin.assessment.model import Assessment
from tocsin.assessment.parts import DyadForecast, Interval
from tocsin.report import charts, game, svg
from tocsin.report.charts.game import STEP_NAMES as WINDOW_NAMES
from tocsin.report.charts.game import step as window_step
from tocsin.report.charts.strategy import STEP_NAMES, STEPS, step
from tocsin.report.figures import plans
from tocsin.report.palette import ALL
from tocsin.report.tables import condition_rows, drawn_map, map_rows, marker_rows, reading_day


def points(spec: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every data row of a specification."""
    return [row for rows in spec["datasets"].values() for row in rows]


@pytest.mark.parametrize("width", [svg.WIDE, svg.NARROW])
def test_valid_and_as_wide_as_asked(flagship: Assessment, width: int) -> None:
    for plan in plans(flagship):
        charts.spec(plan.chart, flagship, width, check=True)
        picture = svg.render(plan.chart, flagship, width, "x")
        box = [float(v) for v in picture.split('viewBox="', 1)[1].split('"', 1)[0].split()]
        assert width <= box[2] <= width * 1.03, plan.id
        assert "NaN" not in picture
        assert "undefined" not in picture


def test_only_colours_of_the_palette(flagship: Assessment) -> None:
    keys = {c.light for c in ALL} | {"none", "transparent"}
    for plan in plans(flagship):
        picture = svg.render(plan.chart, flagship, svg.WIDE, "x")
        used = set(re.findall(r'(?:fill|stroke)="([^"]+)"', picture))
        assert used <= keys, (plan.id, used - keys)


def test_a_made_up_case_draws_every_chart(made_up: Assessment) -> None:
    drawn = [p for p in plans(made_up) if p.rows]
    assert len(drawn) >= 5
    for plan in drawn:
        for width in (svg.WIDE, svg.NARROW):
            charts.spec(plan.chart, made_up, width, check=True)
            assert svg.render(plan.chart, made_up, width, "x").startswith("<svg")


def test_the_forecast_clamps_but_does_not_invent(flagship: Assessment) -> None:
    f = flagship.forecasts[0]
    nothing = Interval(value=None, missing="too short a record")
    modes = [m.model_copy(update={"at_least": nothing}) if m.mode == "war" else m for m in f.modes]
    a = flagship.model_copy(update={"forecasts": [f.model_copy(update={"modes": modes})]})
    rows = {r["mode"]: r for r in points(charts.spec(charts.forecast, a, svg.WIDE))}
    assert rows["war"]["probability"] is None
    assert rows["war"]["low"] is None
    assert rows["strike or war"]["probability"] == pytest.approx(f.modes[3].at_least.value)


def test_a_probability_that_falls_with_the_horizon_is_owned_up_to(flagship: Assessment) -> None:
    short, long = (f for f in flagship.forecasts if f.actor == "AZE" and f.horizon_months in (12, 24))

    def note(*forecasts: DyadForecast) -> str:
        a = flagship.model_copy(update={"forecasts": list(forecasts)})
        return next(p.key for p in plans(a) if p.id == "forecast")

    lower = [m.model_copy(update={"at_least": Interval(value=0.0, low=0.0, high=0.0)}) for m in short.modes]
    higher = [m.model_copy(update={"at_least": Interval(value=1.0, low=1.0, high=1.0)}) for m in short.modes]
    assert "Azerbaijan: war" in note(short, long.model_copy(update={"modes": lower}))
    assert "which cannot be true" not in note(short, long.model_copy(update={"modes": higher}))


def test_a_reading_stands_at_its_day_and_events_at_theirs(flagship: Assessment) -> None:
    assert reading_day(flagship, 2020) == date(2020, 12, 31)
    assert reading_day(flagship, flagship.as_of.year) == flagship.as_of
    rows = points(charts.spec(charts.condition, flagship, svg.WIDE))
    war = next(m for m in marker_rows(flagship) if m["date"] == "2020-09-27")
    before = [r for r in rows if r.get("day") == "2019-12-31"]
    after = [r for r in rows if r.get("day") == "2020-12-31"]
    assert before
    assert after
    assert all(r["year"] < war["year"] for r in before)
    assert all(r["year"] > war["year"] for r in after)
    # Years whose shift is unknown are in the table, and in no bar.
    unknown = {r["day"] for r in condition_rows(flagship) if r["share"] is None}
    assert unknown
    assert not unknown & {r.get("day") for r in rows}


def test_the_map_shows_the_direction_that_may_lose_by_waiting(flagship: Assessment) -> None:
    m = drawn_map(flagship)
    assert m is not None
    assert m.measured_shift.value is not None
    assert m.measured_shift.value > 0
    rows = [r for r in points(charts.spec(charts.parameter_map, flagship, svg.WIDE)) if "share" in r]
    width = m.shift[1] - m.shift[0]
    # Runs cover each row of the map once, and hold the step of every cell.
    for i, cost in enumerate(m.cost):
        runs = [r for r in rows if r["y"] < cost < r["y2"]]
        assert sum(r["x2"] - r["x"] for r in runs) == pytest.approx(width * len(m.shift))
        for j, shift in enumerate(m.shift):
            (run,) = (r for r in runs if r["x"] < shift < r["x2"])
            assert run["share"] == STEP_NAMES[step(m.holds_war[i][j])]
    assert len(map_rows(flagship)) == len(m.cost)


def test_steps_of_the_map() -> None:
    assert [step(s) for s in (0, *STEPS, 1)] == [0, 1, 2, 3, 4, 5, 5]


def test_no_map_without_a_shift(flagship: Assessment) -> None:
    a = flagship.model_copy(update={"strategy": flagship.strategy.model_copy(update={"maps": []})})
    assert drawn_map(a) is None
    with pytest.raises(ValueError, match="not known"):
        charts.parameter_map(a, svg.WIDE)


def test_the_window_shows_every_cell_and_where_the_case_stands(flagship: Assessment) -> None:
    rows = points(charts.spec(charts.window, flagship, svg.WIDE))
    for g, r in game.solved(flagship):
        here = [x for x in rows if x.get("direction") == game.direction(flagship, g)]
        (case,) = (x for x in here if x["kind"] == "case")
        assert case["middle"] == pytest.approx(r.window.ratio_now.mean)
        assert case["y"] == min(r.window.pending_now, 4)
        for ratio, row in zip(r.window.ratio, r.window.probability, strict=True):
            for pending, p in zip(r.window.pending, row, strict=True):
                (run,) = (
                    x for x in here if x["kind"] == "field" and x["x"] < ratio < x["x2"] and x["y"] < pending < x["y2"]
                )
                assert run["times"] == WINDOW_NAMES[window_step(p / r.window.base_rate)]


def test_the_tornado_starts_at_the_centre(flagship: Assessment) -> None:
    rows = [x for x in points(charts.spec(charts.tornado, flagship, svg.WIDE)) if "to" in x]
    assert len(rows) == 2 * 2 * game.BARS
    for g, r in game.solved(flagship):
        here = [x for x in rows if x["direction"] == game.direction(flagship, g)]
        assert {x["from"] for x in here} == {r.central}
        assert {x["to"] for x in here} == {v for b in r.tornado[: game.BARS] for v in (b.at_low, b.at_high)}


def test_every_parameter_has_a_name(flagship: Assessment) -> None:
    for _, r in game.solved(flagship):
        assert {b.name for b in r.tornado} <= set(game.LABELS)
