"""`tocsin backtest`: rolling-origin forecasts of all dyads, scored."""

from __future__ import annotations

from pathlib import Path

import typer


def backtest(
    sample: str = typer.Option("prd", "--sample", help="prd, rival, land, quiet or all."),
    first: int = typer.Option(1961, "--first", help="First target year."),
    last: int = typer.Option(2014, "--last", help="Last target year."),
    out: Path = typer.Option(..., "-o", "--out", help="Folder for predictions.parquet and scores.csv."),
    store: Path | None = typer.Option(None, "--store", help="Folder of the store."),
) -> None:
    """Forecast every dyad-year of a sample from earlier years only, and score baselines and a plain logit."""
    from rich.console import Console
    from rich.progress import Progress

    from tocsin.errors import UsageError
    from tocsin.forecast import backtest as module
    from tocsin.forecast.record import LAST, load_record
    from tocsin.store import open_store

    if sample not in module.SAMPLES:
        raise UsageError(f"--sample {sample}: choose {', '.join(module.SAMPLES)}.")
    if not 1951 <= first <= last <= LAST:
        raise UsageError(f"--first {first} --last {last}: target years lie between 1951 and {LAST}.")
    record = load_record(open_store(store))
    errors = Console(stderr=True)
    with Progress(console=errors, disable=not errors.is_terminal, transient=True) as bar:
        task = bar.add_task(f"forecasting {sample}", total=last - first + 1)
        test = module.run(record, sample, first, last, tick=lambda: bar.advance(task))
    table = module.evaluate(test)
    out.mkdir(parents=True, exist_ok=True)
    test.table().write_parquet(out / "predictions.parquet")
    table.write_csv(out / "scores.csv")
    row = table.row(0, named=True)
    events = ", ".join(f"{m} {row[m]:,}" for m in ("threat", "incursion", "strike", "war"))
    typer.echo(f"{sample}, target years {first}-{last}: {row['n']:,} dyad-years; events {events}")
    heads = "".join(f"{h:>7}" for h in ("AP>=1", "AP>=3", "AP=4"))
    typer.echo(f"{'model':<20}{'RPSS':>7}{'90 % interval':>16}{'log':>7}{'Brier>=1':>10}{heads}")
    for r in table.iter_rows(named=True):
        aps = "".join("      -" if r[k] is None else f"{r[k]:>7.3f}" for k in ("ap1", "ap3", "ap4"))
        interval = f"{r['rpss_low']:.3f} to {r['rpss_high']:.3f}"
        typer.echo(f"{r['model']:<20}{r['rpss']:>7.3f}{interval:>16}{r['log_skill']:>7.3f}{r['brier1']:>10.3f}{aps}")
    typer.echo(f"wrote {out / 'predictions.parquet'} and {out / 'scores.csv'}")
