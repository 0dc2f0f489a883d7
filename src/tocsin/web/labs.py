"""The labs of the cases that are open: one for each state of a case's files, the games solved shared by all."""

from __future__ import annotations

import threading
from collections import OrderedDict
from weakref import WeakKeyDictionary, WeakSet

from starlette.concurrency import run_in_threadpool

from tocsin.case.load import Case
from tocsin.scenarios.lab import Lab
from tocsin.scenarios.lab_parts import LabAnswer
from tocsin.scenarios.positions import State
from tocsin.scenarios.solved import Games
from tocsin.web.cases import Place
from tocsin.web.results import Results

# Labs kept at most, and seconds an answer waits for games nobody solved before. A page waits less: its script asks
# again.
MOST = 8
WAIT, PAGE_WAIT = 0.4, 0.1
WHOLE = 60.0


class Labs:
    """The labs of one dashboard."""

    def __init__(self) -> None:
        self._games = Games()
        self._labs: OrderedDict[object, Lab] = OrderedDict()
        self._lock = threading.Lock()

    def lab(self, case: Case, place: Place, key: object, seed: int) -> Lab:
        """Return the lab of a case as its files are now."""
        with self._lock:
            found = self._labs.get(key)
            if found is not None:
                self._labs.move_to_end(key)
                return found
            name = str(place.folder) if place.own else place.name
            found = self._labs[key] = Lab(case, self._games, name=name, seed=seed)
            while len(self._labs) > MOST:
                self._labs.popitem(last=False)
        return found


_WARM: WeakSet[Lab] = WeakSet()
_ALL: WeakKeyDictionary[Results, Labs] = WeakKeyDictionary()


async def lab_of(results: Results, name: str) -> Lab:
    """Return the lab of a sound case.

    Raises
    ------
    NoCaseError, FaultyError
        If there is none of that name, or it has faults.
    """
    place = results.cases.place(name)
    key = (place.folder, results.cases.signature(place))
    case = await results.case(name)
    labs = _ALL.setdefault(results, Labs())
    return labs.lab(case, place, key, results.settings.seed)


async def read(lab: Lab, pairs: list[tuple[str, str]]) -> State:
    """Return the state that parameters set (``tocsin.scenarios.lab.Lab.read``)."""
    return await run_in_threadpool(lab.read, pairs)


async def answer(lab: Lab, state: State, seconds: float | None = WAIT) -> LabAnswer:
    """Return base beside scenario (``tocsin.scenarios.lab.Lab.answer``), without blocking other requests.

    After the first answer of a lab the games around its base are solved, when nothing more urgent is to be done.
    """
    found = await run_in_threadpool(lab.answer, state, seconds)
    if lab not in _WARM:
        _WARM.add(lab)
        threading.Thread(target=lab.warm, args=(state.as_of,), daemon=True).start()
    return found
