"""Make the evidence tables that tests of claims draw on: global regularities, and the gap of power among neighbours.

Each regularity is estimated in several ways (measures, outcomes, samples), with standard errors robust to states being
in many dyads, and with what it adds to forecasts of later years. Nulls stay in the table. Writes
src/tocsin/claims/evidence/: regularities.csv, disparities.csv, evidence.toml. The same inputs give the same bytes.
Needs a store (tocsin data fetch). Run: python scripts/make_evidence.py
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.errors import ModelError
from tocsin.panel.additions.conflict import events_with_modes
from tocsin.panel.dyadic import dyadic_covariance
from tocsin.panel.logit import fit_logit
from tocsin.panel.panel import Panel, dyad_years, state_years
from tocsin.parameters import parameters
from tocsin.store import Store, open_store

OUT = Path(__file__).resolve().parents[1] / "src" / "tocsin" / "claims" / "evidence"
FIRST, LAST = 1920, 2014
LEVEL, Z = 0.9, 1.6448536269514722
HISTORY, REFIT, TESTED, DRAWS = 5, 5, 0.4, 500
CLASH, WAR = 17, 5
CONTROLS = ("share", "log cinc", "major1", "major2", "quiet", "quiet2", "quiet3")
SAMPLES = {
    "prd": pl.lit(True),
    "land": pl.col("land") == 1,
    "rival": pl.col("rival") == 1,
}
OUTCOMES = {
    "attack": "one-sided incursion or strike by the actor (MIE; clashes and war battles left out)",
    "initiation": "dispute begun by the actor as originator of side A (GML)",
    "force": "strike, clash or war by the actor (MIE; clashes count for both)",
}
QUANTILES = [round(0.05 * i, 2) for i in range(1, 20)]
AUTOCRACY_REIGN = r"personal|party|military|monarchy|oligarchy"


@dataclass(frozen=True)
class Measure:
    """One way to measure a regularity.

    Parameters
    ----------
    label : str
        What is measured, for the table.
    term : expression
        What the claim is about, known the year before the outcome.
    rows : expression
        Rows for which it makes sense.
    controls : dict
        Further controls by name.
    without : tuple of str
        Usual controls left out.
    samples, outcomes : tuple of str
        Where to look.
    """

    label: str
    term: pl.Expr
    rows: pl.Expr = field(default_factory=lambda: pl.lit(True))
    controls: dict[str, pl.Expr] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    samples: tuple[str, ...] = ("prd", "land")
    outcomes: tuple[str, ...] = ("attack", "initiation")


c = pl.col


def share_of(name: str, years: int = 0) -> pl.Expr:
    """Return the actor's share of the dyad's total, so many years before."""
    suffix = f"_{years}" if years else ""
    one, two = c(f"{name}1{suffix}"), c(f"{name}2{suffix}")
    return pl.when(one + two > 0).then(one / (one + two))


def decline(name: str) -> pl.Expr:
    """Return the fall of the actor's share over five years, in tenths."""
    return (share_of(name, HISTORY) - share_of(name)) * 10


GWF, WEEKS = c("gwf1").is_not_null(), (c("boss") + c("machine") + c("junta") + c("strongman")) == 1
REIGN = c("reign1").str.contains(AUTOCRACY_REIGN) & ~c("reign1").str.contains("provisional")
POLITY, POLYARCHY = c("polity21") < 6, c("polyarchy1") < 0.5
RECENT = c("recent") == 1


def has(column: str, text: str) -> pl.Expr:
    """Return whether a typology's word contains a text."""
    return c(column).str.contains(text)


def weeks(*kinds: str) -> pl.Expr:
    """Return whether a state is of one of Weeks's kinds."""
    return pl.sum_horizontal(*kinds) == 1


REGULARITIES: dict[str, tuple[str, str, str, tuple[Measure, ...]]] = {
    "personalist-initiation": (
        "Personalist autocracies begin force more often than other autocracies.",
        "actor is personalist, among autocracies",
        "Peceny, Beer and Sanchez-Terry 2002; Weeks 2012; Geddes, Wright and Frantz 2018",
        (
            Measure("GWF, pure type", has("gwf1", "^personal$"), GWF),
            Measure("GWF, hybrids counted", has("gwf1", "personal"), GWF),
            Measure("REIGN", has("reign1", "personal"), REIGN),
            Measure("Weeks (boss or strongman)", weeks("boss", "strongman"), WEEKS),
        ),
    ),
    "civilian-initiation": (
        "Civilian autocracies begin force more often than other autocracies.",
        "actor is a civilian autocracy, among autocracies",
        "Weeks 2012, 2014; Lai and Slater 2006",
        (
            Measure("Weeks (machine or boss)", weeks("machine", "boss"), WEEKS),
            Measure("Weeks (machine)", weeks("machine"), WEEKS),
            Measure("GWF (party, no hybrids)", has("gwf1", "^party$"), GWF),
            Measure("REIGN (party-based)", has("reign1", "^party-based$"), REIGN),
        ),
    ),
    "personalist-over-juntas": (
        "Personalist civilian autocracies begin force more often than military regimes led by a group.",
        "actor is personalist, against juntas",
        "Weeks 2012, 2014",
        (
            Measure("Weeks (boss against junta)", weeks("boss"), weeks("boss", "junta")),
            Measure(
                "GWF (personal against military)",
                has("gwf1", "^personal$"),
                has("gwf1", "^(personal|military|indirect military)$"),
            ),
            Measure(
                "REIGN (personal against military)",
                has("reign1", "^personal"),
                has("reign1", "^(personal|personal dictatorship|military|indirect military)$"),
            ),
        ),
    ),
    "personalist-over-machines": (
        "Personalist civilian autocracies begin force more often than civilian regimes whose elite can hold the ruler "
        "to account.",
        "actor is personalist, against elite-constrained civilian regimes",
        "Weeks 2012, 2014",
        (
            Measure("Weeks (boss against machine)", weeks("boss"), weeks("boss", "machine")),
            Measure("GWF (personal against party)", has("gwf1", "^personal$"), has("gwf1", "^(personal|party)$")),
            Measure(
                "REIGN (personal against party-based)",
                has("reign1", "^personal"),
                has("reign1", "^(personal|personal dictatorship|party-based)$"),
            ),
        ),
    ),
    "democracy-target": (
        "Democracies are attacked more often than other states.",
        "target is a democracy",
        "Gelpi and Grieco 2001; Bueno de Mesquita et al. 2004; Reiter and Stam 2003",
        (
            Measure("Polity of 6 or more", c("polity22") >= 6, controls={"actor": c("polity21") >= 6}),
            Measure("polyarchy of .5 or more", c("polyarchy2") >= 0.5, controls={"actor": c("polyarchy1") >= 0.5}),
            Measure("Polity of 6 or more, by non-democracies", c("polity22") >= 6, POLITY),
            Measure("polyarchy of .5 or more, by non-democracies", c("polyarchy2") >= 0.5, POLYARCHY),
        ),
    ),
    "adverse-shift": (
        "A state that has lost power to another over five years attacks it more often.",
        "fall of the actor's share of the dyad's power over five years, by a tenth",
        "Levy 1987; Powell 2006; Bell and Johnson 2015",
        (
            Measure("CINC", decline("cinc"), samples=("prd", "land", "rival")),
            Measure(
                "SIPRI spending",
                decline("milex"),
                controls={"share of spending": share_of("milex")},
                samples=("prd", "land", "rival"),
            ),
            Measure(
                "SIPRI arms stock",
                decline("stock"),
                controls={"share of stock": share_of("stock")},
                samples=("prd", "land", "rival"),
            ),
        ),
    ),
    "adverse-shift-by-regime": (
        "Autocracies answer a loss of power with force more than democracies do.",
        "fall of the actor's share over five years (a tenth) times the actor being no democracy",
        "Schweller 1992; Levy and Gochal 2001; Silverstone 2007",
        tuple(
            Measure(
                f"{label}, {regime}",
                decline(name) * autocracy,
                controls={"fall": decline(name), "autocracy": autocracy},
            )
            for label, name in (("CINC", "cinc"), ("SIPRI spending", "milex"))
            for regime, autocracy in (
                ("Polity below 6", POLITY.cast(pl.Float64)),
                ("polyarchy below .5", POLYARCHY.cast(pl.Float64)),
            )
        ),
    ),
    "renewal-by-regime": (
        "After force between two states, autocracies go back to it more often than democracies.",
        "actor is no democracy, in dyads with a strike, clash or war in the last five years",
        "Werner 1999; Fortna 2003; Lewis, Heathershaw and Megoran 2018 (on conflict inside states)",
        (
            Measure("Polity below 6", POLITY, RECENT, outcomes=("attack", "initiation", "force")),
            Measure("polyarchy below .5", POLYARCHY, RECENT, outcomes=("attack", "initiation", "force")),
        ),
    ),
    "gap-in-autocracies": (
        "After force, autocracies use it more where their power exceeds the other's by more.",
        "actor's share of the dyad's power, by a tenth, among autocracies in dyads with force in the last five years",
        "Lewis, Heathershaw and Megoran 2018; Schub 2017",
        tuple(
            Measure(
                f"{label}, {regime}",
                share_of(name) * 10,
                RECENT & rows,
                without=("share",),
                outcomes=("attack", "initiation", "force"),
            )
            for label, name in (("CINC", "cinc"), ("SIPRI spending", "milex"))
            for regime, rows in (
                ("Polity below 6", POLITY),
                ("GWF personalist, hybrids counted", has("gwf1", "personal")),
            )
        ),
    ),
    "persistence": (
        "Force begets force: a state that used it last year uses it again.",
        "strike, clash or war by the actor in the year before",
        "Hegre, Nygard and Landsverk 2021; Bennett 1998",
        (
            Measure(
                "mode of force",
                c("last mode") >= 3,
                without=("quiet", "quiet2", "quiet3"),
                samples=("prd", "land", "rival"),
                outcomes=("force",),
            ),
        ),
    ),
}
MISSING = {
    "rhetoric": (
        "Public threats by a leader come before force more often than silence does.",
        "There is no data set of leaders' threats by dyad and day: speeches at the United Nations mostly measure "
        "attention.",
        "Fearon 1994; Sechser 2010; McManus 2017; Trager 2010",
    ),
}
DEPRECIATION = parameters("measures")["arms_depreciation"].mode


def plans(store: Store) -> list[Panel]:
    """Return the plans of the panels in use, so that their tables can be named."""
    pairs = dyad_years(FIRST, LAST, directed=True, store=store)
    return [
        pairs.add("contiguity", slice="nearest")
        .add("majors", "rivalries", "modes", "nmc")
        .add("gml_mids", initiator="sidea-orig"),
        state_years(FIRST, LAST, store=store).add(
            "gwf", "reign", "weeks", "democracy", "spending", "arms_imports", "nmc"
        ),
    ]


def stocks(states: pl.DataFrame) -> pl.DataFrame:
    """Return each state's arms stock by perpetual inventory of deliveries, unknown before 1950."""
    rows = []
    for (code,), own in states.sort("year").group_by("ccode", maintain_order=True):
        level = None
        for year, came in own.select("year", "arms_tiv").iter_rows():
            if came is not None:
                level = (1 - DEPRECIATION) * (level or 0.0) + came
            rows.append((code, year, level if came is not None else None))
    return pl.DataFrame(rows, schema={"ccode": pl.Int64, "year": pl.Int64, "stock": pl.Float64}, orient="row")


def one_sided(store: Store) -> pl.DataFrame:
    """Return dyad-years in which ``ccode1`` began an incursion or a strike that was no clash and no war battle."""
    rows = events_with_modes(store.table("mie").collect())
    rows = rows.filter((c("mode") >= 2) & (c("action") != CLASH) & (c("hostlev") != WAR))
    return (
        rows.select(c("ccode1", "ccode2").cast(pl.Int64), c("styear").cast(pl.Int64).alias("year"))
        .unique()
        .with_columns(pl.lit(1).alias("attack"))
    )


def data(store: Store) -> pl.DataFrame:
    """Return directed dyad-years: outcomes of a year beside what held the year before."""
    pairs, states = (p.collect() for p in plans(store))
    keys = ["ccode1", "ccode2", "year"]
    pairs = pairs.with_columns(c("ccode1", "ccode2", "year").cast(pl.Int64))
    states = states.with_columns(c("ccode", "year").cast(pl.Int64))
    states = states.join(stocks(states), on=["ccode", "year"], how="left").rename(
        {"sipri_milex": "spending", "v2x_polyarchy": "polyarchy", "gwf_regimetype": "gwf", "reign_regimetype": "reign"}
        | {f"weeks_{k}": k for k in ("boss", "machine", "junta", "strongman")}
    )
    turned = pairs.select(c("ccode1").alias("ccode2"), c("ccode2").alias("ccode1"), "year", c("mode").alias("back"))
    pairs = pairs.join(turned, on=keys, how="left").sort(keys)
    either = pl.max_horizontal("mode", "back")
    started = c("year").min().over("ccode1", "ccode2")
    last = pl.when(either >= 2).then(c("year")).forward_fill().over("ccode1", "ccode2")
    grave = pl.when(either >= 3).then(c("year")).forward_fill().over("ccode1", "ccode2")
    pairs = pairs.with_columns(
        ((c("year") - pl.coalesce(last, started)).cast(pl.Float64) / 10).clip(upper_bound=5).alias("quiet"),
        ((c("year") - grave) < HISTORY).fill_null(False).cast(pl.Int8).alias("recent"),
    )
    outcomes = pairs.join(one_sided(store), on=keys, how="left").select(
        *keys,
        c("attack").fill_null(0),
        # Known to be no beginning where there was no onset; after 2010 nothing is known.
        pl.when(c("gmlmidonset") == 0).then(0).otherwise(c("gmlmidinit")).alias("initiation"),
        (c("mode") >= 3).cast(pl.Int8).alias("force"),
    )
    before = pairs.select(
        "ccode1",
        "ccode2",
        (c("year") + 1).alias("year"),
        (c("conttype") == 1).cast(pl.Int8).alias("land"),
        c("rivalry").alias("rival"),
        ((c("conttype") >= 1) | (c("cowmaj1") == 1) | (c("cowmaj2") == 1)).alias("relevant"),
        c("cowmaj1").alias("major1"),
        c("cowmaj2").alias("major2"),
        "quiet",
        (c("quiet") ** 2).alias("quiet2"),
        (c("quiet") ** 3).alias("quiet3"),
        "recent",
        c("mode").alias("last mode"),
    ).filter("relevant")
    frame = outcomes.join(before, on=keys, how="inner")
    series = ["cinc", "spending", "stock"]
    kinds = ["polity2", "polyarchy", "gwf", "reign", "boss", "machine", "junta", "strongman"]
    for side in (1, 2):
        now = states.select(c("ccode").alias(f"ccode{side}"), (c("year") + 1).alias("year"), *series, *kinds)
        now = now.rename({k: f"{k}{side}" for k in (*series, *kinds)})
        then = states.select(c("ccode").alias(f"ccode{side}"), (c("year") + 1 + HISTORY).alias("year"), *series)
        then = then.rename({k: f"{k}{side}_{HISTORY}" for k in series})
        frame = frame.join(now, on=[f"ccode{side}", "year"], how="left")
        frame = frame.join(then, on=[f"ccode{side}", "year"], how="left")
    frame = frame.rename({k: k.replace("spending", "milex") for k in frame.columns if k.startswith("spending")})
    frame = frame.rename({f"{k}1": k for k in ("boss", "machine", "junta", "strongman")})
    return frame.with_columns(
        share_of("cinc").alias("share"), c("cinc1").clip(lower_bound=1e-7).log().alias("log cinc")
    ).sort(keys)


def estimate(frame: pl.DataFrame, m: Measure, outcome: str, sample: str) -> dict[str, object]:
    """Return the estimate of one measure, outcome and sample, with what it adds out of sample."""
    controls = [k for k in CONTROLS if k not in m.without]
    land = [] if sample == "land" else ["land"]
    used = frame.filter(SAMPLES[sample] & m.rows).select(
        "ccode1",
        "ccode2",
        "year",
        c(outcome).cast(pl.Float64).alias("y"),
        m.term.cast(pl.Float64).alias("term"),
        *(e.cast(pl.Float64).alias(k) for k, e in m.controls.items()),
        *(c(k).cast(pl.Float64) for k in (*controls, *land)),
    )
    asked = len(used)
    used = used.drop_nulls()
    names = ("term", *m.controls, *controls, *land)
    out: dict[str, object] = {"n": len(used), "events": int(used["y"].sum()), "unknown": asked - len(used)}
    if used.is_empty():
        return out
    out |= {"first": int(str(used["year"].min())), "last": int(str(used["year"].max()))}
    X, y = used.select(names).to_numpy(), used["y"].to_numpy()
    varying = X.std(0) > 0
    if not varying[0]:
        return out
    X = X[:, varying]
    one, two = used["ccode1"].to_numpy(), used["ccode2"].to_numpy()
    try:
        fit = fit_logit(X, y, tuple(np.asarray(names)[varying]), tol=1e-9)
    except ModelError:
        return out
    se = float(np.sqrt(dyadic_covariance(fit, X, y, one, two)[1, 1]))
    b = float(fit.coef[1])
    dyad = np.minimum(one, two) * 1000 + np.maximum(one, two)
    out |= {"dyads": len(np.unique(dyad)), "states": len(np.unique(np.concatenate([one, two])))}
    out |= {"estimate": b, "low": b - Z * se, "high": b + Z * se}
    return out | later_years(X, y, used["year"].to_numpy(), dyad)


def later_years(
    X: NDArray[np.float64], y: NDArray[np.float64], year: NDArray[np.int64], dyad: NDArray[np.int64]
) -> dict[str, object]:
    """Return by how many per cent the term lowers the log loss in years later than those it was fitted on."""
    start = int(year.max() - np.floor(TESTED * (year.max() - year.min())))
    with_term, without = np.full(len(y), np.nan), np.full(len(y), np.nan)
    for first in range(start, int(year.max()) + 1, REFIT):
        fitted, asked = year < first, (year >= first) & (year < first + REFIT)
        if not asked.any():
            continue
        for loss, columns in ((with_term, X), (without, X[:, 1:])):
            try:
                # What has not varied so far says nothing yet.
                known = columns[:, columns[fitted].std(0) > 0]
                fit = fit_logit(known[fitted], y[fitted], tuple(map(str, range(known.shape[1]))), tol=1e-7)
            except ModelError:
                return {}
            z = fit.coef[0] + known[asked] @ fit.coef[1:]
            loss[asked] = np.logaddexp(0, np.where(y[asked] == 1, -z, z))
    tested = ~np.isnan(with_term)
    gain, base = (without - with_term)[tested], without[tested]
    _, at = np.unique(dyad[tested], return_inverse=True)
    sums = np.stack([np.bincount(at, g) for g in (gain, base)])
    rng = np.random.default_rng(1)
    weights = rng.multinomial(sums.shape[1], np.full(sums.shape[1], 1 / sums.shape[1]), DRAWS)
    drawn = weights @ sums.T
    low, high = np.quantile(100 * drawn[:, 0] / drawn[:, 1], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return {
        "gain": float(100 * gain.sum() / base.sum()),
        "gain_low": float(low),
        "gain_high": float(high),
        "tested_from": start,
        "tested_n": int(tested.sum()),
        "tested_events": int(y[tested].sum()),
    }


COLUMNS = {
    "regularity": pl.String,
    "measure": pl.String,
    "outcome": pl.String,
    "sample": pl.String,
    "first": pl.Int64,
    "last": pl.Int64,
    "n": pl.Int64,
    "events": pl.Int64,
    "unknown": pl.Int64,
    "dyads": pl.Int64,
    "states": pl.Int64,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "gain": pl.Float64,
    "gain_low": pl.Float64,
    "gain_high": pl.Float64,
    "tested_from": pl.Int64,
    "tested_n": pl.Int64,
    "tested_events": pl.Int64,
}


def regularities(frame: pl.DataFrame, say: Callable[[str], None] = print) -> pl.DataFrame:
    """Return every estimate of every regularity."""
    rows = []
    for name, (_, _, _, measures) in REGULARITIES.items():
        for m in measures:
            for outcome in m.outcomes:
                for sample in m.samples:
                    found = estimate(frame.filter(c("year") > 1945), m, outcome, sample)
                    key = {"regularity": name, "measure": m.label, "outcome": outcome, "sample": sample}
                    rows.append({k: (key | found).get(k) for k in COLUMNS})
                    e = found.get("estimate")
                    said = "not estimated" if e is None else f"{e:+.2f} [{found['low']:+.2f}, {found['high']:+.2f}]"
                    g = found.get("gain")
                    later = "" if g is None else f" gain {g:+.2f} [{found['gain_low']:+.2f}, {found['gain_high']:+.2f}]"
                    say(f"{name} / {m.label} / {outcome} / {sample}: {said}{later}, {found['events']} events")
    return pl.DataFrame(rows, schema=COLUMNS).with_columns(pl.col(pl.Float64).round(5))


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


def quoted(text: str) -> str:
    """Return a TOML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main() -> None:
    """Estimate, and write the tables with the hashes of what they were made from."""
    store = open_store()
    OUT.mkdir(parents=True, exist_ok=True)
    tables = {"regularities.csv": regularities(data(store)), "disparities.csv": disparities(store)}
    for name, table in tables.items():
        table.write_csv(OUT / name)
    used = sorted({t for p in plans(store) for t in p.tables()} | {"mie", "gdppop_cow"})
    lines = [
        "# Made by scripts/make_evidence.py; do not edit.",
        f"level = {LEVEL}",
        f"shift_years = {HISTORY}",
        f"tested_share = {TESTED}",
        "",
        "[tables]",
        *(f'"{n}" = "{hashlib.sha256((OUT / n).read_bytes()).hexdigest()}"' for n in tables),
        "",
        "[inputs]",
        *sorted({f'"{m["source_file"]}" = "{m["source_sha256"]}"' for m in map(store.manifest, used)}),
        "",
        "[outcomes]",
        *(f"{k} = {quoted(v)}" for k, v in OUTCOMES.items()),
        "",
    ]
    for name, (about, term, literature, _) in REGULARITIES.items():
        lines += [f"[regularities.{name}]", f"about = {quoted(about)}", f"term = {quoted(term)}"]
        lines += [f"literature = {quoted(literature)}", ""]
    for name, (about, why, literature) in MISSING.items():
        lines += [f"[regularities.{name}]", f"about = {quoted(about)}", f"missing = {quoted(why)}"]
        lines += [f"literature = {quoted(literature)}", ""]
    text = "\n".join(lines)
    tomllib.loads(text)
    (OUT / "evidence.toml").write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
