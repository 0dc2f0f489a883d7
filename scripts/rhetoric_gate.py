"""Does hostile rhetoric help the forecast? The gate on the years that the General Debate covers.

Run: python scripts/rhetoric_gate.py   (writes src/tocsin/forecast/gate_rhetoric.csv; several minutes on two cores)
Chosen on target years 1996-2004, confirmed on 2005-2014: speeches begin in 1991, and a model needs some years to learn
from. The table is read into docs/explanation/rhetoric.md by hand.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tocsin.forecast import gate
from tocsin.forecast.backtest import FULL
from tocsin.forecast.groups import with_passed, with_rhetoric
from tocsin.forecast.record import load_record
from tocsin.store import open_store

OUT = Path(__file__).resolve().parents[1] / "src" / "tocsin" / "forecast" / "gate_rhetoric.csv"
TRIED = (
    ("base", FULL, ("mentions", "rhetoric"), False),
    ("base and mentions", (*FULL, "mentions"), ("rhetoric",), False),
    ("base and mentions", (*FULL, "mentions"), ("rhetoric",), True),
)


def main() -> None:
    """Try mentions alone, rhetoric alone, and rhetoric on top of mentions."""
    store = open_store()
    r = with_rhetoric(with_passed(load_record(store), store), store)
    parts = []
    for on, base, groups, directed in TRIED:
        for model in gate.MODELS:
            found = gate.gate(r, base, groups, models=(model,), directed=directed, periods=gate.LATE_PERIODS)
            parts.append(found.with_columns(pl.lit(on).alias("on"), pl.col("gain", "low", "high").round(5)))
            pl.concat(parts).write_csv(OUT)
            for group in groups:
                told = [gate.verdict(found, group, model, period=p, directed=directed) for p in gate.LATE_PERIODS]
                print(group, "on", on, model, "each side" if directed else "either", *told, flush=True)


if __name__ == "__main__":
    main()
