"""An indicator before the models are asked: what would be observed, how things stand, what the models are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tocsin.assessment.indicator_parts import Observation
from tocsin.schema import source_keys

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class Watch:
    """One indicator.

    Parameters
    ----------
    id, kind : str
        Identifier, and kind of observation.
    state : str or None
        State whose doing it would be.
    title, watch, present : str
        What would be observed, where it would show, and how things stand.
    last : Observation or None
        The last such observation.
    tree : mapping
        Keys of a scenario, as TOML gives them: what the models are told. Empty if no model can be told.
    why_not : str
        Why no model can be told; empty if one can.
    origin : {'tables', 'case.toml'}
        Whether it was derived, or stands in case.toml.
    """

    id: str
    kind: str
    state: str | None
    title: str
    watch: str
    present: str
    last: Observation | None
    tree: Mapping[str, Any] = field(default_factory=dict)
    why_not: str = ""
    origin: Literal["tables", "case.toml"] = "tables"


def seen(
    day: date, text: str, table: str, key: object, source: str, precision: Literal["day", "month", "year"] = "day"
) -> Observation:
    """Return a row of the case as an observation."""
    return Observation(date=day, precision=precision, text=text, row=f"{table}:{key}", sources=source_keys(source))
