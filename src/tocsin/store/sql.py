"""The store's tables as views of a DuckDB database (extra: pip install 'tocsin[sql]')."""

from __future__ import annotations

from pathlib import Path

from tocsin.errors import SourceError, UsageError
from tocsin.store.store import Store


def write_views(store: Store, database: Path) -> list[str]:
    """Write a DuckDB file with one view per table and return their names; the data stay in the store.

    Raises
    ------
    UsageError
        If DuckDB is not installed.
    SourceError
        If the store is empty.
    """
    try:
        import duckdb
    except ImportError as error:
        raise UsageError("SQL views need DuckDB. Install it with: pip install 'tocsin[sql]'") from error
    names = store.tables()
    if not names:
        raise SourceError(f"the store {store.root} is empty. Bring data with: tocsin data fetch")
    with duckdb.connect(str(database)) as connection:
        for name in names:
            path = str(store.path(name).resolve()).replace("'", "''")
            connection.execute(f"CREATE OR REPLACE VIEW \"{name}\" AS SELECT * FROM read_parquet('{path}')")
    return names
