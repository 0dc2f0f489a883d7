"""The manifest beside a table: what it was made from, sealed so that a change of any single bit shows."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

SEAL = "manifest_sha256"


def _text(fields: dict[str, Any]) -> str:
    return json.dumps(fields, indent=1) + "\n"


def _seal(fields: dict[str, Any]) -> str:
    return hashlib.sha256(_text(fields).encode()).hexdigest()


def write_manifest(path: Path, fields: dict[str, Any]) -> str:
    """Write the fields and, last, the SHA-256 of the text they make, which is returned.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "manifest.json"
    >>> len(write_manifest(path, {"rows": 14}))
    64
    >>> read_manifest(path)["rows"], is_whole(path)
    (14, True)
    """
    seal = _seal(fields)
    path.write_text(_text(fields | {SEAL: seal}), "utf-8")
    return seal


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the fields.

    Raises
    ------
    OSError, ValueError
        If the file cannot be read, or is not a JSON object.
    """
    return _fields(path.read_bytes())


def _fields(raw: bytes) -> dict[str, Any]:
    fields = json.loads(raw.decode("utf-8"))
    if not isinstance(fields, dict):
        raise ValueError("it is not a JSON object")
    return fields


def is_whole(path: Path) -> bool:
    """Return whether the file is, byte for byte, what `write_manifest` wrote."""
    raw = path.read_bytes()
    unsealed = {name: value for name, value in _fields(raw).items() if name != SEAL}
    return raw == _text(unsealed | {SEAL: _seal(unsealed)}).encode()
