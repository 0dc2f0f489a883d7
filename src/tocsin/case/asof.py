"""What was known on a date: rows published later are dropped, and ends or deliveries not yet known are taken back."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from tocsin.case.config import CaseToml, Claim, Prize
from tocsin.case.load import Case
from tocsin.case.schemas import TABLES
from tocsin.errors import CaseError

if TYPE_CHECKING:
    import polars as pl

# Days that stand in, in this order, where a row does not say when it became known.
EVENT_DAYS: dict[str, tuple[str, ...]] = {
    "capabilities": (),
    "arms": ("ordered", "delivered_known_from", "delivered"),
    "incidents": ("start",),
    "commitments": ("from",),
    "statements": ("date",),
    "regimes": (),
}
TABLE_KEYS = {table.name: table.key for table in TABLES}
UNDER_WAY = "Under way on the as-of date; what it led to was not yet known."


def as_of_date(case: Case, as_of: date | None) -> date:
    """Return the as-of date to use: the given one, or the case's cut-off.

    Raises
    ------
    CaseError
        If the date is before the case begins.
    """
    if as_of is None:
        return case.config.case.cutoff
    if as_of < case.config.case.begins:
        raise CaseError(
            f"case.toml: case.begins: the case '{case.name}' begins on {case.config.case.begins}; "
            f"an assessment as of {as_of} is not possible. Choose a later --as-of date. [as-of date]"
        )
    return as_of


def known_on(case: Case, as_of: date) -> Case:
    """Return the case as it could be known on a date.

    A row counts from its ``known_from`` day, or from the day of the event where it names none. Of an event still under
    way only its start and its mode are known, of a delivery not yet public only the order, of a commitment whose end
    came later only that it is in force.

    Parameters
    ----------
    case : Case
        The whole case.
    as_of : datetime.date
        Last day of knowledge.

    Returns
    -------
    Case
        The same case with fewer rows.
    """
    tables = {name: _known_rows(name, frame, as_of) for name, frame in case.tables.items()}
    tables["incidents"] = _clip_incidents(tables["incidents"], as_of)
    tables["arms"] = _undeliver(tables["arms"], as_of)
    tables["commitments"] = _unend(tables["commitments"], as_of)
    return replace(case, tables=tables, config=_known_config(case, as_of))


def _known_rows(name: str, frame: pl.DataFrame, as_of: date) -> pl.DataFrame:
    import polars as pl

    known = pl.coalesce("known_from", *EVENT_DAYS[name])
    # A fixed order, so that sums of reals do not depend on the order of rows in a file.
    return frame.filter(known <= as_of).sort(*TABLE_KEYS[name])


def _clip_incidents(frame: pl.DataFrame, as_of: date) -> pl.DataFrame:
    import polars as pl

    open_ = pl.col("end") > as_of
    unknown = ["deaths_a", "deaths_b", "deaths_other", "fatal", "territory", "ground_taken"]
    return frame.with_columns(
        pl.when(open_).then(pl.lit(as_of)).otherwise(pl.coalesce("end", "start")).alias("end"),
        pl.when(open_).then(pl.lit(UNDER_WAY)).otherwise("description").alias("description"),
        *(pl.when(~open_.fill_null(False)).then(c).otherwise(None).alias(c) for c in unknown),
    )


def _undeliver(frame: pl.DataFrame, as_of: date) -> pl.DataFrame:
    import polars as pl

    later = (pl.coalesce("delivered_known_from", "delivered") > as_of).fill_null(False)
    return frame.with_columns(
        pl.when(~later).then("delivered").alias("delivered"),
        pl.when(~later).then("delivered_known_from").alias("delivered_known_from"),
        pl.when(later & (pl.col("status") == "delivered")).then(pl.lit("ordered")).otherwise("status").alias("status"),
    )


def _unend(frame: pl.DataFrame, as_of: date) -> pl.DataFrame:
    import polars as pl

    later = (pl.coalesce("to_known_from", "to") > as_of).fill_null(False)
    return frame.with_columns(
        pl.when(~later).then("to").alias("to"),
        pl.when(~later).then("to_known_from").alias("to_known_from"),
    )


def _known_config(case: Case, as_of: date) -> CaseToml:
    config = case.config
    argued = config.argument is not None and config.argument.origin <= as_of
    outcome_known = [f for f in config.stated_forecasts if f.origin <= as_of]
    return config.model_copy(
        update={
            "argument": config.argument if argued else None,
            "claims": [_known_claim(c, as_of) for c in config.claims] if argued else [],
            "markers": [m for m in config.markers if m.date <= as_of],
            "prize": _known_prize(config.prize, as_of),
            "supply": [
                s if s.until is None or s.until <= as_of else s.model_copy(update={"until": None})
                for s in config.supply
                if (s.known_from or s.since) <= as_of
            ],
            "indicators": [i for i in config.indicators if i.known_from <= as_of],
            "stated_forecasts": [
                f
                if f.as_known <= as_of
                else f.model_copy(
                    update={"outcome": "open", "as_known": as_of, "evidence": "Not yet known on the as-of date."}
                )
                for f in outcome_known
            ],
            "questions": [
                q if q.as_known <= as_of else q.model_copy(update={"answer": "open", "as_known": as_of})
                for q in config.questions
                if q.origin <= as_of
            ],
        }
    )


def _known_claim(claim: Claim, as_of: date) -> Claim:
    later = claim.rivals_from is not None and claim.rivals_from > as_of
    return claim.model_copy(update={"rivals": ""}) if later else claim


def _known_prize(prize: Prize | None, as_of: date) -> Prize | None:
    """Return the prize with the holdings public by a day; None where nobody can yet say who held it."""
    if prize is None:
        return None
    known = [h for h in prize.holdings if (h.known_from or h.since) <= as_of]
    return prize.model_copy(update={"holdings": known}) if known else None


def case_hash(case: Case) -> str:
    """Return the SHA-256 of every visible row, whatever the order of rows in the files.

    Scenarios do not count, and indicators only where there are any.
    """
    digest = hashlib.sha256()
    for name in sorted(case.tables):
        lines = case.tables[name].drop("row").write_csv().splitlines()
        digest.update("\n".join([name, lines[0], *sorted(lines[1:])]).encode())
    # Scenarios say what might be, not what is known.
    unsaid = {"scenarios"} if case.config.indicators else {"scenarios", "indicators"}
    digest.update(case.config.model_dump_json(exclude=unsaid).encode())
    return digest.hexdigest()
