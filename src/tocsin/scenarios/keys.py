"""The keys a scenario may set: their form, what they take and what they mean, declared once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tocsin.case.load import Case

KINDS = ("personalist", "military", "party", "democracy")
FALLOUT_FACTOR = "F_factor"
HARDNESS = ("hard", "soft", "none")
HELD = ("whole", "part", "none")
# The order in which the parts of a scenario are carried out.
FAMILIES = (
    "incidents",
    "commitments",
    "treaty",
    "arms",
    "supplier",
    "spending",
    "regime",
    "prize",
    "class",
    "strategy",
)
ORDER = (
    "Keys are carried out in this order, whatever their order in the file: record of force, commitments and treaty, "
    "arms and suppliers, spending, regimes, the prize, class of the dyad, payoffs of the game. Of several scenarios "
    "joined by + the later one replaces what an earlier one says of the same key; events added or removed add up. What "
    "the command line sets comes last."
)


@dataclass(frozen=True)
class Key:
    """One form of key.

    Parameters
    ----------
    form : str
        Parts separated by dots; a part in capitals stands for a name of the case.
    takes : str
        Kind of value: number, yesno, no, day, asof, end, year, choice, state, events, ids.
    about : str
        One sentence for the reader.
    choices : tuple of str
        Permitted words of a choice.
    low, high : float
        Limits of a number.
    """

    form: str
    takes: str
    about: str
    choices: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 100.0

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the form."""
        return tuple(self.form.split("."))

    def fits(self, path: tuple[str, ...]) -> bool:
        """Return whether a key has this form."""
        return len(path) == len(self.parts) and all(
            p.isupper() or p == x for p, x in zip(self.parts, path, strict=True)
        )


KEYS = (
    Key(
        "incidents.add", "events", "Events that are taken to have happened: a list of tables (start, initiator, mode)."
    ),
    Key("incidents.remove", "ids", "Identifiers of events that are taken not to have happened."),
    Key("commitments.NAME.until", "end", "Last day in force ('open': no end)."),
    Key("commitments.NAME.hardness", "choice", "How binding it is.", HARDNESS),
    Key("commitments.NAME.in_force", "no", "false: it never came into force."),
    Key("treaty.signed", "day", "A treaty of peace between the two is in force from this day on."),
    Key("arms.deliveries_factor", "number", "Multiplies the arms still to come to both states; 0 stops them."),
    Key("arms.STATE.deliveries_factor", "number", "The same for one state."),
    Key("arms.STATE.since", "day", "Deliveries from this day on are multiplied as well."),
    Key("arms.STATE.all_delivered", "asof", "as-of: all that is pending and has a known value has arrived."),
    Key(
        "arms.STATE.new_order",
        "number",
        "A new order of this value, in million TIV, placed on the as-of date.",
        low=0.01,
        high=100_000,
    ),
    Key("supplier.SUPPLIER.open", "yesno", "false: it delivers nothing of what is on order; true: it delivers."),
    Key("supplier.SUPPLIER.to", "state", "Only this state is concerned; without it both are."),
    Key("spending.STATE.factor", "number", "Multiplies military spending, in the last year known.", low=0.01),
    Key("spending.STATE.since", "year", "Multiply it from this year on.", low=1800, high=2100),
    Key("regime.STATE", "choice", "Kind of regime.", KINDS),
    Key("prize.core", "choice", "How much of the core object state a holds.", HELD),
    Key("prize.around", "choice", "How much of the ground around it state a holds.", HELD),
    Key("class.land", "yesno", "Whether the two share a land border."),
    Key("class.rival", "yesno", "Whether the two are rivals."),
    Key("class.relevant", "yesno", "Whether the pair is politically relevant."),
    Key("strategy.F_factor", "number", "Multiplies the fallout of every draw (F), whichever state acts.", high=10),
    Key("strategy.STATE.F_factor", "number", "The same where this state acts.", high=10),
    Key("strategy.PARAMETER", "number", "A payoff or chance of the game, whichever state acts.", low=-100),
    Key("strategy.STATE.PARAMETER", "number", "The same where this state acts.", low=-100),
)


def payoffs() -> tuple[str, ...]:
    """Return the parameters of the game that a scenario may set.

    The precision of choice is none of them: it is no circumstance of the case, and the habits belong to it.
    """
    from tocsin.strategy.game.setting import DRAWN

    return (*(n for n in DRAWN if n != "lam"), "theta")


def suppliers(case: Case) -> dict[str, str]:
    """Return the suppliers of a case by every name a scenario may call them: as in arms.csv, or by state code."""
    names = sorted({s for s in case.tables["arms"]["supplier"] if s not in ("unknown", "several")})
    out = {n: n for n in names}
    year = case.config.case.cutoff.year
    for name in names:
        iso = _iso3(name, min(year, 2016))
        if iso is not None:
            out.setdefault(iso, name)
    for state, info in case.config.states.items():
        if info.name in names:
            out[state] = info.name
    return out


@lru_cache(maxsize=1024)
def _iso3(name: str, year: int) -> str | None:
    from tocsin.states import code

    return code(name, year, "iso3")


def named_commitments(case: Case, name: str) -> list[str]:
    """Return the commitments a scenario means: the one of that identifier, or all whose name holds that word."""
    table = case.tables["commitments"]
    if name in table["id"]:
        return [name]
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return [i for i, text in table.select("id", "name").iter_rows() if word.search(text)]


def all_keys(case: Case) -> list[str]:
    """Return every key that a scenario of this case can set, for suggestions."""
    fill = {
        "STATE": list(case.pair),
        "NAME": list(case.tables["commitments"]["id"]),
        "SUPPLIER": list(suppliers(case)),
        "PARAMETER": list(payoffs()),
    }
    out: list[str] = []
    for key in KEYS:
        found = [""]
        for part in key.parts:
            found = [f"{x}.{y}" for x in found for y in (fill[part] if part.isupper() else [part])]
        out += [x.lstrip(".") for x in found]
    return out


def page() -> str:
    """Return the keys as a Markdown table."""
    lines = ["| key | takes | meaning |", "|---|---|---|"]
    words = {
        "yesno": "`true` or `false`",
        "no": "`false`",
        "day": "a day",
        "asof": "`as-of`",
        "end": "a day, or `open`",
        "year": "a year",
        "state": "a state of the dyad",
        "events": "a list of tables",
        "ids": "a list of identifiers",
    }
    for k in KEYS:
        takes = ", ".join(f"`{c}`" for c in k.choices) or words.get(k.takes, f"a number, {k.low:g} to {k.high:g}")
        lines.append(f"| `{k.form}` | {takes} | {k.about} |")
    return "\n".join(lines) + "\n"
