"""Tests on facts: named rows of the case, and kinds of regime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tocsin.assessment.claim_parts import ClaimRow, Verdict
from tocsin.assessment.words import percent
from tocsin.case.claim_tests import RegimeType, Rows
from tocsin.claims.found import Context, Found, number, split, threshold
from tocsin.schema import source_keys

if TYPE_CHECKING:
    from tocsin.case.load import Case


def rows(t: Rows, c: Context) -> Found:
    """Return whether named rows known by the as-of date bear a claim out or speak against it."""
    for_, against = ([k for k in keys if lookup(c.case, k) is not None] for keys in (t.bear_out, t.against))
    later = len(t.bear_out) + len(t.against) - len(for_) - len(against)
    found = [row for k in (*for_, *against) if (row := lookup(c.case, k)) is not None]
    sources = split([row["source"] for row in found])
    numbers = [number("rows that bear it out", float(len(for_))), number("rows against", float(len(against)))]
    verdict: Verdict = (
        "mixed" if for_ and against else "supported" if for_ else "contradicted" if against else "pending"
    )
    parts = [
        f"borne out by {_said(c.case, for_)}" if for_ else "",
        f"against it {_said(c.case, against)}" if against else "",
    ]
    finding = "; ".join(p for p in parts if p) or "no row that says so, or the opposite, was public yet"
    if later and found:
        finding += f"; {later} named rows were not public yet"
    doubt = sorted({row["confidence"] for row in found} - {"high"})
    if doubt:
        finding += f" (rows of {' and '.join(doubt)} confidence among them)"
    return Found(verdict, f"{finding[0].upper()}{finding[1:]}.", numbers, [*for_, *against], sources)


def _said(case: Case, keys: list[str]) -> str:
    """Return rows in words; of many, the first two and how many more."""
    texts = [described(case, k).text.rstrip(".") for k in keys]
    return "; ".join(texts[:2]) + (f"; and {len(texts) - 2} more" if len(texts) > 2 else "")


def lookup(case: Case, key: str) -> dict[str, Any] | None:
    """Return a row of the case by ``table:id``; None if it is not known."""
    import polars as pl

    table, _, name = key.partition(":")
    frame = case.tables.get(table)
    if frame is None or "id" not in frame.columns:
        return None
    found = frame.filter(pl.col("id") == name)
    return None if found.is_empty() else found.row(0, named=True)


def described(case: Case, key: str) -> ClaimRow:
    """Return a row in words, with its sources."""
    table = key.partition(":")[0]
    row = lookup(case, key)
    assert row is not None, key
    match table:
        case "statements":
            text = f"{row['date']}, {row['speaker']}: {row['text']}"
        case "incidents":
            text = f"{row['start']}: {row['description']}"
        case "commitments":
            text = f"{row['from']}: {row['name']}"
        case _:
            number_ = "" if row["number"] is None else f"{row['number']:g} "
            when = f"ordered {row['ordered']}" if row["ordered"] else "order undated"
            price = "" if row["value_usd_m"] is None else f", {row['value_usd_m']:,.0f} million dollars"
            text = f"{number_}{row['designation']} from {row['supplier']}, {when}, {row['status']}{price}"
    return ClaimRow(key=key, text=text, sources=source_keys(row["source"]))


def regime(t: RegimeType, c: Context) -> Found:
    """Return the share of the years known in which a state is of a kind of regime."""
    import polars as pl

    known = c.case.tables["regimes"].filter(
        pl.col("state") == t.state,
        pl.col("typology") == t.typology,
        pl.col("year").is_between(t.first, t.last),
        pl.col("category").is_not_null(),
    )
    if known.is_empty():
        return Found("untestable", f"No class of {c.name(t.state)} is known under this typology in the years.")
    of_kind = known.filter(pl.col("category").str.to_lowercase().str.contains(t.category.lower(), literal=True))
    share = len(of_kind) / len(known)
    most = threshold("regime_years")
    verdict: Verdict = "supported" if share >= most else "contradicted" if share <= 1 - most else "mixed"
    first, last = str(known["year"].min()), str(known["year"].max())
    finding = (
        f"{c.name(t.state)} is '{t.category}' in {len(of_kind)} of {len(known)} years known "
        f"({percent(share)}), {first} to {last}."
    )
    rows_ = [f"regimes:{t.state}:{t.typology}"]
    return Found(
        verdict, finding, [number("share of the years", share, unit="share")], rows_, split(known["source"].to_list())
    )
