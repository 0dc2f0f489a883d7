"""An assessment issued into the ledger, and resolved from its case."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.ledger.made_up import NOW, binary
from tocsin.assessment.model import Assessment
from tocsin.assessment.outlook import track_record
from tocsin.case.load import load_case
from tocsin.case.synthetic import write_case
from tocsin.cli.app import app
from tocsin.forecast.base_rates import MODES
from tocsin.forecast.scores import rps
from tocsin.ledger.book import lines, record, resolve
from tocsin.ledger.file import read
from tocsin.ledger.issue import at_least, compare, forecasts_of, own_history
from tocsin.ledger.observe import observed
from tocsin.pipeline import assess


@pytest.fixture(scope="module")
def result() -> Assessment:
    # Neither game nor scenarios enter what is issued.
    return assess("armenia-azerbaijan", as_of=date(2019, 12, 31), draws=0, scenarios=())


def test_every_forecast_is_issued(result: Assessment) -> None:
    issued, left_out = forecasts_of(result)
    assert left_out == []
    assert len(issued) == 6
    for forecast, f in zip(issued, result.forecasts, strict=True):
        assert forecast.probabilities == [m.probability.value for m in f.modes]
        assert forecast.base_rate.probabilities == [m.base_rate for m in f.modes]
        assert forecast.versions["case_sha256"] == result.versions.case_sha256
        assert forecast.versions["base_rates_sha256"] == result.versions.base_rates_sha256
        assert (forecast.origin, forecast.closes) == (f.from_date, f.to_date)
    assert [f.forecast for f in forecasts_of(result)[0]] == [f.forecast for f in issued]


def test_own_history_is_that_of_the_history_forecast(result: Assessment) -> None:
    """Reckoned from the windows in the assessment, it is what the history model says."""
    from tocsin.assessment import outlook
    from tocsin.case.asof import known_on
    from tocsin.forecast import history

    case = known_on(load_case("armenia-azerbaijan"), result.as_of)
    events, class_ = outlook.case_events(case), outlook.case_class(case, result.as_of)
    for f in result.forecasts:
        side = "a" if f.actor == case.pair[0] else "b"
        wanted = history.forecast(events, result.as_of, side, f.horizon_months, class_, outlook.record_begins(case)).p
        assert own_history(f).probabilities == pytest.approx(list(wanted))


def test_an_unknown_forecast_is_not_issued(result: Assessment) -> None:
    f = result.forecasts[0]
    unknown = f.modes[0].probability.model_copy(update={"value": None, "missing": "why"})
    holed = f.model_copy(update={"modes": [f.modes[0].model_copy(update={"probability": unknown}), *f.modes[1:]]})
    issued, left_out = forecasts_of(result.model_copy(update={"forecasts": [holed, result.forecasts[1]]}))
    assert len(issued) == 1
    assert "unknown" in left_out[0]


def test_resolved_from_the_case_as_in_the_track_record(result: Assessment, tmp_path: Path) -> None:
    """The tool's own record of the same forecasts gives the same outcome and the same score."""
    path, case = tmp_path / "l.sqlite", load_case("armenia-azerbaijan")
    record(path, forecasts_of(result)[0], now=NOW)
    resolve(path, observed(case, lines(read(path))))
    found = {(x.forecast.actor, x.forecast.closes): x for x in lines(read(path))}
    assert all(x.resolution is not None for x in found.values())
    wanted = [r for r in track_record(case, case.config.case.cutoff) if r.as_of == result.as_of]
    assert len(wanted) == 2
    for r in wanted:
        line = found[r.actor, date(2020, 12, 31)]
        assert line.resolution is not None
        assert line.resolution.outcome == r.observed == "war"
        assert float(rps(line.forecast.probabilities, MODES.index(r.observed))[0]) == pytest.approx(r.rps)
    assert observed(case, lines(read(path))) == []


def test_open_periods_and_other_cases_are_passed_over(result: Assessment) -> None:
    case = load_case("armenia-azerbaijan")
    now = assess("armenia-azerbaijan", draws=0, scenarios=())
    from tocsin.ledger.book import Line

    open_ = [Line(1, NOW, f, None) for f in forecasts_of(now)[0]]
    other = [
        Line(1, NOW, forecasts_of(result)[0][0].model_copy(update={"case": "x"}), None),
        Line(2, NOW, binary(), None),
    ]
    assert observed(case, [*open_, *other]) == []


def test_compare_adds_the_references_for_a_threshold(result: Assessment) -> None:
    f = next(f for f in result.forecasts if (f.actor, f.horizon_months) == ("AZE", 12))
    made = compare(binary(base=None, own=None), f, "war")
    assert made.base_rate.probabilities is not None
    assert made.base_rate.probabilities[1] == pytest.approx(f.modes[4].base_rate_at_least)
    assert made.own_history.probabilities is not None
    assert made.own_history.probabilities[1] == pytest.approx(f.own_history[4])
    assert at_least(binary(base=None).base_rate, "war").probabilities is None


def test_assess_record_on_the_command_line(tmp_path: Path) -> None:
    case, path = write_case(tmp_path / "made-up"), tmp_path / "l.sqlite"
    common = ["assess", str(case), "--draws", "0", "--no-scenarios", "--out", str(tmp_path / "out")]
    for expected in ("recorded 6 forecasts as entries 1 to 6", "already recorded"):
        run = CliRunner().invoke(app, [*common, "--record", "--ledger", str(path)])
        assert run.exit_code == 0, run.output
        assert expected in run.output
    assert len(read(path)) == 6
    run = CliRunner().invoke(app, [*common, "--ledger", str(path)])
    assert "give --record too" in str(run.exception)
