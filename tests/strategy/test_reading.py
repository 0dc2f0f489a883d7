"""The strategic reading reduces to the published conditions, and moves the way theory says."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import qmc

from tocsin.strategy import reading
from tocsin.strategy.theory import krainin2017, powell2004, schram2021

N = 4096


@pytest.fixture(scope="module")
def draws() -> reading.Draws:
    return reading.draw(qmc.Sobol(6, seed=2).random(N))


def test_one_period_ahead_it_is_powells_condition() -> None:
    g = np.random.default_rng(0)
    p0, p1, f, d = g.uniform(0, 1, N), g.uniform(0, 1, N), g.uniform(0.01, 0.6, N), g.uniform(0.5, 0.99, N)
    war = reading.war_value(p0, f, d) > reading.peace_value(np.stack([p0, p1]), f, d)
    assert war.mean() > 0.05
    assert np.array_equal(war, powell2004.war_now(p0, p1, f, d))


def test_on_a_longer_path_it_is_krainins_condition() -> None:
    for p, f, d in (
        (np.arange(0.2, 0.51, 0.03), 0.15, 0.99),
        (np.arange(0.2, 0.51, 0.03), 0.21, 0.99),
        (np.array([0.2, 0.21, 0.22, 0.6]), 0.2, 0.95),
    ):
        war = reading.war_value(p[0], f, d) > reading.peace_value(p[:, None], f, d)[0]
        assert bool(war) == bool(krainin2017.war_on_power_path(p, f, d)[0])


def test_the_strike_is_schrams_with_costs_as_shares() -> None:
    p, r, eta, f, d = 0.2, 0.5, 0.6, 0.125, 0.9
    ours = reading.peace_value(np.array([[p], [p + r]]), f, d, eta)[0]
    # W_R = p (1-f) B for both dates is not linear in a cost c_R, so compare the branch that binds.
    later = schram2021.value_after_strike(p, r, eta, 0.0, d)
    assert ours == pytest.approx(1 / (1 - d) - (1 / (1 - d) - later) * (1 - f))


def test_without_a_shift_nothing_pays(draws: reading.Draws) -> None:
    r = np.linspace(-2, 2, N)
    assert reading.condition_shares(reading.path(r, r, 3, draws), draws) == reading.Shares(0.0, 0.0)


def test_a_falling_rival_is_no_reason(draws: reading.Draws) -> None:
    r = np.linspace(-2, 2, N)
    assert reading.condition_shares(reading.path(r, r - 0.5, 3, draws), draws).any == 0


def test_a_larger_shift_never_lowers_the_share(draws: reading.Draws) -> None:
    r = np.full(N, -1.0)
    shares = [reading.condition_shares(reading.path(r, r + s, 3, draws), draws).any for s in np.linspace(0, 3, 13)]
    assert all(b >= a for a, b in pairwise(shares))
    assert shares[-1] > 0.5


def test_cheaper_or_stronger_strikes_replace_wars(draws: reading.Draws) -> None:
    p = reading.path(np.full(N, -1.0), np.full(N, 0.5), 3, draws)
    base = reading.condition_shares(p, draws)
    cheap = reading.condition_shares(p, dataclasses.replace(draws, strike_cost=draws.strike_cost * 0))
    strong = reading.condition_shares(
        p, dataclasses.replace(draws, strike_effect=np.minimum(1, draws.strike_effect * 1.6))
    )
    for other in (cheap, strong):
        assert other.strike > base.strike
        assert other.war <= base.war
        assert other.any >= base.any


def test_the_map_falls_with_cost_and_rises_with_the_shift(draws: reading.Draws) -> None:
    table = reading.condition_map(np.full(N, 0.3), draws, np.linspace(0.02, 0.5, 9), np.linspace(0, 0.6, 9), 3)
    assert (np.diff(table, axis=0) <= 0).all()
    assert (np.diff(table, axis=1) >= 0).all()
    assert table[0, -1] == 1
    assert table[-1, 0] == 0


def test_draws_stay_in_their_ranges(draws: reading.Draws) -> None:
    from tocsin.parameters import parameters

    for name, p in parameters("reading").items():
        x = getattr(draws, name)
        assert x.min() >= p.low
        assert x.max() <= p.high
        # The median of a triangular distribution lies between its mode and its middle.
        middle = np.sqrt(p.low * p.high) if p.shape == "triangular-log" else (p.low + p.high) / 2
        assert min(p.mode, middle) - 1e-3 <= np.median(x) <= max(p.mode, middle) + 1e-3
