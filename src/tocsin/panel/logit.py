"""Logistic regression with conventional and clustered standard errors, as the conflict literature reports it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.errors import ModelError

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]
HALVINGS = 30


@dataclass(frozen=True)
class Logit:
    """A fitted logit.

    Parameters
    ----------
    names : tuple of str
        Coefficients, intercept first.
    coef, se : ndarray, shape (k,)
        Estimates and standard errors from the information matrix.
    se_clustered : ndarray or None, shape (k,)
        Standard errors that allow any dependence within a cluster.
    loglik : float
        Log-likelihood.
    n, events, clusters : int
        Rows, rows with the event, clusters (0 if none were named).
    """

    names: tuple[str, ...]
    coef: Array
    se: Array
    se_clustered: Array | None
    loglik: float
    n: int
    events: int
    clusters: int

    def table(self) -> pl.DataFrame:
        """Return coefficients, standard errors and z-values as a table."""
        import polars as pl

        best = self.se if self.se_clustered is None else self.se_clustered
        return pl.DataFrame(
            {
                "term": self.names,
                "coef": self.coef,
                "se": self.se,
                "se_clustered": self.se_clustered,
                "z": self.coef / best,
            }
        )


def fit_logit(
    X: ArrayLike,
    y: ArrayLike,
    names: tuple[str, ...],
    *,
    cluster: ArrayLike | None = None,
    tol: float = 1e-12,
    max_iter: int = 100,
) -> Logit:
    """Fit a logit by Newton's method.

    Parameters
    ----------
    X : array_like, shape (n, k)
        Regressors without the intercept.
    y : array_like of {0, 1}, shape (n,)
        Whether the event happened.
    names : tuple of str
        Names of the regressors.
    cluster : array_like, optional, shape (n,)
        Cluster of each row, for example the dyad.
    tol : float
        Largest change of a coefficient at which the fit stops.

    Raises
    ------
    ModelError
        If a number is missing, the outcome never varies, or the fit does not settle (as with a perfect predictor).

    References
    ----------
    Clustered covariance with the factor G/(G-1) (n-1)/(n-k) of Stata and statsmodels; Liang and Zeger 1986.
    """
    x = np.column_stack([np.ones(len(np.asarray(y))), np.asarray(X, dtype=np.float64)])
    event = np.asarray(y, dtype=np.float64)
    if not (np.isfinite(x).all() and np.isfinite(event).all()):
        raise ModelError("the data hold missing values: drop those rows first, and say how many there were.")
    if event.min() == event.max():
        raise ModelError(f"the outcome is {event.min():g} in every row: there is nothing to fit.")
    n, k = x.shape
    b = np.zeros(k)
    b[0] = np.log(event.mean() / (1 - event.mean()))
    loglik = _loglik(x @ b, event)
    for _ in range(max_iter):
        p = _chance(x @ b)
        information = x.T @ (x * (p * (1 - p))[:, None])
        try:
            step = np.linalg.solve(information, x.T @ (event - p))
        except np.linalg.LinAlgError:
            raise ModelError("the regressors are collinear: leave one out.") from None
        # A full step can overshoot where events are rare: halve it until the fit is no worse.
        for _ in range(HALVINGS):
            new = _loglik(x @ (b + step), event)
            if new >= loglik - abs(loglik) * 1e-12:
                break
            step = step / 2
        b, loglik = b + step, new
        if np.abs(step).max() < tol * max(1.0, np.abs(b).max()):
            break
    else:
        raise ModelError(f"the fit does not settle after {max_iter} steps; is one regressor a perfect predictor?")
    p = _chance(x @ b)
    bread = np.linalg.inv(x.T @ (x * (p * (1 - p))[:, None]))
    clustered, groups = None, 0
    if cluster is not None:
        _, at = np.unique(np.asarray(cluster), return_inverse=True)
        groups = int(at.max()) + 1
        score = np.zeros((groups, k))
        np.add.at(score, at, x * (event - p)[:, None])
        factor = groups / (groups - 1) * (n - 1) / (n - k)
        clustered = np.sqrt(np.diag(bread @ (score.T @ score) @ bread) * factor)
    return Logit(("intercept", *names), b, np.sqrt(np.diag(bread)), clustered, loglik, n, int(event.sum()), groups)


def _chance(z: Array) -> Array:
    return np.asarray(np.exp(-np.logaddexp(0, -z)))


def _loglik(z: Array, event: Array) -> float:
    return float(np.sum(event * z - np.logaddexp(0, z)))
