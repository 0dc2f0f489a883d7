"""Reading a source file into tidy Polars tables, and the checks that stand before and after."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.errors import CheckError, SourceError
from tocsin.sources.declaration import MissingRule, Source
from tocsin.sources.unpack import unpack

if TYPE_CHECKING:
    import polars as pl

Tables = dict[str, "pl.DataFrame"]


def read_source(source: Source, path: Path) -> Tables:
    """Return the tables of a source file: columns in lower case, missing codes as null, checked.

    Parameters
    ----------
    source : Source
        The declaration.
    path : Path
        The file, already known to have the declared hash.

    Raises
    ------
    SourceError
        If the file cannot be read.
    CheckError
        If a table does not have the declared rows or columns.
    """
    import polars as pl

    try:
        return _checked(source, path)
    except pl.exceptions.PolarsError as error:
        raise SourceError(f"{path.name}: holds values that make no table ({error}).") from error


def _checked(source: Source, path: Path) -> Tables:
    tables = {
        name: _whole(source.columns.get(name, {}), _missing(source, _texts(source, _lower(frame))))
        for name, frame in _READERS[source.reader](source, path).items()
    }
    for name, frame in tables.items():
        check_rows(source, name, frame)
        check_columns(source, name, frame)
        check_codes(source, name, frame)
        check_key(source, name, frame)
    return tables


def _r(source: Source, path: Path) -> Tables:
    from tocsin.sources.r_files import read_r

    frames = read_r(path)
    if len(source.rows) == 1:
        if len(frames) != 1:
            raise SourceError(f"{path.name}: holds {', '.join(frames)} where one table is declared.")
        return {source.table: next(iter(frames.values()))}
    # The first object is the main table; the others keep their name behind it.
    first, *rest = frames
    return {source.table: frames[first]} | {f"{source.table}_{name.lower()}": frames[name] for name in rest}


def _stata(source: Source, path: Path) -> Tables:
    from tocsin.sources.sandbox import read_apart

    return {source.table: read_apart("stata", path)[""]}


def _csv(source: Source, path: Path) -> Tables:
    import polars as pl

    raw = unpack(path)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        text = raw.decode("latin-1")
    # Old exports end their lines the way machines of their day did.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        frame = pl.read_csv(io.StringIO(text), infer_schema_length=None, null_values=source.nulls)
    except pl.exceptions.PolarsError as error:
        raise SourceError(f"{path.name}: is not a sound CSV file ({error}).") from error
    return {source.table: frame.rename({c: "rowname" for c in frame.columns[:1] if c == ""})}


def _parquet(source: Source, path: Path) -> Tables:
    from tocsin.sources.sandbox import read_apart

    return {source.table: read_apart("parquet", path)[""]}


def _months(source: Source, path: Path) -> Tables:
    """Country-months from one column per country to one row per country and month."""
    import polars as pl

    wide = _csv(source, path)[source.table]
    month = wide.columns[0]
    long = wide.unpivot(index=month, variable_name="name", value_name="deaths")
    return {source.table: long.rename({month: "month"}).with_columns(pl.col("month").cast(pl.String).str.to_date())}


def _milex(source: Source, path: Path) -> Tables:
    from tocsin.sources.sandbox import read_apart

    return read_apart("milex", path)


def _register(source: Source, path: Path) -> Tables:
    from tocsin.sources.sipri import read_register

    return read_register(path)


_READERS = {
    "r": _r,
    "stata": _stata,
    "csv": _csv,
    "parquet": _parquet,
    "wide-months": _months,
    "sipri-milex": _milex,
    "sipri-register": _register,
}


def _lower(frame: pl.DataFrame) -> pl.DataFrame:
    """Column names in lower case; two that would become the same keep a number apart."""
    names: list[str] = []
    for column in frame.columns:
        name = column.strip().lower() or "unnamed"
        n = 2
        while name in names:
            name = f"{column.strip().lower()}_{n}"
            n += 1
        names.append(name)
    return frame.rename(dict(zip(frame.columns, names, strict=True)))


def _texts(source: Source, frame: pl.DataFrame) -> pl.DataFrame:
    """Make missing what a text column holds in place of a word, in files of every kind."""
    import polars as pl

    words = [c for c, t in frame.schema.items() if t == pl.String and frame[c].is_in(source.nulls).any()]
    return frame.with_columns(pl.when(~pl.col(c).is_in(source.nulls)).then(pl.col(c)).alias(c) for c in words)


def _rule_columns(frame: pl.DataFrame, columns: list[str]) -> list[str]:
    if columns == ["*"]:
        return [c for c, t in frame.schema.items() if t.is_numeric()]
    return [c for c in columns if c in frame.columns]


def _missing(source: Source, frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    for rule in source.missing:
        columns = _rule_columns(frame, rule.columns)
        gone = {c: _gone(c, rule) for c in columns}
        if rule.keep and columns:
            damaged = pl.any_horizontal(gone.values())
            gone = {c: damaged for c in frame.columns if c not in rule.keep}
        frame = frame.with_columns(pl.when(~lost).then(pl.col(c)).alias(c) for c, lost in gone.items())
    return frame


def _gone(column: str, rule: MissingRule) -> pl.Expr:
    """Return where a column holds what the rule calls missing."""
    import polars as pl

    gone = pl.col(column).cast(pl.Float64).is_in(rule.codes) if rule.codes else pl.lit(False)
    if rule.outside is not None:
        gone = gone | ~pl.col(column).is_between(*rule.outside)
    return gone.fill_null(False)


def _whole(declared: dict[str, str], frame: pl.DataFrame) -> pl.DataFrame:
    """Turn reals that are declared integers, as R writes them, into integers; one that is not whole is left alone."""
    import polars as pl

    real = [c for c, t in frame.schema.items() if t == pl.Float64 and declared.get(c) == "Int64"]
    exact = frame.select((pl.col(c) == pl.col(c).round()).all() for c in real).row(0) if real else ()
    return frame.with_columns(pl.col(c).cast(pl.Int64) for c, fits in zip(real, exact, strict=True) if fits)


def check_rows(source: Source, name: str, frame: pl.DataFrame) -> None:
    """Check the number of rows. Rule: rows."""
    declared = source.rows.get(name)
    if declared is None:
        raise CheckError(f"{source.file}: table '{name}' is not declared. [rule: tables]")
    if len(frame) != declared:
        raise CheckError(
            f"{source.file}: table '{name}' has {len(frame):,} rows where {declared:,} are declared. [rule: rows]\n"
            f"First rows:\n{frame.head(5)}"
        )


def check_columns(source: Source, name: str, frame: pl.DataFrame) -> None:
    """Check names and types of the columns against the declaration. Rule: columns."""
    declared = source.columns.get(name, {})
    found = {c: str(t) for c, t in frame.schema.items()}
    wrong = [f"'{c}' is {found.get(c, 'absent')}, declared {t}" for c, t in declared.items() if found.get(c) != t]
    wrong += [f"'{c}' is not declared" for c in found if c not in declared]
    if wrong:
        shown = "; ".join(wrong[:10]) + ("; ..." if len(wrong) > 10 else "")
        raise CheckError(f"{source.file}: table '{name}': {shown}. [rule: columns]\nFirst rows:\n{frame.head(5)}")


def check_codes(source: Source, name: str, frame: pl.DataFrame) -> None:
    """Check that no code for missing is left as a number. Rule: missing codes."""
    for rule in source.missing:
        for column in _rule_columns(frame, rule.columns):
            left = frame.filter(_gone(column, rule))
            if len(left):
                raise CheckError(
                    f"{source.file}: table '{name}': {len(left):,} cells of '{column}' still hold a code for missing. "
                    f"[rule: missing codes]\nFirst rows:\n{left.head(5)}"
                )


def check_key(source: Source, name: str, frame: pl.DataFrame) -> None:
    """Check that the declared key tells the rows apart. Rule: key."""
    import polars as pl

    key = source.keys.get(name, [])
    if not key:
        return
    # Counted in pieces: telling the doubles of millions of rows apart at once takes as much memory as all the rest.
    distinct = frame.lazy().select(key).unique().select(pl.len()).collect(engine="streaming").item()
    if distinct != len(frame):
        double = frame.filter(frame.select(key).is_duplicated())
        raise CheckError(
            f"{source.file}: table '{name}': {len(double):,} rows share their {', '.join(key)} with another. "
            f"[rule: key]\nFirst rows:\n{double.head(5)}"
        )
