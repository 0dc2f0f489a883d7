"""What a server was started with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HOST, PORT = "127.0.0.1", 8765
# As many as `tocsin assess` draws, so that a page and a report say the same.
DRAWS = 64


@dataclass(frozen=True)
class Settings:
    """How a dashboard was started.

    Parameters
    ----------
    host, port
        Address it listens on; requests that name another host are refused.
    cases : Path, optional
        Folder with cases of one's own, one folder each, beside the built-in ones.
    ledger : Path, optional
        File of the ledger; default as for ``tocsin ledger``.
    store : Path, optional
        Folder of the store; default as for ``tocsin data``.
    cache : Path, optional
        Folder for results that take long; default a folder of the user's cache.
    draws, seed : int
        Draws of the payoffs of the strategic game, and their seed.
    warm : bool
        Reckon the first built-in case in the background after the start.
    """

    host: str = HOST
    port: int = PORT
    cases: Path | None = None
    ledger: Path | None = None
    store: Path | None = None
    cache: Path | None = None
    draws: int = DRAWS
    seed: int = 1
    warm: bool = True
