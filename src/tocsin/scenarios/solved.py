"""Games already solved, kept for any situation: a bounded store with two workers and a queue by urgency."""

from __future__ import annotations

import heapq
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from time import monotonic

import numpy as np

from tocsin.scenarios.game import Payoffs, with_payoffs
from tocsin.strategy.game.setting import Array, Setting

WORKERS = 2
# Tables of the chances of a game, 227 kB each.
MOST_TABLES = 600


@dataclass(frozen=True)
class GameKey:
    """What decides a game, whichever case it comes from; no draw means the central game, at a precision of choice."""

    regime: str
    monitor: bool
    partner: bool
    payoffs: Payoffs = ()
    draw: int | None = 0
    lam: float | None = None


@dataclass(frozen=True)
class Solved:
    """A game and the table of its chances; None if it has no valid answer.

    The table is that of ``tocsin.strategy.game.chain.no_worse`` from a threat on, shape (3, 3, 21, 5, 3, 2, 5).
    """

    setting: Setting
    table: Array | None


def setting_of(key: GameKey) -> Setting:
    """Return the game of a key: a shipped draw, or the central game with the habits of its precision of choice."""
    from tocsin.strategy.game import centre

    if key.draw is not None:
        return with_payoffs(_draws(key.regime, key.monitor, key.partner, key.draw), key.payoffs)
    game = centre.central(key.regime, monitor=float(key.monitor), partner=float(key.partner))
    return with_payoffs(game if key.lam is None else centre.changed(game, "lam", key.lam), key.payoffs)


@lru_cache(maxsize=512)
def _draws(regime: str, monitor: bool, partner: bool, draw: int) -> Setting:
    from tocsin.strategy.game.prior import prior_games

    return prior_games(draw + 1, regime, monitor=float(monitor), partner=float(partner))[draw]


def solve_key(key: GameKey) -> Solved:
    """Return the game of a key, solved from nothing and certified, so that it depends on the key alone."""
    from tocsin.strategy.game.chain import no_worse
    from tocsin.strategy.game.solve import certify, solve
    from tocsin.strategy.outputs import YEARS

    setting = setting_of(key)
    found = solve(setting)
    good = found.status == "converged" and certify(found).holds
    return Solved(setting, no_worse(found, YEARS)[:, 1:].copy() if good else None)


def tails_of(table: Array, mix: Array) -> Array:
    """Return P(highest mode >= each mode) within 1, 2, 3 years for a mix of states, shape (3, 5).

    That of a threat is not kept, so it is NaN.
    """
    out = np.ones((len(table), 5))
    out[:, 1] = np.nan
    out[:, 2:] = 1 - np.tensordot(table, mix, 5)
    return out


class Games:
    """Solves games in the background and keeps the last ones used.

    Parameters
    ----------
    workers : int
        Threads that solve.
    most : int
        Tables kept.
    """

    def __init__(self, workers: int = WORKERS, most: int = MOST_TABLES) -> None:
        """Start with nothing solved and no thread."""
        self.workers, self.most = workers, most
        self._kept: OrderedDict[GameKey, Future[Solved]] = OrderedDict()
        self._todo: list[tuple[tuple[int, int], int, GameKey]] = []
        self._begun: set[GameKey] = set()
        self._number = count()
        self._change = threading.Condition()
        self._threads: list[threading.Thread] = []

    def ask(self, keys: Sequence[GameKey], *, urgent: bool = True) -> list[Future[Solved]]:
        """Return one promise per key; the first draws of all who ask come before anybody's last."""
        with self._change:
            out = []
            for key in keys:
                known = self._kept.get(key)
                promise = Future[Solved]() if known is None else known
                self._kept[key] = promise
                self._kept.move_to_end(key)
                if known is None or (urgent and key not in self._begun and not promise.done()):
                    order = (0 if urgent else 1, key.draw or 0)
                    heapq.heappush(self._todo, (order, next(self._number), key))
                out.append(promise)
            self._shrink()
            while len(self._threads) < self.workers:
                thread = threading.Thread(target=self._work, name="tocsin-games", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._change.notify_all()
        return out

    def solved(self, keys: Sequence[GameKey], seconds: float | None) -> list[Solved | None]:
        """Return the games of the keys, None for those not solved in time."""
        promises = self.ask(keys)
        until = None if seconds is None else monotonic() + seconds
        wait(promises, None if until is None else max(0.0, until - monotonic()))
        return [p.result() if p.done() else None for p in promises]

    def waiting(self) -> int:
        """Return how many games are asked for and not solved."""
        with self._change:
            return sum(not p.done() for p in self._kept.values())

    def _shrink(self) -> None:
        over = len(self._kept) - self.most
        if over > 0:
            for key in [k for k, p in self._kept.items() if p.done()][:over]:
                del self._kept[key]

    def _work(self) -> None:
        while True:
            with self._change:
                while not self._todo:
                    self._change.wait()
                _, _, key = heapq.heappop(self._todo)
                promise = self._kept.get(key)
                if promise is None or promise.done() or key in self._begun:
                    continue
                self._begun.add(key)
            try:
                promise.set_result(solve_key(key))
            except BaseException as error:  # whoever asked gets to see it; the next may ask anew
                with self._change:
                    self._kept.pop(key, None)
                promise.set_exception(error)
            with self._change:
                self._begun.discard(key)
