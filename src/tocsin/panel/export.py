"""Writing a panel for Python, R and Stata."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

# Labels of columns that panels make; others have the meaning they have in the codebook.
LABELS = {
    "ccode": "Correlates of War state number",
    "ccode1": "first state (Correlates of War)",
    "ccode2": "second state (Correlates of War)",
    "gwcode": "Gleditsch-Ward state number",
    "gwcode1": "first state (Gleditsch-Ward)",
    "gwcode2": "second state (Gleditsch-Ward)",
    "conttype": "direct contiguity",
    "land": "members bordered by land",
    "sea": "members bordered across the sea",
    "mode": "highest mode of force",
    "carried": "membership carried forward beyond the list",
    "capdist": "distance of capitals, km",
    "mincapdist": "distance to the nearest capital, km",
    "mindist": "minimum distance, km",
    "minmindist": "distance to the nearest state, km",
    "cowmaj": "major power",
    "cinc": "Composite Index of National Capability",
    "milex": "military expenditure (NMC)",
    "milper": "military personnel, thousands (NMC)",
    "irst": "iron and steel production (NMC)",
    "pec": "primary energy consumption (NMC)",
    "tpop": "total population, thousands (NMC)",
    "upop": "urban population, thousands (NMC)",
    "rivalry": "strategic rivalry",
    "td_rivalry": "strategic rivalry (Thompson and Dreyer)",
    "gmlmidinit": "first state began the dispute (GML)",
    "cowmidinit": "first state began the dispute (COW)",
    "atop_broad": "obligations of a pact of many states",
    "ucdpongoing": "armed conflict (UCDP)",
    "ucdponset": "onset of an armed conflict (UCDP)",
    "sipri_milex": "military expenditure, million constant US dollars",
    "arms_tiv": "arms deliveries, million TIV",
    "arms_pending": "arms ordered and not delivered, million TIV",
    "idealpoint": "UNGA ideal point",
    "spell": "time since the condition last held",
    "month": "calendar month",
    "date": "day",
}
VALUES: dict[str, dict[int | float, str]] = {
    "conttype": {0: "not contiguous", 1: "land", 2: "12 miles", 3: "24 miles", 4: "150 miles", 5: "400 miles"},
    "mode": {0: "none", 1: "threat", 2: "incursion", 3: "strike", 4: "war"},
}
STATA_NAME = 32


def write(frame: pl.DataFrame, path: str | Path, *, title: str = "") -> int:
    """Write a table by the ending of its file name and return the number of rows.

    Parameters
    ----------
    path : str or Path
        Ends in .parquet, .csv, .csv.gz or .dta (Stata, with variable and value labels).

    Raises
    ------
    UsageError
        For another ending, or a file that cannot be written.
    """
    path = Path(path)
    name = path.name
    part = path.with_name(f".{name}.part")
    try:
        if name.endswith(".parquet"):
            frame.write_parquet(part, compression="zstd")
        elif name.endswith(".csv"):
            frame.write_csv(part)
        elif name.endswith(".csv.gz"):
            with gzip.GzipFile(part, "wb", mtime=0) as handle:
                frame.write_csv(handle)  # type: ignore[call-overload]
        elif name.endswith(".dta"):
            _stata(frame, part, title)
        else:
            raise UsageError(f"{path}: end the name in .parquet, .csv, .csv.gz or .dta.")
        part.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return len(frame)


def _stata(frame: pl.DataFrame, path: Path, title: str) -> None:
    import pyreadstat

    names = [c[:STATA_NAME].replace("%", "_") for c in frame.columns]
    if len(set(names)) < len(names):
        raise UsageError(f"{path}: two column names are the same within Stata's {STATA_NAME} characters.")
    frame = frame.rename(dict(zip(frame.columns, names, strict=True)))
    pyreadstat.write_dta(
        frame,
        str(path),
        file_label=title[:80],
        column_labels=[_label(c)[:80] for c in names],
        variable_value_labels={c: v for c, v in VALUES.items() if c in names},
    )


def _label(column: str) -> str:
    """Return the meaning of a column; of a state of the dyad, whose."""
    from tocsin.sources.declaration import meanings

    def known(name: str) -> str:
        if name in LABELS:
            return LABELS[name]
        meaning = meanings().get(name)
        return "" if meaning is None else f"{meaning.about}, {meaning.unit}" if meaning.unit else meaning.about

    if whole := known(column):
        return whole
    stem, side = column[:-1], {"1": "first state", "2": "second state"}.get(column[-1:], "")
    if side and known(stem):
        return f"{known(stem)}, {side}"
    for prefix, source in (("gml_", "GML"), ("cow_", "COW"), ("war_", "COW"), ("intra_", "COW"), ("vdem_", "V-Dem")):
        if column.startswith(prefix) and (inner := _label(column.removeprefix(prefix))) != column.removeprefix(prefix):
            return f"{inner} ({source})"
    return column
