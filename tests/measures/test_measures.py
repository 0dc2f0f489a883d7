"""Measures against numbers worked out by hand, and properties on made-up cases."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.case.asof import known_on
from tocsin.case.check import frame
from tocsin.case.load import Case, load_case
from tocsin.case.schemas import ARMS
from tocsin.case.synthetic import write_case
from tocsin.measures import arms, context, power, shift
from tocsin.parameters import parameters


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return load_case(write_case(tmp_path_factory.mktemp("cases") / "made-up", seed=1))


def order(number: int, **values: Any) -> dict[str, Any]:
    base: dict[str, Any] = {c.name: None for c in ARMS.columns}
    base |= {"id": f"r{number}", "order_id": f"o{number}", "recipient": "AAA", "supplier": "X", "class": "radar"}
    base |= {"designation": "d", "ordered": date(2000, 7, 1), "status": "ordered", "basis": "register"}
    return base | {"source": "s", "confidence": "high", "row": number} | values


def delivered(number: int, year: int, tiv: float | None, **values: Any) -> dict[str, Any]:
    return order(number, **({"status": "delivered", "delivered": date(year, 12, 31), "tiv": tiv} | values))


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    return frame(ARMS, list(rows))


def test_stock_is_a_perpetual_inventory() -> None:
    rows = table(delivered(1, 2001, 100.0), delivered(2, 2003, 50.0), delivered(3, 2004, 7.0, recipient="BBB"))
    out = arms.stock(rows, "AAA", depreciation=0.1)
    assert out["year"].to_list() == [2001, 2002, 2003, 2004]
    assert out["stock"].to_list() == pytest.approx([100, 90, 131, 117.9])


def test_years_the_register_does_not_cover_are_not_years_without_deliveries() -> None:
    rows = table(delivered(1, 2001, 100.0))
    assert arms.stock(rows, "AAA")["year"].to_list() == [2001]


def test_press_rows_that_repeat_a_register_order_and_aggregates_do_not_count_twice() -> None:
    rows = table(
        delivered(1, 2001, 100.0),
        delivered(2, 2001, 100.0, basis="press", same_as="o1"),
        delivered(3, 2001, 500.0, status="aggregate"),
    )
    assert arms.deliveries(rows, "AAA")["tiv"].to_list() == [100.0]


def test_pending_orders_are_young_undelivered_and_dated() -> None:
    rows = table(
        order(1, ordered=date(2015, 7, 1), tiv=10.0),
        order(2, ordered=date(2009, 7, 1), tiv=99.0),
        order(3, ordered=None, tiv=99.0),
        order(4, ordered=date(2015, 7, 1), status="denied", tiv=99.0),
        order(5, ordered=date(2014, 7, 1), tiv=None),
        delivered(6, 2016, 5.0, ordered=date(2015, 7, 1)),
    )
    out = arms.pipeline(rows, date(2016, 6, 1))
    assert out.select("recipient", "orders", "tiv", "unvalued").rows() == [("AAA", 2, 10.0, 1)]


def test_a_pipeline_without_values_is_unknown_not_zero() -> None:
    out = arms.pipeline(table(order(1, ordered=date(2015, 7, 1))), date(2016, 1, 1))
    assert out["tiv"].to_list() == [None]


def test_supplier_shares_and_concentration() -> None:
    rows = table(delivered(1, 2001, 75.0), delivered(2, 2002, 25.0, supplier="Y"), delivered(3, 1990, 900.0))
    shares = arms.supplier_shares(rows, "AAA", years=5)
    assert dict(shares.select("supplier", "share").iter_rows()) == {"X": 0.75, "Y": 0.25}
    assert arms.herfindahl(shares) == pytest.approx(0.625)
    assert arms.herfindahl(arms.supplier_shares(rows, "BBB")) is None


def test_concentration_of_ray_and_singer() -> None:
    # Shares .5, .3, .2: sqrt((.38 - 1/3) / (2/3)).
    assert power.concentration([5, 3, 2]) == pytest.approx(math.sqrt((0.38 - 1 / 3) / (2 / 3)))
    assert power.poles({"A": 10, "B": 5, "C": 4.9}) == ["A", "B"]


@given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=8))
def test_concentration_is_a_share_that_ignores_scale_and_order(values: list[float]) -> None:
    c = power.concentration(values)
    assert 0 <= c <= 1
    assert power.concentration([v * 7 for v in reversed(values)]) == pytest.approx(c, abs=1e-7)


def test_disparity_swaps_with_the_states(case: Case) -> None:
    dyad = case.config.dyad.model_copy(update={"a": case.config.dyad.b, "b": case.config.dyad.a})
    turned = replace(case, config=case.config.model_copy(update={"dyad": dyad}))
    for index in ("spending", power.ARMS_STOCK):
        one, two = power.disparity(case, index), power.disparity(turned, index)
        assert len(one) > 3
        assert one["a"].equals(two["b"])
        assert (one["share_a"] + two["share_a"]).drop_nulls().to_list() == pytest.approx([1.0] * one["r"].count())
        assert (one["r"] + two["r"]).abs().max() < 1e-12


def test_no_power_on_either_side_is_no_share_and_no_concentration(case: Case) -> None:
    none = case.tables["capabilities"].with_columns(pl.lit(0.0).alias("value"))
    empty = replace(case, tables=case.tables | {"capabilities": none})
    assert power.disparity(empty, "spending")["share_a"].null_count() == len(power.disparity(empty, "spending")) > 0
    assert power.subsystem(empty)["concentration"].null_count() == len(power.subsystem(empty)) > 0


def test_a_year_known_for_one_state_only_stays_with_nulls(case: Case) -> None:
    cut = case.tables["capabilities"].filter(
        ~((pl.col("state") == "BBB") & (pl.col("year") == 2000) & (pl.col("measure") == "milex_constant"))
    )
    holed = Case(case.name, case.config, case.sources, case.tables | {"capabilities": cut})
    row = power.disparity(holed, "spending").filter(pl.col("year") == 2000).row(0, named=True)
    assert row["a"] is not None
    assert row["b"] is None
    assert row["ratio"] is None
    assert row["share_a"] is None
    sub = power.subsystem(holed).filter(pl.col("year") == 2000).row(0, named=True)
    assert sub["missing"] == ["BBB"]
    assert sub["concentration"] is None
    past = shift.realised(holed, "spending", 20)
    assert past is not None
    assert (past.from_year, past.change) == (2000, None)


def test_realised_shift_is_the_change_of_the_log_ratio(case: Case) -> None:
    values = {(r["year"]): r["r"] for r in power.disparity(case, "gdp").iter_rows(named=True)}
    past = shift.realised(case, "gdp", 3)
    assert past is not None
    assert past.change == pytest.approx(values[2020] - values[2017])


def test_expected_shift_is_centred_on_the_shrunk_trend(case: Case) -> None:
    from scipy.stats import qmc

    u = qmc.Sobol(5, rng=0).random(4096) * (1 - 1e-9) + 5e-10
    future = shift.expected(case, "spending", 3, date(2021, 6, 1), u)
    assert future is not None
    values = {r["year"]: r["r"] for r in power.disparity(case, "spending").iter_rows(named=True)}
    trend = (values[2020] - values[2015]) / 5
    assert np.mean(future.drift) == pytest.approx(0.25 * 3 * trend, abs=0.01)
    assert np.mean(future.change) == pytest.approx(0.25 * 3 * trend, abs=0.01)
    assert np.std(future.change) > np.std(future.drift), "surprises widen what happens, not what is expected"


def two_states(case: Case, *more: dict[str, Any]) -> Case:
    """The made-up case with deliveries of 100 and 200 in every year from 2000 to 2005, and more rows."""
    rows = [
        delivered(10 * y + n, y, 100.0 * n, recipient=s) for y in range(2000, 2006) for n, s in ((1, "AAA"), (2, "BBB"))
    ]
    return replace(case, tables=case.tables | {"arms": table(*rows, *more)})


def test_pending_orders_raise_the_expected_stock_and_unknown_ones_are_counted(case: Case) -> None:
    u = np.full((1, 5), 0.5)
    day = date(2006, 6, 1)
    wait = order(1, recipient="BBB", ordered=date(2005, 7, 1), tiv=90.0, source="press")
    blank = order(2, recipient="BBB", ordered=date(2005, 7, 1), tiv=None)
    future = shift.expected(two_states(case, wait, blank), power.ARMS_STOCK, 3, day, u)
    assert future is not None
    keep = (1 - parameters("measures")["arms_depreciation"].mode) ** 3
    rate = float(parameters("measures")["delivery_rate"].draw(np.array([0.5]))[0])
    level = arms.stock(two_states(case).tables["arms"], "BBB")["stock"][-1]
    assert future.drift[0] == pytest.approx(math.log1p(90 * (1 - (1 - rate) ** 3) / (keep * level)))
    assert future.unvalued == 1
    assert future.sources == ["press", "s"]
    assert arms.unvalued(two_states(case, wait, blank).tables["arms"], "BBB", day) == (0, 1)


def test_a_trend_of_which_no_year_is_known_is_unknown_not_flat(case: Case) -> None:
    gap = ~((pl.col("year") > 2014) & (pl.col("year") < 2020) & (pl.col("state") == "BBB"))
    holed = replace(case, tables=case.tables | {"capabilities": case.tables["capabilities"].filter(gap)})
    u = np.full((1, 5), 0.5)
    assert shift.expected(case, "spending", 1, date(2021, 6, 1), u) is not None
    assert shift.expected(holed, "spending", 1, date(2021, 6, 1), u) is None


def test_codebooks_never_overlap(case: Case) -> None:
    counted = context.counted_incidents(case)
    assert counted.filter(pl.col("coding") == "mie")["start"].dt.year().max() <= case.config.history.coded_until
    assert counted.filter(pl.col("coding") == "case")["start"].dt.year().min() > case.config.history.coded_until


@given(st.dates(date(1996, 1, 1), date(2021, 12, 31)))
def test_nothing_later_than_the_as_of_date_is_left(case: Case, day: date) -> None:
    known = known_on(case, day)
    for name, frame_ in known.tables.items():
        for column in ("known_from", "start", "end", "date", "from", "ordered", "delivered", "delivered_known_from"):
            if column in frame_.columns:
                last = frame_[column].drop_nulls().max()
                assert last is None or last <= day, f"{name}.{column}"


def test_an_event_under_way_keeps_its_start_but_not_its_toll(case: Case) -> None:
    row = case.tables["incidents"].filter((pl.col("end") - pl.col("start")).dt.total_days() > 5).row(0, named=True)
    day = row["start"]
    seen = known_on(case, day).tables["incidents"].filter(pl.col("id") == row["id"]).row(0, named=True)
    assert seen["start"] == row["start"]
    assert seen["end"] == day
    assert seen["deaths_a"] is None
    assert seen["fatal"] is None
    assert seen["description"] != row["description"]
