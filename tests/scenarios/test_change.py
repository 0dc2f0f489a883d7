"""What each key changes, that nothing else changes, and in which order."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.case.asof import case_hash, known_on
from tocsin.case.load import Case, load_case
from tocsin.errors import CaseError
from tocsin.measures.arms import pending
from tocsin.measures.context import in_force, monitors, regime_kind
from tocsin.measures.holdings import holdings
from tocsin.measures.recent import recent_force
from tocsin.measures.supply import supply
from tocsin.scenarios.change import UnfitError, Work, carry_out
from tocsin.scenarios.named import chosen
from tocsin.scenarios.read import overrides
from tocsin.strategy.mapping import situation

DAY = date(2026, 6, 8)


@pytest.fixture(scope="module")
def whole() -> Case:
    return load_case("armenia-azerbaijan")


@pytest.fixture(scope="module")
def known(whole: Case) -> Case:
    return known_on(whole, DAY)


def work(whole: Case, *sets: str, day: date = DAY) -> Work:
    (found,) = chosen(whole, [], list(sets))
    return carry_out(known_on(whole, day), found.changes, day)


def total(case: Case, state: str, day: date = DAY) -> float:
    rows = pending(case.tables["arms"], day)
    return float(rows.filter(rows["recipient"] == state)["tiv"].sum())


def test_a_new_order_and_the_arrival_of_what_is_pending(whole: Case, known: Case) -> None:
    more = work(whole, "arms.ARM.new_order=250").case
    assert total(more, "ARM") == pytest.approx(total(known, "ARM") + 250)
    assert total(more, "AZE") == total(known, "AZE")
    assert touched(known, more) == {"arms"}
    before = situation(known, DAY, "AZE")
    assert before.backlog is not None
    assert before.stock is not None
    after = situation(more, DAY, "AZE")
    assert after.backlog is not None
    assert after.backlog.rival == pytest.approx(before.backlog.rival + 250)
    here = work(whole, "arms.ARM.all_delivered=as-of")
    assert total(here.case, "ARM") == 0
    arrived = situation(here.case, DAY, "AZE")
    assert arrived.stock is not None
    # It enters the last stock that the register covers, and opens no year of which the register says nothing.
    assert arrived.stock.year == before.stock.year
    assert arrived.stock.rival == pytest.approx(before.stock.rival + total(known, "ARM"))
    assert arrived.stock.actor == before.stock.actor
    unknown = pending(known.tables["arms"], DAY).filter(recipient="ARM")["tiv"].null_count()
    assert f"{unknown} rows of unknown value stay" in here.changes[0].after


@pytest.mark.parametrize("key", ["arms.ARM.all_delivered=2025-01-01", "arms.ARM.new_order=0", "arms.ARM.new_order=-3"])
def test_what_a_new_order_or_an_arrival_cannot_be(whole: Case, key: str) -> None:
    with pytest.raises(CaseError, match=r"as-of|outside"):
        chosen(whole, [], [key])


def touched(base: Case, other: Case) -> set[str]:
    """Names of the tables and parts of case.toml that differ."""
    out = {n for n in base.tables if not base.tables[n].equals(other.tables[n])}
    return out | {f for f in type(base.config).model_fields if getattr(base.config, f) != getattr(other.config, f)}


def test_deliveries(whole: Case, known: Case) -> None:
    twice = work(whole, "arms.ARM.deliveries_factor=2").case
    assert total(twice, "ARM") == pytest.approx(2 * total(known, "ARM"))
    assert total(twice, "AZE") == total(known, "AZE")
    assert touched(known, twice) == {"arms"}
    none = work(whole, "arms.ARM.deliveries_factor=0").case
    rows = pending(none.tables["arms"], DAY)
    assert rows.filter(rows["recipient"] == "ARM").is_empty(), "orders of unknown value do not come either"


def test_past_deliveries(whole: Case) -> None:
    day = date(2010, 12, 31)
    base = known_on(whole, day)
    half = work(whole, "arms.AZE.deliveries_factor=0.5", "arms.AZE.since=1995-01-01", day=day)
    one, two = (situation(c, day, "ARM").stock for c in (base, half.case))
    assert one is not None
    assert two is not None
    # Some of the stock of 2010 was delivered before 1995.
    assert 0.5 * one.rival < two.rival < 0.6 * one.rival
    assert one.actor == two.actor
    assert [c.what.split()[1] for c in half.changes] == ["delivered", "ordered"]


def test_a_supplier_closes(whole: Case, known: Case) -> None:
    shut = work(whole, "supplier.IND.open=false").case
    rows = pending(shut.tables["arms"], DAY)
    assert rows.filter((rows["recipient"] == "ARM") & (rows["supplier"] == "India")).is_empty()
    assert total(shut, "ARM") == pytest.approx(30 + 39.6), "what France has on order stays"
    assert supply(known, "ARM", DAY).state == "open"
    assert supply(shut, "ARM", DAY).state == "withheld"
    assert supply(shut, "AZE", DAY) == supply(known, "AZE", DAY)


def test_a_supplier_that_is_not_the_main_one(whole: Case, known: Case) -> None:
    done = work(whole, "supplier.RUS.open=false")
    assert supply(done.case, "ARM", DAY) == supply(known, "ARM", DAY)
    assert any("the game knows of no other" in n for n in done.notes)


@pytest.mark.parametrize("name", ["EUMA", "G24"])
def test_a_mission_leaves(whole: Case, known: Case, name: str) -> None:
    assert not monitors(known, DAY, "ARM").is_empty()
    gone = work(whole, f"commitments.{name}.until=2026-01-01")
    assert monitors(gone.case, DAY, "ARM").is_empty()
    assert [c.after for c in gone.changes] == ["in force to 2026-01-01"]
    assert touched(known, gone.case) == {"commitments"}


def test_a_mission_that_stays_to_a_later_day(whole: Case) -> None:
    later = work(whole, "commitments.EUMA.until=2028-01-01")
    assert [(c.what[:3], c.after) for c in later.changes] == [("G24", "in force to 2028-01-01")], "only the last stage"
    assert any("in force that day" in n for n in later.notes)


def test_commitments_undone_and_hardened(whole: Case, known: Case) -> None:
    undone = work(whole, "commitments.G22.in_force=false").case
    assert "G22" not in in_force(undone, DAY)["id"]
    assert len(undone.tables["commitments"]) == len(known.tables["commitments"]) - 1
    hard = work(whole, "commitments.G22.hardness=hard").case.tables["commitments"]
    assert hard.filter(hard["id"] == "G22")["hardness"].to_list() == ["hard"]
    early = work(whole, "commitments.G22.until=2024-01-01")
    assert "G22" not in early.case.tables["commitments"]["id"], "it would have ended before it began"


def test_treaty_regime_prize_class_spending_payoffs(whole: Case, known: Case) -> None:
    assert recent_force(work(whole, "treaty.signed=as-of").case, DAY).shares == (1, 0, 0)
    assert regime_kind(work(whole, "regime.AZE=party").case, "AZE").kind == "party"
    held = holdings(work(whole, "prize.core=whole").case)
    assert held is not None
    assert held.share_a == 0.5
    assert not work(whole, "class.rival=false").case.config.class_.rival.held_in(2025)
    richer = situation(work(whole, "spending.ARM.factor=2").case, DAY, "AZE").spending
    before = situation(known, DAY, "AZE").spending
    assert richer is not None
    assert before is not None
    assert richer.rival == pytest.approx(2 * before.rival)
    assert work(whole, "strategy.AZE.phi2=3").payoffs == {"AZE": {"phi2": 3.0}}
    assert work(whole, "strategy.F=0.3").payoffs == {"ARM": {"F": 0.3}, "AZE": {"F": 0.3}}


def test_events(whole: Case, known: Case) -> None:
    shot = work(whole, "incidents.add=[{start='as-of-30', initiator='AZE', mode='strike', fatal=true}]")
    (row,) = shot.case.tables["incidents"].filter(shot.case.tables["incidents"]["id"] == "S1").iter_rows(named=True)
    assert (row["start"], row["target"], row["mutual"]) == (DAY - timedelta(days=30), "ARM", False)
    assert recent_force(shot.case, DAY).last == "S1"
    gone = work(whole, "incidents.remove=['I36']")
    assert len(gone.case.tables["incidents"]) == len(known.tables["incidents"]) - 1
    assert recent_force(gone.case, DAY).last != "I36"


def test_the_base_is_left_as_it_is(whole: Case, known: Case) -> None:
    before = case_hash(known)
    for s in chosen(whole, None):
        if s.as_of is None:
            carry_out(known, s.changes, DAY)
    assert case_hash(known) == before


def test_what_was_not_yet_known_does_not_fit(whole: Case) -> None:
    day = date(2021, 12, 31)
    for text in (
        "commitments.EUMA.until=as-of-1",
        "incidents.remove=['I34']",
        "incidents.add=[{start='2022-01-01',initiator='ARM',mode='war'}]",
        "treaty.signed=2022-01-01",
    ):
        with pytest.raises(UnfitError):
            work(whole, text, day=day)


# Every one of these says what is so already.
SAME = [
    "arms.deliveries_factor=1",
    "arms.ARM.deliveries_factor=1.0",
    "spending.AZE.factor=1",
    "regime.AZE=personalist",
    "commitments.G22.hardness=soft",
    "commitments.G24.until=2027-02-19",
    "commitments.G08.until=open",
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sets=st.lists(st.sampled_from(SAME), unique=True, max_size=4), day=st.dates(date(2025, 2, 1), DAY))
def test_a_scenario_that_changes_nothing_changes_no_byte(whole: Case, sets: list[str], day: date) -> None:
    base = known_on(whole, day)
    changes = [o for s in sets for o in overrides(whole, _tree(s), "x", "--set", whole=False)[0]]
    done = carry_out(base, changes, day)
    # The regime is spelt in the words of the game; what is read of it stays.
    if not any(s.startswith("regime") for s in sets):
        assert case_hash(done.case) == case_hash(base)
    for actor in base.pair:
        one, two = situation(base, day, actor), situation(done.case, day, actor)
        assert (one.backlog, one.spending, one.stock, one.supply) == (two.backlog, two.spending, two.stock, two.supply)
        assert (one.monitors, one.partners, one.recent) == (two.monitors, two.partners, two.recent)
        assert one.regime.kind == two.regime.kind
    assert [c for c in done.changes if c.before == c.after] == []


def _tree(text: str) -> dict[str, object]:
    from tocsin.scenarios.read import from_text

    return from_text(text)


MIXED = [
    "incidents.remove=['I36']",
    "commitments.EUMA.until=as-of-1",
    "arms.ARM.deliveries_factor=2",
    "supplier.IND.open=false",
    "regime.AZE=party",
    "prize.core=part",
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(MIXED))
def test_the_order_within_a_scenario_does_not_matter(whole: Case, order: list[str]) -> None:
    one, two = work(whole, *MIXED), work(whole, *order)
    assert case_hash(one.case) == case_hash(two.case)
    # They are carried out, and listed, in the stated order of families.
    assert [c.key.split(".")[0] for c in two.changes] == [c.key.split(".")[0] for c in one.changes]


def test_joined_scenarios_the_later_one_counts(whole: Case, known: Case) -> None:
    (both,) = chosen(whole, ["deliveries-doubled+deliveries-stop"])
    done = carry_out(known, both.changes, DAY)
    assert total(done.case, "ARM") == 0
    assert [c.replaces for c in done.changes] == ["deliveries-doubled"]
    (turned,) = chosen(whole, ["deliveries-stop+deliveries-doubled"])
    assert total(carry_out(known, turned.changes, DAY).case, "ARM") == pytest.approx(2 * total(known, "ARM"))


def test_what_the_command_line_sets_can_be_joined(whole: Case, known: Case) -> None:
    found = chosen(whole, ["deliveries-doubled+set", "monitors-leave"], ["arms.ARM.deliveries_factor=3"])
    assert [s.name for s in found] == ["deliveries-doubled+set", "monitors-leave"]
    assert total(carry_out(known, found[0].changes, DAY).case, "ARM") == pytest.approx(3 * total(known, "ARM"))
    alone = chosen(whole, ["monitors-leave"], ["arms.ARM.deliveries_factor=3"])
    assert [s.name for s in alone] == ["monitors-leave", "set"]


def test_events_of_joined_scenarios_add_up(whole: Case, known: Case) -> None:
    text = "incidents.add=[{start='as-of-3', initiator='ARM', mode='threat'}]"
    for parts in permutations(["fatal-incident", "set"]):
        (both,) = chosen(whole, ["+".join(parts)], [text])
        done = carry_out(known, both.changes, DAY)
        assert len(done.case.tables["incidents"]) == len(known.tables["incidents"]) + 2


def test_scenarios_about_two_days_cannot_be_joined(whole: Case) -> None:
    with pytest.raises(CaseError, match="different days"):
        chosen(whole, ["limited-force-1995-2010+no-2020-war"])
