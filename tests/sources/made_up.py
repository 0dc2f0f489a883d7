"""Small made-up sources for the tests of fetching and building."""

from __future__ import annotations

import hashlib
from typing import Any

from tocsin.sources.declaration import Source

ROWS = 2000
BODY = ("ccode,year,value\n" + "".join(f"{i % 200},{1900 + i % 100},{i}\n" for i in range(ROWS))).encode()


def source(address: str | None = None, *, body: bytes = BODY, **changes: Any) -> Source:
    """Return the declaration of a small CSV source."""
    fields: dict[str, Any] = {
        "table": "made_up",
        "title": "Made up",
        "publisher": "Nobody",
        "version": "1",
        "about": "Made-up numbers.",
        "row": "state-year",
        "coverage": "1900-1999",
        "unit": "",
        "citation": "Nobody (2026)",
        "bibtex": "@misc{nobody2026}",
        "terms": "none",
        "redistribute": True,
        "addresses": [address] if address else [],
        "page": "https://example.org/made-up",
        "file": "made/made_up.csv",
        "sha256": hashlib.sha256(body).hexdigest(),
        "bytes": len(body),
        "reader": "csv",
        "rows": {"made_up": ROWS},
        "columns": {"made_up": {"ccode": "Int64", "year": "Int64", "value": "Int64"}},
    }
    return Source.model_validate(fields | changes)
