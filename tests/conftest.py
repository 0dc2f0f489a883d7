"""Shared fixtures: where the mirror of the real data is, if it is here at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

DEFAULT_MIRROR = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def mirror() -> Path:
    """Folder with the real data; the test is skipped where there is none."""
    folder = Path(os.environ.get("TOCSIN_MIRROR", DEFAULT_MIRROR))
    if not (folder / "MANIFEST.json").is_file():
        pytest.skip("no mirror of the data sets: set TOCSIN_MIRROR to a folder that holds MANIFEST.json")
    return folder
