"""Additions of states, leaders and days against plain loops over the sources, and the options that reproduce others."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tocsin.errors import UsageError
from tocsin.panel import panel
from tocsin.panel.additions.registry import ADDITIONS
from tocsin.panel.additions.wars import _deadliest_first
from tocsin.panel.panel import (
    Panel,
    dispute_dyads,
    dyad_months,
    dyad_years,
    leader_days,
    leader_dyad_years,
    leader_years,
    state_days,
    state_years,
)
from tocsin.panel.whittle import ORDER
from tocsin.store import Store

pytestmark = pytest.mark.data


def rows(store: Store, table: str) -> list[dict[str, Any]]:
    return list(store.table(table).collect().iter_rows(named=True))


def values(frame: pl.DataFrame, keys: list[str], column: str) -> dict[Any, Any]:
    return dict(zip(frame.select(keys).iter_rows(), frame[column], strict=True))


def spells(store: Store, system: str) -> Iterator[tuple[int, date, date]]:
    """Spells of membership, read on their own."""
    for r in rows(store, "cow_states" if system == "cow" else "gw_states"):
        if system == "cow":
            yield (
                r["ccode"],
                date(r["styear"], r["stmonth"], r["stday"]),
                date(r["endyear"], r["endmonth"], r["endday"]),
            )
        else:
            yield r["gwcode"], r["startdate"], r["enddate"]


def days(start: date, end: date, first: int, last: int) -> Iterator[date]:
    day, stop = max(start, date(first, 1, 1)), min(end, date(last, 12, 31))
    while day <= stop:
        yield day
        day += timedelta(days=1)


# Sources by state and year: addition -> (table, key column, columns), in COW and in Gleditsch-Ward numbers.
BY_STATE: dict[str, dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "cow": {
        "nmc": ("nmc", "ccode", ("cinc", "milex")),
        "democracy": ("democracy_cow", "ccode", ("polity2", "v2x_polyarchy")),
        "gdp_population": ("gdppop_cow", "ccode", ("mrgdppc",)),
        "trade": ("trade_sy", "ccode", ("imports",)),
        "territorial_threat": ("terrthreat", "ccode", ("lterrthreat",)),
    },
    "gw": {
        "democracy": ("democracy_gw", "gwcode", ("polity2", "v2x_polyarchy")),
        "gdp_population": ("gdppop_gw", "gwcode", ("mrgdppc",)),
        "leaders": ("archigos_years", "gwcode", ("n_leaders", "jan1obsid")),
    },
}


def check_by_state(store: Store, plan: Panel, code: str) -> None:
    """Every row of the unit holds what the source holds for its state and year."""
    for addition, (table, key, columns) in BY_STATE[plan.system].items():
        frame = plan.add(addition).collect()
        source = {(r[key], r["year"]): r for r in rows(store, table)}
        for column in columns:
            expected = [source.get(k, {}).get(column) for k in frame.select(code, "year").iter_rows()]
            assert frame[column].to_list() == expected, (plan.unit, addition, column)
            assert any(x is not None for x in expected), "a check that cannot fail"


@pytest.mark.parametrize("system", ["cow", "gw"])
def test_state_days_against_a_plain_loop(store: Store, system: Any) -> None:
    plan = state_days(1913, 1919, system=system, store=store)
    code = "ccode" if system == "cow" else "gwcode"
    expected = sorted((c, d) for c, start, end in spells(store, system) for d in days(start, end, 1913, 1919))
    assert list(plan.collect().select(code, "date").iter_rows()) == expected
    check_by_state(store, plan, code)


def test_leader_days_against_a_plain_loop(store: Store) -> None:
    plan = leader_days(1939, 1941, store=store)
    members = {(c, y) for c, s, e in spells(store, "gw") for y in range(max(s.year, 1939), min(e.year, 1941) + 1)}
    expected = {
        (r["gwcode"], d, r["obsid"])
        for r in rows(store, "archigos")
        for d in days(r["startdate"], r["enddate"], 1939, 1941)
        if (r["gwcode"], d.year) in members
    }
    frame = plan.collect()
    assert len(frame) == len(expected)
    assert set(frame.select("gwcode", "date", "obsid").iter_rows()) == expected
    check_by_state(store, plan, "gwcode")
    lead = {r["obsid"]: r["milservice"] for r in rows(store, "lead")}
    assert plan.add("lead").collect()["milservice"].to_list() == [lead.get(o) for o in frame["obsid"]]


def test_leader_years_take_the_same_sources(store: Store) -> None:
    check_by_state(store, leader_years(1900, 1920, store=store), "gwcode")
    check_by_state(store, leader_years(1900, 1920, system="cow", store=store), "ccode")


@pytest.mark.parametrize("slice_", ["first", "last", "nearest"])
def test_borders_of_states(store: Store, slice_: str) -> None:
    year = 1990
    members = {c for c, s, e in spells(store, "cow") if s.year <= year <= e.year}
    kinds: dict[tuple[int, int], int] = {}
    order = {"first": lambda r: r["stdate"], "last": lambda r: r["stdate"], "nearest": lambda r: r["conttype"]}
    for r in sorted(rows(store, "contdir"), key=order[slice_], reverse=slice_ == "last"):
        if slice_ == "nearest" and not r["conttype"]:
            continue
        if r["stdate"].year <= year <= r["enddate"].year and {r["ccode1"], r["ccode2"]} <= members:
            for pair in ((r["ccode1"], r["ccode2"]), (r["ccode2"], r["ccode1"])):
                kinds.setdefault(pair, r["conttype"])
    frame = state_years(year, year, store=store).add("contiguity", slice=slice_).collect()
    for row in frame.iter_rows(named=True):
        mine = [k for (a, _), k in kinds.items() if a == row["ccode"]]
        assert (row["land"], row["sea"]) == (mine.count(1), sum(k > 1 for k in mine)), (row, mine)
    # The Soviet Union bordered Afghanistan, whatever the spell of 0 says that begins before it.
    pair = dyad_years(1980, 1980, store=store).add("contiguity", slice=slice_).collect()
    told = pair.filter((pl.col("ccode1") == 365) & (pl.col("ccode2") == 700))["conttype"].item()
    assert told == kinds[365, 700]
    assert (told == 1) == (slice_ != "first")
    outside = state_years(2016, 2018, carry_forward=True, store=store).add("contiguity").collect()
    assert outside.filter(pl.col("year") > 2016)["land"].is_null().all()


FOLDS = {
    "capital_distance": ("mincapdist", pl.col("capdist").min()),
    "minimum_distance": ("minmindist", pl.col("mindist").min()),
    "rivalries": ("n_spatial", (pl.col("spatial") == 1).sum()),
    "td_rivalries": ("n_td_rivalry", pl.col("td_rivalry").sum()),
    "modes": ("mode", pl.col("mode").max()),
    "wars": ("cowinterongoing", pl.col("cowinterongoing").max()),
}


@pytest.mark.parametrize("system", ["cow", "gw"])
@pytest.mark.parametrize("addition", FOLDS)
def test_a_state_sums_up_its_dyads(store: Store, addition: str, system: Any) -> None:
    name, fold = FOLDS[addition]
    code = "ccode" if system == "cow" else "gwcode"
    dyads = dyad_years(1930, 1945, system=system, store=store).add(addition).collect()
    expected = dyads.group_by(f"{code}1", "year").agg(fold.alias(name))
    ours = state_years(1930, 1945, system=system, store=store).add(addition).collect()
    both = ours.join(expected, left_on=[code, "year"], right_on=[f"{code}1", "year"], how="left", suffix="_plain")
    assert both[name].to_list() == both[f"{name}_plain"].to_list()
    assert both[name].n_unique() > 1


RULES: dict[str, Any] = {
    "sidea-orig": lambda r: r["sidea"] == 1 and r["orig"] == 1,
    "sidea-with-joiners": lambda r: r["sidea"] == 1,
    "sidea-all-joiners": lambda r: r["sidea"] == 1 or r["orig"] == 0,
}


@pytest.mark.parametrize("initiator", RULES)
@pytest.mark.parametrize(("addition", "table", "last"), [("gml_mids", "gml_part", 2010), ("cow_mids", "midb", 2014)])
def test_disputes_of_states(store: Store, addition: str, table: str, last: int, initiator: str) -> None:
    prefix = addition[:3]
    took, entered, began, began_new = (set() for _ in range(4))
    for r in rows(store, table):
        for year in range(r["styear"], r["endyear"] + 1):
            key = (r["ccode"], year)
            took.add(key)
            if RULES[initiator](r):
                began.add(key)
            if year == r["styear"]:
                entered.add(key)
                if RULES[initiator](r):
                    began_new.add(key)
    frame = state_years(1816, 2016, store=store).add(addition, initiator=initiator).collect()
    inside = frame.filter(pl.col("year") <= last)
    keys = list(inside.select("ccode", "year").iter_rows())
    for name, found in (("ongoing", took), ("onset", entered), ("ongoing_init", began), ("onset_init", began_new)):
        assert inside[f"{prefix}mid{name}"].to_list() == [int(k in found) for k in keys]
        assert frame.filter(pl.col("year") > last)[f"{prefix}mid{name}"].is_null().all()


def test_disputes_of_leaders(store: Store) -> None:
    plan = leader_years(1900, 2010, system="cow", store=store).add("gml_mids", initiator="sidea-with-joiners")
    frame = plan.collect().filter(pl.col("ccode").is_in([2, 200, 220, 365, 645, 660]))
    parts: dict[int, list[Any]] = defaultdict(list)
    for r in rows(store, "gml_part"):
        start = date(r["styear"], r["stmon"], r["dummy_stday"])
        parts[r["ccode"]].append((start, date(r["endyear"], r["endmon"], r["dummy_endday"]), r))
    seen = set()
    for row in frame.iter_rows(named=True):
        low = max(row["startdate"], date(row["year"], 1, 1))
        high = min(row["enddate"], date(row["year"], 12, 31))
        met = [(s, e, r) for s, e, r in parts[row["ccode"]] if s <= high and e >= low]
        began = [
            None
            if r["sidea"] == 1 and r["obsid_start"] is None
            else r["sidea"] == 1 and r["obsid_start"] == row["obsid"]
            for _, _, r in met
        ]
        new = [low <= s <= high for s, _, _ in met]
        init = [None if b is None and n else bool(b and n) for b, n in zip(began, new, strict=True)]

        def known(flags: list[bool | None]) -> int | None:
            return 1 if True in flags else None if None in flags else 0

        expected = (int(bool(met)), int(any(new)), known(began), known(init))
        names = ("gmlmidongoing", "gmlmidonset", "gmlmidongoing_init", "gmlmidonset_init")
        assert tuple(row[n] for n in names) == expected, row
        seen.add(expected)
    assert len(seen) >= 4
    with pytest.raises(UsageError, match="for states and leaders, initiator must be one of"):
        state_years(1990, 1991, store=store).add("gml_mids", initiator="first-action").collect()


@pytest.mark.parametrize("sides", ["ab", "a"])
@pytest.mark.parametrize("onset", ["ever", "kept"])
@pytest.mark.parametrize(
    "kept", [{}, {"type": "II"}, {"type": ("interstate", "II"), "issue": "territory"}, {"only_wars": True}], ids=str
)
def test_armed_conflicts(store: Store, sides: str, onset: str, kept: dict[str, Any]) -> None:
    seen: dict[tuple[int, int], dict[int, int]] = {}
    every, left = {}, {}
    for r in rows(store, "ucdp_acd"):
        for side in sides:
            state = r[f"gwno_{side}"]
            if state is None:
                continue
            key = (state, r["conflict_id"])
            every[key] = min(every.get(key, 9999), r["year"])
            types = kept.get("type", ())
            if types and r["type_of_conflict"] not in ([types] if isinstance(types, str) else types):
                continue
            if "issue" in kept and r["incompatibility"] != kept["issue"]:
                continue
            if kept.get("only_wars") and r["intensity_level"] != 2:
                continue
            left[key] = min(left.get(key, 9999), r["year"])
            seen.setdefault((state, r["year"]), {})[r["conflict_id"]] = r["intensity_level"]
    plan = state_years(1946, 2017, system="gw", store=store)
    frame = plan.add("ucdp", sides=sides, onset=onset, **kept).collect()
    first = every if onset == "ever" else left
    for row in frame.iter_rows(named=True):
        conflicts = seen.get((row["gwcode"], row["year"]), {})
        assert row["ucdpongoing"] == int(bool(conflicts))
        assert row["ucdponset"] == int(any(first[row["gwcode"], c] == row["year"] for c in conflicts))
        assert row["maxintensity"] == max(conflicts.values(), default=None)
        listed = [int(x) for x in row["conflict_ids"].split("; ")] if row["conflict_ids"] else []
        assert listed == sorted(conflicts)


def test_side_b_of_a_conflict_has_a_conflict(store: Store) -> None:
    """Conflict 11343 of 1967 stands once, Egypt on the first side and Israel on the second."""
    key = (pl.col("gwcode") == 666) & (pl.col("year") == 1967)
    both = state_years(1967, 1967, system="gw", store=store).add("ucdp", type="interstate").collect().filter(key)
    one = state_years(1967, 1967, system="gw", store=store).add("ucdp", type="interstate", sides="a").collect()
    assert both["ucdpongoing"].item() == 1
    assert "11343" in both["conflict_ids"].item()
    assert "11343" not in (one.filter(key)["conflict_ids"].item() or "")


def test_unknown_deaths_are_not_none() -> None:
    frame = pl.DataFrame(
        {
            "n": [1, 2, 3, 4],
            "key": [7, 7, 7, 7],
            "onset": [0, 0, 0, 0],
            "a": [None, 0, None, 10],
            "b": [None, 0, 20, 5],
        }
    )
    assert _deadliest_first(frame, ["key"], "onset", ("a", "b"))["n"].to_list() == [3, 4, 2, 1]


def total(r: dict[str, Any], names: tuple[str, str]) -> float:
    known = [r[n] for n in names if r[n] is not None]
    return sum(known) if known else -1


def test_one_war_a_dyad_year(store: Store) -> None:
    wars: dict[Any, list[Any]] = defaultdict(list)
    for r in rows(store, "war_inter"):
        wars[r["ccode1"], r["ccode2"], r["year"]].append(r)
    assert any(len(v) > 1 for v in wars.values())
    frame = dyad_years(1823, 2003, store=store).add("wars").collect()
    found = values(frame, ["ccode1", "ccode2", "year"], "war_warnum")
    for key, listed in wars.items():
        new = [r for r in listed if r["cowinteronset"] == 1] or listed
        best = max(total(r, ("batdeath1", "batdeath2")) for r in new)
        chosen = next(r for r in new if total(r, ("batdeath1", "batdeath2")) == best)
        if key in found:
            assert found[key] == chosen["warnum"], key


@pytest.mark.parametrize("intratype", ["all", "central control", "local issues"])
def test_civil_wars(store: Store, intratype: str) -> None:
    wars: dict[Any, list[Any]] = defaultdict(list)
    for r in rows(store, "war_intra"):
        if r["primary_state"] == 1 and intratype in ("all", r["wartype"]) and r["ccodea"] is not None:
            wars[r["ccodea"], r["year"]].append(r)
    frame = state_years(1816, 2010, store=store).add("civil_wars", intratype=intratype).collect()
    for row in frame.iter_rows(named=True):
        listed = wars.get((row["ccode"], row["year"]), [])
        if row["year"] > 2007:
            continue
        new = [r for r in listed if r["cowintraonset"] == 1] or listed
        assert row["cowintraongoing"] == int(bool(listed))
        assert row["cowintraonset"] == int(any(r["cowintraonset"] for r in listed))
        if new:
            best = max(total(r, ("sideadeaths", "sidebdeaths")) for r in new)
            names = ("sideadeaths", "sidebdeaths")
            assert row["intra_warnum"] == next(r["warnum"] for r in new if total(r, names) == best)
            assert set(row["intrawarnums"].split("; ")) == {str(r["warnum"]) for r in listed}
    late = frame.filter(pl.col("year") > 2007)["cowintraongoing"]
    assert not (late == 0).any(), "after its last year the list may name a war, and says nothing of the others"
    more = state_years(1816, 2007, store=store).add("civil_wars", intratype=intratype, interveners=True).collect()
    assert more["cowintraongoing"].sum() > frame["cowintraongoing"].sum()


def test_minimum_distance_within_the_year(store: Store) -> None:
    """The United States and Canada meet on 10 January 1920; Austria leaves on 13 March 1938."""
    found = {}
    for day in ("jan1", "june30", "dec31", "first", "last"):
        frame = dyad_years(1920, 1938, store=store).add("minimum_distance", slice=day).collect()
        by_dyad = values(frame, ["ccode1", "ccode2", "year"], "mindist")
        found[day] = (by_dyad[20, 2, 1920], by_dyad[255, 305, 1938])
        assert by_dyad[2, 20, 1920] == by_dyad[20, 2, 1920]
    assert found["jan1"] == (None, 0)
    assert found["june30"] == found["dec31"] == (0, None)
    assert found["first"] == found["last"] == (0, 0)


def test_the_plain_file_is_the_first_of_january(store: Store) -> None:
    january = (pl.col("date").dt.month() == 1) & (pl.col("date").dt.day() == 1)
    plus = store.table("mindist_plus").filter(january & pl.col("mindist").is_not_null()).collect()
    both = store.table("mindist_cow").collect().join(plus, on=["ccode1", "ccode2", "year"], suffix="_plus")
    apart = (both["mindist"] - both["mindist_plus"]).abs() > 1e-9
    assert len(both) > 950_000
    assert apart.sum() == 88, "pairs of which the two files differ"


@pytest.mark.parametrize(("addition", "column"), [("rivalries", "rivalry"), ("td_rivalries", "td_rivalry")])
def test_austria_keeps_its_old_number_on_request(store: Store, addition: str, column: str) -> None:
    key = (pl.col("ccode1") == 305) & (pl.col("ccode2") == 345) & (pl.col("year") == 1920)
    plan = dyad_years(1918, 1922, store=store)
    assert plan.add(addition).collect().filter(key)[column].item() == 1
    kept = plan.add(addition, austria=300).collect()
    assert kept.filter(key)[column].item() == 0
    assert_frame_equal(kept.filter(pl.col("year") == 1918), plan.add(addition).collect().filter(pl.col("year") == 1918))


def test_atop_takes_either_direction_or_one(store: Store) -> None:
    """France defends Belgium in 1832, Belgium does not defend France."""
    plan = dyad_years(1832, 1832, directed=False, store=store)
    key = (pl.col("ccode1") == 211) & (pl.col("ccode2") == 220)
    assert plan.add("atop").collect().filter(key)["atop_defense"].item() == 1
    assert plan.add("atop", ndir=False).collect().filter(key)["atop_defense"].item() == 0


STEPS = {
    "gml": [10276, 9802, 9504, 9436, 9294, 9294, 9290, 9284, 9284],
    "cow": [11390, 10874, 10536, 10434, 10248, 10246, 10240, 10234, 10234],
}


@pytest.mark.parametrize("which", ["gml", "cow"])
def test_whittling_as_a_step_of_a_panel(store: Store, which: Any) -> None:
    plan = dispute_dyads(1816, 2014, disputes=which, store=store)
    counts = [len(plan.whittle(*ORDER[:n]).collect()) if n else len(plan.collect()) for n in range(len(ORDER) + 1)]
    assert counts == STEPS[which]
    whittled = plan.whittle().collect()
    assert not whittled.select("ccode1", "ccode2", "year").is_duplicated().any()
    translated = dispute_dyads(1990, 2010, disputes=which, system="gw", store=store).whittle().collect()
    assert not translated.select("gwcode1", "gwcode2", "year").is_duplicated().any()


@pytest.mark.parametrize("ongo", [False, True])
@pytest.mark.parametrize("count", ["years", "rows"])
def test_spells_of_leaders(store: Store, count: str, ongo: bool) -> None:
    plan = leader_years(1870, 2010, system="cow", store=store).add("gml_mids")
    frame = plan.spells("gmlmidongoing>=1", count=count, ongo=ongo).collect()
    by_leader: dict[str, list[Any]] = defaultdict(list)
    for row in frame.iter_rows(named=True):
        by_leader[row["obsid"]].append((row["year"], row["gmlmidongoing"] == 1, row["spell"]))
    for listed in by_leader.values():
        listed.sort()
        n, before = 0, None
        for year, event, spell in listed:
            gap = before is not None and year != before[0] + 1
            if before is None or before[1] or (gap and count == "years"):
                n = 0
            running = ongo and event and before is not None and before[1] and not gap
            assert spell == (None if running else n)
            n, before = n + 1, (year, event)


def test_disputes_of_pairs_of_leaders(store: Store) -> None:
    plan = leader_dyad_years(1935, 1960, system="cow", store=store)
    frame = plan.add("gml_mids", initiator="sidea-orig").collect()
    known, unnamed = {}, set()
    for r in rows(store, "gml_ddly"):
        if r["obsid1"] is None or r["obsid2"] is None:
            unnamed.add((r["ccode1"], r["ccode2"], r["year"]))
        else:
            known.setdefault((r["obsid1"], r["obsid2"], r["year"]), r)
    seen = set()
    for row in frame.iter_rows(named=True):
        r = known.get((row["obsid1"], row["obsid2"], row["year"]))
        if r is None:
            expected: tuple[Any, ...] = (
                (None, None) if (row["ccode1"], row["ccode2"], row["year"]) in unnamed else (0, 0)
            )
            expected = (*expected, None, None)
        else:
            side = r["sidea1"] == 1 and r["orig1"] == 1
            start = None if r["obsid_start1"] is None else r["obsid_start1"] == r["obsid1"]
            began = None if side and start is None else int(bool(side and start))
            expected = (r["gmlmidongoing"], r["gmlmidonset"], began, r["dispnum"])
        assert tuple(row[n] for n in ("gmlmidongoing", "gmlmidonset", "gmlmidinit", "gml_dispnum")) == expected, row
        seen.add(expected[:3])
    assert {(1, 1, 1), (1, 1, 0), (0, 0, None), (None, None, None)} <= seen
    dyads = dyad_years(1935, 1960, store=store).add("gml_mids").collect()
    both = frame.join(dyads, on=["ccode1", "ccode2", "year"], suffix="_dyad")
    none = both.filter((pl.col("gmlmidongoing_dyad") == 1) & (pl.col("gmlmidongoing") == 0))
    assert len(none) > 0, "leaders of the year who were not in office at the time of the dispute"
    more = both.filter((pl.col("gmlmidongoing_dyad") == 0) & (pl.col("gmlmidongoing") == 1))
    assert set(more["gml_dispnum"]) == {258}, "the World War: the file of leaders has the change of sides of 1944"


def test_yugoslavia_becomes_serbia(store: Store) -> None:
    frame = state_years(2005, 2007, store=store).add("leaders").collect().filter(pl.col("ccode") == 345)
    row = frame.filter(pl.col("year") == 2006).row(0, named=True)
    assert (row["jan1obsid"], row["dec31obsid"]) == ("YUG-2003", "SER-2006")
    assert (row["leadertransition"], row["n_leaders"], row["irregular"]) == (1, 2, 0)
    assert frame["jan1obsid"].to_list() == ["YUG-2003", "YUG-2003", "SER-2006"]


def test_spells_of_pairs_of_leaders(store: Store) -> None:
    plan = leader_dyad_years(1980, 1990, system="cow", directed=False, store=store).add("gml_mids")
    frame = plan.spells("gmlmidongoing>=1").collect()
    pair = frame.filter((pl.col("leader1") == "Reagan") & (pl.col("leader2") == "Thatcher")).sort("year")
    assert pair["spell"].to_list() == list(range(len(pair)))
    assert len(pair) > 5
    start = pl.struct("obsid1", "obsid2").is_first_distinct()
    assert (frame.sort("obsid1", "obsid2", "year").filter(start)["spell"] == 0).all()


SUM = """
import sys, hashlib
from pathlib import Path
from tocsin.panel.panel import state_years
from tocsin.store import Store
frame = state_years(1950, 2016, store=Store(Path(sys.argv[1]))).add("arms_imports", "arms_pending").collect()
print(hashlib.sha256(b"".join(frame[c].to_numpy().tobytes() for c in ("arms_tiv", "arms_pending"))).hexdigest())
"""


def test_sums_of_arms_are_the_same_bytes(store: Store) -> None:
    hashes = set()
    for threads in ("1", "2", "3", "3"):
        command = [sys.executable, "-c", SUM, str(store.root)]
        env = os.environ | {"POLARS_MAX_THREADS": threads}
        hashes.add(subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout)
    assert len(hashes) == 1
    exact: dict[Any, list[float]] = defaultdict(list)
    for r in rows(store, "arms_deliveries"):
        exact[r["recipient"], r["year"]].append(r["tiv"])
    frame = state_years(2000, 2016, store=store).add("arms_imports").collect()
    azerbaijan = frame.filter(pl.col("ccode") == 373)
    for year, tiv in azerbaijan.select("year", "arms_tiv").iter_rows():
        assert tiv == pytest.approx(math.fsum(exact["Azerbaijan", year]), rel=1e-14)


class Recording(Store):
    """A store that remembers which tables were read."""

    def table(self, name: str) -> pl.LazyFrame:
        READ.add(name)
        return super().table(name)


READ: set[str] = set()
UNITS = (
    "state_years",
    "state_days",
    "dyad_years",
    "dyad_months",
    "leader_years",
    "leader_days",
    "leader_dyad_years",
    "dispute_dyads",
)


def choices(name: str, unit: str) -> Iterator[dict[str, Any]]:
    yield {}
    for option, known in ADDITIONS[name].choices.items():
        for value in known:
            if not (option == "initiator" and unit in ("state_years", "leader_years")):
                yield {option: value}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("system", ["cow", "gw"])
def test_every_table_that_is_read_is_cited(store: Store, unit: str, system: str) -> None:
    recording = Recording(store.root)
    start = getattr(panel, unit)(1995, 1995, system=system, store=recording)
    plans = [
        start.add(name, **options)
        for name, a in ADDITIONS.items()
        if unit in a.units
        for options in choices(name, unit)
    ]
    if unit in ("dyad_years", "dyad_months", "leader_dyad_years", "dispute_dyads"):
        plans += [start.relevant(), start.rivals(), start.contiguous()]
    for plan in plans:
        READ.clear()
        plan.collect()
        assert set(plan.tables()) == READ, plan.steps
        assert plan.cite()
    other = dispute_dyads(1995, 1995, disputes="cow", store=recording)
    READ.clear()
    other.collect()
    assert set(other.tables()) == READ


MISTAKES = [
    (lambda s: dyad_years(1990, 1991, store=s).add("minimum_distance", slice="middle"), "slice must be one of jan1"),
    (lambda s: state_years(1990, 1991, store=s).add("ucdp", type="interstat"), "Did you mean 'interstate'"),
    (lambda s: state_years(1990, 1991, store=s).add("ucdp", sides="b"), "sides must be ab or a"),
    (lambda s: state_years(1990, 1991, store=s).add("ucdp", only_wars=1), "only_wars must be true or false"),
    (lambda s: state_years(1990, 1991, store=s).add("arms_pending", window="six"), "window must be a number"),
    (lambda s: dyad_years(1990, 1991, store=s).whittle(), "chooses among disputes"),
    (lambda s: dispute_dyads(1990, 1991, store=s).whittle("fatalty"), "Did you mean 'fatality'"),
    (lambda s: dispute_dyads(1990, 1991, disputes="icb", store=s).collect(), "disputes must be gml or cow"),
    (lambda s: state_days(1990, 1991, store=s).spells("cowmaj>=1"), "rows of state_days are not that"),
    (lambda s: dyad_months(1990, 1991, store=s).add("lead"), "makes no sense for dyad_months"),
    (lambda s: state_years(1816, 1850, store=s).add("arms_imports"), "covers 1950-2024: it has nothing for 1816-1850"),
    (lambda s: state_years(2011, 2016, store=s).add("gml_mids"), "covers 1816-2010"),
]


@pytest.mark.parametrize(("call", "words"), MISTAKES, ids=[m[1] for m in MISTAKES])
def test_mistakes_are_explained(store: Store, call: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        call(store)


def test_rhetoric_is_zero_where_a_state_spoke_and_missing_where_it_did_not(store: Store) -> None:
    panel = dyad_years(2008, 2009, store=store).add("rhetoric").collect()
    georgia = panel.filter((pl.col("ccode1") == 372) & (pl.col("year") == 2008))
    assert georgia["words1"].null_count() == 0
    assert georgia.filter(pl.col("ccode2") == 365)["hostile1"].item() > 0
    assert georgia.filter(pl.col("ccode2") == 840)["mentions1"].item() == 0
    # Both directions are there, turned.
    back = panel.filter((pl.col("ccode1") == 365) & (pl.col("ccode2") == 372) & (pl.col("year") == 2008))
    assert back["hostile2"].item() == georgia.filter(pl.col("ccode2") == 365)["hostile1"].item()
    # Taiwan is a member of the state system and never spoke.
    taiwan = panel.filter(pl.col("ccode1") == 713)
    assert taiwan["words1"].null_count() == taiwan["mentions1"].null_count() == len(taiwan)
    before = dyad_years(1990, 1991, store=store).add("rhetoric").collect().filter(pl.col("year") == 1990)
    assert before["mentions1"].null_count() == len(before) > 0
