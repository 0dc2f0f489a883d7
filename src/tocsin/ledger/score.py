"""Scores of resolved forecasts, beside those of the base rate and of the dyad's own history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from tocsin.forecast.scores import log_score, rps, skill
from tocsin.ledger.book import Line, Timing
from tocsin.ledger.entries import BINARY

MEASURES = ("brier", "log", "rps")


@dataclass(frozen=True)
class Scores:
    """Proper scores of one forecast; 0 is perfect, lower is better.

    Parameters
    ----------
    brier : float
        Squared error: of P(yes), or summed over the modes.
    log : float
        Minus the natural log of the probability given to what happened.
    rps : float
        Ranked probability score; for a yes-or-no question it equals ``brier``.
    """

    brier: float
    log: float
    rps: float


@dataclass(frozen=True)
class Scored:
    """A resolved forecast and its scores; None for a reference that is unknown."""

    line: Line
    outcome: str
    forecast: Scores
    base_rate: Scores | None
    own_history: Scores | None


@dataclass(frozen=True)
class Summary:
    """Mean scores of one issuer over one kind of question.

    Parameters
    ----------
    issuer : str
        Who forecast.
    kind : str
        ``yes or no`` or ``modes``.
    timing : {'ahead', 'under way', 'after the fact'}
        When they were recorded, against the period asked about.
    n : int
        Resolved forecasts, void ones left out.
    mean : Scores
        Mean over all of them.
    skill_base, skill_own : dict of str to float or None
        1 - mean score / mean score of the reference, over the forecasts that have the reference; None if undefined.
    n_base, n_own : int
        How many have it.
    """

    issuer: str
    kind: str
    timing: Timing
    n: int
    mean: Scores
    skill_base: dict[str, float | None]
    n_base: int
    skill_own: dict[str, float | None]
    n_own: int


def scores(probabilities: Sequence[float], happened: int) -> Scores:
    """Return the scores of one forecast.

    Parameters
    ----------
    probabilities : sequence of float
        Of each outcome.
    happened : int
        Index of what happened.

    References
    ----------
    Brier 1950, Monthly Weather Review 78:1-3; Good 1952, Journal of the Royal Statistical Society B 14:107-114;
    Epstein 1969, Journal of Applied Meteorology 8:985-987.

    Examples
    --------
    >>> scores([0.25, 0.75], 0)
    Scores(brier=0.5625, log=1.3862943611198906, rps=0.5625)
    """
    p = np.asarray(probabilities, dtype=np.float64)
    error = p - (np.arange(len(p)) == happened)
    # Of two outcomes the two errors are the same one: P(yes) is counted once.
    brier = float((error**2).sum()) / (2 if len(p) == 2 else 1)
    return Scores(brier, float(log_score(p, happened)[0]), float(rps(p, happened)[0]))


def score(found: Sequence[Line]) -> tuple[list[Scored], list[Summary]]:
    """Return the scores of every resolved forecast that is not void, and their means by issuer and kind.

    Forecasts recorded ahead of the period asked about are never mixed with those recorded later.
    """
    rows = []
    for line in found:
        if line.resolution is None or line.resolution.outcome == "void":
            continue
        forecast, happened = line.forecast, line.forecast.outcomes.index(line.resolution.outcome)
        references = (
            None if r.probabilities is None else scores(r.probabilities, happened)
            for r in (forecast.base_rate, forecast.own_history)
        )
        rows.append(Scored(line, line.resolution.outcome, scores(forecast.probabilities, happened), *references))
    groups: dict[tuple[str, str, Timing], list[Scored]] = {}
    for row in rows:
        groups.setdefault((row.line.forecast.issuer, kind(row.line), row.line.timing), []).append(row)
    order = get_args(Timing)
    ordered = sorted(groups.items(), key=lambda g: (g[0][0], g[0][1], order.index(g[0][2])))
    return rows, [_summary(*key, group) for key, group in ordered]


def kind(line: Line) -> str:
    """Return the kind of question: its scores are on a scale of their own."""
    return "yes or no" if line.forecast.outcomes == BINARY else "modes"


def _summary(issuer: str, of: str, timing: Timing, rows: list[Scored]) -> Summary:
    own = [(r.forecast, r.own_history) for r in rows if r.own_history is not None]
    base = [(r.forecast, r.base_rate) for r in rows if r.base_rate is not None]
    mean = Scores(*(float(np.mean([getattr(r.forecast, m) for r in rows])) for m in MEASURES))
    return Summary(issuer, of, timing, len(rows), mean, _skills(base), len(base), _skills(own), len(own))


def _skills(pairs: list[tuple[Scores, Scores]]) -> dict[str, float | None]:
    if not pairs:
        return dict.fromkeys(MEASURES)
    return {m: skill([getattr(f, m) for f, _ in pairs], [getattr(r, m) for _, r in pairs]) for m in MEASURES}
