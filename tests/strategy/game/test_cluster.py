"""Sweeps on a Dask cluster of processes: the numbers of threads, the death of a worker, and what cannot work."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.test_cli import tocsin
from tocsin import cluster as module
from tocsin.errors import ModelError, UsageError
from tocsin.strategy.game import sweep as sweeps
from tocsin.strategy.game.mix import at
from tocsin.strategy.game.setting import default
from tocsin.strategy.game.sweep import Sweep, run

distributed = pytest.importorskip("distributed", reason="the dask extra is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")  # Dask warns of ports taken and of connections that close


@pytest.fixture
def sweep(monkeypatch: pytest.MonkeyPatch) -> Sweep:
    monkeypatch.setattr(sweeps, "BLOCK", 3)
    return Sweep(default(), (("F", (0.1, 0.2, 0.3, 0.4)), ("gam", (0.5, 1.0, 2.0))), at((4, 2, 1, 0, 4)), 2)


def test_the_numbers_are_those_of_threads_bit_for_bit(cluster: Any, sweep: Sweep, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    there = run(sweep, tmp_path / "a", scheduler=cluster.scheduler_address, progress=lambda *p: seen.append(p))
    assert np.array_equal(there, run(sweep, tmp_path / "b"))
    assert seen == [(0, 12), (3, 12), (6, 12), (9, 12), (12, 12)]


def test_a_worker_that_dies_costs_nothing(cluster: Any, sweep: Sweep, tmp_path: Path) -> None:
    # One game a block and more of them, so that both workers are busy when one is killed.
    sweeps.BLOCK = 1
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        pids = list(client.run(os.getpid).values())
    killed: list[int] = []

    def kill(done: int, total: int) -> None:
        if done == 2 and not killed:
            killed.append(pids[0])
            os.kill(pids[0], signal.SIGKILL)

    there = run(sweep, tmp_path / "a", scheduler=cluster.scheduler_address, progress=kill)
    assert killed
    assert np.array_equal(there, run(sweep, tmp_path / "b"))
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        assert killed[0] not in client.run(os.getpid).values()


def test_an_interrupted_sweep_goes_on_elsewhere(cluster: Any, sweep: Sweep, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done >= 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(sweep, tmp_path / "a", scheduler=cluster.scheduler_address, progress=stop)
    kept = sorted(p.name for p in (tmp_path / "a").glob("block-*.npy"))
    assert len(kept) == 2
    stamps = {name: (tmp_path / "a" / name).stat().st_mtime_ns for name in kept}
    again = run(sweep, tmp_path / "a")
    assert np.array_equal(again, run(sweep, tmp_path / "b"))
    assert stamps == {name: (tmp_path / "a" / name).stat().st_mtime_ns for name in kept}
    # Nothing is missing, so no scheduler is asked.
    assert np.array_equal(again, run(sweep, tmp_path / "a", scheduler="tcp://127.0.0.1:1"))


def test_another_version_on_a_worker_is_refused(
    cluster: Any, sweep: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "__version__", "9.9")
    with pytest.raises(ModelError, match=r"the caller 9\.9"):
        run(sweep, tmp_path, scheduler=cluster.scheduler_address)


def test_a_scheduler_without_workers_is_refused(sweep: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT", 2)
    empty = distributed.LocalCluster(n_workers=0, dashboard_address=None, host="127.0.0.1")
    with empty, pytest.raises(ModelError, match="has no worker"):
        run(sweep, tmp_path, scheduler=empty.scheduler_address)


def test_an_unreachable_scheduler_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    common = ("strategy", "sweep", "--x", "4", "--vary", "F=0.1,0.2", "--folder", str(tmp_path / "blocks"))
    to = ("-o", str(tmp_path / "x.csv"))
    for address in (f"tcp://127.0.0.1:{port}", "nonsense://1"):
        done = tocsin(*common, *to, "--executor", "dask", "--scheduler", address)
        assert done.returncode == 13, done.stderr
        assert "no Dask scheduler answers" in done.stderr
        assert "Traceback" not in done.stderr
    for extra in (("--executor", "dask"), ("--scheduler", "tcp://127.0.0.1:1"), ("--executor", "spark")):
        done = tocsin(*common, *to, *extra)
        assert done.returncode == 2
        assert "--executor" in done.stderr


def test_the_command_writes_the_same_table(cluster: Any, tmp_path: Path) -> None:
    common = ("strategy", "sweep", "--x", "4", "--vary", "F=0.1,0.2")
    tables = []
    for name, extra in (("a", ()), ("b", ("--executor", "dask", "--scheduler", cluster.scheduler_address))):
        out = tmp_path / f"{name}.csv"
        done = tocsin(*common, "--folder", str(tmp_path / name), "-o", str(out), *extra)
        assert done.returncode == 0, done.stderr
        tables.append(out.read_bytes())
    assert tables[0] == tables[1]


def test_without_the_extra_the_message_says_how_to_get_it(
    sweep: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"tocsin\[dask\]"):
        run(sweep, tmp_path, scheduler="tcp://127.0.0.1:1")
