"""Arms: yearly deliveries, the stock they build up, what is ordered and pending, and who supplies it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from tocsin.measures.sources import group_sources
from tocsin.parameters import parameters

if TYPE_CHECKING:
    import polars as pl

NOT_COUNTED = ("aggregate", "denied", "announced", "letter of intent")


def counted(arms: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that count: no sums over orders, no denied or merely announced deals, nothing twice."""
    import polars as pl

    return arms.filter(~pl.col("status").is_in(NOT_COUNTED) & pl.col("same_as").is_null())


def covered_until(arms: pl.DataFrame) -> int | None:
    """Return the last year for which the register reports a delivery; None if it reports none.

    Later years are not years without deliveries: the register does not speak of them.
    """
    years = arms.filter(arms["basis"] == "register")["delivered"].dt.year()
    last = years.max()
    return None if last is None else int(str(last))


def deliveries(arms: pl.DataFrame, state: str) -> pl.DataFrame:
    """Return delivered value by year for one recipient.

    Returns
    -------
    polars.DataFrame
        ``year``, ``tiv`` (million trend-indicator values), ``sources``; every year from the first delivery to the last
        year the register covers, 0 where it reports none.
    """
    import polars as pl

    last = covered_until(arms)
    rows = counted(arms).filter(
        (pl.col("recipient") == state) & pl.col("delivered").is_not_null() & pl.col("tiv").is_not_null()
    )
    by_year = rows.group_by(pl.col("delivered").dt.year().cast(pl.Int64).alias("year")).agg(
        pl.col("tiv").sum(), pl.col("source").unique().sort().str.join(";").alias("sources")
    )
    if last is None or by_year.is_empty():
        return by_year.clear()
    first = int(str(by_year["year"].min()))
    return (
        pl.DataFrame({"year": range(first, last + 1)}, schema={"year": pl.Int64})
        .join(by_year, on="year", how="left", maintain_order="left")
        .with_columns(pl.col("tiv").fill_null(0.0), pl.col("sources").fill_null(""))
    )


def stock(arms: pl.DataFrame, state: str, depreciation: float | None = None) -> pl.DataFrame:
    """Return the stock of delivered arms at the end of each year as a perpetual inventory.

    ``stock[t] = (1 - depreciation) stock[t-1] + delivered[t]``, from nothing before the first reported delivery: arms
    inherited or made at home are not in it.

    Parameters
    ----------
    arms : polars.DataFrame
        The ``arms`` table, already cut to what was known.
    state : str
        Recipient.
    depreciation : float, optional
        Share of the stock lost a year; default ``measures.arms_depreciation`` of parameters.toml.

    Returns
    -------
    polars.DataFrame
        ``year``, ``stock`` (million trend-indicator values), ``sources``.
    """
    import polars as pl

    rate = parameters("measures")["arms_depreciation"].mode if depreciation is None else depreciation
    flow = deliveries(arms, state)
    level, levels = 0.0, []
    for tiv in flow["tiv"]:
        level = (1 - rate) * level + tiv
        levels.append(level)
    sources = [s for s in flow["sources"].unique().sort() if s]
    return flow.select("year").with_columns(
        pl.Series("stock", levels, dtype=pl.Float64), pl.lit(";".join(sources)).alias("sources")
    )


def pending(arms: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return the orders not known to be delivered and not too old to be expected.

    Parameters
    ----------
    as_of : datetime.date
        Orders placed more than ``measures.order_window`` years before it are left out, and so are rows whose order
        day is unknown and rows of low confidence.

    Returns
    -------
    polars.DataFrame
        Rows of ``arms`` that are pending.
    """
    import polars as pl

    window = int(parameters("measures")["order_window"].mode)
    oldest = date(as_of.year - window, as_of.month, min(as_of.day, 28))
    sure = pl.col("confidence") != "low"
    return counted(arms).filter(pl.col("delivered").is_null() & (pl.col("ordered") >= oldest) & sure)


def unvalued(arms: pl.DataFrame, state: str, as_of: date) -> tuple[int, int]:
    """Return how many delivered and how many pending rows of a state have no value: they count in no sum of values."""
    import polars as pl

    own = counted(arms).filter(pl.col("recipient") == state)
    done = own.filter(pl.col("delivered").is_not_null())
    return done["tiv"].null_count(), pending(own, as_of)["tiv"].null_count()


def pipeline(arms: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return pending orders by recipient, supplier and class.

    Returns
    -------
    polars.DataFrame
        ``recipient, supplier, class, orders, tiv, unvalued, rows, sources``; ``tiv`` is null where no row states
        a value, and ``unvalued`` counts the rows that state none.
    """
    import polars as pl

    return (
        pending(arms, as_of)
        .group_by("recipient", "supplier", "class")
        .agg(
            pl.col("order_id").n_unique().alias("orders"),
            pl.when(pl.col("tiv").count() > 0).then(pl.col("tiv").sum()).alias("tiv"),
            pl.col("tiv").null_count().alias("unvalued"),
            pl.col("id").sort().alias("rows"),
            group_sources(),
        )
        .sort("recipient", "tiv", "supplier", "class", descending=[False, True, False, False], nulls_last=True)
    )


def supplier_shares(arms: pl.DataFrame, state: str, years: int = 5) -> pl.DataFrame:
    """Return suppliers' shares of the value delivered to a state in the last years the register covers.

    Returns
    -------
    polars.DataFrame
        ``supplier, tiv, sources, share, from_year, to_year`` in falling order; empty if nothing was delivered.
    """
    import polars as pl

    last = covered_until(arms)
    if last is None:
        return pl.DataFrame(
            schema={
                "supplier": pl.String,
                "tiv": pl.Float64,
                "sources": pl.List(pl.String),
                "share": pl.Float64,
                "from_year": pl.Int64,
                "to_year": pl.Int64,
            }
        )
    first = last - years + 1
    rows = counted(arms).filter(
        (pl.col("recipient") == state)
        & pl.col("delivered").dt.year().is_between(first, last)
        & pl.col("tiv").is_not_null()
    )
    total = rows["tiv"].sum()
    return (
        rows.group_by("supplier")
        .agg(pl.col("tiv").sum(), group_sources())
        .filter(pl.col("tiv") > 0)
        .with_columns(
            (pl.col("tiv") / total).clip(upper_bound=1.0).alias("share"),
            pl.lit(first, dtype=pl.Int64).alias("from_year"),
            pl.lit(last, dtype=pl.Int64).alias("to_year"),
        )
        .sort("tiv", "supplier", descending=[True, False])
    )


def herfindahl(shares: pl.DataFrame) -> float | None:
    """Return the sum of squared shares (1 is a single supplier); None if there are none.

    References
    ----------
    Herfindahl 1950; Hirschman 1964, American Economic Review 54:761.
    """
    return None if shares.is_empty() else float((shares["share"] ** 2).sum())
