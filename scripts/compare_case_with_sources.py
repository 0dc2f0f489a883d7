"""Compare the built-in case with the real data sets and print every disagreement.

Reads a mirror of the data sets (TOCSIN_MIRROR, default ../shared/data). A line says what the case holds and what the
data hold; a heading with 0 is agreement. Exit code 0 whatever is found: some disagreements are between the data sets
themselves, and the case says which it follows.
"""

from __future__ import annotations

import gzip
import os
import re
import sys
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import rdata

from tocsin.case import schemas
from tocsin.case.load import Case, load_case

MIRROR = Path(os.environ.get("TOCSIN_MIRROR", Path(__file__).resolve().parents[2] / "shared" / "data"))
CCODES = {371: "ARM", 373: "AZE", 372: "GEO", 630: "IRN", 365: "RUS", 640: "TUR"}
NAMES = {"ARM": "Armenia", "AZE": "Azerbaijan", "GEO": "Georgia", "IRN": "Iran", "RUS": "Russia", "TUR": "Türkiye"}
SHEETS = {"milex_constant": "Constant (2023) US$", "milex_current": "Current US$", "milex_gdp_share": "Share of GDP"}
PER_CENT = {"milex_gdp_share": 100.0}
SUPPLIERS = {"Turkiye": "Turkey", "unknown supplier(s)": "unknown"}
MODES = {mode: number for number, mode in enumerate(schemas.MODES)}
ROW_CLASSES = ("closed autocracy", "electoral autocracy", "electoral democracy", "liberal democracy")
Cells = dict[tuple[str, int], float]


def capabilities(case: Case, measure: str) -> Cells:
    """Return the case's figures of a measure by state and year."""
    rows = case.tables["capabilities"].filter(pl.col("measure") == measure)
    return {(s, y): v for s, y, v in rows.select("state", "year", "value").iter_rows()}


def sipri(measure: str) -> Cells:
    """Return SIPRI's spending of the states of the case by state and year."""
    book = fastexcel.read_excel(MIRROR / "sipri" / "SIPRI-Milex-data-1949-2024_2.xlsx")
    sheet = book.load_sheet(SHEETS[measure], header_row=None, dtypes="string").to_polars()
    rows = sheet.rows()
    head = next(r for r in rows if r[0] == "Country")
    years = {i: int(float(c)) for i, c in enumerate(head) if c and re.fullmatch(r"\d{4}(\.0)?", c)}
    out = {}
    for code, name in NAMES.items():
        row = next(r for r in rows if r[0] == name)
        for i, year in years.items():
            if row[i] not in (None, "", "xxx", "..."):
                out[code, year] = float(row[i]) * PER_CENT.get(measure, 1.0)
    return out


def _frame(*path: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        (frame,) = rdata.read_rda(MIRROR.joinpath(*path)).values()
    return frame


def nmc(column: str, scale: float = 1.0) -> Cells:
    """Return a column of National Material Capabilities for the states of the case."""
    frame = _frame("peacesciencer", "cow_nmc.rda")
    return {
        (CCODES[int(c)], int(y)): float(v) * scale
        for c, y, v in zip(frame["ccode"], frame["year"], frame[column], strict=True)
        if int(c) in CCODES and v == v
    }


def regimes(case: Case, typology: str, column: str = "score") -> dict[tuple[str, int], Any]:
    """Return the case's regime scores or classes by state and year."""
    rows = case.tables["regimes"].filter(pl.col("typology") == typology)
    return {(s, y): v for s, y, v in rows.select("state", "year", column).iter_rows()}


def polity(column: str) -> Cells:
    """Return a column of Polity5 for the two states."""
    frame = _frame("regimes", "polity5.rda")
    codes = {NAMES[c]: c for c in ("ARM", "AZE")}
    return {
        (codes[n], int(y)): float(v)
        for n, y, v in zip(frame["polity_annual_country"], frame["year"], frame[column], strict=True)
        if n in codes and v == v
    }


def polyarchy() -> Cells:
    """Return V-Dem's polyarchy for the two states."""
    rows = _ert()
    return {(s, y): float(v) for s, y, v in rows.select("country_text_id", "year", "v2x_polyarchy").iter_rows()}


def regimes_of_the_world() -> dict[tuple[str, int], str]:
    """Return V-Dem's class (Regimes of the World) for the two states."""
    rows = _ert().select("country_text_id", "year", "v2x_regime")
    return {(s, y): ROW_CLASSES[int(float(v))] for s, y, v in rows.iter_rows()}


def _ert() -> pl.DataFrame:
    return (
        pl.read_csv(MIRROR / "vdem" / "ert_v15.csv.gz", infer_schema=False)
        .with_columns(pl.col("year").cast(pl.Int64))
        .filter(pl.col("country_text_id").is_in(["ARM", "AZE"]) & (pl.col("year") >= 1991))
    )


def register_rows() -> pl.DataFrame:
    """Return the register's orders of the two states, with the case's codes and names of suppliers."""
    raw = gzip.decompress((MIRROR / "sipri" / "arms-transfers-trade-register-1950-2024.csv.gz").read_bytes())
    table = pl.read_csv(raw, infer_schema=False, encoding="utf8-lossy")
    codes = {NAMES[c]: c for c in ("ARM", "AZE")}
    return (
        table.rename({table.columns[0]: "recipient"})
        .filter(pl.col("recipient").is_in(list(codes)))
        .select(
            pl.col("recipient").replace_strict(codes),
            pl.col("Supplier").replace(SUPPLIERS).alias("supplier"),
            pl.col("SIPRI TIV of delivered weapons").cast(pl.Float64).alias("tiv"),
            pl.col("Year(s) of delivery").fill_null("").str.extract_all(r"\d{4}").alias("years"),
        )
    )


def register() -> dict[tuple[str, int | None], tuple[int, float]]:
    """Return the register's number of orders and delivered value by recipient."""
    table = register_rows()
    parts = table.group_by("recipient").agg(pl.len(), pl.col("tiv").sum())
    return {(code, None): (n, tiv) for code, n, tiv in parts.iter_rows()}


def register_deliveries() -> dict[tuple[str, str, int], float]:
    """Return delivered value by recipient, supplier and year, spread evenly over the delivery years of an order."""
    out: Counter[tuple[str, str, int]] = Counter()
    for row in register_rows().iter_rows(named=True):
        for year in row["years"]:
            out[row["recipient"], row["supplier"], int(year)] += row["tiv"] / len(row["years"])
    return dict(out)


def case_deliveries(case: Case) -> dict[tuple[str, str, int], float]:
    """Return the case's delivered value by recipient, supplier and year, register rows only."""
    rows = case.tables["arms"].filter((pl.col("basis") == "register") & pl.col("delivered").is_not_null())
    parts = rows.group_by("recipient", "supplier", pl.col("delivered").dt.year().alias("year")).agg(pl.col("tiv").sum())
    return {(r, s, y): tiv for r, s, y, tiv in parts.iter_rows()}


def supplier_share(table: dict[tuple[str, str, int], float], state: str, supplier: str, first: int, last: int) -> float:
    """Return a supplier's share of the value delivered to a state in a span of years."""
    rows = {k: v for k, v in table.items() if k[0] == state and first <= k[2] <= last}
    return sum(v for k, v in rows.items() if k[1] == supplier) / sum(rows.values())


# Shares of the two states' arms that the press quotes from earlier releases of the register, in per cent.
QUOTED_SHARES = (
    ("AZE", "Russia", 2010, 2014, 85.0),
    ("AZE", "Russia", 2011, 2015, 79.0),
    ("AZE", "Belarus", 2011, 2015, 8.0),
    ("AZE", "Russia", 2014, 2018, 51.0),
    ("AZE", "Israel", 2014, 2018, 43.0),
    ("AZE", "Turkey", 2014, 2018, 2.8),
    ("AZE", "Israel", 2015, 2019, 60.0),
    ("AZE", "Russia", 2015, 2019, 31.0),
    ("AZE", "Israel", 2016, 2020, 69.0),
    ("AZE", "Russia", 2016, 2020, 17.0),
    ("AZE", "Turkey", 2011, 2020, 2.9),
    ("ARM", "Russia", 2016, 2020, 94.0),
    ("ARM", "Russia", 2015, 2019, 99.0),
    ("ARM", "India", 2020, 2024, 43.0),
)
# Volume of Azerbaijan's arms as a multiple of Armenia's that the press quotes from earlier releases.
QUOTED_RATIOS = ((2012, 2016, 20.0), (2016, 2020, 2.5), (2011, 2020, 8.2))


def mie() -> list[dict[str, Any]]:
    """Return the dyad's events with their identifier in the case and their mode of force."""
    rows = pl.read_csv(MIRROR / "mie" / "mie-1.0.csv.gz").filter(
        pl.col("ccode1").is_in([371, 373]) & pl.col("ccode2").is_in([371, 373])
    )
    out = []
    for r in rows.iter_rows(named=True):
        act = r["action"]
        mode = 4 if r["hostlev"] == 5 else 3 if act in (16, 17, 19) else 2 if act in (12, 13, 14, 15) else 1
        a = "1" if r["ccode1"] == 371 else "2"
        deaths = {s: (r[f"fatalmin{i}"], r[f"fatalmax{i}"]) for s, i in (("a", a), ("b", "2" if a == "1" else "1"))}
        exact = {f"deaths_{s}": low if low == high else None for s, (low, high) in deaths.items()}
        most = max(low for low, _ in deaths.values())
        fatal = "yes" if most >= 1 else "no" if max(high for _, high in deaths.values()) == 0 else None
        out.append(
            r
            | {"id": f"M-{r['micnum']}-{r['eventnum']}", "mode": schemas.MODES[mode], "fatal": fatal, **exact}
            | {"initiator": CCODES[r["ccode1"]], "target": CCODES[r["ccode2"]]}
            | {"mutual": "yes" if act == 17 or r["hostlev"] == 5 else "no"}
        )
    return out


def mie_modes() -> dict[int, int]:
    """Return the dyad's highest mode by year from the event data, either side acting."""
    out: dict[int, int] = {}
    for r in mie():
        for year in range(r["styear"], r["endyear"] + 1):
            out[year] = max(out.get(year, 0), MODES[r["mode"]])
    return out


def mie_lines(case: Case) -> list[str]:
    """Return a line for every cell of an event in which the case differs from the event data."""
    ours = {r["id"]: r for r in case.tables["incidents"].iter_rows(named=True) if r["coding"] == "mie"}
    theirs = {r["id"]: r for r in mie()}
    out = [f"{i}: only in {'the case' if i in ours else 'the data'}" for i in sorted(ours.keys() ^ theirs.keys())]
    for i in sorted(ours.keys() & theirs.keys()):
        a, b = ours[i], theirs[i]
        flags = {"mutual": {"yes": True, "no": False}[b["mutual"]], "fatal": {"yes": True, "no": False}.get(b["fatal"])}
        expected = {k: b[k] for k in ("mode", "initiator", "target", "deaths_a", "deaths_b")} | flags
        expected |= {"start": (b["styear"], b["stmon"]), "end": (b["endyear"], b["endmon"])}
        found = {k: a[k] for k in expected if k not in ("start", "end")}
        found |= {k: (a[k].year, a[k].month) for k in ("start", "end")}
        out += [f"{i} {k}: case {found[k]}, data {v}" for k, v in expected.items() if found[k] != v]
        for k, day in (("start", b["stday"]), ("end", b["endday"])):
            if day > 0 and a[k].day != day:
                out.append(f"{i} {k}: case day {a[k].day}, data {day}")
    return out


def gml_lines(case: Case) -> list[str]:
    """Return a line for every date, first actor or reciprocity in which the case differs from GML."""
    people = _frame("peacesciencer", "gml_part.rda")
    disputes = _frame("peacesciencer", "gml_mid_disps.rda")
    recip = dict(zip(disputes["dispnum"], disputes["recip"], strict=True))
    out = []
    for r in case.tables["incidents"].filter(pl.col("coding") == "gml").iter_rows(named=True):
        number = int(re.match(r"GML dispute (\d+)", r["note"])[1])  # type: ignore[index]
        two = people[(people["dispnum"] == number) & people["ccode"].isin([371, 373])]
        first = two.iloc[0]
        for k, (y, m, d) in {
            "start": (first["styear"], first["stmon"], first["stday"]),
            "end": (first["endyear"], first["endmon"], first["endday"]),
        }.items():
            if (r[k].year, r[k].month) != (int(y), int(m)) or (d > 0 and r[k].day != int(d)):
                out.append(f"{r['id']} {k}: case {r[k]}, GML {number} {int(y)}-{int(m):02d}-{int(d):02d}")
        actor = CCODES[int(two[two["sidea"] == 1]["ccode"].iloc[0])]
        if r["initiator"] != actor:
            out.append(f"{r['id']} first actor: case {r['initiator']}, GML {number} {actor}")
        if r["mutual"] != bool(recip[number]):
            out.append(f"{r['id']} mutual: case {r['mutual']}, GML {number} reciprocated {bool(recip[number])}")
    return out


def cow_mid_lines() -> list[str]:
    """Return a line for every dispute of the two states in which GML and COW MID 5.0 disagree."""
    people = _frame("peacesciencer", "gml_part.rda")
    direct = _frame("peacesciencer", "gml_dirdisp.rda")
    pair = direct[(direct["ccode1"] == 371) & (direct["ccode2"] == 373)]
    cow = pl.read_csv(MIRROR / "cow-mid5" / "MIDB_5.0.csv").filter(pl.col("ccode").is_in([371, 373]))
    both = cow.group_by("dispnum").agg(pl.col("ccode").n_unique().alias("n")).filter(pl.col("n") == 2)["dispnum"]
    ours = {int(n) for n in pair["dispnum"]}
    out = [f"{n}: only in {'GML' if n in ours else 'COW'}" for n in sorted(set(both) ^ ours)]
    for n in sorted(ours & set(both)):
        for code in (371, 373):
            g = people[(people["dispnum"] == n) & (people["ccode"] == code)].iloc[0]
            c = cow.filter((pl.col("dispnum") == n) & (pl.col("ccode") == code)).row(0, named=True)
            level = int(pair[pair["dispnum"] == n]["fatality1" if code == 371 else "fatality2"].iloc[0])
            ends = [(int(g[k]), c[k]) for k in ("styear", "stmon", "stday", "endyear", "endmon", "endday")]
            if any(a != b for a, b in ends):
                out.append(f"{n} {CCODES[code]} dates: GML {[a for a, _ in ends]}, COW {[b for _, b in ends]}")
            if level != c["fatality"]:
                out.append(f"{n} {CCODES[code]} deaths (level): GML {level}, COW {c['fatality']}")
            if int(g["hiact"]) != c["hiact"]:
                out.append(f"{n} {CCODES[code]} highest action: GML {int(g['hiact'])}, COW {c['hiact']}")
    return out


def ucdp_years() -> set[int]:
    """Return the years in which UCDP counts the conflict over Nagorno-Karabakh (388) as active."""
    table = pl.read_csv(MIRROR / "ucdp" / "UcdpPrioConflict_v24_1.csv.gz", infer_schema=False)
    return {int(y) for y in table.filter(pl.col("conflict_id") == "388")["year"]}


def disagreements(ours: dict[Any, Any], theirs: dict[Any, Any], share: float = 0.0, floor: float = 0.0) -> list[str]:
    """Return a line for each figure that differs by more than a share and a floor, or stands on one side only.

    Keys are tuples that end in the year; figures from before 1992, the first year of the case, are left out.
    """
    out = []
    for key in sorted(ours.keys() | {k for k in theirs if k[-1] >= 1992}):
        a, b = ours.get(key), theirs.get(key)
        name = " ".join(str(k) for k in key)
        if a is None or b is None or isinstance(b, str):
            if a != b:
                out.append(f"{name}: case {a}, data {b}")
        elif abs(a - b) > max(share * abs(b), floor):
            out.append(f"{name}: case {a:g}, data {b:g}")
    return out


def quoted_lines(case: Case, tolerance: float = 2.0) -> list[str]:
    """Return a line for each quoted share that is more than ``tolerance`` points from the register of today."""
    table = case_deliveries(case)
    out = []
    for state, supplier, first, last, quoted in QUOTED_SHARES:
        share = 100 * supplier_share(table, state, supplier, first, last)
        if abs(share - quoted) > tolerance:
            out.append(f"{state} from {supplier} {first}-{last}: quoted {quoted:g} %, register {share:.1f} %")
    for first, last, quoted in QUOTED_RATIOS:
        total = {s: sum(v for k, v in table.items() if k[0] == s and first <= k[2] <= last) for s in ("ARM", "AZE")}
        ratio = total["AZE"] / total["ARM"]
        if abs(ratio - quoted) > 0.05 * quoted:
            out.append(f"AZE/ARM arms {first}-{last}: quoted {quoted:g}, register {ratio:.2f}")
    return out


# Ratios of Azerbaijan to Armenia that the evidence on the claims states: claim, measure, year, ratio, tolerance.
CLAIM_RATIOS = (
    ("C03", "milex_constant", 2020, 3.2, 0.05),
    ("C03", "milex_constant", 2021, 3.8, 0.05),
    ("C03", "milex_constant", 2022, 3.6, 0.05),
    ("C03", "milex_constant", 2012, 5.35, 0.005),
    ("C42", "milex_constant", 1995, 0.91, 0.005),
    ("C12", "milex_constant", 2024, 2.6, 0.05),
    ("C12", "gdp_current", 2023, 3.0, 0.05),
    ("C12", "population", 2024, 3.4, 0.05),
)


def claim_lines(case: Case) -> list[str]:
    """Return a line for each ratio Azerbaijan/Armenia that the evidence on a claim states and the case does not."""
    out = []
    for claim, measure, year, quoted, tolerance in CLAIM_RATIOS:
        value = capabilities(case, measure)
        ratio = value["AZE", year] / value["ARM", year]
        if abs(ratio - quoted) > tolerance:
            out.append(f"{claim} {measure} {year}: stated {quoted}, case {ratio:.3f}")
    spending = capabilities(case, "milex_constant")
    peak = max(range(1995, 2025), key=lambda y: spending["AZE", y] / spending["ARM", y])
    if peak != 2012:
        out.append(f"C03 peak of the ratio from 1995: stated 2012, case {peak}")
    return out


def year_lines(case: Case) -> list[str]:
    """Return the years in which event data, dispute data, case rows and UCDP tell different stories."""
    events = case.tables["incidents"].filter(pl.col("coding") != "mie")
    coded: dict[int, int] = {}
    for r in events.iter_rows(named=True):
        for year in range(r["start"].year, (r["end"] or r["start"]).year + 1):
            coded[year] = max(coded.get(year, 0), MODES[r["mode"]])
    modes = mie_modes()
    out = [
        f"mode in {y}: MIE {modes.get(y, 0)}, GML and case rows {coded.get(y, 0)}"
        for y in range(1992, 2015)
        if coded.get(y, 0) != modes.get(y, 0)
    ]
    force = {y for y, m in (coded | modes).items() if m >= 3}
    out.append(f"UCDP active, no strike or war in the case: {sorted(ucdp_years() - force - {1991})}")
    quiet = sorted(y for y in force - ucdp_years() if y <= 2023)
    out.append(f"strike or war in the case to 2023, not active in UCDP (under 25 deaths): {quiet}")
    return out


def main() -> None:
    """Print every disagreement."""
    case = load_case("armenia-azerbaijan")
    checks = {
        f"SIPRI spending, {m} (0.1 %, rounding {floor:g})": disagreements(capabilities(case, m), sipri(m), 0.001, floor)
        for m, floor in (("milex_constant", 0.051), ("milex_current", 0.051), ("milex_gdp_share", 0.0051))
    }
    checks |= {
        "NMC personnel": disagreements(capabilities(case, "personnel"), nmc("milper", 1000), 0.0, 500),
        "NMC CINC (rounded to six digits)": disagreements(capabilities(case, "cinc"), nmc("cinc"), 0.0, 6e-7),
        "Polity5 polity2": disagreements(regimes(case, "polity2"), polity("polity2")),
        "Polity5 xconst": disagreements(regimes(case, "xconst"), polity("xconst")),
        "V-Dem polyarchy": disagreements(regimes(case, "polyarchy"), polyarchy(), 0.0, 6e-4),
        "V-Dem regimes of the world": disagreements(regimes(case, "row", "category"), regimes_of_the_world()),
        "register, value by recipient, supplier and year": disagreements(
            case_deliveries(case), register_deliveries(), 1e-6, 1e-5
        ),
        "shares and ratios the press quotes from earlier registers": quoted_lines(case),
        "ratios behind the claims": claim_lines(case),
        "MIE events, cell by cell": mie_lines(case),
        "GML disputes": gml_lines(case),
        "GML against COW MID 5.0 (not the case)": cow_mid_lines(),
    }
    for title, lines in checks.items():
        print(f"{title}: {len(lines)} disagreements")
        for line in lines:
            print("  " + line)
    for line in year_lines(case):
        print(line)


if __name__ == "__main__":
    sys.exit(main())
