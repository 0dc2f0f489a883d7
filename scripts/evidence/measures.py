"""What is measured: regularities that claims speak of, each in several ways, with the literature it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

# Years over which a shift of power is taken, and within which force counts as recent.
HISTORY = 5
SAMPLES = {
    "prd": pl.lit(True),
    "land": pl.col("land") == 1,
    "rival": pl.col("rival") == 1,
}
OUTCOMES = {
    "attack": "one-sided incursion or strike by the actor (MIE; clashes and war battles left out)",
    "initiation": "dispute begun by the actor as originator of side A (GML)",
    "force": "strike, clash or war by the actor (MIE; clashes count for both)",
}
AUTOCRACY_REIGN = r"personal|party|military|monarchy|oligarchy"


@dataclass(frozen=True)
class Measure:
    """One way to measure a regularity.

    Parameters
    ----------
    label : str
        What is measured, for the table.
    term : expression
        What the claim is about, known the year before the outcome.
    rows : expression
        Rows for which it makes sense.
    controls : dict
        Further controls by name.
    without : tuple of str
        Usual controls left out.
    samples, outcomes : tuple of str
        Where to look.
    """

    label: str
    term: pl.Expr
    rows: pl.Expr = field(default_factory=lambda: pl.lit(True))
    controls: dict[str, pl.Expr] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    samples: tuple[str, ...] = ("prd", "land")
    outcomes: tuple[str, ...] = ("attack", "initiation")


c = pl.col


def share_of(name: str, years: int = 0) -> pl.Expr:
    """Return the actor's share of the dyad's total, so many years before."""
    suffix = f"_{years}" if years else ""
    one, two = c(f"{name}1{suffix}"), c(f"{name}2{suffix}")
    return pl.when(one + two > 0).then(one / (one + two))


def decline(name: str) -> pl.Expr:
    """Return the fall of the actor's share over five years, in tenths."""
    return (share_of(name, HISTORY) - share_of(name)) * 10


GWF, WEEKS = c("gwf1").is_not_null(), (c("boss") + c("machine") + c("junta") + c("strongman")) == 1
REIGN = c("reign1").str.contains(AUTOCRACY_REIGN) & ~c("reign1").str.contains("provisional")
POLITY, POLYARCHY = c("polity21") < 6, c("polyarchy1") < 0.5
RECENT = c("recent") == 1


def has(column: str, text: str) -> pl.Expr:
    """Return whether a typology's word contains a text."""
    return c(column).str.contains(text)


def weeks(*kinds: str) -> pl.Expr:
    """Return whether a state is of one of Weeks's kinds."""
    return pl.sum_horizontal(*kinds) == 1


REGULARITIES: dict[str, tuple[str, str, str, tuple[Measure, ...]]] = {
    "personalist-initiation": (
        "Personalist autocracies begin force more often than other autocracies.",
        "actor is personalist, among autocracies",
        "Peceny, Beer and Sanchez-Terry 2002; Weeks 2012; Geddes, Wright and Frantz 2018",
        (
            Measure("GWF, pure type", has("gwf1", "^personal$"), GWF),
            Measure("GWF, hybrids counted", has("gwf1", "personal"), GWF),
            Measure("REIGN", has("reign1", "personal"), REIGN),
            Measure("Weeks (boss or strongman)", weeks("boss", "strongman"), WEEKS),
        ),
    ),
    "civilian-initiation": (
        "Civilian autocracies begin force more often than other autocracies.",
        "actor is a civilian autocracy, among autocracies",
        "Weeks 2012, 2014; Lai and Slater 2006",
        (
            Measure("Weeks (machine or boss)", weeks("machine", "boss"), WEEKS),
            Measure("Weeks (machine)", weeks("machine"), WEEKS),
            Measure("GWF (party, no hybrids)", has("gwf1", "^party$"), GWF),
            Measure("REIGN (party-based)", has("reign1", "^party-based$"), REIGN),
        ),
    ),
    "personalist-over-juntas": (
        "Personalist civilian autocracies begin force more often than military regimes led by a group.",
        "actor is personalist, against juntas",
        "Weeks 2012, 2014",
        (
            Measure("Weeks (boss against junta)", weeks("boss"), weeks("boss", "junta")),
            Measure(
                "GWF (personal against military)",
                has("gwf1", "^personal$"),
                has("gwf1", "^(personal|military|indirect military)$"),
            ),
            Measure(
                "REIGN (personal against military)",
                has("reign1", "^personal"),
                has("reign1", "^(personal|personal dictatorship|military|indirect military)$"),
            ),
        ),
    ),
    "personalist-over-machines": (
        "Personalist civilian autocracies begin force more often than civilian regimes whose elite can hold the ruler "
        "to account.",
        "actor is personalist, against elite-constrained civilian regimes",
        "Weeks 2012, 2014",
        (
            Measure("Weeks (boss against machine)", weeks("boss"), weeks("boss", "machine")),
            Measure("GWF (personal against party)", has("gwf1", "^personal$"), has("gwf1", "^(personal|party)$")),
            Measure(
                "REIGN (personal against party-based)",
                has("reign1", "^personal"),
                has("reign1", "^(personal|personal dictatorship|party-based)$"),
            ),
        ),
    ),
    "democracy-target": (
        "Democracies are attacked more often than other states.",
        "target is a democracy",
        "Gelpi and Grieco 2001; Bueno de Mesquita et al. 2004; Reiter and Stam 2003",
        (
            Measure("Polity of 6 or more", c("polity22") >= 6, controls={"actor": c("polity21") >= 6}),
            Measure("polyarchy of .5 or more", c("polyarchy2") >= 0.5, controls={"actor": c("polyarchy1") >= 0.5}),
            Measure("Polity of 6 or more, by non-democracies", c("polity22") >= 6, POLITY),
            Measure("polyarchy of .5 or more, by non-democracies", c("polyarchy2") >= 0.5, POLYARCHY),
        ),
    ),
    "adverse-shift": (
        "A state that has lost power to another over five years attacks it more often.",
        "fall of the actor's share of the dyad's power over five years, by a tenth",
        "Levy 1987; Powell 2006; Bell and Johnson 2015",
        (
            Measure("CINC", decline("cinc"), samples=("prd", "land", "rival")),
            Measure(
                "SIPRI spending",
                decline("milex"),
                controls={"share of spending": share_of("milex")},
                samples=("prd", "land", "rival"),
            ),
            Measure(
                "SIPRI arms stock",
                decline("stock"),
                controls={"share of stock": share_of("stock")},
                samples=("prd", "land", "rival"),
            ),
        ),
    ),
    "adverse-shift-by-regime": (
        "Autocracies answer a loss of power with force more than democracies do.",
        "fall of the actor's share over five years (a tenth) times the actor being no democracy",
        "Schweller 1992; Levy and Gochal 2001; Silverstone 2007",
        tuple(
            Measure(
                f"{label}, {regime}",
                decline(name) * autocracy,
                controls={"fall": decline(name), "autocracy": autocracy},
            )
            for label, name in (("CINC", "cinc"), ("SIPRI spending", "milex"))
            for regime, autocracy in (
                ("Polity below 6", POLITY.cast(pl.Float64)),
                ("polyarchy below .5", POLYARCHY.cast(pl.Float64)),
            )
        ),
    ),
    "renewal-by-regime": (
        "After force between two states, autocracies go back to it more often than democracies.",
        "actor is no democracy, in dyads with a strike, clash or war in the last five years",
        "Werner 1999; Fortna 2003; Lewis, Heathershaw and Megoran 2018 (on conflict inside states)",
        (
            Measure("Polity below 6", POLITY, RECENT, outcomes=("attack", "initiation", "force")),
            Measure("polyarchy below .5", POLYARCHY, RECENT, outcomes=("attack", "initiation", "force")),
        ),
    ),
    "gap-in-autocracies": (
        "After force, autocracies use it more where their power exceeds the other's by more.",
        "actor's share of the dyad's power, by a tenth, among autocracies in dyads with force in the last five years",
        "Lewis, Heathershaw and Megoran 2018; Schub 2017",
        tuple(
            Measure(
                f"{label}, {regime}",
                share_of(name) * 10,
                RECENT & rows,
                without=("share",),
                outcomes=("attack", "initiation", "force"),
            )
            for label, name in (("CINC", "cinc"), ("SIPRI spending", "milex"))
            for regime, rows in (
                ("Polity below 6", POLITY),
                ("GWF personalist, hybrids counted", has("gwf1", "personal")),
            )
        ),
    ),
    "persistence": (
        "Force begets force: a state that used it last year uses it again.",
        "strike, clash or war by the actor in the year before",
        "Hegre, Nygard and Landsverk 2021; Bennett 1998",
        (
            Measure(
                "mode of force",
                c("last mode") >= 3,
                without=("quiet", "quiet2", "quiet3"),
                samples=("prd", "land", "rival"),
                outcomes=("force",),
            ),
        ),
    ),
}
MISSING = {
    "rhetoric": (
        "Public threats by a leader come before force more often than silence does.",
        "There is no data set of leaders' threats by dyad and day: speeches at the United Nations mostly measure "
        "attention.",
        "Fearon 1994; Sechser 2010; McManus 2017; Trager 2010",
    ),
}
