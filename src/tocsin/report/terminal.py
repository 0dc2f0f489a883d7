"""Key judgments and threat matrix for the terminal; plain enough to be piped into a file or a mail."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from tocsin.assessment.game import WORDING
from tocsin.assessment.model import Assessment
from tocsin.assessment.scenario_parts import ScenarioReading
from tocsin.assessment.words import day, percent
from tocsin.report import claims, findings, game, indicators, scenarios, text
from tocsin.report.html import grouped, matrix
from tocsin.report.tables import MODES, names

if TYPE_CHECKING:
    from rich.console import Console

WIDEST = 100


def show(a: Assessment, console: Console) -> None:
    """Print the key judgments, the threat matrix and the strategic reading of an assessment.

    Parameters
    ----------
    a : Assessment
        What to say.
    console : rich.console.Console
        Where to; lines are wrapped to its width, at most 100 columns, and carry no trailing blanks.
    """
    from rich.text import Text

    name = names(a)
    width = min(console.width, WIDEST)

    def say(line: str = "", style: str = "", first: str = "", rest: str = "") -> None:
        console.print(Text(wrap(line, width, first, rest), style=style), soft_wrap=True)

    say(a.title, "bold")
    say(f"Knowledge up to {day(a.as_of)}. Issued {day(a.issued)}.")
    for group in grouped(a):
        say()
        say(f"{name[group['actor']]} against {name[group['target']]}", "bold")
        for j in group["rows"]:
            say(j.likelihood, "", "  - ", "    ")
            if group["confidence"] is None:
                say(j.confidence, "", "    ", "    ")
        if group["confidence"] is not None:
            say(group["confidence"], "", "  ", "  ")
    say()
    say("Probability within twelve months of each mode of force, or a graver one", "bold")
    for line in grid(a, width):
        console.print(Text(line), soft_wrap=True)
    say()
    say("Conditional on payoffs that nobody has measured. " + findings.condition(a))
    say(game.probabilities(a))
    for line in game.told(a):
        say(line, "", "  - ", "    ")
    say(findings.power(a))
    if lines := scenarios.told(a, width):
        say()
        say("Scenarios: change of a strike, clash or war within a year, points", "bold")
        for line in lines:
            console.print(Text(line), soft_wrap=True)
        say("forms: share of parameters under which force pays. -: the model cannot feel it. Details: tocsin scenario")
    if lines := indicators.told(a, width):
        say()
        say("Indicators to watch: change of a strike, clash or war within a year, points", "bold")
        for line in lines:
            console.print(Text(line), soft_wrap=True)
        say("-: the model cannot feel it. All of them, how things stand and what was last seen: report.html")
    if a.claims:
        say()
        show_claims(a, console, everything=False)


def show_scenarios(n: dict[str, str], found: ScenarioReading, console: Console) -> None:
    """Print scenarios with what exactly changes and what each model says, base and scenario.

    Parameters
    ----------
    n : dict of str to str
        Names of the states by code.
    found : ScenarioReading
        What to say.
    console : rich.console.Console
        Where to.
    """
    from rich.text import Text

    if not found.results:
        return
    width = min(console.width, WIDEST)
    indents = {
        "head": ("", ""),
        "text": ("", ""),
        "item": ("  - ", "    "),
        "sub": ("  ", "  "),
        "line": ("    ", "      "),
    }
    for kind, line in scenarios.page(n, found):
        if kind == "head":
            console.print()
        style = "bold" if kind in ("head", "sub") else ""
        console.print(Text(wrap(line, width, *indents[kind]), style=style), soft_wrap=True)
    console.print()
    for line in (WORDING, found.order):
        console.print(Text(wrap(line, width)), soft_wrap=True)


def show_claims(a: Assessment, console: Console, *, everything: bool) -> None:
    """Print the verdicts on the claims: counts and the contradicted ones, or every claim with its evidence."""
    from rich.text import Text

    width = min(console.width, WIDEST)
    indent = {"head": "", "claim": "  - ", "detail": "    "}
    for kind, line in claims.lines(a, everything=everything):
        if kind == "head" and everything:
            console.print()
        text_ = wrap(line, width, indent[kind], "    " if kind != "head" else "")
        console.print(Text(text_, style="bold" if kind == "head" else ""), soft_wrap=True)


def wrap(line: str, width: int, first: str = "", rest: str = "") -> str:
    """Return a text in lines of at most ``width`` columns; a number and its per cent sign stay together.

    Examples
    --------
    >>> print(wrap("It is likely: 57 % of it.", 16, "- ", "  "))
    - It is likely:
      57 % of it.
    """
    kept = line.replace(" %", "\u00a0%")
    return textwrap.fill(
        kept,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    ).replace("\u00a0%", " %")


def grid(a: Assessment, width: int = WIDEST) -> list[str]:
    """Return the threat matrix as lines of plain text, no number ever cut.

    A column is a mode and a row a quantity; where ``width`` is too small for that, the other way about.
    """
    name = names(a)
    wide: list[tuple[str, ...]] = [("", *MODES)]
    tall: list[str] = []
    for row in matrix(a):
        who = f"{name[row['actor']]} against {name[row['target']]}"
        said = [[say(c) for c in row["cells"]] for say in (_probability, _ends, _ratio, _change)]
        labels = (who, "  90 % interval", "  times the base rate", "  change in a year, points")
        wide += [(label, *cells) for label, cells in zip(labels, said, strict=True)]
        head = ("", "", "90 % interval", "ratio", "change")
        tall += [who, *_columns([head, *zip((f"  {m}" for m in MODES), *said, strict=True)])]
    lines = _columns(wide)
    return lines if max(map(len, lines)) <= width else tall


def _columns(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows as lines, the first column flush left and the others flush right."""
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([r[0].ljust(wide[0]), *(v.rjust(w) for v, w in zip(r[1:], wide[1:], strict=True))]).rstrip()
        for r in rows
    ]


def _probability(c: dict[str, Any]) -> str:
    return "unknown" if c["p"].value is None else _short(percent(c["p"].value))


def _ends(c: dict[str, Any]) -> str:
    return "unknown" if c["p"].low is None else _short(text.ends(c["p"]).replace(" to ", "-"))


def _ratio(c: dict[str, Any]) -> str:
    return "unknown" if c["ratio"] is None else f"x{c['ratio']:.1f}"


def _change(c: dict[str, Any]) -> str:
    return "unknown" if c["change"] is None else text.signed(100 * c["change"], 1).replace(text.MINUS, "-")


def _short(said: str) -> str:
    """Return a probability in few columns; 'under 0.01 %' becomes '<0.01%'."""
    return said.replace("under ", "<").replace(" %", "%")
