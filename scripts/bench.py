"""Benchmarks: what the promises in the README cost on this machine. Prints figures, asserts nothing.

Run: make bench
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time


def run(args: list[str], repeat: int) -> tuple[float, float, float]:
    """Return median wall and CPU seconds and peak memory in MB of a command."""
    walls, cpus, peak = [], [], 0.0
    for _ in range(repeat):
        start = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            with open(os.devnull, "w") as sink:
                os.dup2(sink.fileno(), 1)
            os.execv(sys.executable, [sys.executable, "-m", "tocsin", *args])
        _, status, usage = os.wait4(pid, 0)
        if status:
            raise SystemExit(f"tocsin {' '.join(args)} failed")
        walls.append(time.perf_counter() - start)
        cpus.append(usage.ru_utime + usage.ru_stime)
        peak = max(peak, usage.ru_maxrss / 1e3)
    return statistics.median(walls), statistics.median(cpus), peak


def main() -> None:
    """Measure the start of the command line and the main job."""
    print(f"{'command':<58}{'wall s':>8}{'CPU s':>8}{'MB':>7}")
    with tempfile.TemporaryDirectory() as out:
        for args, repeat in (
            (["--help"], 5),
            (["case", "check", "armenia-azerbaijan"], 3),
            (["assess", "armenia-azerbaijan", "--out", out], 3),
            (["assess", "armenia-azerbaijan", "--as-of", "2020-06-30", "--out", out], 3),
        ):
            wall, cpu, peak = run(args, repeat)
            shown = " ".join("DIR" if a == out else a for a in args)
            print(f"tocsin {shown:<51}{wall:>8.2f}{cpu:>8.2f}{peak:>7.0f}")
    print("cores:", os.cpu_count(), "; Python", sys.version.split()[0])


if __name__ == "__main__":
    subprocess.run([sys.executable, "-m", "tocsin", "--version"], check=True)
    main()
