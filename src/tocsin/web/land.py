"""Where land is, as a coarse grid for the world map, read from the installed mask without unpacking it into memory."""

from __future__ import annotations

import zipfile
from importlib.util import find_spec
from pathlib import Path

Run = tuple[float, float, float]
STEP = 2.0


def land_runs(step: float = STEP) -> list[Run]:
    """Return stretches of land along parallels.

    The mask has a cell for every 30 seconds of arc, nearly a gigabyte; it is read row by row and one row in many kept.

    Parameters
    ----------
    step : float
        Degrees between the parallels, and between the places looked at on each.

    Returns
    -------
    list of (latitude, first longitude, last longitude)
        Degrees; both longitudes are on land.
    """
    spec = find_spec("global_land_mask")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("global_land_mask is not installed")
    file = Path(spec.submodule_search_locations[0]) / "globe_combined_mask_compressed.npz"
    import numpy as np

    out: list[Run] = []
    with zipfile.ZipFile(file) as archive, archive.open("mask.npy") as stream:
        version = np.lib.format.read_magic(stream)
        assert version == (1, 0)
        (rows, columns), by_column, kind = np.lib.format.read_array_header_1_0(stream)
        assert not by_column
        assert kind == np.bool_
        every = round(step * rows / 180)
        taken = range(every // 2, columns, every)
        for row in range(rows):
            data = stream.read(columns)
            if row % every == every // 2:
                # True is sea.
                latitude = 90 - 180 * (row + 0.5) / rows
                land = [(-180 + 360 * (c + 0.5) / columns) for c in taken if not data[c]]
                out += _runs(latitude, land, step)
    return out


def _runs(latitude: float, land: list[float], step: float) -> list[Run]:
    out: list[Run] = []
    for longitude in land:
        if out and longitude - out[-1][2] < 1.5 * step:
            out[-1] = (out[-1][0], out[-1][1], round(longitude, 2))
        else:
            out.append((round(latitude, 2), round(longitude, 2), round(longitude, 2)))
    return out
