"""`tocsin panel`: build a panel and write it to a file."""

from __future__ import annotations

from pathlib import Path

import typer

UNITS = (
    "state-years",
    "state-days",
    "dyad-years",
    "dyad-months",
    "leader-years",
    "leader-days",
    "leader-dyad-years",
    "dispute-dyads",
)


def panel(
    unit: str = typer.Argument(help=f"One of {', '.join(UNITS)}."),
    years: str = typer.Option(..., "--years", help="First and last year, A:B."),
    system: str = typer.Option("cow", "--system", help="State system: cow or gw."),
    directed: bool = typer.Option(True, "--directed/--undirected", help="Whether a dyad stands once per direction."),
    add: str = typer.Option("", "--add", help="What to add, separated by commas; 'list' shows what there is."),
    relevant: bool = typer.Option(False, "--relevant", help="Keep politically relevant dyads."),
    carry_forward: bool = typer.Option(False, "--carry-forward", help="Carry the last members of the system forward."),
    spells: str = typer.Option("", "--spells", help="Count years since a condition held, as in mode>=3."),
    out: Path = typer.Option(..., "-o", "--out", help="File ending in .parquet, .csv, .csv.gz or .dta."),
    store: Path | None = typer.Option(None, "--store", help="Folder of the store."),
) -> None:
    """Build a panel of states or dyads and write it to a file."""
    from tocsin.errors import UsageError, suggest
    from tocsin.panel.additions.registry import ADDITIONS
    from tocsin.panel.panel import Panel
    from tocsin.store import open_store

    if unit not in UNITS:
        raise UsageError(f"there is no unit '{unit}'.{suggest(unit, UNITS)} Known: {', '.join(UNITS)}.")
    if add == "list":
        for a in ADDITIONS.values():
            typer.echo(f"{a.name}: {a.about} ({', '.join(u.replace('_', '-') for u in a.units)})")
        return
    first, _, last = years.partition(":")
    if not (first.isdigit() and last.isdigit()):
        raise UsageError(f"--years {years}: write first and last year with a colon, as in 1946:2014.")
    name = unit.replace("-", "_")
    plan = Panel(name, int(first), int(last), system, directed, carry_forward, (), open_store(store))  # type: ignore[arg-type]
    if relevant:
        plan = plan.relevant()
    plan = plan.add(*(x.strip() for x in add.split(",") if x.strip()))
    if spells:
        plan = plan.spells(spells)
    rows = plan.write(out)
    typer.echo(f"{rows:,} rows written to {out}")
    typer.echo(f"cite: tocsin cite {' '.join(plan.tables())}")
