"""Benchmarks of the forecast: the backtest of the headline model, training, a watchlist, one case. Prints figures only.

Run: python scripts/bench_forecast.py (the tables of the record must be in the store: tocsin data fetch)
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date

from tocsin.forecast import backtest, shipped, train, watchlist
from tocsin.forecast.base_rates import DyadClass
from tocsin.forecast.from_case import as_record
from tocsin.forecast.groups import with_statistics
from tocsin.forecast.history import Event
from tocsin.forecast.record import load_record
from tocsin.store import open_store


def timed(name: str, work: Callable[[], object]) -> None:
    """Print wall and CPU seconds of a job."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    print(f"{name:<66}{time.perf_counter() - wall:>9.3f}{time.process_time() - cpu:>9.3f}", flush=True)


def main() -> None:
    """Measure each promise once."""
    store = open_store()
    print(f"{'job':<66}{'wall s':>9}{'CPU s':>9}   load {os.getloadavg()[0]:.1f}, cores {os.cpu_count()}")
    record = with_statistics(load_record(store), store)
    rows = backtest.make_rows(record, backtest.FULL)
    timed("rolling full logit, prd and rival, target years 1931-2014", lambda: backtest.logit(rows, backtest.WARM_UP))
    timed("whole backtest: two baselines, three logits", lambda: backtest.run(record))
    timed("training: 9 vintages, 3 horizons, directed", lambda: train.train(record, store))
    timed("watchlist as of 2024", lambda: watchlist.watchlist(store, 2024))
    event = Event("x", date(2020, 7, 12), date(2020, 7, 16), "both", 3)
    case = as_record([event], date(2020, 8, 31), date(1992, 1, 1), DyadClass(True, True, True), (371, 373))
    timed("one case, first forecast (reads the model)", lambda: shipped.predict(case, 0, 1, 2014))
    timed(
        "one case, both sides, three horizons",
        lambda: [shipped.predict(case, s, h, 2014) for s in (0, 1) for h in (1, 2, 3)],
    )


if __name__ == "__main__":
    main()
