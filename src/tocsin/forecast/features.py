"""What a yearly forecast may know at its origin, in groups; every array holds what was known at the end of its year.

The groups here need nothing but dated force, borders, rank and rivalry, so that a case can supply them as well as the
store can.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tocsin.forecast.base_rates import MODES
from tocsin.forecast.record import Record

HALF_LIVES = (1, 3, 8, 25)
NETWORK_LIVES = (1, 4, 15)
# Added before a logarithm is taken, in events a year.
FLOOR, NETWORK_FLOOR = 0.01, 0.1
FORCE = MODES[1:]
# What dated force, borders, rank and rivalry alone supply, in the store and in a case.
CORE = ("history", "geography", "rivalry", "shape", "recency")
# Years at which the effect of the time since the last force may bend.
KNOTS = (0.2, 0.5, 1.1, 2.0, 5.0)
LONG_AGO = 60.0
MONTH = 1 / 12
Array = NDArray[np.float64]
Groups = dict[str, dict[str, Array]]


def decayed(hits: Array, half_life: float) -> Array:
    """Return past hits by year, each worth half as much after ``half_life`` years; the year itself counts fully.

    Examples
    --------
    >>> decayed(np.array([[1.0, 0.0, 1.0]]), 1).tolist()
    [[1.0, 0.5, 1.25]]
    """
    from scipy.signal import lfilter

    return np.asarray(lfilter([1.0], [1.0, -(0.5 ** (1 / half_life))], hits, axis=-1))


def years_since(happened: NDArray[np.bool_], exists: NDArray[np.bool_]) -> Array:
    """Return years since something last happened, or since the dyad last began, at the end of each year.

    Examples
    --------
    >>> years_since(np.array([[True, False, False]]), np.ones((1, 3), bool)).tolist()
    [[0.0, 1.0, 2.0]]
    """
    position = np.arange(happened.shape[-1])
    last = np.maximum.accumulate(np.where(happened | ~exists, position, -1), axis=-1)
    return np.asarray(position - last, dtype=np.float64)


def core(r: Record, side: int | None = None) -> Groups:
    """Return history, geography, rivalry and shape, each a dict of arrays of shape (d, years).

    Parameters
    ----------
    r : Record
        The record.
    side : {0, 1}, optional
        Whose action is forecast: the first or the second state's; None for that of either.
    """
    mode = r.mode
    calm = np.log1p(years_since(mode > 0, r.exists))
    counts = _counts(mode, "")
    history = dict(counts)
    if side is not None:
        own, other = r.acts[side], r.acts[1 - side]
        history = _counts(own, "own ") | _counts(other, "other's ")
        history["log years since own force"] = np.log1p(years_since(own > 0, r.exists))
        history["log years since own strike"] = np.log1p(years_since(own >= 3, r.exists))
    history["log years since force"] = calm
    history["log years since strike"] = np.log1p(years_since(mode >= 3, r.exists))
    history["log years as a dyad"] = np.log1p(years_since(np.zeros(r.exists.shape, bool), r.exists))
    land, rival = r.land.astype(np.float64), r.rival.astype(np.float64)
    total = sum((decayed((mode == k) * 1.0, 25) for k in range(1, 5)), np.zeros(mode.shape))
    ever = np.log(total + FLOOR)
    return {
        "history": history,
        "geography": {
            "land border": land,
            "contiguous": r.near * 1.0,
            "major powers": r.majors * 1.0,
            "both major": (r.majors == 2) * 1.0,
        },
        "rivalry": {"rivalry": rival},
        "shape": {
            "no force within memory": (total < FLOOR / 10) * 1.0,
            "log years since force, squared": calm**2,
            "log force within memory": np.log(total + FLOOR / 10),
            "land border x calm": land * calm,
            "rivalry x calm": rival * calm,
            "rivalry x land border": rival * land,
            "major powers x land border": r.majors * land,
            "rivalry x force": rival * ever,
            "land border x force": land * ever,
            "worst of late": np.max([counts[f"log {m}, half-life 3"] for m in FORCE], axis=0),
        },
        "recency": recency(r, side),
    }


def _counts(mode: NDArray[np.int8], who: str) -> dict[str, Array]:
    """Decayed counts of years by mode, and the mode of the last year."""
    out = {
        f"{who}log {name}, half-life {life}": np.log(decayed((mode == k) * 1.0, life) + FLOOR)
        for k, name in enumerate(FORCE, 1)
        for life in HALF_LIVES
    }
    return out | {f"{who}last year {name}": (mode == k) * 1.0 for k, name in enumerate(FORCE, 1)}


def since(when: NDArray[np.float32]) -> Array:
    """Return the years from the last force to the end of each year, from the part of the year at which it ended."""
    position = np.arange(when.shape[-1])
    last = np.maximum.accumulate(np.where(when > 0, position + when, -np.inf), axis=-1)
    return np.asarray(np.minimum(position + 1 - last, LONG_AGO), dtype=np.float64)


def recency(r: Record, side: int | None = None) -> dict[str, Array]:
    """Return what the date of the last force says beyond its year: whether fighting goes on as the year ends."""
    either = r.when.max(0)
    force, strike = since(either[0]), since(either[1])
    log_force, log_strike = np.log(force + MONTH), np.log(strike + MONTH)
    now, strike_now = force < 1.6 * MONTH, strike < 1.6 * MONTH
    mode = r.mode
    out = {
        "log time since force": log_force,
        "log time since strike": log_strike,
        "log time since force, squared": log_force**2,
        "log time since strike, squared": log_strike**2,
        "time since force x time since strike": log_force * log_strike,
        "force in the last month": now * 1.0,
        "strike in the last month": strike_now * 1.0,
        "war in the last month": now * (mode == 4) * 1.0,
        "strikes to the last month": strike_now * (mode == 3) * 1.0,
    }
    for months in (3, 6):
        out[f"force in the last {months} months"] = (force <= months * MONTH + 1e-6) * 1.0
        out[f"strike in the last {months} months"] = (strike <= months * MONTH + 1e-6) * 1.0
    out |= {f"time since force x last year {m}": log_force * (mode == k) for k, m in enumerate(FORCE, 1)}
    for name, value in (("force", log_force), ("strike", log_strike)):
        out |= {f"log time since {name}, beyond {k} years": np.maximum(value - np.log(k), 0) for k in KNOTS}
    if side is not None:
        own = np.log(since(r.when[side, 0]) + MONTH)
        out["log time since own force"] = own
        out["log time since own strike"] = np.log(since(r.when[side, 1]) + MONTH)
        out["own force x other's force"] = own * log_force
    return out


def events(r: Record, side: int | None = None) -> dict[str, Array]:
    """Return how many events there were, not only how grave the gravest was."""
    either = r.when.max(0)
    log_force, log_strike = (np.log(since(either[level]) + MONTH) for level in (0, 1))
    counts = {
        f"log {name}, half-life {life}": np.log(decayed(r.events[:, kind].sum(0) * 1.0, life) + 0.05)
        for kind, name in enumerate(("events", "strikes", "deadly events"))
        for life in (0.5, 2, 8)
    }
    out = dict(counts)
    if side is not None:
        out |= {
            f"own log {name}, half-life {life}": np.log(decayed(r.events[side, kind] * 1.0, life) + 0.05)
            for kind, name in enumerate(("events", "strikes", "deadly events"))
            for life in (0.5, 2, 8)
        }
    e, s, f = (counts[f"log {n}, half-life 0.5"] for n in ("events", "strikes", "deadly events"))
    e2, s2, e8 = (
        counts["log events, half-life 2"],
        counts["log strikes, half-life 2"],
        counts["log events, half-life 8"],
    )
    return out | {
        "events, squared": e**2,
        "strikes, squared": s**2,
        "deadly events, squared": f**2,
        "events of two years, squared": e2**2,
        "events x time since force": e * log_force,
        "strikes x time since strike": s * log_strike,
        "deadly events x time since force": f * log_force,
        "events of two years x time since force": e2 * log_force,
        "strikes of two years x time since strike": s2 * log_strike,
        "events of two x of eight years": e2 * e8,
    }


def network(r: Record, side: int | None = None) -> dict[str, Array]:
    """Return what the two states lately met with from all others: force spreads from dyad to dyad."""
    out: dict[str, Array] = {}
    for level, name in enumerate(("force", "strike", "war")):
        for life in NETWORK_LIVES:
            one, two = (np.log(decayed(r.abroad[s, level] * 1.0, life) + NETWORK_FLOOR) for s in (0, 1))
            what = f"{name} with others, half-life {life}"
            if side is None:
                out |= {f"sum of {what}": one + two, f"distance of {what}": abs(one - two)}
            else:
                actor, target = (one, two) if side == 0 else (two, one)
                out |= {f"actor's {what}": actor, f"target's {what}": target}
    return out
