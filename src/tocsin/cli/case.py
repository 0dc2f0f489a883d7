"""`tocsin case`: list, show and check cases."""

from __future__ import annotations

from pathlib import Path

import typer

app = typer.Typer(help="Built-in and own cases.", no_args_is_help=True)
CASES = typer.Option(None, "--cases", help="A folder with your own cases.")


@app.command("list")
def list_(cases: Path | None = CASES) -> None:
    """List the built-in cases and those in a folder."""
    from tocsin.case.load import list_cases

    for name in list_cases(cases):
        typer.echo(name)


@app.command()
def show(case: str = typer.Argument(help="Folder, or name of a built-in case.")) -> None:
    """Show what a case holds."""
    from rich.console import Console
    from rich.table import Table

    from tocsin.case.load import load_case

    found = load_case(case)
    console = Console()
    head = found.config.case
    a, b = (found.config.states[s] for s in found.pair)
    console.print(head.title, style="bold", highlight=False)
    console.print(head.summary, highlight=False)
    console.print(f"{a.name} and {b.name}; {head.begins} to {head.cutoff}", highlight=False)
    table = Table(box=None, pad_edge=False)
    for column, justify in (("table", "left"), ("rows", "right"), ("from", "right"), ("to", "right")):
        table.add_column(column, justify=justify)  # type: ignore[arg-type]
    for name, frame in found.tables.items():
        days = next((frame[c] for c in ("year", "start", "date", "from", "ordered") if c in frame.columns), None)
        first, last = (days.min(), days.max()) if days is not None and len(days) else ("", "")
        table.add_row(name, str(len(frame)), str(first or ""), str(last or ""))
    table.add_row("sources", str(len(found.sources)), "", "")
    table.add_row("claims", str(len(found.config.claims)), "", "")
    table.add_row("scenarios", str(len(found.config.scenarios)), "", "")
    console.print(table)


@app.command()
def check(case: str = typer.Argument(help="Folder, or name of a built-in case.")) -> None:
    """Check a case and report every fault at once."""
    from tocsin.case.load import faults_message, read_case
    from tocsin.errors import CaseError
    from tocsin.indicators import run as indicators
    from tocsin.scenarios import run as scenarios

    found, faults = read_case(case)
    if found is not None and not faults:
        faults = [*scenarios.faults_of(found), *indicators.faults_of(found)]
    if faults or found is None:
        raise CaseError(faults_message(case, faults))
    rows = sum(len(frame) for frame in found.tables.values())
    typer.echo(f"{found.name}: no faults in {rows:,} rows of {len(found.tables)} tables.")


@app.command()
def schema() -> None:
    """Print the codebook of the tables of a case, in Markdown."""
    from tocsin.case.schemas import TABLES
    from tocsin.schema import codebook

    typer.echo(codebook(TABLES))


@app.command()
def example(folder: Path = typer.Argument(help="Folder to create.")) -> None:
    """Write a made-up case that shows the format; no figure in it is real."""
    from tocsin.case.synthetic import write_case
    from tocsin.errors import CaseError

    if folder.exists() and any(folder.iterdir()):
        raise CaseError(f"{folder}: the folder is not empty; choose a new one. Nothing was written.")
    write_case(folder)
    typer.echo(f"Wrote a made-up case to {folder}; try: tocsin case check {folder}")


@app.command()
def copy(
    case: str = typer.Argument(help="Name of a built-in case, or a folder."),
    folder: Path = typer.Argument(help="Folder to create."),
) -> None:
    """Copy a case, to change it or to add claims and scenarios of your own."""
    import shutil

    from tocsin.case.load import find_case
    from tocsin.errors import CaseError, UsageError

    found = find_case(case)
    if folder.exists():
        raise CaseError(f"{folder}: there is a folder or file of that name; choose a new one. Nothing was written.")
    try:
        shutil.copytree(found, folder)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}. Name another folder.") from error
    typer.echo(f"Copied {found.name} to {folder}; try: tocsin case check {folder}")


@app.command()
def new(
    a: str = typer.Argument(help="A state: name, ISO code or Correlates of War number."),
    b: str = typer.Argument(help="Another."),
    out: Path | None = typer.Option(None, "-o", "--out", help="Folder to create; default: the two names."),
    subsystem: str = typer.Option(
        "", "--subsystem", help="Other states that matter, by comma; default: shared borders."
    ),
    first: int = typer.Option(1990, "--from", help="First year of the tables."),
    arms: str = typer.Option("orders", "--arms", help="Arms as 'orders', or as 'totals' for a case to be passed on."),
) -> None:
    """Make a case for two states from the store, and list what a person must still add."""
    from rich.console import Console
    from rich.table import Table

    from tocsin.case.scaffold import new_case
    from tocsin.errors import UsageError
    from tocsin.store import open_store

    if arms not in ("orders", "totals"):
        raise UsageError(f"--arms {arms}: choose 'orders' or 'totals'.")
    others = [s for s in subsystem.split(",") if s.strip()]
    made = new_case(a, b, out, store=open_store(), subsystem=others, first=first, detail=arms)  # type: ignore[arg-type]
    typer.echo(f"wrote {made.folder}: {', '.join(f'{n} {t}' for t, n in made.rows.items())}")
    table = Table(box=None, pad_edge=False)
    for column in ("table", "known to", "missing or stale"):
        table.add_column(column, overflow="fold")
    for gap in made.gaps:
        table.add_row(gap.table, str(gap.upto or "unknown"), gap.text)
    Console(highlight=False, markup=False).print(table)
    typer.echo(
        f"The cut-off is {made.cutoff}, where the record of force ends: later figures count once you have added later "
        "events and moved it in case.toml."
    )
    typer.echo(f"The same list is in {made.folder / 'missing.md'}. Next: tocsin case check {made.folder}")


@app.command("add-statement")
def add_statement(
    case: str = typer.Argument(help="Folder of your own case."),
    date: str = typer.Option("", "--date", help="Day it was made, YYYY-MM-DD."),
    speaker: str = typer.Option("", "--speaker", help="Who spoke."),
    role: str = typer.Option("", "--role", help="Office."),
    state: str = typer.Option("", "--state", help="Code of the state spoken for."),
    target: str = typer.Option("", "--target", help="Code of the state spoken about."),
    text: str = typer.Option("", "--text", help="Quote of at most 25 words, or paraphrase; in English."),
    source: str = typer.Option("", "--source", help="Keys of sources.toml, separated by ';'."),
    kind: str = typer.Option("", "--type", help="Your own type: overrules the coder, whose decision is kept."),
    topic: str = typer.Option("", "--topic", help="Topic in a word."),
    quote: bool = typer.Option(False, "--quote", help="The text is a quote."),
    confidence: str = typer.Option("", "--confidence", help="high, medium or low; default medium."),
    known_from: str = typer.Option("", "--known-from", help="First day it was public, if not the day itself."),
    note: str = typer.Option("", "--note", help="Anything a reader should know."),
    file: Path | None = typer.Option(None, "--from", help="A CSV file with many statements instead."),
) -> None:
    """Code a new statement, show what decided, and add it to a case; --type overrules and keeps both."""
    from tocsin.case.statements import add_statements, read_statements
    from tocsin.errors import UsageError

    given = {"date": date, "speaker": speaker, "role": role, "state": state, "target": target, "text": text}
    given |= {"source": source, "type": kind, "topic": topic, "is_quote": "yes" if quote else ""}
    given |= {"confidence": confidence, "known_from": known_from, "note": note}
    if file is not None and any(given.values()):
        raise UsageError("--from FILE brings every column: give no other option with it.")
    rows, notes = ([given], ()) if file is None else read_statements(file)
    for remark in notes:
        typer.echo(f"{file}: {remark}", err=True)
    for one in add_statements(case, rows):
        coded = one.coded
        words = "; ".join(f"{m.type} {m.weight:g}: '{m.words}'" for m in coded.matches) or coded.reason
        typer.echo(f"{one.row['id']} {one.row['date']} {one.row['state']} on {one.row['target']}: {one.row['type']}")
        typer.echo(f"  coded {coded.type}, intensity {coded.intensity}, topic {coded.topic or 'none'} ({words})")
        if one.overruled:
            typer.echo(f"  your type '{one.row['type']}' stands; the coder's '{coded.type}' is in the note")
        for remark in coded.notes:
            typer.echo(f"  {remark}")
