"""From a case and a day to the state of the strategic game, in one direction, with every number on the way.

A is the state that weighs force, B its rival. Nothing published after the day enters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from tocsin.errors import CaseError
from tocsin.measures.arms import pending
from tocsin.measures.context import RegimeKind, monitors, partners, regime_kind
from tocsin.measures.holdings import Holdings, holdings
from tocsin.measures.power import ARMS_STOCK, disparity
from tocsin.measures.recent import Recent, recent_force
from tocsin.measures.supply import Supply, supply
from tocsin.parameters import parameters
from tocsin.strategy.game.calibrate import REFERENCE
from tocsin.strategy.game.mix import mix
from tocsin.strategy.game.setting import Array, Setting
from tocsin.strategy.game.states import NX, NY, X_LOW, X_STEP, Y

if TYPE_CHECKING:
    import polars as pl

    from tocsin.case.load import Case


@dataclass(frozen=True)
class Power:
    """Power of the two under one measure in the last year known for both, and ``r = ln(B/A)``."""

    measure: str
    year: int
    actor: float
    rival: float
    r: float
    sources: list[str]


@dataclass(frozen=True)
class Backlog:
    """What both have ordered and not received (million TIV), rows without a value, and ``q`` in steps of x."""

    actor: float
    rival: float
    actor_unvalued: int
    rival_unvalued: int
    q: float
    rows: list[str]
    sources: list[str]


@dataclass(frozen=True)
class Situation:
    """One direction of a dyad on a day, as the game sees it.

    Parameters
    ----------
    actor, rival : str
        A and B.
    as_of : datetime.date
        The day.
    spending, stock : Power or None
        The two measures of relative power.
    backlog : Backlog or None
        Pending arms.
    recent : Recent
        History of force.
    held : Holdings or None
        Holdings by the rule of the case.
    share : float or None
        A's share of the prize by that rule.
    supply : Supply
        B's main supplier.
    monitors, partners : tuple of str
        Commitments in force that make B monitored, or give it a partner.
    regime : RegimeKind
        A's regime.
    sources : list of str
        Keys of the sources behind it all.
    missing : tuple of str
        What the game needs and the case does not say; empty if it can be played.
    """

    actor: str
    rival: str
    as_of: date
    spending: Power | None
    stock: Power | None
    backlog: Backlog | None
    recent: Recent
    held: Holdings | None
    share: float | None
    supply: Supply
    monitors: tuple[str, ...]
    partners: tuple[str, ...]
    regime: RegimeKind
    sources: list[str]
    missing: tuple[str, ...]

    def require(self) -> Situation:
        """Return the situation if it is complete.

        Raises
        ------
        CaseError
            Otherwise, naming all that is missing.
        """
        if self.missing:
            raise CaseError(
                f"the strategic game of {self.actor} against {self.rival} as of {self.as_of} needs what the case does "
                f"not say: {'; '.join(self.missing)}. Add it to the case, or choose a later --as-of date."
            )
        return self


def situation(case: Case, as_of: date, actor: str, known: Sequence[tuple[Case, Situation]] = ()) -> Situation:
    """Return the situation of one direction on a day.

    Parameters
    ----------
    case : Case
        As known on the day (``tocsin.case.asof.known_on``).
    as_of : datetime.date
        The day.
    actor : str
        The state that weighs force; the other state of the dyad is its rival.
    known : sequence of (Case, Situation)
        Situations of the same day, of cases that share tables with this one: what rests on the very same tables is
        taken over. The other side sees the same power turned round.

    Raises
    ------
    CaseError
        If ``actor`` is not one of the two states.

    Examples
    --------
    >>> from datetime import date
    >>> from tocsin.case.asof import known_on
    >>> from tocsin.case.load import load_case
    >>> day = date(2025, 2, 1)
    >>> s = situation(known_on(load_case("armenia-azerbaijan"), day), day, "AZE")
    >>> s.rival, round(s.share, 1), s.regime.kind, s.recent.last
    ('ARM', 0.9, 'personalist', 'I36')
    """
    a, b = case.pair
    if actor not in case.pair:
        raise CaseError(f"'{actor}' is not one of the two states of the case ({a}, {b}).")
    rival = b if actor == a else a

    def like(*tables: str, side: str | None = None) -> Situation | None:
        for other, s in known:
            if s.as_of == as_of and side in (None, s.actor) and all(other.tables[t] is case.tables[t] for t in tables):
                return s
        return None

    money, arms = like("capabilities"), like("arms")
    spending = _power(case, "spending", actor) if money is None else _seen_by(actor, money, money.spending)
    stock = _power(case, ARMS_STOCK, actor) if arms is None else _seen_by(actor, arms, arms.stock)
    held = holdings(case)
    own = like("regimes", side=actor)
    regime = regime_kind(case, actor) if own is None else own.regime
    missing = [
        f"the {measure} of both states in one year"
        for measure, found in (("military spending", spending), ("arms stock", stock))
        if found is None
    ]
    missing += [] if held else ["who holds what is disputed, the [prize] of case.toml"]
    missing += [regime.missing] if regime.missing else []
    backlog = None if stock is None else _backlog(case, as_of, actor, rival, stock)
    watch, help_ = monitors(case, as_of, rival), partners(case, as_of, rival)
    past = like("incidents", "commitments")
    recent = recent_force(case, as_of) if past is None else past.recent
    source = supply(case, rival, as_of)
    keys = [k for frame in (watch, help_) for text in frame["source"] for k in text.split(";")]
    for part in (spending, stock, backlog, recent, held, source, regime):
        keys += part.sources if part else []
    return Situation(
        actor=actor,
        rival=rival,
        as_of=as_of,
        spending=spending,
        stock=stock,
        backlog=backlog,
        recent=recent,
        held=held,
        share=None if held is None else held.share_a if actor == a else held.share_b,
        supply=source,
        monitors=tuple(watch["id"]),
        partners=tuple(help_["id"]),
        regime=regime,
        sources=sorted(set(keys)),
        missing=tuple(missing),
    )


def _seen_by(actor: str, s: Situation, power: Power | None) -> Power | None:
    if power is None or s.actor == actor:
        return power
    return replace(power, actor=power.rival, rival=power.actor, r=-power.r)


def _power(case: Case, index: str, actor: str) -> Power | None:
    known = disparity(case, index).drop_nulls("r")
    if known.is_empty():
        return None
    row = known.row(-1, named=True)
    first = actor == case.pair[0]
    return Power(
        index,
        row["year"],
        actor=row["a"] if first else row["b"],
        rival=row["b"] if first else row["a"],
        r=row["r"] if first else -row["r"],
        sources=row["sources"],
    )


def _backlog(case: Case, as_of: date, actor: str, rival: str, stock: Power) -> Backlog:
    rows: pl.DataFrame = pending(case.tables["arms"], as_of)
    mine, theirs = (rows.filter(rows["recipient"] == s) for s in (actor, rival))
    own, other = float(mine["tiv"].sum()), float(theirs["tiv"].sum())
    gain = np.log1p(other / stock.rival) - np.log1p(own / stock.actor)
    valued = rows.filter(rows["recipient"].is_in([actor, rival])).drop_nulls("tiv")
    return Backlog(
        actor=own,
        rival=other,
        actor_unvalued=mine["tiv"].null_count(),
        rival_unvalued=theirs["tiv"].null_count(),
        q=float(max(0.0, parameters("game")["pending_weight"].mode * gain / X_STEP)),
        rows=sorted(valued["id"]),
        sources=sorted({k for text in valued["source"] for k in text.split(";")}),
    )


def log_ratio(s: Situation, weight: Array) -> Array:
    """Return draws of ``r = ln(B/A)``: spending, and arms stock with a drawn weight, shape (n,)."""
    assert s.spending is not None
    assert s.stock is not None
    return np.asarray((1 - weight) * s.spending.r + weight * s.stock.r)


def grid_x(r: Array) -> Array:
    """Return ``r`` in steps of the grid, 0..20; beyond the grid its end stands."""
    return np.asarray(np.clip((r - X_LOW) / X_STEP, 0, NX - 1))


def kernel(r: float) -> Array:
    """Return the neutral weights of the five holdings at a ratio of power: near what power supports, shape (5,).

    Examples
    --------
    >>> kernel(0.0).round(3).tolist()
    [0.022, 0.229, 0.499, 0.229, 0.022]
    """
    centre = np.clip((1 / (1 + np.exp(r)) - Y[0]) / (Y[1] - Y[0]), 0, NY - 1)
    w = np.exp(-0.5 * ((np.arange(NY) - centre) / REFERENCE["spread_y"]) ** 2)
    return np.asarray(w / w.sum())


def by_rule(share: float) -> Array:
    """Return A's share of the prize as weights on the five holdings, shape (5,); between two both get a part."""
    place = np.clip((share - Y[0]) / (Y[1] - Y[0]), 0, NY - 1)
    return np.asarray(np.maximum(0.0, 1 - np.abs(np.arange(NY) - place)))


def withheld(s: Situation, setting: Setting) -> float:
    """Return the chance that B's main supplier withholds: 0 or 1 where known, else its long-run share in the game."""
    if s.supply.state == "unknown":
        total = setting.zoe + setting.zeo
        return setting.zoe / total if total > 0 else 0.0
    return float(s.supply.state == "withheld")


def main_mix(s: Situation, setting: Setting, weight: float) -> Array:
    """Return the first of `mixes` alone: the situation as weights on the states, shape (21, 5, 3, 2, 5)."""
    s.require()
    assert s.backlog is not None
    assert s.share is not None
    x = float(grid_x(log_ratio(s, np.array([weight])))[0])
    return mix(x, s.backlog.q, s.recent.shares, withheld(s, setting), by_rule(s.share).tolist())


def mixes(s: Situation, setting: Setting, weight: float) -> dict[str, Array]:
    """Return the situation as weights on the states, and the readings that differ from it in one thing.

    Parameters
    ----------
    s : Situation
        Complete.
    setting : Setting
        The game, for the chance of a supplier of whom nothing is known.
    weight : float
        Weight of the arms stock in relative power, drawn.

    Returns
    -------
    dict of str to ndarray, shape (21, 5, 3, 2, 5)
        ``main`` first. ``nothing pending`` is the counterfactual for pending arms.
    """
    s.require()
    assert s.spending is not None
    assert s.stock is not None
    assert s.backlog is not None
    assert s.share is not None
    r = float(log_ratio(s, np.array([weight]))[0])
    q, e, z, y = s.backlog.q, s.recent.shares, withheld(s, setting), by_rule(s.share)

    def at(r: float = r, q: float = q, e: tuple[float, ...] = e, z: float = z, y: Array = y) -> Array:
        return mix(float(grid_x(np.array(r))), q, e, z, y.tolist())

    unsure = {} if s.recent.counted is None else {"undecided incidents counted": at(e=s.recent.counted)}
    return {
        "main": at(),
        "nothing pending": at(q=0.0),
        "holdings by the neutral kernel": at(y=kernel(r)),
        "recent force by a hard rule of twelve months": at(e=s.recent.abrupt),
        **unsure,
        "power by spending alone": at(r=s.spending.r),
        "power by the arms stock alone": at(r=s.stock.r),
        "supplier open": at(z=0.0),
        "supplier withholding": at(z=1.0),
    }
