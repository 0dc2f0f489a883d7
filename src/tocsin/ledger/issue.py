"""Issuing an assessment: each of its forecasts becomes an entry that can be scored by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tocsin.forecast.base_rates import MODES
from tocsin.ledger.chain import canonical, digest
from tocsin.ledger.entries import BINARY, Forecast, Reference, content

if TYPE_CHECKING:
    from tocsin.assessment.model import Assessment
    from tocsin.assessment.parts import DyadForecast

RULE = (
    "The highest mode of force by {actor} against {target} in an event that begins by {closes} and ends after "
    "{origin}, as the case '{case}' codes it. A clash, a battle and an event whose start is disputed count for both "
    "sides."
)


def forecasts_of(assessment: Assessment) -> tuple[list[Forecast], list[str]]:
    """Return the forecasts of an assessment as ledger entries, and what could not be made one.

    Parameters
    ----------
    assessment : Assessment
        Its forecasts by direction and horizon.

    Returns
    -------
    forecasts : list of Forecast
        The identifier ends in a hash of the content: the same assessment gives the same identifiers.
    left_out : list of str
        Forecasts whose probabilities are unknown.
    """
    names = {s.code: s.name for s in assessment.states}
    out, left = [], []
    for f in assessment.forecasts:
        made = _one(assessment, f, names)
        if made is None:
            left.append(f"{f.actor} on {f.target}, {f.horizon_months} months: the probabilities are unknown")
        else:
            out.append(made)
    return out, left


def _one(assessment: Assessment, f: DyadForecast, names: dict[str, str]) -> Forecast | None:
    probabilities = [m.probability.value for m in f.modes]
    known = [p for p in probabilities if p is not None]
    if len(known) < len(probabilities):
        return None
    versions = {k: str(v) for k, v in assessment.versions.model_dump().items() if v is not None}
    draft = Forecast(
        forecast="draft",
        issuer=f"tocsin {assessment.versions.tocsin}",
        question=(
            f"What is the highest mode of force that {names[f.actor]} uses against {names[f.target]} "
            f"in the {f.horizon_months} months after {f.from_date}?"
        ),
        outcomes=MODES,
        probabilities=known,
        origin=f.from_date,
        closes=f.to_date,
        rule=RULE.format(
            actor=names[f.actor], target=names[f.target], closes=f.to_date, origin=f.from_date, case=assessment.case
        ),
        case=assessment.case,
        actor=f.actor,
        target=f.target,
        base_rate=base_rate(f),
        own_history=own_history(f),
        versions=versions | {"model": f.model},
    )
    mark = digest(canonical(content(draft)))[:8]
    name = f"{assessment.case}.{f.from_date}.{f.actor}-{f.target}.{f.horizon_months}m.{mark}"
    return draft.model_copy(update={"forecast": name})


def base_rate(f: DyadForecast) -> Reference:
    """Return the frequencies of the modes in the dyad's class."""
    first, last = f.class_years
    return Reference(
        probabilities=[m.base_rate for m in f.modes],
        how=f"class base rate: {f.class_label}, {f.class_n} directed dyad-windows that ended in {first} to {last}",
    )


def own_history(f: DyadForecast) -> Reference:
    """Return the modes of the dyad's own past windows, shrunk to the base rate by the stated pseudo-windows."""
    if not f.history:
        return Reference(probabilities=None, how="unknown: the record holds no past window of this length")
    counts = np.bincount([MODES.index(w.mode) for w in f.history], minlength=len(MODES)).astype(np.float64)
    n, years = len(f.history), f.horizon_months / 12
    # Overlapping windows are worth fewer independent ones: the years they span, divided by their length.
    weight = min(n, (n + years - 1) / years) / n
    alpha = counts * weight + f.shrinkage * np.array([m.base_rate for m in f.modes])
    return Reference(
        probabilities=[float(a) for a in alpha / alpha.sum()],
        how=f"own history: {n} windows of {f.horizon_months} months to {f.from_date}, "
        f"with {f.shrinkage:g} pseudo-windows of the class base rate",
    )


def at_least(reference: Reference, mode: str) -> Reference:
    """Return a reference over the modes as one for the question whether a mode, or a higher one, is reached."""
    if reference.probabilities is None:
        return reference
    p = min(1.0, float(sum(reference.probabilities[MODES.index(mode) :])))
    return Reference(probabilities=[1 - p, p], how=f"{reference.how}; {mode} or above")


def compare(forecast: Forecast, f: DyadForecast, mode: str | None) -> Forecast:
    """Return a forecast with the base rate and own history that an assessment gives for the same direction and period.

    Parameters
    ----------
    forecast : Forecast
        Somebody's forecast.
    f : DyadForecast
        Of an assessment as of the day the forecast was made.
    mode : str or None
        For a yes-or-no question, the lowest mode that means yes.
    """
    references = base_rate(f), own_history(f)
    if forecast.outcomes == BINARY and mode is not None:
        references = at_least(references[0], mode), at_least(references[1], mode)
    return forecast.model_copy(update={"base_rate": references[0], "own_history": references[1]})
