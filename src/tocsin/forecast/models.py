"""Models of the highest mode of force: a sequential logit and boosted trees, stage by stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import ModelError

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Inputs = NDArray[np.floating]
MODES = 5


def complete(X: Inputs, groups: tuple[str, ...]) -> tuple[Array, tuple[str, ...], tuple[str, ...]]:
    """Return features with a flag for each group in which some row has something unknown, and the flags' names.

    Returns
    -------
    tuple
        Features with the flags behind them, the groups that have a flag, and the group of each column.
    """
    kinds = np.asarray(groups)
    unknown = ~np.isfinite(X)
    flagged = tuple(g for g in dict.fromkeys(groups) if unknown[:, kinds == g].any())
    flags = [unknown[:, kinds == g].any(1).astype(np.float64) for g in flagged]
    whole = np.where(unknown, np.nan, X).astype(np.float64)
    return np.column_stack([whole, *flags]), flagged, (*groups, *flagged)


@dataclass(frozen=True)
class SequentialLogit:
    """P(mode >= k | mode >= k-1) for k = 1..4, each a ridge logit on standardised features.

    Parameters
    ----------
    centre, scale : ndarray, shape (k,)
        Mean and standard deviation of each feature over the rows fitted to; an unknown feature takes the mean.
    coefficient : ndarray, shape (4, k)
        Change of the log-odds of each stage with one standard deviation.
    intercept : ndarray, shape (4,)
        Log-odds of each stage at the mean of all features.
    rows, events : tuple of int
        Rows that reached each stage, and how many of them went on.

    References
    ----------
    Tutz 1991, Statistics and Computing; Fullerton 2009, Sociological Methods and Research 38 (stage models).
    """

    centre: Array
    scale: Array
    coefficient: Array
    intercept: Array
    rows: tuple[int, ...]
    events: tuple[int, ...]

    def standard(self, X: Inputs) -> Array:
        """Return standardised features, shape (n, k); what is unknown is at the mean."""
        z = (X - self.centre) / self.scale
        return np.asarray(np.where(np.isfinite(z), z, 0.0))

    def log_odds(self, X: Inputs) -> Array:
        """Return the log-odds of the four stages, shape (n, 4)."""
        return np.asarray(self.standard(X) @ self.coefficient.T + self.intercept)

    def predict(self, X: Inputs) -> Array:
        """Return probabilities of the five modes, shape (n, 5)."""
        return from_stages(self.log_odds(X))


def from_stages(log_odds: Array) -> Array:
    """Return probabilities of the five modes from the log-odds of the four stages.

    Examples
    --------
    >>> from_stages(np.zeros((1, 4))).tolist()
    [[0.5, 0.25, 0.125, 0.0625, 0.0625]]
    """
    from scipy.special import expit

    reached = np.concatenate([np.ones((len(log_odds), 1)), np.cumprod(expit(log_odds), axis=1)], axis=1)
    return np.asarray(np.concatenate([reached[:, :-1] - reached[:, 1:], reached[:, -1:]], axis=1))


def fit_logit(X: Inputs, y: Ints, penalty: float) -> SequentialLogit:
    """Fit the four stages by penalised maximum likelihood.

    Parameters
    ----------
    X : ndarray, shape (n, k)
        Features, NaN where unknown.
    y : ndarray of int, shape (n,)
        Highest mode of force.
    penalty : float
        Weight of half the squared standardised coefficients, the same for each stage: it pools the rare stages towards
        their averages.

    Raises
    ------
    ModelError
        If a stage has no event, or nothing but events.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    known = np.isfinite(X)
    count = np.maximum(known.sum(0), 1)
    filled = np.where(known, X, 0.0)
    centre = filled.sum(0) / count
    spread = np.sqrt(np.where(known, (filled - centre) ** 2, 0.0).sum(0) / count)
    scale = np.where(spread > 1e-9, spread, 1.0)
    z = np.where(known, (filled - centre) / scale, 0.0)
    coefficient, intercept, rows, events = [], [], [], []
    for k in range(1, MODES):
        inside = y >= k - 1
        on = y[inside] >= k
        if on.all() or not on.any():
            raise ModelError(f"stage {k} of the logit: {on.sum()} of {on.size} rows went on; train on more years.")
        # Threads of so small a problem spend their time waiting for each other.
        with threadpool_limits(1):
            stage = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-8).fit(z[inside], on)
        coefficient.append(stage.coef_[0])
        intercept.append(float(stage.intercept_[0]))
        rows.append(int(on.size))
        events.append(int(on.sum()))
    return SequentialLogit(centre, scale, np.array(coefficient), np.array(intercept), tuple(rows), tuple(events))


@dataclass(frozen=True)
class Trees:
    """Boosted trees for each stage."""

    stages: tuple[object, ...]

    def predict(self, X: Inputs) -> Array:
        """Return probabilities of the five modes, shape (n, 5)."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1, user_api="openmp"):
            p = np.stack([stage.predict_proba(X)[:, 1] for stage in self.stages], axis=1)  # type: ignore[attr-defined]
        p = np.clip(p, 1e-7, 1 - 1e-7)
        return from_stages(np.log(p / (1 - p)))


def fit_trees(X: Inputs, y: Ints) -> Trees:
    """Fit boosted trees stage by stage: small steps, shallow trees, a fixed seed."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    stages = []
    for k in range(1, MODES):
        inside = y >= k - 1
        model = HistGradientBoostingClassifier(
            max_iter=150,
            learning_rate=0.04,
            max_leaf_nodes=8 if k < 3 else 5,
            min_samples_leaf=40,
            l2_regularization=10,
            early_stopping=False,
            random_state=0,
        )
        with threadpool_limits(1, user_api="openmp"):
            stages.append(model.fit(X[inside], y[inside] >= k))
    return Trees(tuple(stages))
