"""Blocks of a sweep on an existing Dask cluster: the same function on the same games, so the same numbers.

A worker that dies loses its block, which the scheduler gives to another; blocks that arrived are already saved. Dask
moves Python objects by pickle, so name only a scheduler you trust.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tocsin import __version__
from tocsin.errors import ModelError, UsageError
from tocsin.strategy.game.setting import Array

if TYPE_CHECKING:
    from tocsin.strategy.game.sweep import Sweep

WAIT = 10  # seconds for the scheduler, and for its first worker
AHEAD = 3  # blocks sent per thread of the cluster before their turn
AGAIN = "Blocks that arrived are kept; run the same command again to go on."


def results(address: str, sweep: Sweep, jobs: Sequence[tuple[int, range]]) -> Iterator[tuple[int, Array]]:
    """Yield each block's number and rows as the cluster finishes them.

    Parameters
    ----------
    address : str
        Of the scheduler, as in ``tcp://host:8786``.
    sweep : Sweep
        What to solve.
    jobs : sequence of (int, range)
        Number of a block and its games.

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
            "or leave --executor out to solve on threads."
        ) from error
    try:
        try:
            client.wait_for_workers(1, timeout=WAIT)
        except TimeoutError as error:
            raise ModelError(f"the Dask scheduler at {address} has no worker. Start one and run again.") from error
        waiting = iter(jobs)

        def send() -> Any | None:
            job = next(waiting, None)
            if job is None:
                return None
            number, games = job
            return client.submit(remote, sweep, number, games, __version__, pure=False)

        threads = sum(client.nthreads().values())
        first = [f for f in (send() for _ in range(AHEAD * max(threads, 1))) if f is not None]
        running = as_completed(first, loop=client.loop)
        for future in running:
            yield _rows(future, address)
            more = send()
            if more is not None:
                running.add(more)
    finally:
        # Also reached when the user stops: what is under way is given up.
        client.close(timeout=1)


def remote(sweep: Sweep, number: int, games: range, version: str) -> tuple[int, Array]:
    """Solve a block on a worker."""
    from tocsin.strategy.game.sweep import rows

    if version != __version__:
        raise ModelError(f"a worker has version {__version__} of this package, the caller {version}. Install one.")
    return number, rows(sweep, games)


def _rows(future: Any, address: str) -> tuple[int, Array]:
    from asyncio import CancelledError as AsyncCancelled
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    try:
        number, found = future.result()
    except KilledWorker as error:
        raise ModelError(f"a block killed every worker at {address} that tried it. {AGAIN}") from error
    except (CancelledError, AsyncCancelled, CommClosedError, OSError) as error:
        raise ModelError(f"the connection to the Dask scheduler at {address} broke off. {AGAIN}") from error
    future.release()
    return int(number), found


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
