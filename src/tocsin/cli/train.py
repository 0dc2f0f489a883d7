"""`tocsin train`: fit the shipped model anew from the store."""

from __future__ import annotations

from pathlib import Path

import typer


def train(
    out: Path = typer.Option(Path("model.json"), "-o", "--out", help="File to write; never overwritten in part."),
    store: Path | None = typer.Option(None, "--store", help="Folder of the store."),
) -> None:
    """Fit every vintage and horizon of the forecasting model, and write the file the package ships."""
    from rich.console import Console
    from rich.progress import Progress

    from tocsin.errors import UsageError
    from tocsin.forecast import train as module
    from tocsin.forecast.record import load_record
    from tocsin.store import open_store

    if out.is_dir() or not out.parent.is_dir():
        raise UsageError(f"--out {out}: name a file in a folder that exists.")
    source = open_store(store)
    record = load_record(source)
    errors = Console(stderr=True)
    with Progress(console=errors, disable=not errors.is_terminal, transient=True) as bar:
        task = bar.add_task("training", total=module.fits())
        content = module.train(record, source, tick=lambda: bar.advance(task))
    part = out.with_name(f".{out.name}.part")
    part.write_text(module.write(content), "utf-8")
    part.replace(out)
    last = max(content["vintages"], key=int)
    counts = content["vintages"][last]["1"]
    typer.echo(f"{len(content['vintages'])} vintages to {last}, {len(content['features'])} features")
    typer.echo(f"last vintage, one year ahead: {counts['rows'][0]:,} rows, {counts['events'][0]:,} with force")
    typer.echo(f"seal {content['sha256']}")
    typer.echo(f"wrote {out}")
