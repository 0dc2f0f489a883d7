"""`tocsin assess`: the main job."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tocsin.cli.progress import bar

if TYPE_CHECKING:
    from tocsin.assessment.model import Assessment


def assess(
    case: str = typer.Argument(help="Folder of a case, or name of a built-in one (tocsin case list)."),
    as_of: datetime | None = typer.Option(
        None, "--as-of", formats=["%Y-%m-%d"], help="Last day of knowledge; default: the case's cut-off."
    ),
    issued: datetime | None = typer.Option(
        None, "--issued", formats=["%Y-%m-%d"], help="Day of issue on the report; default: the as-of date."
    ),
    out: Path = typer.Option(Path("out"), "--out", help="Folder for assessment.json and report.html."),
    seed: int = typer.Option(1, "--seed", min=0, help="Seed of every draw."),
    draws: int = typer.Option(
        64, "--draws", min=0, max=500, help="Draws of the payoffs of the strategic game; 0 leaves its results out."
    ),
    scenarios: list[str] | None = typer.Option(
        None, "--scenario", metavar="NAME", help="Run only these scenarios of the case; a+b joins two in this order."
    ),
    sets: list[str] | None = typer.Option(
        None, "--set", metavar="KEY=VALUE", help="Change an input; all of these are one more scenario, called 'set'."
    ),
    no_scenarios: bool = typer.Option(False, "--no-scenarios", help="Run none; it saves about half the time."),
    pdf: bool = typer.Option(False, "--pdf", help="Also write report.pdf (needs: pip install 'tocsin[pdf]')."),
    record: bool = typer.Option(False, "--record", help="Also record the forecasts in the ledger."),
    ledger: Path | None = typer.Option(
        None, "--ledger", help="File of the ledger; default: TOCSIN_LEDGER, else a file among your own data."
    ),
) -> None:
    """Assess the risk of force between two states: print the key judgments, write assessment.json and report.html."""
    from rich.console import Console

    from tocsin.errors import UsageError
    from tocsin.pipeline import assess as run
    from tocsin.pipeline import write
    from tocsin.report.terminal import show

    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out}: there is a file of that name; name a folder.")
    if ledger is not None and not record:
        raise UsageError("--ledger says where to record; give --record too.")
    if no_scenarios and (scenarios or sets):
        raise UsageError("--no-scenarios stands beside --scenario or --set; leave one of them out.")
    wanted = [] if no_scenarios else scenarios
    if pdf:
        from tocsin.report.pdf import require

        require()
    console = Console()
    days = {"as_of": as_of and as_of.date(), "issued": issued and issued.date()}
    with bar(2 * draws) as progress:
        result = run(case, **days, seed=seed, draws=draws, progress=progress, scenarios=wanted, overrides=sets or ())
    show(result, console)
    try:
        for path in write(result, out, pdf=pdf):
            console.print(f"wrote {path}", highlight=False, soft_wrap=True)
    except OSError as error:
        raise UsageError(f"--out {out}: cannot write there: {error.strerror}. Choose another folder.") from error
    if record:
        _record(result, ledger)


def _record(result: Assessment, ledger: Path | None) -> None:
    from tocsin.cli.ledger import say
    from tocsin.ledger.book import record
    from tocsin.ledger.file import default_path
    from tocsin.ledger.issue import forecasts_of

    path = ledger or default_path()
    forecasts, left_out = forecasts_of(result)
    for line in left_out:
        typer.echo(f"not recorded: {line}")
    say(record(path, forecasts), path, "forecast")
