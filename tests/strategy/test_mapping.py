"""From a case and a day to the state of the game: numbers worked out by hand, rules, and blindness to the future."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.case.asof import known_on
from tocsin.case.config import Supply
from tocsin.case.load import Case, load_case
from tocsin.case.synthetic import write_case
from tocsin.errors import CaseError
from tocsin.measures.context import regime_kind
from tocsin.measures.recent import ramp, recent_force
from tocsin.measures.supply import supply
from tocsin.strategy.game.setting import default
from tocsin.strategy.game.states import Y
from tocsin.strategy.mapping import by_rule, grid_x, kernel, log_ratio, mixes, situation

FLAGSHIP = load_case("armenia-azerbaijan")
DAYS = [date(1998, 12, 31), date(2009, 12, 31), date(2020, 8, 31), date(2022, 8, 31), date(2025, 2, 1)]


def at(day: date, actor: str = "AZE", case: Case = FLAGSHIP) -> Any:
    return situation(known_on(case, day), day, actor)


def with_rows(case: Case, name: str, rows: pl.DataFrame) -> Case:
    return replace(case, tables=case.tables | {name: rows})


def test_february_2025_by_hand() -> None:
    s = at(date(2025, 2, 1))
    # SIPRI spending of 2023 in constant dollars; the 2024 figures came out in April 2025.
    assert s.spending.year == 2023
    assert s.spending.r == pytest.approx(math.log(1326.2 / 3561.7))
    assert s.stock.r == pytest.approx(math.log(s.stock.rival / s.stock.actor))
    gain = math.log(1 + s.backlog.rival / s.stock.rival) - math.log(1 + s.backlog.actor / s.stock.actor)
    assert s.backlog.q == pytest.approx(0.5 * gain / 0.2)
    # The strike at Nerkin Hand, 13 February 2024: 354 days before.
    assert (s.recent.last, s.recent.day) == ("I36", date(2024, 2, 13))
    fresh = (18 - 354 / (365.25 / 12)) / 12
    assert s.recent.shares == pytest.approx((0, 1 - fresh, fresh))
    assert s.recent.abrupt == (0.0, 0.0, 1.0)
    assert s.share == 0.9
    assert s.monitors == ("G12",)
    assert s.partners == ("G13", "G22")
    assert s.regime.kind == "personalist"
    assert not s.missing


@pytest.mark.parametrize(
    ("day", "armenia", "azerbaijan"),
    [
        (date(1998, 12, 31), 0.9, 0.1),
        (date(2020, 11, 9), 0.9, 0.1),
        (date(2020, 11, 10), 0.3, 0.7),
        (date(2023, 9, 19), 0.3, 0.7),
        (date(2023, 9, 20), 0.1, 0.9),
    ],
)
def test_holdings_follow_the_dated_rule(day: date, armenia: float, azerbaijan: float) -> None:
    assert at(day, "ARM").share == pytest.approx(armenia)
    assert at(day, "AZE").share == pytest.approx(azerbaijan)


@pytest.mark.parametrize("day", DAYS)
def test_the_two_directions_mirror_each_other(day: date) -> None:
    one, two = at(day, "ARM"), at(day, "AZE")
    assert one.spending.r == pytest.approx(-two.spending.r)
    assert one.stock.r == pytest.approx(-two.stock.r)
    assert one.share + two.share == pytest.approx(1)
    assert min(one.backlog.q, two.backlog.q) == 0
    assert one.recent == two.recent


def test_russia_withheld_only_once_that_was_public_and_until_it_delivered() -> None:
    def state(day: date) -> str:
        return supply(known_on(FLAGSHIP, day), "ARM", day).state

    assert state(date(2023, 12, 3)) == "open"
    assert state(date(2023, 12, 4)) == "withheld"
    assert state(date(2024, 1, 22)) == "withheld"
    assert state(date(2024, 1, 23)) == "open"


def test_a_supplier_long_silent_is_unknown_and_enters_with_its_long_run_chance() -> None:
    s = at(date(1998, 12, 31), "ARM")
    assert s.supply.state == "unknown"
    assert "no word of refusal" in s.supply.why
    game = default("personalist")
    main = mixes(s, game, 0.5)["main"]
    assert main.sum((0, 1, 2, 4))[1] == pytest.approx(game.zoe / (game.zoe + game.zeo))
    entry = Supply(
        recipient="AZE",
        supplier=str(s.supply.supplier),
        state="withheld",
        since=date(1998, 1, 1),
        source="x",
        confidence="high",
    )
    told = replace(FLAGSHIP, config=FLAGSHIP.config.model_copy(update={"supply": [entry]}))
    assert mixes(at(date(1998, 12, 31), "ARM", told), game, 0.5)["main"].sum((0, 1, 2, 4))[1] == 1.0


def test_force_of_which_nothing_is_known_is_neither_violence_nor_peace() -> None:
    day = date(2025, 2, 1)
    known = known_on(FLAGSHIP, day)
    rows = known.tables["incidents"].with_columns(
        *(pl.when(pl.col("id") == "I36").then(None).otherwise(c).alias(c) for c in ("fatal", "ground_taken"))
    )
    unsure = recent_force(with_rows(known, "incidents", rows), day)
    assert unsure.last == "I34"
    assert unsure.undecided == ("I36",)
    sure = recent_force(known, day)
    assert unsure.counted == sure.shares
    assert unsure.shares != sure.shares
    s = situation(with_rows(known, "incidents", rows), day, "AZE")
    assert "undecided incidents counted" in mixes(s, default(), 0.5)


def test_incidents_without_death_or_ground_do_not_count() -> None:
    # The shootings of March and April 2025 killed nobody and took no ground.
    assert at(date(2025, 6, 1)).recent.last == "I36"


def test_ten_quiet_years_need_ten_years_of_record() -> None:
    day = date(2006, 1, 1)
    none = FLAGSHIP.tables["incidents"].clear()
    assert recent_force(with_rows(FLAGSHIP, "incidents", none), day).shares == (0.0, 1.0, 0.0)
    old = FLAGSHIP.tables["incidents"].filter(pl.col("id") == "U-1994")
    assert recent_force(with_rows(FLAGSHIP, "incidents", old), day).shares == (1.0, 0.0, 0.0)
    assert recent_force(with_rows(FLAGSHIP, "incidents", old), date(2003, 1, 1)).shares == (0.0, 1.0, 0.0)


@given(st.floats(0, 60), st.floats(0, 60))
def test_recent_force_fades_without_a_jump(one: float, two: float) -> None:
    assert 0 <= ramp(one) <= 1
    assert abs(ramp(one) - ramp(two)) <= abs(one - two) / 12 + 1e-12
    assert (ramp(6), ramp(12), ramp(18)) == (1, 0.5, 0)


@given(st.floats(-4, 4))
def test_the_kernel_is_a_mix_and_symmetric(r: float) -> None:
    assert kernel(r).sum() == pytest.approx(1)
    assert kernel(r).tolist() == pytest.approx(kernel(-r)[::-1].tolist())


@given(st.floats(0.1, 0.9))
def test_the_rule_keeps_the_share(share: float) -> None:
    assert by_rule(share) @ Y == pytest.approx(share)
    assert by_rule(share).sum() == pytest.approx(1)


@given(st.floats(0, 1))
@settings(max_examples=20)
def test_the_mix_says_what_the_situation_says(weight: float) -> None:
    s = at(date(2025, 2, 1))
    ways = mixes(s, default("personalist"), weight)
    main = ways["main"]
    assert main.sum() == pytest.approx(1)
    r = float(log_ratio(s, np.array([weight]))[0])
    assert main.sum((1, 2, 3, 4)) @ np.arange(21) == pytest.approx(float(grid_x(np.array(r))))
    assert main.sum((0, 2, 3, 4)) @ np.arange(5) == pytest.approx(s.backlog.q)
    assert main.sum((0, 1, 3, 4)).tolist() == pytest.approx(list(s.recent.shares))
    assert main.sum((0, 1, 2, 3)) @ Y == pytest.approx(s.share)
    assert ways["nothing pending"].sum((0, 2, 3, 4))[0] == pytest.approx(1)


def test_beyond_the_grid_its_end_stands() -> None:
    assert grid_x(np.array([-9.0, 9.0])).tolist() == [0.0, 20.0]


@pytest.mark.parametrize(
    ("table", "column", "value", "words"),
    [
        ("capabilities", "measure", "milex_constant", "military spending"),
        ("arms", "recipient", "ARM", "arms stock"),
        ("regimes", "typology", "gwf_reign", "regime"),
    ],
)
def test_what_the_case_does_not_say_is_named(table: str, column: str, value: str, words: str) -> None:
    day = date(2025, 2, 1)
    poor = with_rows(FLAGSHIP, table, FLAGSHIP.tables[table].filter(pl.col(column) != value))
    s = at(day, case=poor)
    assert len(s.missing) == 1
    assert words in s.missing[0]
    with pytest.raises(CaseError, match=words) as raised:
        s.require()
    assert raised.value.exit_code == 10
    with pytest.raises(CaseError):
        mixes(s, default(), 0.5)


def test_all_that_is_missing_is_named_at_once() -> None:
    empty = {name: frame.clear() for name, frame in FLAGSHIP.tables.items()}
    bare = replace(FLAGSHIP, tables=empty, config=FLAGSHIP.config.model_copy(update={"prize": None}))
    s = situation(bare, date(2025, 2, 1), "AZE")
    assert len(s.missing) == 4
    with pytest.raises(CaseError, match="not one of the two"):
        situation(bare, date(2025, 2, 1), "RUS")


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("personal", "personalist"),
        ("parliamentary democracy", "democracy"),
        ("indirect military", "military"),
        ("party", "party"),
        ("monarchy", None),
    ],
)
def test_regimes_in_the_words_of_the_game(category: str, kind: str | None) -> None:
    rows = FLAGSHIP.tables["regimes"].with_columns(
        pl.when(pl.col("typology") == "gwf_reign").then(pl.lit(category)).otherwise("category").alias("category")
    )
    found = regime_kind(with_rows(FLAGSHIP, "regimes", rows), "AZE")
    assert found.kind == kind
    assert (found.missing is None) == (kind is not None)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return load_case(write_case(tmp_path_factory.mktemp("case") / "made-up", seed=3, game=True))


@settings(max_examples=40, deadline=None)
@given(as_of=st.dates(date(2000, 1, 1), date(2019, 12, 31)), late=st.integers(1, 2000), pick=st.integers(0, 10**6))
def test_nothing_published_later_moves_the_state(made_up: Case, as_of: date, late: int, pick: int) -> None:
    tables = {}
    for name, frame in made_up.tables.items():
        copy = frame.sample(5, seed=pick).with_columns(pl.lit(as_of + timedelta(days=late)).alias("known_from"))
        copy = copy.with_columns(
            (pl.lit("LATE-") + pl.col(c)).alias(c) for c in ("id", "order_id") if c in frame.columns
        )
        tables[name] = pl.concat([frame, copy])
    for actor in made_up.pair:
        assert at(as_of, actor, replace(made_up, tables=tables)) == at(as_of, actor, made_up)


def test_what_is_taken_over_is_what_would_be_found_anew() -> None:
    day = date(2025, 2, 1)
    case = known_on(load_case("armenia-azerbaijan"), day)
    anew = [situation(case, day, s) for s in case.pair]
    arms = replace(case, tables=case.tables | {"arms": case.tables["arms"].head(100)})
    for other in (case, arms):
        for s in case.pair:
            for known in ([(case, anew[0])], [(case, anew[1])], [(case, anew[0]), (case, anew[1])]):
                assert situation(other, day, s, known) == situation(other, day, s)
    assert situation(arms, day, case.pair[0]) != anew[0]
