"""Whether a state's main supplier of arms delivers, withholds, or nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from tocsin.measures.arms import counted, supplier_shares
from tocsin.parameters import parameters
from tocsin.schema import source_keys

if TYPE_CHECKING:
    from tocsin.case.load import Case


@dataclass(frozen=True)
class Supply:
    """The main supplier of a state and what is known of its deliveries.

    Parameters
    ----------
    supplier : str or None
        The supplier with the largest share of deliveries of the last five years covered; None if there is none.
    share : float or None
        That share.
    state : {"open", "withheld", "unknown"}
        What is known.
    why : str
        The evidence, in words.
    sources : list of str
        Keys behind it.
    """

    supplier: str | None
    share: float | None
    state: Literal["open", "withheld", "unknown"]
    why: str
    sources: list[str]


def supply(case: Case, recipient: str, as_of: date) -> Supply:
    """Return whether the main supplier of a state withholds.

    A dated entry in case.toml decides. Without one, a delivery of the last ``measures.supplier_silence`` years counts
    as an open supplier; otherwise nobody can say.
    """
    import polars as pl

    shares = supplier_shares(case.tables["arms"], recipient)
    if shares.is_empty():
        return Supply(None, None, "unknown", "no delivery with a value is known, so no main supplier", [])
    main, share, sources = shares.select("supplier", "share", "sources").row(0)
    for entry in case.config.supply:
        in_time = entry.since <= as_of and (entry.until is None or entry.until >= as_of)
        if (entry.recipient, entry.supplier) == (recipient, main) and in_time:
            keys = sorted({*sources, *source_keys(entry.source)})
            return Supply(main, share, entry.state, f"{entry.state} since {entry.since} by the case", keys)
    done = counted(case.tables["arms"]).filter(
        pl.col("recipient") == recipient,
        pl.col("supplier") == main,
        pl.col("delivered").is_not_null(),
        pl.col("confidence") != "low",
    )
    if done.is_empty():
        return Supply(main, share, "unknown", "no delivery of its is known for sure", sorted(sources))
    last = done.sort("delivered", "id").row(-1, named=True)
    years = int(parameters("measures")["supplier_silence"].mode)
    keys = sorted({*sources, *source_keys(last["source"])})
    if (as_of - last["delivered"]).days <= years * 365.25:
        return Supply(main, share, "open", f"delivered by {last['delivered']}", keys)
    return Supply(main, share, "unknown", f"no delivery known after {last['delivered']}, and no word of refusal", keys)
