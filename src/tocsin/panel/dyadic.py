"""Standard errors for rows that share states: what happens to one dyad of a state is news of its other dyads."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.panel.logit import Logit

Array = NDArray[np.float64]


def dyadic_covariance(fit: Logit, X: ArrayLike, y: ArrayLike, one: ArrayLike, two: ArrayLike) -> Array:
    """Return the covariance of a logit's coefficients that allows any dependence between rows with a common state.

    Clustering by dyad alone takes the dyads of one state as unrelated, which makes the errors of a trait of a state
    (its regime, say) too small.

    Parameters
    ----------
    fit : Logit
        From ``fit_logit`` on the same rows.
    X : array_like, shape (n, k)
        Regressors without the intercept.
    y : array_like of {0, 1}, shape (n,)
        Outcome.
    one, two : array_like of int, shape (n,)
        The two states of each row; their order does not matter.

    Returns
    -------
    ndarray, shape (k + 1, k + 1)
        Intercept first. Negative directions, which the estimator does not exclude, are set to zero.

    References
    ----------
    Fafchamps and Gubert 2007, Journal of Development Economics 83:326-350; Aronow, Samii and Assenova 2015, Political
    Analysis 23:564-577. The sum over pairs of rows is taken as: rows by state, less rows by dyad, which the states
    count twice.

    Examples
    --------
    >>> import numpy as np
    >>> from tocsin.panel.logit import fit_logit
    >>> rng = np.random.default_rng(1)
    >>> x, y = rng.normal(size=(60, 1)), rng.integers(0, 2, 60)
    >>> fit = fit_logit(x, y, ("x",))
    >>> dyadic_covariance(fit, x, y, rng.integers(1, 9, 60), rng.integers(11, 19, 60)).shape
    (2, 2)
    """
    x = np.column_stack([np.ones(len(np.asarray(y))), np.asarray(X, dtype=np.float64)])
    p = np.exp(-np.logaddexp(0, -(x @ fit.coef)))
    bread = np.linalg.inv(x.T @ (x * (p * (1 - p))[:, None]))
    scores = x * (np.asarray(y, dtype=np.float64) - p)[:, None]
    low, high = np.minimum(one, two), np.maximum(one, two)
    states, at = np.unique(np.concatenate([low, high]), return_inverse=True)
    by_state = _sums(np.concatenate([scores, scores]), at, len(states))
    pairs, of = np.unique(np.stack([low, high], 1), axis=0, return_inverse=True)
    by_dyad = _sums(scores, of.ravel(), len(pairs))
    covariance = bread @ (by_state.T @ by_state - by_dyad.T @ by_dyad) @ bread
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return np.asarray((vectors * np.maximum(values, 0)) @ vectors.T)


def _sums(rows: Array, at: NDArray[np.intp], groups: int) -> Array:
    out = np.zeros((groups, rows.shape[1]))
    np.add.at(out, at, rows)
    return out
