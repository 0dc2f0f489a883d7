"""The shipped model: read, checked, and applied to one pair of states with its interval and its reasons."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import ModelError
from tocsin.forecast.features import core
from tocsin.forecast.models import SequentialLogit, from_stages
from tocsin.forecast.record import Record
from tocsin.forecast.train import FORMAT, Fitted, seal

Array = NDArray[np.float64]
NAME = "model.json"
# Standard normal quantile of the ends of the interval.
Z = 1.6448536269514722


@dataclass(frozen=True)
class Prediction:
    """Probabilities of the five modes with their interval and what each feature group adds.

    Parameters
    ----------
    p, low, high : ndarray, shape (5,)
        Probability of each mode as the highest, and its 90 % interval.
    at_least, at_least_low, at_least_high : ndarray, shape (5,)
        Probability of at least each mode.
    contributions : dict of str to ndarray, shape (4,)
        What each group adds to the log-odds of each stage, against the average dyad the model was trained on.
    intercept : ndarray, shape (4,)
        Log-odds of each stage for that average dyad.
    calibration : float
        What calibration adds to the log-odds of the first stage.
    vintage : int
        Last year the model was trained on.
    raised : bool
        Whether a probability was raised to that of a shorter horizon.
    """

    p: Array
    low: Array
    high: Array
    at_least: Array
    at_least_low: Array
    at_least_high: Array
    contributions: dict[str, Array]
    intercept: Array
    calibration: float
    vintage: int
    raised: bool = False


@cache
def model(path: Path | None = None) -> dict[str, Any]:
    """Return the content of a model file, the shipped one by default.

    Raises
    ------
    ModelError
        If the file is damaged, was changed after it was made, or belongs to another version.
    """
    where = str(path) if path else f"the shipped {NAME}"
    try:
        text = path.read_text("utf-8") if path else files("tocsin.forecast").joinpath(NAME).read_text("utf-8")
        content = json.loads(text)
    except (OSError, ValueError) as e:
        raise ModelError(f"{where} cannot be read ({e}). Make it anew with: tocsin train") from e
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found = content.get("format") if isinstance(content, dict) else None
        raise ModelError(
            f"{where} has format {found}, this version reads {FORMAT}. Make it anew with this version: tocsin train"
        )
    if content.get("sha256") != seal(content):
        raise ModelError(f"{where} was changed after it was made: its seal does not match. Reinstall, or: tocsin train")
    return content


def vintage_for(as_of: date, content: dict[str, Any] | None = None) -> int:
    """Return the latest vintage whose training years were over on a day.

    Raises
    ------
    ModelError
        If no vintage is that old.

    Examples
    --------
    >>> vintage_for(date(2020, 8, 1)), vintage_for(date(1995, 12, 31)), vintage_for(date(1995, 12, 30))
    (2014, 1995, 1990)
    """
    years = sorted(int(v) for v in (content or model())["vintages"])
    fit = [v for v in years if date(v, 12, 31) <= as_of]
    if not fit:
        raise ModelError(
            f"no model is old enough for {as_of}: the first was trained on the years to {years[0]}. "
            f"Choose an as-of date from {years[0]}-12-31 on."
        )
    return fit[-1]


@cache
def fitted(vintage: int, horizon: int, path: Path | None = None) -> Fitted:
    """Return one vintage of one horizon."""
    part = model(path)["vintages"][str(vintage)][str(horizon)]
    arrays = {k: np.array(part[k]) for k in ("centre", "scale", "coefficient", "intercept", "bends", "spread", "error")}
    logit = SequentialLogit(
        arrays["centre"],
        arrays["scale"],
        arrays["coefficient"],
        arrays["intercept"],
        tuple(part["rows"]),
        tuple(part["events"]),
    )
    return Fitted(logit, arrays["bends"], arrays["spread"], arrays["error"])


def predict(r: Record, side: int, horizon: int, vintage: int, path: Path | None = None) -> Prediction:
    """Return the forecast for the period after the last year of a record of one dyad.

    Parameters
    ----------
    r : Record
        One dyad; its last year ends on the day of the forecast.
    side : {0, 1}
        Who acts.
    horizon : {1, 2, 3}
        Years ahead.
    vintage : int
        From ``vintage_for``.
    path : Path, optional
        A model file of one's own.

    Raises
    ------
    ModelError
        If the model file names other features than this version computes.
    """
    groups = core(r, side)
    names = [[group, name] for group, found in groups.items() for name in found]
    if names != model(path)["features"]:
        raise ModelError("the model file names other features than this version computes. Make it anew: tocsin train")
    f = fitted(vintage, horizon, path)
    # Features pass through single precision when the model is trained.
    x = np.array([[array[0, -1] for found in groups.values() for array in found.values()]], np.float32)
    X = x.astype(np.float64)
    z, kinds = f.logit.standard(X)[0], np.array([group for group, _ in names])
    stages = f.log_odds(X)
    p = from_stages(stages)[0]
    low, high, tail_low, tail_high = interval(stages[0], f.uncertainty(X)[0])
    return Prediction(
        p,
        low,
        high,
        p[::-1].cumsum()[::-1].clip(0, 1),
        tail_low,
        tail_high,
        {g: f.logit.coefficient[:, kinds == g] @ z[kinds == g] for g in dict.fromkeys(kinds.tolist())},
        f.logit.intercept,
        float(stages[0, 0] - f.logit.log_odds(X)[0, 0]),
        vintage,
    )


def rising(predictions: Sequence[Prediction]) -> list[Prediction]:
    """Return predictions of growing horizons such that none says less than a shorter one.

    Each horizon has a model of its own; what has happened within a year has happened within two.
    """
    out: list[Prediction] = []
    for now in predictions:
        if out:
            tails = ("at_least", "at_least_low", "at_least_high")
            before = out[-1]
            best = {name: np.maximum(getattr(now, name), getattr(before, name)) for name in tails}
            if any((best[name] > getattr(now, name) + 1e-12).any() for name in tails):
                p = np.append(best["at_least"][:-1] - best["at_least"][1:], best["at_least"][-1])
                now = replace(now, p=p, low=np.minimum(now.low, p), high=np.maximum(now.high, p), raised=True, **best)
        out.append(now)
    return out


def interval(log_odds: Array, sd: Array) -> tuple[Array, Array, Array, Array]:
    """Return the ends of the 90 % interval of each mode and of each mode or a graver one, each of shape (5,).

    The log-odds of the four stages vary together: a dyad more dangerous than it looks is so at each stage.
    """
    p = from_stages(log_odds + np.linspace(-Z, Z, 33)[:, None] * sd)
    tails = p[:, ::-1].cumsum(1)[:, ::-1].clip(0, 1)
    return p.min(0), p.max(0), tails.min(0), tails.max(0)
