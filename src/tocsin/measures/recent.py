"""Recent violence between the two states: the last force that killed or took ground, and how fresh it still is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tocsin.measures.context import counted_incidents
from tocsin.parameters import parameters

if TYPE_CHECKING:
    import polars as pl

    from tocsin.case.load import Case

USES = ("incursion", "strike", "war")
DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Recent:
    """What is known of recent force by either side on a day.

    Parameters
    ----------
    last : str or None
        Identifier of the last incident that counts; None if the record holds none.
    day : datetime.date or None
        Its last day, or the as-of date where it was still under way.
    months : float or None
        Months from then to the as-of date.
    undecided : tuple of str
        Later incidents of the same modes of which it is unknown whether anybody died or ground changed hands.
    treaty : tuple of str
        Treaties between the two in force.
    quiet : bool
        Whether ten years without such force are known; a record that is shorter than that cannot say so.
    shares : tuple of 3 floats
        Weights of: treaty or ten quiet years; neither; force in the last year.
    abrupt : tuple of 3 floats
        The same by a hard rule of twelve months, for comparison.
    counted : tuple of 3 floats or None
        The same if the undecided incidents did count; None if there are none.
    sources : list of str
        Keys of the sources behind the incidents and treaties named.
    """

    last: str | None
    day: date | None
    months: float | None
    undecided: tuple[str, ...]
    treaty: tuple[str, ...]
    quiet: bool
    shares: tuple[float, float, float]
    abrupt: tuple[float, float, float]
    counted: tuple[float, float, float] | None
    sources: list[str]


def ramp(months: float) -> float:
    """Return how fresh force still is: 1 up to six months after, falling to 0 at eighteen.

    A hard rule of twelve months would move the chance of force several times over in a day.

    Examples
    --------
    >>> ramp(3), ramp(12), ramp(24)
    (1.0, 0.5, 0.0)
    """
    p = parameters("measures")
    gone, span = p["recent_gone"].mode, p["recent_span"].mode
    return float(min(max((gone - months) / span, 0.0), 1.0))


def recent_force(case: Case, as_of: date) -> Recent:
    """Return the history of force as the strategic game reads it.

    Incidents that count as outcomes (``measures.context.counted_incidents``) count here if they are incursions, strikes
    or wars by either side and somebody died, or ground or the control of a road or territory changed hands; a war
    counts in any case. Where neither is known the incident is named and not counted.

    Parameters
    ----------
    case : Case
        As known on the day.
    as_of : datetime.date
        The day.
    """
    import polars as pl

    used = counted_incidents(case).filter(pl.col("mode").is_in(USES))
    sure = used.filter((pl.col("mode") == "war") | pl.col("fatal") | pl.col("ground_taken"))
    last = None if sure.is_empty() else sure.sort("end", "id").row(-1, named=True)
    day = None if last is None else last["end"]
    months = None if day is None else (as_of - day).days / DAYS_A_MONTH
    open_ = used.filter(
        pl.col("mode") != "war",
        pl.col("fatal").is_null() | pl.col("ground_taken").is_null(),
        ~pl.col("fatal").fill_null(False) & ~pl.col("ground_taken").fill_null(False),
    )
    if day is not None:
        open_ = open_.filter(pl.col("end") > day)
    treaties = _treaties(case, as_of)
    first = case.tables["incidents"]["start"].min()
    ten_years = int(parameters("measures")["quiet_years"].mode) * 12
    quiet = isinstance(first, date) and (as_of - first).days / DAYS_A_MONTH >= ten_years
    quiet = quiet and (months is None or months >= ten_years)
    calm = not treaties.is_empty() or quiet
    fresh, hard = (0.0, 0.0) if months is None else (ramp(months), float(months < 12))
    later = open_["end"].max()
    maybe = ramp((as_of - later).days / DAYS_A_MONTH) if isinstance(later, date) else None
    rows = [] if last is None else [last["source"]]
    return Recent(
        last=None if last is None else last["id"],
        day=day,
        months=months,
        undecided=tuple(open_.sort("start", "id")["id"]),
        treaty=tuple(treaties["id"]),
        quiet=quiet,
        shares=_shares(fresh, calm),
        abrupt=_shares(hard, calm),
        counted=None if maybe is None else _shares(maybe, not treaties.is_empty()),
        sources=sorted({k for text in [*rows, *treaties["source"], *open_["source"]] for k in text.split(";")}),
    )


def _shares(fresh: float, calm: bool) -> tuple[float, float, float]:
    rest = 1 - fresh
    return (rest, 0.0, fresh) if calm else (0.0, rest, fresh)


def _treaties(case: Case, on: date) -> pl.DataFrame:
    """Return the treaties of peace between the two in force; low confidence does not make one."""
    import polars as pl

    from tocsin.measures.context import in_force

    return in_force(case, on).filter(
        pl.col("type") == "treaty", pl.col("favours") == "both", pl.col("confidence") != "low"
    )
