"""What a yearly forecast may know at its origin, the end of the year before the target year."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tocsin.forecast.base_rates import MODES
from tocsin.forecast.record import Record

HALF_LIVES = (1, 3, 8, 25)
Array = NDArray[np.float64]
FORCE = MODES[1:]
# Group -> features, for contributions and for the gate.
GROUPS = {
    "history": [
        *(f"log decayed {mode}, half-life {h}" for mode in FORCE for h in HALF_LIVES),
        "log years since the last event",
        "never an event",
        *(f"last year {mode}" for mode in FORCE),
    ],
    "geography": ["land", "major power"],
    "rivalry": ["rivalry"],
    "power": ["capability share", "change of the share", "change unknown"],
}
NAMES = [name for names in GROUPS.values() for name in names]


def features(record: Record) -> Array:
    """Return features by target year, shape (d, years, k): position t uses columns before t only.

    Decayed counts add 1 for each year a mode was the highest and halve in the given number of years; their log is
    taken after adding .01.
    """
    d, years = record.mode.shape
    out = np.zeros((d, years, len(NAMES)))
    at = 0
    for mode in range(1, 5):
        hit = (record.mode == mode).astype(np.float64)
        for life in HALF_LIVES:
            keep, level = 0.5 ** (1 / life), np.zeros(d)
            for t in range(years):
                out[:, t, at] = np.log(level + 0.01)
                level = level * keep + hit[:, t]
            at += 1
    event = record.mode > 0
    position = np.arange(years)
    last = np.maximum.accumulate(np.where(event, position, -1), axis=1)
    before = np.full((d, years), -1)
    before[:, 1:] = last[:, :-1]
    first = np.where(record.exists.any(1), record.exists.argmax(1), 0)
    since = position - np.where(before >= 0, before, first[:, None])
    out[:, :, at] = np.log(np.maximum(since, 1))
    out[:, :, at + 1] = before < 0
    at += 2
    for mode in range(1, 5):
        out[:, 1:, at] = record.mode[:, :-1] == mode
        at += 1
    # Unknown where one of the two was no member five years before, too.
    change = np.full((d, years), np.nan)
    change[:, 5:] = record.share[:, 5:] - record.share[:, :-5]
    lagged = (
        record.land,
        record.major,
        record.rival,
        np.where(np.isnan(record.share), 0.75, record.share),
        np.nan_to_num(change, nan=0.0),
        np.isnan(change),
    )
    for values in lagged:
        out[:, 1:, at] = values[:, :-1]
        at += 1
    return out
