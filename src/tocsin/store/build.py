"""From a declared source to its tables in the store: bring, check, read, check, write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tocsin.errors import SourceError, TocsinError
from tocsin.sources.declaration import Source, chosen
from tocsin.sources.fetch import Patience, Progress, bring, file_sha256, homes
from tocsin.sources.readers import read_source
from tocsin.store.store import FORMAT, Store


@dataclass(frozen=True)
class Verdict:
    """What verifying a source found: each problem, or none."""

    source: Source
    problems: tuple[str, ...]

    @property
    def table(self) -> str:
        """Name of the source."""
        return self.source.table


def fetch(
    store: Store,
    names: Sequence[str] = (),
    *,
    mirror: Path | None = None,
    file: Path | None = None,
    patience: Patience | None = None,
    progress: Progress | None = None,
    each: Callable[[Source, str], None] | None = None,
) -> list[Source]:
    """Bring sources and build their tables; what is there and whole is left alone.

    Parameters
    ----------
    store : Store
        Where to.
    names : sequence of str
        Tables or sources; default all.
    mirror, file
        See ``tocsin.sources.fetch.bring``; ``file`` needs exactly one name.
    each : callable, optional
        Told of each source and whether it was 'built' or 'current'.

    Returns
    -------
    list of Source
        The sources asked for.

    Raises
    ------
    SourceError, CheckError
        The faults of all sources that failed, at once; every other source is built.
    """
    wanted = chosen(names)
    if file is not None and len(wanted) != 1:
        raise SourceError("--from-file brings one source: name it, for example: tocsin data fetch nmc --from-file FILE")
    faults: list[TocsinError] = []
    with store.lock():
        for source in wanted:
            try:
                path, sha = bring(source, store.raw, mirror=mirror, file=file, patience=patience, progress=progress)
                state = "current"
                if not store.is_current(source, sha):
                    store.write(source, sha, read_source(source, path))
                    state = "built"
                if each:
                    each(source, state)
            except OSError as error:
                faults.append(SourceError(f"{source.table}: {error.strerror or error}; store: {store.root}."))
            except TocsinError as error:
                faults.append(error)
    if faults:
        raise faults[0] if len(faults) == 1 else type(faults[0])("\n".join(str(f) for f in faults))
    return wanted


def verify(store: Store, names: Sequence[str] = ()) -> list[Verdict]:
    """Hash every file of the store again and compare with what was declared and what was written.

    Returns
    -------
    list of Verdict
        One per source that is in the store; a flipped bit in a source file or a table is a problem.
    """
    out = []
    for source in chosen(names):
        files = [p for p in homes(source, store.raw) if p.is_file()]
        present = [t for t in source.rows if store.has(t)]
        if not files and not present:
            continue
        problems = []
        for path in files:
            try:
                if file_sha256(path) not in source.hashes:
                    problems.append(f"{path.name}: its bytes are not those declared")
            except OSError as error:
                problems.append(f"{path.name}: cannot be read ({error.strerror or error})")
        for name in source.rows:
            if name not in present:
                problems.append(f"table {name}: is missing")
                continue
            try:
                manifest = store.manifest(name)
                if file_sha256(store.path(name)) != manifest["data_sha256"]:
                    problems.append(f"table {name}: its bytes are not those written")
                if manifest["format"] != FORMAT:
                    problems.append(f"table {name}: was written in an older form of the store")
                elif not store.manifest_is_whole(name):
                    problems.append(f"table {name}: its manifest is not the one written")
                if manifest["source_sha256"] not in source.hashes:
                    problems.append(f"table {name}: was made from another file than the one declared")
                if manifest["rows"] != source.rows[name]:
                    problems.append(f"table {name}: {manifest['rows']:,} rows where {source.rows[name]:,} are declared")
            except (OSError, ValueError, KeyError) as error:
                problems.append(f"table {name}: cannot be read ({error})")
        out.append(Verdict(source, tuple(problems)))
    return out


def _sound(path: Path, source: Source) -> bool:
    """Return whether a file can be read and is one that was declared."""
    try:
        return file_sha256(path) in source.hashes
    except OSError:
        return False


def repair(store: Store, names: Sequence[str], *, mirror: Path | None = None) -> list[Source]:
    """Drop what does not verify of the named sources, and bring it again."""
    import shutil

    with store.lock():
        for verdict in verify(store, names):
            if not verdict.problems:
                continue
            source = verdict.source
            try:
                for path in homes(source, store.raw):
                    if path.is_file() and not _sound(path, source):
                        path.unlink()
                for folder in (store.root / "tables" / table for table in source.rows):
                    if folder.is_dir():
                        shutil.rmtree(folder)
            except OSError as error:
                raise SourceError(f"{source.table}: cannot be dropped: {error}.") from error
    return fetch(store, names, mirror=mirror)
