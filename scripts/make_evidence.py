"""Make the evidence tables that tests of claims draw on: global regularities, and the gap of power among neighbours.

Each regularity is estimated in several ways (measures, outcomes, samples), with standard errors robust to states being
in many dyads, and with what it adds to forecasts of later years. Nulls stay in the table. Writes
src/tocsin/claims/evidence/: regularities.csv, disparities.csv, evidence.toml. The same inputs give the same bytes.
Needs a store (tocsin data fetch). Run: python scripts/make_evidence.py
"""

from __future__ import annotations

import hashlib
import sys
import tomllib
from pathlib import Path

from evidence.estimates import LEVEL, TESTED, regularities
from evidence.frame import data, plans
from evidence.gaps import disparities
from evidence.measures import HISTORY, MISSING, OUTCOMES, REGULARITIES
from tocsin.store import open_store

OUT = Path(__file__).resolve().parents[1] / "src" / "tocsin" / "claims" / "evidence"


def quoted(text: str) -> str:
    """Return a TOML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main() -> None:
    """Estimate, and write the tables with the hashes of what they were made from."""
    store = open_store()
    OUT.mkdir(parents=True, exist_ok=True)
    tables = {"regularities.csv": regularities(data(store)), "disparities.csv": disparities(store)}
    for name, table in tables.items():
        table.write_csv(OUT / name)
    used = sorted({t for p in plans(store) for t in p.tables()} | {"mie", "gdppop_cow"})
    lines = [
        "# Made by scripts/make_evidence.py; do not edit.",
        f"level = {LEVEL}",
        f"shift_years = {HISTORY}",
        f"tested_share = {TESTED}",
        "",
        "[tables]",
        *(f'"{n}" = "{hashlib.sha256((OUT / n).read_bytes()).hexdigest()}"' for n in tables),
        "",
        "[inputs]",
        *sorted({f'"{m["source_file"]}" = "{m["source_sha256"]}"' for m in map(store.manifest, used)}),
        "",
        "[outcomes]",
        *(f"{k} = {quoted(v)}" for k, v in OUTCOMES.items()),
        "",
    ]
    for name, (about, term, literature, _) in REGULARITIES.items():
        lines += [f"[regularities.{name}]", f"about = {quoted(about)}", f"term = {quoted(term)}"]
        lines += [f"literature = {quoted(literature)}", ""]
    for name, (about, why, literature) in MISSING.items():
        lines += [f"[regularities.{name}]", f"about = {quoted(about)}", f"missing = {quoted(why)}"]
        lines += [f"literature = {quoted(literature)}", ""]
    text = "\n".join(lines)
    tomllib.loads(text)
    (OUT / "evidence.toml").write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
