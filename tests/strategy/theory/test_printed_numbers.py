"""The numbers printed in the specification of each result, and the cases around them."""

from __future__ import annotations

import numpy as np
import pytest

from tocsin.errors import UsageError
from tocsin.strategy.theory import (
    bas_coe2012,
    debs_monteiro2014,
    fearon1995,
    krainin2017,
    oracle,
    powell2004,
    risk,
    schram2021,
    signorino1999,
    spaniel2019,
)


@pytest.mark.parametrize(
    ("p2", "costs", "war"),
    [
        (0.5, "once", True),
        (0.333, "once", False),
        (0.336, "once", True),
        (0.3355, "once", False),
        (0.3550, "each period", False),
        (0.3560, "each period", True),
    ],
)
def test_fearon(p2: float, costs: str, war: bool) -> None:
    assert bool(fearon1995.war_now(0.3, p2, 0.2, 0.9, costs=costs)) is war


def test_fearon_knows_two_kinds_of_costs() -> None:
    for call in (
        lambda: fearon1995.threshold(0.2, 0.9, costs="twice"),  # type: ignore[arg-type]
        lambda: fearon1995.war_now(0.3, 0.5, 0.2, 0.9, costs="twice"),  # type: ignore[arg-type]
        lambda: fearon1995.exact(0.5, 0.2, 0.9, costs="twice"),  # type: ignore[arg-type]
    ):
        with pytest.raises(UsageError, match="each period"):
            call()


def test_powell() -> None:
    assert bool(powell2004.war_now(0.2, 0.5, 0.20, 0.95))
    assert not bool(powell2004.war_now(0.2, 0.5, 0.25, 0.95))
    assert float(powell2004.knife_edge(0.2, 0.5, 0.95)) == pytest.approx(0.21569, abs=5e-6)


def equilibrium(p: np.ndarray, f: float, d: float) -> list[int]:
    scale = (1 - f) / (1 - d)
    return np.flatnonzero(oracle.solve((1 - p) * scale, p * scale, d).war).tolist()


def test_krainin() -> None:
    p = np.arange(0.2, 0.51, 0.03)
    assert not krainin2017.one_step(p, 0.15, 0.99).any()
    assert equilibrium(p, 0.15, 0.99) == [0, 1, 2]
    assert krainin2017.war_on_power_path(p, 0.15, 0.99)[:3].all()
    assert equilibrium(p, 0.21, 0.99) == []
    assert not krainin2017.war_on_power_path(p, 0.21, 0.99).any()
    assert equilibrium(np.array([0.2, 0.21, 0.22, 0.6]), 0.2, 0.95) == [2]


def test_debs_monteiro() -> None:
    assert debs_monteiro2014.visibility_that_deters(1, 0.2, 0.2) == pytest.approx(0.66667, abs=5e-6)
    e = debs_monteiro2014.solve(1, 0.2, 0.3, 0.2, 0.3)
    assert (e.case, e.attack_unseen) == ("mixed", pytest.approx(0.6875))
    assert (e.build, e.war) == (pytest.approx(0.379747, abs=5e-7), pytest.approx(0.723101, abs=5e-7))
    assert debs_monteiro2014.solve(1, 0.2, 0.3, 0.2, 0.7).case == "deterred"
    assert debs_monteiro2014.solve(0.25, 0.2, 0.3, 0.2, 0.3).case == "never"


@pytest.mark.parametrize(
    ("k", "outcome", "share"),
    [(0.05, "build", 0.2), (0.2, "deal", 0.327778), (1, "deal", 0.238889), (3, "none", 0.2)],
)
def test_spaniel(k: float, outcome: str, share: float) -> None:
    b = spaniel2019.solve(0.3, 0.45, 0.1, 0.1, k, 0.9)
    assert (b.outcome, b.share) == (outcome, pytest.approx(share, abs=5e-7))
    assert spaniel2019.solve(0.3, 0.55, 0.1, 0.1, k, 0.9).outcome == "deterred"


def test_schram() -> None:
    assert float(schram2021.value_of_war(0.2, 0.1, 0.9)) == pytest.approx(7.0)
    assert schram2021.value_after_strike(0.2, 0.5, [0, 0.6], 0.1, 0.9) == pytest.approx([4.6, 7.3])
    assert float(schram2021.highest_cost(0.2, 0.5, 0.6, 0.1, 0.1, 0.9)) == pytest.approx(0.30)
    assert schram2021.least_effect(0.2, 0.5, 0.2, 0.1, 0.1, 0.9) == pytest.approx(0.5778, abs=5e-5)
    assert schram2021.least_effect(0.2, 0.5, 5.0, 0.1, 0.1, 0.9) is None


def test_bas_coe() -> None:
    level = bas_coe2012.belief_that_triggers(0.2, 0.5, 0.2, 0.95)
    assert level == pytest.approx(0.54737, abs=5e-6)
    assert not bas_coe2012.war_now(0.2, 0.5, level - 1e-6, 0.2, 0.95)
    assert bas_coe2012.war_now(0.2, 0.5, level + 1e-6, 0.2, 0.95)
    assert bas_coe2012.belief_that_triggers(0.2, 0.1, 0.2, 0.95) is None


def test_risk_and_bias() -> None:
    assert risk.least_share(0.6, 0.1, [0.5, 2]) == pytest.approx([0.25, 0.70711], abs=5e-6)
    assert float(risk.least_share_of_leader(0.6, 0.1, 2)) == pytest.approx(0.55)


def test_signorino() -> None:
    agent, private = (signorino1999.solve(0, -1, 1, 0.5, errors=e) for e in ("agent", "private"))
    assert float(agent.p4) == float(private.p4) == pytest.approx(0.638163, abs=5e-7)
    assert (float(agent.p2), float(private.p2)) == pytest.approx((0.577457, 0.588155), abs=5e-7)
    assert signorino1999.solve(0, -1, 1, 0.5, errors="logit") == pytest.approx((0.560925, 0.622459), abs=5e-7)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(UsageError, match=r"p2 = 1\.2 is not a probability.*"):
        fearon1995.war_now(0.3, 1.2, 0.2, 0.9)
    with pytest.raises(UsageError) as error:
        schram2021.value_after_strike(0.2, -0.5, 1.5, 0.1, 1.0)
    for part in ("eta = 1.5", "r = -0.5", "d = 1"):
        assert part in str(error.value)
    with pytest.raises(UsageError, match="lam"):
        signorino1999.solve(0, -1, 1, 0.5, errors="logit", lam=0)
