"""Scores against numbers worked out by hand, and their defining property: honesty pays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.forecast import scores


def test_by_hand() -> None:
    p = [[0.7, 0.1, 0.1, 0.08, 0.02]]
    # Cumulative .7 .8 .9 .98 against 0 0 0 1 for a strike.
    assert scores.rps(p, [3])[0] == pytest.approx(0.49 + 0.64 + 0.81 + 0.0004)
    assert scores.log_score(p, [3])[0] == pytest.approx(-np.log(0.08))
    assert scores.brier(p, [3], 3)[0] == pytest.approx((0.1 - 1) ** 2)


def test_a_perfect_forecast_scores_zero() -> None:
    assert scores.rps(np.eye(5), np.arange(5)).tolist() == [0] * 5
    assert scores.log_score(np.eye(5), np.arange(5)).tolist() == pytest.approx([0] * 5)


probabilities = st.lists(st.floats(0.01, 1), min_size=5, max_size=5).map(lambda x: np.array(x) / sum(x))


@given(probabilities, probabilities)
def test_proper(truth: np.ndarray, other: np.ndarray) -> None:
    y = np.arange(5)
    for score in (scores.rps, scores.log_score):
        honest = float(truth @ score(np.tile(truth, (5, 1)), y))
        dishonest = float(truth @ score(np.tile(other, (5, 1)), y))
        assert honest <= dishonest + 1e-9


def test_what_is_no_forecast_is_refused() -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        scores.rps([[0.5, 0.6]], [0])
    with pytest.raises(ValueError, match="2 forecasts for 1"):
        scores.rps([[0.5, 0.5], [0.5, 0.5]], [0])


def test_skill_of_a_perfect_reference_is_unknown() -> None:
    assert scores.skill([1.0], [0.0]) is None
