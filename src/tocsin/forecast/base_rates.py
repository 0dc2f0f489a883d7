"""Class base rates: how often pairs of states of a class saw each mode of force, from the shipped table of counts."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import ModelError

MODES = ("none", "threat", "incursion", "strike", "war")


@dataclass(frozen=True)
class DyadClass:
    """Class of a dyad: contiguous by land, rivals, politically relevant (contiguous at all, or one a major power)."""

    land: bool
    rival: bool
    relevant: bool

    @property
    def label(self) -> str:
        """The class in words.

        Examples
        --------
        >>> DyadClass(True, True, True).label
        'land neighbours, rivals'
        """
        near = "land neighbours" if self.land else "politically relevant" if self.relevant else "not relevant"
        return f"{near}, {'rivals' if self.rival else 'no rivals'}"


@dataclass(frozen=True)
class ClassRate:
    """Frequencies of the five modes in a class.

    Parameters
    ----------
    rates : ndarray, shape (5,)
        Frequencies; they sum to 1.
    n : int
        Dyad-windows counted.
    events : tuple of int
        Windows by mode, none first.
    first_year, last_year : int
        First and last year in which a counted window ended.
    """

    rates: NDArray[np.float64]
    n: int
    events: tuple[int, ...]
    first_year: int
    last_year: int


@cache
def meta() -> dict[str, Any]:
    """Return what stands beside the table: coverage, hashes of the inputs, history strength and its scores."""
    return tomllib.loads(files("tocsin.forecast").joinpath("base_rates.toml").read_text("utf-8"))


@cache
def _table() -> list[dict[str, str]]:
    text = files("tocsin.forecast").joinpath("base_rates.csv").read_text("utf-8")
    found = hashlib.sha256(text.encode()).hexdigest()
    if found != meta()["table_sha256"]:
        raise ModelError(
            f"base_rates.csv does not match its recorded hash ({found[:12]} against {meta()['table_sha256'][:12]}). "
            "Reinstall the package, or make the table anew with scripts/make_base_rates.py."
        )
    return list(csv.DictReader(text.splitlines()))


def table_hash() -> str:
    """Return the SHA-256 of the table of counts."""
    return str(meta()["table_sha256"])


@cache
def class_rate(kind: str, horizon_years: int, class_: DyadClass, before_year: int) -> ClassRate:
    """Return the base rate of a class from windows that had ended before a year.

    Parameters
    ----------
    kind : {'directed', 'undirected'}
        Whether one state acts on the other, or either acts.
    horizon_years : int
        Length of the windows: 1, 2 or 3.
    class_ : DyadClass
        Class, as known the year before a window.
    before_year : int
        Only windows that ended in an earlier year count, of those the last 30 years the table covers by then.

    Returns
    -------
    ClassRate

    Raises
    ------
    ModelError
        If no window of the class had ended by then.

    References
    ----------
    Counts of Militarized Interstate Events 1.0; see scripts/make_base_rates.py.

    Examples
    --------
    >>> rate = class_rate("directed", 1, DyadClass(True, True, True), 2015)
    >>> rate.first_year, rate.last_year, bool(rate.rates[3] > 0.05)
    (1985, 2014, True)
    """
    last = min(before_year - 1, int(meta()["coverage"][1]))
    first = last - int(meta()["class_years"]) + 1
    want = (kind, str(horizon_years), *(str(int(x)) for x in (class_.land, class_.rival, class_.relevant)))
    total = np.zeros(len(MODES))
    for row in _table():
        same = tuple(row[c] for c in ("kind", "horizon", "land", "rival", "relevant")) == want
        if same and first <= int(row["end_year"]) <= last:
            total += [int(row[m]) for m in MODES]
    if total.sum() == 0:
        raise ModelError(
            f"there is no base rate for the class '{class_.label}' over {horizon_years} years before {before_year}: "
            f"the table covers {meta()['coverage'][0]} to {meta()['coverage'][1]}. Check [class] in case.toml."
        )
    return ClassRate(total / total.sum(), int(total.sum()), tuple(int(x) for x in total), first, last)
