"""Dyadic-robust covariances against the plain double sum over rows that share a state."""

from __future__ import annotations

import numpy as np
import pytest

from tocsin.panel.dyadic import dyadic_covariance
from tocsin.panel.logit import fit_logit


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_is_the_double_sum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 900
    one, two = rng.integers(0, 60, n), rng.integers(0, 60, n)
    keep = one != two
    one, two = one[keep], two[keep]
    state = rng.normal(size=60)
    x = np.stack([rng.normal(size=len(one)), state[one]], 1)
    y = (rng.random(len(one)) < 1 / (1 + np.exp(-x[:, 0] - state[two]))).astype(int)
    fit = fit_logit(x, y, ("a", "b"))
    full = np.column_stack([np.ones(len(y)), x])
    p = 1 / (1 + np.exp(-full @ fit.coef))
    score = full * (y - p)[:, None]
    pair = np.stack([one, two], 1)
    related = (pair[:, None, :, None] == pair[None, :, None, :]).any((2, 3))
    meat = score.T @ related @ score
    bread = np.linalg.inv(full.T @ (full * (p * (1 - p))[:, None]))
    wanted = bread @ meat @ bread
    assert np.linalg.eigvalsh(wanted).min() > -1e-12, "otherwise the test says nothing"
    assert dyadic_covariance(fit, x, y, one, two) == pytest.approx(wanted, rel=1e-9, abs=1e-12)
    # The order of the two states does not matter.
    assert dyadic_covariance(fit, x, y, two, one) == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_unrelated_rows_give_the_usual_robust_errors() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(80, 1)), rng.integers(0, 2, 80)
    one = np.arange(80)
    fit = fit_logit(x, y, ("x",), cluster=one)
    found = np.sqrt(np.diag(dyadic_covariance(fit, x, y, one, one + 100)))
    factor = np.sqrt(80 / 79 * 79 / 78)  # the clustered errors carry a correction for small samples
    assert found * factor == pytest.approx(fit.se_clustered, rel=1e-9)
