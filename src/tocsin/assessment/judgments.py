"""Key judgments: how likely force of a given mode is, in one sentence, and how sure we are, in another."""

from __future__ import annotations

from tocsin.assessment.parts import DyadForecast, Interval, Judgment, Provenance
from tocsin.assessment.words import confidence_level, day, likelihood_word, percent, ratio_phrase

# Lowest mode of each judgment -> how the sentence names it.
QUESTIONS = {
    "incursion": "{actor} will use force (an incursion, a strike, a clash or war) against {target}",
    "strike": "{actor} will strike {target} or clash with it, or go to war",
    "war": "{actor} will be at war with {target}",
}
OPENINGS = {"almost no chance": "There is almost no chance", "roughly even chance": "There is a roughly even chance"}
NO_ESTIMATE = "There is no estimate to be confident in."
HORIZON = 12


def key_judgments(forecasts: list[DyadForecast], names: dict[str, str], doubts: list[str]) -> list[Judgment]:
    """Return the judgments for the shortest horizon, both directions, most serious last.

    Parameters
    ----------
    forecasts : list of DyadForecast
        All forecasts.
    names : dict of str to str
        Names of the states by code.
    doubts : list of str
        Reasons that lower the confidence of every judgment.
    """
    out = []
    for forecast in (f for f in forecasts if f.horizon_months == HORIZON):
        actor, target = names[forecast.actor], names[forecast.target]
        own = [*doubts, *forecast.cautions]
        for mode, phrase in QUESTIONS.items():
            row = next(m for m in forecast.modes if m.mode == mode)
            p = row.at_least
            out.append(
                Judgment(
                    id=f"{forecast.actor}-{forecast.target}-{mode}-{HORIZON}",
                    actor=forecast.actor,
                    target=forecast.target,
                    likelihood=_likelihood(
                        p,
                        row.base_rate_at_least,
                        f"{phrase.format(actor=actor, target=target)} between {day(forecast.from_date)} and "
                        f"{day(forecast.to_date)}",
                    ),
                    confidence=NO_ESTIMATE if p.value is None else _confidence(own),
                    probability=p,
                    word="unknown" if p.value is None else likelihood_word(p.value),
                    provenance=Provenance(
                        computation="assessment.judgments.key_judgments",
                        rows=[f"forecasts:{forecast.actor}>{forecast.target}:{HORIZON}:{mode}"],
                        sources=forecast.provenance.sources,
                    ),
                )
            )
    return out


def _likelihood(p: Interval, base: float, what: str) -> str:
    if p.value is None:
        return f"It is unknown how likely it is that {what}: {p.missing or 'no reason given'}."
    word = likelihood_word(p.value)
    opening = OPENINGS.get(word, f"It is {word}")
    return f"{opening} that {what}: {percent(p.value)} ({_range(p)}), {ratio_phrase(p.value, base)}."


def _range(p: Interval) -> str:
    if p.low is None or p.high is None:
        return "interval unknown"
    return f"90 % interval {percent(p.low)} to {percent(p.high)}"


def _confidence(reasons: list[str]) -> str:
    level = confidence_level(reasons)
    why = "; ".join(reasons) if reasons else "long and recent record, narrow interval"
    return f"Confidence in this estimate is {level}: {why}."
