"""Sweeps: same numbers whatever the threads and interruptions; never mixed with another sweep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tocsin.errors import ModelError, UsageError
from tocsin.strategy.game import sweep as module
from tocsin.strategy.game.chain import highest_mode
from tocsin.strategy.game.mix import at
from tocsin.strategy.game.setting import default
from tocsin.strategy.game.solve import solve
from tocsin.strategy.game.sweep import Sweep, run, table

SITUATION = at((4, 2, 1, 0, 4))


@pytest.fixture
def sweep(monkeypatch: pytest.MonkeyPatch) -> Sweep:
    monkeypatch.setattr(module, "BLOCK", 4)
    return Sweep(default(), (("F", (0.1, 0.2, 0.4)), ("gam", (0.5, 1.0, 2.0))), SITUATION, 2)


def test_the_numbers_are_those_of_single_games(sweep: Sweep, tmp_path: Path) -> None:
    rows = run(sweep, tmp_path / "a", workers=1)
    assert rows.shape == (9, 7)
    columns = table(sweep, rows)
    assert columns["F"] == [0.1] * 3 + [0.2] * 3 + [0.4] * 3
    assert set(columns["status"]) == {"converged"}
    for i in (0, 5, 8):
        # As the sweep makes it: habits are divided by their sum again, which may move their last digit.
        game = default().with_(F=columns["F"][i], gam=columns["gam"][i])
        assert np.array_equal(rows[i, :5], highest_mode(solve(game), SITUATION, 2)[-1])
    assert np.array_equal(rows, run(sweep, tmp_path / "b", workers=2))


def test_an_interrupted_sweep_goes_on_where_it_stopped(
    sweep: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, solved = module.block, []

    def failing(s: Sweep, number: int) -> np.ndarray:
        if number == 1:
            raise KeyboardInterrupt
        solved.append(number)
        return real(s, number)

    monkeypatch.setattr(module, "block", failing)
    with pytest.raises(KeyboardInterrupt):
        run(sweep, tmp_path, workers=1)
    assert solved == [0] or solved == [0, 2]
    again: list[int] = []
    monkeypatch.setattr(module, "block", lambda s, n: again.append(n) or real(s, n))
    seen: list[tuple[int, int]] = []
    rows = run(sweep, tmp_path, workers=1, progress=lambda done, total: seen.append((done, total)))
    assert sorted(again + solved) == [0, 1, 2]
    assert seen[-1] == (9, 9)
    assert np.array_equal(rows, run(sweep, tmp_path / "fresh", workers=1))
    assert not list(tmp_path.glob("*.tmp"))


def test_another_sweep_is_refused_and_nothing_is_lost(sweep: Sweep, tmp_path: Path) -> None:
    rows = run(sweep, tmp_path)
    for other in (
        Sweep(default(xi=0.4), sweep.axes, SITUATION, 2),
        Sweep(default(), (("F", (0.1, 0.2)),), SITUATION, 2),
        Sweep(default(), sweep.axes, at((5, 2, 1, 0, 4)), 2),
        Sweep(default(), sweep.axes, SITUATION, 1),
    ):
        with pytest.raises(UsageError, match="another sweep"):
            run(other, tmp_path)
    assert np.array_equal(run(sweep, tmp_path), rows)
    (tmp_path / "block-000001.npy").write_bytes(b"not numbers")
    with pytest.raises(ModelError, match="Delete it"):
        run(sweep, tmp_path)
    (tmp_path / "sweep.json").unlink()
    with pytest.raises(UsageError, match=r"no sweep\.json"):
        run(sweep, tmp_path)


def test_unsolved_games_are_marked_not_filled(sweep: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "solve", lambda s: solve(s, limit=3) if s.F == 0.4 else solve(s))
    columns = table(sweep, run(sweep, tmp_path))
    assert columns["status"][-1] != "converged"
    assert np.isnan(columns["war"][-1])
    assert columns["status"][0] == "converged"


def test_a_sweep_that_makes_no_sense_is_refused_at_once() -> None:
    for axes, words in (
        ((), "at least one"),
        ((("F", ()),), "at least one value"),
        ((("F", (0.1,)), ("F", (0.2,))), "each once"),
        ((("xi", (0.5, 1.5)),), "xi = 1.5"),
        ((("etaqq", (0.5,)),), "etaq"),
    ):
        with pytest.raises(UsageError, match=words):
            Sweep(default(), axes, SITUATION)
