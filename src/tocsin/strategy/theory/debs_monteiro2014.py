"""Debs and Monteiro (2014): war over a build-up that may not be seen.

R may build at cost ``k``; a build-up is seen with probability ``s`` and, if left alone, moves ``D`` of the pie to R.
War costs ``c_D`` and ``c_R`` and undoes the build-up. Three cases:

* ``D <= c_D``: war costs more than the shift; never war.
* ``s >= (D-k)/(D+c_R)``: a build-up is too likely to be seen; R is deterred.
* otherwise R builds with probability ``q`` and D attacks, when it sees nothing, with probability ``w``::

      q = c_D / ((1-s) D + s c_D)        w = 1 - k / ((1-s) D - s c_R)

  so that war (also the mistaken one) has probability ``q s + (1 - q s) w``.

References
----------
Debs, A. and Monteiro, N. P. (2014). Known unknowns: power shifts, uncertainty, and war. International Organization
68(1), 1-31.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tocsin.strategy.theory.inputs import check

Case = Literal["never", "deterred", "mixed"]


@dataclass(frozen=True)
class Equilibrium:
    """Probabilities in equilibrium.

    Parameters
    ----------
    case : {"never", "deterred", "mixed"}
        Which of the three cases holds.
    build : float
        Probability that R builds.
    attack_unseen : float
        Probability that D attacks when it sees no build-up.
    attack_seen : float
        Probability that D attacks a build-up that it sees.
    war : float
        Probability of war.
    """

    case: Case
    build: float
    attack_unseen: float
    attack_seen: float
    war: float


def visibility_that_deters(D: float, k: float, c_R: float) -> float:
    """Return ``s*``, the chance of being seen from which on R does not build.

    Examples
    --------
    >>> round(visibility_that_deters(1, 0.2, 0.2), 5)
    0.66667
    """
    check(cost={"D": D, "k": k, "c_R": c_R}, positive={"D + c_R": D + c_R})
    return max((D - k) / (D + c_R), 0.0)


def solve(D: float, k: float, c_D: float, c_R: float, s: float) -> Equilibrium:
    """Return the equilibrium for shift ``D``, cost of building ``k``, costs of war and visibility ``s``.

    Examples
    --------
    >>> e = solve(1, 0.2, 0.3, 0.2, s=0.3)
    >>> round(e.build, 6), round(e.attack_unseen, 4), round(e.war, 6)
    (0.379747, 0.6875, 0.723101)
    """
    check(probability={"s": s}, cost={"D": D, "k": k, "c_D": c_D, "c_R": c_R})
    if c_D >= D:
        return Equilibrium("never", float(k < D), 0.0, 0.0, 0.0)
    if s >= visibility_that_deters(D, k, c_R):
        return Equilibrium("deterred", 0.0, 0.0, 1.0, 0.0)
    q = c_D / ((1 - s) * D + s * c_D)
    w = 1 - k / ((1 - s) * D - s * c_R)
    return Equilibrium("mixed", q, w, 1.0, q * s + (1 - q * s) * w)
