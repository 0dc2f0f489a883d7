"""`tocsin claims`: the verdict on each claim of a case, with its evidence."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from tocsin.cli.progress import bar


def claims(
    case: str | None = typer.Argument(None, help="Folder of a case, or name of a built-in one (tocsin case list)."),
    as_of: datetime | None = typer.Option(
        None, "--as-of", formats=["%Y-%m-%d"], help="Last day of knowledge; default: the case's cut-off."
    ),
    tests: bool = typer.Option(False, "--tests", help="Print the registered tests a claim may name, and stop."),
    out: Path | None = typer.Option(None, "-o", "--out", help="Also write the verdicts to this file, as JSON."),
    seed: int = typer.Option(1, "--seed", min=0, help="Seed of every draw."),
    draws: int = typer.Option(
        64, "--draws", min=0, max=500, help="Draws of the strategic game; with 0 tests that need it are untestable."
    ),
) -> None:
    """Test the claims of an argument: verdict, numbers, rival explanations."""
    import json

    from rich.console import Console

    from tocsin.errors import UsageError

    if tests:
        from tocsin.case.claim_tests import codebook

        typer.echo(codebook())
        return
    if case is None:
        raise UsageError("name a case, or ask for the registered tests with --tests.")
    from tocsin.pipeline import assess
    from tocsin.report.terminal import show_claims

    with bar(2 * draws) as progress:
        result = assess(case, as_of=as_of and as_of.date(), seed=seed, draws=draws, progress=progress)
    show_claims(result, Console(highlight=False), everything=True)
    if out is not None:
        text = json.dumps([c.model_dump(mode="json") for c in result.claims], indent=1) + "\n"
        try:
            out.write_text(text, "utf-8")
        except OSError as error:
            raise UsageError(f"--out {out}: cannot be written: {error.strerror}. Name another file.") from error
        typer.echo(f"wrote {out}")
