"""Run a reader that works in native code in a process of its own, with a fixed memory: a bad file can at worst end it.

Parquet and Stata files are read by native libraries, which believe the sizes a file states about itself; a workbook
becomes a tree of cells many times its size.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.errors import SourceError

if TYPE_CHECKING:
    import polars as pl

MEMORY = 800 << 20  # bytes of data the reader may hold; the largest declared file needs half of it
SECONDS = 120
_TOLD = 3  # exit status of a reader that said what is wrong
_TRACEBACK = 1  # and of one that Python ended


def read_apart(kind: str, path: Path) -> dict[str, pl.DataFrame]:
    """Return the raw tables of a file, read in a process of its own.

    Parameters
    ----------
    kind : str
        ``parquet``, ``stata`` or ``milex``.
    path : Path
        The file.

    Returns
    -------
    dict of str to polars.DataFrame
        By name of table; the single table of Parquet and Stata files is called ``""``.

    Raises
    ------
    SourceError
        If the file cannot be read, is damaged, or reading it takes more than `MEMORY` bytes or `SECONDS` seconds.
    """
    import polars as pl

    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        command = [sys.executable, "-m", "tocsin.sources.sandbox", kind, str(path), folder]
        environment = {**os.environ, "POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        try:
            child = subprocess.run(
                command, capture_output=True, timeout=SECONDS, env=environment, stdin=subprocess.DEVNULL, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise SourceError(f"{path.name}: was not read within {SECONDS} seconds; is it damaged?") from error
        said = child.stderr.decode("utf-8", "replace").strip()
        if child.returncode == _TOLD:
            raise SourceError(said)
        if child.returncode:
            # A traceback ends with the error itself; what the system or native code says of a crash is no help.
            why = f" ({said.splitlines()[-1]})" if child.returncode == _TRACEBACK and said else ""
            raise SourceError(
                f"{path.name}: reading it failed within the {MEMORY >> 20} MiB allowed for it{why}; it is damaged, or "
                "swells when unpacked."
            )
        names = Path(folder, "names.txt").read_text("utf-8").split("\n")
        return {name: pl.read_ipc(Path(folder, f"{n}.arrow").read_bytes()) for n, name in enumerate(names)}


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _stata(path: Path) -> dict[str, pl.DataFrame]:
    import pyreadstat

    try:
        return {"": pyreadstat.read_dta(str(path), output_format="polars")[0]}
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OverflowError) as error:
        raise SourceError(f"{path.name}: is not a sound Stata file ({error}).") from error


def _parquet(path: Path) -> dict[str, pl.DataFrame]:
    import polars as pl

    try:
        return {"": pl.read_parquet(path)}
    except pl.exceptions.PolarsError as error:
        raise SourceError(f"{path.name}: is not a sound Parquet file ({error}).") from error


def _milex(path: Path) -> dict[str, pl.DataFrame]:
    from tocsin.sources.sipri import read_milex

    return read_milex(path)


_KINDS = {"stata": _stata, "parquet": _parquet, "milex": _milex}


def _main(kind: str, path: str, folder: str) -> int:
    _limit_memory()
    try:
        tables = _KINDS[kind](Path(path))
    except (SourceError, MemoryError) as error:
        sys.stderr.write(str(error) or f"{Path(path).name}: needs more memory than is allowed for it.")
        return _TOLD
    except OSError as error:
        sys.stderr.write(f"{Path(path).name}: cannot be read ({error.strerror or error}).")
        return _TOLD
    try:
        for number, frame in enumerate(tables.values()):
            frame.write_ipc(Path(folder, f"{number}.arrow"))
        Path(folder, "names.txt").write_text("\n".join(name.replace("\n", " ") for name in tables), "utf-8")
    except OSError as error:
        sys.stderr.write(f"{Path(path).name}: its tables cannot be written to {folder} ({error.strerror or error}).")
        return _TOLD
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:4]))
