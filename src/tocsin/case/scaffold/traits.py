"""The class of the dyad (neighbours, rivals, relevant) and the states around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tocsin.case.scaffold.parts import Gap
from tocsin.case.scaffold.states import Side

if TYPE_CHECKING:
    from tocsin.store import Store


@dataclass(frozen=True)
class Trait:
    """One flag of ``[class]`` in case.toml; see ``tocsin.case.config.ClassFlag``."""

    value: bool
    since: int | None
    until: int | None
    source: str
    note: str


def traits(store: Store, dyad: Sequence[Side]) -> tuple[dict[str, Trait], list[Gap]]:
    """Return the flags ``land``, ``rival`` and ``relevant``, and how stale they are."""
    import polars as pl

    a, b = dyad
    pair = [a.ccode, b.ccode]
    near = store.table("contdir").filter(pl.col("ccode1").is_in(pair) & pl.col("ccode2").is_in(pair)).collect()
    near_last = int(store.table("contdir").select(pl.col("enddate").dt.year().max()).collect().item())
    rivals = store.table("tss_rivalries").filter(pl.col("ccode1").is_in(pair) & pl.col("ccode2").is_in(pair)).collect()
    rival_last = int(store.table("tss_rivalries").select(pl.col("end").max()).collect().item())
    majors = store.table("majors").filter(pl.col("ccode").is_in(pair)).collect()
    carried = f"contiguity is coded to {near_last} and carried on"
    land = _spell(
        [(r["stdate"].year, r["enddate"].year) for r in near.filter(pl.col("conttype") == 1).iter_rows(named=True)],
        near_last,
        "cow-contiguity-3.2",
        carried,
    )
    rival = _spell(
        [(max(r["start"], a.since, b.since), r["end"]) for r in rivals.iter_rows(named=True)],
        rival_last,
        "tss-rivalries",
        f"rivalries are coded to {rival_last}; the coding carries hindsight",
    )
    relevant = _spell(
        [(r["stdate"].year, r["enddate"].year) for r in near.iter_rows(named=True)]
        + [(r["styear"], r["endyear"]) for r in majors.iter_rows(named=True)],
        near_last,
        "cow-contiguity-3.2",
        f"contiguous at all, or one of them a major power; {carried}",
    )
    gaps = [
        Gap("case.toml", f"Contiguity ends in {near_last} and is carried on.", near_last),
        Gap(
            "case.toml",
            f"Rivalries end in {rival_last}: say in class.rival of case.toml what holds since.",
            rival_last,
            True,
        ),
    ]
    return {"land": land, "rival": rival, "relevant": relevant}, gaps


def _spell(found: Sequence[tuple[int, int]], last: int, source: str, note: str) -> Trait:
    if not found:
        return Trait(False, None, None, source, note)
    since, until = max(found)[0], max(e for _, e in found)
    return Trait(True, min(since, *(s for s, e in found if e >= since)), None if until >= last else until, source, note)


def neighbours(store: Store, dyad: Sequence[Side]) -> list[int]:
    """Return the states that border both by land, as the contiguity data last code it."""
    import polars as pl

    frame = store.table("contdir").filter(pl.col("conttype") == 1).collect()
    last = frame["enddate"].max()
    now = frame.filter(pl.col("enddate") == last)
    sets = [set(now.filter(pl.col("ccode1") == s.ccode)["ccode2"]) for s in dyad]
    return sorted((sets[0] & sets[1]) - {s.ccode for s in dyad})
