"""Killed at any moment of download or conversion, the next run succeeds and no half table is ever seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sources import server
from tests.store.kill_driver import RELEASES

KILLS = 200
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="starts its processes by fork, which this system lacks")
def test_two_hundred_kills(tmp_path: Path) -> None:
    first, second = (server.dripping(body, len(body) // 10, 0.003) for body in RELEASES)
    with server.serve(first) as one, server.serve(second) as two:
        run = subprocess.run(
            [sys.executable, "-m", "tests.store.kill_driver", str(tmp_path), one, two, str(KILLS), "1816"],
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if k != "TOCSIN_MIRROR"},
            capture_output=True,
            text=True,
            timeout=300,
        )
    assert run.returncode == 0, run.stderr[-2000:]
    seen = json.loads(run.stdout)
    assert seen["killed"] == KILLS
    assert seen["next run succeeded"] == KILLS // 5
    # The kills must have hit what they were meant to hit.
    assert seen["in download"] >= 20, seen
    assert seen["in conversion"] >= 20, seen
    assert seen["beside another"] >= 5, seen
