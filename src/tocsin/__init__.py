"""Tocsin: early warning for wars of shifting power.

Names below are loaded on first use, so that importing the package costs nothing.

Examples
--------
>>> import tocsin
>>> tocsin.__version__
'0.1.0'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_WHERE = {
    "assess": "tocsin.pipeline",
    "scenario": "tocsin.pipeline",
    "lab": "tocsin.pipeline",
    "load_case": "tocsin.case.load",
    "check_case": "tocsin.case.load",
    "list_cases": "tocsin.case.load",
    "new_case": "tocsin.case.scaffold",
    "state_years": "tocsin.panel.panel",
    "dyad_years": "tocsin.panel.panel",
    "dyad_months": "tocsin.panel.panel",
    "dispute_dyads": "tocsin.panel.panel",
    "leader_days": "tocsin.panel.panel",
    "leader_dyad_years": "tocsin.panel.panel",
    "leader_years": "tocsin.panel.panel",
    "state_days": "tocsin.panel.panel",
    "open_store": "tocsin.store",
    "Assessment": "tocsin.assessment.model",
    "TocsinError": "tocsin.errors",
}

__all__ = ["__version__", *_WHERE]

if TYPE_CHECKING:
    from tocsin.assessment.model import Assessment as Assessment
    from tocsin.case.load import check_case as check_case
    from tocsin.case.load import list_cases as list_cases
    from tocsin.case.load import load_case as load_case
    from tocsin.case.scaffold import new_case as new_case
    from tocsin.errors import TocsinError as TocsinError
    from tocsin.panel.panel import dispute_dyads as dispute_dyads
    from tocsin.panel.panel import dyad_months as dyad_months
    from tocsin.panel.panel import dyad_years as dyad_years
    from tocsin.panel.panel import leader_days as leader_days
    from tocsin.panel.panel import leader_dyad_years as leader_dyad_years
    from tocsin.panel.panel import leader_years as leader_years
    from tocsin.panel.panel import state_days as state_days
    from tocsin.panel.panel import state_years as state_years
    from tocsin.pipeline import assess as assess
    from tocsin.pipeline import lab as lab
    from tocsin.pipeline import scenario as scenario
    from tocsin.store import open_store as open_store


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'tocsin' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
