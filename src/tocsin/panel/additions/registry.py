"""What can be added to a panel, by name: each source with its coverage, its options and the tables it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tocsin.panel.additions import conflict, geography, leaders, power, regimes, ties
from tocsin.panel.context import Context

if TYPE_CHECKING:
    import polars as pl

Columns = list["pl.Series"]


@dataclass(frozen=True)
class Addition:
    """One thing that can be added.

    Parameters
    ----------
    name : str
        Name used with ``add``.
    make : callable
        From a context and options to columns.
    tables : tuple of str
        Tables of the store it needs; also what it cites.
    units : tuple of str
        Units it makes sense for.
    about : str
        One line for the codebook.
    """

    name: str
    make: Callable[..., Columns]
    tables: tuple[str, ...]
    units: tuple[str, ...]
    about: str


_LEADERS: tuple[str, ...] = ("leader_years", "leader_days", "leader_dyad_years")
_STATES: tuple[str, ...] = ("state_years", "state_days", "leader_years", "leader_days")
_DYAD: tuple[str, ...] = ("dyad_years", "dyad_months", "leader_dyad_years", "dispute_dyads")
_BOTH: tuple[str, ...] = (*_STATES, *_DYAD)
ADDITIONS: dict[str, Addition] = {
    a.name: a
    for a in (
        Addition("nmc", power.nmc, ("nmc",), _BOTH, "National Material Capabilities"),
        Addition("majors", geography.majors, ("majors",), _BOTH, "major powers"),
        Addition("contiguity", geography.contiguity, ("contdir",), _DYAD, "direct contiguity"),
        Addition(
            "capital_distance",
            geography.capital_distance,
            ("capitals_cow", "capitals_gw"),
            _DYAD,
            "distance of capitals",
        ),
        Addition(
            "minimum_distance", geography.minimum_distance, ("mindist_cow", "mindist_gw"), _DYAD, "minimum distance"
        ),
        Addition("atop", ties.atop, ("atop",), _DYAD, "alliance obligations"),
        Addition("democracy", regimes.democracy, ("democracy_cow", "democracy_gw"), _BOTH, "four democracy indices"),
        Addition("gdp_population", power.gdp_population, ("gdppop_cow", "gdppop_gw"), _BOTH, "GDP and population"),
        Addition("rivalries", ties.rivalries, ("tss_rivalries",), _DYAD, "strategic rivalries"),
        Addition("gml_mids", conflict.gml_mids, ("gml_ddy",), _DYAD, "GML disputes"),
        Addition("cow_mids", conflict.cow_mids, ("mid_ddy",), _DYAD, "COW disputes"),
        Addition("modes", conflict.modes, ("mie",), _DYAD, "highest mode of force"),
        Addition("wars", conflict.wars, ("war_inter",), _DYAD, "interstate wars"),
        Addition("trade", ties.trade, ("trade_ddy", "trade_sy"), _BOTH, "trade"),
        Addition("igos", ties.igos, ("igo_ndy", "igo_sy"), _BOTH, "intergovernmental organisations"),
        Addition(
            "territorial_threat", conflict.territorial_threat, ("terrthreat",), _BOTH, "latent territorial threat"
        ),
        Addition("leaders", leaders.leaders, ("archigos_years",), _BOTH, "leader transitions"),
        Addition("ideal_points", ties.ideal_points, ("idealpoints",), _BOTH, "UNGA ideal points"),
        Addition("spending", power.spending, ("milex",), _BOTH, "SIPRI spending"),
        Addition("arms_imports", power.arms_imports, ("arms",), _BOTH, "SIPRI arms deliveries"),
        Addition("lead", leaders.lead, ("lead",), _LEADERS, "leaders' experience and attributes"),
        Addition("willingness", leaders.willingness, ("lwuf",), _LEADERS, "leaders' willingness to use force"),
        Addition("ucdp", conflict.ucdp, ("ucdp_acd",), _BOTH, "UCDP conflicts of a state, sides A and B"),
        Addition("td_rivalries", ties.td_rivalries, ("td_rivalries",), _DYAD, "rivalries of Thompson and Dreyer"),
        Addition("gwf", regimes.gwf, ("gwf_extended",), _BOTH, "GWF regime types"),
        Addition("reign", regimes.reign, ("reign",), _BOTH, "REIGN regime types"),
        Addition("bjornskov_rode", regimes.bjornskov_rode, ("bjornskov_rode",), _BOTH, "Bjornskov-Rode regime types"),
        Addition("vdem", regimes.vdem, ("vdem_indices",), _BOTH, "V-Dem democracy indices"),
        Addition("arms_pending", power.arms_pending, ("arms",), _BOTH, "SIPRI orders not delivered"),
        Addition("civil_wars", conflict.civil_wars, ("war_intra",), _BOTH, "COW intrastate wars"),
        Addition("crosswalk", ties.crosswalk, ("cow_gw", "gw_cow"), _BOTH, "codes of the other system"),
        Addition("weeks", regimes.weeks, ("weeks",), _BOTH, "Weeks regime types"),
    )
}


def make(name: str, context: Context, **options: Any) -> Columns:
    """Return the columns of an addition."""
    return ADDITIONS[name].make(context, **options)
