"""Reckon the base rate and the own history that docs/how-to/op-ed-forecasts.toml gives for fatal force.

The modes of force do not say whether anybody died, so these two are counted here: how often a state killed somebody of
a neighbour and rival in a year (Militarized Interstate Events 1.0), and how often Azerbaijan did so to Armenia in the
twelve-month periods before 1 February 2025 (the built-in case). Prints both. The tables must be in the store:
tocsin data fetch cow_states contdir majors tss_rivalries mie.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from tocsin.case.asof import known_on
from tocsin.case.load import load_case
from tocsin.forecast.base_rates import meta
from tocsin.forecast.history import months_before
from tocsin.measures.context import counted_incidents
from tocsin.panel.additions.conflict import events_with_modes
from tocsin.panel.panel import dyad_years
from tocsin.store import Store, open_store

ORIGIN = date(2025, 2, 1)


def base_rate(store: Store) -> tuple[int, int, int]:
    """Return directed dyad-years of land neighbours and rivals, those with deaths, those with force and unknown deaths.

    The years and the class are those of the shipped base rates: status as of the year before, 1985 to 2014.
    """
    first, last = 2014 - int(meta()["class_years"]) + 1, 2014
    frame = dyad_years(first - 1, last, store=store).add("contiguity", "rivalries", slice="nearest").collect()
    status = frame.filter((pl.col("conttype") == 1) & (pl.col("rivalry") == 1))
    before = status.select("ccode1", "ccode2", (pl.col("year") + 1).alias("year"))
    there = frame.select("ccode1", "ccode2", "year").join(before, on=["ccode1", "ccode2", "year"])
    events = events_with_modes(store.table("mie").collect()).with_columns(
        pl.int_ranges("styear", pl.col("endyear") + 1).alias("year")
    )
    events = events.explode("year").with_columns(pl.col("year").cast(there.schema["year"]))
    # The first state of an event acts; in a clash, and in a battle of a war, both do.
    one = events.select("ccode1", "ccode2", "year", "action", pl.col("fatalmin2").alias("deaths"))
    other = events.filter((pl.col("action") == 17) | (pl.col("hostlev") == 5)).select(
        pl.col("ccode2").alias("ccode1"), pl.col("ccode1").alias("ccode2"), "year", "action", deaths="fatalmin1"
    )
    acts = pl.concat([one, other]).with_columns(pl.col("ccode1", "ccode2").cast(there.schema["ccode1"]))
    by_year = acts.group_by("ccode1", "ccode2", "year").agg(
        (pl.col("deaths") > 0).any().alias("fatal"),
        (pl.col("deaths").is_null() & (pl.col("action") >= 13)).any().alias("unknown"),
    )
    joined = there.join(by_year, on=["ccode1", "ccode2", "year"], how="left")
    fatal = joined["fatal"].fill_null(False)
    unknown = joined["unknown"].fill_null(False) & ~fatal
    return len(joined), int(fatal.sum()), int(unknown.sum())


def own_history() -> tuple[int, int]:
    """Return twelve-month periods to the origin, and those with Armenian deaths by Azerbaijan's or mutual force."""
    case = known_on(load_case("armenia-azerbaijan"), ORIGIN)
    rows = counted_incidents(case).filter(
        ((pl.col("initiator") == "AZE") | pl.col("both"))
        & pl.col("proxy").is_null()
        & ((pl.col("deaths_a") > 0) | (pl.col("deaths_a").is_null() & pl.col("fatal")))
    )
    years = int(meta()["directed"]["h1"]["years_of_history"])
    count = 0
    for back in range(years):
        end, before = months_before(ORIGIN, 12 * back), months_before(ORIGIN, 12 * back + 12)
        count += len(rows.filter((pl.col("start") <= end) & (pl.col("end") > before))) > 0
    return years, count


if __name__ == "__main__":
    n, fatal, unknown = base_rate(open_store())
    years, count = own_history()
    m = float(meta()["directed"]["h1"]["strength"])
    base = fatal / n
    print(f"base rate: {fatal} of {n} directed dyad-years = {base:.3f}; deaths unknown in {unknown} more")
    print(f"own history: {count} of {years} periods, with {m:g} pseudo-periods: {(count + m * base) / (years + m):.3f}")
