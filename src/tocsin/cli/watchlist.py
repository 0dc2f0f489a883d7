"""`tocsin watchlist`: all dyads ranked by the risk of force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    import polars as pl

    from tocsin.forecast.watchlist import Watchlist


def watchlist(
    as_of: int = typer.Option(2024, "--as-of", help="Last year of knowledge; the forecast is for the year after."),
    top: int = typer.Option(20, "--top", min=1, help="Dyads to print."),
    out: Path | None = typer.Option(None, "-o", "--out", help="File for all dyads: .csv, .parquet or .json."),
    store: Path | None = typer.Option(None, "--store", help="Folder of the store."),
) -> None:
    """Rank politically relevant dyads and rivals by the risk of a strike or war, with reasons and the age of inputs."""
    from rich.console import Console
    from rich.progress import Progress

    from tocsin.errors import UsageError
    from tocsin.forecast import watchlist as module
    from tocsin.forecast.record import LAST
    from tocsin.states import name_of
    from tocsin.store import open_store

    if out is not None and out.suffix not in (".csv", ".parquet", ".json"):
        raise UsageError(f"--out {out}: name a .csv, .parquet or .json file.")
    if out is not None and not out.parent.is_dir():
        raise UsageError(f"--out {out}: the folder {out.parent} does not exist.")
    errors = Console(stderr=True)
    with Progress(console=errors, disable=not errors.is_terminal, transient=True) as bar:
        task = bar.add_task("training", total=None)
        found = module.watchlist(open_store(store), as_of, tick=lambda: bar.advance(task))
    import polars as pl

    named = found.table.with_columns(
        *(pl.Series(f"name{i}", [name_of(c, as_of) for c in found.table[f"ccode{i}"].to_list()]) for i in (1, 2))
    )
    for line in _lines(found, named, top):
        typer.echo(line)
    if as_of > LAST:
        typer.echo(f"The record of force ends in {LAST}: forecasts learn from histories just as old, and say less.")
    if out is not None:
        write = {".csv": named.write_csv, ".parquet": named.write_parquet, ".json": named.write_json}
        write[out.suffix](str(out))  # type: ignore[operator]
        typer.echo(f"wrote {out}")


def _lines(found: Watchlist, named: pl.DataFrame, top: int) -> list[str]:
    first, last, rows, events = found.trained_on
    lines = [
        f"Risk of force in {found.as_of + 1}, known to the end of {found.as_of}. Trained on {first}-{last}: {rows:,} "
        f"dyad-years, {events:,} with force.",
        "Age of inputs in years: " + ", ".join(f"{name} {age}" for name, age in found.ages.items()) + ".",
        "",
        f"{'':>4} {'dyad':<36}{'strike or war':>14}{'90 % interval':>16}{'x base':>8}{'war':>7}  {'last':<6} why",
    ]
    for row in named.head(top).iter_rows(named=True):
        dyad = f"{row['name1']} - {row['name2']}"
        interval = f"{_percent(row['p_strike_or_war_low'])} to {_percent(row['p_strike_or_war_high'])}"
        seen = f"  came: {row['observed']}" if row["observed"] else ""
        p, times = _percent(row["p_strike_or_war"]), _times(row["ratio"])
        lines.append(
            f"{row['rank']:>4} {dyad[:35]:<36}{p:>14}{interval:>16}{times:>8}"
            f"{_percent(row['p_war']):>7}  {row['last_force'] or 'never':<6} {_why(row)}{seen}"
        )
    if found.score:
        s = found.score
        lines += [
            "",
            f"What came: force in {s['with force']:.0f} of {s['dyads']:,.0f} dyads, strike or war in "
            f"{s['with strike or war']:.0f} ({s['strikes or wars among the first 20']:.0f} among the first 20). "
            f"RPS {s['rps']:.4f} (class base rate {s['rps of class base rate']:.4f}), log score {s['log score']:.4f} "
            f"({s['log score of class base rate']:.4f}).",
        ]
    return lines


def _times(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.1f}"


def _percent(p: float) -> str:
    return f"{100 * p:.0f} %" if p >= 0.095 else f"{100 * p:.1f} %"


def _why(row: dict[str, Any]) -> str:
    """The two groups that add most to the log-odds of any force."""
    why = sorted(((v, k[4:]) for k, v in row.items() if k.startswith("why ")), reverse=True)[:2]
    return ", ".join(f"{name} {value:+.1f}" for value, name in why if value > 0)
