"""The backtest on a Dask cluster of processes: the numbers of this machine, also when a worker dies."""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.test_cli import tocsin
from tests.forecast.made_up import made_up
from tocsin.cluster import results
from tocsin.forecast import backtest

distributed = pytest.importorskip("distributed", reason="the dask extra is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")  # Dask warns of ports taken and of connections that close


def test_the_numbers_are_those_of_this_machine(cluster: Any) -> None:
    record = made_up(1, 30)
    own = backtest.run(record, 1976, 1979, with_trees=True)
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        pids = list(client.run(os.getpid).values())
    ticks = []

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 2:
            os.kill(pids[0], signal.SIGKILL)

    there = backtest.run(
        record, 1976, 1979, with_trees=True, spread=partial(results, cluster.scheduler_address), tick=tick
    )
    assert len(ticks) == backtest.fits(1976, 1979, True)
    for model, p in own.forecasts.items():
        assert np.array_equal(p, there.forecasts[model]), model


def test_an_executor_without_a_scheduler_is_refused(tmp_path: Path) -> None:
    for extra in (("--executor", "dask"), ("--scheduler", "tcp://127.0.0.1:1"), ("--executor", "spark")):
        done = tocsin("backtest", "-o", str(tmp_path), *extra)
        assert done.returncode == 2
        assert "--executor" in done.stderr
