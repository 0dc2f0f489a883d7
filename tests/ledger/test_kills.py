"""Writers killed at any moment lose nothing that was acknowledged and leave nothing by half."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = 40  # scripts/kill_ledger.py runs 200
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="starts its processes by fork, which this system lacks")
def test_killed_writers(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "scripts/kill_ledger.py", "--kills", str(KILLS), "--folder", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stdout + run.stderr[-2000:]
    seen = json.loads(run.stdout)
    assert seen["kills"] == KILLS
    # The kills must have hit what they were meant to hit.
    assert seen["killed in a call"] >= KILLS // 4, seen
    assert seen["acknowledged"] >= 20, seen
    assert seen["resolutions"] >= 1, seen
