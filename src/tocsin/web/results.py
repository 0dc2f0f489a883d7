"""What pages show, reckoned once and kept: cases, assessments, parts of pages; bounded, so that memory is bounded."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from typing import Any, TypeVar

from tocsin.assessment.model import Assessment
from tocsin.assessment.scenario_parts import ScenarioReading
from tocsin.case.load import Case, read_case
from tocsin.errors import CaseError, Fault
from tocsin.web import keep
from tocsin.web.cases import Cases, Place, Signature
from tocsin.web.once import Job, Once
from tocsin.web.settings import Settings
from tocsin.web.watch import Watch, store_mark
from tocsin.web.worker import Worker

T = TypeVar("T")
Tell = Callable[[int, int], None]


class ChangedError(CaseError):
    """A case changed while it was being read."""


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
        self.worker = Worker()
        # Lanes, so that what takes a minute does not hold up what takes a second, and pages wait for assessments.
        self.quick = ThreadPoolExecutor(2, thread_name_prefix="quick")
        self.slow = ThreadPoolExecutor(1, thread_name_prefix="slow")
        self.paper = ThreadPoolExecutor(2, thread_name_prefix="paper")
        self._loaded: Once[tuple[Case | None, list[Fault]]] = Once(self.quick, most=12)
        # An assessment takes some ten megabytes; a part of a page, packed, a tenth of one.
        self._short: Once[Assessment] = Once(self.quick, most=8)
        self._long: Once[Assessment] = Once(self.slow, most=4)
        self._quick_scenarios: Once[ScenarioReading] = Once(self.quick, most=32)
        self._slow_scenarios: Once[ScenarioReading] = Once(self.slow, most=32)
        self._watch: Once[Watch] = Once(self.slow, most=4)
        self._heads: Once[Any] = Once(self.paper, most=200)
        self._parts: Once[bytes] = Once(self.paper, most=400)

    async def case(self, name: str) -> Case:
        """Return a sound case, as its files are now.

        Raises
        ------
        NoCaseError, FaultyError
            If there is none of that name, or it has faults.
        """
        found, faults = await asyncio.wrap_future(self.load(self.cases.place(name)).future)
        if faults or found is None:
            raise FaultyError(name, faults)
        return found

    async def faults(self, name: str) -> list[Fault]:
        """Return the faults of a case, as its files are now; none if it is sound."""
        return (await asyncio.wrap_future(self.load(self.cases.place(name)).future))[1]

    def load(self, place: Place) -> Job[tuple[Case | None, list[Fault]]]:
        """Return the job that reads a case and finds its faults."""

        def work(_: Any) -> tuple[Case | None, list[Fault]]:
            fault = self.cases.fault(place)
            return (None, [fault]) if fault else read_case(place.folder)

        return self._loaded.start((place.folder, self.cases.signature(place)), work)

    def start(
        self,
        place: Place,
        as_of: date | None = None,
        *,
        draws: int = 0,
        seed: int | None = None,
        scenarios: bool = False,
    ) -> Job[Assessment]:
        """Return the job of an assessment, begun now unless it is there; the case must be sound.

        Parameters
        ----------
        as_of : datetime.date, optional
            Last day of knowledge; default the case's cut-off.
        draws : int
            Draws of the strategic game; 0 leaves its results out, and takes a second instead of ten or more. With
            draws the work is done in a process of its own, and the result is also kept in a file.
        seed : int, optional
            Default that of the settings.
        scenarios : bool
            Run the scenarios of the case as well.
        """
        told = {
            "folder": str(place.folder),
            "as_of": as_of.isoformat() if as_of else None,
            "seed": self.settings.seed if seed is None else seed,
            "draws": draws,
            "scenarios": scenarios,
        }
        signature = self.cases.signature(place)
        run = partial(self._assess_apart, told, signature) if draws else partial(_assess, told)
        lane = self._long if draws else self._short
        return lane.start((signature, *told.items()), partial(self._unchanged, place, signature, run))

    def scenario(
        self,
        place: Place,
        names: Sequence[str],
        sets: Sequence[str],
        as_of: date | None = None,
        *,
        draws: int = 0,
        seed: int | None = None,
    ) -> Job[ScenarioReading]:
        """Return the job of scenarios beside their base, begun now unless it is there; the case must be sound.

        Parameters
        ----------
        names, sets : sequence of str
            As for ``tocsin.pipeline.scenario``; without either all of the case.
        as_of, draws, seed
            As for ``start``.
        """
        told = {
            "folder": str(place.folder),
            "names": tuple(names),
            "sets": tuple(sets),
            "as_of": as_of.isoformat() if as_of else None,
            "seed": self.settings.seed if seed is None else seed,
            "draws": draws,
        }
        signature = self.cases.signature(place)
        run = partial(self._scenario_apart, told, signature) if draws else partial(_scenario, told)
        lane = self._slow_scenarios if draws else self._quick_scenarios
        return lane.start((signature, *told.items()), partial(self._unchanged, place, signature, run))

    def _unchanged(self, place: Place, signature: Signature, run: Callable[[Tell], T], tell: Tell) -> T:
        found = run(tell)
        if self.cases.signature(place) != signature:
            raise ChangedError(f"The case {place.name!r} changed while it was being read. Load the page again.")
        return found

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

    def heads(self, place: Place, pick: Callable[[Assessment], Any]) -> Job[Any]:
        """Return the job of the few numbers of a case that its first page shows; begun now unless it is there."""

        def work(_: Any) -> Any:
            return pick(self.start(place).future.result())

        return self._heads.start((place.folder, self.cases.signature(place)), work)

    def watch(self, as_of: int) -> Job[Watch]:
        """Return the job of the watchlist of a year, begun now unless it is there.

        Raises
        ------
        SourceError
            From the job, if a table is not in the store.
        """
        from tocsin.store import open_store

        mark = store_mark(open_store(self.settings.store))
        return self._watch.start((as_of, mark), partial(self._watch_apart, as_of, mark))

    def part(self, key: Any, make: Callable[[], str]) -> Job[bytes]:
        """Return the job of a part of a page, kept packed (``unpacked`` gives it back); begun unless it is there.

        Parameters
        ----------
        key : hashable
            Everything the part depends on.
        make : callable
            Makes it; may wait for assessments.
        """
        return self._parts.start(key, lambda _: zlib.compress(make().encode(), 6))

    def has_part(self, key: Any) -> bool:
        """Return whether a part of a page is at hand."""
        return self._parts.ready(key)

    def close(self) -> None:
        """Let go of threads and processes."""
        self.worker.close()
        for pool in (self.quick, self.slow, self.paper):
            pool.shutdown(wait=False, cancel_futures=True)
        for kept in (
            self._loaded,
            self._short,
            self._long,
            self._quick_scenarios,
            self._slow_scenarios,
            self._watch,
            self._heads,
            self._parts,
        ):
            kept.close()

    def _assess_apart(self, told: dict[str, Any], signature: Any, tell: Tell) -> Assessment:
        file = keep.folder(self.settings) / keep.name("assessment", files=signature, **told)
        if (data := keep.get(file)) is None:
            self.worker.run({"task": "assessment", **told}, file, tell)
            data = file.read_bytes()
        return Assessment.model_validate_json(data)

    def _scenario_apart(self, told: dict[str, Any], signature: Any, tell: Tell) -> ScenarioReading:
        file = keep.folder(self.settings) / keep.name("scenario", files=signature, **told)
        if (data := keep.get(file)) is None:
            self.worker.run({"task": "scenario", **told}, file, tell)
            data = file.read_bytes()
        return ScenarioReading.model_validate_json(data)

    def _watch_apart(self, as_of: int, mark: str, tell: Tell) -> Watch:
        file = keep.folder(self.settings) / keep.name("watchlist", as_of=as_of, store=mark)
        if (data := keep.get(file)) is None:
            store = self.settings.store
            self.worker.run({"task": "watchlist", "store": str(store) if store else None, "as_of": as_of}, file, tell)
            data = file.read_bytes()
        return Watch.model_validate_json(data)


def _assess(told: dict[str, Any], tell: Tell) -> Assessment:
    from tocsin.pipeline import assess

    return assess(
        told["folder"],
        as_of=date.fromisoformat(told["as_of"]) if told["as_of"] else None,
        seed=told["seed"],
        draws=0,
        progress=tell,
        scenarios=None if told["scenarios"] else [],
    )


def _scenario(told: dict[str, Any], tell: Tell) -> ScenarioReading:
    from tocsin.pipeline import scenario

    return scenario(
        told["folder"],
        list(told["names"]) or None,
        overrides=told["sets"],
        as_of=date.fromisoformat(told["as_of"]) if told["as_of"] else None,
        seed=told["seed"],
        draws=0,
        progress=tell,
    )


def unpacked(part: bytes) -> str:
    """Return a kept part of a page."""
    return zlib.decompress(part).decode()
