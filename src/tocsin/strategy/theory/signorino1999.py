"""Signorino (1999): the strategic probit of a two-stage deterrence game.

State 1 keeps the status quo (``u1_sq``) or attacks; state 2 then gives in (``u1_give``, utility 0 for itself) or fights
(``u1_fight``, ``u2_fight``). All errors are independent with variance 1. The two variants differ in what the error is:

* *agent error*: each choice is blurred by the difference of two errors, standard deviation sqrt(2);
* *private information*: each player knows errors attached to the outcomes, so state 1's expected payoff of attacking is
  blurred by ``sqrt(1 + p4^2 + (1-p4)^2)``.

``p4`` is the probability that state 2 fights, ``p2`` that state 1 attacks.

References
----------
Signorino, C. S. (1999). Strategic interaction and the statistical analysis of international conflict. American
Political Science Review 93(2), 279-297.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from tocsin.errors import UsageError
from tocsin.strategy.theory.inputs import Array, check

Errors = Literal["agent", "private", "logit"]


class Choice(NamedTuple):
    """Probabilities that state 1 attacks (``p2``) and that state 2 then fights (``p4``)."""

    p2: Array
    p4: Array


def solve(
    u1_sq: ArrayLike,
    u1_give: ArrayLike,
    u1_fight: ArrayLike,
    u2_fight: ArrayLike,
    *,
    errors: Errors = "agent",
    lam: float = 1.0,
) -> Choice:
    """Return both choice probabilities.

    Parameters
    ----------
    u1_sq, u1_give, u1_fight : array_like
        State 1's utilities of status quo, of state 2 giving in and of war.
    u2_fight : array_like
        State 2's utility of fighting, giving in being 0.
    errors : {"agent", "private", "logit"}
        Agent error, private information, or agent error with extreme-value errors (logit).
    lam : float
        Precision of the logit.

    Examples
    --------
    >>> [round(float(p), 6) for p in solve(0, -1, 1, 0.5)]
    [0.577457, 0.638163]
    >>> round(float(solve(0, -1, 1, 0.5, errors="private").p2), 6)
    0.588155
    """
    from scipy.special import expit, ndtr

    check(positive={"lam": lam})
    sq, give, fight = (np.asarray(u, dtype=np.float64) for u in (u1_sq, u1_give, u1_fight))
    u2 = np.asarray(u2_fight, dtype=np.float64)
    if errors == "logit":
        p4 = expit(lam * u2)
        return Choice(np.asarray(expit(lam * (p4 * fight + (1 - p4) * give - sq))), np.asarray(p4))
    if errors not in ("agent", "private"):
        raise UsageError(f"unknown errors {errors!r}: use 'agent', 'private' or 'logit'.")
    p4 = ndtr(u2 / np.sqrt(2))
    spread = np.sqrt(2) if errors == "agent" else np.sqrt(1 + p4**2 + (1 - p4) ** 2)
    return Choice(np.asarray(ndtr((p4 * fight + (1 - p4) * give - sq) / spread)), np.asarray(p4))
