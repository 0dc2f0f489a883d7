"""What takes long and much memory, in a process of its own: the server stays quick, and the memory is given back.

Run by the server as ``python -m tocsin.web.work FILE`` with the task as JSON on the standard input. The result goes
into FILE; each line of the standard output is JSON: ``{"done": 3, "total": 64}`` or ``{"error": ..., "text": ...}``.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

from tocsin.errors import TocsinError


def main() -> None:
    """Do one task."""
    out = Path(sys.argv[1])
    task = json.load(sys.stdin)
    if hasattr(os, "nice"):
        os.nice(5)
    try:
        result = TASKS[task.pop("task")](**task)
    except TocsinError as error:
        _say({"error": type(error).__name__, "text": str(error)})
        sys.exit(error.exit_code)
    from tocsin.web.keep import put

    put(out, result)


def _say(told: dict[str, Any]) -> None:
    print(json.dumps(told), flush=True)


def _assessment(folder: str, as_of: str | None, seed: int, draws: int, scenarios: bool) -> bytes:
    from tocsin.pipeline import assess

    found = assess(
        folder,
        as_of=date.fromisoformat(as_of) if as_of else None,
        seed=seed,
        draws=draws,
        scenarios=None if scenarios else [],
        progress=lambda done, total: _say({"done": done, "total": total}),
    )
    return found.model_dump_json().encode()


def _scenario(folder: str, names: list[str], sets: list[str], as_of: str | None, seed: int, draws: int) -> bytes:
    from tocsin.pipeline import scenario

    found = scenario(
        folder,
        names or None,
        overrides=sets,
        as_of=date.fromisoformat(as_of) if as_of else None,
        seed=seed,
        draws=draws,
        progress=lambda done, total: _say({"done": done, "total": total}),
    )
    return found.model_dump_json().encode()


def _watchlist(store: str | None, as_of: int) -> bytes:
    from tocsin.store import open_store
    from tocsin.web.watch import reckon

    count = 0

    def tick() -> None:
        nonlocal count
        count += 1
        _say({"done": count, "total": 0})

    return reckon(open_store(Path(store) if store else None), as_of, tick).encode()


TASKS: dict[str, Any] = {"assessment": _assessment, "scenario": _scenario, "watchlist": _watchlist}

if __name__ == "__main__":
    main()
