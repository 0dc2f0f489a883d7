"""The tables of a case folder, declared once."""

from __future__ import annotations

from tocsin.schema import Column, Table

MODES = ("none", "threat", "incursion", "strike", "war")
CONFIDENCE = ("high", "medium", "low")
MEASURES = (
    "milex_constant",
    "milex_current",
    "milex_gdp_share",
    "budget",
    "gdp_current",
    "population",
    "personnel",
    "cinc",
)
MEASURE_UNITS = {
    "milex_constant": "million US dollars, constant prices and rates of the stated base year",
    "milex_current": "million US dollars, current",
    "milex_gdp_share": "per cent of GDP",
    "budget": "million US dollars, current, as adopted or drafted by the government; not the SIPRI definition",
    "gdp_current": "million US dollars, current",
    "population": "persons",
    "personnel": "active persons",
    "cinc": "share of world total, 0 to 1",
}
ARMS_CLASSES = (
    "aircraft",
    "air defence",
    "armour",
    "artillery",
    "missile",
    "radar",
    "naval",
    "UAV",
    "engine",
    "satellite",
    "other",
)
ARMS_STATUS = ("ordered", "delivered", "reported", "letter of intent", "denied", "announced", "aggregate")
COMMITMENT_TYPES = (
    "alliance",
    "ceasefire",
    "monitor mission",
    "basing",
    "partnership",
    "arms partnership",
    "assistance",
    "mediation",
    "peace step",
    "proposal",
    "treaty",
    "other",
)
STATEMENT_TYPES = ("threat", "demand", "red line", "warning", "reassurance", "denial", "none")
TYPOLOGIES = (
    "row",
    "polyarchy",
    "polity2",
    "xconst",
    "freedom_house",
    "gwf_reign",
)
PRECISION = ("day", "month", "year")


def _tail() -> tuple[Column, ...]:
    """Columns every table ends with: where a row comes from and when it was known."""
    return (
        Column("source", "sources", "Keys of sources.toml, separated by ';'.", required=True),
        Column(
            "known_from",
            "date",
            "First day on which this row was public; empty means the day of the event itself.",
        ),
        Column("confidence", "choice", "How sure the coding is.", required=True, choices=CONFIDENCE),
        Column("note", "text", "Anything a reader should know."),
    )


def _known_tail() -> tuple[Column, ...]:
    """As _tail, for rows that describe a year: the day they were published must be stated."""
    source, _, confidence, note = _tail()
    return (
        source,
        Column("known_from", "date", "First day on which this figure was public.", required=True),
        confidence,
        note,
    )


CAPABILITIES = Table(
    "capabilities",
    "One number about one state in one year: spending, economy, people. Long form, so that each number has its "
    "own source and date of publication.",
    (
        Column("state", "state", "State the figure is about.", required=True),
        Column("year", "integer", "Calendar year.", required=True, low=1800, high=2100),
        Column("measure", "choice", "What is measured.", required=True, choices=MEASURES),
        Column("value", "real", "The figure.", "see measure", required=True, low=0),
        *_known_tail(),
    ),
    ("state", "year", "measure"),
)

ARMS = Table(
    "arms",
    "One delivery, or the undelivered rest, of one order of arms. Rows of one order share `order_id`.",
    (
        Column("id", "id", "Identifier of the row.", required=True),
        Column("order_id", "id", "Identifier of the order this row is a part of.", required=True),
        Column("recipient", "state", "Buying state.", required=True),
        Column("supplier", "text", "Selling state (or 'unknown', 'several').", required=True),
        Column("class", "choice", "Class of weapon.", required=True, choices=ARMS_CLASSES),
        Column("designation", "text", "Name of the weapon.", required=True),
        Column("number", "real", "Number of items in this row.", "items", low=0),
        Column("ordered", "date", "Day the order was placed (year-only orders: 1 July of the year)."),
        Column("delivered", "date", "Day of delivery (year-only: 31 December); empty if not delivered."),
        Column(
            "delivered_known_from",
            "date",
            "First day on which the delivery was public; empty means the day of delivery.",
        ),
        Column("status", "choice", "What the source says of the row.", required=True, choices=ARMS_STATUS),
        Column("tiv", "real", "Value of this row in SIPRI trend-indicator values.", "million TIV", low=0),
        Column("value_usd_m", "real", "Reported price.", "million US dollars, current", low=0),
        Column("basis", "choice", "Register or press.", required=True, choices=("register", "press")),
        Column(
            "same_as",
            "text",
            "order_id of a register row that covers the same weapons; then not counted again.",
        ),
        *_tail(),
    ),
    ("id",),
)

INCIDENTS = Table(
    "incidents",
    "One dated threat, display or use of force between the two states.",
    (
        Column("id", "id", "Identifier.", required=True),
        Column("start", "date", "First day.", required=True),
        Column("end", "date", "Last day; empty means the first day."),
        Column("date_precision", "choice", "How exact the dates are.", required=True, choices=PRECISION),
        Column("initiator", "state", "State that acted, or 'disputed'.", required=True, choices=("disputed",)),
        Column("initiator_basis", "text", "Whose account that is."),
        Column("target", "state", "State acted against, or 'disputed'.", required=True, choices=("disputed",)),
        Column("proxy", "text", "Third party actually hit, where it was not the target state itself."),
        Column("mode", "choice", "Highest mode of force.", required=True, choices=MODES[1:]),
        Column(
            "mutual",
            "yesno",
            "Whether both sides used force (a clash or battle counts for both).",
            required=True,
        ),
        Column("deaths_a", "integer", "Deaths of state a of the dyad.", "persons", low=0),
        Column("deaths_b", "integer", "Deaths of state b of the dyad.", "persons", low=0),
        Column("deaths_other", "text", "Other deaths, in words."),
        Column("fatal", "yesno", "Whether anybody is known to have died; empty if unknown."),
        Column("territory", "text", "Ground or control that changed hands, in words."),
        Column(
            "ground_taken",
            "yesno",
            "Whether ground or control of a road changed hands; empty if the codebook does not say.",
        ),
        Column(
            "coding",
            "choice",
            "Codebook the row comes from.",
            required=True,
            choices=("mie", "gml", "case", "supplement"),
        ),
        Column("description", "text", "What happened, in neutral words.", required=True),
        *_tail(),
    ),
    ("id",),
)

COMMITMENTS = Table(
    "commitments",
    "One promise, pact, mission or step towards peace, with the days it was in force.",
    (
        Column("id", "id", "Identifier.", required=True),
        Column("name", "text", "Name.", required=True),
        Column("type", "choice", "Kind of commitment.", required=True, choices=COMMITMENT_TYPES),
        Column("parties", "text", "Parties, separated by ';'.", required=True),
        Column("third_party", "text", "Outside state or body that gives it."),
        Column(
            "hardness",
            "choice",
            "Hard guarantee, soft deterrent or neither.",
            required=True,
            choices=("hard", "soft", "none"),
        ),
        Column("favours", "state", "State it protects, or 'both'.", required=True, choices=("both",)),
        Column("from", "date", "First day in force.", required=True),
        Column("to", "date", "Last day in force; empty if it has no end."),
        Column("to_known_from", "date", "Day the end became known; empty means the last day itself."),
        Column("description", "text", "What it says and how it ended.", required=True),
        *_tail(),
    ),
    ("id",),
)

STATEMENTS = Table(
    "statements",
    "One dated public statement by an office-holder of one side about the other.",
    (
        Column("id", "id", "Identifier.", required=True),
        Column("date", "date", "Day it was made.", required=True),
        Column("date_precision", "choice", "How exact the date is.", required=True, choices=PRECISION),
        Column("speaker", "text", "Who spoke.", required=True),
        Column("role", "text", "Office.", required=True),
        Column("state", "state", "State spoken for.", required=True),
        Column("target", "state", "State spoken about.", required=True),
        Column("type", "choice", "Type of statement.", required=True, choices=STATEMENT_TYPES),
        Column("topic", "text", "Topic in a word.", required=True),
        Column("text", "text", "Quote of at most 25 words, or paraphrase.", required=True),
        Column("is_quote", "yesno", "Whether the text is a quote.", required=True),
        *_tail(),
    ),
    ("id",),
)

REGIMES = Table(
    "regimes",
    "One state in one year under one named typology.",
    (
        Column("state", "state", "State.", required=True),
        Column("year", "integer", "Calendar year.", required=True, low=1800, high=2100),
        Column("typology", "choice", "Whose classification.", required=True, choices=TYPOLOGIES),
        Column("category", "text", "Class in the typology's own words."),
        Column("score", "real", "Score, where the typology is a number.", "typology's own scale"),
        *_known_tail(),
    ),
    ("state", "year", "typology"),
)

TABLES = (CAPABILITIES, ARMS, INCIDENTS, COMMITMENTS, STATEMENTS, REGIMES)
