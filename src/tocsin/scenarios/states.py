"""What a scenario changes in the states and between them: spending, regimes, the prize, class, payoffs of the game."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.case.check import frame
from tocsin.case.config import ClassFlag, Holding
from tocsin.case.schemas import REGIMES
from tocsin.measures.context import regime_kind
from tocsin.measures.power import INDICES
from tocsin.parameters import parameters
from tocsin.scenarios.keys import FALLOUT_FACTOR
from tocsin.scenarios.read import MADE_UP, Override

if TYPE_CHECKING:
    from tocsin.scenarios.change import Work

TYPOLOGY = "gwf_reign"


def spending(work: Work, changes: list[Override]) -> None:
    """Multiply military spending in the last year known, or from a year on."""
    import polars as pl

    since = {o.path[1]: o for o in changes if o.path[2] == "since"}
    for o in (o for o in changes if o.path[2] == "factor"):
        state, table = o.path[1], work.case.tables["capabilities"]
        mine = (pl.col("state") == state) & (pl.col("measure") == INDICES["spending"])
        years = table.filter(mine)["year"]
        if years.is_empty():
            work.unfit(f"{o.key}: no military spending of {state} was known on {work.as_of}")
        last = int(str(years.max()))
        first = since[state].value if state in since else last
        if first > last:
            work.unfit(f"{since[state].key}: spending is known to {last} only")
        hit = mine & (pl.col("year") >= first)
        new = table.with_columns(pl.when(hit).then(pl.col("value") * o.value).otherwise("value").alias("value"))
        then, now = (t.filter(mine & (pl.col("year") == last))["value"][0] for t in (table, new))
        when = f"{last}" if first == last else f"{first} to {last}"
        work.changed(
            o,
            f"military spending of {work.case.config.states[state].name}, {when}",
            f"{then:,.0f} million dollars in {last}",
            f"{now:,.0f}",
        )
        work.with_table("capabilities", new)


def regimes(work: Work, changes: list[Override]) -> None:
    """Change the kind of regime of a state in the last year known."""
    import polars as pl

    for o in changes:
        state, table = o.path[1], work.case.tables["regimes"]
        before = regime_kind(work.case, state)
        mine = (pl.col("state") == state) & (pl.col("typology") == TYPOLOGY) & pl.col("category").is_not_null()
        last = table.filter(mine)["year"].max()
        if last is None:
            row = {"state": state, "year": work.as_of.year - 1, "typology": TYPOLOGY, "category": o.value}
            row |= {"source": MADE_UP, "known_from": work.as_of, "confidence": "high", "row": 0}
            new = pl.concat([table, frame(REGIMES, [row]).select(table.columns)]).sort("state", "year", "typology")
        else:
            hit = mine & (pl.col("year") == last)
            new = table.with_columns(pl.when(hit).then(pl.lit(o.value)).otherwise("category").alias("category"))
        work.with_table("regimes", new)
        said = before.kind or before.category or "unknown"
        what = f"regime of {work.case.config.states[state].name}"
        work.changed(o, what, said + (f" ({before.category}, {before.year})" if before.kind else ""), o.value)


def prize(work: Work, changes: list[Override]) -> None:
    """Change who holds what the two dispute, from the as-of date on."""
    now = work.case.config.prize
    if now is None:
        work.unfit(f"{changes[0].key}: who held it was not known on {work.as_of}")
        return
    last = now.holdings[-1]
    parts = {o.path[1]: o.value for o in changes}
    held = {"core": last.core, "around": last.around} | parts
    entry = Holding(since=work.as_of, **held, source=MADE_UP, confidence="high")
    earlier = [h for h in now.holdings if h.since < work.as_of]
    work.with_config(prize=now.model_copy(update={"holdings": [*earlier, entry]}))
    a = work.case.config.states[work.case.pair[0]].name
    for o in changes:
        work.changed(o, f"{getattr(now, o.path[1])}, held by {a}", getattr(last, o.path[1]), o.value)


def dyad_class(work: Work, changes: list[Override]) -> None:
    """Change the class of the dyad."""
    for o in changes:
        flags = work.case.config.class_
        before = getattr(flags, o.path[1]).held_in(work.as_of.year - 1)
        flag = ClassFlag(value=o.value, source=MADE_UP)
        work.with_config(class_=flags.model_copy(update={o.path[1]: flag}))
        what = {"land": "land border", "rival": "rivalry", "relevant": "political relevance"}[o.path[1]]
        work.changed(o, what, "yes" if before else "no", "yes" if o.value else "no")


def payoffs(work: Work, changes: list[Override]) -> None:
    """Set payoffs of the game for a state that acts."""
    table = parameters("strategy")
    for o in changes:
        _, state, name = o.path
        if name == FALLOUT_FACTOR and o.value == 1:
            work.notes.append(f"{o.key} = 1 changes nothing")
            continue
        work.payoffs.setdefault(state, {})[name] = o.value
        actor = work.case.config.states[state].name
        if name == FALLOUT_FACTOR:
            p = table["F"]
            what = f"{p.about.rstrip('.')} (F), where {actor} acts"
            drawn = f"drawn between {p.low:g} and {p.high:g}"
            work.changed(o, what, drawn, f"{o.value:g} times what is drawn" if o.value else "none")
            continue
        kind = regime_kind(work.case, state).kind
        p = table[f"theta_{kind or 'democracy'}"] if name == "theta" else table[name]
        work.changed(
            o,
            f"{p.about.rstrip('.')} ({name}), where {actor} acts",
            f"drawn between {p.low:g} and {p.high:g}",
            f"{o.value:g}",
        )
        if not p.low <= o.value <= p.high:
            work.notes.append(f"{o.key}: {o.value:g} lies outside the range held plausible ({p.low:g} to {p.high:g})")
