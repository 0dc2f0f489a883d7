"""Count the yearly base rates of the game by recent history, and write them with the hashes of the inputs.

The definition of a row and of the histories is that of tocsin.strategy.estimate.sample; the same inputs give the same
bytes. The tables must be in the store: tocsin data fetch cow_states contdir tss_rivalries mie nmc arms.
Afterwards run scripts/make_strategy_draws.py: the draws are calibrated to these rates.
Run: python scripts/make_strategy_base_rates.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tocsin.store import Store, open_store
from tocsin.strategy.estimate.sample import read

OUT = Path(__file__).resolve().parents[1] / "src" / "tocsin" / "strategy" / "game" / "base_rates.toml"
FIRST, LAST = 1950, 2014
TABLES = ("cow_states", "contdir", "mie", "tss_rivalries")
# The rows the specification of the game was prototyped with, for comparison.
PROTOTYPE = np.array(
    (
        (0.916, 0.0235, 0.0114, 0.0444, 0.0047),
        (0.813, 0.078, 0.025, 0.080, 0.0047),
        (0.443, 0.086, 0.065, 0.355, 0.051),
    )
)


def text(store: Store) -> str:
    """Return the file."""
    counts = read(store, FIRST, LAST).counts()
    inputs = {m["source_file"]: m["source_sha256"] for m in map(store.manifest, TABLES)}
    return "\n".join(
        [
            "# Made by scripts/make_strategy_base_rates.py; do not edit.",
            "# A's highest mode in a year (columns: none, threat, incursion, strike, war) by the dyad's recent history",
            "# (rows: ten quiet years; neither; incursion, strike or war in the year before), land neighbours in a",
            "# strategic rivalry, both directions, Militarized Interstate Events 1.0.",
            f"years = [{FIRST}, {LAST}]",
            f"counts = {counts.tolist()}",
            "",
            "[inputs]",
            *(f'"{name}" = "{sha}"' for name, sha in sorted(inputs.items())),
            "",
        ]
    )


def main() -> None:
    """Write the file and say how the rates differ from those of the prototype."""
    store = open_store()
    OUT.write_text(text(store), "utf-8")
    counts = read(store, FIRST, LAST).counts()
    rates, then = counts / counts.sum(1, keepdims=True), PROTOTYPE / PROTOTYPE.sum(1, keepdims=True)
    np.set_printoptions(precision=4, suppress=True)
    print(f"{OUT.name}: {counts.sum():,} rows\n{rates}\nratio to the prototype's\n{rates / then}")


if __name__ == "__main__":
    main()
