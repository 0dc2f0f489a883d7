"""The store: every source as typed Parquet, converted once."""

from tocsin.store.store import Store, open_store

__all__ = ["Store", "open_store"]
