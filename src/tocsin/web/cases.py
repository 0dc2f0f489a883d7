"""The cases that can be opened: the built-in ones and those of one folder, which may be hostile."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from tocsin.case.load import builtin_folder
from tocsin.case.schemas import TABLES
from tocsin.errors import Fault, TocsinError

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
FILES = ("case.toml", "sources.toml", *(t.file for t in TABLES))
# Cases of a folder, and bytes of a case, at most; the largest built-in one has under half a million.
MOST, BYTES = 200, 20_000_000
Signature = tuple[tuple[str, int, int], ...]


class NoCaseError(TocsinError):
    """There is no case of that name; shown as "not found"."""


@dataclass(frozen=True)
class Place:
    """Where a case is.

    Parameters
    ----------
    name : str
        Its name in addresses.
    folder : Path
        Its folder.
    own : bool
        Whether it comes from the user's folder.
    hides : bool
        Whether a built-in case of the same name is hidden by it.
    """

    name: str
    folder: Path
    own: bool
    hides: bool = False


class Cases:
    """The built-in cases and those of ``folder``; the folder is read anew at each request.

    Parameters
    ----------
    folder : Path, optional
        Holds one folder for each case.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def places(self) -> list[Place]:
        """Return every case by name."""
        found = {p.parent.name: Place(p.parent.name, p.parent, own=False) for p in builtin_folder().glob("*/case.toml")}
        for path in self._own():
            found[path.name] = Place(path.name, path, own=True, hides=path.name in found)
        return [found[name] for name in sorted(found)]

    def place(self, name: str) -> Place:
        """Return where a case is.

        Raises
        ------
        NoCaseError
            If there is none of that name.
        """
        if NAME.fullmatch(name):
            for found in self.places():
                if found.name == name:
                    return found
        raise NoCaseError(f"There is no case {name[:100]!r} here.")

    def signature(self, place: Place) -> Signature:
        """Return name, size and time of the last change of every file of a case: where it changes, the case did."""
        return tuple(
            (name, stat.st_size, stat.st_mtime_ns) for name in FILES if (stat := _stat(place.folder / name)) is not None
        )

    def fault(self, place: Place) -> Fault | None:
        """Return why a case is not even read, if so: its files are too large together."""
        size = sum(size for _, size, _ in self.signature(place))
        if size <= BYTES:
            return None
        return Fault(".", "size", f"the files have {size / 1e6:,.0f} MB together; the limit is {BYTES / 1e6:.0f} MB")

    def _own(self) -> list[Path]:
        if self._folder is None:
            return []
        root = self._folder.resolve()
        found = []
        try:
            inside = sorted(self._folder.iterdir())
        except OSError:
            return []
        for path in inside:
            # A link to a folder elsewhere would show what the user did not put here.
            if NAME.fullmatch(path.name) and path.is_dir() and path.resolve().parent == root:
                found.append(path)
        return found[:MOST]


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
