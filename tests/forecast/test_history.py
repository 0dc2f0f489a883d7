"""The own-history forecast: windows, shrinkage, what must and what must not change it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import ModelError
from tocsin.forecast import base_rates, history
from tocsin.forecast.base_rates import DyadClass, class_rate
from tocsin.forecast.history import Event

RIVALS = DyadClass(True, True, True)
BEGINS = date(1992, 1, 1)


def event(number: int, day: date, mode: int, actor: Any = "both", length: int = 0) -> Event:
    return Event(f"E{number}", day, day + timedelta(days=length), actor, mode)


days = st.dates(date(1992, 1, 1), date(2024, 12, 31))
events = st.lists(
    st.builds(
        event, st.integers(0, 10**6), days, st.integers(1, 4), st.sampled_from(["a", "b", "both"]), st.integers(0, 400)
    ),
    max_size=25,
)


def test_windows_end_on_the_as_of_date_and_share_no_day() -> None:
    rows = [event(1, date(2020, 6, 30), 3), event(2, date(2020, 7, 1), 4)]
    windows = history.past_windows(rows, date(2020, 6, 30), "a", 12, 5, BEGINS)
    assert [(w.start, w.end) for w in windows][:2] == [
        (date(2019, 6, 30), date(2020, 6, 30)),
        (date(2018, 6, 30), date(2019, 6, 30)),
    ]
    assert [w.mode for w in windows] == [3, 0, 0, 0, 0]


def test_an_event_over_a_boundary_counts_in_both_periods() -> None:
    rows = [event(1, date(2019, 6, 1), 4, length=60)]
    windows = history.past_windows(rows, date(2020, 6, 30), "b", 12, 3, BEGINS)
    assert [w.mode for w in windows] == [4, 4, 0]


def test_periods_before_the_record_begins_do_not_exist() -> None:
    assert len(history.past_windows([], date(1994, 1, 1), "a", 12, 5, BEGINS)) == 2
    result = history.forecast([], date(1992, 6, 1), "a", 12, RIVALS, BEGINS)
    assert result.windows == ()
    assert result.p == pytest.approx(result.base.rates)


def test_leap_days() -> None:
    assert history.months_before(date(2020, 2, 29), 12) == date(2019, 2, 28)
    assert history.months_before(date(2020, 1, 31), -1) == date(2020, 2, 29)


def test_by_hand() -> None:
    rows = [event(1, date(2024, 1, 1), 3), event(2, date(2021, 1, 1), 4)]
    result = history.forecast(rows, date(2024, 12, 31), "a", 12, RIVALS, BEGINS, strength=3.0)
    counts = np.array([3, 0, 0, 1, 1]) + 3 * class_rate("directed", 1, RIVALS, 2024).rates
    assert result.p == pytest.approx(counts / 8)
    assert result.at_least[3] == pytest.approx((counts[3] + counts[4]) / 8)


@given(events, days, st.sampled_from(["a", "b"]), st.sampled_from([12, 24, 36]))
def test_probabilities(rows: list[Event], as_of: date, side: Any, months: int) -> None:
    known = [e for e in rows if e.start <= as_of]
    result = history.forecast(known, as_of, side, months, RIVALS, BEGINS)
    assert result.p.sum() == pytest.approx(1)
    assert (result.p >= 0).all()
    assert (result.low <= result.p + 1e-9).all() or (result.low <= result.high).all()
    assert (np.diff(result.at_least) <= 1e-12).all()
    assert result.at_least[0] == pytest.approx(1)
    assert result.at_least[4] == pytest.approx(result.p[4])


@given(events, days)
def test_swapping_the_states_swaps_the_forecast(rows: list[Event], as_of: date) -> None:
    turn = {"a": "b", "b": "a", "both": "both"}
    swapped = [Event(e.id, e.start, e.end, turn[e.actor], e.mode) for e in rows]  # type: ignore[arg-type]
    one = history.forecast(rows, as_of, "a", 12, RIVALS, BEGINS)
    two = history.forecast(swapped, as_of, "b", 12, RIVALS, BEGINS)
    assert np.array_equal(one.p, two.p)


@given(events, days)
def test_later_events_change_nothing(rows: list[Event], as_of: date) -> None:
    known = [e for e in rows if e.start <= as_of]
    later = [event(7, as_of + timedelta(days=1), 4)]
    one = history.forecast(known, as_of, "a", 12, RIVALS, BEGINS)
    two = history.forecast(known + later, as_of, "a", 12, RIVALS, BEGINS)
    assert np.array_equal(one.p, two.p)


def test_more_war_years_raise_the_probability_of_war() -> None:
    as_of = date(2024, 12, 31)
    p = [
        history.forecast([event(i, date(2024 - i, 5, 1), 4) for i in range(n)], as_of, "a", 12, RIVALS, BEGINS).p[4]
        for n in range(6)
    ]
    assert p == sorted(p)
    assert p[0] < 0.01 < 0.5 < p[-1]


def test_endless_shrinkage_gives_the_base_rate() -> None:
    rows = [event(1, date(2024, 1, 1), 4)]
    result = history.forecast(rows, date(2024, 12, 31), "a", 12, RIVALS, BEGINS, strength=1e9)
    assert result.p == pytest.approx(result.base.rates, abs=1e-6)


def test_base_rates_use_only_windows_that_had_ended() -> None:
    rate = class_rate("directed", 3, RIVALS, 1995)
    assert (rate.first_year, rate.last_year) == (1965, 1994)
    assert class_rate("directed", 1, RIVALS, 2026).last_year == 2014


def test_a_class_without_windows_is_an_error_not_a_zero() -> None:
    with pytest.raises(ModelError, match="no base rate"):
        class_rate("directed", 1, DyadClass(True, True, False), 2015)


def test_a_table_that_was_tampered_with_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    base_rates._table.cache_clear()
    monkeypatch.setattr(base_rates, "meta", lambda: {"table_sha256": "0" * 64})
    with pytest.raises(ModelError, match="does not match"):
        base_rates._table()
    base_rates._table.cache_clear()
