"""Compare the built-in case with the real data sets and print every disagreement.

Reads a mirror of the data sets (TOCSIN_MIRROR, default ../shared/data).
"""

from __future__ import annotations

import gzip
import os
import re
import sys
import warnings
from pathlib import Path

import fastexcel
import polars as pl
import rdata

from tocsin.case.load import Case, load_case

MIRROR = Path(os.environ.get("TOCSIN_MIRROR", Path(__file__).resolve().parents[2] / "shared" / "data"))
NAMES = {"ARM": "Armenia", "AZE": "Azerbaijan", "GEO": "Georgia", "IRN": "Iran", "RUS": "Russia", "TUR": "Türkiye"}
SHEETS = {"milex_constant": "Constant (2023) US$", "milex_current": "Current US$"}


def capabilities(case: Case, measure: str) -> dict[tuple[str, int], float]:
    """Return the case's figures of a measure by state and year."""
    rows = case.tables["capabilities"].filter(pl.col("measure") == measure)
    return {(s, y): v for s, y, v in rows.select("state", "year", "value").iter_rows()}


def sipri(measure: str) -> dict[tuple[str, int], float]:
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
                out[code, year] = float(row[i])
    return out


def nmc(column: str, scale: float = 1.0) -> dict[tuple[str, int], float]:
    """Return a column of National Material Capabilities for the states of the case."""
    codes = {371: "ARM", 373: "AZE", 372: "GEO", 630: "IRN", 365: "RUS", 640: "TUR"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        (frame,) = rdata.read_rda(MIRROR / "peacesciencer" / "cow_nmc.rda").values()
    return {
        (codes[int(c)], int(y)): float(v) * scale
        for c, y, v in zip(frame["ccode"], frame["year"], frame[column], strict=True)
        if int(c) in codes and v == v
    }


def register() -> dict[tuple[str, int | None], tuple[int, float]]:
    """Return the register's orders and delivered value by recipient."""
    raw = gzip.decompress((MIRROR / "sipri" / "arms-transfers-trade-register-1950-2024.csv.gz").read_bytes())
    table = pl.read_csv(raw, infer_schema=False, encoding="utf8-lossy")
    out = {}
    for code in ("ARM", "AZE"):
        rows = table.filter(pl.col(table.columns[0]) == NAMES[code])
        out[code, None] = (len(rows), float(rows["SIPRI TIV of delivered weapons"].cast(pl.Float64).sum()))
    return out  # type: ignore[return-value]


def mie_modes() -> dict[int, int]:
    """Return the dyad's highest mode by year from the event data, either side acting."""
    rows = pl.read_csv(MIRROR / "mie" / "mie-1.0.csv.gz").filter(
        pl.col("ccode1").is_in([371, 373]) & pl.col("ccode2").is_in([371, 373])
    )
    out: dict[int, int] = {}
    for r in rows.iter_rows(named=True):
        act = r["action"]
        mode = 4 if r["hostlev"] == 5 else 3 if act in (16, 17, 19) else 2 if act in (12, 13, 14, 15) else 1
        for year in range(r["styear"], r["endyear"] + 1):
            out[year] = max(out.get(year, 0), mode)
    return out


def ucdp_years() -> set[int]:
    """Return the years in which UCDP counts the conflict over Nagorno-Karabakh (388) as active."""
    table = pl.read_csv(MIRROR / "ucdp" / "UcdpPrioConflict_v24_1.csv.gz", infer_schema=False)
    return {int(y) for y in table.filter(pl.col("conflict_id") == "388")["year"]}


def disagreements(
    ours: dict[tuple[str, int], float], theirs: dict[tuple[str, int], float], share: float, floor: float = 0.0
) -> list[str]:
    """Return a line for each figure that differs by more than a share and a floor, or stands on one side only."""
    out = []
    for key in sorted(ours.keys() | {k for k in theirs if k[1] >= 1992}):
        a, b = ours.get(key), theirs.get(key)
        if a is None or b is None:
            out.append(f"{key[0]} {key[1]}: case {a}, data {b}")
        elif abs(a - b) > max(share * abs(b), floor):
            out.append(f"{key[0]} {key[1]}: case {a:g}, data {b:g}")
    return out


def main() -> None:
    """Print every disagreement."""
    case = load_case("armenia-azerbaijan")
    checks = {
        "SIPRI spending, constant (0.1 %, rounding .05)": disagreements(
            capabilities(case, "milex_constant"), sipri("milex_constant"), 0.001, 0.051
        ),
        "SIPRI spending, current (0.1 %, rounding .05)": disagreements(
            capabilities(case, "milex_current"), sipri("milex_current"), 0.001, 0.051
        ),
        "NMC personnel": disagreements(capabilities(case, "personnel"), nmc("milper", 1000), 0.0, 500),
        "NMC CINC (rounded to six digits)": disagreements(capabilities(case, "cinc"), nmc("cinc"), 0.0, 6e-7),
    }
    for title, lines in checks.items():
        print(f"{title}: {len(lines)} disagreements")
        for line in lines:
            print("  " + line)
    for (code, _), (orders, tiv) in register().items():
        rows = case.tables["arms"].filter((pl.col("basis") == "register") & (pl.col("recipient") == code))
        delivered = rows.filter(pl.col("delivered").is_not_null())["tiv"].sum()
        ours = f"case {rows['order_id'].n_unique()} orders, {delivered:.2f} TIV delivered"
        print(f"register {code}: {ours}; data {orders}, {tiv:.2f}")
    events = case.tables["incidents"].filter(pl.col("coding") != "mie")
    modes = {"threat": 1, "incursion": 2, "strike": 3, "war": 4}
    coded: dict[int, int] = {}
    for r in events.iter_rows(named=True):
        for year in range(r["start"].year, (r["end"] or r["start"]).year + 1):
            coded[year] = max(coded.get(year, 0), modes[r["mode"]])
    for year, mode in sorted(mie_modes().items()):
        if coded.get(year, 0) != mode:
            print(f"mode in {year}: MIE {mode}, GML and case rows {coded.get(year, 0)}")
    active = ucdp_years()
    force = {y for y, m in (coded | mie_modes()).items() if m >= 3}
    print("UCDP active, no strike or war in the case:", sorted(active - force - {1991}))
    print("strike or war in the case, not active in UCDP (under 25 deaths):", sorted(force - active))


if __name__ == "__main__":
    sys.exit(main())
