"""The `tocsin` command: one file per group of commands, nothing heavy imported until a command runs."""

from __future__ import annotations

import sys

import typer

from tocsin import __version__
from tocsin.cli import case, data, ledger, strategy
from tocsin.cli.assess import assess
from tocsin.cli.backtest import backtest
from tocsin.cli.cite import cite
from tocsin.cli.claims import claims
from tocsin.cli.panel import panel
from tocsin.cli.scenario import scenario
from tocsin.cli.serve import serve
from tocsin.cli.train import train
from tocsin.cli.watchlist import watchlist
from tocsin.errors import TocsinError

app = typer.Typer(
    name="tocsin",
    help="Early warning for wars of shifting power.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(assess)
app.command()(backtest)
app.command()(cite)
app.command()(claims)
app.command()(panel)
app.command()(scenario)
app.command()(serve)
app.command()(train)
app.command()(watchlist)
app.add_typer(case.app, name="case")
app.add_typer(data.app, name="data")
app.add_typer(ledger.app, name="ledger")
app.add_typer(strategy.app, name="strategy")


def _version(value: bool) -> None:
    if value:
        typer.echo(f"tocsin {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Early warning for wars of shifting power."""


def main() -> None:
    """Run the command line; a TocsinError becomes its message and its exit code."""
    try:
        app()
    except TocsinError as error:
        sys.stderr.write(f"tocsin: {error}\n")
        sys.exit(error.exit_code)
