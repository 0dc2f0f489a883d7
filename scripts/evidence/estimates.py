"""The estimates: a logit of each measure, outcome and sample, and what the measure adds to forecasts of later years."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from evidence.measures import REGULARITIES, SAMPLES, Measure
from tocsin.errors import ModelError
from tocsin.panel.dyadic import dyadic_covariance
from tocsin.panel.logit import fit_logit

LEVEL, Z = 0.9, 1.6448536269514722
REFIT, TESTED, DRAWS = 5, 0.4, 500
CONTROLS = ("share", "log cinc", "major1", "major2", "quiet", "quiet2", "quiet3")
c = pl.col


def estimate(frame: pl.DataFrame, m: Measure, outcome: str, sample: str) -> dict[str, object]:
    """Return the estimate of one measure, outcome and sample, with what it adds out of sample."""
    controls = [k for k in CONTROLS if k not in m.without]
    land = [] if sample == "land" else ["land"]
    used = frame.filter(SAMPLES[sample] & m.rows).select(
        "ccode1",
        "ccode2",
        "year",
        c(outcome).cast(pl.Float64).alias("y"),
        m.term.cast(pl.Float64).alias("term"),
        *(e.cast(pl.Float64).alias(k) for k, e in m.controls.items()),
        *(c(k).cast(pl.Float64) for k in (*controls, *land)),
    )
    asked = len(used)
    used = used.drop_nulls()
    names = ("term", *m.controls, *controls, *land)
    out: dict[str, object] = {"n": len(used), "events": int(used["y"].sum()), "unknown": asked - len(used)}
    if used.is_empty():
        return out
    out |= {"first": int(str(used["year"].min())), "last": int(str(used["year"].max()))}
    X, y = used.select(names).to_numpy(), used["y"].to_numpy()
    varying = X.std(0) > 0
    if not varying[0]:
        return out
    X = X[:, varying]
    one, two = used["ccode1"].to_numpy(), used["ccode2"].to_numpy()
    try:
        fit = fit_logit(X, y, tuple(np.asarray(names)[varying]), tol=1e-9)
    except ModelError:
        return out
    se = float(np.sqrt(dyadic_covariance(fit, X, y, one, two)[1, 1]))
    b = float(fit.coef[1])
    dyad = np.minimum(one, two) * 1000 + np.maximum(one, two)
    out |= {"dyads": len(np.unique(dyad)), "states": len(np.unique(np.concatenate([one, two])))}
    out |= {"estimate": b, "low": b - Z * se, "high": b + Z * se}
    return out | later_years(X, y, used["year"].to_numpy(), dyad)


def later_years(
    X: NDArray[np.float64], y: NDArray[np.float64], year: NDArray[np.int64], dyad: NDArray[np.int64]
) -> dict[str, object]:
    """Return by how many per cent the term lowers the log loss in years later than those it was fitted on."""
    start = int(year.max() - np.floor(TESTED * (year.max() - year.min())))
    with_term, without = np.full(len(y), np.nan), np.full(len(y), np.nan)
    for first in range(start, int(year.max()) + 1, REFIT):
        fitted, asked = year < first, (year >= first) & (year < first + REFIT)
        if not asked.any():
            continue
        for loss, columns in ((with_term, X), (without, X[:, 1:])):
            try:
                # What has not varied so far says nothing yet.
                known = columns[:, columns[fitted].std(0) > 0]
                fit = fit_logit(known[fitted], y[fitted], tuple(map(str, range(known.shape[1]))), tol=1e-7)
            except ModelError:
                return {}
            z = fit.coef[0] + known[asked] @ fit.coef[1:]
            loss[asked] = np.logaddexp(0, np.where(y[asked] == 1, -z, z))
    tested = ~np.isnan(with_term)
    gain, base = (without - with_term)[tested], without[tested]
    _, at = np.unique(dyad[tested], return_inverse=True)
    sums = np.stack([np.bincount(at, g) for g in (gain, base)])
    rng = np.random.default_rng(1)
    weights = rng.multinomial(sums.shape[1], np.full(sums.shape[1], 1 / sums.shape[1]), DRAWS)
    drawn = weights @ sums.T
    low, high = np.quantile(100 * drawn[:, 0] / drawn[:, 1], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {
        "gain": float(100 * gain.sum() / base.sum()),
        "gain_low": float(low),
        "gain_high": float(high),
        "tested_from": start,
        "tested_n": int(tested.sum()),
        "tested_events": int(y[tested].sum()),
    }


COLUMNS = {
    "regularity": pl.String,
    "measure": pl.String,
    "outcome": pl.String,
    "sample": pl.String,
    "first": pl.Int64,
    "last": pl.Int64,
    "n": pl.Int64,
    "events": pl.Int64,
    "unknown": pl.Int64,
    "dyads": pl.Int64,
    "states": pl.Int64,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "gain": pl.Float64,
    "gain_low": pl.Float64,
    "gain_high": pl.Float64,
    "tested_from": pl.Int64,
    "tested_n": pl.Int64,
    "tested_events": pl.Int64,
}


def regularities(frame: pl.DataFrame, say: Callable[[str], None] = print) -> pl.DataFrame:
    """Return every estimate of every regularity."""
    rows = []
    for name, (_, _, _, measures) in REGULARITIES.items():
        for m in measures:
            for outcome in m.outcomes:
                for sample in m.samples:
                    found = estimate(frame.filter(c("year") > 1945), m, outcome, sample)
                    key = {"regularity": name, "measure": m.label, "outcome": outcome, "sample": sample}
                    rows.append({k: (key | found).get(k) for k in COLUMNS})
                    e = found.get("estimate")
                    said = "not estimated" if e is None else f"{e:+.2f} [{found['low']:+.2f}, {found['high']:+.2f}]"
                    g = found.get("gain")
                    later = "" if g is None else f" gain {g:+.2f} [{found['gain_low']:+.2f}, {found['gain_high']:+.2f}]"
                    say(f"{name} / {m.label} / {outcome} / {sample}: {said}{later}, {found['events']} events")
    return pl.DataFrame(rows, schema=COLUMNS).with_columns(pl.col(pl.Float64).round(5))
