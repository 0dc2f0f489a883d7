"""`tocsin data`: list, fetch, verify and show the state of the data sets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from tocsin.store import Store

app = typer.Typer(help="Public data sets: fetched on demand, verified, converted once.", no_args_is_help=True)
NAMES = typer.Argument(None, help="Tables or sources; default all.")
STORE = typer.Option(None, "--store", help="Folder of the store; default TOCSIN_STORE or the user's data folder.")


def _store(path: Path | None) -> Store:
    from tocsin.store import open_store

    return open_store(path)


@app.command("list")
def list_() -> None:
    """List every declared source: table, years, rows, version, title."""
    from rich.console import Console
    from rich.table import Table

    from tocsin.sources.declaration import sources

    table = Table(box=None, pad_edge=False)
    for column in ("table", "years", "rows", "version", "title", "terms"):
        table.add_column(column, justify="right" if column == "rows" else "left")
    for s in sources().values():
        for name, rows in s.rows.items():
            terms = "may be passed on" if s.redistribute else "fetch only"
            table.add_row(name, _short(s.coverage, 24), f"{rows:,}", _short(s.version, 28), s.title, terms)
    console = Console()
    Console(width=None if console.is_terminal else 400).print(table)
    typer.echo("Where a cell ends in an ellipsis, tocsin data codebook NAME has the whole of it.", err=True)


def _short(text: str, width: int) -> str:
    """Return a text, cut with a mark where it is too long."""
    return text if len(text) <= width else text[: width - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


@app.command()
def fetch(
    names: list[str] | None = NAMES,
    mirror: Path | None = typer.Option(None, "--from", help="Read from a local mirror instead of the network."),
    file: Path | None = typer.Option(None, "--from-file", help="A file fetched by hand, for one source."),
    store: Path | None = STORE,
    sql: Path | None = typer.Option(None, "--sql", help="Also write a DuckDB file with a view per table."),
) -> None:
    """Bring sources, check them, and convert them to tables of the store."""
    from tocsin.errors import SourceError
    from tocsin.store.build import fetch as run

    if mirror is not None and not mirror.is_dir():
        raise SourceError(f"--from {mirror}: there is no such folder.")
    if file is not None and not file.is_file():
        raise SourceError(f"--from-file {file}: there is no such file.")
    target = _store(store)
    with _shown() as (advance, each):
        run(target, names or (), mirror=mirror, file=file, progress=advance, each=each)
    if sql is not None:
        from tocsin.store.sql import write_views

        typer.echo(f"{len(write_views(target, sql))} views in {sql}")


@contextmanager
def _shown() -> Iterator[tuple[Any, Any]]:
    """A progress bar on a terminal; one line per source elsewhere."""
    import sys

    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    console = Console(stderr=True)
    counts = {"built": 0, "current": 0}
    if not console.is_terminal:

        def line(source: Any, state: str) -> None:
            counts[state] += 1
            rows = ", ".join(f"{name} {n:,} rows" for name, n in source.rows.items())
            sys.stdout.write(f"{state}: {rows}\n")

        yield None, line
    else:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("fetching", total=None)

            def told(source: Any, state: str) -> None:
                counts[state] += 1
                bar.update(task, description=source.table)

            yield (lambda n: bar.advance(task, n)), told
    typer.echo(f"{counts['built']} built, {counts['current']} already there")


@app.command()
def verify(names: list[str] | None = NAMES, store: Path | None = STORE) -> None:
    """Hash every file again; a single flipped bit is found."""
    from tocsin.errors import SourceError
    from tocsin.store.build import verify as run

    target = _store(store)
    verdicts = run(target, names or ())
    bad = [f"{v.table}: {p}" for v in verdicts for p in v.problems]
    if bad:
        listed = "\n".join(f"  {line}" for line in bad)
        raise SourceError(f"{len(bad)} problems in {target.root}:\n{listed}\nMend with: tocsin data repair NAME")
    typer.echo(
        f"{len(verdicts)} sources verified, no problem." if verdicts else "The store is empty: tocsin data fetch"
    )


@app.command()
def repair(
    names: list[str] = typer.Argument(help="Sources to drop and bring again."),
    mirror: Path | None = typer.Option(None, "--from", help="Read from a local mirror instead of the network."),
    store: Path | None = STORE,
) -> None:
    """Drop the tables and files of the named sources that do not verify, and bring them again."""
    from tocsin.store.build import repair as run

    run(_store(store), names, mirror=mirror)
    typer.echo("repaired")


@app.command()
def status(store: Path | None = STORE) -> None:
    """Show what the store holds and what it lacks."""
    from tocsin.errors import SourceError
    from tocsin.sources.declaration import table_sources

    target = _store(store)
    have = set(target.tables())
    lacking = [t for t in table_sources() if t not in have]
    typer.echo(f"store: {target.root}")
    typer.echo(f"{len(have)} of {len(have) + len(lacking)} tables are there")
    broken = []
    for name in sorted(have):
        try:
            made = target.manifest(name)
            line = f"{made['rows']:,} rows, {made['title']} {made['version']}, {made['built_by']}"
        except (OSError, ValueError, KeyError) as error:
            broken.append(name)
            line = f"its manifest cannot be read ({error})"
        typer.echo(f"  {name}: {line}")
    if lacking:
        typer.echo("lacking: " + ", ".join(sorted(lacking)))
        typer.echo("bring them with: tocsin data fetch")
    if broken:
        raise SourceError(
            f"{len(broken)} tables of {target.root} cannot be read. Mend with: tocsin data repair {' '.join(broken)}"
        )


@app.command()
def codebook(names: list[str] | None = NAMES) -> None:
    """Print the codebook of tables, in Markdown."""
    from tocsin.sources.codebook import page

    typer.echo(page(names or ()))
