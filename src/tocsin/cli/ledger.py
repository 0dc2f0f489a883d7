"""`tocsin ledger`: issued forecasts, what became of them, and their scores."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from tocsin.ledger.book import Recorded
    from tocsin.ledger.entries import Forecast

app = typer.Typer(help="Issued forecasts: record, resolve, score, verify.", no_args_is_help=True)
LEDGER = typer.Option(
    None, "--ledger", help="File of the ledger; default: TOCSIN_LEDGER, else a file among your own data."
)


def _path(ledger: Path | None) -> Path:
    from tocsin.ledger.file import default_path

    return ledger or default_path()


def say(done: Recorded, path: Path, what: str) -> None:
    """Say what was recorded, and the hash to keep."""
    for name in done.known:
        typer.echo(f"already recorded: {name}")
    if done.added:
        first, last = done.added[0].number, done.added[-1].number
        span = f"entry {first}" if first == last else f"entries {first} to {last}"
        typer.echo(f"recorded {len(done.added)} {what}{'s' if len(done.added) != 1 else ''} as {span} of {path}")
        typer.echo(f"head {done.added[-1].hash}")


@app.command()
def record(
    file: Path = typer.Argument(help="TOML file with [[forecasts]] sections."), ledger: Path | None = LEDGER
) -> None:
    """Record forecasts written by hand; those of an assessment are recorded by: tocsin assess CASE --record."""
    from tocsin.ledger.book import record as run
    from tocsin.ledger.inputs import read_forecasts

    forecasts = [_compared(f, c) for f, c in read_forecasts(file)]
    say(run(_path(ledger), forecasts), _path(ledger), "forecast")


def _compared(forecast: Forecast, wanted: object) -> Forecast:
    from tocsin.errors import LedgerError
    from tocsin.ledger.inputs import Compare
    from tocsin.ledger.issue import compare
    from tocsin.pipeline import assess

    if not isinstance(wanted, Compare):
        return forecast
    result = assess(wanted.case, as_of=forecast.origin)
    for f in result.forecasts:
        if (f.actor, f.target, f.horizon_months) == (wanted.actor, wanted.target, wanted.months):
            return compare(forecast, f, wanted.at_least)
    pairs = sorted({f"{f.actor} on {f.target}" for f in result.forecasts})
    raise LedgerError(
        f"{forecast.forecast}: the case '{wanted.case}' has no forecast of {wanted.actor} on {wanted.target} over "
        f"{wanted.months} months; it has {', '.join(pairs)}. Nothing was recorded."
    )


@app.command()
def resolve(
    forecast: str | None = typer.Argument(None, help="Identifier of a forecast (tocsin ledger list)."),
    outcome: str | None = typer.Argument(None, help="no, yes, void, or the highest mode of force seen."),
    evidence: str | None = typer.Option(None, "--evidence", help="What shows it."),
    address: str = typer.Option("", "--address", help="Web address of the evidence."),
    known: datetime | None = typer.Option(
        None, "--known", formats=["%Y-%m-%d"], help="Day up to which the evidence reaches."
    ),
    corrects: str = typer.Option("", "--corrects", help="Why an earlier resolution does not hold."),
    case: str | None = typer.Option(
        None, "--case", help="Resolve every forecast on this case whose period its cut-off covers, from its incidents."
    ),
    ledger: Path | None = LEDGER,
) -> None:
    """Record what became of a forecast, or of every forecast on a case."""
    from pydantic import ValidationError

    from tocsin.errors import LedgerError, UsageError
    from tocsin.ledger.book import resolve as run
    from tocsin.ledger.entries import Resolution

    path = _path(ledger)
    if case is not None:
        if forecast or outcome or evidence:
            raise UsageError("give either --case, or a forecast with its outcome and evidence, not both.")
        _resolve_case(case, path)
        return
    if not (forecast and outcome and evidence and known):
        raise UsageError("give FORECAST, OUTCOME, --evidence and --known, or --case.")
    try:
        wanted = Resolution(
            forecast=forecast,
            outcome=outcome,  # type: ignore[arg-type]
            known=known.date(),
            evidence=evidence,
            address=address,
            corrects=corrects,
        )
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()]
        raise LedgerError("\n  ".join(["the resolution has faults. Nothing was recorded.", *faults])) from error
    say(run(path, [wanted]), path, "resolution")


def _resolve_case(name: str, path: Path) -> None:
    from tocsin.case.load import load_case
    from tocsin.ledger.book import lines
    from tocsin.ledger.book import resolve as run
    from tocsin.ledger.file import read
    from tocsin.ledger.observe import observed

    case = load_case(name)
    found = observed(case, lines(read(path)))
    if not found:
        typer.echo(f"no open forecast on '{case.name}' ends by {case.config.case.cutoff}; nothing was recorded.")
        return
    done = run(path, found)
    for r in found:
        typer.echo(f"{r.forecast}: {r.outcome}")
    say(done, path, "resolution")


@app.command("list")
def list_(
    open_: bool = typer.Option(False, "--open", help="Only those without a resolution."), ledger: Path | None = LEDGER
) -> None:
    """List the forecasts and what became of them."""
    from tocsin.assessment.words import percent
    from tocsin.ledger.book import lines
    from tocsin.ledger.file import read

    for line in lines(read(_path(ledger))):
        if open_ and line.resolution is not None:
            continue
        f, state = line.forecast, line.resolution.outcome if line.resolution else "open"
        said = ", ".join(
            f"{o} {percent(p)}"
            for o, p in zip(f.outcomes, f.probabilities, strict=True)
            if f.outcomes[0] != "no" or o == "yes"
        )
        typer.echo(f"{line.number}  {f.forecast}  {f.origin} to {f.closes}  {said}  {state}")


@app.command()
def score(
    ledger: Path | None = LEDGER,
    csv: Path | None = typer.Option(None, "--csv", help="Also write the scores of each forecast to this file."),
) -> None:
    """Score resolved forecasts, beside the base rate and the dyad's own history."""
    from rich.console import Console

    from tocsin.cli.ledger_tables import each, means, write_csv
    from tocsin.ledger.book import lines
    from tocsin.ledger.file import read
    from tocsin.ledger.score import score as run

    found = lines(read(_path(ledger)))
    rows, summaries = run(found)
    void = sum(x.resolution is not None and x.resolution.outcome == "void" for x in found)
    open_ = sum(x.resolution is None for x in found)
    console = Console(highlight=False)
    if rows:
        console.print(each(rows))
        console.print()
        console.print(means(summaries))
    typer.echo(
        f"{len(rows)} scored, {void} void, {open_} open. Lower scores are better; skill is 1 - score / reference."
    )
    if any(s.timing == "under way" for s in summaries):
        typer.echo("'under way': recorded when part of the period asked about was over.")
    if any(s.timing == "after the fact" for s in summaries):
        typer.echo("'after the fact': recorded after the period asked about, so a test of a method, not of foresight.")
    typer.echo("Forecasts on one dyad whose periods overlap are not independent of one another.")
    if csv is not None:
        write_csv(rows, csv)
        typer.echo(f"wrote {csv}")


@app.command()
def verify(
    file: Path | None = typer.Argument(None, help="A ledger or an export (.jsonl); default: the ledger."),
    head: str | None = typer.Option(None, "--head", help="Hash printed earlier: also finds entries cut from the end."),
    ledger: Path | None = LEDGER,
) -> None:
    """Verify that nothing was changed, removed or put in."""
    from tocsin.errors import LedgerError
    from tocsin.ledger.verify import verify as run

    path = file or _path(ledger)
    found = run(path, head=head)
    if found.faults:
        shown = [f"  {f}" for f in found.faults[:50]]
        shown += [f"  ... and {len(found.faults) - 50} more"] if len(found.faults) > 50 else []
        raise LedgerError(
            "\n".join(
                [
                    f"{path}: this ledger is not what was written:",
                    *shown,
                    "Nothing was changed. `tocsin ledger export` still writes every entry as it stands; go back to a "
                    "copy that verifies, and keep each ledger in a file of its own.",
                ]
            )
        )
    typer.echo(f"{path}: {found.entries} entries, nothing changed")
    typer.echo(f"head {found.head}")
    if found.since is not None:
        typer.echo(f"{found.since} entries since the head that was given")


@app.command()
def export(
    out: Path | None = typer.Option(
        None, "-o", "--out", help="File to write, ending in .jsonl; default: the terminal."
    ),
    ledger: Path | None = LEDGER,
) -> None:
    """Write every entry as JSON Lines; the same ledger gives the same bytes."""
    import sys

    from tocsin.errors import LedgerError
    from tocsin.ledger.file import read
    from tocsin.ledger.verify import export as run
    from tocsin.ledger.verify import verify as check

    path = _path(ledger)
    data = run(read(path))
    if out is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    else:
        part = out.with_name(f".{out.name}.part")
        try:
            part.write_bytes(data)
            part.replace(out)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise LedgerError(f"{out}: cannot be written: {error.strerror}. The ledger was not touched.") from error
        typer.echo(f"wrote {out}")
    if check(path).faults:
        raise LedgerError(f"{path}: every entry was written, but the ledger does not verify. See: tocsin ledger verify")
