"""The gap of power among land neighbours and rivals, by index and year."""

from __future__ import annotations

import numpy as np
import polars as pl

from tocsin.panel.panel import dyad_years, state_years
from tocsin.store import Store

QUANTILES = [round(0.05 * i, 2) for i in range(1, 20)]
c = pl.col


def disparities(store: Store) -> pl.DataFrame:
    """Return quantiles of |ln(power of one / power of the other)| among land neighbours and rivals, by index and year.

    Who is a neighbour or a rival is taken from the year before, or the last year that the source covers.
    """
    pairs = dyad_years(1949, 2022, directed=False, store=store, carry_forward=True)
    frame = pairs.add("contiguity", "rivalries", slice="nearest").collect()
    frame = frame.with_columns(c("ccode1", "ccode2", "year").cast(pl.Int64))
    states = state_years(1949, 2024, store=store, carry_forward=True).add("nmc", "spending", "gdp_population").collect()
    states = states.with_columns(c("ccode", "year").cast(pl.Int64))
    index = {"cinc": c("cinc"), "spending": c("sipri_milex"), "gdp": c("pwtrgdp"), "population": c("pwtpop")}
    rows = []
    for sample, inside in (("land", c("conttype") == 1), ("rival", c("rivalry") == 1)):
        chosen = frame.filter(inside).select("ccode1", "ccode2", "year")
        ends = int(str(chosen["year"].max()))
        carried = [
            chosen.filter(c("year") == ends).with_columns(pl.lit(y, pl.Int64).alias("year"))
            for y in range(ends + 1, 2025)
        ]
        chosen = pl.concat([chosen, *carried])
        for name, value in index.items():
            one = states.select(c("ccode").alias("ccode1"), "year", value.alias("a"))
            two = states.select(c("ccode").alias("ccode2"), "year", value.alias("b"))
            both = chosen.join(one, on=["ccode1", "year"]).join(two, on=["ccode2", "year"])
            both = both.filter((c("a") > 0) & (c("b") > 0)).select("year", (c("a") / c("b")).log().abs().alias("gap"))
            for (year,), own in both.group_by("year", maintain_order=True):
                if len(own) < 20:
                    continue
                q = np.quantile(own["gap"].to_numpy(), QUANTILES)
                values = {f"q{round(100 * p):02d}": round(float(v), 4) for p, v in zip(QUANTILES, q, strict=True)}
                rows.append(
                    {"index": name, "sample": sample, "year": year, "members_of": min(year, ends), "n": len(own)}
                    | values
                )
    return pl.DataFrame(rows).sort("index", "sample", "year")
