"""Routes across cases: the watchlist, the data sets, the parameters, the version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query, Request

from tocsin import __version__
from tocsin.assessment.model import SCHEMA_VERSION
from tocsin.assessment.parts import Interval
from tocsin.forecast.base_rates import MODES
from tocsin.web.api.asked import OfParameters, Ranking, TableName
from tocsin.web.api.described import ANSWERS, NAMED, NEEDS_DATA
from tocsin.web.api.parts import (
    DataList,
    DataSource,
    DataTable,
    InputAge,
    ParameterEntry,
    ParameterList,
    Rank,
    VersionInfo,
    WatchlistPage,
)
from tocsin.web.api.problems import ProblemError
from tocsin.web.watch import Chance, Dyad, Watch, region

if TYPE_CHECKING:
    from tocsin.sources.declaration import Source
    from tocsin.store import Store

API_VERSION = "1.0"
LEVEL = 0.9
STALE = "The record of force ends in {last}: forecasts learn from histories just as old, and say less."

router = APIRouter()


@router.get("/watchlist", summary="All dyads ranked by the risk of force", tags=["watchlist"], responses=NEEDS_DATA)
async def watchlist(request: Request, asked: Annotated[Ranking, Query()]) -> WatchlistPage:
    """Politically relevant dyads and rivals by P(strike or war) in the year after `year`, with the reasons for each."""
    found: Watch = await request.app.state.work.watchlist(asked.year)
    rows = _filtered(found, asked)
    start = (asked.page - 1) * asked.page_size
    first, last, size, force = found.trained_on
    return WatchlistPage(
        year=found.as_of,
        dyads=len(found.dyads),
        found=len(rows),
        page=asked.page,
        page_size=asked.page_size,
        rows=[_rank(found, d) for d in rows[start : start + asked.page_size]],
        ages=[InputAge(name=n, years=y, stale=n in found.stale) for n, y in found.ages.items()],
        trained_from=first,
        trained_to=last,
        trained_on=size,
        trained_on_force=force,
        score=found.score,
        cautions=[] if found.force_until >= found.as_of else [STALE.format(last=found.force_until)],
    )


def _filtered(found: Watch, asked: Ranking) -> list[Dyad]:
    number = None if asked.state is None else _state(found, asked.state)

    def fits(d: Dyad) -> bool:
        both = (d.ccode1, d.ccode2)
        return (
            d.strike_or_war.value >= asked.at_least
            and (number is None or number in both)
            and (asked.region is None or asked.region in map(region, both))
            and (asked.kind is None or asked.kind in d.kind.split(", "))
            and (asked.observed is None or asked.observed == d.observed)
        )

    return [d for d in found.dyads if fits(d)]


def _state(found: Watch, asked: str) -> int:
    """Return the number of the state that is meant."""
    from tocsin.states import code

    number = asked if asked.isascii() and asked.isdecimal() else code(asked, found.as_of)
    if number is None or int(number) not in found.states:
        raise ProblemError(
            "parameter",
            f"No state of the watchlist of {found.as_of} is called {asked!r}.",
            what_to_do="Give its name, ISO code or Correlates of War number.",
        )
    return int(number)


def _rank(found: Watch, d: Dyad) -> Rank:
    unknown = f"the record of force ends in {found.force_until}" if found.force_until <= found.as_of else None
    return Rank(
        rank=d.rank,
        ccode1=d.ccode1,
        ccode2=d.ccode2,
        name1=found.states[d.ccode1].name,
        name2=found.states[d.ccode2].name,
        region1=region(d.ccode1),
        region2=region(d.ccode2),
        probabilities=dict(zip(MODES, d.modes, strict=True)),  # type: ignore[arg-type]
        force=_interval(d.force),
        strike_or_war=_interval(d.strike_or_war),
        base_rate_strike_or_war=d.base,
        base_rate_war=d.base_war,
        ratio=d.ratio,
        why=dict(d.why),
        last_force=d.last_force,
        class_label=d.kind,
        observed=d.observed,  # type: ignore[arg-type]
        observed_missing=unknown if d.observed is None else None,
    )


def _interval(found: Chance) -> Interval:
    return Interval(value=found.value, low=found.low, high=found.high, level=LEVEL)


@router.get("/data", summary="The declared data sets and their state", tags=["data"], responses=ANSWERS)
def data(request: Request) -> DataList:
    """Every source with its version and terms, and which of its tables the store holds."""
    from tocsin.sources.declaration import sources

    store = _store(request)
    found = [_source(store, s) for s in sources().values()]
    tables = [t for s in found for t in s.tables]
    there = sum(t.state in ("there", "older") for t in tables)
    bring = "tocsin data fetch" if there < len(tables) else None
    return DataList(tables=len(tables), there=there, bring=bring, sources=found)


@router.get("/data/{name}", summary="One data set and its state", tags=["data"], responses=NAMED)
def dataset(request: Request, name: TableName) -> DataSource:
    """By the name of any of its tables."""
    from tocsin.errors import suggest
    from tocsin.sources.declaration import table_sources

    known = table_sources()
    if name not in known:
        raise ProblemError("not-found", f"There is no table '{name}'.{suggest(name, known)}", what_to_do="See /data.")
    return _source(_store(request), known[name])


def _store(request: Request) -> Store:
    from tocsin.store import open_store

    return open_store(request.app.state.work.results.settings.store)


def _source(store: Store, s: Source) -> DataSource:
    return DataSource(
        name=s.table,
        title=s.title,
        publisher=s.publisher,
        version=s.version,
        about=s.about,
        coverage=s.coverage,
        unit=s.unit,
        citation=s.citation,
        terms=s.terms,
        redistribute=s.redistribute,
        page=s.page,
        sha256=s.sha256,
        tables=[_table(store, s, name, rows) for name, rows in s.rows.items()],
    )


def _table(store: Store, s: Source, name: str, rows: int) -> DataTable:
    if not store.has(name):
        missing = f"It is not in the store. Bring it with: tocsin data fetch {s.table}"
        return DataTable(name=name, rows=rows, state="lacking", missing=missing, sha256=None, built_by=None)
    try:
        made = store.manifest(name)
        sha, built_by, source = str(made["data_sha256"]), str(made["built_by"]), str(made["source_sha256"])
        current = source in s.hashes and store.is_current(s, source)
    except (OSError, ValueError, KeyError, TypeError):
        missing = f"Its manifest cannot be read. Mend it with: tocsin data repair {s.table}"
        return DataTable(name=name, rows=rows, state="unreadable", missing=missing, sha256=None, built_by=None)
    if current:
        return DataTable(name=name, rows=rows, state="there", missing=None, sha256=sha, built_by=built_by)
    missing = f"It is not the one declared now. Bring it with: tocsin data fetch {s.table}"
    return DataTable(name=name, rows=rows, state="older", missing=missing, sha256=sha, built_by=built_by)


@router.get("/parameters", summary="The constants a scholar could dispute", tags=["about"], responses=ANSWERS)
def parameters(asked: Annotated[OfParameters, Query()]) -> ParameterList:
    """Central value, range, unit and reference of each; the section `strategy` holds the payoffs of the game."""
    from tocsin.assessment.strategic import range_of
    from tocsin.errors import suggest
    from tocsin.parameters import parameters as of_section
    from tocsin.parameters import sections

    known = sections()
    if asked.section is not None and asked.section not in known:
        raise ProblemError(
            "parameter",
            f"There is no section '{asked.section}'.{suggest(asked.section, known)}",
            what_to_do=f"Sections: {', '.join(known)}.",
        )
    rows = []
    for section in known if asked.section is None else (asked.section,):
        for p in of_section(section).values():
            rows.append(ParameterEntry(section=section, **range_of(p).model_dump()))
    return ParameterList(sections=list(known), parameters=rows)


@router.get("/version", summary="What answers", tags=["about"], responses=ANSWERS)
def version() -> VersionInfo:
    """Versions, and the hashes of the model and of the tables of base rates and evidence that it ships."""
    from tocsin.claims.evidence import evidence_hash
    from tocsin.forecast.base_rates import table_hash
    from tocsin.forecast.shipped import model

    return VersionInfo(
        tocsin=__version__,
        api=API_VERSION,
        schema_version=SCHEMA_VERSION,
        base_rates_sha256=table_hash(),
        evidence_sha256=evidence_hash(),
        model_sha256=model()["sha256"],
    )
