"""The 46 claims of the flagship case: all carried, all with a verdict, and nothing known later in an earlier one."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta

import polars as pl
import pytest

from tests.claims.conftest import LAST, context, with_table
from tocsin.assessment.model import Assessment
from tocsin.case.asof import known_on
from tocsin.case.load import load_case
from tocsin.claims.found import Context
from tocsin.claims.judge import judge
from tocsin.pipeline import assess

CASE = load_case("armenia-azerbaijan")
ORIGIN = date(2025, 2, 1)
# Changing a verdict is a deliberate act. As of 8 June 2026.
VERDICTS = {
    "contradicted": "C03 C08 C26 C31 C37 C38 C45",
    "mixed": "C02 C04 C06 C07 C11 C12 C13 C14 C15 C16 C17 C23 C24 C25 C27 C29 C32 C33 C42 C43 C44",
    "supported": "C01 C05 C09 C18 C19 C20 C21 C28 C34 C36",
    "pending": "C30 C35 C41",
    "untestable": "C10 C22 C39 C40 C46",
}


def judged(c: Context) -> Assessment:
    return judge(c.case, c.assessment)


def test_every_claim_has_tests_or_says_why_not() -> None:
    assert [c.id for c in CASE.config.claims] == [f"C{n:02d}" for n in range(1, 47)]
    for claim in CASE.config.claims:
        assert bool(claim.tests) != bool(claim.no_test), claim.id


def test_the_verdicts() -> None:
    found = {c.id: c.verdict for c in judged(context()).claims}
    assert found == {i: v for v, ids in VERDICTS.items() for i in ids.split()}


def test_verdicts_rest_on_findings_and_known_sources() -> None:
    a = judged(context())
    keys = {s.key for s in a.sources}
    rows = {r.key for r in a.claim_rows}
    for claim in a.claims:
        assert claim.finding
        assert set(claim.sources) <= keys, claim.id
        for t in claim.tests:
            assert t.finding.endswith(".")
            named = {r for r in t.provenance.rows if r.split(":")[0] in {"incidents", "statements", "commitments"}}
            assert named <= rows
    assert {t.evidence for c in a.claims for t in c.tests if t.test == "regularity"} == {e.name for e in a.evidence}


def test_no_claim_before_the_argument() -> None:
    a = judge(known_on(CASE, date(2025, 1, 31)), context(date(2025, 1, 31)).assessment)
    assert a.claims == []
    assert a.claim_rows == []
    assert a.evidence == []


def test_what_came_later_is_not_in_a_verdict() -> None:
    a = judged(context(ORIGIN))
    text = json.dumps([x.model_dump(mode="json") for x in (*a.claims, *a.claim_rows)])
    for later in ("G25", "G27", "G30", "S60", "S66", "I39", "A26", "Washington", "Trump", "TRIPP", "brokerage"):
        assert later not in text, later
    pending = [c.id for c in a.claims if c.verdict == "pending"]
    assert {"C30", "C35", "C36", "C37", "C38", "C41"} <= set(pending)


@pytest.mark.parametrize("table", ["incidents", "statements", "commitments", "arms", "capabilities"])
def test_rows_published_later_change_nothing(table: str) -> None:
    c = context(ORIGIN)
    frame = CASE.tables[table]
    made = frame.with_columns(pl.lit(ORIGIN + timedelta(days=1)).alias("known_from"))
    if "id" in frame.columns:
        made = made.with_columns(pl.format("Z-{}", "id").alias("id"))
        if table == "arms":
            made = made.with_columns(pl.format("Z-{}", "order_id").alias("order_id"), pl.lit(None).alias("same_as"))
        if table == "incidents":
            made = made.with_columns(pl.lit("war").alias("mode"))
    else:
        made = made.with_columns((pl.col("year") + 1).alias("year"), (pl.col("value") * 9).alias("value"))
    both = pl.concat([frame, made.select(frame.columns).cast(dict(frame.schema))])
    more = known_on(with_table(Context(CASE, c.assessment), table, both).case, ORIGIN)
    assert judge(more, c.assessment) == judged(c)


def test_the_same_bytes_twice_and_without_the_game() -> None:
    one, two = (assess("armenia-azerbaijan", as_of=ORIGIN, draws=0) for _ in range(2))
    assert one.model_dump_json() == two.model_dump_json()
    c33 = next(c for c in one.claims if c.id == "C33")
    assert c33.verdict == "untestable", "without the game nobody can say"
    assert Counter(c.verdict for c in one.claims)["pending"] == 10
    assert one.versions.evidence_sha256


def test_a_part_alone_does_not_support_the_whole() -> None:
    a = judged(context())
    c16 = next(c for c in a.claims if c.id == "C16")
    assert [t.verdict for t in c16.tests] == ["supported"]
    assert c16.verdict == "mixed"


def test_other_cases_have_no_claims_and_are_not_touched() -> None:
    c = context()
    bare = c.case.config.model_copy(update={"claims": []})
    from dataclasses import replace

    a = judge(replace(c.case, config=bare), c.assessment)
    assert a.claims == []
    assert a.power == c.assessment.power
    assert c.as_of == LAST
