"""Everything that states one game: payoffs, chances, habits and the timing of moves, checked before it is solved."""

# ruff: noqa: N815 - names are the symbols of the model
from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields, replace
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import UsageError, suggest
from tocsin.parameters import Parameter, parameters
from tocsin.strategy.game.states import ACTIONS, NA, NE, NO, Y

Array = NDArray[np.float64]
Timing = Literal["simultaneous", "A first"]
LAM_MIN = 1e-6
REGIMES = ("personalist", "military", "party", "democracy")


@cache
def base_rate_counts() -> Array:
    """Return how often A's yearly highest mode followed each recent history, shape (3, 5); see base_rates.toml."""
    table = tomllib.loads(files("tocsin.strategy.game").joinpath("base_rates.toml").read_text("utf-8"))
    counts = np.array(table["counts"], dtype=np.float64)
    counts.flags.writeable = False
    return counts


# Rows e = 0, 1, 2; columns none .. war.
BASE_RATES = base_rate_counts() / base_rate_counts().sum(axis=1, keepdims=True)
_CENTRE = {name: p.mode for name, p in parameters("strategy").items()}
ORDERS = np.array([_CENTRE[f"orders_{o}"] for o in range(NO)])
# What each action counts as in units of fallout.
FALLOUT = np.array([0.0, *(_CENTRE[f"fallout_{a}"] for a in ACTIONS[1:])])


@dataclass(frozen=True)
class Setting:
    """One game, in the symbols of docs/explanation/strategy.md; ranges and references are in parameters.toml.

    ``theta`` is the share of the costs that A's ruler bears, ``monitor`` and ``partner`` (0 to 1) say whether B has a
    monitoring mission and a partner, ``wA`` (3, 5) and ``wB`` (3,) are habits: what states do regardless of payoffs.
    """

    lam: float
    a0: float
    gam: float
    omega: float
    beta: float
    piT: float
    piI: float
    cT: float
    cI: float
    cS: float
    cW: float
    cL: float
    dT: float
    dI: float
    dS: float
    dW: float
    F: float
    phi1: float
    phi2: float
    phi3: float
    kc: float
    rho: float
    bT: float
    ce2: float
    rhoO: float
    rhoE: float
    zoe: float
    zeo: float
    dep: float
    etaq: float
    etax: float
    k: float
    kE: float
    tau: float
    xi: float
    theta: float = 1.0
    monitor: float = 0.0
    partner: float = 0.0
    delta: float = field(default_factory=lambda: _CENTRE["delta"])
    timing: Timing = "simultaneous"
    wA: Array = None  # type: ignore[assignment]
    wB: Array = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        """Fill in the habits and refuse a game that cannot be stated."""
        object.__setattr__(self, "wA", _habits(BASE_RATES if self.wA is None else self.wA, (NE, NA), "wA"))
        object.__setattr__(self, "wB", _habits(ORDERS if self.wB is None else self.wB, (NO,), "wB"))
        for name in NUMBERS:
            object.__setattr__(self, name, float(getattr(self, name)))
        faults = [f"{n} = {v:g} is not {rule}" for n, v, rule in self._faults()]
        if self.timing not in ("simultaneous", "A first"):
            faults.append(f"timing = {self.timing!r} is neither 'simultaneous' nor 'A first'")
        if faults:
            raise UsageError("the game cannot be stated: " + "; ".join(faults) + ".")

    def _faults(self) -> list[tuple[str, float, str]]:
        out = []
        for name in NUMBERS:
            v = getattr(self, name)
            if not np.isfinite(v):
                out.append((name, v, "a finite number"))
            elif name in PROBABILITIES and not 0 <= v <= 1:
                out.append((name, v, "between 0 and 1"))
            elif name == "delta" and not 0 < v < 1:
                out.append((name, v, "strictly between 0 and 1"))
            elif name == "rho" and v <= 0:
                out.append((name, v, "above 0"))
            elif name == "lam" and v < LAM_MIN:
                out.append((name, v, f"at least {LAM_MIN:g} (below it rounding drowns the payoffs)"))
            elif name not in ("a0", *PROBABILITIES) and v < 0:
                out.append((name, v, "at least 0"))
        return out

    def with_(self, **changes: object) -> Setting:
        """Return the same game with some values changed, checked again.

        Raises
        ------
        UsageError
            For a name that is no parameter, or a value out of range.
        """
        known = [f.name for f in fields(self)]
        unknown = [f"{n!r} is no parameter of the game.{suggest(n, known)}" for n in changes if n not in known]
        if unknown:
            raise UsageError(" ".join(unknown))
        return replace(self, **changes)  # type: ignore[arg-type]


PROBABILITIES = frozenset(
    (
        "omega",
        "beta",
        "piT",
        "piI",
        "rhoO",
        "rhoE",
        "zoe",
        "zeo",
        "dep",
        "etaq",
        "etax",
        "tau",
        "xi",
        "monitor",
        "partner",
    )
)
NUMBERS = tuple(f.name for f in fields(Setting) if f.name not in ("timing", "wA", "wB"))
DRAWN = tuple(n for n in NUMBERS if n not in ("theta", "monitor", "partner", "delta"))


def _habits(w: Array, shape: tuple[int, ...], name: str) -> Array:
    w = np.array(w, dtype=np.float64)
    if w.shape != shape or not np.all(np.isfinite(w)) or (w < 0).any() or (w.sum(axis=-1) <= 0).any():
        raise UsageError(f"{name}: habits must be non-negative, of shape {shape}, with a positive sum in each row.")
    w = w / w.sum(axis=-1, keepdims=True)
    w.flags.writeable = False
    return w


def default(regime: str | None = None, **changes: object) -> Setting:
    """Return the game at the central values of parameters.toml.

    Parameters
    ----------
    regime : {"personalist", "military", "party", "democracy"}, optional
        Sets ``theta``; without it A's ruler bears all costs.
    **changes
        Values to change.

    Examples
    --------
    >>> default().lam, default("personalist").theta, default(xi=0.1).xi
    (5.0, 0.6, 0.1)
    """
    table = parameters("strategy")
    values: dict[str, object] = {name: table[name].mode for name in DRAWN}
    if regime is not None:
        values["theta"] = _theta(regime).mode
    return Setting(**values).with_(**changes)  # type: ignore[arg-type]


def _theta(regime: str) -> Parameter:
    if regime not in REGIMES:
        raise UsageError(f"unknown regime {regime!r}: use one of {', '.join(REGIMES)}.{suggest(regime, REGIMES)}")
    return parameters("strategy")[f"theta_{regime}"]


def draws(uniform: Array, regime: str, **fixed: object) -> list[Setting]:
    """Return one game per row of uniform numbers, each parameter drawn from its range.

    Parameters
    ----------
    uniform : ndarray, shape (n, 36)
        Numbers in (0, 1): one column per name in ``DRAWN``, then one for ``theta``.
    regime : str
        Regime of A, whose range ``theta`` is drawn from.
    **fixed
        Values held the same in all games (``monitor``, ``partner``, ``timing``, or a parameter pinned).
    """
    table = parameters("strategy")
    need = len(DRAWN) + 1
    if uniform.ndim != 2 or uniform.shape[1] != need:
        raise UsageError(f"draws need {need} uniform numbers a game, not shape {uniform.shape}.")
    columns = {name: table[name].draw(uniform[:, i]) for i, name in enumerate(DRAWN)}
    columns["theta"] = _theta(regime).draw(uniform[:, -1])
    return [
        Setting(**{n: float(c[i]) for n, c in columns.items()}).with_(**fixed)  # type: ignore[arg-type]
        for i in range(len(uniform))
    ]


def chance_to_win(setting: Setting) -> Array:
    """Return A's chance to win a war at each x, shape (21,): ``1/(1 + exp(-(a0 - gam r)))``."""
    from scipy.special import expit

    from tocsin.strategy.game.states import log_ratio

    return np.asarray(expit(setting.a0 - setting.gam * log_ratio()))


def held(setting: Setting) -> Array:
    """Return A's yearly share of the pie, shape (21, 5): by holdings, and by power with weight omega."""
    return np.asarray((1 - setting.omega) * Y[None, :] + setting.omega * chance_to_win(setting)[:, None])


def slip(setting: Setting) -> Array:
    """Return the chance a year that holdings beyond what power supports slip away, shape (21, 5)."""
    return np.asarray(setting.beta * np.maximum(0.0, Y[None, :] - chance_to_win(setting)[:, None]))


def flows(setting: Setting) -> tuple[Array, Array]:
    """Return the yearly payoffs of both states.

    Returns
    -------
    uA : ndarray, shape (21, 3, 5, 5)
        By x, e, y, A's action; it depends on neither q, z nor B's order.
    uB : ndarray, shape (21, 3, 2, 5, 5, 3)
        By x, e, z, y, A's action, B's order.
    """
    s, p = setting, chance_to_win(setting)
    share = held(s)
    cost = np.zeros((len(p), NA))
    cost[:, 1], cost[:, 2], cost[:, 3] = s.cT, s.theta * s.cI, s.theta * s.cS
    cost[:, 4] = s.theta * s.cW + (1 - p) * s.cL
    phi = 1 + s.phi1 * s.monitor + s.phi2 * s.partner + s.phi3 * np.array((1.0, 0.0, 0.0))  # (e,)
    fallout = s.F * phi[:, None] * FALLOUT  # (e, a)
    calm = np.zeros((NE, NA))
    calm[0, 0] = s.bT
    calm[2, :] -= s.ce2
    loss = s.kc * np.array((1.0, 0.5, 0.0, 0.0, 0.0))
    uA = (
        (share**s.rho)[:, None, :, None]
        - cost[:, None, None, :]
        - fallout[None, :, None, :]
        - slip(s)[:, None, :, None] * loss
        + calm[None, :, None, :]
    )
    damage = np.array((0.0, s.dT, s.dI, s.dS, s.dW))
    price = s.k * np.array((1.0, s.kE))[:, None] * np.arange(NO)  # (z, o)
    uB = (
        (1 - share)[:, None, None, :, None, None]
        - damage[:, None]
        + calm[None, :, None, None, :, None]
        - price[None, None, :, None, None, :]
    )
    return np.ascontiguousarray(uA), np.ascontiguousarray(np.broadcast_to(uB, (len(p), NE, 2, len(Y), NA, NO)))
