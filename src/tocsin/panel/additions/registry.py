"""What can be added to a panel, by name: each source with its units, its options, and the tables it reads and cites."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tocsin.panel.additions import conflict, disputes, geography, leaders, power, regimes, rhetoric, ties, wars
from tocsin.panel.context import Context
from tocsin.panel.windows import WINDOWS
from tocsin.sources.declaration import table_sources

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
        Tables of the store it reads; ``{system}`` stands for the panel's state system.
    units : tuple of str
        Units it makes sense for.
    about : str
        One line for the listing.
    codes : str
        State system of those tables that are not in the panel's own (``cow``, ``gw``); empty for names and leaders.
    of_states : tuple of str
        Tables it reads for states and leaders, where those are others.
    of_pairs : tuple of str
        Tables it reads for pairs of leaders, where those are others.
    by_choice : dict of str to tuple of str
        Value of an option -> tables it reads then; of pairs of leaders, instead of ``tables`` what ``of_pairs`` names.
    choices : dict of str to tuple of str
        Option -> values it may take; other options take what their type says.
    """

    name: str
    make: Callable[..., Columns]
    tables: tuple[str, ...]
    units: tuple[str, ...]
    about: str
    codes: str = ""
    of_states: tuple[str, ...] = ()
    of_pairs: tuple[str, ...] = ()
    by_choice: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    choices: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def options(self) -> dict[str, Any]:
        """Options and their defaults."""
        parameters = list(inspect.signature(self.make).parameters.values())[1:]
        return {p.name: p.default for p in parameters}

    @property
    def coverage(self) -> str:
        """Years that it covers: its window, or what its sources say."""
        if self.name in WINDOWS:
            return "{}-{}".format(*WINDOWS[self.name])
        years = (table_sources()[t.format(system="cow", other="gw")].coverage for t in self.tables)
        return ", ".join(dict.fromkeys(years))


_LEADERS: tuple[str, ...] = ("leader_years", "leader_days", "leader_dyad_years")
STATES: tuple[str, ...] = ("state_years", "state_days", "leader_years", "leader_days")
_YEARS: tuple[str, ...] = ("state_years", "leader_years")
_DYAD: tuple[str, ...] = ("dyad_years", "dyad_months", "leader_dyad_years", "dispute_dyads")
_BOTH: tuple[str, ...] = (*STATES, *_DYAD)
_SLICE = {"slice": ("first", "last")}
_BORDER = {"slice": ("first", "last", "nearest")}
_DAYS = {"slice": ("jan1", "june30", "dec31", "first", "last")}
_INITIATOR = {"initiator": tuple(disputes.INITIATORS)}
_AUSTRIA = {"austria": (ties.AUSTRIA, ties.AUSTRIA_HUNGARY)}
_UCDP = {
    "sides": ("ab", "a"),
    "type": ("extrasystemic", "interstate", "intrastate", "II"),
    "issue": ("territory", "government", "both"),
    "onset": ("ever", "kept"),
}
_GML = {"revisionist": ("gml_ddy", "gml_dirdisp"), "first-action": ("gml_ddy", "mie")}
_COW = {"revisionist": ("mid_ddy", "midb"), "first-action": ("mid_ddy", "mie")}
_PLUS = dict.fromkeys(("june30", "dec31", "first", "last"), ("mindist_plus",))

ADDITIONS: dict[str, Addition] = {
    a.name: a
    for a in (
        Addition("nmc", power.nmc, ("nmc",), _BOTH, "National Material Capabilities", "cow"),
        Addition("majors", geography.majors, ("majors",), _BOTH, "major powers", "cow"),
        Addition("contiguity", geography.contiguity, ("contdir",), _BOTH, "direct contiguity", "cow", choices=_BORDER),
        Addition(
            "capital_distance",
            geography.capital_distance,
            ("capitals_{system}",),
            _BOTH,
            "distance of capitals",
            choices=_SLICE,
        ),
        Addition(
            "minimum_distance",
            geography.minimum_distance,
            ("mindist_{system}",),
            _BOTH,
            "minimum distance",
            "cow",
            by_choice=_PLUS,
            choices=_DAYS,
        ),
        Addition("atop", ties.atop, ("atop",), _DYAD, "alliance obligations", "cow"),
        Addition("democracy", regimes.democracy, ("democracy_{system}",), _BOTH, "four democracy indices"),
        Addition("gdp_population", power.gdp_population, ("gdppop_{system}",), _BOTH, "GDP and population"),
        Addition(
            "rivalries", ties.rivalries, ("tss_rivalries",), _BOTH, "strategic rivalries", "cow", choices=_AUSTRIA
        ),
        Addition(
            "gml_mids",
            disputes.gml_mids,
            ("gml_ddy",),
            (*_YEARS, *_DYAD),
            "GML disputes",
            "cow",
            ("gml_part",),
            ("gml_ddly",),
            _GML,
            _INITIATOR,
        ),
        Addition(
            "cow_mids",
            disputes.cow_mids,
            ("mid_ddy",),
            ("state_years", *_DYAD),
            "COW disputes",
            "cow",
            ("midb",),
            (),
            _COW,
            _INITIATOR,
        ),
        Addition("modes", conflict.modes, ("mie",), _BOTH, "highest mode of force", "cow"),
        Addition("wars", wars.wars, ("war_inter",), _BOTH, "interstate wars", "cow"),
        Addition("trade", ties.trade, ("trade_ddy",), _BOTH, "trade", "cow", ("trade_sy",)),
        Addition("igos", ties.igos, ("igo_ndy",), _BOTH, "intergovernmental organisations", "cow", ("igo_sy",)),
        Addition(
            "territorial_threat",
            conflict.territorial_threat,
            ("terrthreat",),
            _BOTH,
            "latent territorial threat",
            "cow",
        ),
        Addition("leaders", leaders.leaders, ("archigos_years",), _BOTH, "leader transitions", "gw"),
        Addition("ideal_points", ties.ideal_points, ("idealpoints",), _BOTH, "UNGA ideal points", "cow"),
        Addition("spending", power.spending, ("milex",), _BOTH, "SIPRI spending"),
        Addition("arms_imports", power.arms_imports, ("arms_deliveries",), _BOTH, "SIPRI arms deliveries"),
        Addition("lead", leaders.lead, ("lead",), _LEADERS, "leaders' experience and attributes"),
        Addition("willingness", leaders.willingness, ("lwuf",), _LEADERS, "leaders' willingness to use force"),
        Addition("ucdp", wars.ucdp, ("ucdp_acd",), _BOTH, "UCDP conflicts of a state", "gw", choices=_UCDP),
        Addition(
            "td_rivalries",
            ties.td_rivalries,
            ("td_rivalries",),
            _BOTH,
            "rivalries of Thompson and Dreyer",
            "cow",
            choices=_AUSTRIA,
        ),
        Addition("gwf", regimes.gwf, ("gwf_extended",), _BOTH, "GWF regime types", "cow"),
        Addition("reign", regimes.reign, ("reign",), _BOTH, "REIGN regime types", "cow"),
        Addition(
            "bjornskov_rode", regimes.bjornskov_rode, ("bjornskov_rode",), _BOTH, "Bjornskov-Rode regime types", "cow"
        ),
        Addition("vdem", regimes.vdem, ("vdem_indices",), _BOTH, "V-Dem democracy indices", "cow"),
        Addition("arms_pending", power.arms_pending, ("arms", "arms_deliveries"), _BOTH, "SIPRI orders not delivered"),
        Addition(
            "civil_wars",
            wars.civil_wars,
            ("war_intra",),
            _BOTH,
            "COW intrastate wars",
            "cow",
            choices={"intratype": ("all", "central control", "local issues")},
        ),
        Addition("crosswalk", ties.crosswalk, ("{system}_{other}",), _BOTH, "codes of the other system"),
        Addition("rhetoric", rhetoric.rhetoric, ("ungdc",), _DYAD, "who blames whom in the UN General Debate", "cow"),
        Addition("weeks", regimes.weeks, ("weeks",), _BOTH, "Weeks regime types", "cow"),
    )
}


def make(name: str, context: Context, **options: Any) -> Columns:
    """Return the columns of an addition."""
    return ADDITIONS[name].make(context, **options)


def tables(name: str, system: str, unit: str, options: Mapping[str, Any]) -> list[str]:
    """Return every table that an addition reads for a state system, a unit and options.

    Examples
    --------
    >>> tables("gml_mids", "gw", "dyad_years", {"initiator": "first-action"})
    ['gml_ddy', 'mie', 'cow_gw']
    """
    a = ADDITIONS[name]
    named = a.tables
    if unit in STATES and a.of_states:
        named = a.of_states
    else:
        for value in options.values():
            named = a.by_choice.get(value, named) if isinstance(value, str) else named
        if unit == "leader_dyad_years" and a.of_pairs:
            named = (*a.of_pairs, *(t for t in named if t not in a.tables))
    other = {"cow": "gw", "gw": "cow"}[system]
    out = [t.format(system=system, other=other) for t in named]
    foreign = any("{system}" not in t for t in named)
    return [*out, f"{a.codes}_{system}"] if foreign and a.codes == other else out


def every_table() -> list[str]:
    """Return every table that some addition reads."""
    found = {
        t
        for name, a in ADDITIONS.items()
        for system in ("cow", "gw")
        for unit in a.units
        for value in ("", *a.by_choice)
        for t in tables(name, system, unit, {"": value})
    }
    return sorted(found)
