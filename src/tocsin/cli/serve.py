"""`tocsin serve`: the dashboard."""

from __future__ import annotations

from pathlib import Path

import typer


def serve(
    host: str = typer.Option(
        "127.0.0.1", "--host", help="Address to listen on; other machines see it only if you say so."
    ),
    port: int = typer.Option(8765, "--port", min=1, max=65535, help="Port to listen on."),
    cases: Path | None = typer.Option(
        None, "--cases", help="Folder of your own cases, one folder each; read anew as they change."
    ),
    ledger: Path | None = typer.Option(None, "--ledger", help="File of the ledger, only read."),
    store: Path | None = typer.Option(None, "--store", help="Folder of the store."),
    draws: int | None = typer.Option(
        None, "--draws", min=1, max=1000, help="Draws of the strategic game; default as many as `tocsin assess`."
    ),
    warm: bool = typer.Option(True, "--warm/--no-warm", help="Reckon ahead what is likely to be asked for."),
    open_: bool = typer.Option(False, "--open/--no-open", help="Open the dashboard in the browser."),
) -> None:
    """Serve the dashboard: the same numbers as the report, to look at and to move."""
    from tocsin.errors import UsageError
    from tocsin.web.server import run
    from tocsin.web.settings import DRAWS, Settings

    if cases is not None and not cases.is_dir():
        raise UsageError(
            f"--cases {cases}: there is no such folder. Make one with: tocsin case new A B --out {cases}/NAME"
        )
    run(Settings(host, port, cases, ledger, store, draws=draws or DRAWS, warm=warm), browser=open_)
