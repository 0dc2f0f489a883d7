"""What pages show, reckoned once and kept: cases, assessments; bounded in number, so that memory is bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from tocsin.assessment.model import Assessment
from tocsin.case.load import Case, read_case
from tocsin.errors import CaseError, Fault
from tocsin.web.cases import Cases, Place
from tocsin.web.once import Job, Once
from tocsin.web.settings import Settings

Tell = Callable[[int, int], None]


class FaultyError(CaseError):
    """A case has faults; each is kept, to be shown on a page of its own."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        super().__init__(f"The case {name!r} has {len(faults)} fault{'s' if len(faults) != 1 else ''}.")
        self.name, self.faults = name, faults


class Results:
    """What pages show. Every method may be called from any thread; the asynchronous ones wait without blocking.

    Parameters
    ----------
    settings : Settings
        What the server was started with.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.cases = Cases(settings.cases)
        # Two lanes, so that what takes a minute does not hold up what takes a second.
        self.quick = ThreadPoolExecutor(2, thread_name_prefix="quick")
        self.slow = ThreadPoolExecutor(1, thread_name_prefix="slow")
        self._loaded: Once[tuple[Case | None, list[Fault]]] = Once(self.quick, most=16)
        self._short: Once[Assessment] = Once(self.quick, most=80)
        self._long: Once[Assessment] = Once(self.slow, most=16)

    async def case(self, name: str) -> Case:
        """Return a sound case, as its files are now.

        Raises
        ------
        NoCaseError, FaultyError
            If there is none of that name, or it has faults.
        """
        place = self.cases.place(name)
        found, faults = await asyncio.wrap_future(self._load(place).future)
        if faults or found is None:
            raise FaultyError(name, faults)
        return found

    async def faults(self, name: str) -> list[Fault]:
        """Return the faults of a case, as its files are now; none if it is sound."""
        return (await asyncio.wrap_future(self._load(self.cases.place(name)).future))[1]

    def start(
        self, place: Place, as_of: date | None = None, *, draws: int = 0, scenarios: bool = False
    ) -> Job[Assessment]:
        """Return the job of an assessment, begun now unless it is there; the case must be sound.

        Parameters
        ----------
        as_of : datetime.date, optional
            Last day of knowledge; default the case's cut-off.
        draws : int
            Draws of the strategic game; 0 leaves its results out, and takes a second instead of a minute or more.
        scenarios : bool
            Run the scenarios of the case as well.
        """
        settings = self.settings

        def work(tell: Tell) -> Assessment:
            from tocsin.pipeline import assess

            return assess(
                place.folder,
                as_of=as_of,
                seed=settings.seed,
                draws=draws,
                progress=tell,
                scenarios=None if scenarios else [],
            )

        key = (place.folder, self.cases.signature(place), as_of, draws, settings.seed, scenarios)
        return (self._long if draws else self._short).start(key, work)

    async def assessment(
        self, name: str, as_of: date | None = None, *, draws: int = 0, scenarios: bool = False
    ) -> Assessment:
        """Return an assessment of a case as its files are now; waits until it is there.

        Raises
        ------
        NoCaseError, FaultyError, CaseError
            If there is no such case, it has faults, or it begins after the as-of date.
        """
        case = await self.case(name)
        day = None if as_of == case.config.case.cutoff else as_of
        job = self.start(self.cases.place(name), day, draws=draws, scenarios=scenarios)
        return await asyncio.wrap_future(job.future)

    def warm(self) -> None:
        """Begin with the assessment most people ask for first, in the background."""
        for place in self.cases.places():
            if not place.own:
                self.start(place)
                break

    def close(self) -> None:
        """Let go of the threads; what is under way is left to end."""
        for pool in (self.quick, self.slow):
            pool.shutdown(wait=False, cancel_futures=True)

    def _load(self, place: Place) -> Job[tuple[Case | None, list[Fault]]]:
        def work(_: Any) -> tuple[Case | None, list[Fault]]:
            fault = self.cases.fault(place)
            return (None, [fault]) if fault else read_case(place.folder)

        return self._loaded.start((place.folder, self.cases.signature(place)), work)
