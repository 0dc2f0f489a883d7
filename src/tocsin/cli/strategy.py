"""`tocsin strategy`: the game behind preventive force, on its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(help="The game between a declining and a rising state.", no_args_is_help=True)


@app.callback()
def strategy() -> None:
    """Solve the game between a declining and a rising state."""


@app.command()
def solve(
    context: typer.Context,
    case: str | None = typer.Argument(
        None, help="A case to read the situation from; without it, give --x and what else is known."
    ),
    as_of: datetime | None = typer.Option(
        None, "--as-of", formats=["%Y-%m-%d"], help="With a case: last day of knowledge; default its cut-off."
    ),
    actor: str | None = typer.Option(None, "--actor", help="With a case: the state that weighs force; default both."),
    seed: int = typer.Option(1, "--seed", min=0, help="With a case: seed of the weights of the measures of power."),
    x: float | None = typer.Option(
        None, "--x", min=0, max=20, help="Relative power of B, 0 to 20: ln(B/A) = -2 + .2 x."
    ),
    q: float = typer.Option(0.0, "--q", min=0, max=4, help="B's pending deliveries, 0 to 4, in steps of x."),
    history: str = typer.Option(
        "0,1,0", "--history", help="Chances of: treaty or ten quiet years, neither, force in the last year."
    ),
    embargo: float = typer.Option(0.0, "--embargo", min=0, max=1, help="Chance that B's supplier withholds."),
    y: float = typer.Option(
        2.0, "--y", min=0, max=4, help="A's holdings, 0 to 4: a share of .1, .3, .5, .7, .9 of the prize."
    ),
    regime: str = typer.Option("personalist", "--regime", help="Regime of A: personalist, military, party, democracy."),
    changes: list[str] = typer.Option([], "--set", help="A parameter to change, as in F=0.4; may be repeated."),
    timing: str = typer.Option("simultaneous", "--timing", help="'simultaneous' or 'A first'."),
    years: int = typer.Option(3, "--years", min=1, max=20, help="Longest horizon."),
    level: float = typer.Option(0.05, "--level", help="Yearly chance of strike or war regarded as deterred."),
    calibrated: bool = typer.Option(
        True, "--calibrate/--no-calibrate", help="Set A's habits so that the game meets the observed base rates."
    ),
    draws: int = typer.Option(
        0,
        "--draws",
        min=0,
        max=500,
        help="Draws of the payoffs for the prior spread (with a case: 0 means 64); of --set, only monitor and partner "
        "enter them.",
    ),
    workers: int = typer.Option(2, "--workers", min=1, help="Threads for the draws."),
    out: Path | None = typer.Option(None, "-o", "--out", help="Write everything as JSON to this file."),
) -> None:
    """Solve the game of a case on a day, or of a situation given in numbers, and print what it says."""
    from tocsin.errors import UsageError

    if case is not None:
        from tocsin.cli.strategy_case import refuse_beside_case, solve_case

        refuse_beside_case(context)
        solve_case(case, as_of=as_of and as_of.date(), actor=actor, draws=draws, seed=seed, workers=workers, out=out)
        return
    if as_of is not None or actor is not None:
        raise UsageError("--as-of and --actor belong to a case: name one, or leave them out.")
    if x is None:
        raise UsageError("name a case, or give --x, the relative power of B from 0 to 20.")
    from tocsin.strategy.game.calibrate import calibrate
    from tocsin.strategy.game.mix import mix
    from tocsin.strategy.game.setting import default
    from tocsin.strategy.game.summary import summary

    _writable(out)
    situation = mix(x, q, _history(history), embargo, y)
    setting = default(regime, timing=timing, **_changes(changes))
    calibration = calibrate(setting) if calibrated else None
    if calibration is not None:
        setting = setting.with_(wA=calibration.wA)
    result = summary(
        setting,
        situation,
        years=years,
        level=level,
        draws=draws,
        regime=regime,
        workers=workers,
        calibrated=calibrated,
    )
    result["calibration_miss"] = None if calibration is None else calibration.miss
    if out is not None:
        import json

        try:
            out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise UsageError(f"--out {out}: cannot be written: {error.strerror}. Name another file.") from error
    _show(result)
    if calibration is not None and not calibration.good:
        typer.echo(f"Calibration stopped short: the habits miss a base rate by {calibration.miss:.1%}.")


@app.command()
def sweep(
    vary: list[str] = typer.Option(..., "--vary", help="NAME=FIRST:LAST:COUNT, or NAME=V1,V2,..; may be repeated."),
    x: float = typer.Option(..., "--x", min=0, max=20, help="Relative power of B, 0 to 20."),
    q: float = typer.Option(0.0, "--q", min=0, max=4, help="B's pending deliveries, 0 to 4."),
    history: str = typer.Option("0,1,0", "--history", help="Chances of treaty or quiet, neither, recent force."),
    embargo: float = typer.Option(0.0, "--embargo", min=0, max=1, help="Chance that B's supplier withholds."),
    y: float = typer.Option(2.0, "--y", min=0, max=4, help="A's holdings, 0 to 4."),
    regime: str = typer.Option("personalist", "--regime", help="Regime of A."),
    changes: list[str] = typer.Option([], "--set", help="A parameter held fixed, as in F=0.4; may be repeated."),
    timing: str = typer.Option("simultaneous", "--timing", help="'simultaneous' or 'A first'."),
    years: int = typer.Option(1, "--years", min=1, max=20, help="Horizon."),
    workers: int = typer.Option(2, "--workers", min=1, help="Threads."),
    executor: str = typer.Option("threads", "--executor", help="'threads', or 'dask' for an existing Dask cluster."),
    scheduler: str | None = typer.Option(
        None, "--scheduler", help="Address of the Dask scheduler, as tcp://host:8786."
    ),
    folder: Path = typer.Option(..., "--folder", help="Where finished blocks are kept; run again to go on."),
    out: Path = typer.Option(..., "-o", "--out", help="File ending in .csv or .parquet."),
) -> None:
    """Solve a grid of games; an interrupted sweep goes on where it stopped.

    Habits are the observed base rates in every game, as with `solve --no-calibrate`.
    """
    from tocsin.errors import UsageError
    from tocsin.strategy.game.mix import mix
    from tocsin.strategy.game.setting import default
    from tocsin.strategy.game.sweep import Sweep, run, table

    if out.suffix not in (".csv", ".parquet"):
        raise UsageError(f"--out {out}: the name must end in .csv or .parquet.")
    _writable(out)
    if executor not in ("threads", "dask"):
        raise UsageError(f"--executor {executor}: use 'threads' or 'dask'.")
    if (executor == "dask") != (scheduler is not None):
        raise UsageError("--executor dask and --scheduler ADDRESS go together.")
    setting = default(regime, timing=timing, **_changes(changes))
    grid = Sweep(setting, tuple(_axis(v) for v in vary), mix(x, q, _history(history), embargo, y), years)
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    errors = Console(stderr=True)
    columns = ("games", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, disable=not errors.is_terminal, transient=True) as bar:
        task = bar.add_task("games", total=grid.size)
        rows = run(
            grid,
            folder,
            workers=workers,
            scheduler=scheduler,
            progress=lambda done, _: bar.update(task, completed=done),
        )
    import polars as pl

    frame = pl.DataFrame(table(grid, rows))
    try:
        frame.write_csv(out) if out.suffix == ".csv" else frame.write_parquet(out)
    except OSError as error:
        raise UsageError(
            f"--out {out}: cannot be written: {error.strerror or error}. Name another file; the games stay in {folder}."
        ) from error
    failed = frame.filter(pl.col("status") != "converged").height
    typer.echo(f"{frame.height:,} games written to {out}; {failed} not solved")


@app.command()
def estimate(
    first: int = typer.Option(1955, "--first", help="First year fitted."),
    last: int = typer.Option(1994, "--last", help="Last year fitted."),
    until: int = typer.Option(2014, "--until", help="Last of the held-out years that follow; the record ends in 2014."),
    free: list[str] = typer.Option(
        [], "--free", help="A parameter to estimate beside lam; may be repeated. Default: what the record identifies."
    ),
    workers: int = typer.Option(2, "--workers", min=1, help="Threads."),
    store: Path | None = typer.Option(None, "--store", help="Folder of the store; default as for `data`."),
    out: Path | None = typer.Option(None, "-o", "--out", help="Write everything as JSON to this file."),
) -> None:
    """Ask the record of force which of the game's parameters it can tell, and estimate those (about a minute).

    What the record does not identify is refused, not reported.
    """
    from rich.console import Console

    from tocsin.store import open_store
    from tocsin.strategy.estimate.run import estimate as run

    _writable(out)
    errors = Console(stderr=True)
    with errors.status("estimating") as status:
        tell = status.update if errors.is_terminal else None
        result = run(open_store(store), first, last, until, free=free or None, workers=workers, tell=tell)
    if out is not None:
        import json

        out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    _show_estimate(result)


def _show_estimate(r: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    d, likelihood = r["record"], r["likelihood_by_lam"]
    console.print(
        f"{d['used']:,} of {d['rows']:,} directed years {d['years'][0]}-{d['years'][1]} with known power and orders; "
        f"{d['held_out_rows']:,} held out to {d['held_out'][1]}."
    )
    console.print(f"\nLog-likelihood of habits alone {likelihood['base']:.1f}; with payoffs at their centre:")
    for row in likelihood["rows"]:
        found = [("habits kept", row["plain"]), ("habits matched", row["matched"])]
        said = ", ".join(f"{v:+.1f} ({n})" if v is not None else f"no answer ({n})" for n, v in found)
        console.print(f"  lam {row['lam']:g}: {said}")
    console.print("\nInformation, in units of the range held plausible", style="bold")
    table = Table(box=None, pad_edge=False)
    for name in ("", "alone", "beside habits", "beside all"):
        table.add_column(name, justify="left" if not name else "right")
    for p in r["identification"]["parameters"]:
        numbers = (p["alone"], p["beside_habits"], p["beside_all"])
        table.add_row(
            p["name"] + ("" if p["identified"] else " -"), *(f"{v:.2g}" if v > 1e-6 else "0" for v in numbers)
        )
    console.print(table)
    console.print("- not identified:")
    for p in r["identification"]["parameters"]:
        if not p["identified"]:
            console.print(f"  {p['name']}: {p['reason']}")
    for fitted in r["fits"]:
        console.print(f"\nEstimated: {', '.join(fitted['free'])}", style="bold")
        for v in fitted["verdicts"]:
            if v["why"]:
                console.print(f"  {v['name']}: refused: {v['why']}")
            else:
                console.print(
                    f"  {v['name']}: {v['value']:.3g} (95 % {v['low']:.3g} to {v['high']:.3g}; standard error "
                    f"{v['error']:.2f} in logs or log-odds, by dyad)"
                )
        h = fitted["held_out"]
        console.print(
            f"  held out: {h['gain']:+.5f} log-likelihood a row against habits alone (standard error {h['error']:.5f})"
        )


def _writable(out: Path | None) -> None:
    """Refuse a name that cannot be written before any work is done."""
    from tocsin.errors import UsageError

    if out is None:
        return
    if not out.parent.is_dir():
        raise UsageError(f"--out {out}: there is no folder {out.parent}. Make it first, or name another file.")
    if out.is_dir():
        raise UsageError(f"--out {out}: cannot be written: it is a folder. Name a file.")


def _axis(text: str) -> tuple[str, tuple[float, ...]]:
    from tocsin.errors import UsageError

    name, equals, values = text.partition("=")
    if not equals:
        raise UsageError(f"--vary {text}: write NAME=FIRST:LAST:COUNT or NAME=V1,V2,..")
    if ":" not in values:
        return name.strip(), tuple(_numbers(values, f"--vary {name}"))
    parts = values.split(":")
    if len(parts) != 3 or not parts[2].isdigit() or int(parts[2]) < 1:
        raise UsageError(f"--vary {text}: write NAME=FIRST:LAST:COUNT, as in F=0.05:0.6:12.")
    first, last = _number(parts[0], f"--vary {name}"), _number(parts[1], f"--vary {name}")
    count = int(parts[2])
    step = (last - first) / (count - 1) if count > 1 else 0.0
    return name.strip(), tuple(first + i * step for i in range(count))


def _changes(changes: list[str]) -> dict[str, Any]:
    from tocsin.errors import UsageError, suggest
    from tocsin.strategy.game.setting import NUMBERS

    values: dict[str, Any] = {}
    for change in changes:
        name, equals, number = change.partition("=")
        if not equals:
            raise UsageError(f"--set {change}: write NAME=VALUE, as in F=0.4.")
        if name.strip() not in NUMBERS:
            raise UsageError(f"--set {change}: {name!r} is no parameter of the game.{suggest(name, NUMBERS)}")
        values[name.strip()] = _number(number, f"--set {name}")
    return values


def _history(text: str) -> list[float]:
    from tocsin.errors import UsageError

    chances = _numbers(text, "--history")
    if len(chances) != 3:
        raise UsageError(f"--history {text}: three chances are needed, separated by commas, as in 0,0.7,0.3.")
    return chances


def _number(text: str, option: str) -> float:
    from tocsin.errors import UsageError

    numbers = _numbers(text, option)
    if len(numbers) != 1:
        raise UsageError(f"{option} {text}: one number is needed.")
    return numbers[0]


def _numbers(text: str, option: str) -> list[float]:
    from tocsin.errors import UsageError

    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise UsageError(f"{option} {text}: numbers are needed.") from None


def _show(r: dict[str, Any]) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    console.print(r["wording"])
    years = [f"{i + 1} y" for i in range(len(r["highest_mode"]))]
    _table(console, "Highest mode of force within", years, r["highest_mode"], r["modes"])
    _table(console, "The same at the observed base rates", years, r["base_rates"], r["modes"])
    if r["spread"]:
        s = r["spread"]
        rows = [s[name][-1] for name in ("mean", "median", "low", "high", "base")]
        names = ["mean", "median", "5 %", "95 %", "base rates"]
        _table(console, f"Over {s['draws']} draws, longest horizon", names, rows, r["modes"])
        console.print(f"{s['failed']} draws not solved, {s['uncertified']} without certificate.")
    _table(console, "Within a year, by precision lam", list(r["lam_row"]), list(r["lam_row"].values()), r["modes"])
    _table(console, "Within a year, by outsiders", list(r["outsiders"]), list(r["outsiders"].values()), r["modes"])
    console.print()
    t, b, p = r["deterring_fallout"], r["break_even_fallout"], r["persistence"]
    console.print(
        f"Strike or war this year: {r['strike_or_war']:.1%}; fallout that lowers it to {t['level']:.0%}: {_or_none(t)}"
    )
    console.print(f"Fallout at which a strike is no better than doing nothing: {_or_none(b)}")
    console.print(f"Force again after a year of force: {p['again']:.1%}; years in a row once begun: {p['spell']:.2f}")
    top = ", ".join(f"{x['name']} {x['at_low']:.1%} to {x['at_high']:.1%}" for x in r["tornado"][:5])
    console.print(f"What moves strike or war most over its range: {top}")
    c = r["certificate"]
    console.print(
        f"Certificate {'holds' if c['holds'] else 'FAILS'}: residual {c['residual']:.1e}, "
        f"best-plan gaps {c['gap_A']:.3f} and {c['gap_B']:.3f} (bounds {c['bound_A']:.2f}, {c['bound_B']:.2f})"
    )


def _or_none(t: dict[str, Any]) -> str:
    return "none up to 20" if t["value"] is None else f"{t['value']:.3f}"


def _table(console: Console, title: str, names: list[str], rows: list[list[float]], modes: list[str]) -> None:
    from rich.table import Table

    # Without rules the words fit in 50 columns.
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for mode in modes:
        table.add_column(mode, justify="right")
    for name, row in zip(names, rows, strict=True):
        table.add_row(name, *(f"{p:.1%}" for p in row))
    console.print(f"\n{title}", style="bold")
    console.print(table)
