"""The registered tests by name: what case.toml may name, and the function that answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tocsin.claims import evidence, facts, force, measured, models, speech, supplies
from tocsin.claims.found import Context, Found

Answer = Callable[[Any, Context], Found]

REGISTRY: dict[str, Answer] = {
    "rows": facts.rows,
    "trend": measured.trend,
    "level": measured.level,
    "parity": measured.parity,
    "total": supplies.total,
    "supplier_share": supplies.supplier_share,
    "orders_during": supplies.orders_during,
    "statements": speech.statements,
    "statement_rate": speech.statement_rate,
    "incident_rate": force.incident_rate,
    "losses": force.losses,
    "regime": facts.regime,
    "regularity": evidence.test,
    "mechanism": models.mechanism,
    "outsiders": models.outsiders,
    "forecast": force.forecast,
    "agreement": force.agreement,
}


def computation(name: str) -> str:
    """Return the Python name of a registered test, below ``tocsin``.

    Examples
    --------
    >>> computation("trend")
    'claims.measured.trend'
    """
    function = REGISTRY[name]
    return f"{function.__module__.removeprefix('tocsin.')}.{function.__name__}"
