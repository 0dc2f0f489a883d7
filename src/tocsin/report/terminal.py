"""Key judgments and threat matrix for the terminal; plain enough to be piped into a file or a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.assessment.model import Assessment
from tocsin.assessment.words import day, percent
from tocsin.report import findings
from tocsin.report.html import MODES, grouped, matrix
from tocsin.report.tables import names

if TYPE_CHECKING:
    from rich.console import Console


def show(a: Assessment, console: Console) -> None:
    """Print the key judgments, the threat matrix and the strategic reading of an assessment."""
    from rich import box
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    name = names(a)

    def say(text: str, style: str = "", indent: int = 0) -> None:
        console.print(Padding(Text(text, style=style), (0, 0, 0, indent), expand=False))

    say(a.title, "bold")
    say(f"Knowledge up to {day(a.as_of)}. Issued {day(a.issued)}.")
    for group in grouped(a):
        say("")
        say(f"{name[group['actor']]} against {name[group['target']]}", "bold")
        for j in group["rows"]:
            say(f"- {j.likelihood}", indent=2)
            if group["confidence"] is None:
                say(j.confidence, indent=4)
        if group["confidence"] is not None:
            say(group["confidence"], indent=2)
    say("")
    table = Table(
        title="Within twelve months, at least (90 % interval; ratio to the base rate)",
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD if console.is_terminal else box.ASCII2,
        pad_edge=False,
    )
    table.add_column("who")
    for mode in MODES:
        table.add_column(mode, justify="right", no_wrap=True)
    for row in matrix(a):
        cells = []
        for c in row["cells"]:
            ratio = "base 0 %" if c["ratio"] is None else f"x{c['ratio']:.1f}"
            cells.append(
                f"{percent(c['p'].value)}\n{percent(c['p'].low)}-{percent(c['p'].high)}\n{ratio}".replace(" %", "%")
            )
        table.add_row(f"{name[row['actor']]} against {name[row['target']]}", *cells)
    console.print(table)
    say("Conditional on payoffs that nobody has measured: " + findings.condition(a))
    say(findings.power(a))
