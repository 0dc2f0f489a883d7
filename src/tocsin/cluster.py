"""Jobs on an existing Dask cluster: the same function on the same input, so the same numbers.

A worker that dies loses its job, which the scheduler gives to another. Dask moves Python objects by pickle, so name
only a scheduler you trust.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tocsin import __version__
from tocsin.errors import ModelError, UsageError

WAIT = 10  # seconds for the scheduler, and for its first worker
AHEAD = 3  # jobs sent per thread of the cluster before their turn
AGAIN = "What arrived is kept where the command keeps anything; run it again to go on."


def results(
    address: str, work: Callable[[Any, Any], Any], shared: Any, jobs: Sequence[tuple[int, Any]]
) -> Iterator[tuple[int, Any]]:
    """Yield each job's number and result as the cluster finishes them.

    Parameters
    ----------
    address : str
        Of the scheduler, as in ``tcp://host:8786``.
    work : callable
        From ``shared`` and a job to its result; a function of this package.
    shared : object
        What every job needs; sent to each worker once.
    jobs : sequence of (int, object)
        Number of a job and what it is.

    Raises
    ------
    UsageError
        If Dask is not installed.
    ModelError
        If the scheduler cannot be reached, has no worker or another version of this package, or the cluster breaks off.
    """
    try:
        from distributed import Client, as_completed
        from distributed.comm import resolve_address
    except ImportError:
        raise UsageError("--executor dask needs the dask extra: pip install 'tocsin[dask]'.") from None
    # What Dask has to say of lost connections is said below, in one sentence.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        resolve_address(address)  # a client given nonsense does not end cleanly
        client = Client(address, timeout=WAIT, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ModelError(
            f"no Dask scheduler answers at {address} ({_first_line(error)}). Nothing was lost; check the address, "
            "or leave --executor out to work on this machine."
        ) from error
    try:
        try:
            client.wait_for_workers(1, timeout=WAIT)
        except TimeoutError as error:
            raise ModelError(f"the Dask scheduler at {address} has no worker. Start one and run again.") from error
        waiting = iter(jobs)
        everywhere = client.scatter(shared, broadcast=True)

        def send() -> Any | None:
            job = next(waiting, None)
            if job is None:
                return None
            return client.submit(remote, work, everywhere, *job, __version__, pure=False)

        threads = sum(client.nthreads().values())
        first = [f for f in (send() for _ in range(AHEAD * max(threads, 1))) if f is not None]
        running = as_completed(first, loop=client.loop)
        for future in running:
            yield _result(future, address)
            more = send()
            if more is not None:
                running.add(more)
    finally:
        # Also reached when the user stops: what is under way is given up.
        client.close(timeout=1)


def remote(work: Callable[[Any, Any], Any], shared: Any, number: int, job: Any, version: str) -> tuple[int, Any]:
    """Do a job on a worker."""
    if version != __version__:
        raise ModelError(f"a worker has version {__version__} of this package, the caller {version}. Install one.")
    return number, work(shared, job)


def _result(future: Any, address: str) -> tuple[int, Any]:
    from asyncio import CancelledError as AsyncCancelled
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    try:
        number, found = future.result()
    except KilledWorker as error:
        raise ModelError(f"a job killed every worker at {address} that tried it. {AGAIN}") from error
    except (CancelledError, AsyncCancelled, CommClosedError, OSError) as error:
        raise ModelError(f"the connection to the Dask scheduler at {address} broke off. {AGAIN}") from error
    future.release()
    return int(number), found


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
