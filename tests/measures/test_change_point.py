"""A change point is found where there is one, seldom where there is none, and by the likelihood of the textbook."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from tocsin.measures.change_point import change_point, holm


def by_hand(x: list[int], n: list[int]) -> list[float]:
    """Twice the log of the ratio of likelihoods after each year, term by term from the binomial."""

    def fit(a: slice) -> float:
        p = sum(x[a]) / sum(n[a])
        return float(sum(binom.logpmf(k, m, p) for k, m in zip(x[a], n[a], strict=True)))

    whole = fit(slice(None))
    return [2 * (fit(slice(None, t)) + fit(slice(t, None)) - whole) for t in range(1, len(x))]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=2, max_size=8))
def test_the_likeliest_year_is_that_of_a_second_implementation(years: list[tuple[int, int]]) -> None:
    n = [m for m, _ in years]
    x = [min(k, m) for m, k in years]
    found = change_point(x, n, seed=1)
    if sum(x) in (0, sum(n)):
        assert found is None
        return
    gains = by_hand(x, n)
    assert found is not None
    assert found.gain == pytest.approx(max(gains), abs=1e-9)
    assert gains[found.at - 1] == pytest.approx(max(gains), abs=1e-9)
    assert found.before == pytest.approx(sum(x[: found.at]) / sum(n[: found.at]))
    assert 0 < found.p <= 1


def test_chance_is_that_of_all_orders() -> None:
    # Three of six, one a year: 20 orders, of which two are as sharp as 0 0 0 1 1 1.
    found = change_point([0, 0, 0, 1, 1, 1], [1] * 6, seed=3)
    assert found is not None
    assert found.p == pytest.approx(2 / 20, abs=0.01)


def test_without_a_change_five_in_a_hundred_are_below_five_per_cent() -> None:
    rng = np.random.default_rng(5)
    n = [6] * 10
    p = [f.p for i in range(200) if (f := change_point(rng.binomial(n, 0.4).tolist(), n, seed=i)) is not None]
    assert np.mean(np.array(p) < 0.05) < 0.09
    assert np.mean(p) == pytest.approx(0.5, abs=0.1)


def test_years_without_trials_and_a_single_year() -> None:
    one = change_point([0, 0, 5, 5], [5, 5, 5, 5], seed=1)
    gaps = change_point([0, 0, 0, 0, 5, 5], [5, 0, 5, 0, 5, 5], seed=1)
    assert one is not None
    assert gaps is not None
    assert (one.p, one.gain) == (gaps.p, gaps.gain)
    assert (one.at, gaps.at) == (2, 4)
    assert change_point([3], [5], seed=1) is None
    with pytest.raises(ValueError, match="at most as many"):
        change_point([6], [5], seed=1)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_is_never_below_the_chance_itself_and_keeps_the_order(p: list[float]) -> None:
    out = holm(p)
    assert all(a <= b <= 1 or a == b for a, b in zip(p, out, strict=True))
    assert all(out[i] <= out[j] for i in range(len(p)) for j in range(len(p)) if p[i] < p[j])
