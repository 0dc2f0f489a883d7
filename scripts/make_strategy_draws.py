"""Calibrate the habits of 512 draws of the game and write them into the package (about two minutes on two cores)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from scipy.stats import qmc

import tocsin.strategy.game
from tocsin.strategy.game.calibrate import calibrate
from tocsin.strategy.game.prior import FILE, ranges_hash
from tocsin.strategy.game.setting import DRAWN, draws

COUNT, SEED = 512, 20250201


def main() -> None:
    """Draw, calibrate, write, and say how well the base rates are met."""
    # Single precision keeps the file small; the games are made from exactly these numbers.
    uniform = qmc.Sobol(len(DRAWN) + 1, rng=SEED).random(COUNT).astype(np.float32)
    uniform = np.clip(uniform, 1e-6, 1 - 1e-6).astype(np.float32)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(calibrate, draws(uniform.astype(np.float64), "personalist")))
    path = Path(tocsin.strategy.game.__file__).parent / FILE
    np.savez_compressed(
        path,
        uniform=uniform,
        wA=np.stack([c.wA for c in done]),
        miss=np.array([c.miss for c in done]),
        seed=np.array(SEED),
        ranges=np.array(ranges_hash()),
    )
    misses = np.array([c.miss for c in done])
    print(
        f"{path.name}: {COUNT} draws, {path.stat().st_size:,} bytes; base rates met to 0.2 % in "
        f"{np.mean(misses < 2e-3):.1%}, worst {misses.max():.1%}"
    )


if __name__ == "__main__":
    main()
