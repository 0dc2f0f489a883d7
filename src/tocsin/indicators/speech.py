"""Indicators of speech: demands with a deadline, and threats."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from tocsin.indicators.watch import Watch, seen

if TYPE_CHECKING:
    from tocsin.case.load import Case

NOT_READ = (
    "no model reads statements: hostile rhetoric did not pass the gate of the forecast, and the game has no place for "
    "words. That is not to say that words do not matter"
)
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter"
)
_COUNT = r"(?:\d+|an?|one|two|three|four|five|six|seven|ten|thirty|sixty|ninety)"
# A day, month or year, or a stretch of time, by which something must be done.
DEADLINE = re.compile(
    rf"\b(?:deadline|ultimatum)\b|\bwithin (?:the next )?{_COUNT} (?:hour|day|week|month|year)s?\b|"
    rf"\b(?:by|until|before|no later than) (?:the )?(?:end of |early |late |mid-)?(?:(?:the|this|next) )?"
    rf"(?:\d{{1,2}} )?(?:(?:{_MONTHS})\b(?! be)|\d{{4}}\b|day\b|week\b|month\b|year\b)",
    re.I,
)


def demand(case: Case, as_of: date, state: str) -> Watch:
    """A demand that names a deadline."""
    name = case.config.states[state].name
    rows = [r for r in _said(case, state) if r["type"] == "demand"]
    dated = [r for r in rows if DEADLINE.search(r["text"])]
    last = dated[-1] if dated else None
    return Watch(
        f"demand-{state}",
        "demand",
        state,
        f"{name} makes a demand with a deadline",
        "Public words of office-holders; a demand without a day, or a stretch of time, does not count.",
        _counted(rows, "demand", as_of) + f"; {len(dated)} of {len(rows)} in all name a deadline",
        None
        if last is None
        else seen(last["date"], last["text"], "statements", last["id"], last["source"], last["date_precision"]),
        why_not=NOT_READ,
    )


def threat(case: Case, as_of: date, state: str) -> Watch:
    """A threat of force."""
    name = case.config.states[state].name
    rows = [r for r in _said(case, state) if r["type"] == "threat"]
    last = rows[-1] if rows else None
    return Watch(
        f"threat-{state}",
        "threat",
        state,
        f"{name} threatens force",
        "Public words of office-holders: harm by their own side, with or without a condition.",
        _counted(rows, "threat", as_of),
        None
        if last is None
        else seen(last["date"], last["text"], "statements", last["id"], last["source"], last["date_precision"]),
        why_not=NOT_READ,
    )


def _said(case: Case, state: str) -> list[dict[str, Any]]:
    table = case.tables["statements"]
    return table.filter(table["state"] == state).sort("date", "id").to_dicts()


def _counted(rows: list[dict[str, Any]], type_: str, as_of: date) -> str:
    year = [r for r in rows if (as_of - r["date"]).days <= 365]
    return f"{len(year)} coded {type_}{'s' if len(year) != 1 else ''} in the last twelve months"
