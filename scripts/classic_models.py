"""Three classic models, fitted on our own panels: dangerous dyads, civil conflict onset, leaders and initiation.

Needs a store (tocsin data fetch). Writes docs/explanation/classic-models.md. Run: python scripts/classic_models.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from tocsin.panel.logit import Logit, fit_logit
from tocsin.panel.panel import dyad_years, leader_years, state_years
from tocsin.store import Store, open_store

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "classic-models.md"
Fitted = tuple[Logit, pl.DataFrame, str, list[str]]


def fit(frame: pl.DataFrame, outcome: str, terms: list[str], cluster: str) -> Fitted:
    """Fit a logit on the rows without missing values."""
    used = frame.select(outcome, *terms, cluster).drop_nulls()
    model = fit_logit(
        used.select(terms).to_numpy(), used[outcome].to_numpy(), tuple(terms), cluster=used[cluster].to_numpy()
    )
    return model, used, outcome, terms


def dangerous_dyads(store: Store) -> Fitted:
    """Dispute onset in politically relevant dyads, 1816-2010, after Bremer 1992."""
    frame = (
        dyad_years(1816, 2010, directed=False, store=store)
        .relevant()
        .add("contiguity", slice="nearest")
        .add("gml_mids", "majors", "nmc", "democracy", "atop", "gdp_population")
        .spells("gmlmidongoing>=1", "peace")
        .collect()
    )
    peace = pl.col("peace").cast(pl.Float64)

    def weaker(name: str) -> pl.Expr:
        # The known one of two is not the weaker one: unknown if either is.
        one, two = pl.col(f"{name}1"), pl.col(f"{name}2")
        return pl.when(one.is_not_null() & two.is_not_null()).then(pl.min_horizontal(one, two))

    frame = frame.with_columns(
        (pl.col("gmlmidonset") == 1).cast(pl.Int8).alias("onset"),
        weaker("v2x_polyarchy").alias("weaker democracy"),
        (pl.col("conttype") == 1).cast(pl.Int8).alias("land"),
        (pl.max_horizontal("cinc1", "cinc2") / (pl.col("cinc1") + pl.col("cinc2"))).alias("capability share"),
        ((pl.col("cowmaj1") == 1) | (pl.col("cowmaj2") == 1)).cast(pl.Int8).alias("major power"),
        (pl.col("atop_defense") == 1).cast(pl.Int8).alias("defence pact"),
        (weaker("mrgdppc") / 1000).alias("poorer GDP per head, thousands"),
        (peace / 10).alias("peace decades"),
        (peace / 10).pow(2).alias("peace decades squared"),
        (peace / 10).pow(3).alias("peace decades cubed"),
        (pl.col("ccode1").cast(pl.Int64) * 1000 + pl.col("ccode2")).alias("dyad"),
        (pl.col("gmlmidongoing") - pl.col("gmlmidonset")).alias("ongoing only"),
    ).filter(pl.col("ongoing only") <= 0)
    terms = [
        "land",
        "major power",
        "capability share",
        "weaker democracy",
        "poorer GDP per head, thousands",
        "defence pact",
    ]
    return fit(frame, "onset", [*terms, "peace decades", "peace decades squared", "peace decades cubed"], "dyad")


def civil_conflict(store: Store) -> Fitted:
    """Onset of a UCDP conflict, 1946-2016, after Fearon and Laitin 2003, without terrain and fractionalisation."""
    frame = (
        state_years(1946, 2016, system="gw", store=store)
        .add("ucdp", "democracy", "gdp_population")
        .spells("ucdpongoing>=1", "peace")
        .collect()
    )
    frame = frame.with_columns(
        (pl.col("ucdponset") >= 1).cast(pl.Int8).alias("onset"),
        pl.col("mrgdppc").log().alias("log GDP per head"),
        pl.col("pwtpop").log().alias("log population"),
        pl.col("v2x_polyarchy").alias("polyarchy"),
        pl.col("v2x_polyarchy").pow(2).alias("polyarchy squared"),
        (pl.col("peace").cast(pl.Float64) / 10).alias("peace decades"),
    )
    terms = ["log GDP per head", "log population", "polyarchy", "polyarchy squared", "peace decades"]
    return fit(frame, "onset", terms, "gwcode")


def leaders_and_initiation(store: Store) -> Fitted:
    """Whether a leader began a dispute in a year in office, 1875-2010, after Horowitz, Stam and Ellis 2015."""
    frame = (
        leader_years(1875, 2010, system="cow", store=store)
        .add("gml_mids", initiator="sidea-orig")
        .add("lead", "nmc", "democracy")
        .collect()
    )
    frame = frame.with_columns(
        pl.col("gmlmidonset_init").alias("began"),
        pl.col("milservice").alias("military service"),
        (pl.col("leaderage").cast(pl.Float64) / 10).alias("age in decades"),
        pl.col("v2x_polyarchy").alias("polyarchy"),
    )
    terms = ["military service", "combat", "rebel", "age in decades", "cinc", "polyarchy"]
    return fit(frame, "began", terms, "obsid")


INTRODUCTION = """# Three classic models on our own panels

Made by `scripts/classic_models.py`. The tests fit the same rows with another program (statsmodels) and ask for the same
coefficients and standard errors to 1e-6. These are re-estimations on the data at hand, not the published samples.
Standard errors clustered by dyad alone are still too small, since a state appears in many dyads.
"""
MODELS = {
    "Dangerous dyads": dangerous_dyads,
    "Civil conflict onset": civil_conflict,
    "Leaders and initiation": leaders_and_initiation,
}


def section(title: str, about: str, model: Logit) -> str:
    """Return a model as a Markdown section."""
    rows = [f"| {t} | {c:.4f} | {s:.4f} | {k:.4f} | {z:.2f} |" for t, c, s, k, z in model.table().iter_rows()]
    head = f"{model.n:,} rows, {model.events:,} events, {model.clusters:,} clusters, log-likelihood {model.loglik:.2f}."
    return "\n".join(
        [
            f"## {title}",
            "",
            about,
            "",
            head,
            "",
            "| term | coefficient | s.e. | clustered s.e. | z, clustered |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def main() -> None:
    """Fit the three models and write the page."""
    store = open_store()
    parts = [INTRODUCTION]
    for title, make in MODELS.items():
        parts.append(section(title, (make.__doc__ or "").strip(), make(store)[0]))
    PAGE.write_text("\n".join(parts), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
