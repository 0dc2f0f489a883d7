"""Results that take long, kept in files of the user's cache: named by everything they depend on, so never stale."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tocsin.errors import UsageError
from tocsin.web.settings import Settings

# Files kept; one has a megabyte or two.
MOST = 60


def folder(settings: Settings) -> Path:
    """Return the folder of the kept results, made if it is not there.

    Raises
    ------
    UsageError
        If it cannot be made.
    """
    if settings.cache is not None:
        path = settings.cache
    else:
        from platformdirs import user_cache_path

        path = user_cache_path("tocsin") / "dashboard"
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{path}: results cannot be kept there: {error.strerror}.") from error
    return path


@cache
def code() -> str:
    """Return a mark of the installed version of the tool, down to its last file: name, size and time of change."""
    root = Path(str(files("tocsin")))
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".toml", ".csv", ".json"}:
            stat = path.stat()
            digest.update(f"{path.relative_to(root)}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


def name(kind: str, **parts: Any) -> str:
    """Return the file name of a result: what it is, and a hash of all it depends on."""
    told = json.dumps({"code": code(), **parts}, sort_keys=True, default=str)
    return f"{kind}-{hashlib.sha256(told.encode()).hexdigest()[:24]}.json"


def put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, and drop the oldest where there are too many."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(data)
    part.replace(path)
    kept = sorted(path.parent.glob("*-*.json"), key=lambda p: p.stat().st_mtime)
    for old in kept[: max(0, len(kept) - MOST)]:
        old.unlink(missing_ok=True)


def get(path: Path) -> bytes | None:
    """Return a kept result, or None; reading it makes it young."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return data
