"""The flagship case as known on a day, with its assessment, and a way to ask one test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from pydantic import TypeAdapter

from tocsin.assessment.build import build
from tocsin.assessment.model import Assessment
from tocsin.case.asof import known_on
from tocsin.case.claim_tests import ClaimTest
from tocsin.case.load import Case, load_case
from tocsin.claims.found import Context, Found
from tocsin.claims.registry import REGISTRY

LAST = date(2026, 6, 8)
Ask = Callable[..., Found]


@cache
def _whole() -> tuple[Case, Assessment]:
    case = load_case("armenia-azerbaijan")
    return case, build(known_on(case, LAST), LAST, issued=LAST, seed=1, draws=2)


@cache
def context(day: date = LAST) -> Context:
    """The case as known on a day. Of other days than the last the models' parts are those of the last: building them
    takes seconds, and the tests asked about such days do not look at them.
    """
    case, assessment = _whole()
    return Context(known_on(case, day), assessment.model_copy(update={"as_of": day}))


def ask_on(c: Context, name: str, **given: Any) -> Found:
    test = TypeAdapter(ClaimTest).validate_python({"name": name, **given})
    return REGISTRY[name](test, c)


@pytest.fixture
def ask() -> Ask:
    """Ask a registered test of the flagship case: ask("trend", index=.., day=date(..))."""

    def run(name: str, day: date = LAST, **given: Any) -> Found:
        return ask_on(context(day), name, **given)

    return run


def with_table(c: Context, name: str, frame: Any) -> Context:
    """Return the context with one table of the case replaced."""
    return replace(c, case=replace(c.case, tables=c.case.tables | {name: frame}))
