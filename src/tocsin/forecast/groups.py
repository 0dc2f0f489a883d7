"""Feature groups that need published statistics: what the gate tries, one at a time.

Statistics of a year are published in the next one, so they enter a year later than events do.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.forecast.features import FLOOR, decayed, events, network
from tocsin.forecast.record import FIRST, LAST, Record
from tocsin.panel.context import translate
from tocsin.panel.panel import dyad_years, state_years
from tocsin.panel.windows import WINDOWS
from tocsin.store import Store

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]
# Years after the end of a year until its figures are public.
PUBLISHED_AFTER = {
    "power": 1,
    "realised shift": 1,
    "expected shift": 1,
    "prevention": 1,
    "spending": 1,
    "arms": 1,
    "pipeline": 1,
    "regime": 1,
    "commitments": 0,
    "trade": 2,
    "territorial threat": 1,
    "leaders": 0,
    "civil war": 0,
    "distance": 0,
    "events": 0,
    "network": 0,
    "ucdp": 0,
    "mentions": 0,
    "rhetoric": 0,
}
# Groups that stay current where the record of force has ended.
CURRENT = ("ucdp", "distance")
# Groups that carry hindsight of their coders, by how.
HINDSIGHT = {
    "rivalry": "the coders knew which rivalries came to blows",
    "arms": "the register is revised every year: deliveries of the time were not all known then",
    "pipeline": "the register dates an order by what became known later",
    "territorial threat": "the measure is estimated from the whole period at once",
    "commitments": "alliances enter from the day of signature, secret ones too",
}
SHIFT_YEARS, AHEAD = 5, 3
# Thresholds are set on the years before the first that is ever scored.
FIRST_SCORED = 1931
STATE = {
    "cinc": "cinc",
    "sipri_milex": "spending",
    "arms_tiv": "arms",
    "arms_pending": "pending",
    "v2x_polyarchy": "polyarchy",
    "leadertransition": "new leader",
    "cowintraongoing": "civil war",
    "lterrthreat": "territorial threat",
}
REGIMES = {"personal": "personalist", "military": "military", "party": "party", "monarchy": "monarchy"}


def with_statistics(record: Record, store: Store) -> Record:
    """Return the record with the statistics of the store beside it, NaN where a source is silent."""
    import polars as pl

    states = (
        state_years(FIRST, LAST, store=store)
        .add("nmc", "spending", "arms_imports", "arms_pending", "democracy", "leaders", "civil_wars", "gwf")
        .add("territorial_threat")
        .collect()
    )
    kind = pl.col("gwf_regimetype")
    states = states.with_columns(
        pl.when(kind.is_not_null()).then(kind.str.contains(text).cast(pl.Float64)).alias(name)
        for text, name in REGIMES.items()
    )
    out: dict[str, Array] = {}
    for column, name in (STATE | {r: r for r in REGIMES.values()}).items():
        for side, codes in ((1, record.ccode1), (2, record.ccode2)):
            out[f"{name}{side}"] = _by_state(states, column, codes, record.exists.shape[1])
    pairs = (
        dyad_years(FIRST, LAST, directed=False, store=store)
        .add("atop", "capital_distance", "igos", "trade")
        .collect()
        .with_columns((pl.col("flow1") + pl.col("flow2")).alias("trade"))
    )
    for column in ("atop_defense", "atop_nonagg", "atop_neutral", "capdist", "dyadigos", "trade"):
        out[column] = _by_dyad(pairs, column, record)
    return replace(record, statistics=out)


def with_passed(record: Record, store: Store) -> Record:
    """Return the record with the statistics of the groups that passed the gate: new leaders, distance of capitals."""
    states = state_years(FIRST, LAST, store=store).add("leaders").collect()
    out = {
        f"new leader{side}": _by_state(states, "leadertransition", codes, record.exists.shape[1])
        for side, codes in ((1, record.ccode1), (2, record.ccode2))
    }
    last = FIRST + record.exists.shape[1] - 1
    pairs = dyad_years(FIRST, last, directed=False, store=store, carry_forward=last > LAST).add("capital_distance")
    out["capdist"] = _by_dyad(pairs.collect(), "capdist", record)
    return replace(record, statistics=record.statistics | out)


def with_ucdp(record: Record, store: Store) -> Record:
    """Return the record with the highest intensity of armed conflict between the two by year, 1946 on.

    UCDP calls few wars interstate: two states also fight each other where one supports the other's opponent with troops
    of its own, as Armenia did in Nagorno-Karabakh. The deaths of such a conflict are not those between the two, so it
    counts at the lower intensity.
    """
    import polars as pl

    rows = store.table("ucdp_acd").collect()
    a, b, with_a, with_b = (pl.col(f"gwno_{x}").cast(pl.Int64, strict=False) for x in ("a", "b", "a_2nd", "b_2nd"))
    direct, lower = pl.col("intensity_level"), pl.lit(1, pl.Int64)
    sides = [(a, b, direct), (a, with_b, lower), (with_a, b, lower)]
    pairs = pl.concat(
        [rows.select(x.alias("one"), y.alias("two"), "year", z.cast(pl.Int64).alias("intensity")) for x, y, z in sides]
    ).drop_nulls()
    pairs = translate(store, pairs, ["one", "two"], to="cow")
    out: Array = np.full(record.exists.shape, np.nan)
    first, last = WINDOWS["ucdp"]
    out[:, first - FIRST : last - FIRST + 1] = 0
    place = np.full((1000, 1000), -1)
    place[record.ccode1, record.ccode2] = place[record.ccode2, record.ccode1] = np.arange(len(record.ccode1))
    d = place[pairs["one"].to_numpy(), pairs["two"].to_numpy()]
    t = pairs["year"].to_numpy().astype(int) - FIRST
    inside = (d >= 0) & (t < out.shape[1])
    np.maximum.at(out, (d[inside], t[inside]), pairs["intensity"].to_numpy().astype(np.float64)[inside])
    return replace(record, statistics=record.statistics | {"ucdp": out})


def with_rhetoric(record: Record, store: Store) -> Record:
    """Return the record with how often each of the two names and blames the other in the General Debate, 1991 on.

    Sentences per 1,000 words of the speech, NaN where the state did not speak. Speeches are held in September, so they
    are known at the end of their year.
    """
    first, last = WINDOWS["rhetoric"]
    until = FIRST + record.exists.shape[1] - 1
    carry = min(last, until) > LAST + 2
    frame = (
        dyad_years(first, min(last, until), directed=False, store=store, carry_forward=carry).add("rhetoric").collect()
    )
    names = ("mention_rate", "hostile_rate")
    out = {f"{name}{side}": _by_dyad(frame, f"{name}{side}", record) for name in names for side in (1, 2)}
    return replace(record, statistics=record.statistics | out)


def _ucdp(intensity: Array) -> dict[str, Array]:
    known = np.where(np.isnan(intensity), 0.0, intensity)
    active = np.asarray(known >= 1, dtype=np.float64)
    out = {
        "armed conflict last year": active,
        "war with 1,000 deaths last year": (known >= 2) * 1.0,
        "log armed conflict, half-life 3": np.log(decayed(active, 3) + FLOOR),
        "log armed conflict, half-life 15": np.log(decayed(active, 15) + FLOOR),
    }
    return {name: np.where(np.isnan(intensity), np.nan, value) for name, value in out.items()}


def _by_state(frame: pl.DataFrame, column: str, codes: NDArray[np.int64], years: int) -> Array:
    table = np.full((1000, years), np.nan)
    values = frame.select("ccode", "year", column).drop_nulls()
    table[values["ccode"].to_numpy(), values["year"].to_numpy().astype(int) - FIRST] = values[column].to_numpy()
    return table[codes]


def _by_dyad(frame: pl.DataFrame, column: str, record: Record) -> Array:
    place = np.full((1000, 1000), -1)
    place[record.ccode1, record.ccode2] = np.arange(len(record.ccode1))
    values = frame.select("ccode1", "ccode2", "year", column).drop_nulls()
    d = place[values["ccode1"].to_numpy(), values["ccode2"].to_numpy()]
    out = np.full(record.exists.shape, np.nan)
    out[d[d >= 0], values["year"].to_numpy().astype(int)[d >= 0] - FIRST] = values[column].to_numpy()[d >= 0]
    return out


def extra(r: Record, group: str, side: int | None = None) -> dict[str, Array]:
    """Return the arrays of one group, shape (d, years), NaN where unknown.

    Parameters
    ----------
    r : Record
        With statistics.
    group : str
        One of ``PUBLISHED_AFTER``.
    side : {0, 1}, optional
        Whose action is forecast; None for that of either: then a pair of figures enters as the lower and the higher,
        and a difference as its size.
    """
    s = r.statistics

    def pair(name: str, values: tuple[Array, Array] | None = None) -> dict[str, Array]:
        one, two = values or (s[f"{name}1"], s[f"{name}2"])
        if side is None:
            return {f"lower {name}": np.minimum(one, two), f"higher {name}": np.maximum(one, two)}
        return {f"actor's {name}": (one, two)[side], f"target's {name}": (one, two)[1 - side]}

    def signed(value: Array) -> Array:
        return abs(value) if side is None else value if side == 0 else -value

    def shares() -> Array:
        return np.asarray(s["cinc1"] / (s["cinc1"] + s["cinc2"]))

    def spent(i: int) -> Array:
        # No spending at all has no logarithm.
        return np.log(np.where(s[f"spending{i}"] > 0, s[f"spending{i}"], np.nan))

    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        # Years in which nothing at all is known give no mean.
        warnings.simplefilter("ignore", RuntimeWarning)
        match group:
            case "power":
                share = shares()
                return {
                    "capability gap": signed(share - 0.5),
                    "capability gap, squared": (share - 0.5) ** 2,
                    "log capability": np.log(np.maximum(s["cinc1"] + s["cinc2"], 1e-6)),
                }
            case "realised shift":
                share = shares()
                change = _change(share, SHIFT_YEARS)
                weaker = np.where(share < 0.5, change, -change)
                return {
                    "shift of the share": signed(change),
                    "rise of the weaker": weaker if side is None else np.where(side == 0, change, -change) ** 2,
                    "parity x shift": signed(change) * (0.5 - abs(share - 0.5)),
                }
            case "expected shift":
                return {"expected shift": signed(expected_shift(shares()))}
            case "prevention":
                return _prevention(shares(), r, side)
            case "spending":
                one, two = spent(1), spent(2)
                gap = one - two
                return {
                    "log spending ratio": signed(gap),
                    "change of the log spending ratio": signed(_change(gap, 3)),
                    **pair("log spending growth", (_change(one, 3), _change(two, 3))),
                }
            case "arms":
                five = (np.log1p(_sum(s["arms1"], 5)), np.log1p(_sum(s["arms2"], 5)))
                return {**pair("log arms of five years", five), "arms ratio": signed(five[0] - five[1])}
            case "pipeline":
                wait = (np.log1p(s["pending1"]), np.log1p(s["pending2"]))
                return {**pair("log arms on order", wait), "ratio of arms on order": signed(wait[0] - wait[1])}
            case "regime":
                joint = {
                    "distance of polyarchy": abs(s["polyarchy1"] - s["polyarchy2"]),
                    "product of polyarchy": s["polyarchy1"] * s["polyarchy2"],
                }
                kinds: dict[str, Array] = {}
                for name in REGIMES.values():
                    one, two = s[f"{name}1"], s[f"{name}2"]
                    # Known of one of the two is enough to say that one of them is of the kind.
                    kinds |= {f"either {name}": np.fmax(one, two)} if side is None else pair(name)
                return pair("polyarchy") | joint | kinds
            case "commitments":
                return {
                    "defence pact": s["atop_defense"],
                    "non-aggression pact": s["atop_nonagg"],
                    "neutrality pact": s["atop_neutral"],
                    "joint organisations": s["dyadigos"],
                }
            case "trade":
                return {"log trade": np.log1p(s["trade"])}
            case "territorial threat" | "civil war":
                return pair(group)
            case "leaders":
                return pair("new leader")
            case "distance":
                return {"log distance of capitals": np.log1p(s["capdist"])}
            case "events":
                return events(r, side)
            case "ucdp":
                return _ucdp(s["ucdp"])
            case "network":
                return network(r, side)
            case "mentions":
                return pair("log mentions", (np.log1p(s["mention_rate1"]), np.log1p(s["mention_rate2"])))
            case "rhetoric":
                one, two = s["hostile_rate1"], s["hostile_rate2"]
                recent = (np.log1p(_mean(one, 3)), np.log1p(_mean(two, 3)))
                return {
                    **pair("log hostile sentences", (np.log1p(one), np.log1p(two))),
                    **pair("log hostile sentences of three years", recent),
                }
    raise KeyError(group)


def _change(values: Array, years: int) -> Array:
    out = np.full_like(values, np.nan)
    out[:, years:] = values[:, years:] - values[:, :-years]
    return out


def _sum(values: Array, years: int) -> Array:
    windows = np.lib.stride_tricks.sliding_window_view(values, years, axis=1)
    out = np.full_like(values, np.nan)
    out[:, years - 1 :] = windows.sum(-1)
    return out


def _mean(values: Array, years: int) -> Array:
    """Return the mean of the known values of the last years, NaN where none is known."""
    padded = np.pad(values, ((0, 0), (years - 1, 0)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, years, axis=1)
    return np.asarray(np.nanmean(windows, -1))


def _prevention(share: Array, r: Record, side: int | None) -> dict[str, Array]:
    """Return the margin by which war now would beat waiting if war cost nothing, for the side that declines.

    With ``p`` the rising side's part of the capabilities and a yearly discount ``d``, war now pays the other side iff
    ``d p' - p`` exceeds its costs (Fearon 1995); a discount of .9 as in the game. For either side the larger margin
    counts, for one side's action its own.
    """
    ahead = expected_shift(share) / AHEAD
    # As the second state rises, and as the first does.
    second, first = 0.9 * (1 - share - ahead) - (1 - share), 0.9 * (share + ahead) - share
    margin = np.fmax(first, second) if side is None else (second, first)[side]
    return {
        "preventive margin": margin,
        "preventive margin x rivalry": margin * r.rival,
        "preventive margin x land border": margin * r.land,
        "fast decline": np.maximum(margin - np.nanquantile(margin[:, : FIRST_SCORED - FIRST], 0.9), 0),
    }


def expected_shift(share: Array) -> Array:
    """Return the change of the share over the next three years, as the past would have one expect it.

    The change is regressed on that of the five years before and on the distance from parity, over all pairs and origins
    whose three years were over by then.

    Parameters
    ----------
    share : ndarray, shape (d, years)
        Part of the first state in the capabilities of both.

    Returns
    -------
    ndarray, shape (d, years)
        NaN where the five years before are not known.
    """
    past, coming = _change(share, SHIFT_YEARS), np.full_like(share, np.nan)
    coming[:, :-AHEAD] = share[:, AHEAD:] - share[:, :-AHEAD]
    known = ~np.isnan(past) & ~np.isnan(coming)
    x = np.stack([np.where(known, past, 0), np.where(known, share - 0.5, 0)])
    y = np.where(known, coming, 0)
    xx = np.cumsum(np.einsum("adt,bdt->tab", x, x), axis=0)
    xy = np.cumsum(np.einsum("adt,dt->ta", x, y), axis=0)
    out = np.full_like(share, np.nan)
    for t in range(AHEAD, share.shape[1]):
        # Origins t - 3 and before are over by t.
        if np.linalg.matrix_rank(xx[t - AHEAD]) == 2:
            slope = np.linalg.solve(xx[t - AHEAD], xy[t - AHEAD])
            out[:, t] = slope[0] * past[:, t] + slope[1] * (share[:, t] - 0.5)
    return out
