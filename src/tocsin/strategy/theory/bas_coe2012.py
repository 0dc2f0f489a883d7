"""Bas and Coe (2012): attack on a build-up that may or may not have succeeded.

With probability ``l`` R's programme is about to add ``D`` to its chance to win. In Powell's setting with a fraction
``f`` destroyed, war comes when the expected shift is large enough::

    d (p + l D) - p > f/(1-f)

References
----------
Bas, M. A. and Coe, A. J. (2012). Arms diffusion and war. Journal of Conflict Resolution 56(4), 651-674.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tocsin.strategy.theory import powell2004
from tocsin.strategy.theory.inputs import Flags, check


def war_now(p: ArrayLike, D: ArrayLike, l: ArrayLike, f: ArrayLike, d: ArrayLike) -> Flags:  # noqa: E741
    """Return whether D attacks when the programme succeeds next period with probability ``l``."""
    p, D = np.asarray(p, dtype=np.float64), np.asarray(D, dtype=np.float64)
    check(probability={"p": p, "p + D": p + D, "l": l, "f": f}, cost={"D": D}, discount={"d": d})
    return powell2004.war_now(p, p + np.asarray(l) * D, f, d)


def belief_that_triggers(p: float, D: float, f: float, d: float) -> float | None:
    """Return ``l*``, the belief above which D attacks; None if even certainty would not make it attack.

    Examples
    --------
    >>> round(belief_that_triggers(0.2, 0.5, 0.2, 0.95), 5)
    0.54737
    """
    check(
        probability={"p": p, "p + D": p + D, "f": f},
        cost={"D": D},
        discount={"d": d},
        positive={"1 - f": 1 - f, "D": D},
    )
    level = ((f / (1 - f) + p) / d - p) / D
    return level if level < 1 else None
