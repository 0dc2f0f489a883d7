"""`tocsin assess`: the main job."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from tocsin.cli.progress import bar


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
) -> None:
    """Assess the risk of force between two states: print the key judgments, write assessment.json and report.html."""
    from rich.console import Console

    from tocsin.errors import UsageError
    from tocsin.pipeline import assess as run
    from tocsin.pipeline import write
    from tocsin.report.terminal import show

    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out}: there is a file of that name; name a folder.")
    console = Console()
    days = {"as_of": as_of and as_of.date(), "issued": issued and issued.date()}
    with bar(2 * draws) as progress:
        result = run(case, **days, seed=seed, draws=draws, progress=progress)
    show(result, console)
    try:
        for path in write(result, out):
            console.print(f"wrote {path}", highlight=False, soft_wrap=True)
    except OSError as error:
        raise UsageError(f"--out {out}: cannot write there: {error.strerror}. Choose another folder.") from error
