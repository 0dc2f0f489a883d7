"""One situation in one game, with everything that must stand beside its probabilities, as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from tocsin.strategy.game.chain import base_rates, highest_mode, persistence
from tocsin.strategy.game.population import spread
from tocsin.strategy.game.prior import prior_games
from tocsin.strategy.game.questions import (
    break_even_fallout,
    deterring_fallout,
    lam_row,
    outsiders,
    pending,
    strike_or_war,
    tornado,
)
from tocsin.strategy.game.setting import NUMBERS, Array, Setting
from tocsin.strategy.game.solve import certify, solve
from tocsin.strategy.game.states import ACTIONS

WORDING = "Conditional on these payoffs; the spread over draws is a prior spread, not a confidence interval."


def summary(
    setting: Setting,
    mix: Array,
    *,
    years: int = 3,
    level: float = 0.05,
    draws: int = 0,
    regime: str = "personalist",
    workers: int = 2,
    calibrated: bool = False,
) -> dict[str, Any]:
    """Return probabilities, thresholds and sensitivities for a situation.

    Parameters
    ----------
    setting : Setting
        The game.
    mix : ndarray, shape (21, 5, 3, 2, 5)
        Weights on the states.
    years : int
        Longest horizon.
    level : float
        Yearly probability of strike or war regarded as deterred.
    draws : int
        Draws of the payoffs for the spread; 0 for none. ``monitor``, ``partner`` and ``timing`` are those of
        ``setting``.
    regime : str
        Regime of A, for the draws.
    workers : int
        Threads for the draws.
    calibrated : bool
        Whether the habits of ``setting`` come from `calibrate`; sensitivities then calibrate theirs as well.

    Returns
    -------
    dict
        Ready for JSON.

    Raises
    ------
    ModelError
        If the game cannot be solved.
    """
    solution = solve(setting).require()
    certificate = certify(solution)
    lasting = persistence(solution, mix)
    out: dict[str, Any] = {
        "wording": WORDING,
        "modes": list(ACTIONS),
        "highest_mode": highest_mode(solution, mix, years).tolist(),
        "base_rates": base_rates(solution, mix, years).tolist(),
        "lam_row": {f"{lam:g}": p[0].tolist() for lam, p in lam_row(setting, mix, calibrated=calibrated).items()},
        "strike_or_war": strike_or_war(solution, mix),
        "deterring_fallout": {"level": level, **asdict(deterring_fallout(setting, mix, level))},
        "break_even_fallout": asdict(break_even_fallout(setting, mix)),
        "pending": pending(solution, mix, years).tolist(),
        "outsiders": {name: p[0].tolist() for name, p in outsiders(setting, mix).items()},
        "persistence": {"again": lasting.again, "spell": lasting.spell, "path": lasting.path.tolist()},
        "tornado": [{**asdict(b), "swing": b.swing} for b in tornado(setting, mix, calibrated=calibrated)],
        "certificate": {**asdict(certificate), "holds": certificate.holds, "iterations": solution.iterations},
        "setting": {name: getattr(setting, name) for name in NUMBERS} | {"timing": setting.timing},
        "spread": None,
    }
    if draws:
        games = prior_games(draws, regime, monitor=setting.monitor, partner=setting.partner, timing=setting.timing)
        s = asdict(spread(games, mix, years, workers=workers))
        out["spread"] = {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in s.items()}
    return out
