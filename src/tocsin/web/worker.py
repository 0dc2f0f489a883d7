"""Runs long tasks in a process of their own, and tells how far they are."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tocsin import errors
from tocsin.errors import TocsinError
from tocsin.web.once import StoppedError


class Worker:
    """Starts processes, and ends those that run when the server ends."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def run(self, task: dict[str, Any], out: Path, tell: Callable[[int, int], None]) -> None:
        """Do a task of ``tocsin.web.work``; its result is then in ``out``.

        Raises
        ------
        TocsinError
            What the task raised; StoppedError if it died without a word.
        """
        # One thread, so that pages stay quick on a machine with two cores.
        calm = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), "1")
        with self._lock:
            if self._closed:
                raise StoppedError("The server is being stopped.")
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "tocsin.web.work", str(out)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=calm | dict(os.environ),
            )
            self._running.add(process)
        failed: TocsinError | None = None
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            # One that died at once cannot be told; its status says so below.
            with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
                pipe.write(json.dumps(task))
            with process.stdout as lines:
                for line in lines:
                    said = json.loads(line)
                    if "error" in said:
                        failed = getattr(errors, said["error"], TocsinError)(said["text"])
                    else:
                        tell(said["done"], said["total"])
        finally:
            status = process.wait()
            with self._lock:
                self._running.discard(process)
        if failed is not None:
            raise failed
        if status:
            raise StoppedError(f"The process that did this ended with status {status} and without a word.")

    def close(self) -> None:
        """End what runs."""
        with self._lock:
            self._closed = True
            for process in self._running:
                process.terminate()
