"""Totals, steps and values of the reference program, and a second implementation by joins on keys."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tocsin.panel.panel import Panel, dyad_months, dyad_years, state_years
from tocsin.panel.whittle import ORDER, whittle
from tocsin.store import Store

pytestmark = pytest.mark.data


@pytest.mark.parametrize(("last", "rows"), [(2010, 1_685_310), (2014, 1_836_630), (2016, 1_912_290)])
def test_directed_totals(store: Store, last: int, rows: int) -> None:
    frame = dyad_years(1816, last, store=store).collect()
    assert len(frame) == rows
    assert frame.is_sorted("ccode1")
    assert len(dyad_years(1816, last, directed=False, store=store).collect()) == rows // 2


def test_dyads_that_never_met_are_left_out(store: Store) -> None:
    states = state_years(1816, 2016, store=store).collect()
    pairs = states.group_by("year").len().select((pl.col("len") * (pl.col("len") - 1)).sum()).item()
    frame = dyad_years(1816, 2016, store=store).collect()
    listed = store.table("false_cow_dyads").collect()
    assert pairs - len(frame) == len(listed) == 60
    key = ["ccode1", "ccode2", "year"]
    assert frame.join(listed.select(pl.col(key).cast(pl.Int16)), on=key, how="semi").is_empty()


STEPS = {
    "gml": [10276, 9802, 9504, 9436, 9294, 9294, 9290, 9284, 9284],
    "cow": [11390, 10874, 10536, 10434, 10248, 10246, 10240, 10234, 10234],
}


@pytest.mark.parametrize("which", ["gml", "cow"])
def test_whittling_step_by_step(store: Store, which: str) -> None:
    if which == "gml":
        rows, onset = store.table("gml_dirdisp").collect(), "midonset"
    else:
        more = store.table("mid_disps").select("dispnum", "fatality", "hostlev", "mindur", "maxdur", "recip", "stmon")
        rows = store.table("mid_dirdisps").join(more, on="dispnum", how="left", maintain_order="left").collect()
        onset = "disponset"
    counts = [len(rows)]
    for rule in ORDER:
        rows = whittle(rows, (rule,), onset=onset)
        counts.append(len(rows))
    assert counts == STEPS[which]
    published = store.table("gml_ddy" if which == "gml" else "mid_ddy").collect()
    key = ["dispnum", "ccode1", "ccode2", "year"]
    assert_frame_equal(rows.select(key).sort(key), published.select(key).sort(key), check_dtypes=False)


@pytest.mark.parametrize(
    ("initiator", "count"), [("sidea-all-joiners", 5792), ("sidea-orig", 3539), ("sidea-with-joiners", 4642)]
)
def test_initiation_is_several_things(store: Store, initiator: str, count: int) -> None:
    frame = dyad_years(1816, 2010, store=store).add("gml_mids", initiator=initiator).collect()
    assert frame["gmlmidinit"].sum() == count
    assert frame.filter(pl.col("gmlmidongoing") == 0)["gmlmidinit"].null_count() == (frame["gmlmidongoing"] == 0).sum()


@pytest.mark.parametrize(
    ("directed", "both", "counts"),
    [(True, False, [1361, 485, 1534, 283]), (True, True, [1262, 384, 1852, 566]), (False, True, [857, 304, 1130, 283])],
)
def test_modes_of_force(store: Store, directed: bool, both: bool, counts: list[int]) -> None:
    frame = dyad_years(1946, 2014, directed=directed, store=store).add("modes", both_sides=both).collect()
    assert [(frame["mode"] == k).sum() for k in (1, 2, 3, 4)] == counts
    assert frame["mode"].null_count() == 0


def test_capital_distance(store: Store) -> None:
    frame = dyad_years(1950, 1950, store=store).add("capital_distance").collect()
    row = frame.filter((pl.col("ccode1") == 2) & (pl.col("ccode2") == 20))
    assert row["capdist"].item() == pytest.approx(734.8694, abs=1e-4)
    assert frame["capdist"].null_count() == 0


def test_coverage_is_respected(store: Store) -> None:
    plan = dyad_years(2005, 2016, store=store).add(
        "contiguity", "atop", "gml_mids", "cow_mids", "modes", "wars", "rivalries"
    )
    frame = plan.collect()

    def gone(column: str) -> set[int]:
        return set(frame.filter(pl.col(column).is_null())["year"])

    assert gone("conttype") == set()
    assert gone("gmlmidonset") == set(range(2011, 2017))
    assert gone("cowmidonset") == {2015, 2016}
    assert gone("mode") == {2015, 2016}
    assert gone("cowinteronset") == set(range(2008, 2017))
    assert gone("rivalry") == gone("atop_defense") == set()


def test_rivalry_of_austria_goes_on_under_its_new_number(store: Store) -> None:
    frame = dyad_years(1900, 1935, directed=False, store=store).add("rivalries").collect()
    italy = frame.filter((pl.col("rivalry") == 1) & (pl.col("ccode2") == 325))
    assert 300 in italy["ccode1"].to_list()
    assert not frame.filter((pl.col("rivalry") == 1) & (pl.col("ccode1") == 300) & (pl.col("year") > 1918)).height


@pytest.mark.parametrize("slice_", ["nearest", "first", "last"])
def test_relevant_leaves_out_majors_of_unknown_contiguity(store: Store, slice_: Any) -> None:
    plan = dyad_years(1946, 2016, directed=False, store=store)
    whole = plan.add("contiguity", "majors", slice=slice_).collect()
    kept = plan.relevant(slice=slice_).collect()
    land = plan.contiguous(slice=slice_).collect()
    assert_frame_equal(land, whole.filter(pl.col("conttype") == 1).select(land.columns))
    rule = (pl.col("conttype") >= 1) | ((pl.col("cowmaj1") + pl.col("cowmaj2") >= 1) & pl.col("conttype").is_not_null())
    assert_frame_equal(kept, whole.filter(rule).select(kept.columns))


def test_relevant_sees_a_border_beside_a_spell_of_none(store: Store) -> None:
    plan = dyad_years(1961, 2014, directed=False, store=store)
    count = {s: len(plan.relevant(slice=s).collect()) for s in ("first", "nearest")}
    assert count == {"first": 73_732, "nearest": 73_858}
    assert plan.relevant().collect().equals(plan.relevant(slice="nearest").collect())
    land = {s: len(plan.contiguous(slice=s).collect()) for s in ("first", "nearest")}
    assert land == {"first": 14_049, "nearest": 14_245}
    kept = plan.relevant().add("contiguity", slice="nearest").collect()
    gained = kept.join(plan.relevant(slice="first").collect(), on=["ccode1", "ccode2", "year"], how="anti")
    assert len(gained) == 126
    assert (gained["conttype"] >= 1).all()


def joined(store: Store, plan: Panel) -> pl.DataFrame:
    """The same panel by joins on keys: slow, and another way."""
    frame = plan.collect().select(pl.col("ccode1", "ccode2", "year").cast(pl.Int64))
    for side in ("1", "2"):
        table = store.table("nmc").collect()
        table = table.rename({c: c + side for c in table.columns if c not in ("ccode", "year")})
        frame = frame.join(
            table, left_on=[f"ccode{side}", "year"], right_on=["ccode", "year"], how="left", maintain_order="left"
        )
    frame = frame.join(
        store.table("atop").collect(), on=["ccode1", "ccode2", "year"], how="left", maintain_order="left"
    )
    once = store.table("mindist_cow").collect()
    twice = pl.concat([once, once.rename({"ccode1": "ccode2", "ccode2": "ccode1"}).select(once.columns)])
    return frame.join(twice, on=["ccode1", "ccode2", "year"], how="left", maintain_order="left")


def test_against_joins_on_keys(store: Store) -> None:
    plan = dyad_years(1935, 1955, store=store)
    ours = plan.add("nmc", "atop", "minimum_distance").collect()
    theirs = joined(store, plan).with_columns(pl.col("^atop_.*$").fill_null(0))
    assert set(ours.columns) == set(theirs.columns)
    assert_frame_equal(ours, theirs.select(ours.columns), check_dtypes=False, abs_tol=0, rel_tol=1e-12)


def test_state_years_take_the_same_sources(store: Store) -> None:
    frame = (
        state_years(1990, 2010, store=store)
        .add("nmc", "majors", "democracy", "leaders", "spending", "arms_imports")
        .collect()
    )
    armenia = frame.filter((pl.col("ccode") == 371) & (pl.col("year") == 2008)).row(0, named=True)
    assert armenia["sipri_milex"] == pytest.approx(
        store.table("milex")
        .filter((pl.col("name") == "Armenia") & (pl.col("series") == "constant") & (pl.col("year") == 2008))
        .collect()["value"]
        .item()
    )
    assert armenia["dec31obsid"] == "ARM-2008"
    assert armenia["cowmaj"] == 0


def test_gleditsch_ward_panels(store: Store) -> None:
    frame = (
        dyad_years(2000, 2010, system="gw", store=store)
        .add("contiguity", "democracy", "nmc", "capital_distance")
        .collect()
    )
    assert {"gwcode1", "gwcode2"} <= set(frame.columns)
    serbia = frame.filter((pl.col("gwcode1") == 340) & (pl.col("gwcode2") == 310) & (pl.col("year") == 2008)).row(
        0, named=True
    )
    assert serbia["conttype"] == 1, "translated from COW's 345 by the crosswalk of the year"
    assert serbia["cinc1"] is not None


def test_membership_is_carried_forward_only_on_request(store: Store) -> None:
    frame = dyad_years(2015, 2020, carry_forward=True, store=store).collect()
    assert frame.filter(pl.col("carried") == 1)["year"].unique().sort().to_list() == [2017, 2018, 2019, 2020]
    assert frame.group_by("year").len()["len"].n_unique() == 1


@pytest.mark.parametrize(("directed", "both_sides"), [(True, False), (True, True), (False, True)])
@pytest.mark.parametrize("system", ["cow", "gw"])
def test_months_hold_the_force_of_their_year(store: Store, system: str, directed: bool, both_sides: bool) -> None:
    span = {"system": system, "directed": directed, "store": store}
    months = dyad_months(1990, 1999, **span).relevant().add("modes", both_sides=both_sides).spells("mode>=3").collect()
    years = dyad_years(1990, 1999, **span).relevant().add("modes", both_sides=both_sides).collect()
    key = years.columns[:3]
    both = years.join(months.group_by(key).agg(pl.col("mode").max().alias("by_month")), on=key)
    assert (both["by_month"] <= both["mode"]).all()
    assert (both.filter(pl.col("mode") > 0)["by_month"] > 0).mean() > 0.99
    assert "spell" in months.columns


@pytest.mark.parametrize("unit", ["leader_dyad_years", "dispute_dyads"])
def test_rows_that_share_a_dyad_year_share_its_values(store: Store, unit: str) -> None:
    from tocsin.panel import panel

    frame = getattr(panel, unit)(1990, 1995, system="cow", store=store).add("contiguity", "modes").collect()
    years = dyad_years(1990, 1995, store=store).add("contiguity", "modes").collect()
    key = ["ccode1", "ccode2", "year"]
    assert frame.select(key).is_duplicated().any()
    expected = frame.select(key).join(years, on=key, how="left", maintain_order="left")
    assert_frame_equal(frame.select(expected.columns), expected)


def test_monarchies_are_none_of_the_four_types(store: Store) -> None:
    frame = state_years(1980, 1980, store=store).add("weeks").collect().filter(pl.col("ccode") == 670)
    assert frame.select("^weeks_.*$").row(0) == (0, 0, 0, 0), "Saudi Arabia is coded a monarchy"


def test_dyad_months(store: Store) -> None:
    months = dyad_months(1990, 2000, directed=False, store=store).relevant().add("modes", "nmc").collect()
    years = dyad_years(1990, 2000, directed=False, store=store).relevant().add("modes").collect()
    assert len(months) <= 12 * len(years)
    highest = months.group_by("ccode1", "ccode2", "year").agg(pl.col("mode").max().alias("by_month"))
    both = years.join(highest, on=["ccode1", "ccode2", "year"])
    # An event of unknown month counts in the year and in no month.
    assert (both["by_month"] <= both["mode"]).all()
    assert (both["by_month"] == both["mode"]).mean() > 0.999
    born = months.filter((pl.col("ccode1") == 371) & (pl.col("year") == 1991))["month"]
    assert born.min() == 12, "Armenia entered on 21 December 1991"


def test_every_addition_works_for_every_unit_it_claims(store: Store) -> None:
    from tocsin.panel import panel
    from tocsin.panel.additions.registry import ADDITIONS

    years = {"dispute_dyads": (1990, 1992)}
    for unit in (
        "state_years",
        "state_days",
        "dyad_years",
        "leader_years",
        "leader_days",
        "leader_dyad_years",
        "dispute_dyads",
    ):
        start = getattr(panel, unit)
        for addition in ADDITIONS.values():
            if unit in addition.units:
                for system in ("cow", "gw"):
                    plan = start(*years.get(unit, (1995, 1996)), system=system, store=store)
                    before = plan.collect()
                    frame = plan.add(addition.name).collect()
                    assert len(frame) == len(before), (unit, addition.name, system)
                    assert frame.width > before.width, (unit, addition.name, system)
                    new = frame.select(c for c in frame.columns if c not in before.columns)
                    if addition.name not in ("wars", "civil_wars", "arms_pending"):
                        filled = new.select(pl.all().is_not_null().any()).row(0)
                        assert any(filled), (unit, addition.name, system)


def test_leader_units(store: Store) -> None:
    from tocsin.panel.panel import leader_days, leader_dyad_years, leader_years, state_days

    years = leader_years(1870, 2015, store=store).add("lead", "willingness").collect()
    assert years.filter(pl.col("obsid") == "USA-1869")["year"].to_list() == list(range(1870, 1878))
    assert years.filter(pl.col("year") <= 2000)["leveledu"].null_count() < len(years) / 20
    days = leader_days(2009, 2009, store=store).collect()
    changed = days.filter((pl.col("gwcode") == 2) & (pl.col("date") == pl.date(2009, 1, 20)))
    assert len(changed) == 2, "the day of a transition belongs to both"
    assert len(state_days(1999, 2000, store=store).collect().filter(pl.col("ccode") == 2)) == 365 + 366
    pairs = leader_dyad_years(2001, 2001, store=store).collect()
    one = pairs.filter((pl.col("gwcode1") == 2) & (pl.col("gwcode2") == 20))
    assert set(one["leader1"]) == {"Clinton", "G.W. Bush"}
    turned = pairs.rename({"gwcode1": "gwcode2", "gwcode2": "gwcode1", "obsid1": "obsid2", "obsid2": "obsid1"})
    key = ["gwcode1", "gwcode2", "obsid1", "obsid2"]
    assert_frame_equal(pairs.select(key).sort(key), turned.select(key).sort(key))


def test_broad_pacts_are_set_apart(store: Store) -> None:
    frame = dyad_years(1993, 2018, carry_forward=True, store=store).add("atop", broad=True).collect()
    caucasus = frame.filter((pl.col("ccode1") == 371) & (pl.col("ccode2") == 373) & (pl.col("atop_defense") == 1))
    assert caucasus["year"].max() == 2018
    assert caucasus["atop_broad"].to_list() == [1] * len(caucasus)
    korea = frame.filter((pl.col("ccode1") == 2) & (pl.col("ccode2") == 732))
    assert korea["atop_broad"].sum() == 0


@pytest.mark.parametrize("source", ["gml_mids", "cow_mids"])
def test_who_wanted_change_and_who_acted_first(store: Store, source: str) -> None:
    prefix = source[:3]
    for initiator in ("revisionist", "first-action"):
        frame = dyad_years(1990, 2010, store=store).add(source, initiator=initiator).collect()
        init = frame.filter(pl.col(f"{prefix}midongoing") == 1)[f"{prefix}midinit"]
        assert 0.2 < init.mean() < 0.8
        assert (
            frame.filter(pl.col(f"{prefix}midongoing") == 0)[f"{prefix}midinit"].null_count()
            == (frame[f"{prefix}midongoing"] == 0).sum()
        )
    # Of the two directions of a pair at most one acted first.
    pairs = (
        frame.drop_nulls(f"{prefix}midinit")
        .group_by(pl.min_horizontal("ccode1", "ccode2"), pl.max_horizontal("ccode1", "ccode2").alias("high"), "year")
        .agg(pl.col(f"{prefix}midinit").sum())
    )
    assert pairs[f"{prefix}midinit"].max() == 1
    caucasus = frame.filter((pl.col("ccode1") == 373) & (pl.col("ccode2") == 371) & (pl.col("year") == 2001))
    assert caucasus[f"{prefix}midinit"].to_list() == [0], "5 February 2001: Armenia, before 12 December: Azerbaijan"


def test_regions(store: Store) -> None:
    frame = dyad_years(2000, 2000, store=store).regions("Americas").collect()
    assert len(frame) == 35 * 34
    assert max(frame["ccode1"]) < 200
    assert len(state_years(2000, 2000, store=store).regions("Europe", "Asia").collect()) > 60
