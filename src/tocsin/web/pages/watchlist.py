"""The watchlist: all dyads ranked by the risk of force, as a table and on a map of the world."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tocsin.web.cases import Place
from tocsin.web.results import Results, unpacked
from tocsin.web.sections import arrived, waiting
from tocsin.web.site import choice_of, number_of, parameters, render, results, whole_of
from tocsin.web.watch import REGIONS, Dyad, Watch, region

# The latest year whose inputs a store of the released data can hold; later ones rest on older ones still.
DEFAULT = 2024
ROWS, ARCS = 50, 40
KINDS = ("land neighbours", "politically relevant", "not relevant", "rivals", "no rivals")
# How the page calls the groups of features.
GROUPS = {
    "history": "past force",
    "shape": "kinds of past force",
    "recency": "how recent",
    "events": "fights lately",
    "geography": "borders",
    "distance": "distance",
    "rivalry": "rivalry",
    "network": "force with others",
    "leaders": "new leaders",
    "ucdp": "armed conflicts",
}


async def watchlist(request: Request) -> Response:
    """Show the watchlist of a year, narrowed to states, regions, classes or a least probability."""
    from tocsin.forecast.watchlist import EARLIEST, LATEST
    from tocsin.store import open_store

    here = results(request)
    given = parameters(request, "as_of", "state", "region", "kind", "least", "page")
    year = whole_of(given.get("as_of", str(DEFAULT)), "as_of", EARLIEST, LATEST)
    kind = choice_of(given["kind"], "kind", KINDS) if "kind" in given else ""
    wanted = choice_of(given["region"], "region", [name for _, name in REGIONS]) if "region" in given else ""
    least = number_of(given.get("least", "0"), "least", 0, 100) / 100
    page = whole_of(given.get("page", "1"), "page", 1, 1000)
    state = given.get("state", "").strip()[:60]
    form = {
        "year": year,
        "first": EARLIEST,
        "last": LATEST,
        "state": state,
        "region": wanted,
        "kind": kind,
        "least": given.get("least", ""),
        "regions": [name for _, name in REGIONS],
        "kinds": KINDS,
    }
    store = open_store(here.settings.store)
    if not store.tables():
        return render(request, "watchlist.html.j2", title="Watchlist", found=None, form=form, store=store.root)
    job = here.watch(year)
    if not await arrived(job.future):
        return waiting(request, f"Watchlist at the end of {year}", job)
    found = job.future.result()
    dyads = [d for d in found.dyads if _fits(found, d, state, wanted, kind, least)]
    codes = tuple(d.rank for d in dyads[:ARCS])
    part = here.part(("map", year, found.trained_on, codes), lambda: _map(found, dyads[:ARCS]))
    await arrived(part.future, seconds=20)
    pages = max(1, -(-len(dyads) // ROWS))
    page = min(page, pages)
    query = {k: v for k, v in given.items() if k != "page"}
    return render(
        request,
        "watchlist.html.j2",
        title="Watchlist",
        found=found,
        form=form,
        called=GROUPS,
        dyads=dyads[(page - 1) * ROWS : page * ROWS],
        count=len(dyads),
        picture=unpacked(part.future.result()),
        unplaced=_unplaced(found, dyads[:ARCS]),
        arcs=min(ARCS, len(dyads)),
        page=page,
        pages=pages,
        links=[(n, "/watchlist?" + urlencode(query | {"page": n})) for n in _near(page, pages)],
        stale=found.stale,
        cases=_cases(here),
    )


def _cases(here: Results) -> dict[tuple[int, int], Place]:
    """Return the cases that are at hand by the numbers of their two states, lower first."""
    out: dict[tuple[int, int], Place] = {}
    for place in here.cases.places():
        job = here.load(place)
        case = job.future.result()[0] if job.future.done() else None
        if case is not None:
            one, two = (case.config.states[s].ccode for s in case.pair)
            if one is not None and two is not None:
                out[min(one, two), max(one, two)] = place
    return out


def _fits(found: Watch, d: Dyad, state: str, wanted: str, kind: str, least: float) -> bool:
    both = (d.ccode1, d.ccode2)
    if state and not any(state.lower() in found.states[c].name.lower() or state == str(c) for c in both):
        return False
    if wanted and wanted not in (region(c) for c in both):
        return False
    if kind and kind not in d.kind.split(", "):
        return False
    return d.strike_or_war.value >= least


def _near(page: int, pages: int) -> list[int]:
    return sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})


def _unplaced(found: Watch, dyads: list[Dyad]) -> list[str]:
    """Return states of the dyads drawn whose capital nobody lists, so that no arc shows them."""
    codes = sorted({c for d in dyads for c in (d.ccode1, d.ccode2) if found.states[c].latitude is None})
    return [found.states[c].name for c in codes]


def _map(found: Watch, dyads: list[Dyad]) -> str:
    from tocsin.report import svg
    from tocsin.report.charts import world
    from tocsin.report.charts.world import Arc, World

    places = {
        c: (s.longitude, s.latitude)
        for c, s in found.states.items()
        if s.longitude is not None and s.latitude is not None
    }
    shown = World(
        land=_land(),
        capitals=[(found.states[c].name, *p) for c, p in places.items()],
        arcs=[
            Arc(
                f"{found.states[d.ccode1].name} and {found.states[d.ccode2].name}",
                d.strike_or_war.value,
                (places[d.ccode1], places[d.ccode2]),
            )
            for d in dyads
            if d.ccode1 in places and d.ccode2 in places
        ],
    )
    wide, narrow = svg.render(world, shown, 1080, "map-w"), svg.render(world, shown, svg.NARROW, "map-n")
    return f'<div class="wide">{wide}</div><div class="narrow">{narrow}</div>'


@cache
def _land() -> list[tuple[float, float, float]]:
    from tocsin.web.land import land_runs

    return land_runs()


ROUTES = [Route("/watchlist", watchlist)]
