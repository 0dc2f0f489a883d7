"""The years in which a source that lists only what happened says of the rest that it did not."""

from __future__ import annotations

# First and last year. Inside, what is not listed is 0; outside, nobody knows. The lists begin with the state system in
# 1816 where they begin earlier, and end where their makers stopped coding, which may be after the last entry.
WINDOWS: dict[str, tuple[int, int]] = {
    "majors": (1816, 2016),
    "contiguity": (1816, 2016),
    "capital_distance": (1816, 2024),
    "minimum_distance": (1886, 2019),
    "atop": (1816, 2018),
    "rivalries": (1816, 2020),
    "td_rivalries": (1816, 2010),
    "gml_mids": (1816, 2010),
    "cow_mids": (1816, 2014),
    "modes": (1816, 2014),
    "wars": (1816, 2007),
    "civil_wars": (1816, 2007),
    "ucdp": (1946, 2024),
    "arms_imports": (1950, 2024),
    "arms_pending": (1950, 2024),
    "rhetoric": (1991, 2024),
}
