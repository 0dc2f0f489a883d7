"""How soon the dashboard shows its first page, how fast later ones are, and how much memory it takes.

Usage: python scripts/bench_pages.py [--port 8799] [--minutes 4]
Starts `tocsin serve` with an empty cache, waits for what it reckons ahead, and loads pages one after another.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

FLAGSHIP = "/case/armenia-azerbaijan"
PAGES = ["/", FLAGSHIP, f"{FLAGSHIP}/claims", f"{FLAGSHIP}/record", "/watchlist", "/ledger", "/data"]
YEARS = [f"{FLAGSHIP}?year={y}" for y in range(2025, 1995, -1)]
SERVE = """
import sys
from pathlib import Path
from tocsin.web.server import run
from tocsin.web.settings import Settings
run(Settings(port=int(sys.argv[1]), cache=Path(sys.argv[2])))
"""


def load(address: str) -> tuple[int, float]:
    """Return the status of a page and the seconds it took."""
    begun = time.perf_counter()
    with urllib.request.urlopen(address, timeout=60) as answer:
        answer.read()
        return answer.status, time.perf_counter() - begun


def memory(process: subprocess.Popen[bytes]) -> str:
    """Return memory in use now and at most, from the system."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = dict(line.split(":", 1) for line in status.splitlines())
    return ", ".join(f"{k} {int(found[k].split()[0]) / 1024:.0f} MB" for k in ("VmRSS", "VmHWM"))


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8799)
    parser.add_argument("--minutes", type=float, default=4)
    asked = parser.parse_args()
    base = f"http://127.0.0.1:{asked.port}"
    with tempfile.TemporaryDirectory() as cache:
        begun = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-c", SERVE, str(asked.port), cache])
        try:
            while True:
                try:
                    load(base + "/")
                    break
                except urllib.error.URLError:
                    time.sleep(0.02)
            print(f"first page after the start: {time.perf_counter() - begun:.2f} s")
            end = time.perf_counter() + 60 * asked.minutes
            for address in [*PAGES, *YEARS]:
                begun = time.perf_counter()
                while load(base + address)[0] == 202 and time.perf_counter() < end:
                    time.sleep(0.5)
                if address in PAGES:
                    print(f"{address}: ready after {time.perf_counter() - begun:.2f} s")
            print(f"all that is reckoned ahead: {memory(process)}")
            took = []
            for address in [*PAGES, *YEARS]:
                times = [load(base + address)[1] for _ in range(5)]
                took += times
                if address in PAGES:
                    print(f"{address}: {1000 * statistics.median(times):.0f} ms, at most {1000 * max(times):.0f} ms")
            took.sort()
            print(
                f"{len(took)} loads: median {1000 * statistics.median(took):.0f} ms, 95th percentile "
                f"{1000 * took[int(0.95 * len(took))]:.0f} ms, at most {1000 * took[-1]:.0f} ms; {memory(process)}"
            )
        finally:
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    main()
