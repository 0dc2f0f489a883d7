"""The store: one folder per table, Parquet written once, never seen half written.

Layout: ``tables/NAME/current`` holds the name of the folder beside it with ``data.parquet`` and ``manifest.json``. A
new build is written into a folder of its own and becomes current by one atomic rename.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin import __version__
from tocsin.errors import SourceError, suggest
from tocsin.sources.declaration import Source, table_sources
from tocsin.sources.fetch import file_sha256
from tocsin.store.manifest import is_whole, read_manifest, write_manifest

if TYPE_CHECKING:
    import polars as pl

ENV = "TOCSIN_STORE"
FORMAT = 2


@dataclass(frozen=True)
class Store:
    """A folder of tables.

    Parameters
    ----------
    root : Path
        Its folder; it need not exist yet.
    """

    root: Path

    @property
    def raw(self) -> Path:
        """Folder of the source files as fetched."""
        return self.root / "raw"

    def tables(self) -> list[str]:
        """Return the names of the tables that are there."""
        folder = self.root / "tables"
        return sorted(p.parent.name for p in folder.glob("*/current")) if folder.is_dir() else []

    def has(self, name: str) -> bool:
        """Return whether a table is there."""
        return (self.root / "tables" / name / "current").is_file()

    def manifest(self, name: str) -> dict[str, Any]:
        """Return what a table was made from, and by what."""
        return read_manifest(self._folder(name) / "manifest.json")

    def manifest_is_whole(self, name: str) -> bool:
        """Return whether the manifest of a table is, bit for bit, the one that was written."""
        return is_whole(self._folder(name) / "manifest.json")

    def path(self, name: str) -> Path:
        """Return the Parquet file of a table."""
        return self._folder(name) / "data.parquet"

    def table(self, name: str) -> pl.LazyFrame:
        """Return a table, not yet read.

        Raises
        ------
        SourceError
            If it is not in the store; the message says which fetch brings it.
        """
        import polars as pl

        return pl.scan_parquet(self.path(name))

    def _folder(self, name: str) -> Path:
        current = self.root / "tables" / name / "current"
        if not current.is_file():
            known = table_sources()
            if name in known:
                raise SourceError(
                    f"table '{name}' is not in the store. Bring it with: tocsin data fetch {known[name].table}"
                )
            raise SourceError(f"there is no table '{name}'.{suggest(name, known)} See: tocsin data list")
        return current.parent / current.read_text("utf-8").strip()

    def is_current(self, source: Source, raw_sha256: str) -> bool:
        """Return whether every table of a source was made from this file, as it is declared now."""
        made = {"source_sha256": raw_sha256, "format": FORMAT, "declared_sha256": _declared(source)}
        try:
            return all(
                self.has(t) and self.manifest_is_whole(t) and made.items() <= self.manifest(t).items()
                for t in source.rows
            )
        except (OSError, ValueError):
            return False

    def write(self, source: Source, raw_sha256: str, frames: dict[str, pl.DataFrame]) -> None:
        """Write the tables of a source; each becomes visible whole or not at all."""
        for name, frame in frames.items():
            home = self.root / "tables" / name
            home.mkdir(parents=True, exist_ok=True)
            part = home / f".part-{os.getpid()}"
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            data = part / "data.parquet"
            _to_parquet(frame, data)
            sha = file_sha256(data)
            manifest = {
                "format": FORMAT,
                "table": name,
                "source": source.table,
                "source_file": source.file,
                "source_sha256": raw_sha256,
                "title": source.title,
                "version": source.version,
                "rows": len(frame),
                "columns": {c: str(t) for c, t in frame.schema.items()},
                "data_sha256": sha,
                "declared_sha256": _declared(source),
                "built_by": f"tocsin {__version__}",
            }
            seal = write_manifest(part / "manifest.json", manifest)
            for written in (data, part / "manifest.json"):
                with written.open("rb") as handle:
                    os.fsync(handle.fileno())
            # Named by the manifest, not by the data alone: the same table from another file is another build.
            final = home / seal[:16]
            if _whole(final, sha):
                shutil.rmtree(part)
            else:
                shutil.rmtree(final, ignore_errors=True)
                part.rename(final)
            # The build just replaced stays, for readers that opened it; older ones and broken ones go.
            kept = {final.name, (home / "current").read_text("utf-8") if (home / "current").is_file() else ""}
            pointer = home / f".current-{os.getpid()}"
            pointer.write_text(final.name, "utf-8")
            pointer.replace(home / "current")
            for old in home.iterdir():
                if old.is_dir() and old.name not in kept:
                    shutil.rmtree(old, ignore_errors=True)
                elif old.name.startswith(".current-"):  # left by a process that was killed
                    old.unlink(missing_ok=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the store against other processes that fetch or build; the system frees it if this one dies."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            handle = (self.root / "lock").open("a+b")
        except OSError as error:
            raise SourceError(f"cannot write into the store {self.root}: {error.strerror}.") from error
        with handle:
            _lock(handle.fileno())
            yield


def _to_parquet(frame: pl.DataFrame, path: Path) -> None:
    import polars as pl

    try:
        frame.write_parquet(path, compression="zstd", statistics=True)
    except pl.exceptions.ComputeError as error:  # how Polars reports a full disk
        raise OSError(errno.ENOSPC, str(error)) from error


def _declared(source: Source) -> str:
    """Return a hash of what a declaration says about reading the file: if it changes, the tables are built anew."""
    told = source.model_dump(mode="json", include={"reader", "rows", "nulls", "missing", "columns"})
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _whole(folder: Path, sha: str) -> bool:
    try:
        return is_whole(folder / "manifest.json") and file_sha256(folder / "data.parquet") == sha
    except (OSError, ValueError):
        return False


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def open_store(path: Path | None = None) -> Store:
    """Return the store in a folder: the given one, else TOCSIN_STORE, else a folder of the user's data.

    Examples
    --------
    >>> from pathlib import Path
    >>> open_store(Path("nowhere")).tables()
    []
    """
    if path is None:
        named = os.environ.get(ENV)
        if named:
            path = Path(named)
        else:
            from platformdirs import user_data_path

            path = user_data_path("tocsin")
    return Store(Path(path))
