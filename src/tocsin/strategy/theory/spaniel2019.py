"""Spaniel: concessions that buy off a build-up of arms.

R's chance to win is ``p``; by building at cost ``k`` it moves to ``p_new`` for good. D offers a share each period, R
accepts, builds or fights, and D may answer a build-up with preventive war. Costs of war are paid in each period. R
weighs an offer for ever against holding it today while it builds; D's threat of war is judged at the offer it would
make to a state that builds, the least R accepts under the old balance, ``p - c_R``. With ``g = p_new - p``:

* ``g > (c_D + c_R)/d``: the threat of preventive war deters;
* else ``k < d g``: R builds (stopping it would cost D too much);
* else ``k < d g/(1-d)``: a deal ``x* = p_new - c_R - k (1-d)/d`` makes R just unwilling to build;
* else building never pays R and nothing need be conceded.

References
----------
Spaniel, W. (2019). Bargaining over the Bomb: The Successes and Failures of Nuclear Negotiations. Cambridge University
Press.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tocsin.strategy.theory.inputs import check

Outcome = Literal["deterred", "build", "deal", "none"]


@dataclass(frozen=True)
class Bargain:
    """What happens, and the share that R receives in each period before any shift."""

    outcome: Outcome
    share: float


def solve(p: float, p_new: float, c_D: float, c_R: float, k: float, d: float) -> Bargain:
    """Return the outcome and R's share.

    Examples
    --------
    >>> [solve(0.3, 0.45, 0.1, 0.1, k, 0.9).outcome for k in (0.05, 0.2, 1, 3)]
    ['build', 'deal', 'deal', 'none']
    >>> round(solve(0.3, 0.45, 0.1, 0.1, 0.2, 0.9).share, 6)
    0.327778
    """
    check(probability={"p": p, "p_new": p_new}, cost={"c_D": c_D, "c_R": c_R, "k": k}, discount={"d": d})
    gain = p_new - p
    if gain > (c_D + c_R) / d:
        return Bargain("deterred", p - c_R)
    if k >= d * gain / (1 - d):
        return Bargain("none", p - c_R)
    if k < d * gain:
        return Bargain("build", p - c_R)
    return Bargain("deal", p_new - c_R - k * (1 - d) / d)
