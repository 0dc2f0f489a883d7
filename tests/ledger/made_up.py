"""Made-up forecasts and a small ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from tocsin.forecast.base_rates import MODES
from tocsin.ledger.book import record, resolve
from tocsin.ledger.entries import BINARY, Forecast, Reference, Resolution

UNKNOWN = Reference(probabilities=None, how="not given")
NOW = datetime(2025, 2, 3, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)


def binary(name: str = "one", p: float = 0.3, *, base: float | None = 0.1, own: float | None = 0.2) -> Forecast:
    """Return a yes-or-no forecast for 2025-02-01 to 2026-02-01."""

    def reference(x: float | None) -> Reference:
        return UNKNOWN if x is None else Reference(probabilities=[1 - x, x], how="made up")

    return Forecast(
        forecast=name,
        issuer="nobody",
        question="Is this made up?",
        outcomes=BINARY,
        probabilities=[1 - p, p],
        origin=date(2025, 2, 1),
        closes=date(2026, 2, 1),
        rule="It is.",
        base_rate=reference(base),
        own_history=reference(own),
    )


def modes(name: str = "five", p: tuple[float, ...] = (0.5, 0.1, 0.1, 0.2, 0.1)) -> Forecast:
    """Return a forecast over the modes for the same period."""
    flat = Reference(probabilities=[0.2] * 5, how="made up")
    return binary(name).model_copy(
        update={"outcomes": MODES, "probabilities": list(p), "base_rate": flat, "own_history": flat}
    )


def outcome(name: str = "one", what: str = "no", *, known: date = date(2026, 2, 2), corrects: str = "") -> Resolution:
    """Return a resolution."""
    return Resolution(forecast=name, outcome=what, known=known, evidence="made up", corrects=corrects)  # type: ignore[arg-type]


def small(path: Path) -> Path:
    """Write a ledger of two forecasts and one resolution."""
    record(path, [binary("one"), modes("five")], now=NOW)
    resolve(path, [outcome("one")], now=LATER)
    return path
