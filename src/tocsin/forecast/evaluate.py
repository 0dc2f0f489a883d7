"""How good forecasts were: skill, calibration with clustered intervals, reliability, differences between models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import ModelError
from tocsin.forecast import scores
from tocsin.forecast.features import FORCE

if TYPE_CHECKING:
    import polars as pl

    from tocsin.forecast.backtest import Backtest

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
LEVEL = 0.9
REPLICATES = 1000
# Below this many events a ranking says nothing.
FEW = 30
NO_PENALTY = 1e10
EDGES = (0.0, 0.0003, 0.001, 0.003, 0.01, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
THRESHOLDS = {"threat": 1, "strike": 3, "war": 4}


@dataclass(frozen=True)
class Difference:
    """A gain in skill and its clustered 90 % interval; None where there are too few events."""

    value: float
    low: float | None
    high: float | None

    @property
    def above(self) -> bool:
        """Whether the interval lies above zero."""
        return self.low is not None and self.low > 0

    @property
    def below(self) -> bool:
        """Whether the interval lies below zero."""
        return self.high is not None and self.high < 0


def difference(loss: Array, rival: Array, reference: Array, cluster: Ints, events: int, seed: int = 1) -> Difference:
    """Return how much skill a model gains over a rival on the same rows, with a bootstrap over clusters.

    Parameters
    ----------
    loss, rival, reference : ndarray, shape (n,)
        Scores of the model, the rival and climatology; lower is better.
    cluster : ndarray of int, shape (n,)
        Dyad, or war, of each row.
    events : int
        Rows with force; below thirty there is no interval.
    """
    of = np.unique(cluster, return_inverse=True)[1]
    gain, base = np.bincount(of, rival - loss), np.bincount(of, reference)
    value = float(gain.sum() / base.sum())
    if events < FEW:
        return Difference(value, None, None)
    times = np.random.default_rng(seed).multinomial(len(gain), np.full(len(gain), 1 / len(gain)), size=REPLICATES)
    low, high = np.quantile((times @ gain) / (times @ base), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Difference(value, float(low), float(high))


def tail(p: Array, k: int) -> Array:
    """Return P(mode >= k) of each row, kept off the edges."""
    return np.asarray(np.clip(p[:, k:].sum(1), 1e-9, 1 - 1e-9))


@dataclass(frozen=True)
class Calibration:
    """Logit of the outcome on the log-odds of the forecast: slope 1 and intercept 0 are perfect; (value, low, high)."""

    slope: tuple[float, float, float]
    intercept: tuple[float, float, float]


def calibration(p: Array, happened: Flags, cluster: Ints) -> Calibration:
    """Fit the calibration line of a probability, with clustered 90 % intervals.

    Raises
    ------
    ModelError
        If the event never or always happened.

    References
    ----------
    Cox 1958, Biometrika 45:562-565.
    """
    from scipy.special import expit, logit, ndtri
    from sklearn.linear_model import LogisticRegression

    y = happened.astype(np.float64)
    if not 0 < y.sum() < len(y):
        raise ModelError(f"no calibration line: the event happened in {int(y.sum())} of {len(y)} rows.")
    x = np.stack([np.ones(len(y)), logit(p)], axis=1)
    line = LogisticRegression(C=NO_PENALTY, solver="newton-cholesky", tol=1e-10).fit(x[:, 1:], happened)
    beta = np.array([line.intercept_[0], line.coef_[0, 0]])
    mu = expit(x @ beta)
    bread = np.linalg.inv((x * (mu * (1 - mu))[:, None]).T @ x)
    of = np.unique(cluster, return_inverse=True)[1]
    meat = np.stack([np.bincount(of, column) for column in (x * (y - mu)[:, None]).T], axis=1)
    half = float(ndtri((1 + LEVEL) / 2)) * np.sqrt(np.diag(bread @ meat.T @ meat @ bread))
    intercept, slope = ((float(b), float(b - h), float(b + h)) for b, h in zip(beta, half, strict=True))
    return Calibration(slope, intercept)


def reliability(p: Array, happened: Flags) -> list[dict[str, float]]:
    """Return mean forecast and observed frequency in bins, narrow on the logarithmic scale below 5 %."""
    place = np.clip(np.searchsorted(EDGES, p, side="right") - 1, 0, len(EDGES) - 2)
    return [
        {
            "from": EDGES[i],
            "to": EDGES[i + 1],
            "n": int((place == i).sum()),
            "forecast": float(p[place == i].mean()),
            "observed": float(happened[place == i].mean()),
            "events": int(happened[place == i].sum()),
        }
        for i in range(len(EDGES) - 1)
        if (place == i).any()
    ]


def evaluate(
    test: Backtest, *, first: int | None = None, last: int | None = None, against: str = "conflictology-5"
) -> pl.DataFrame:
    """Return the scores of every model on every sample, skill against the sample's climatology.

    Parameters
    ----------
    test : Backtest
        Forecasts and outcomes.
    first, last : int, optional
        Target years scored.
    against : str
        Model from which gains are counted.

    Returns
    -------
    polars.DataFrame
        ``sample, model, n, threat, incursion, strike, war`` (events), ``rpss, rpss_low, rpss_high, log_skill``,
        ``rpss_gain`` and ``log_gain`` over ``against`` with ``_low, _high``, ``brier1, brier3, brier4`` (skill),
        ``ap1, ap3, ap4`` (average precision) beside ``rate1, rate3, rate4``, ``slope1`` and ``slope3``,
        ``intercept1`` and ``intercept3`` (calibration) with ``_low, _high``, ``auc1``.
    """
    import polars as pl
    from sklearn.metrics import average_precision_score, roc_auc_score

    out = []
    span = np.ones(len(test.rows.y), bool)
    span &= test.rows.year >= (first or test.rows.year.min())
    span &= test.rows.ended <= (last or test.rows.ended.max())
    for sample, member in test.member.items():
        inside = member & span
        y, cluster, base = test.rows.y[inside], test.cluster[inside], test.climatology[sample][inside]
        counts = np.bincount(y, minlength=5)[1:]
        rps0, log0 = scores.rps(base, y), scores.log_score(base, y)
        rival = test.forecasts[against][inside]
        for model, forecast in (("climatology", test.climatology[sample]), *test.forecasts.items()):
            p = forecast[inside]
            rps, log = scores.rps(p, y), scores.log_score(p, y)
            row: dict[str, Any] = {"sample": sample, "model": model, "n": len(y)}
            row |= {m: int(e) for m, e in zip(FORCE, counts, strict=True)}
            skill = difference(rps, rps0, rps0, cluster, int(counts.sum()))
            row |= {"rpss": skill.value, "rpss_low": skill.low, "rpss_high": skill.high}
            row["log_skill"] = scores.skill(log, log0)
            for name, loss, other, zero in (
                ("rpss_gain", rps, scores.rps(rival, y), rps0),
                ("log_gain", log, scores.log_score(rival, y), log0),
            ):
                gain = difference(loss, other, zero, cluster, int(counts.sum()))
                row |= {name: gain.value, f"{name}_low": gain.low, f"{name}_high": gain.high}
            for k in (1, 3, 4):
                happened = y >= k
                enough = happened.sum() >= FEW
                row[f"brier{k}"] = scores.skill(scores.brier(p, y, k), scores.brier(base, y, k))
                row[f"ap{k}"] = float(average_precision_score(happened, tail(p, k))) if enough else None
                row[f"rate{k}"] = float(happened.mean())
                if k < 4:
                    line = calibration(tail(p, k), happened, cluster) if enough and model != "climatology" else None
                    for name in ("slope", "intercept"):
                        value = getattr(line, name) if line else (None, None, None)
                        row |= {f"{name}{k}": value[0], f"{name}{k}_low": value[1], f"{name}{k}_high": value[2]}
            row["auc1"] = float(roc_auc_score(y >= 1, tail(p, 1))) if 0 < (y >= 1).sum() < len(y) else None
            out.append(row)
    return pl.DataFrame(out, infer_schema_length=None)


def reliability_table(test: Backtest, model: str) -> pl.DataFrame:
    """Return the reliability of a model: ``sample, at_least, from, to, n, forecast, observed, events``."""
    import polars as pl

    out = []
    for sample, inside in test.member.items():
        for name, k in THRESHOLDS.items():
            bins = reliability(tail(test.forecasts[model][inside], k), test.rows.y[inside] >= k)
            out += [{"sample": sample, "at_least": name, **b} for b in bins]
    return pl.DataFrame(out)


def residual_spread(log_odds: Array, happened: Flags, group: Ints) -> float:
    """Return the standard deviation of dyads' true log-odds around the forecast, by marginal likelihood.

    Within a group, rows share one normal deviation from the forecast log-odds; what remains of one dyad over some years
    is the part of its risk that the features do not see, and the error of the coefficients.

    Parameters
    ----------
    log_odds : ndarray, shape (n,)
        Forecasts made without the outcome.
    happened : ndarray of bool, shape (n,)
        Whether the event followed.
    group : ndarray of int, shape (n,)
        Dyad and block of years.

    References
    ----------
    Random-intercept logit with the forecast as an offset, integrated by Gauss-Hermite quadrature.
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_expit, logsumexp

    of = np.unique(group, return_inverse=True)[1]
    nodes, weights = np.polynomial.hermite_e.hermegauss(11)
    sign = np.where(happened, 1.0, -1.0)

    def loss(sd: float) -> float:
        each = np.stack([np.bincount(of, log_expit(sign * (log_odds + sd * x)), minlength=of.max() + 1) for x in nodes])
        return -float(logsumexp(each, axis=0, b=(weights / weights.sum())[:, None]).sum())

    return float(minimize_scalar(loss, bounds=(0.0, 2.0), method="bounded", options={"xatol": 1e-2}).x)
