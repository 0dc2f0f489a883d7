"""The declarations say what the mirror's list says, for every file; the readers give what they declare."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from tocsin.errors import CheckError, SourceError
from tocsin.sources.codebook import cite, page
from tocsin.sources.declaration import source_of, sources, table_sources
from tocsin.sources.readers import read_source
from tocsin.sources.sipri import SHEETS
from tocsin.states import convert, map_names
from tocsin.store import Store
from tocsin.store.build import fetch, verify


def test_every_declaration_is_whole() -> None:
    assert len(sources()) == 95
    for s in sources().values():
        assert s.citation
        assert s.bibtex.strip().startswith("@")
        assert s.bibtex.count("{") == s.bibtex.count("}")
        assert s.terms
        assert s.addresses or s.published or s.page
        assert all(a.startswith("https://") for a in s.addresses)
        assert set(s.columns) == set(s.rows)
        assert re.search(r"\(\d{4}\)", s.citation), f"{s.table}: no year in the citation"
    assert len({s.file for s in sources().values()}) == 95
    works: dict[str, str] = {}
    for s in sources().values():
        for key, entry in re.findall(r"@\w+\{([^,]+),(.*?)\n\}", s.bibtex, re.DOTALL):
            assert works.setdefault(key, entry) == entry, f"two works are called {key}"


def test_unknown_names_get_a_suggestion() -> None:
    with pytest.raises(SourceError, match="Did you mean 'nmc'"):
        source_of("nmcc")


def test_cite_and_codebook() -> None:
    keys = re.findall(r"@\w+\{([^,]+),", cite(["nmc", "mida", "midb", "nmc"]))
    assert keys == ["singer1972", "singer1987", "palmer2022"], "each work once"
    text = page(["weeks"])
    assert "Missing in `democracy`, `machine`" in text
    assert "such a row keeps only `cowcode`, `year`" in text
    assert "| `cowcode` | Int64 |  | Correlates of War number of the state |" in text
    assert "key `ccode`, `year`" in page(["nmc"])
    assert "SHA-256" in text


@pytest.mark.data
def test_declarations_match_the_mirrors_list(mirror: Path) -> None:
    listed = {e["path"]: e for e in json.loads((mirror / "MANIFEST.json").read_text("utf-8"))}
    assert set(listed) == {s.file for s in sources().values()}
    for s in sources().values():
        entry = listed[s.file]
        assert (s.sha256, s.bytes) == (entry["sha256"], entry["bytes"])
        if isinstance(entry["rows"], int) and s.table not in ("ucdp_months", "arms"):
            assert s.rows[s.table] == entry["rows"], s.table
    # 29,507 lines of the register are 29,503 orders: four are broken in two.
    assert listed[sources()["arms"].file]["rows"] - sources()["arms"].rows["arms"] == 4


@pytest.fixture(scope="module")
def store(mirror: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The whole store, built once for this module."""
    built = Store(tmp_path_factory.mktemp("store"))
    fetch(built, mirror=mirror)
    return built


@pytest.mark.data
def test_the_whole_store_builds_with_the_declared_rows(store: Store) -> None:
    assert store.tables() == sorted(table_sources())
    for name, source in table_sources().items():
        assert store.table(name).select(pl.len()).collect().item() == source.rows[name]
    assert [v for v in verify(store) if v.problems] == []


@pytest.mark.data
def test_a_flipped_bit_is_found(store: Store, mirror: Path) -> None:
    for path, word in ((store.path("majors"), "not those written"), (store.raw / sources()["majors"].file, "declared")):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
        (verdict,) = verify(store, ["majors"])
        assert word in verdict.problems[0]
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))
    assert verify(store, ["majors"])[0].problems == ()


@pytest.mark.data
def test_codes_for_missing_are_missing_and_real_negatives_are_not(store: Store) -> None:
    polity = store.table("polity").collect()
    assert polity["polity"].min() == -10
    assert polity["polity2"].min() == -10
    assert store.table("gml_ddy").collect()["fatality1"].min() == 0
    assert store.table("mie").collect()["stday"].min() == 1
    assert store.table("war_inter").collect()["batdeath1"].null_count() > 0
    assert store.table("idealpoints").collect()["idealpointall"].min() < -1
    weeks = store.table("weeks").collect()
    assert weeks["machine"].drop_nulls().is_in([0, 1]).all()
    damaged = weeks.filter(pl.col("abbrev1").is_null()).select("cowcode", "year").rows()
    assert damaged == [(189, 1954), (190, 1958), (848, 1971)]
    assert weeks["democracy"].max() == 1
    assert weeks["persrat_1"].max() <= 1
    for table in ("icb_crises", "icb_actors", "reign_leaders"):
        numbers = store.table(table).select(pl.col(pl.Int64, pl.Float64).min()).collect().row(0)
        assert -99 not in numbers
    assert store.table("icb_actors").collect()["powdis"].min() < -1
    assert store.table("dca").collect()["span"].min() >= 0
    assert len(weeks) == 7234, "corrupt cells become missing, no row is dropped"


@pytest.mark.data
def test_sipri_spending_with_symbols_and_colours(store: Store, mirror: Path) -> None:
    milex = store.table("milex").collect()
    assert milex["series"].n_unique() == 7, "the sheet that the owner of the copy added is not SIPRI's"
    # Counted in the declared sheets by another library
    book = fastexcel.read_excel(str(mirror / sources()["milex"].file))
    cells = Counter(
        cell
        for sheet in SHEETS
        for row in book.load_sheet(sheet, header_row=None, dtypes="string").to_polars().rows()
        for cell in row[1:]
    )
    assert (milex["flag"] == "unavailable").sum() == cells["..."]
    assert (milex["flag"] == "not a state then").sum() == cells["xxx"]

    def cell(name: str, series: str, year: int) -> tuple[float | None, str | None]:
        rows = milex.filter((pl.col("name") == name) & (pl.col("series") == series) & (pl.col("year") == year))
        return rows.select("value", "flag").row(0)

    value, flag = cell("Armenia", "constant", 2023)
    assert value == pytest.approx(1326.245679)
    assert flag is None
    assert cell("Armenia", "constant", 1994) == (None, "unavailable")
    assert {"estimate", "highly uncertain", "not a state then"} <= set(milex["flag"].drop_nulls())
    assert milex.filter(pl.col("value").is_null() & pl.col("flag").is_null()).is_empty()
    assert not milex["flag"].drop_nulls().str.starts_with("symbol").any()


@pytest.mark.data
def test_the_register_spreads_over_delivery_years(store: Store) -> None:
    arms, spread = store.table("arms").collect(), store.table("arms_deliveries").collect()
    assert spread["tiv"].sum() == pytest.approx(arms["tiv_delivered"].sum())
    dated = arms.filter(pl.col("delivery_years").is_not_null())
    assert spread["number"].sum() == pytest.approx(dated["delivered"].sum())
    assert arms["recipient"].null_count() == 0
    assert arms.filter(pl.col("tiv_delivered").is_null()).is_empty()
    row = arms.filter(
        (pl.col("recipient") == "Thailand") & (pl.col("order_year") == 2008) & (pl.col("designation") == "BTR-3")
    )
    assert 3.25 in row["tiv_delivered"].to_list(), "an order broken in two lines keeps its value"


@pytest.mark.data
def test_names_map_to_codes_and_the_rest_is_listed(store: Store) -> None:
    known = store.table("milex").filter(pl.col("value").is_not_null()).select("name", "year").unique().collect()
    found = map_names(known.rows())
    assert len(found.codes) > 7000
    # Colonies before independence, states under occupation, unions of states: figures without a member to give them to.
    assert {n for n, years in found.unmapped.items() if max(years) > 2010} == {"European Union"}
    assert found.unmapped["Germany"] == (1953, 1954)
    assert found.unmapped["Syria"] == (1959, 1960)
    deaths = store.table("ucdp_months").select("name", pl.col("month").dt.year().cast(pl.Int64)).unique().collect()
    late = {n for n, years in map_names(deaths.rows()).unmapped.items() if max(years) > 2012}
    assert late == set()
    speakers = store.table("ungdc").select("iso3", "year").unique().collect()
    assert set(map_names(speakers.rows()).unmapped) == {"EU", "PSE", "VAT", "YUG"}


@pytest.mark.data
def test_the_crosswalk_is_reproduced(store: Store) -> None:
    for ccode, year, gwcode in store.table("cow_gw").select("ccode", "year", "gwcode").collect().rows():
        expected = None if gwcode is None else str(int(gwcode))
        if ccode is not None:
            assert convert(str(int(ccode)), int(year)) == expected, (ccode, year)


@pytest.mark.data
def test_checks_name_rule_and_rows(mirror: Path) -> None:
    source = sources()["majors"]
    with pytest.raises(CheckError, match=r"\[rule: rows\]") as raised:
        read_source(source.model_copy(update={"rows": {"majors": 15}}), mirror / source.file)
    assert "First rows" in str(raised.value)
    assert raised.value.exit_code == 12
    wrong = {"majors": source.columns["majors"] | {"ccode": "String"}}
    with pytest.raises(CheckError, match=r"'ccode' is Float64, declared String.*\[rule: columns\]"):
        read_source(source.model_copy(update={"columns": wrong}), mirror / source.file)
