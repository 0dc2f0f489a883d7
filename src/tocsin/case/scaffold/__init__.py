"""A case for any two states, made from the store: sourced rows to begin with, and a list of what a person must add."""

from tocsin.case.scaffold.write import new_case

__all__ = ["new_case"]
