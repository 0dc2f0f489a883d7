"""Measure what the indicators of a case cost, in seconds of processor and on the clock.

Run: python scripts/bench_indicators.py [CASE]
"""

from __future__ import annotations

import sys
import time

from tocsin.assessment.outlook import forecasts
from tocsin.case.asof import known_on
from tocsin.case.load import load_case
from tocsin.indicators.run import DRAWS, run


def main(name: str) -> None:
    """Print the cost without the game, and with it at the draws that are used; compiling is left out."""
    case = load_case(name)
    day = case.config.case.cutoff
    known = known_on(case, day)
    base = forecasts(known, day)
    run(known, day, base, draws=1)
    for draws in (0, DRAWS):
        cpu, wall = time.process_time(), time.perf_counter()
        found = run(known, day, base, draws=draws)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        print(f"{name}, {len(found.indicators)} indicators, {draws} draws: {cpu:.1f} s processor, {wall:.1f} s")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "armenia-azerbaijan")
