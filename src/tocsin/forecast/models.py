"""Models of the highest mode of force in the next year: two baselines and a plain sequential logit."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.forecast.record import Record

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
CLASS_YEARS = 30
MODES = 5


def climatology(record: Record, sample: str, t: int) -> Array:
    """Return the sample's frequencies over the thirty years before the target year, shape (5,)."""
    counts = np.zeros(MODES)
    for past in range(t - CLASS_YEARS, t):
        counts += np.bincount(record.mode[record.sample(sample, past), past], minlength=MODES)
    return np.asarray(counts / counts.sum())


def class_of(record: Record, t: int) -> Ints:
    """Return land*4 + rival*2 + relevant of the year before."""
    return record.land[:, t - 1] * 4 + record.rival[:, t - 1] * 2 + record.relevant[:, t - 1].astype(np.int64)


def class_counts(record: Record) -> Array:
    """Return dyads by class and highest mode in each year, shape (years, 8, 5)."""
    out = np.zeros((record.mode.shape[1], 8, MODES))
    for t in range(1, len(out)):
        there = record.exists[:, t] & record.exists[:, t - 1]
        np.add.at(out[t], (class_of(record, t)[there], record.mode[there, t]), 1)
    return out


def conflictology(record: Record, counts: Array, t: int, rows: Ints, years: int, strength: ArrayLike) -> Array:
    """Return the frequencies of a dyad's own last years, shrunk to its class, shape (rows, 5), by strength if several.

    Parameters
    ----------
    counts : ndarray, shape (years, 8, 5)
        From ``class_counts``.
    t : int
        Position of the target year.
    rows : ndarray of int
        Dyads.
    years : int
        How many years of own history count.
    strength : array_like
        Pseudo-years of the class's frequencies, which are those of the thirty years before.
    """
    rates = counts[t - CLASS_YEARS : t].sum(0)
    total = rates.sum(1, keepdims=True)
    rates = np.where(total > 0, rates / np.maximum(total, 1), rates.sum(0) / rates.sum())
    own = np.zeros((len(rows), MODES))
    for past in range(t - years, t):
        there = record.exists[rows, past]
        own[np.flatnonzero(there), record.mode[rows[there], past]] += 1
    m = np.asarray(strength, dtype=np.float64)[..., None, None]
    return np.asarray((own + m * rates[class_of(record, t)[rows]]) / (own.sum(1, keepdims=True) + m))


class SequentialLogit:
    """P(mode >= k | mode >= k-1) for k = 1..4, each a ridge logit on standardised features.

    References
    ----------
    Tutz 1991, Statistics and Computing; Fullerton 2009, Sociological Methods and Research 38 (stage models).
    """

    def __init__(self, penalty: float = 1.0) -> None:
        """Set the weight of the ridge penalty (1/C of scikit-learn)."""
        self.penalty = penalty

    def fit(self, X: Array, y: Ints) -> SequentialLogit:
        """Fit on rows X of shape (n, k) and modes y of shape (n,)."""
        from sklearn.linear_model import LogisticRegression

        self.centre = X.mean(0)
        self.scale = np.where(X.std(0) > 0, X.std(0), 1.0)
        z = (X - self.centre) / self.scale
        self.stages: list[tuple[Array, float] | float] = []
        for k in range(1, MODES):
            inside = y >= k - 1
            event = y[inside] >= k
            if event.min() == event.max():
                # Nothing to learn from: the frequency of the stage, pulled a little off the edge.
                self.stages.append(float((event.sum() + 0.5) / (len(event) + 1)))
                continue
            model = LogisticRegression(C=1 / self.penalty, solver="lbfgs", max_iter=2000, tol=1e-6)
            model.fit(z[inside], event)
            self.stages.append((model.coef_[0], float(model.intercept_[0])))
        return self

    def predict(self, X: Array) -> Array:
        """Return probabilities of the five modes, shape (n, 5)."""
        z = (X - self.centre) / self.scale
        reach = np.ones(len(X))
        out = np.empty((len(X), MODES))
        for k, stage in enumerate(self.stages):
            go = np.full(len(X), stage) if isinstance(stage, float) else 1 / (1 + np.exp(-(z @ stage[0] + stage[1])))
            out[:, k] = reach * (1 - go)
            reach = reach * go
        out[:, MODES - 1] = reach
        return out
