"""From several disputes in a dyad-year to one, by stated rules applied one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

KEY = ("ccode1", "ccode2", "year")
# Rule -> (column, keep the highest or the lowest).
RULES = {
    "fatality": ("fatality", "highest"),
    "hostility": ("hostlev", "highest"),
    "mindur": ("mindur", "highest"),
    "maxdur": ("maxdur", "highest"),
    "reciprocity": ("recip", "highest"),
    "startmonth": ("stmon", "lowest"),
}
ORDER = ("onsets", *RULES, "first")
# An unknown number of deaths ranks between none (0) and 1-25 (1).
UNKNOWN_FATALITY = 0.5


def whittle(disputes: pl.DataFrame, rules: tuple[str, ...] = ORDER, *, onset: str = "midonset") -> pl.DataFrame:
    """Return directed dispute-dyad-years with fewer disputes per dyad-year.

    Parameters
    ----------
    disputes : polars.DataFrame
        One row per dispute, directed dyad and year, with ``ccode1, ccode2, year``, the onset column, and the columns
        the rules look at.
    rules : tuple of str
        Rules in order: ``onsets`` drops ongoing disputes if the year also has an onset; ``fatality``, ``hostility``,
        ``mindur``, ``maxdur``, ``reciprocity`` keep the highest; ``startmonth`` the earliest; ``first`` the first row.
    onset : str
        Name of the onset column.

    Returns
    -------
    polars.DataFrame
        The rows that are left, in their order.

    References
    ----------
    The rules of Miller's peacesciencer (Conflict Management and Peace Science 2022), after Bennett and Stam.
    """
    import polars as pl

    out = disputes
    for rule in rules:
        if rule == "onsets":
            out = out.filter((pl.col(onset) == 1) | (pl.col(onset).max().over(KEY) != 1))
        elif rule == "first":
            out = out.unique(KEY, keep="first", maintain_order=True)
        else:
            name, which = RULES[rule]
            value = pl.col(name).fill_null(UNKNOWN_FATALITY) if rule == "fatality" else pl.col(name)
            best = (value.max() if which == "highest" else value.min()).over(KEY)
            out = out.filter((value == best) | best.is_null())
    return out
