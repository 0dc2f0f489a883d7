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
            assert p.value is not None
            word = likelihood_word(p.value)
            opening = OPENINGS.get(word, f"It is {word}")
            out.append(
                Judgment(
                    id=f"{forecast.actor}-{forecast.target}-{mode}-{HORIZON}",
                    actor=forecast.actor,
                    target=forecast.target,
                    likelihood=(
                        f"{opening} that {phrase.format(actor=actor, target=target)} between "
                        f"{day(forecast.from_date)} and {day(forecast.to_date)}: {percent(p.value)} ({_range(p)}), "
                        f"{ratio_phrase(p.value, row.base_rate_at_least)}."
                    ),
                    confidence=_confidence(own),
                    probability=p,
                    word=word,
                    provenance=Provenance(
                        computation="assessment.judgments.key_judgments",
                        rows=[f"forecasts:{forecast.actor}>{forecast.target}:{HORIZON}:{mode}"],
                    ),
                )
            )
    return out


def _range(p: Interval) -> str:
    assert p.low is not None
    assert p.high is not None
    return f"90 % interval {percent(p.low)} to {percent(p.high)}"


def _confidence(reasons: list[str]) -> str:
    level = confidence_level(reasons)
    why = "; ".join(reasons) if reasons else "long and recent record, narrow interval"
    return f"Confidence in this estimate is {level}: {why}."
