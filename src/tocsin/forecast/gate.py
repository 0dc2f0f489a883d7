"""The gate: which feature groups improve the forecast, one at a time, nulls included."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tocsin.forecast import backtest, baselines, scores
from tocsin.forecast.evaluate import Difference, difference
from tocsin.forecast.record import Record
from tocsin.forecast.rows import Rows, clusters, make_rows, membership

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]
# Chosen on the first, confirmed or not on the second.
PERIODS = {"1961-1989": (1961, 1989), "1990-2014": (1990, 2014)}
CHOICE = "1961-1989"
# For groups whose source begins in 1991.
LATE_PERIODS = {"1996-2004": (1996, 2004), "2005-2014": (2005, 2014)}
# A group enters if one of these improves beyond doubt and none worsens beyond doubt.
ASKED = (("prd", "rps"), ("prd", "log"), ("rival", "rps"), ("rival", "log"), ("quiet", "log"))
MODELS = ("logit", "trees")


def gate(
    r: Record,
    base: Sequence[str],
    candidates: Sequence[str],
    *,
    models: Sequence[str] = MODELS,
    directed: bool = False,
    periods: Mapping[str, tuple[int, int]] = PERIODS,
    tick: Callable[[], None] | None = None,
) -> pl.DataFrame:
    """Return what each candidate group adds to the base, with clustered intervals.

    Parameters
    ----------
    r : Record
        With statistics.
    base, candidates : sequence of str
        Feature groups.
    models : sequence of {'logit', 'trees'}
        Models in which the group is tried.
    directed : bool
        Forecast each side's action, or that of either.
    periods : mapping of str to (int, int)
        Target years that are scored, by name: the first to choose on, the second to confirm.
    tick : callable, optional
        Called after each backtest.

    Returns
    -------
    polars.DataFrame
        ``group, model, directed, period, sample, score, n, events, gain, low, high``; gains are in points of skill
        against the sample's climatology.
    """
    import polars as pl

    rows = make_rows(r, (*base, *candidates), directed=directed)
    member, cluster = membership(r, rows), clusters(r, rows)
    reference = {name: baselines.climatology(rows, member[name], 1961) for name in ("prd", "rival", "quiet")}
    out: list[dict[str, Any]] = []
    begin = min(first for first, _ in periods.values())
    for model in models:
        before = _forecast(rows.only(base), model, begin)
        if tick:
            tick()
        for group in candidates:
            after = _forecast(rows.only((*base, group)), model, begin)
            for period, (first, last) in periods.items():
                for sample, score in ASKED:
                    inside = member[sample] & (rows.year >= first) & (rows.year <= last)
                    y = rows.y[inside]
                    loss = scores.rps if score == "rps" else scores.log_score
                    events = int((y > 0).sum())
                    found = difference(
                        loss(after[inside], y),
                        loss(before[inside], y),
                        loss(reference[sample][inside], y),
                        cluster[inside],
                        events,
                    )
                    out.append(
                        {"group": group, "model": model, "directed": directed, "period": period, "sample": sample}
                        | {"score": score, "n": len(y), "events": events}
                        | {"gain": found.value, "low": found.low, "high": found.high}
                    )
            if tick:
                tick()
    return pl.DataFrame(out)


def _forecast(rows: Rows, model: str, first: int) -> Array:
    if model == "trees":
        # Not earlier: trees cannot be fitted to a feature that is unknown throughout.
        return backtest.trees(rows, first)
    return backtest.calibrated(rows, backtest.logit(rows, backtest.WARM_UP), 1961)


def verdict(table: pl.DataFrame, group: str, model: str, *, period: str = CHOICE, directed: bool = False) -> str:
    """Return 'enters', 'harms' or 'nothing' for a group by the rule of the gate."""
    import polars as pl

    rows = table.filter(
        (pl.col("group") == group)
        & (pl.col("model") == model)
        & (pl.col("period") == period)
        & (pl.col("directed") == directed)
    )
    found = [Difference(x["gain"], x["low"], x["high"]) for x in rows.iter_rows(named=True)]
    if any(d.below for d in found):
        return "harms"
    return "enters" if any(d.above for d in found) else "nothing"
