"""`tocsin scenario CASE [NAME ...]`: what if?"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tocsin.cli.progress import bar

if TYPE_CHECKING:
    from tocsin.case.load import Case


def scenario(
    case: str = typer.Argument(help="Folder of a case, or name of a built-in one."),
    names: list[str] | None = typer.Argument(None, metavar="NAME", help="Scenarios; a+b joins two in this order."),
    sets: list[str] | None = typer.Option(
        None, "--set", metavar="KEY=VALUE", help="Change an input; all of these are one more scenario, called 'set'."
    ),
    list_: bool = typer.Option(False, "--list", help="List the scenarios of the case and stop."),
    as_of: datetime | None = typer.Option(
        None, "--as-of", formats=["%Y-%m-%d"], help="Last day of knowledge; default: the case's cut-off."
    ),
    seed: int = typer.Option(1, "--seed", min=0, help="Seed of every draw."),
    draws: int = typer.Option(64, "--draws", min=0, max=500, help="Draws of the payoffs of the game; 0 leaves it out."),
    out: Path | None = typer.Option(None, "--out", help="File for the same as JSON."),
) -> None:
    """Run named changes of a case, and show base and scenarios side by side; without a name all of the case."""
    from rich.console import Console

    from tocsin.case.load import load_case
    from tocsin.errors import UsageError
    from tocsin.pipeline import scenario as run
    from tocsin.report.terminal import show_scenarios

    whole = load_case(case)
    if list_:
        _list(whole)
        return
    day = as_of and as_of.date()
    with bar(draws, "draws") as progress:
        found = run(case, names or None, overrides=sets or (), as_of=day, seed=seed, draws=draws, progress=progress)
    show_scenarios({c: s.name for c, s in whole.config.states.items()}, found, Console(highlight=False))
    if found.left_out:
        typer.echo(
            f"Left out, since they speak of what was not yet known or change nothing on the day: {found.left_out}."
        )
    elif not found.results:
        typer.echo(f"The case names no scenario: use --set, or add [[scenarios]] to case.toml of {case}.")
    if out is not None:
        try:
            out.write_text(found.model_dump_json(indent=1) + "\n", "utf-8")
        except OSError as error:
            raise UsageError(f"--out {out}: cannot be written: {error.strerror}. Name another file.") from error
        typer.echo(f"wrote {out}")


def _list(case: Case) -> None:
    from rich.console import Console
    from rich.table import Table

    from tocsin.scenarios.named import chosen

    table = Table(box=None, pad_edge=False)
    for column in ("name", "title", "day"):
        table.add_column(column, overflow="fold")
    for s in chosen(case, None):
        table.add_row(s.name, s.title, str(s.as_of or ""))
    Console(highlight=False, markup=False).print(table)
