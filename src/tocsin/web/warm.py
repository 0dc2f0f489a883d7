"""What is likely to be asked for next, reckoned while nobody waits for it."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from datetime import date

from tocsin.case.load import Case
from tocsin.errors import TocsinError
from tocsin.web.cases import Place
from tocsin.web.results import Results

log = logging.getLogger("tocsin.web")


class Warmer:
    """A thread that does one thing after another, so that half of each lane stays free for readers.

    Parameters
    ----------
    here : Results
        Where results go.
    """

    def __init__(self, here: Results) -> None:
        self._here = here
        self._wanted: queue.Queue[Callable[[], object] | None] = queue.Queue()
        self._asked: set[object] = set()
        self._closed = False

    def start(self) -> None:
        """Begin: with the first page, then the replay of the first case, if settings say so."""
        threading.Thread(target=self._run, name="warm", daemon=True).start()
        if self._here.settings.warm:
            self._wanted.put(self._first)

    def close(self) -> None:
        """Stop after what is under way."""
        self._closed = True
        self._wanted.put(None)

    def replay(self, place: Place, case: Case) -> None:
        """Want the ends of all years of a case, the latest first; asked for again, nothing is done twice."""
        key = (place.folder, self._here.cases.signature(place))
        if key in self._asked or not self._here.settings.warm:
            return
        self._asked.add(key)
        for day in year_ends(case):
            self._wanted.put(lambda day=day: self._view(place, case, day))  # type: ignore[misc]

    def _first(self) -> None:
        """Want what a reader sees first: the first page, the first case, its replay, the watchlist."""
        from tocsin.store import open_store
        from tocsin.web.pages.overview import heads
        from tocsin.web.pages.watchlist import DEFAULT
        from tocsin.web.static_files import vega

        places = [p for p in self._here.cases.places() if not p.own]
        for place in places:
            self._wanted.put(lambda place=place: self._here.heads(place, heads).future.result())  # type: ignore[misc]
        self._wanted.put(lambda: open_store(self._here.settings.store).tables() and self._here.watch(DEFAULT))
        self._wanted.put(vega)
        for place in places[:1]:
            case, _ = self._here.load(place).future.result()
            if case is not None:
                self._view(place, case, None)
                self.replay(place, case)

    def _view(self, place: Place, case: Case, day: date | None) -> None:
        from tocsin.web.pages.case import FIRST
        from tocsin.web.sections import View

        View(FIRST, case, place, day).part(self._here).future.result()

    def _run(self) -> None:
        while (work := self._wanted.get()) is not None and not self._closed:
            try:
                work()
            except TocsinError:
                continue  # the page itself says what is wrong
            except Exception:
                if not self._closed:
                    log.exception("fault while reckoning ahead")


def year_ends(case: Case) -> list[date]:
    """Return the ends of the years that the replay of a case offers, the latest first."""
    head = case.config.case
    years = range(head.cutoff.year, head.begins.year - 1, -1)
    days = [max(head.begins, min(date(y, 12, 31), head.cutoff)) for y in years]
    return [d for d in days if d != head.cutoff]
