"""Rules that tie cells of one row, or rows of several tables, together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tocsin.case.claim_tests import STATES, OrdersDuring, Rows, Trend
from tocsin.case.config import CaseToml
from tocsin.errors import Fault, suggest
from tocsin.schema import source_keys

if TYPE_CHECKING:
    import polars as pl

Row = dict[str, Any]
Rule = Callable[[Row], str | None]
# Words of a quote; more is for its publisher to print.
LONGEST_QUOTE = 25


def _order(first: str, then: str) -> Rule:
    def rule(row: Row) -> str | None:
        a, b = row[first], row[then]
        return f"{b} is before {first} ({a})" if a is not None and b is not None and b < a else None

    return rule


def _differ(first: str, then: str) -> Rule:
    def rule(row: Row) -> str | None:
        same = row[first] == row[then] != "disputed"
        return f"is the same state as {first} ({row[first]})" if same else None

    return rule


def _dated(row: Row) -> str | None:
    if row["known_from"] is None and row["ordered"] is None and row["delivered"] is None:
        return "is empty, and so are ordered and delivered: nobody can say when this was known"
    return None


def _delivered(row: Row) -> str | None:
    if row["status"] == "delivered" and row["delivered"] is None:
        return "is empty although the status is 'delivered'"
    return None


def _something(row: Row) -> str | None:
    return "is empty, and so is score" if row["category"] is None and row["score"] is None else None


def _brief(row: Row) -> str | None:
    words = len(row["text"].split()) if row["text"] and row["is_quote"] else 0
    return (
        f"is a quote of {words} words; quote at most {LONGEST_QUOTE}, or paraphrase" if words > LONGEST_QUOTE else None
    )


ROW_RULES: dict[str, tuple[tuple[str, str, Rule], ...]] = {
    "arms": (
        ("order", "delivered", _order("ordered", "delivered")),
        ("order", "delivered_known_from", _order("delivered", "delivered_known_from")),
        ("undated", "known_from", _dated),
        ("undelivered", "delivered", _delivered),
    ),
    "incidents": (
        ("order", "end", _order("start", "end")),
        ("order", "known_from", _order("start", "known_from")),
        ("same state", "target", _differ("initiator", "target")),
    ),
    "commitments": (("order", "to", _order("from", "to")),),
    "statements": (
        ("order", "known_from", _order("date", "known_from")),
        ("same state", "target", _differ("state", "target")),
        ("long quote", "text", _brief),
    ),
    "regimes": (("empty", "category", _something),),
}


def check_rows(tables: dict[str, pl.DataFrame], config: CaseToml, faults: list[Fault]) -> None:
    """Note every row that breaks a rule between its cells or between tables."""
    for name, rules in ROW_RULES.items():
        for row in tables[name].iter_rows(named=True):
            for rule_name, column, rule in rules:
                message = rule(row)
                if message:
                    faults.append(Fault(f"{name}.csv", rule_name, message, row["row"], column))
    orders = set(tables["arms"].filter(tables["arms"]["basis"] == "register")["order_id"])
    for row in tables["arms"].iter_rows(named=True):
        if unknown := sorted(set(source_keys(row["same_as"])) - orders):
            faults.append(
                Fault("arms.csv", "unknown order", f"'{unknown[0]}' is no register order", row["row"], "same_as")
            )
    check_claims(tables, config, faults)
    pair = {config.dyad.a, config.dyad.b, "disputed"}
    for row in tables["incidents"].iter_rows(named=True):
        for column in ("initiator", "target"):
            if row[column] not in pair:
                faults.append(
                    Fault("incidents.csv", "not in dyad", f"'{row[column]}' is not in the dyad", row["row"], column)
                )


def check_config(config: CaseToml, sources: set[str], faults: list[Fault]) -> None:
    """Note every source key in case.toml that sources.toml lacks, and identifiers used twice."""
    named = [(f"class.{flag}", getattr(config.class_, flag).source) for flag in ("land", "rival", "relevant")]
    named += [(f"claims.{c.id}", c.source) for c in config.claims]
    named += [(f"stated_forecasts.{f.id}", f.source) for f in config.stated_forecasts]
    named += [(f"questions.{q.id}", q.source) for q in config.questions]
    named += [(f"markers.{m.date}", m.source) for m in config.markers]
    named += [(f"indicators.{i.name}", i.source) for i in config.indicators]
    named += [(f"supply.{s.recipient}.{s.since}", s.source) for s in config.supply]
    if config.prize:
        named.append(("prize", config.prize.source))
        named += [(f"prize.holdings.{h.since}", h.source) for h in config.prize.holdings]
    if config.argument:
        named.append(("argument", config.argument.source))
    for place, text in named:
        for key in source_keys(text) or [""]:
            if key not in sources:
                faults.append(Fault("case.toml", "unknown source", f"'{key}' is not in sources.toml", column=place))
    keyed = {
        group: [item.id for item in getattr(config, group)] for group in ("claims", "stated_forecasts", "questions")
    }
    keyed["scenarios"] = [scenario.name for scenario in config.scenarios]
    keyed["indicators"] = [indicator.name for indicator in config.indicators]
    for group, ids in keyed.items():
        for twice in sorted({i for i in ids if ids.count(i) > 1}):
            faults.append(Fault("case.toml", "duplicate key", "is used more than once", column=f"{group}.{twice}"))


def check_claims(tables: dict[str, pl.DataFrame], config: CaseToml, faults: list[Fault]) -> None:
    """Note every state and row that a claim's test names and the case lacks."""
    ids = {name: set(frame["id"]) for name, frame in tables.items() if "id" in frame.columns}
    pair = (config.dyad.a, config.dyad.b)
    for claim in config.claims:
        for n, test in enumerate(claim.tests):
            place = f"claims.{claim.id}.tests.{n}"
            for name in STATES:
                state = getattr(test, name, None)
                allowed = (*pair, "gap") if isinstance(test, Trend) else pair
                if state is not None and state not in allowed:
                    message = f"'{state}' is not one of {', '.join(allowed)}.{suggest(state, allowed)}"
                    faults.append(Fault("case.toml", "not in dyad", message, column=f"{place}.{name}"))
            named = [f"commitments:{test.commitment}"] if isinstance(test, OrdersDuring) else []
            named += [*test.bear_out, *test.against] if isinstance(test, Rows) else []
            for row in named:
                table, _, key = row.partition(":")
                if table not in ids:
                    known = ", ".join(sorted(ids))
                    message = f"'{row}' is not of the form table:id with a table of {known}.{suggest(table, ids)}"
                elif key not in ids[table]:
                    message = f"there is no row '{key}' in {table}.csv.{suggest(key, ids[table])}"
                else:
                    continue
                faults.append(Fault("case.toml", "unknown row", message, column=place))
