"""Fit the model the package ships, with vintages that never saw what came after them, as one small file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.forecast import backtest, scores
from tocsin.forecast.baselines import climatology
from tocsin.forecast.calibrate import WINDOW, apply_bends, fit_bends
from tocsin.forecast.evaluate import reliability, residual_spread, tail
from tocsin.forecast.features import CORE
from tocsin.forecast.models import SequentialLogit, fit_logit, from_stages
from tocsin.forecast.record import LAST, TABLES, Record
from tocsin.forecast.rows import Rows, clusters, make_rows, membership
from tocsin.store import Store

Array = NDArray[np.float64]
FORMAT = 1
HORIZONS = (1, 2, 3)
WORKERS = 2
FIRST_VINTAGE = 1975
# First target year of the record a vintage shows.
SCORED_FROM = 1961
DIGITS = 6
# Rows from which the dependence of the standard error is learnt.
EVERY = 20_000


@dataclass(frozen=True)
class Fitted:
    """One vintage of one horizon: the logit, its calibration, and how far dyads stray from the forecast.

    Parameters
    ----------
    logit : SequentialLogit
        Coefficients.
    bends : ndarray, shape (2,)
        Calibration of the first stage in the tail.
    spread : ndarray, shape (4,)
        Standard deviation of dyads' true log-odds of each stage around the forecast.
    error : ndarray, shape (4, 6)
        How the log of the standard error of each stage's log-odds depends on ``leverage``.
    """

    logit: SequentialLogit
    bends: Array
    spread: Array
    error: Array

    def log_odds(self, X: Array) -> Array:
        """Return the calibrated log-odds of the stages, shape (n, 4)."""
        return apply_bends(self.logit.log_odds(X), self.bends)

    def predict(self, X: Array) -> Array:
        """Return probabilities of the five modes, shape (n, 5)."""
        return from_stages(self.log_odds(X))

    def uncertainty(self, X: Array) -> Array:
        """Return the standard deviation of the log-odds of each stage, shape (n, 4): of coefficients and of dyads."""
        raw, z = self.logit.log_odds(X), self.logit.standard(X)
        error = np.stack([np.exp(leverage(raw[:, k], z) @ self.error[k]) for k in range(4)], axis=1)
        return np.asarray(np.hypot(error, self.spread))


def leverage(log_odds: Array, z: Array) -> Array:
    """Return what the standard error of a forecast depends on: log-odds, and how unusual the row is, shape (n, 6)."""
    unusual = np.log1p((z**2).sum(1))
    ones = np.ones(len(log_odds))
    return np.stack([ones, log_odds, log_odds**2, unusual, unusual**2, unusual * log_odds], axis=1)


def standard_errors(logit: SequentialLogit, X: Array, y: NDArray[np.int64], cluster: NDArray[np.int64]) -> Array:
    """Return for each stage how the log of its standard error depends on ``leverage``, shape (4, 6).

    The covariance of the coefficients is the sandwich clustered by dyad and war; storing it would make the file large,
    and six numbers a stage give the standard error to about a sixth.
    """
    z = logit.standard(X)
    design = np.column_stack([z, np.ones(len(z))])
    log_odds = logit.log_odds(X)
    penalty = np.append(np.full(z.shape[1], backtest.PENALTY), 0.0)
    out = []
    for k in range(4):
        inside = y >= k
        d, mu = design[inside], 1 / (1 + np.exp(-log_odds[inside, k]))
        bread = np.linalg.inv((d * (mu * (1 - mu))[:, None]).T @ d + np.diag(penalty))
        of = np.unique(cluster[inside], return_inverse=True)[1]
        order = np.argsort(of, kind="stable")
        starts = np.flatnonzero(np.diff(of[order], prepend=-1))
        scores = np.add.reduceat((d * ((y[inside] > k) - mu)[:, None])[order], starts, axis=0)
        covariance = bread @ (scores.T @ scores) @ bread
        some = slice(None, None, max(1, len(design) // EVERY))
        error = np.sqrt(((design[some] @ covariance) * design[some]).sum(1))
        found, *_ = np.linalg.lstsq(leverage(log_odds[some, k], z[some]), np.log(error), rcond=None)
        out.append(found)
    return np.array(out)


def vintages() -> list[int]:
    """Return the last training years of the vintages: every fifth, and the last year of the record."""
    return [*range(FIRST_VINTAGE, LAST, backtest.REFIT_EVERY), LAST]


def fit_vintages(
    r: Record,
    rows: Rows,
    X: Array,
    untils: Sequence[int],
    *,
    train_from: int = backtest.TRAIN_FROM,
    tick: Callable[[], None] | None = None,
) -> tuple[dict[int, Fitted], Array]:
    """Return the model of each vintage, by the last year of its training, and the forecasts made on the way.

    The forecasts are the log-odds of the stages, each made without its outcome, NaN where there is none.

    Each is fitted on periods that were over by the end of its year; calibration and spread rest on the forecasts of
    the thirty years before, each of them made without its outcome.

    Parameters
    ----------
    r : Record
        The record the rows come from.
    rows : Rows
        Rows with a known outcome.
    X : ndarray, shape (n, k)
        Their features, flags of the unknown included.
    untils : sequence of int
        Last training years.
    train_from : int
        First target year learnt from.
    tick : callable, optional
        Called after each fit.
    """
    models: dict[int, SequentialLogit] = {}
    log_odds = np.full((len(rows.y), 4), np.nan)
    refits = range(max(backtest.WARM_UP, train_from + backtest.REFIT_EVERY), max(untils) + 1, backtest.REFIT_EVERY)
    for year in sorted({*refits, *(u + 1 for u in untils)}):
        past = (rows.ended < year) & (rows.year >= min(train_from, year - 20))
        models[year - 1] = model = fit_logit(X[past], rows.y[past], backtest.PENALTY)
        if year in refits:
            now = (rows.year >= year) & (rows.year < year + backtest.REFIT_EVERY)
            log_odds[now] = model.log_odds(X[now])
        if tick:
            tick()
    # Dyads and sides in blocks of years between refits; periods that overlap would share their events.
    block = (rows.place * 2 + rows.side) * 1000 + (rows.year - refits[0]) // backtest.REFIT_EVERY
    apart, cluster = rows.year % rows.horizon == 0, clusters(r, rows)
    out = {}
    for until in untils:
        recent = (rows.ended <= until) & (rows.year > until - WINDOW) & np.isfinite(log_odds[:, 0])
        b = fit_bends(log_odds[recent, 0], rows.y[recent] >= 1)
        spread = []
        for k in range(4):
            at = recent & apart & (rows.y >= k)
            stage = apply_bends(log_odds[at], b)[:, k]
            spread.append(residual_spread(stage, rows.y[at] > k, block[at]))
        past = (rows.ended <= until) & (rows.year >= train_from)
        error = standard_errors(models[until], X[past], rows.y[past], cluster[past])
        out[until] = Fitted(models[until], b, np.array(spread), error)
    return out, log_odds


def track(r: Record, rows: Rows, log_odds: Array, until: int) -> dict[str, Any]:
    """Return how the forecasts of the years to ``until`` came out on politically relevant dyads.

    Returns
    -------
    dict
        ``first, last`` (target years), ``n``, ``events`` by mode, ``rpss`` and ``log_skill`` against the frequencies of
        the thirty years before, and ``reliability`` by threshold: from, to, n, mean forecast, observed, events.
    """
    p = backtest.calibrated(rows, log_odds, SCORED_FROM)
    prd = membership(r, rows)["prd"]
    base = climatology(rows, prd, SCORED_FROM)
    inside = prd & (rows.year >= SCORED_FROM) & (rows.ended <= until)
    y, p, base = rows.y[inside], p[inside], base[inside]
    return {
        "first": SCORED_FROM,
        "last": until,
        "n": len(y),
        "events": np.bincount(y, minlength=5)[1:].tolist(),
        "rpss": _short1(scores.skill(scores.rps(p, y), scores.rps(base, y))),
        "log_skill": _short1(scores.skill(scores.log_score(p, y), scores.log_score(base, y))),
        "reliability": {
            name: [
                [b["from"], b["to"], b["n"], _short1(b["forecast"]), _short1(b["observed"]), b["events"]]
                for b in reliability(tail(p, k), y >= k)
            ]
            for name, k in (("threat", 1), ("strike", 3))
        },
    }


def train(r: Record, store: Store, *, tick: Callable[[], None] | None = None) -> dict[str, Any]:
    """Return the model file as a dict: features, vintages by horizon, inputs and a seal.

    Parameters
    ----------
    r : Record
        The yearly record; it needs no statistics.
    store : Store
        Names the inputs and their hashes.
    tick : callable, optional
        Called after each fit.
    """
    found: dict[str, dict[str, Any]] = {str(v): {} for v in vintages()}

    def one(horizon: int) -> tuple[Rows, dict[int, Fitted], dict[int, dict[str, Any]]]:
        rows = make_rows(r, CORE, horizon=horizon, directed=True)
        rows = rows.take(rows.y >= 0)
        fitted, log_odds = fit_vintages(r, rows, rows.X.astype(np.float64), vintages(), tick=tick)
        return rows, fitted, {until: track(r, rows, log_odds, until) for until in fitted} if horizon == 1 else {}

    with ThreadPoolExecutor(WORKERS) as pool:
        results = list(pool.map(one, HORIZONS))
    rows = results[0][0]
    for until, past in results[0][2].items():
        found[str(until)]["track"] = past
    for horizon, (_, fitted, _) in zip(HORIZONS, results, strict=True):
        for until, f in fitted.items():
            found[str(until)][str(horizon)] = {
                "rows": list(f.logit.rows),
                "events": list(f.logit.events),
                "intercept": _short(f.logit.intercept),
                "bends": _short(f.bends),
                "spread": _short(f.spread),
                "error": [_short(e) for e in f.error],
                "centre": _short(f.logit.centre),
                "scale": _short(f.logit.scale),
                "coefficient": [_short(c) for c in f.logit.coefficient],
            }
    content: dict[str, Any] = {
        "format": FORMAT,
        "about": "Sequential logit of the highest mode of force of one state against another; made by: tocsin train",
        "outcome": "highest mode of force in the period, directed (Militarized Interstate Events 1.0)",
        "train_from": backtest.TRAIN_FROM,
        "penalty": backtest.PENALTY,
        "inputs": {store.manifest(t)["source_file"]: store.manifest(t)["source_sha256"] for t in TABLES},
        "features": [[group, name] for group, name in zip(rows.groups, rows.names, strict=True)],
        "vintages": found,
    }
    return content | {"sha256": seal(content)}


def seal(content: dict[str, Any]) -> str:
    """Return the SHA-256 of a model file's content without its seal."""
    plain = {k: v for k, v in content.items() if k != "sha256"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def write(content: dict[str, Any]) -> str:
    """Return the text of a model file: one line a list, so that a person can read and compare it."""
    text = json.dumps(content, indent=1)
    # Lists of numbers on one line each.
    return re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text) + "\n"


def _short1(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.{DIGITS}g}")


def _short(values: Array) -> list[float]:
    """Round to six significant digits: enough for a forecast, and the same on every machine."""
    return [float(f"{v:.{DIGITS}g}") for v in values]


def fits() -> int:
    """Return how many times ``train`` calls its tick."""
    return len(HORIZONS) * (len(range(backtest.WARM_UP, LAST + 1, backtest.REFIT_EVERY)) + 1)
