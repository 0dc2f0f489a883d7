"""The data sets: what they are, on which terms, and whether they are in the store."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tocsin.sources.declaration import Source, sources
from tocsin.store import Store, open_store
from tocsin.web.site import choice_of, parameters, render, results

STATES = ("in the store", "missing", "unreadable")


@dataclass(frozen=True)
class Row:
    """A source and its state: in the store, missing or unreadable, with what made it or why not."""

    source: Source
    state: str
    detail: str


def rows(store: Store) -> list[Row]:
    """Return every declared source with its state in a store."""
    out = []
    for source in sources().values():
        lacking = [t for t in source.rows if not store.has(t)]
        if lacking:
            out.append(Row(source, "missing", f"bring it with: tocsin data fetch {source.table}"))
            continue
        try:
            made = [store.manifest(t) for t in source.rows]
            count = sum(int(m["rows"]) for m in made)
            out.append(
                Row(source, "in the store", f"{count:,} rows, version {made[0]['version']}, {made[0]['built_by']}")
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            out.append(Row(source, "unreadable", f"{error}; mend it with: tocsin data repair {source.table}"))
    return out


async def data(request: Request) -> Response:
    """Show sources, versions, terms and what is in the store."""
    given = parameters(request, "state")
    state = choice_of(given["state"], "state", STATES) if "state" in given else ""
    store = open_store(results(request).settings.store)
    found = await run_in_threadpool(rows, store)
    return render(
        request,
        "data.html.j2",
        title="Data",
        rows=[r for r in found if state in ("", r.state)],
        counts={s: sum(r.state == s for r in found) for s in STATES},
        total=len(found),
        state=state,
        states=STATES,
        root=store.root,
    )


ROUTES = [Route("/data", data)]
