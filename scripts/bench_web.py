"""Measure the dashboard: first page, later pages, and the scenario lab under many hands at once.

Starts `tocsin serve` as a process of its own and asks it by HTTP from this one. A person in the lab moves one knob at
random, reads for about a second, and moves the next; where the answer says that games are still being solved, it is
asked for again every half second, as the page does.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from tocsin.case.load import load_case
from tocsin.scenarios.knobs import AS_OF
from tocsin.scenarios.lab import Lab

CASE = "armenia-azerbaijan"
PAGES = ("/", f"/case/{CASE}", f"/case/{CASE}/lab", f"/case/{CASE}/claims", "/watchlist", "/ledger", "/data")
AGAIN = 0.5
LIMIT = 60.0


@dataclass
class Told:
    """What the people saw: seconds to an answer, seconds until all games behind it were solved, and failures."""

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    left: int = 0
    failed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def get(link: http.client.HTTPConnection, path: str) -> tuple[int, bytes, float]:
    """Return status, body and seconds of one request."""
    start = time.perf_counter()
    link.request("GET", path)
    answer = link.getresponse()
    body = answer.read()
    return answer.status, body, time.perf_counter() - start


def memory(pid: int) -> str:
    """Return resident megabytes of a process, and of its children."""
    own, rest = resident(pid), sum(resident(p) for p in children(pid))
    return f"memory: {own:.0f} MB" + (f", and {rest:.0f} MB in processes of its own" if rest else "")


def resident(pid: int) -> float:
    """Return resident megabytes of one process; 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


def work(pid: int) -> float:
    """Return the seconds of processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """Return all processes below one."""
    parents: dict[int, int] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                parents[int(entry)] = int(Path(f"/proc/{entry}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        below = [p for p, parent in parents.items() if parent == one]
        found += below
        todo += below
    return found


def person(port: int, seed: int, until: float, think: float, told: Told, knobs: list[tuple[str, list[str]]]) -> None:
    """Move knobs at random until the time is up."""
    rng = random.Random(seed)
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    state: dict[str, str] = {}
    time.sleep(rng.uniform(0, max(think, 0.2)))
    while time.perf_counter() < until:
        name, values = rng.choice(knobs)
        state[name] = rng.choice(values)
        path = f"/case/{CASE}/lab/answer?{urlencode(state)}"
        began = time.perf_counter()
        pause = began + 1e9
        first = True
        while True:
            try:
                status, body, seconds = get(link, path)
            except OSError as error:
                with told.lock:
                    told.failed.append(repr(error))
                link.close()
                break
            complete = status == 200 and json.loads(body)["complete"]
            with told.lock:
                if status != 200:
                    told.failed.append(f"{status} {path}")
                elif first:
                    told.first.append(seconds)
                if complete:
                    told.whole.append(time.perf_counter() - began)
            if first:
                pause = time.perf_counter() + (rng.uniform(0.5 * think, 1.5 * think) if think else 0.0)
                first = False
            left = pause - time.perf_counter()
            if complete or status != 200 or left <= AGAIN:
                if not complete and status == 200:
                    with told.lock:
                        told.left += 1
                time.sleep(max(0.0, left))
                break
            time.sleep(AGAIN)


def crowd(port: int, people: int, seconds: float, think: float, seed: int) -> Told:
    """Let people loose on the lab, and return what they saw."""
    case = load_case(CASE)
    here = Lab(case).day(case.config.case.cutoff).knobs.values()
    knobs = [(k.name, [v for v, _ in k.choices]) for k in here if not k.idle or k.name == AS_OF]
    told = Told()
    until = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=person, args=(port, 1000 * seed + i, until, think, told, knobs)) for i in range(people)
    ]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return told


def quantile(values: list[float], q: float) -> float:
    """Return a quantile in milliseconds."""
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, int(q * len(ordered)))] if ordered else float("nan")


def say(what: str, told: Told, seconds: float, used: float) -> None:
    """Print what a crowd saw, and the processor time the server used for it."""
    f, w = told.first, told.whole
    print(
        f"{what}: {len(f)} answers, {len(f) / seconds:.1f} a second; ms to the answer: median {quantile(f, 0.5):.0f}, "
        f"95 % {quantile(f, 0.95):.0f}, 99 % {quantile(f, 0.99):.0f}, longest {quantile(f, 1):.0f}; "
        f"ms until all its games were solved ({len(w)}): median {quantile(w, 0.5):.0f}, 95 % {quantile(w, 0.95):.0f}; "
        f"left before that: {told.left}; failed: {len(told.failed)}; processor time of the server: {used:.0f} s, "
        f"{1000 * used / max(1, len(f)):.0f} ms an answer"
    )
    for line in told.failed[:5]:
        print(f"  {line}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1.0, help="minutes of the load test with thinking time")
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--think", type=float, default=1.0, help="mean seconds between two moves")
    parser.add_argument("--settle", type=float, default=0.0, help="seconds to wait after the first pages")
    parser.add_argument("--no-rush", action="store_true", help="leave out the quarter as long run without thinking")
    asked = parser.parse_args()
    port = free_port()
    began = time.perf_counter()
    server = subprocess.Popen([sys.executable, "-m", "tocsin", "serve", "--port", str(port)], stderr=subprocess.DEVNULL)
    try:
        measure(asked, port, server.pid, began)
    finally:
        server.terminate()
        server.wait(20)


def measure(asked: argparse.Namespace, port: int, pid: int, began: float) -> None:
    """Measure a server that is starting."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    while True:
        try:
            status, _, seconds = get(link, "/")
            break
        except OSError:
            link.close()
            if time.perf_counter() - began > LIMIT:
                sys.exit("the server does not start")
            time.sleep(0.02)
    print(f"processors {os.cpu_count()}, load before {os.getloadavg()[0]:.1f}")
    print(f"first page: {time.perf_counter() - began:.2f} s after the start of the process ({seconds:.2f} s of it)")
    for path in PAGES:
        times = []
        for _ in range(6):
            status, _, seconds = get(link, path)
            times.append(seconds)
        print(f"page {path} ({status}): first {1000 * times[0]:.0f} ms, later median {quantile(times[1:], 0.5):.0f} ms")
    time.sleep(asked.settle)
    print(memory(pid))
    seconds = 60 * asked.minutes
    before = work(pid)
    told = crowd(port, asked.people, seconds, asked.think, 1)
    used = work(pid) - before
    say(f"{asked.people} people, {asked.think:g} s between moves, {seconds:.0f} s", told, seconds, used)
    print(memory(pid))
    if not asked.no_rush:
        before = work(pid)
        told = crowd(port, asked.people, seconds / 4, 0.0, 2)
        used = work(pid) - before
        say(f"{asked.people} people without a pause, {seconds / 4:.0f} s", told, seconds / 4, used)
        print(memory(pid))
    print(f"load after {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
