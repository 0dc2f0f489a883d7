"""What the API adds to the results of the pages: other seeds, scenarios, the watchlist; not too many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from tocsin.web.api.problems import ProblemError, ProblemFault
from tocsin.web.once import Job, Once

if TYPE_CHECKING:
    from tocsin.assessment.model import Assessment
    from tocsin.assessment.scenario_parts import ScenarioReading
    from tocsin.forecast.watchlist import Watchlist
    from tocsin.web.results import Results

T = TypeVar("T")
# Seconds an asker waits before being told to come back; the work goes on.
PATIENCE = 60.0
RETRY = 10
# Computations asked for and not yet done.
MOST_WAITING = 8
# Tables without which no watchlist can be made.
WATCHLIST_NEEDS = (
    "archigos_years",
    "capitals_cow",
    "contdir",
    "cow_states",
    "gw_cow",
    "majors",
    "mie",
    "tss_rivalries",
    "ucdp_acd",
)


class Work:
    """Computations of the API, each made once for its key, in the threads of the pages' results.

    Parameters
    ----------
    results : Results
        What the pages show.
    """

    def __init__(self, results: Results) -> None:
        self.results = results
        self.patience = PATIENCE
        self._short: Once[Any] = Once(results.quick, most=32)
        self._long: Once[Any] = Once(results.slow, most=16)
        self._waiting: list[Future[Any]] = []

    async def assessment(
        self, name: str, as_of: date | None, *, draws: int | None = None, seed: int = 1, scenarios: bool = False
    ) -> Assessment:
        """Return an assessment of a sound case."""
        r = self.results
        draws = r.settings.draws if draws is None else draws
        day = await self._day(name, as_of)
        place = r.cases.place(name)
        self._room()
        if seed == r.settings.seed:
            return await self._wait(r.start(place, day, draws=draws, scenarios=scenarios))

        def work(tell: Any) -> Assessment:
            from tocsin.pipeline import assess

            wanted: list[str] | None = None if scenarios else []
            return assess(place.folder, as_of=day, seed=seed, draws=draws, progress=tell, scenarios=wanted)

        key = ("assessment", place.folder, r.cases.signature(place), day, draws, seed, scenarios)
        return await self._wait((self._long if draws else self._short).start(key, work))

    async def scenario(
        self,
        name: str,
        names: Sequence[str],
        sets: Sequence[str],
        as_of: date | None,
        *,
        draws: int | None = None,
        seed: int = 1,
    ) -> ScenarioReading:
        """Return scenarios of a sound case beside their base."""
        r = self.results
        draws = r.settings.draws if draws is None else draws
        day = await self._day(name, as_of)
        place = r.cases.place(name)
        self._room()

        def work(tell: Any) -> ScenarioReading:
            from tocsin.pipeline import scenario

            return scenario(
                place.folder, list(names) or None, overrides=sets, as_of=day, seed=seed, draws=draws, progress=tell
            )

        key = ("scenario", place.folder, r.cases.signature(place), tuple(names), tuple(sets), day, draws, seed)
        return await self._wait((self._long if draws else self._short).start(key, work))

    async def watchlist(self, year: int) -> Watchlist:
        """Return the watchlist of a year.

        Raises
        ------
        ProblemError
            If tables are missing, with the command that brings all of them.
        """
        from tocsin.store import open_store

        store = open_store(self.results.settings.store)
        tables = set(store.tables())
        if lacking := [t for t in WATCHLIST_NEEDS if t not in tables]:
            raise ProblemError(
                "data-missing",
                f"The watchlist needs {len(lacking)} tables that are not in the store: {', '.join(lacking)}.",
                what_to_do=f"Bring them with: tocsin data fetch {' '.join(lacking)}",
            )
        self._room()

        def work(_: Any) -> Watchlist:
            from tocsin.forecast.watchlist import watchlist

            return watchlist(store, year)

        made = tuple(store.path(t).parent.name for t in WATCHLIST_NEEDS)
        return await self._wait(self._long.start(("watchlist", str(store.root), made, year), work))

    async def _day(self, name: str, as_of: date | None) -> date | None:
        """Return the as-of date of a sound case, None for its cut-off."""
        head = (await self.results.case(name)).config.case
        if as_of is not None and as_of < head.begins:
            said = f"the case begins on {head.begins}; nothing can be said as of {as_of}"
            fault = ProblemFault(where="query: as_of", rule="range", message=said)
            raise ProblemError("does-not-fit", "The day lies before the case begins.", faults=[fault])
        return None if as_of == head.cutoff else as_of

    def _room(self) -> None:
        self._waiting = [f for f in self._waiting if not f.done()]
        if len(self._waiting) >= MOST_WAITING:
            raise ProblemError(
                "busy",
                f"{len(self._waiting)} computations are under way or wait their turn.",
                headers={"retry-after": str(RETRY)},
            )

    async def _wait(self, job: Job[T]) -> T:
        if not job.future.done() and job.future not in self._waiting:
            self._waiting.append(job.future)
        try:
            # An asker who leaves does not end work that others may wait for.
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(job.future)), self.patience)
        except TimeoutError:
            if job.future.done():
                raise
            share = f", {job.done} of {job.total} steps done" if job.total else ""
            raise ProblemError(
                "busy",
                f"The computation goes on{share}; the answer is kept for the next time you ask.",
                headers={"retry-after": str(RETRY)},
            ) from None
