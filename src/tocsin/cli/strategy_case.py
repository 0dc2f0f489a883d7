"""`tocsin strategy solve CASE`: the game of a case on a day, on its own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import typer

from tocsin.cli.progress import bar

ALONE = {
    "x": "--x",
    "q": "--q",
    "history": "--history",
    "embargo": "--embargo",
    "y": "--y",
    "regime": "--regime",
    "changes": "--set",
    "timing": "--timing",
    "years": "--years",
    "level": "--level",
    "calibrated": "--no-calibrate",
}


def refuse_beside_case(context: typer.Context) -> None:
    """Refuse options that say what a case says itself.

    Raises
    ------
    UsageError
        Naming those given.
    """
    from tocsin.errors import UsageError

    given = [
        flag
        for name, flag in ALONE.items()
        if (source := context.get_parameter_source(name)) is not None and source.name == "COMMANDLINE"
    ]
    if given:
        raise UsageError(f"a case says where it stands: leave out {', '.join(given)}, or leave out the case.")


def solve_case(
    case: str, *, as_of: date | None, actor: str | None, draws: int, seed: int, workers: int, out: Path | None
) -> None:
    """Solve the game of a case in one direction or both, print how the case was read and what the game says.

    Raises
    ------
    CaseError
        If the case does not say what the game needs.
    ModelError
        If no draw could be solved.
    UsageError
        If the file cannot be written.
    """
    import json

    from rich.console import Console

    from tocsin.assessment.game import DRAWS, reading
    from tocsin.case.asof import as_of_date, known_on
    from tocsin.case.load import load_case
    from tocsin.errors import ModelError, UsageError
    from tocsin.report.game_answers import page
    from tocsin.report.terminal import WIDEST, wrap
    from tocsin.strategy.mapping import situation

    whole = load_case(case)
    day = as_of_date(whole, as_of)
    known = known_on(whole, day)
    situations = [situation(known, day, a).require() for a in ([actor] if actor else known.pair)]
    console = Console(highlight=False)
    width = min(console.width, WIDEST)
    names = {code: state.name for code, state in known.config.states.items()}
    done = []
    for s in situations:
        with bar(draws or DRAWS) as progress:
            found = reading(known, s, seed, draws or DRAWS, workers=workers, progress=progress)
        if found.results is None:
            raise ModelError("; ".join(found.missing))
        done.append(found)
        for line in page(names, found, found.results, day):
            console.print(wrap(line, width, "", "  "), soft_wrap=True, markup=False)
        console.print()
    if out is not None:
        text = json.dumps([g.model_dump(mode="json") for g in done], indent=1) + "\n"
        try:
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--out {out}: cannot be written: {error.strerror}. Name another file.") from error
        typer.echo(f"wrote {out}")
