"""Results kept in memory, up to a number of them, and reckoned once even when many ask at the same time."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Executor, Future, InvalidStateError
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tocsin.errors import TocsinError

T = TypeVar("T")
# Seconds for which a failure is remembered, so that a page that waits for it can say so.
FAILED = 30.0


class StoppedError(TocsinError):
    """The server is being stopped, or the process of a task died."""


@dataclass
class Job(Generic[T]):
    """Something being reckoned, or reckoned already.

    Parameters
    ----------
    future : concurrent.futures.Future
        Holds the result; may be awaited with ``asyncio.wrap_future``.
    started : float
        ``time.monotonic()`` at the start.
    running : bool
        Whether it has begun; before, it waits for others to end.
    done, total : int
        Steps behind it and in all; total is 0 where that is not known.
    """

    future: Future[T]
    started: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    running: bool = False
    done: int = 0
    total: int = 0

    def tell(self, done: int, total: int) -> None:
        """Take note of progress."""
        self.done, self.total = done, total


class Once(Generic[T]):
    """A memory of results by key; the least recently used goes first.

    Parameters
    ----------
    pool : concurrent.futures.Executor
        Where results are reckoned.
    most : int
        Results kept at most. What is being reckoned does not count.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> once = Once(ThreadPoolExecutor(1), most=2)
    >>> once.get("two", lambda tell: 1 + 1), once.get("two", lambda tell: 3)
    (2, 2)
    """

    def __init__(self, pool: Executor, most: int) -> None:
        self._pool, self._most = pool, most
        self._jobs: OrderedDict[Hashable, Job[T]] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, key: Hashable, work: Callable[[Callable[[int, int], None]], T]) -> Job[T]:
        """Return the job of a key, begun now unless it is there.

        Parameters
        ----------
        work : callable
            Called in the pool with a function that takes note of progress.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and not _stale(job):
                self._jobs.move_to_end(key)
                return job
            job = Job(Future())
            # Whoever stops waiting must not stop it for the others.
            job.future.set_running_or_notify_cancel()
            self._jobs[key] = job
            self._jobs.move_to_end(key)
            self._trim()
        new = job

        def run() -> None:
            new.running = True
            try:
                found = work(new.tell)
            except BaseException as error:
                _fail(new, error)
            else:
                new.ended = time.monotonic()
                with contextlib.suppress(InvalidStateError):  # it was given up meanwhile
                    new.future.set_result(found)

        try:
            self._pool.submit(run)
        except RuntimeError:  # the pool is shut down
            _fail(new, StoppedError("The server is being stopped."))
        return job

    def get(self, key: Hashable, work: Callable[[Callable[[int, int], None]], T]) -> T:
        """Return the result of a key, reckoned at most once; waits for it. Not for use inside the pool itself."""
        return self.start(key, work).future.result()

    def ready(self, key: Hashable) -> bool:
        """Return whether the result of a key is at hand."""
        with self._lock:
            job = self._jobs.get(key)
            return job is not None and job.future.done() and job.future.exception() is None

    def close(self) -> None:
        """Give up what is not done, so that nobody waits for it forever."""
        with self._lock:
            for job in self._jobs.values():
                _fail(job, StoppedError("The server is being stopped."))

    def _trim(self) -> None:
        ended = [k for k, j in self._jobs.items() if j.future.done()]
        for key in ended[: max(0, len(self._jobs) - self._most)]:
            del self._jobs[key]


def _fail(job: Job[T], error: BaseException) -> None:
    job.ended = time.monotonic()
    with contextlib.suppress(InvalidStateError):
        job.future.set_exception(error)


def _stale(job: Job[T]) -> bool:
    return job.future.done() and job.future.exception() is not None and time.monotonic() - job.ended > FAILED
