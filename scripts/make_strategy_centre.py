"""Calibrate the habits of the central game and of its variants, and write them into the package (ten seconds).

Run after scripts/make_strategy_draws.py whenever a range in parameters.toml or a base rate has changed.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

import tocsin.strategy.game
from tocsin.strategy.game.calibrate import calibrate
from tocsin.strategy.game.centre import CENTRE, FILE, key, variants
from tocsin.strategy.game.prior import ranges_hash
from tocsin.strategy.game.setting import default


def main() -> None:
    """Calibrate, write, and say how well the base rates are met."""
    pairs = variants()
    games = [default(), *(default(**{name: value}) for name, value in pairs)]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(calibrate, games))
    path = Path(tocsin.strategy.game.__file__).parent / FILE
    np.savez_compressed(
        path,
        names=np.array([CENTRE, *(key(*pair) for pair in pairs)]),
        wA=np.stack([c.wA for c in done]),
        miss=np.array([c.miss for c in done]),
        ranges=np.array(ranges_hash()),
    )
    misses = np.array([c.miss for c in done])
    print(
        f"{path.name}: {len(done)} games, {path.stat().st_size:,} bytes; base rates met to 0.2 % in "
        f"{np.mean(misses < 2e-3):.1%}, worst {misses.max():.1%}"
    )


if __name__ == "__main__":
    main()
