"""Rolling-origin forecasts of all dyads and their scores, by the protocol: fit on earlier years only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tocsin.forecast import models, scores
from tocsin.forecast.base_rates import MODES
from tocsin.forecast.features import FORCE, features
from tocsin.forecast.record import FIRST, LAST, Record

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]
SAMPLES = ("prd", "rival", "land", "quiet", "all")
STRENGTHS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
TRAIN_FROM = 1920
REFIT_EVERY = 5
MODELS = ("climatology", "conflictology-5", "conflictology-10", "sequential logit")


@dataclass(frozen=True)
class Backtest:
    """Forecasts of one sample by several models for the same rows.

    Parameters
    ----------
    sample : str
        Name of the sample.
    ccode1, ccode2, year : ndarray of int, shape (n,)
        Dyad and target year.
    observed : ndarray of int, shape (n,)
        What happened.
    forecasts : dict of str to ndarray, shape (n, 5)
        Probabilities by model.
    """

    sample: str
    ccode1: NDArray[np.int64]
    ccode2: NDArray[np.int64]
    year: NDArray[np.int64]
    observed: NDArray[np.int64]
    forecasts: dict[str, Array]

    def table(self) -> pl.DataFrame:
        """Return one row per dyad, target year and model: ``origin`` is the last year known."""
        import polars as pl

        parts = []
        for model, p in self.forecasts.items():
            columns = {"ccode1": self.ccode1, "ccode2": self.ccode2, "year": self.year, "origin": self.year - 1}
            frame = pl.DataFrame(
                columns | {f"p_{m}": p[:, k] for k, m in enumerate(MODES)} | {"observed": self.observed}
            )
            parts.append(frame.with_columns(pl.lit(1).alias("horizon"), pl.lit(model).alias("model")))
        return pl.concat(parts)


def run(
    record: Record,
    sample: str,
    first: int = 1961,
    last: int = LAST,
    *,
    tick: Callable[[], None] | None = None,
) -> Backtest:
    """Return rolling-origin forecasts for every dyad of a sample and every target year.

    The strength of shrinkage of conflictology is chosen anew for each target year by ranked probability score on the
    twenty target years before it, over politically relevant dyads; the logit is refitted every five years on
    politically relevant dyads and rivals since 1920.

    Parameters
    ----------
    record : Record
        The yearly record.
    sample : {'prd', 'rival', 'land', 'quiet', 'all'}
        Which dyads are scored.
    first, last : int
        Target years, inclusive.
    tick : callable, optional
        Called after each target year.
    """
    X = features(record)
    counts = models.class_counts(record)
    strengths = {k: _strengths(record, counts, k, first, last) for k in (5, 10)}
    logit = None
    parts: dict[str, list[Any]] = {name: [] for name in ("d", "year", "y", *MODELS)}
    for year in range(first, last + 1):
        t = year - FIRST
        rows = np.flatnonzero(record.sample(sample, t))
        if logit is None or (year - first) % REFIT_EVERY == 0:
            logit = fit_before(record, X, year)
        parts["d"].append(rows)
        parts["year"].append(np.full(len(rows), year))
        parts["y"].append(record.mode[rows, t].astype(np.int64))
        parts["climatology"].append(np.tile(models.climatology(record, sample, t), (len(rows), 1)))
        for k in (5, 10):
            parts[f"conflictology-{k}"].append(models.conflictology(record, counts, t, rows, k, strengths[k][year]))
        parts["sequential logit"].append(logit.predict(X[rows, t]))
        if tick:
            tick()
    joined = {name: np.concatenate(values) for name, values in parts.items()}
    d = joined["d"]
    forecasts = {name: joined[name] for name in MODELS}
    return Backtest(sample, record.ccode1[d], record.ccode2[d], joined["year"], joined["y"], forecasts)


def fit_before(record: Record, X: Array, year: int) -> models.SequentialLogit:
    """Return the logit fitted on target years from 1920 to the year before ``year``."""
    xs, ys = [], []
    for past in range(TRAIN_FROM, year):
        t = past - FIRST
        rows = np.flatnonzero(record.sample("prd", t) | record.sample("rival", t))
        xs.append(X[rows, t])
        ys.append(record.mode[rows, t].astype(np.int64))
    return models.SequentialLogit().fit(np.concatenate(xs), np.concatenate(ys))


def _strengths(record: Record, counts: Array, years: int, first: int, last: int, window: int = 20) -> dict[int, float]:
    """Return the strength chosen for each target year on the years before it."""
    score = np.zeros((last - first + window + 1, len(STRENGTHS)))
    size = np.zeros(len(score))
    begin = first - window
    for year in range(begin, last + 1):
        t = year - FIRST
        rows = np.flatnonzero(record.sample("prd", t))
        y = record.mode[rows, t]
        size[year - begin] = len(rows)
        forecasts = models.conflictology(record, counts, t, rows, years, STRENGTHS)
        score[year - begin] = [scores.rps(p, y).sum() for p in forecasts]
    out = {}
    for year in range(first, last + 1):
        past = slice(year - begin - window, year - begin)
        out[year] = STRENGTHS[int(np.argmin(score[past].sum(0) / size[past].sum()))]
    return out


def evaluate(test: Backtest, *, replicates: int = 200, seed: int = 1) -> pl.DataFrame:
    """Return the scores of every model, with the skill against climatology and its dyad-clustered interval.

    Columns: ``sample, model, n, threat, incursion, strike, war`` (events), ``rpss, rpss_low, rpss_high, log_skill,
    brier1`` (Brier skill at >= threat), ``ap1, ap3, ap4`` (average precision at >= threat, >= strike, war), ``auc1``.
    """
    import polars as pl
    from sklearn.metrics import average_precision_score, roc_auc_score

    y = test.observed
    reference = test.forecasts["climatology"]
    base_rps, base_log = scores.rps(reference, y), scores.log_score(reference, y)
    base_brier = scores.brier(reference, y, 1)
    events = np.bincount(y, minlength=5)[1:]
    pair = test.ccode1 * 1000 + test.ccode2
    _, group = np.unique(pair, return_inverse=True)
    draws = np.random.default_rng(seed).multinomial(
        group.max() + 1, np.full(group.max() + 1, 1 / (group.max() + 1)), replicates
    )
    rows = []
    for model, p in test.forecasts.items():
        rps, log = scores.rps(p, y), scores.log_score(p, y)
        by_group = np.stack([np.bincount(group, rps), np.bincount(group, base_rps)])
        resampled = 1 - (draws @ by_group[0]) / (draws @ by_group[1])
        low, high = np.quantile(resampled, [0.05, 0.95])
        row: dict[str, Any] = {"sample": test.sample, "model": model, "n": len(y)}
        row |= {m: int(e) for m, e in zip(FORCE, events, strict=True)}
        row |= {"rpss": scores.skill(rps, base_rps), "rpss_low": float(low), "rpss_high": float(high)}
        row |= {"log_skill": scores.skill(log, base_log), "brier1": scores.skill(scores.brier(p, y, 1), base_brier)}
        for name, k in (("ap1", 1), ("ap3", 3), ("ap4", 4)):
            happened = y >= k
            # Ranking says nothing below thirty events.
            enough = happened.sum() >= 30
            row[name] = float(average_precision_score(happened, p[:, k:].sum(1))) if enough else None
        row["auc1"] = float(roc_auc_score(y >= 1, p[:, 1:].sum(1)))
        rows.append(row)
    return pl.DataFrame(rows)
