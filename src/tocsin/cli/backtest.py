"""`tocsin backtest`: rolling-origin forecasts of all dyads, scored."""

from __future__ import annotations

from pathlib import Path

import typer


def backtest(
    sample: str = typer.Option("prd", "--sample", help="Sample to print: prd, rival, land, quiet or all."),
    first: int = typer.Option(1961, "--first", help="First target year."),
    last: int = typer.Option(2014, "--last", help="Last target year."),
    horizon: int = typer.Option(1, "--horizon", min=1, max=3, help="Years of the target period."),
    directed: bool = typer.Option(False, "--directed", help="Forecast each side's action, not that of either."),
    trees: bool = typer.Option(False, "--trees", help="Also fit boosted trees, and average them with the logit."),
    out: Path = typer.Option(..., "-o", "--out", help="Folder for predictions, scores and reliability."),
    store: Path | None = typer.Option(None, "--store", help="Folder of the store."),
    executor: str = typer.Option("local", "--executor", help="'local', or 'dask' for an existing Dask cluster."),
    scheduler: str | None = typer.Option(None, "--scheduler", help="Address of the scheduler, as tcp://host:8786."),
) -> None:
    """Forecast every dyad-year from earlier years only, and score baselines and models on every sample."""
    from functools import partial

    from rich.console import Console
    from rich.progress import Progress

    from tocsin.cluster import results
    from tocsin.errors import UsageError
    from tocsin.forecast import backtest as module
    from tocsin.forecast.evaluate import evaluate, reliability_table
    from tocsin.forecast.groups import with_statistics
    from tocsin.forecast.record import LAST, load_record
    from tocsin.forecast.rolling import here
    from tocsin.forecast.rows import SAMPLES
    from tocsin.store import open_store

    faults = []
    if sample not in SAMPLES:
        faults.append(f"--sample {sample}: choose {', '.join(SAMPLES)}.")
    if not 1951 <= first <= last <= LAST:
        faults.append(f"--first {first} --last {last}: target years lie between 1951 and {LAST}.")
    if out.exists() and not out.is_dir():
        faults.append(f"--out {out}: there is a file of that name; name a folder.")
    if executor not in ("local", "dask"):
        faults.append(f"--executor {executor}: use 'local' or 'dask'.")
    elif (executor == "dask") != (scheduler is not None):
        faults.append("--executor dask and --scheduler ADDRESS go together.")
    if faults:
        raise UsageError(" ".join(faults))
    source = open_store(store)
    record = with_statistics(load_record(source), source)
    errors = Console(stderr=True)
    with Progress(console=errors, disable=not errors.is_terminal, transient=True) as bar:
        task = bar.add_task("forecasting", total=module.fits(first, last, trees))
        test = module.run(
            record,
            first,
            last,
            horizon=horizon,
            directed=directed,
            with_trees=trees,
            spread=here if scheduler is None else partial(results, scheduler),
            tick=lambda: bar.advance(task),
        )
    table = evaluate(test)
    out.mkdir(parents=True, exist_ok=True)
    kind = f"{'directed' if directed else 'undirected'}-{horizon}"
    files = {name: out / f"{name}-{kind}.{end}" for name, end in FILES}
    test.table().write_parquet(files["predictions"])
    table.write_csv(files["scores"])
    reliability_table(test, "full logit").write_csv(files["reliability"])
    rows = table.filter(table["sample"] == sample)
    row = rows.row(0, named=True)
    events = ", ".join(f"{m} {row[m]:,}" for m in ("threat", "incursion", "strike", "war"))
    typer.echo(f"{sample}, target years {first}-{last}, {kind}: {row['n']:,} rows; events {events}")
    heads = "".join(f"{h:>7}" for h in ("AP>=1", "AP>=3", "AP=4"))
    typer.echo(
        f"{'model':<17}{'RPSS':>7}{'90 % interval':>16}{'log':>7}{'Brier>=1':>10}{heads}{'slope>=1':>10}{'>=3':>6}"
    )
    for r in rows.iter_rows(named=True):
        aps = "".join(_number(r[k], 7, 3) for k in ("ap1", "ap3", "ap4"))
        interval = "-" if r["rpss_low"] is None else f"{r['rpss_low']:.3f} to {r['rpss_high']:.3f}"
        slopes = _number(r["slope1"], 10, 2) + _number(r["slope3"], 6, 2)
        head = f"{r['model']:<17}{r['rpss']:>7.3f}{interval:>16}{r['log_skill']:>7.3f}{r['brier1']:>10.3f}"
        typer.echo(head + aps + slopes)
    typer.echo("wrote " + ", ".join(str(p) for p in files.values()))


FILES = (("predictions", "parquet"), ("scores", "csv"), ("reliability", "csv"))


def _number(value: float | None, width: int, digits: int) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:>{width}.{digits}f}"
