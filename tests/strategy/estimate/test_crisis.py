"""A published crisis game, estimated again: the equilibrium probabilities its authors give, all 836 of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from tocsin.errors import ModelError
from tocsin.store import Store
from tocsin.strategy.estimate.crisis import Beliefs, Crises, answers, best, both_below, fit, log_likelihood, sanctions


def test_bivariate_normal_against_a_second_implementation() -> None:
    g = np.random.default_rng(1)
    h, k = g.normal(0, 2, (2, 30))
    h[0], k[1] = 0.0, 0.0
    for rho in (-0.4, 1 / np.sqrt(2)):
        wanted = multivariate_normal.cdf(np.stack((h, k), axis=1), (0, 0), ((1, rho), (rho, 1)))
        assert both_below(h, k, rho) == pytest.approx(wanted, abs=1e-9)


def test_answers_by_simulation() -> None:
    u = {
        n: np.array([v]) for n, v in (("S_A", 0.2), ("V_A", 1.0), ("C_B", -1), ("W_A", -0.3), ("W_B", -0.5), ("a", -1))
    }
    u["V_B"] = np.array([0.3])
    p_R, p_F = 0.7, 0.6
    p_C, firm, resist = (float(x[0]) for x in answers(u, Beliefs(np.array([p_R]), np.array([p_F]))))
    g = np.random.default_rng(2)
    w, a, b = g.normal(size=(3, 400_000))
    war, back = -0.3 + w, -1 + a
    threat = p_R * np.maximum(war, back) + (1 - p_R) * 1.0 > 0.2
    assert p_C == pytest.approx(threat.mean(), abs=0.004)
    assert firm == pytest.approx((war > back)[threat].mean(), abs=0.004)
    assert resist == pytest.approx((p_F * (-0.5 + b) + (1 - p_F) * 0.3 > -1).mean(), abs=0.004)


@pytest.mark.data
def test_published_probabilities_of_sanction_threats(record: Store) -> None:
    games, began, ended = sanctions(record)
    found = fit(games, began)
    assert abs(found.beliefs.p_R - ended.p_R).max() < 5e-5
    assert abs(found.beliefs.p_F - ended.p_F).max() < 5e-5
    # Where the search began is far away, so this is not the input handed back.
    assert abs(began.p_R - ended.p_R).max() > 0.05
    x = best(games, np.zeros(games.size), ended)
    assert log_likelihood(games, x, ended) == pytest.approx(found.log_likelihood, abs=2e-3)


def test_beliefs_that_never_settle_are_not_an_answer() -> None:
    one = np.ones((2, 1))
    design = dict.fromkeys(("S_A", "V_A", "C_B", "W_A", "W_B", "a", "V_B"), np.empty((2, 0))) | {"W_B": one}
    games = Crises(design, {}, np.array([[3.0, 1, 1, 1], [2, 1, 2, 1]]))
    with pytest.raises(ModelError, match="still move"):
        fit(games, Beliefs(np.array([0.2, 0.9]), np.array([0.3, 0.8])), rounds=1)
