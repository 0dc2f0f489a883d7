"""A single change in a proportion over years: where it is likeliest, and how often chance alone does as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
PERMUTATIONS = 19_999


@dataclass(frozen=True)
class Change:
    """The likeliest change.

    Parameters
    ----------
    at : int
        Place of the first year after it.
    before, after : float
        Proportion before it, and from it on.
    gain : float
        Twice the gain in log-likelihood over one proportion throughout.
    p : float
        Chance of at least that gain, anywhere, if the order of the trials means nothing.
    """

    at: int
    before: float
    after: float
    gain: float
    p: float


def change_point(of_type: Sequence[int], trials: Sequence[int], seed: int) -> Change | None:
    """Return the likeliest single change in a proportion, with its chance under no change.

    The gain is the likelihood ratio of two binomial proportions over one, the highest over all years (Worsley 1983,
    Biometrika 70). Its distribution without a change is that over all orders of the trials, so the total by year stays
    as it is: how much was collected in a year does not enter. It is simulated with ``PERMUTATIONS`` orders.

    Parameters
    ----------
    of_type, trials : sequence of int
        By year: how many are of the type, of how many. Years without trials are left out.
    seed : int
        Seed of the orders.

    Returns
    -------
    Change or None
        None where there is one year only, or all or none are of the type.

    Examples
    --------
    >>> found = change_point([0, 0, 0, 5, 5, 5], [5, 5, 5, 5, 5, 5], seed=1)
    >>> found.at, found.before, found.after, found.p < 0.001
    (3, 0.0, 1.0, True)
    """
    x, n = np.asarray(of_type, np.int64), np.asarray(trials, np.int64)
    if (x < 0).any() or (x > n).any():
        raise ValueError("each year has at least 0 and at most as many of the type as there are")
    keep = np.flatnonzero(n > 0)
    x, n = x[keep], n[keep]
    total = int(x.sum())
    if len(n) < 2 or total in (0, int(n.sum())):
        return None
    gains = _gains(x[None], n)[0]
    best = int(np.argmax(gains))
    rng = np.random.default_rng(seed)
    chance = _gains(rng.multivariate_hypergeometric(n, total, size=PERMUTATIONS), n).max(1)
    # The order found is one of the orders.
    p = (1 + int(np.sum(chance >= gains[best] - 1e-9))) / (1 + PERMUTATIONS)
    left, right = slice(None, best + 1), slice(best + 1, None)
    return Change(
        int(keep[best + 1]),
        float(x[left].sum() / n[left].sum()),
        float(x[right].sum() / n[right].sum()),
        float(gains[best]),
        p,
    )


def _gains(x: NDArray[np.int64], n: NDArray[np.int64]) -> Array:
    """Return twice the gain in log-likelihood of a change after each year but the last, shape (series, years - 1)."""
    a, m = np.cumsum(x, 1)[:, :-1], np.cumsum(n)[:-1]
    all_, whole = x.sum(1, keepdims=True), n.sum()
    return np.asarray(2 * (_fit(a, m) + _fit(all_ - a, whole - m) - _fit(all_, whole)))


def _fit(x: NDArray[np.int64], n: NDArray[np.int64] | np.int64) -> Array:
    from scipy.special import xlogy

    return np.asarray(xlogy(x, x / n) + xlogy(n - x, 1 - x / n))


def holm(p: Sequence[float]) -> list[float]:
    """Return chances corrected for having tried them all (Holm 1979, Scandinavian Journal of Statistics 6).

    Examples
    --------
    >>> [round(x, 3) for x in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p)), key=lambda i: p[i])
    out, highest = [0.0] * len(p), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p) - rank) * p[i]))
        out[i] = highest
    return out
