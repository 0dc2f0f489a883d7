"""Make states.csv and names.csv of the package: every state since 1816 in three code systems, and the names it goes by.

Membership comes from the isard copies of the COW and Gleditsch-Ward lists (a store is needed: tocsin data fetch
cow_system gw_system); ISO codes and further names are ours. Run: python scripts/make_states.py
"""

from __future__ import annotations

import csv
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tocsin.store import open_store

OUT = Path(__file__).resolve().parents[1] / "src" / "tocsin"
# COW number: ISO 3166-1 alpha-3, for states whose code never changed.
ISO = """
2 USA 20 CAN 31 BHS 40 CUB 41 HTI 42 DOM 51 JAM 52 TTO 53 BRB 54 DMA 55 GRD 56 LCA 57 VCT 58 ATG 60 KNA 70 MEX 80 BLZ
90 GTM 91 HND 92 SLV 93 NIC 94 CRI 95 PAN 100 COL 101 VEN 110 GUY 115 SUR 130 ECU 135 PER 140 BRA 145 BOL 150 PRY
155 CHL 160 ARG 165 URY 200 GBR 205 IRL 210 NLD 211 BEL 212 LUX 220 FRA 221 MCO 223 LIE 225 CHE 230 ESP 232 AND 235 PRT
255 DEU 260 DEU 265 DDR 290 POL 305 AUT 310 HUN 315 CSK 316 CZE 317 SVK 325 ITA 331 SMR 338 MLT 339 ALB 341 MNE 343 MKD
344 HRV 346 BIH 347 XKX 349 SVN 350 GRC 352 CYP 355 BGR 359 MDA 360 ROU 366 EST 367 LVA 368 LTU 369 UKR 370 BLR 371 ARM
372 GEO 373 AZE 375 FIN 380 SWE 385 NOR 390 DNK 395 ISL 402 CPV 403 STP 404 GNB 411 GNQ 420 GMB 432 MLI 433 SEN 434 BEN
435 MRT 436 NER 437 CIV 438 GIN 439 BFA 450 LBR 451 SLE 452 GHA 461 TGO 471 CMR 475 NGA 481 GAB 482 CAF 483 TCD 484 COG
490 COD 500 UGA 501 KEN 510 TZA 516 BDI 517 RWA 520 SOM 522 DJI 530 ETH 531 ERI 540 AGO 541 MOZ 551 ZMB 552 ZWE 553 MWI
560 ZAF 565 NAM 570 LSO 571 BWA 572 SWZ 580 MDG 581 COM 590 MUS 591 SYC 600 MAR 615 DZA 616 TUN 620 LBY 625 SDN 626 SSD
630 IRN 640 TUR 645 IRQ 651 EGY 652 SYR 660 LBN 663 JOR 666 ISR 670 SAU 678 YEM 679 YEM 680 YMD 690 KWT 692 BHR 694 QAT
696 ARE 698 OMN 700 AFG 701 TKM 702 TJK 703 KGZ 704 UZB 705 KAZ 710 CHN 712 MNG 713 TWN 730 KOR 731 PRK 732 KOR 740 JPN
750 IND 760 BTN 770 PAK 771 BGD 775 MMR 780 LKA 781 MDV 790 NPL 800 THA 811 KHM 812 LAO 816 VNM 820 MYS 830 SGP 835 BRN
840 PHL 850 IDN 860 TLS 900 AUS 910 PNG 920 NZL 935 VUT 940 SLB 946 KIR 947 TUV 950 FJI 955 TON 970 NRU 983 MHL 986 PLW
987 FSM 990 WSM
"""
# States whose ISO code changed, with the day the earlier one ended.
ISO_CHANGED = {
    365: (("SUN", date(1991, 12, 25)), ("RUS", None)),
    345: (("YUG", date(2003, 2, 3)), ("SCG", date(2006, 6, 4)), ("SRB", None)),
}
# Other names: name, COW numbers, Gleditsch-Ward numbers; where several, the date tells which is meant.
NAMES: list[tuple[str, tuple[int, ...], tuple[int, ...]]] = [
    ("Germany", (255, 260), (255, 260)),
    ("West Germany", (260,), (260,)),
    ("Federal Republic of Germany", (255, 260), (260,)),
    ("Prussia", (255,), (255,)),
    ("East Germany", (265,), (265,)),
    ("East Germany (GDR)", (265,), (265,)),
    ("Yemen", (678, 679), (678,)),
    ("North Yemen", (678,), (678,)),
    ("Yemen, North", (678,), (678,)),
    ("Yemen (North Yemen)", (678, 679), (678,)),
    ("Yemen Arab Republic (North Yemen)", (678,), (678,)),
    ("South Yemen", (680,), (680,)),
    ("Yemen, South", (680,), (680,)),
    ("Democratic Yemen", (680,), (680,)),
    ("Vietnam", (816,), (816,)),
    ("Viet Nam", (816,), (816,)),
    ("North Vietnam", (816,), (816,)),
    ("Vietnam (North Vietnam)", (816,), (816,)),
    ("South Vietnam", (817,), (817,)),
    ("Yugoslavia", (345,), (345,)),
    ("Serbia (Yugoslavia)", (345,), (345, 340)),
    ("Yugoslavia (Serbia)", (345,), (345, 340)),
    ("Serbia", (345,), (345, 340)),
    ("Serbia and Montenegro", (345,), (345,)),
    ("USSR", (365,), (365,)),
    ("Soviet Union", (365,), (365,)),
    ("Russia", (365,), (365,)),
    ("Russian Federation", (365,), (365,)),
    ("Korea", (730,), (730,)),
    ("Korea, North", (731,), (731,)),
    ("North Korea", (731,), (731,)),
    ("Korea, South", (732,), (732,)),
    ("South Korea", (732,), (732,)),
    ("Republic of Korea", (732,), (732,)),
    ("Congo, DR", (490,), (490,)),
    ("DR Congo", (490,), (490,)),
    ("DR Congo (Zaire)", (490,), (490,)),
    ("Zaire", (490,), (490,)),
    ("Democratic Republic of the Congo", (490,), (490,)),
    ("Congo", (484,), (484,)),
    ("Congo, Republic", (484,), (484,)),
    ("Republic of the Congo", (484,), (484,)),
    ("Congo-Brazzaville", (484,), (484,)),
    ("Czechoslovakia", (315,), (315,)),
    ("Czechia", (316,), (316,)),
    ("Czech Republic", (316,), (316,)),
    ("Austria", (305,), (305,)),
    ("Austria-Hungary", (300,), (300,)),
    ("United States", (2,), (2,)),
    ("USA", (2,), (2,)),
    ("United Kingdom", (200,), (200,)),
    ("UK", (200,), (200,)),
    ("Great Britain", (200,), (200,)),
    ("Turkiye", (640,), (640,)),
    ("Turkey", (640,), (640,)),
    ("Ottoman Empire", (640,), (640,)),
    ("UAE", (696,), (696,)),
    ("United Arab Emirates", (696,), (696,)),
    ("Cote d'Ivoire", (437,), (437,)),
    ("Ivory Coast", (437,), (437,)),
    ("Cabo Verde", (402,), (402,)),
    ("Gambia, The", (420,), (420,)),
    ("The Gambia", (420,), (420,)),
    ("eSwatini", (572,), (572,)),
    ("Swaziland", (572,), (572,)),
    ("Kingdom of eSwatini (Swaziland)", (572,), (572,)),
    ("Macedonia, FYR", (343,), (343,)),
    ("North Macedonia", (343,), (343,)),
    ("Macedonia", (343,), (343,)),
    ("Timor Leste", (860,), (860,)),
    ("Timor-Leste", (860,), (860,)),
    ("East Timor", (860,), (860,)),
    ("Burma", (775,), (775,)),
    ("Burma/Myanmar", (775,), (775,)),
    ("Myanmar", (775,), (775,)),
    ("Myanmar (Burma)", (775,), (775,)),
    ("Iran", (630,), (630,)),
    ("Persia", (630,), (630,)),
    ("Syria", (652,), (652,)),
    ("Bosnia-Herzegovina", (346,), (346,)),
    ("Bosnia and Herzegovina", (346,), (346,)),
    ("Cambodia (Kampuchea)", (811,), (811,)),
    ("Cambodia", (811,), (811,)),
    ("Madagascar (Malagasy)", (580,), (580,)),
    ("Madagascar", (580,), (580,)),
    ("Sri Lanka", (780,), (780,)),
    ("Sri Lanka (Ceylon)", (780,), (780,)),
    ("Zimbabwe (Rhodesia)", (552,), (552,)),
    ("Zimbabwe", (552,), (552,)),
    ("Rhodesia", (552,), (552,)),
    ("Tanzania", (510,), (510,)),
    ("Tanganyika", (510,), (510,)),
    ("Trinidad", (52,), (52,)),
    ("Saint Kitts and Nevis", (60,), (60,)),
    ("Saint Lucia", (56,), (56,)),
    ("Saint Vincent", (57,), (57,)),
    ("Saint Vincent and the Grenadines", (57,), (57,)),
    ("Antigua and Barbuda", (58,), (58,)),
    ("Bahamas", (31,), (31,)),
    ("Kyrgyzstan", (703,), (703,)),
    ("Kyrgyz Republic", (703,), (703,)),
    ("Belarus", (370,), (370,)),
    ("Belarus (Byelorussia)", (370,), (370,)),
    ("Romania", (360,), (360,)),
    ("Rumania", (360,), (360,)),
    ("Italy", (325,), (325,)),
    ("Italy/Sardinia", (325,), (325,)),
    ("Burkina Faso", (439,), (439,)),
    ("Upper Volta", (439,), (439,)),
    ("Benin", (434,), (434,)),
    ("Dahomey", (434,), (434,)),
    ("Surinam", (115,), (115,)),
    ("Suriname", (115,), (115,)),
    ("Samoa", (990,), (990,)),
    ("Micronesia", (987,), (987,)),
    ("Solomon Islands", (940,), (940,)),
    ("Egypt", (651,), (651,)),
    ("United Arab Republic", (651,), (651,)),
    ("Brunei", (835,), (835,)),
    ("Brunei Darussalam", (835,), (835,)),
    ("Laos", (812,), (812,)),
    ("Maldives", (781,), (781,)),
    ("Taiwan", (713,), (713,)),
    ("China", (710,), (710,)),
]


def membership() -> list[dict[str, Any]]:
    """Return one row per spell of membership in either system, and per ISO code."""
    store = open_store()
    rows: list[dict[str, Any]] = []
    tables = (
        ("cow", store.table("cow_system").collect().rename({"cw_abb": "abb", "cw_name": "name"}), "ccode"),
        ("gw", store.table("gw_system").collect().rename({"gw_abb": "abb", "gw_name": "name"}), "gwcode"),
    )
    for system, table, code in tables:
        last = table["end"].max()
        for r in table.iter_rows(named=True):
            end = "" if r["end"] == last else r["end"]
            row = {"system": system, "code": int(r[code]), "abb": r["abb"], "name": r["name"]}
            rows.append(row | {"start": r["start"], "end": end})
    words = ISO.split()
    iso = {int(c): i for c, i in zip(words[::2], words[1::2], strict=True)}
    for r in [r for r in rows if r["system"] == "cow"]:
        code, start, end = r["code"], r["start"], r["end"]
        changes = ISO_CHANGED.get(code, ((iso[code], None),) if code in iso else ())
        for name, until in changes:
            if until is None or until >= start:
                last = until is None or (end and until >= end)
                stop = end if last else until
                rows.append(
                    {"system": "iso3", "code": name, "abb": code, "name": r["name"], "start": start, "end": stop}
                )
                if last:
                    break
                start = until + timedelta(days=1)
    return rows


def write(name: str, rows: list[dict[str, Any]]) -> None:
    """Write rows as CSV."""
    with (OUT / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Write both tables."""
    rows = membership()
    write("states.csv", rows)
    names = [{"name": n, "cow": ";".join(map(str, cow)), "gw": ";".join(map(str, gw))} for n, cow, gw in sorted(NAMES)]
    write("names.csv", names)


if __name__ == "__main__":
    sys.exit(main())
