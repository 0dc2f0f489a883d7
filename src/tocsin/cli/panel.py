"""`tocsin panel`: build a panel and write it to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
    unit: str = typer.Argument("", help=f"One of {', '.join(UNITS)}."),
    years: str = typer.Option("", "--years", help="First and last year, A:B."),
    system: str = typer.Option("cow", "--system", help="State system: cow or gw."),
    directed: bool = typer.Option(True, "--directed/--undirected", help="Whether a dyad stands once per direction."),
    add: str = typer.Option("", "--add", help="What to add, separated by commas; 'list' alone shows what there is."),
    option: list[str] = typer.Option([], "--option", help="An option of an addition, as in initiator=sidea-orig."),
    relevant: bool = typer.Option(False, "--relevant", help="Keep politically relevant dyads."),
    rivals: bool = typer.Option(False, "--rivals", help="Keep dyads in a strategic rivalry."),
    contiguous: int = typer.Option(0, "--contiguous", help="Keep dyads up to this contiguity type (1 is by land)."),
    border: str = typer.Option(
        "nearest", "--border", help="Spell of a year that --relevant and --contiguous read: nearest, first or last."
    ),
    regions: str = typer.Option("", "--regions", help="Keep rows within these regions, separated by commas."),
    disputes: str = typer.Option("gml", "--disputes", help="Whose disputes dispute-dyads are: gml or cow."),
    whittle: bool = typer.Option(False, "--whittle", help="Keep one dispute per dyad-year."),
    carry_forward: bool = typer.Option(False, "--carry-forward", help="Carry the last members of the system forward."),
    spells: str = typer.Option("", "--spells", help="Count years since a condition held, as in mode>=3."),
    lag: str = typer.Option("", "--lag", help="Columns of the year before, separated by commas."),
    out: Path | None = typer.Option(None, "-o", "--out", help="File ending in .parquet, .csv, .csv.gz or .dta."),
    store: Path | None = typer.Option(None, "--store", help="Folder of the store."),
) -> None:
    """Build a panel of states, dyads, leaders or disputes and write it to a file."""
    from tocsin.errors import UsageError, suggest
    from tocsin.panel.panel import Panel
    from tocsin.store import open_store

    if unit and unit not in UNITS:
        raise UsageError(f"there is no unit '{unit}'.{suggest(unit, UNITS)} Known: {', '.join(UNITS)}.")
    if add == "list":
        _list(unit)
        return
    lacking = [what for what, given in (("a unit", unit), ("--years A:B", years), ("-o FILE", out)) if not given]
    if lacking:
        raise UsageError(f"say {' and '.join(lacking)}; for example: {EXAMPLE}")
    first, _, last = years.partition(":")
    if not (first.isdigit() and last.isdigit()):
        raise UsageError(f"--years {years}: write first and last year with a colon, as in 1946:2014.")
    name = unit.replace("-", "_")
    plan = Panel(
        name,  # type: ignore[arg-type]
        int(first),
        int(last),
        system,  # type: ignore[arg-type]
        directed,
        carry_forward,
        (),
        open_store(store),
        disputes,  # type: ignore[arg-type]
    )
    if whittle:
        plan = plan.whittle()
    if relevant:
        plan = plan.relevant(slice=border)  # type: ignore[arg-type]
    if rivals:
        plan = plan.rivals()
    if contiguous:
        plan = plan.contiguous(contiguous, slice=border)  # type: ignore[arg-type]
    if regions:
        plan = plan.regions(*_split(regions))
    plan = plan.add(*_split(add), **dict(_option(text) for text in option))
    for column in _split(lag):
        plan = plan.lag(column)
    if spells:
        plan = plan.spells(spells)
    assert out is not None
    rows = plan.write(out)
    typer.echo(f"{rows:,} rows written to {out}")
    typer.echo(f"cite: tocsin cite {' '.join(plan.tables())}")


EXAMPLE = "tocsin panel dyad-years --years 1946:2014 --add nmc,modes --relevant -o panel.parquet"


def _split(text: str) -> list[str]:
    return [x.strip() for x in text.split(",") if x.strip()]


def _option(text: str) -> tuple[str, Any]:
    """Return name and value; true, false and whole numbers are what they say."""
    from tocsin.errors import UsageError

    name, sign, value = (x.strip() for x in text.partition("="))
    if not (name and sign and value):
        raise UsageError(f"--option {text}: write a name and a value, as in initiator=sidea-orig.")
    if value.lstrip("-").isdigit():
        return name, int(value)
    return name, {"true": True, "false": False}.get(value, value)


def _list(unit: str) -> None:
    """Print what can be added to a unit, or at all: years, units, options and their values."""
    from tocsin.panel.additions.registry import ADDITIONS

    for a in ADDITIONS.values():
        if unit and unit.replace("-", "_") not in a.units:
            continue
        fit = "every unit" if len(a.units) == len(UNITS) else ", ".join(u.replace("_", "-") for u in a.units)
        typer.echo(f"{a.name}: {a.about}, {a.coverage} ({fit})")
        for name, default in a.options.items():
            known = ("false", "true") if isinstance(default, bool) else a.choices.get(name, ("a number",))
            shown = "all" if default == () else str(default).lower() if isinstance(default, bool) else default
            typer.echo(f"    {name}={'|'.join(map(str, known))} (default {shown})")
