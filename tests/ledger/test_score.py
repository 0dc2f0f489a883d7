"""Scores against a second implementation, a published example and hand arithmetic."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, log_loss

from tests.ledger.made_up import LATER, NOW, binary, modes, outcome, small
from tocsin.ledger.book import lines, record, resolve
from tocsin.ledger.file import read
from tocsin.ledger.score import score, scores


@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.booleans()), min_size=1, max_size=20))
def test_binary_scores_are_those_of_scikit_learn(rows: list[tuple[float, bool]]) -> None:
    ours = [scores([1 - p, p], int(y)) for p, y in rows]
    y, p = [int(y) for _, y in rows], [p for p, _ in rows]
    assert math.isclose(sum(s.brier for s in ours) / len(rows), brier_score_loss(y, p, pos_label=1), abs_tol=1e-12)
    assert math.isclose(sum(s.log for s in ours) / len(rows), log_loss(y, p, labels=[0, 1]), abs_tol=1e-9)
    assert all(math.isclose(s.rps, s.brier, abs_tol=1e-12) for s in ours)


def test_scores_of_modes_by_hand() -> None:
    s = scores([0.5, 0.1, 0.1, 0.2, 0.1], 3)
    assert s.brier == pytest.approx(0.5**2 + 0.1**2 + 0.1**2 + 0.8**2 + 0.1**2)
    assert s.log == pytest.approx(-math.log(0.2))
    assert s.rps == pytest.approx(0.5**2 + 0.6**2 + 0.7**2 + 0.1**2)


def test_a_truthful_forecaster_does_best_on_average() -> None:
    """Each score is proper: under the true probabilities no other forecast has a lower mean."""
    truth = (0.5, 0.1, 0.1, 0.2, 0.1)
    other = (0.4, 0.1, 0.2, 0.2, 0.1)
    for name in ("brier", "log", "rps"):
        mean = [sum(q * getattr(scores(p, k), name) for k, q in enumerate(truth)) for p in (truth, other)]
        assert mean[0] < mean[1]


def test_means_and_skill_against_both_references(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    record(path, [binary("a", 0.2, base=0.4, own=None), binary("b", 0.6, base=0.4, own=0.5), binary("c")], now=NOW)
    resolve(path, [outcome("a", "no"), outcome("b", "yes"), outcome("c", "void")], now=LATER)
    rows, (summary,) = score(lines(read(path)))
    assert [r.outcome for r in rows] == ["no", "yes"]  # void is not scored
    assert rows[0].own_history is None
    assert summary.mean.brier == pytest.approx((0.04 + 0.16) / 2)
    assert summary.skill_base["brier"] == pytest.approx(1 - (0.04 + 0.16) / (0.16 + 0.36))
    # Only forecasts that have the reference are compared with it.
    assert (summary.n_base, summary.n_own) == (2, 1)
    assert summary.skill_own["brier"] == pytest.approx(1 - 0.16 / 0.25)


def test_unknown_references_give_unknown_skill(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    record(path, [binary("a", base=None, own=None)], now=NOW)
    resolve(path, [outcome("a")], now=LATER)
    _, (summary,) = score(lines(read(path)))
    assert set(summary.skill_base.values()) == {None}
    assert summary.n_base == 0


def test_late_and_other_kinds_are_kept_apart(tmp_path: Path) -> None:
    path = small(tmp_path / "l.sqlite")
    record(path, [binary("late")], now=LATER)
    resolve(path, [outcome("late"), outcome("five", "none")], now=LATER)
    _, summaries = score(lines(read(path)))
    assert [(s.kind, s.timing, s.n) for s in summaries] == [
        ("modes", "ahead", 1),
        ("yes or no", "ahead", 1),
        ("yes or no", "after the fact", 1),
    ]


def test_nothing_resolved_gives_nothing(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    record(path, [modes()], now=NOW)
    assert score(lines(read(path))) == ([], [])
