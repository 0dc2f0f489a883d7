"""Power of the two states under several indices, and how it is divided between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.measures.arms import stock

if TYPE_CHECKING:
    import polars as pl

    from tocsin.case.load import Case

# Index -> measure in capabilities.csv; the arms stock is computed.
INDICES = {
    "spending": "milex_constant",
    "gdp": "gdp_current",
    "population": "population",
    "personnel": "personnel",
    "cinc": "cinc",
}
ARMS_STOCK = "arms stock"


def state_series(case: Case, index: str, state: str) -> pl.DataFrame:
    """Return one index of power of one state by year.

    Parameters
    ----------
    case : Case
        The case, already cut to what was known.
    index : str
        A key of ``INDICES`` or ``ARMS_STOCK``.
    state : str
        State code.

    Returns
    -------
    polars.DataFrame
        ``year``, ``value`` (unit of the index), ``sources``; only years with a figure.
    """
    import polars as pl

    if index == ARMS_STOCK:
        return stock(case.tables["arms"], state).rename({"stock": "value"})
    return (
        case.tables["capabilities"]
        .filter((pl.col("state") == state) & (pl.col("measure") == INDICES[index]))
        .select("year", "value", pl.col("source").alias("sources"))
        .sort("year")
    )


def disparity(case: Case, index: str) -> pl.DataFrame:
    """Return both states' power and its division by year.

    Returns
    -------
    polars.DataFrame
        ``index, year, a, b, share_a, ratio, r, sources``: ``share_a = a/(a+b)``, ``ratio = a/b``, ``r = ln(b/a)``.
        A year in which one side is unknown is kept, with nulls; so is what cannot be divided by zero.
    """
    import polars as pl

    a, b = (state_series(case, index, s) for s in case.pair)
    both = a.join(b, on="year", how="full", coalesce=True, suffix="_b").sort("year")
    total = pl.col("a") + pl.col("b")
    known = (pl.col("a") > 0) & (pl.col("b") > 0)
    return (
        both.rename({"value": "a", "value_b": "b"})
        .with_columns(
            pl.lit(index).alias("index"),
            pl.when(total > 0).then(pl.col("a") / total).alias("share_a"),
            pl.when(known).then(pl.col("a") / pl.col("b")).alias("ratio"),
            pl.when(known).then((pl.col("b") / pl.col("a")).log()).alias("r"),
            pl.concat_list(
                pl.col("sources").fill_null("").str.split(";"), pl.col("sources_b").fill_null("").str.split(";")
            )
            .list.unique()
            .list.sort()
            .list.filter(pl.element() != "")
            .alias("sources"),
        )
        .select("index", "year", "a", "b", "share_a", "ratio", "r", "sources")
    )


def all_disparities(case: Case) -> pl.DataFrame:
    """Return ``disparity`` under every index, one below the other."""
    import polars as pl

    return pl.concat([disparity(case, index) for index in (*INDICES, ARMS_STOCK)])


def concentration(values: list[float]) -> float:
    """Return the concentration of power among states, 0 (equal) to 1 (one has all).

    Parameters
    ----------
    values : list of float
        Power of each state, at least two, not all zero.

    References
    ----------
    Ray and Singer 1973, Sociological Methods and Research 1:403-437.

    Examples
    --------
    >>> concentration([1.0, 1.0])
    0.0
    >>> concentration([1.0, 0.0])
    1.0
    """
    total = sum(values)
    if len(values) < 2 or total <= 0:
        raise ValueError("concentration needs at least two states with some power")
    floor = 1 / len(values)
    squares = sum((v / total) ** 2 for v in values)
    return float(max(0.0, (squares - floor) / (1 - floor)) ** 0.5)


def poles(values: dict[str, float]) -> list[str]:
    """Return the states with at least half the power of the strongest, strongest first.

    References
    ----------
    The half-of-the-strongest rule follows Rapkin, Thompson and Christopherson 1979 and Thompson 1986.
    """
    top = max(values.values())
    return sorted((s for s, v in values.items() if v >= top / 2), key=lambda s: (-values[s], s))


def subsystem(case: Case, index: str = "spending") -> pl.DataFrame:
    """Return concentration and poles of the dyad and its subsystem by year.

    Returns
    -------
    polars.DataFrame
        ``year, states, missing, concentration, poles``; where a state's figure is missing, or none has
        any power, the last two are null.
    """
    import polars as pl

    states = [*case.pair, *case.config.dyad.subsystem]
    series = {s: dict(state_series(case, index, s).select("year", "value").iter_rows()) for s in states}
    rows = []
    for year in sorted({y for s in series.values() for y in s}):
        known = {s: series[s][year] for s in states if year in series[s]}
        whole = len(known) == len(states) and any(known.values())
        rows.append(
            {
                "year": year,
                "states": states,
                "missing": [s for s in states if s not in known],
                "concentration": concentration(list(known.values())) if whole else None,
                "poles": poles(known) if whole else None,
            }
        )
    text = pl.List(pl.String)
    return pl.DataFrame(
        rows,
        schema={"year": pl.Int64, "states": text, "missing": text, "concentration": pl.Float64, "poles": text},
    )
