"""Results are reckoned once however many ask, kept up to a number, and a failure is told and forgotten."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tocsin.web import once as module
from tocsin.web.once import Once, StoppedError


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as found:
        yield found


def test_many_ask_and_it_is_reckoned_once(pool: ThreadPoolExecutor) -> None:
    count = 0

    def work(_: Callable[[int, int], None]) -> int:
        nonlocal count
        count += 1
        time.sleep(0.05)
        return count

    once: Once[int] = Once(pool, most=2)
    found: list[int] = []
    askers = [threading.Thread(target=lambda: found.append(once.get("key", work))) for _ in range(20)]
    for a in askers:
        a.start()
    for a in askers:
        a.join()
    assert found == [1] * 20
    assert count == 1


def test_the_least_recently_used_goes_first(pool: ThreadPoolExecutor) -> None:
    once: Once[str] = Once(pool, most=2)
    for key in ("a", "b", "a", "c"):
        once.get(key, lambda _, key=key: key)  # type: ignore[misc]
    assert [once.ready(k) for k in "abc"] == [True, False, True]


def test_what_is_being_reckoned_is_never_dropped(pool: ThreadPoolExecutor) -> None:
    gate = threading.Event()
    once: Once[str] = Once(pool, most=1)
    job = once.start("slow", lambda _: str(gate.wait(5)))
    for key in ("a", "b", "c"):
        once.get(key, lambda _: "")
    assert once.start("slow", lambda _: "another") is job
    gate.set()
    assert job.future.result() == "True"


def test_a_failure_is_told_to_all_and_tried_again_later(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    once: Once[int] = Once(pool, most=2)

    def broken(_: object) -> int:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            once.get("key", broken)
    assert not once.ready("key")
    monkeypatch.setattr(module, "FAILED", -1.0)
    assert once.get("key", lambda _: 7) == 7


def test_progress_is_told(pool: ThreadPoolExecutor) -> None:
    def work(tell: Callable[[int, int], None]) -> int:
        tell(3, 64)
        return 0

    job = Once[int](pool, most=1).start("key", work)
    job.future.result()
    assert (job.done, job.total) == (3, 64)


def test_nobody_waits_forever_when_the_server_ends(pool: ThreadPoolExecutor) -> None:
    gate = threading.Event()
    once: Once[bool] = Once(pool, most=2)
    job = once.start("key", lambda _: gate.wait(5))
    once.close()
    with pytest.raises(StoppedError):
        job.future.result()
    gate.set()
