"""The store: every source as typed Parquet, converted once."""
