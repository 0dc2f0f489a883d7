"""Each registered test against numbers worked out another way, on the facts of the flagship case."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.claims.conftest import LAST, Ask, ask_on, context, with_table
from tocsin.case.claim_tests import TESTS
from tocsin.claims.rates import rate_ratio
from tocsin.claims.registry import REGISTRY, computation
from tocsin.strategy import reading

WHOLE = {"start": date(2022, 1, 1), "end": date(2024, 12, 31)}


def test_every_declared_test_can_be_asked_and_the_other_way_about() -> None:
    assert list(REGISTRY) == list(TESTS)
    assert all(function.__doc__ for function in REGISTRY.values())
    assert computation("regularity") == "claims.evidence.test"


def numbers(found: object) -> dict[str, float | None]:
    return {n.name: n.value.value for n in found.numbers}  # type: ignore[attr-defined]


# Trend


def test_the_slope_is_the_median_of_all_pairwise_slopes(ask: Ask) -> None:
    found = ask("trend", index="spending", of="ARM", first=2012, last=2024, goes="up")
    table = context().case.tables["capabilities"]
    rows = table.filter(
        (pl.col("state") == "ARM") & (pl.col("measure") == "milex_constant") & pl.col("year").is_between(2012, 2024)
    )
    points = list(rows.select("year", "value").iter_rows())
    slopes = [math.log(v / u) / (t - s) for i, (s, u) in enumerate(points) for t, v in points[i + 1 :]]
    assert numbers(found)["change a year"] == pytest.approx(math.expm1(float(np.median(slopes))), rel=1e-9)
    assert found.verdict == "supported"
    assert found.rows == ["capabilities:ARM:milex_constant"]


@pytest.mark.parametrize("of", ["ARM", "AZE", "gap"])
@pytest.mark.parametrize("index", ["spending", "arms stock", "population"])
def test_up_and_down_have_opposite_verdicts(ask: Ask, of: str, index: str) -> None:
    up, down = (ask("trend", index=index, of=of, first=2000, last=2020, goes=g).verdict for g in ("up", "down"))
    assert (up, down) in {("supported", "contradicted"), ("contradicted", "supported"), ("mixed", "mixed")}


def test_too_few_years_are_no_trend(ask: Ask) -> None:
    found = ask("trend", index="spending", of="gap", first=2021, last=2024, goes="up")
    assert found.verdict == "untestable"
    assert "4 of the years" in found.finding


def test_the_gap_is_the_same_whichever_state_comes_first(ask: Ask) -> None:
    gap = ask("trend", index="gdp", of="gap", first=2005, last=2015, goes="up")
    assert gap.finding.startswith("Azerbaijan's multiple of Armenia's GDP")


# Level and parity


def test_the_place_of_a_gap_is_its_place(ask: Ask) -> None:
    found = ask("level", index="spending", first=2012, last=2012, stronger="AZE", among="land")
    assert numbers(found)["multiple in 2012"] == pytest.approx(2931.5 / 547.9)
    other = ask("level", index="spending", first=2012, last=2012, stronger="ARM", among="land")
    assert other.verdict == "contradicted"


def test_a_year_that_nobody_can_know_yet_is_not_compared(ask: Ask) -> None:
    found = ask("level", index="spending", first=2024, last=2024, stronger="AZE", among="land", day=date(2024, 12, 31))
    assert found.verdict == "untestable"


def test_parity_is_turned_by_what_is_expected(ask: Ask) -> None:
    no, yes = (ask("parity", index="population", years=10, expect=e) for e in ("no", "yes"))
    assert (no.verdict, yes.verdict) == ("supported", "contradicted")
    near, far = (numbers(ask("parity", index="spending", years=y, expect="no")) for y in (1, 10))
    assert near["share of projections at parity"] < far["share of projections at parity"]  # type: ignore[operator]


# Arms


def test_the_priced_orders_add_up(ask: Ask) -> None:
    found = ask("total", recipient="ARM", measure="value_usd_m", by="ordered", amount=3000, **WHOLE)
    # 2022-24: Pinaka and others 245, MArG 155, Akash 720, CAESAR 193 million dollars.
    assert numbers(found)["known sum"] == 245 + 155 + 720 + 193
    assert found.verdict == "mixed", "orders without a price could fill the gap"
    assert (
        ask("total", recipient="ARM", measure="value_usd_m", by="ordered", amount=1300, **WHOLE).verdict == "supported"
    )
    assert (
        ask("total", recipient="ARM", measure="value_usd_m", by="ordered", amount=500, **WHOLE).verdict
        == "contradicted"
    )


def test_a_press_row_that_repeats_a_register_row_counts_once(ask: Ask) -> None:
    found = ask("total", recipient="ARM", measure="tiv", by="ordered", amount=400, **WHOLE)
    register = (
        context()
        .case.tables["arms"]
        .filter(
            pl.col("recipient") == "ARM", pl.col("basis") == "register", pl.col("ordered").is_between(*WHOLE.values())
        )
    )
    assert numbers(found)["known sum"] == pytest.approx(register["tiv"].sum())


def test_shares_of_all_suppliers_add_to_one(ask: Ask) -> None:
    window = {"recipient": "AZE", "first": 2011, "last": 2020}
    arms = context().case.tables["arms"].filter(pl.col("recipient") == "AZE")
    every = ask("supplier_share", suppliers=arms["supplier"].unique().to_list(), least=1.0, **window)
    assert numbers(every)["share"] == pytest.approx(1)
    assert every.verdict == "supported"
    israel = ask("supplier_share", suppliers=["Israel"], most=0.1, **window)
    assert israel.verdict == "contradicted"


def test_published_shares_of_suppliers(ask: Ask) -> None:
    # SIPRI Fact Sheet, Trends in International Arms Transfers 2020: Russia supplied 94 % of Armenia's imports in
    # 2016-20; Israel 69 % and Russia 17 % of Azerbaijan's. The register has been revised since.
    for recipient, supplier, published in (("ARM", "Russia", 0.94), ("AZE", "Israel", 0.69), ("AZE", "Russia", 0.17)):
        found = ask("supplier_share", recipient=recipient, suppliers=[supplier], first=2016, last=2020, least=0.1)
        assert numbers(found)["share"] == pytest.approx(published, abs=0.03)


def test_orders_inside_and_outside_of_a_commitment(ask: Ask) -> None:
    inside = ask("orders_during", recipient="ARM", suppliers=["France"], commitment="G02")
    assert inside.verdict == "contradicted"
    assert ask("orders_during", recipient="ARM", suppliers=["Brazil"], commitment="G02").verdict == "supported"
    assert ask("orders_during", recipient="ARM", suppliers=["Brazil"], commitment="G24").verdict == "pending"
    early = ask("orders_during", recipient="ARM", suppliers=["France"], commitment="G24", day=date(2024, 1, 1))
    assert early.verdict == "pending"


# Words and counts


def test_the_share_of_a_topic_has_wilsons_interval(ask: Ask) -> None:
    window = {"state": "AZE", "types": ["threat", "demand", "red line"], "topic": "arms"}
    found = ask("statements", start=date(2024, 4, 1), end=date(2025, 2, 1), least=0.5, **window)
    k, n, z = 10, 14, 1.6448536269514722
    centre = (k / n + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(k / n * (1 - k / n) / n + z * z / (4 * n * n))
    value = found.numbers[0].value
    assert (value.value, value.low, value.high) == pytest.approx((k / n, centre - half, centre + half), rel=1e-6)
    assert ask("statements", start=date(2024, 4, 1), end=date(2025, 2, 1), leads=True, **window).verdict == "supported"
    later = ask("statements", start=date(2025, 2, 2), end=date(2026, 12, 31), leads=True, **window)
    assert later.verdict == "contradicted"


@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.5, 20), st.floats(0.5, 20))
@settings(max_examples=80, deadline=None)
def test_the_ratio_of_rates_turns_round_with_the_periods(k: int, k0: int, t: float, t0: float) -> None:
    ratio, low, high = rate_ratio(k, t, k0, t0)
    back, back_low, back_high = rate_ratio(k0, t0, k, t)
    if k + k0 == 0:
        assert (ratio, low, high) == (None, 0.0, math.inf)
        return
    assert low <= (ratio if ratio is not None else math.inf) <= high
    if k and k0:
        assert ratio is not None
        assert back is not None
        assert ratio * back == pytest.approx(1)
        assert (low * back_high, high * back_low) == pytest.approx((1, 1))


def test_the_interval_of_the_ratio_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    hits = 0
    for _ in range(400):
        _, low, high = rate_ratio(int(rng.poisson(12)), 3.0, int(rng.poisson(8)), 4.0)
        hits += low <= 2.0 <= high  # 12 / 3 against 8 / 4
    assert hits >= 0.88 * 400, "an exact interval covers at least as often as stated"


# Force


def test_a_forecast_is_pending_then_resolved(ask: Ask) -> None:
    asked = {"actor": "AZE", "mode": "incursion", "grave": True, "start": date(2020, 7, 20), "end": date(2020, 12, 31)}
    assert ask("forecast", expect="yes", day=date(2020, 9, 26), **asked).verdict == "pending"
    for day in (date(2020, 11, 30), LAST):
        assert ask("forecast", expect="yes", day=day, **asked).verdict == "supported"
        assert ask("forecast", expect="no", day=day, **asked).verdict == "contradicted"


def test_absence_settles_only_at_the_end(ask: Ask) -> None:
    asked = {"actor": "AZE", "mode": "war", "start": date(2025, 2, 1), "end": date(2026, 2, 1), "expect": "no"}
    assert ask("forecast", day=date(2026, 1, 31), **asked).verdict == "pending"
    assert ask("forecast", day=date(2026, 2, 1), **asked).verdict == "supported"


def test_absence_is_not_known_after_the_case_ends(ask: Ask) -> None:
    asked = {"actor": "AZE", "mode": "war", "start": date(2026, 1, 1), "end": date(2026, 12, 31), "expect": "no"}
    assert ask("forecast", day=date(2027, 6, 1), **asked).verdict == "pending"


def test_a_disputed_start_settles_nothing(ask: Ask) -> None:
    asked = {"actor": "AZE", "mode": "strike", "most": "strike", "start": date(2025, 2, 1), "end": date(2026, 2, 1)}
    for expect in ("yes", "no"):
        assert ask("forecast", expect=expect, **asked).verdict == "mixed"
    assert ask("forecast", expect="yes", alone=True, **asked).verdict == "contradicted"


def test_a_condition_that_is_not_met_leaves_a_forecast_untested(ask: Ask) -> None:
    asked = {"actor": "AZE", "mode": "incursion", "grave": True, "start": date(2025, 2, 1), "end": date(2026, 2, 1)}
    assert ask("forecast", expect="yes", only_if=0.9, **asked).verdict == "untestable"
    assert ask("forecast", expect="yes", only_if=0.01, **asked).verdict == "contradicted"


def test_losses_leave_out_third_parties(ask: Ask) -> None:
    found = ask("losses", state="ARM", start=date(2022, 9, 1), end=date(2022, 9, 30))
    assert numbers(found)["share of the deaths"] == pytest.approx(202 / 282)
    year = ask("losses", state="AZE", start=date(2023, 9, 15), end=date(2023, 9, 30))
    assert year.verdict == "untestable", "the offensive of September 2023 hit a third party"


def test_an_agreement_is_found(ask: Ask) -> None:
    asked = {"type": "peace step", "start": date(2025, 2, 1), "end": date(2025, 12, 31)}
    assert ask("agreement", expect="yes", **asked).verdict == "supported"
    assert ask("agreement", expect="yes", day=date(2025, 2, 2), **asked).verdict == "pending"
    assert (
        ask("agreement", expect="yes", type="treaty", start=asked["start"], end=asked["end"]).verdict == "contradicted"
    )


def test_rows_speak_for_against_or_not_yet(ask: Ask) -> None:
    assert ask("rows", bear_out=["statements:S44"]).verdict == "supported"
    assert ask("rows", against=["statements:S44"]).verdict == "contradicted"
    assert ask("rows", bear_out=["statements:S44"], against=["commitments:G27"]).verdict == "mixed"
    early = ask("rows", bear_out=["statements:S44"], against=["commitments:G27"], day=date(2025, 2, 1))
    assert early.verdict == "supported"
    assert "G27" not in early.finding
    assert early.rows == ["statements:S44"]
    assert ask("rows", against=["commitments:G27"], day=date(2025, 2, 1)).verdict == "pending"


def test_regimes_by_year(ask: Ask) -> None:
    asked = {"state": "AZE", "typology": "gwf_reign", "first": 1993, "last": 2024}
    assert ask("regime", category="personal", **asked).verdict == "supported"
    assert ask("regime", category="presidential", **asked).verdict == "contradicted"
    assert (
        ask("regime", category="personal", state="AZE", typology="gwf_reign", first=2022, last=2024).verdict
        == "untestable"
    )


# Models


def test_the_mechanism_says_what_the_reading_says(ask: Ask) -> None:
    found = ask("mechanism", actor="AZE", year=2024)
    (row,) = [y for y in context().assessment.strategy.years if y.actor == "AZE" and y.year == 2024]
    assert numbers(found)["share of parameters"] == row.share_any
    assert ask("mechanism", actor="AZE", year=2024, least=row.share_any).verdict == "supported"
    assert ask("mechanism", actor="ARM", year=2024).verdict == "contradicted"
    assert ask("mechanism", actor="ARM", year=1995).verdict == "untestable"


def test_the_rise_that_would_flip_it_flips_it(ask: Ask) -> None:
    finding = ask("mechanism", actor="AZE").finding
    rise = int(finding.split("from a rise of ")[1].split(" points")[0]) / 100
    (table,) = [m for m in context().assessment.strategy.maps if m.direction == "AZE>ARM"]
    draws = reading.draw(np.random.default_rng(3).random((4000, 6)))
    at = {round(s, 3): i for i, s in enumerate(table.shift)}
    shares = reading.condition_map(np.full(4000, table.p_now), draws, (0.14,), tuple(table.shift), 3)[0]
    assert shares[at[rise]] > 0.45, "about half the other parameters"
    assert shares[at[rise] - 2] < 0.5


def test_what_outsiders_do_is_turned_by_the_claim(ask: Ask) -> None:
    deters, fails = (ask("outsiders", actor="AZE", outsider="monitor", deters=d) for d in ("yes", "no"))
    assert (deters.verdict, fails.verdict) == ("contradicted", "supported")
    assert "nobody has measured" in fails.finding


# No number without a way back


def test_every_number_has_a_row_or_an_evidence_table(ask: Ask) -> None:
    c = context()
    for claim in c.case.config.claims:
        for test in claim.tests:
            given_ = test.model_dump(exclude_defaults=True)
            found = ask_on(c, given_.pop("name"), **given_)
            absent = found.finding.startswith(("No ", "Due on "))
            assert found.rows or found.evidence or absent, claim.id


def test_rows_of_low_confidence_settle_no_forecast() -> None:
    c = context()
    asked = {"actor": "AZE", "mode": "war", "start": date(2025, 2, 1), "end": date(2026, 2, 1), "expect": "no"}
    war = c.case.tables["incidents"].filter(pl.col("id") == "I16")
    moved = war.with_columns(
        pl.lit("Z1").alias("id"), pl.lit(date(2025, 5, 1)).alias("start"), pl.lit(date(2025, 5, 2)).alias("end")
    )
    for confidence, verdict in (("low", "supported"), ("medium", "contradicted")):
        rows = pl.concat([c.case.tables["incidents"], moved.with_columns(pl.lit(confidence).alias("confidence"))])
        assert ask_on(with_table(c, "incidents", rows), "forecast", **asked).verdict == verdict
