"""SIPRI's two files: the spending workbook with its sheets, symbols and colours, and the arms transfers register."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tocsin.errors import SourceError
from tocsin.sources.unpack import read_zip, unpack

if TYPE_CHECKING:
    import polars as pl

# Sheet -> what its figures are. `Share of govt. spending cleaned` is not SIPRI's: the owner of the copy added it.
SHEETS = {
    "Local currency financial years": "local_financial",
    "Local currency calendar years": "local_calendar",
    "Constant (2023) US$": "constant",
    "Current US$": "current",
    "Share of GDP": "share_gdp",
    "Per capita": "per_capita",
    "Share of Govt. spending": "share_government",
}
REGIONS = "Regional totals"
# Colours of the workbook's palette that carry meaning, as its head lines say.
FLAGS = {12: "estimate", 10: "highly uncertain"}
SYMBOLS = {"xxx": "not a state then", "...": "unavailable", ". .": "unavailable", "..": "unavailable"}
REGISTER = (
    "recipient",
    "supplier",
    "order_year",
    "order_year_estimated",
    "ordered",
    "ordered_estimated",
    "designation",
    "description",
    "delivered",
    "delivered_estimated",
    "delivery_years",
    "status",
    "comments",
    "tiv_unit",
    "tiv_order",
    "tiv_delivered",
)


def read_milex(path: Path) -> dict[str, pl.DataFrame]:
    """Return SIPRI's spending as long tables.

    Returns
    -------
    dict of str to polars.DataFrame
        ``milex`` (series, name, currency, note, year, value, flag): one row per country, sheet and year, value null
        where the cell holds a symbol, and ``flag`` saying why, or that the figure is an estimate (blue) or highly
        uncertain (red). ``milex_regions`` likewise for regional totals; ``milex_footnotes`` (mark, text).
    """
    import openpyxl
    import polars as pl

    raw = read_zip(path)
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
        rows = [row for sheet, series in SHEETS.items() for row in _sheet(book[sheet], series, "Country")]
        regions = _sheet(book[REGIONS], "regional", "Region")
        notes = [
            {"mark": str(mark), "text": str(text)}
            for mark, text, *rest in book["Footnotes"].iter_rows(values_only=True)
            for text in [text or (rest[0] if rest else None)]
            if mark is not None and text
        ]
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, SyntaxError) as error:
        raise SourceError(f"{path.name}: is not the workbook declared ({error}).") from error
    types: dict[str, Any] = {"series": pl.String, "name": pl.String, "currency": pl.String, "note": pl.String}
    types |= {"year": pl.Int64, "value": pl.Float64, "flag": pl.String}
    return {
        "milex": pl.DataFrame(rows, schema=types, orient="row"),
        "milex_regions": pl.DataFrame(regions, schema=types, orient="row"),
        "milex_footnotes": pl.DataFrame(notes, schema={"mark": pl.String, "text": pl.String}),
    }


def _sheet(sheet: Any, series: str, first: str) -> list[tuple[Any, ...]]:
    out: list[tuple[Any, ...]] = []
    years: dict[int, int] = {}
    side: dict[str, int] = {}
    for row in sheet.iter_rows():
        head = row[0].value
        if head == first:
            for i, cell in enumerate(row):
                text = str(cell.value or "").strip()
                if re.fullmatch(r"(19|20)\d\d(\.0)?", text):
                    years[i] = int(float(text))
                elif text in ("Currency", "Notes"):
                    side[text] = i
            continue
        if not years or head is None or not str(head).strip():
            continue
        cells = [row[i] for i in years]
        if all(c.value is None for c in cells):
            continue
        currency = row[side["Currency"]].value if "Currency" in side else None
        note = row[side["Notes"]].value if "Notes" in side else None
        for cell, year in zip(cells, years.values(), strict=True):
            value, flag = _figure(cell)
            if value is not None or flag is not None:
                name = str(head).strip()
                out.append((series, name, currency and str(currency), note and str(note), year, value, flag))
    return out


def _figure(cell: Any) -> tuple[float | None, str | None]:
    value = cell.value
    if value is None:
        return None, None
    if isinstance(value, (int, float)):
        colour = cell.font.color
        flag = FLAGS.get(colour.indexed) if colour is not None and colour.type == "indexed" else None
        return float(value), flag
    text = str(value).strip()
    return None, SYMBOLS.get(text, f"symbol {text}" if text else None)


def read_register(path: Path) -> dict[str, pl.DataFrame]:
    """Return the trade register and its deliveries by year.

    Returns
    -------
    dict of str to polars.DataFrame
        ``arms``: the register with named columns; the nameless ones after the order year and the two numbers are true
        where SIPRI marks an estimate. ``arms_deliveries`` (row, recipient, supplier, year, number, tiv): number and
        value of the delivered weapons spread evenly over the delivery years; ``row`` is the row in ``arms``.
    """
    import polars as pl

    raw = unpack(path)
    try:
        table = pl.read_csv(raw, infer_schema=False, encoding="utf8-lossy")
    except pl.exceptions.PolarsError as error:
        raise SourceError(f"{path.name}: is not the register declared ({error}).") from error
    if table.width != len(REGISTER):
        raise SourceError(f"{path.name}: has {table.width} columns where the register has {len(REGISTER)}.")
    table.columns = list(REGISTER)
    numbers = ["ordered", "delivered", "tiv_unit", "tiv_order", "tiv_delivered"]
    blank = [pl.col(c).str.strip_chars().replace("", None).alias(c) for c in REGISTER]
    table = (
        _rejoin(table.with_columns(blank))
        .with_columns(
            pl.col("order_year").cast(pl.Int64),
            *(pl.col(c).str.replace_all(",", "").cast(pl.Float64) for c in numbers),
            *(pl.col(c).eq_missing("?") for c in REGISTER if c.endswith("_estimated")),
        )
        .with_row_index("row", offset=1)
        .with_columns(pl.col("row").cast(pl.Int64))
    )
    years = pl.col("delivery_years").str.extract_all(r"\d{4}")
    spread = (
        table.with_columns(years.alias("year"))
        .with_columns(pl.col("year").list.len().alias("n"))
        .explode("year")
        .filter(pl.col("year").is_not_null())
        .select(
            "row",
            "recipient",
            "supplier",
            pl.col("year").cast(pl.Int64),
            (pl.col("delivered") / pl.col("n")).alias("number"),
            (pl.col("tiv_delivered") / pl.col("n")).alias("tiv"),
        )
    )
    return {"arms": table, "arms_deliveries": spread}


def _rejoin(table: pl.DataFrame) -> pl.DataFrame:
    """Put together again the orders that the published file breaks in two after the comments.

    The second half has no recipient, and the three values stand in its second to fourth cell.
    """
    import polars as pl

    broken = pl.col("recipient").shift(-1).is_null() & (pl.int_range(pl.len()) < pl.len() - 1)
    values = zip(REGISTER[-3:], REGISTER[1:4], strict=True)
    return table.with_columns(
        pl.when(broken).then(pl.col(source).shift(-1)).otherwise(pl.col(target)).alias(target)
        for target, source in values
    ).filter(pl.col("recipient").is_not_null())
