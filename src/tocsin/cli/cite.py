"""`tocsin cite`: BibTeX of what was used."""

from __future__ import annotations

import typer


def cite(
    things: list[str] | None = typer.Argument(None, help="Tables or sources (tocsin data list); default all."),
) -> None:
    """Print BibTeX for the named tables."""
    from tocsin.sources.codebook import cite as run

    typer.echo(run(things or ()), nl=False)
