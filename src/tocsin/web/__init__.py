"""The dashboard: the same numbers as the report, to look at and to move; it only parses and shows."""
