"""How the API waits for the results that pages show as well: not too many at once, and not for ever."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from tocsin.web.api.problems import ProblemError, ProblemFault

if TYPE_CHECKING:
    from tocsin.assessment.model import Assessment
    from tocsin.assessment.scenario_parts import ScenarioReading
    from tocsin.scenarios.knobs import Knob
    from tocsin.scenarios.lab_parts import LabAnswer
    from tocsin.web.once import Job
    from tocsin.web.results import Results
    from tocsin.web.watch import Watch

T = TypeVar("T")
# Seconds an asker waits before being told to come back, at most and in the lab; the work goes on.
PATIENCE = 60.0
LAB_PATIENCE = 20.0
RETRY = 10
# Computations asked for and not yet done, and those done that are remembered to have been begun.
MOST_WAITING, REMEMBERED = 8, 100
LABS_AT_ONCE = 4
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
    """What the routes ask for.

    Parameters
    ----------
    results : Results
        What the pages show.
    """

    def __init__(self, results: Results) -> None:
        self.results = results
        self.patience, self.lab_patience = PATIENCE, LAB_PATIENCE
        self._begun: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._labs = CapacityLimiter(LABS_AT_ONCE)

    async def assessment(
        self, name: str, as_of: date | None, *, draws: int | None = None, seed: int = 1, scenarios: bool = False
    ) -> Assessment:
        """Return an assessment of a sound case."""
        r = self.results
        day, place = await self._day(name, as_of), r.cases.place(name)
        draws = r.settings.draws if draws is None else draws
        key = ("assessment", place.folder, r.cases.signature(place), day, draws, seed, scenarios)
        return await self._done(key, lambda: r.start(place, day, draws=draws, seed=seed, scenarios=scenarios))

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
        day, place = await self._day(name, as_of), r.cases.place(name)
        draws = r.settings.draws if draws is None else draws
        key = ("scenario", place.folder, r.cases.signature(place), tuple(names), tuple(sets), day, draws, seed)
        return await self._done(key, lambda: r.scenario(place, names, sets, day, draws=draws, seed=seed))

    async def knobs(self, name: str, as_of: date | None) -> tuple[date, list[Knob]]:
        """Return the day, and what can be moved in the lab of a sound case on it."""
        from tocsin.web import labs

        lab = await labs.lab_of(self.results, name)
        state = await labs.read(lab, _pairs(as_of, ()))
        day = await run_sync(lab.day, state.as_of, limiter=self._labs)
        return state.as_of, list(day.knobs.values())

    async def lab(self, name: str, as_of: date | None, knobs: Sequence[tuple[str, str]]) -> LabAnswer:
        """Return the answer of the lab of a sound case, with all its games solved.

        Raises
        ------
        ProblemError
            If they are not solved in time.
        """
        from tocsin.web import labs

        lab = await labs.lab_of(self.results, name)
        state = await labs.read(lab, _pairs(as_of, knobs))
        found = await run_sync(lab.answer, state, self.lab_patience, limiter=self._labs)
        if not found.complete:
            solved = f"{found.draws} of {found.draws_wanted} draws are solved"
            raise _later(f"The games of this state are still being solved: {solved}.")
        return found

    async def watchlist(self, year: int) -> Watch:
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
        made = tuple(store.path(t).parent.name for t in WATCHLIST_NEEDS)
        return await self._done(("watchlist", str(store.root), made, year), lambda: self.results.watch(year))

    async def _day(self, name: str, as_of: date | None) -> date | None:
        """Return the as-of date of a sound case, None for its cut-off."""
        head = (await self.results.case(name)).config.case
        if as_of is not None and as_of < head.begins:
            said = f"the case begins on {head.begins}; nothing can be said as of {as_of}"
            fault = ProblemFault(where="query: as_of", rule="range", message=said)
            raise ProblemError("does-not-fit", "The day lies before the case begins.", faults=[fault])
        return None if as_of == head.cutoff else as_of

    async def _done(self, key: Hashable, start: Callable[[], Job[T]]) -> T:
        waiting = [k for k, f in self._begun.items() if not f.done()]
        if key not in self._begun and len(waiting) >= MOST_WAITING:
            raise _later(f"{len(waiting)} computations are under way or wait their turn.")
        job = start()
        self._begun[key] = job.future
        self._begun.move_to_end(key)
        for old in [k for k, f in self._begun.items() if f.done()][: max(0, len(self._begun) - REMEMBERED)]:
            del self._begun[old]
        try:
            # An asker who leaves does not end work that others may wait for.
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(job.future)), self.patience)
        except TimeoutError:
            if job.future.done():
                raise
            share = f", {job.done} of {job.total} steps done" if job.total else ""
            raise _later(f"The computation goes on{share}; the answer is kept for the next time you ask.") from None


def _pairs(as_of: date | None, knobs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    from tocsin.scenarios.knobs import AS_OF

    return [*([(AS_OF, as_of.isoformat())] if as_of else []), *knobs]


def _later(detail: str) -> ProblemError:
    return ProblemError("busy", detail, headers={"retry-after": str(RETRY)})
