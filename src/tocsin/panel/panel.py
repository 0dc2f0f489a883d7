"""Panels that read like the field talks: say what you want, then collect it.

>>> import tocsin
>>> plan = tocsin.dyad_years(1946, 2014, directed=True).add("nmc", "contiguity", "modes").relevant().spells("mode>=3")
>>> plan.unit, len(plan.steps)
('dyad_years', 5)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tocsin.errors import UsageError, suggest
from tocsin.panel.additions import registry
from tocsin.panel.context import Context
from tocsin.panel.index import Index
from tocsin.panel.system import Name, load_system
from tocsin.panel.units import DISPUTES, Disputes, build
from tocsin.panel.verbs import REGIONS, Step, count_since, kept, lagged, parse_condition, spell, whittled
from tocsin.panel.whittle import ORDER
from tocsin.panel.windows import WINDOWS
from tocsin.store import Store, open_store

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from tocsin.panel.additions.geography import Border

Unit = Literal[
    "state_years",
    "state_days",
    "dyad_years",
    "dyad_months",
    "leader_years",
    "leader_days",
    "leader_dyad_years",
    "dispute_dyads",
]
YEARLY = ("state_years", "dyad_years")
SPELLS = (*YEARLY, "dyad_months", "leader_years", "leader_dyad_years")


@dataclass(frozen=True)
class Panel:
    """A plan for a panel; nothing is read before ``collect``.

    Parameters
    ----------
    unit : {'state_years', 'state_days', 'dyad_years', 'dyad_months', 'leader_years', 'leader_days',
            'leader_dyad_years', 'dispute_dyads'}
        What a row is.
    first, last : int
        Years, inclusive.
    system : {'cow', 'gw'}
        State system, always explicit.
    directed : bool
        Whether a dyad stands twice, once for each direction.
    carry_forward : bool
        Whether the last members of the system count as members after its last update; such rows carry ``carried = 1``.
    steps : tuple of Step
        What to do, in order.
    store : Store
        Where the tables are.
    disputes : {'gml', 'cow'}
        Whose disputes the unit ``dispute_dyads`` holds.
    """

    unit: Unit
    first: int
    last: int
    system: Name
    directed: bool
    carry_forward: bool
    steps: tuple[Step, ...]
    store: Store
    disputes: Disputes = "gml"

    def add(self, *names: str, **options: Any) -> Panel:
        """Add sources by name; see ``tocsin.panel.additions.registry.ADDITIONS``.

        Parameters
        ----------
        *names : str
            For example ``"nmc", "contiguity", "atop"``.
        **options
            For the additions that know them, for example ``slice="last"`` or ``initiator="sidea-orig"``.

        Raises
        ------
        UsageError
            For an unknown name or option (with a suggestion), or one that makes no sense for the unit or its years.
        """
        steps = []
        known = {n: a.options for n, a in registry.ADDITIONS.items()}
        for name in names:
            if name not in known:
                raise UsageError(
                    f"there is nothing called '{name}' to add.{suggest(name, known)} Known: {', '.join(known)}."
                )
            addition = registry.ADDITIONS[name]
            if self.unit not in addition.units:
                raise UsageError(
                    f"'{name}' makes no sense for {self.unit}; it can be added to {_list(addition.units)}."
                )
            first, last = WINDOWS.get(name, (self.first, self.last))
            if self.first > last or self.last < first:
                raise UsageError(f"'{name}' covers {first}-{last}: it has nothing for {self.first}-{self.last}.")
            mine = {k: v for k, v in options.items() if k in known[name]}
            for option, value in mine.items():
                _check(addition, option, value)
            steps.append(Step("add", name, tuple(mine.items())))
        for option in options:
            takers = set().union(*(known[n] for n in names)) if names else set()
            if option not in takers:
                raise UsageError(f"none of {_list(names)} knows the option '{option}'.{suggest(option, takers)}")
        return replace(self, steps=(*self.steps, *steps))

    def relevant(self, *, slice: Border = "nearest") -> Panel:  # noqa: A002
        """Keep politically relevant dyads: contiguous by land or water (any of the five types), or one a major power.

        Dyads whose contiguity is unknown are left out, those of major powers too, as in the reference program.

        Parameters
        ----------
        slice : {'nearest', 'first', 'last'}
            Which spell of a year counts. The reference program's first spell may be one of "not contiguous" beside a
            border, so ``first`` keeps fewer dyads; it is the default of the addition ``contiguity`` all the same.
        """
        return self._dyads_only("relevant", slice=_border(slice))

    def rivals(self) -> Panel:
        """Keep dyads in a strategic rivalry in the year (Thompson, Sakuwa and Suhas)."""
        return self._dyads_only("rivals")

    def contiguous(self, at_most: int = 1, *, slice: Border = "nearest") -> Panel:  # noqa: A002
        """Keep dyads whose contiguity type is at least 1 and at most ``at_most`` (1 is by land).

        ``slice`` says which spell of a year counts, as in ``relevant``.
        """
        return self._dyads_only("contiguous", at_most=at_most, slice=_border(slice))

    def regions(self, *names: str) -> Panel:
        """Keep rows whose states all lie in the named regions: Americas, Europe, Africa, Middle East, Asia, Oceania.

        Regions follow the blocks of the state numbers; North Africa (600 to 626) counts as Africa, Turkey (640) as
        Middle East.
        """
        for name in names:
            if name not in REGIONS:
                raise UsageError(f"there is no region '{name}'.{suggest(name, REGIONS)} Known: {', '.join(REGIONS)}.")
        return self._then(Step("regions", "", (("names", names or tuple(REGIONS)),)))

    def whittle(self, *rules: str) -> Panel:
        """Keep one dispute per directed dyad-year, or fewer at least, by rules applied one at a time.

        Parameters
        ----------
        *rules : str
            In order, from ``onsets, fatality, hostility, mindur, maxdur, reciprocity, startmonth, first``; default all.
            See ``tocsin.panel.whittle``.
        """
        if self.unit != "dispute_dyads":
            raise UsageError(f"whittle() chooses among disputes; rows of {self.unit} are none.")
        for rule in rules:
            if rule not in ORDER:
                raise UsageError(f"there is no whittling rule '{rule}'.{suggest(rule, ORDER)} Known: {_list(ORDER)}.")
        return self._then(Step("whittle", "", (("rules", rules or ORDER),)))

    def spells(self, condition: str, name: str = "spell", *, count: str = "years", ongo: bool = False) -> Panel:
        """Count the years since a condition last held, for example ``spells("mode>=3")``.

        Of leaders and pairs of leaders it counts years in office, or in office together.

        Parameters
        ----------
        condition : str
            Column, operator, number.
        name : str
            Name of the new column.
        count : {'years', 'rows'}
            ``rows`` reproduces the reference program, which does not start anew at a gap in membership.
        ongo : bool
            Whether the rows in which the condition goes on holding, after the first, are missing (not at risk).
        """
        parse_condition(condition)
        if count not in ("years", "rows"):
            raise UsageError("count must be years or rows.")
        if self.unit not in SPELLS:
            raise UsageError(f"spells() counts years or months of one unit; rows of {self.unit} are not that.")
        return self._then(Step("spells", name, (("condition", condition), ("count", count), ("ongo", ongo))))

    def lag(self, column: str, years: int = 1) -> Panel:
        """Add a column's value of so many years before (negative: after); missing where the unit was no member then."""
        if self.unit not in YEARLY:
            raise UsageError(f"lag() looks up another year of the same unit; rows of {self.unit} have none.")
        return self._then(Step("lag", column, (("years", years),)))

    def collect(self) -> pl.DataFrame:
        """Return the panel as a table, sorted by unit and time."""
        import polars as pl

        if self.disputes not in DISPUTES:
            raise UsageError(f"disputes must be {' or '.join(DISPUTES)}.")
        system = load_system(self.store, self.system, self.first, self.last, carry_forward=self.carry_forward)
        yearly = self.unit != "dyad_months"
        index, columns = build(self.unit, system, self.store, directed=self.directed, disputes=self.disputes)
        for step in self.steps:
            options = dict(step.options)
            context = Context(self.store, index, tuple(columns))
            if step.verb == "add" and not (step.name == "modes" and not yearly):
                columns += _fresh(columns, registry.make(step.name, context, **options))
            elif step.verb in ("relevant", "rivals", "contiguous", "regions", "whittle"):
                keep = whittled(step, context) if step.verb == "whittle" else kept(step, context)
                index, columns = index.take(keep), [s.filter(pl.Series(keep)) for s in columns]
            elif step.verb == "spells" and yearly:
                columns += _fresh(columns, [spell(columns, index, step)])
            elif step.verb == "lag":
                columns += _fresh(columns, [lagged(columns, index, step)])
        frame = pl.DataFrame([*_keys(index, system.carried), *columns])
        return frame if yearly else self._months(frame, index)

    def cite(self) -> str:
        """Return BibTeX for every source the panel uses."""
        from tocsin.sources.codebook import cite

        return cite(self.tables())

    def codebook(self) -> str:
        """Return the codebook sections of every source the panel uses, as Markdown."""
        from tocsin.sources.codebook import page

        return page(self.tables())

    def tables(self) -> list[str]:
        """Return the tables of the store that the panel uses."""
        from tocsin.panel.system import LISTS

        cow = self.system == "cow"
        leader = self.unit.startswith("leader")
        out = [LISTS[self.system][0], *(["archigos"] if leader else []), *(["gw_cow"] if leader and cow else [])]
        if self.unit == "dispute_dyads":
            out += [*DISPUTES[self.disputes], *([] if cow else ["cow_gw"])]
        needs = {"relevant": ("contiguity", "majors"), "rivals": ("rivalries",), "contiguous": ("contiguity",)}
        for step in self.steps:
            names = (step.name,) if step.verb == "add" else needs.get(step.verb, ())
            for name in names:
                out += registry.tables(name, self.system, self.unit, dict(step.options))
        return list(dict.fromkeys(out))

    def write(self, path: str | Path) -> int:
        """Collect and write the panel to .parquet, .csv, .csv.gz or .dta; returns the number of rows."""
        from tocsin.panel.export import write

        return write(self.collect(), path, title=f"{self.unit} {self.first}-{self.last}")

    def _then(self, step: Step) -> Panel:
        return replace(self, steps=(*self.steps, step))

    def _dyads_only(self, verb: str, **options: Any) -> Panel:
        if self.unit in registry.STATES:
            raise UsageError(f"{verb}() keeps dyads; a panel of {self.unit} has none.")
        return self._then(Step(verb, "", tuple(options.items())))

    def _months(self, frame: pl.DataFrame, index: Index) -> pl.DataFrame:
        from tocsin.panel.months import expand

        added = [dict(s.options) for s in self.steps if s.verb == "add" and s.name == "modes"]
        out = expand(frame, index, self.store, wants_modes=bool(added), **(added[0] if added else {}))
        for step in (s for s in self.steps if s.verb == "spells"):
            one, two = (out.to_series(k).to_numpy().astype(np.int64) for k in (0, 1))
            month = out["year"].to_numpy().astype(np.int64) * 12 + out["month"].to_numpy()
            columns = out.get_columns()
            out = out.with_columns(_fresh(columns, [count_since(columns, one * 1000 + two, month, step)]))
        return out


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)


def _check(addition: registry.Addition, option: str, value: Any) -> None:
    """Refuse a value that an option does not take."""
    choices = addition.choices.get(option)
    if choices is None:
        if isinstance(addition.options[option], bool) and not isinstance(value, bool):
            raise UsageError(f"{option} must be true or false.")
        if not isinstance(value, type(addition.options[option])):
            raise UsageError(f"{option} must be a number.")
        return
    several = isinstance(addition.options[option], tuple) and not isinstance(value, str)
    for one in value if several else (value,):
        if one not in choices:
            named = [str(c) for c in choices]
            told = " or ".join(named) if len(named) == 2 else f"one of {_list(named)}"
            raise UsageError(f"{option} must be {told}.{suggest(str(one), named)}")


def _keys(index: Index, carried: int | None) -> list[pl.Series]:
    import polars as pl

    codes = index.system.codes.astype(np.int16)
    word = "ccode" if index.system.name == "cow" else "gwcode"
    keys = (
        [(f"{word}1", codes[index.i]), (f"{word}2", codes[index.j])]
        if index.j is not None
        else [(word, codes[index.i])]
    )
    out = [pl.Series(name, values) for name, values in keys] + [pl.Series("year", index.years)]
    if carried is not None:
        out.append(pl.Series("carried", (index.years >= carried).astype(np.int8)))
    return out


def _border(name: Border) -> Border:
    """Refuse what the addition would refuse."""
    _check(registry.ADDITIONS["contiguity"], "slice", name)
    return name


def _fresh(before: list[pl.Series], new: list[pl.Series]) -> list[pl.Series]:
    """Refuse a column name that is already taken."""
    taken = {s.name for s in before}
    twice = [s.name for s in new if s.name in taken]
    if twice:
        raise UsageError(f"column '{twice[0]}' is there already; add each thing once.")
    return new


def _start(unit: Unit, first: int, last: int, system: Name, directed: bool, carry: bool, store: Store | None) -> Panel:
    return Panel(unit, first, last, system, directed, carry, (), store or open_store())


def state_years(
    first: int, last: int, *, system: Name = "cow", carry_forward: bool = False, store: Store | None = None
) -> Panel:
    """Return a plan for a panel of state-years."""
    return _start("state_years", first, last, system, False, carry_forward, store)


def dyad_years(
    first: int,
    last: int,
    *,
    directed: bool = True,
    system: Name = "cow",
    carry_forward: bool = False,
    store: Store | None = None,
) -> Panel:
    """Return a plan for a panel of dyad-years; undirected dyads have ``ccode2 > ccode1``."""
    return _start("dyad_years", first, last, system, directed, carry_forward, store)


def dyad_months(
    first: int,
    last: int,
    *,
    directed: bool = True,
    system: Name = "cow",
    carry_forward: bool = False,
    store: Store | None = None,
) -> Panel:
    """Return a plan for a panel of dyad-months: yearly columns repeat, modes of force are by month."""
    return _start("dyad_months", first, last, system, directed, carry_forward, store)


def state_days(
    first: int, last: int, *, system: Name = "cow", carry_forward: bool = False, store: Store | None = None
) -> Panel:
    """Return a plan for a panel of state-days."""
    return _start("state_days", first, last, system, False, carry_forward, store)


def leader_years(first: int, last: int, *, system: Name = "gw", store: Store | None = None) -> Panel:
    """Return a plan for a panel of leader-years (Archigos, 1870-2015), leaders of member states only."""
    return _start("leader_years", first, last, system, False, False, store)


def leader_days(first: int, last: int, *, system: Name = "gw", store: Store | None = None) -> Panel:
    """Return a plan for a panel of leader-days."""
    return _start("leader_days", first, last, system, False, False, store)


def leader_dyad_years(
    first: int, last: int, *, directed: bool = True, system: Name = "gw", store: Store | None = None
) -> Panel:
    """Return a plan for pairs of leaders who were in office on a common day of a year; computed, not downloaded."""
    return _start("leader_dyad_years", first, last, system, directed, False, store)


def dispute_dyads(
    first: int, last: int, *, disputes: Disputes = "gml", system: Name = "cow", store: Store | None = None
) -> Panel:
    """Return a plan for directed dispute-dyad-years (GML or COW), before any whittling; see ``Panel.whittle``."""
    return replace(_start("dispute_dyads", first, last, system, True, False, store), disputes=disputes)
