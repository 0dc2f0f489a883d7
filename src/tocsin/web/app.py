"""The application: pages, the JSON API and static files behind one guard."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp

from tocsin.web import pages, problems, static_files
from tocsin.web.guard import Guard
from tocsin.web.results import Results
from tocsin.web.settings import Settings
from tocsin.web.warm import Warmer


class Guarded(Starlette):
    """An application with the guard outside everything, so that pages of errors carry its headers, too."""

    def build_middleware_stack(self) -> ASGIApp:
        """Return the pages and what stands before them."""
        settings = self.state.results.settings
        return Guard(super().build_middleware_stack(), settings.host, settings.port)


def create_app(settings: Settings | None = None) -> Starlette:
    """Return the dashboard as an ASGI application.

    Parameters
    ----------
    settings : Settings, optional
        Default: the built-in cases, on loopback.

    Examples
    --------
    >>> app = create_app(Settings(warm=False))
    >>> app.state.results.close()
    """
    settings = settings or Settings()
    results = Results(settings)
    warmer = Warmer(results)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        warmer.start()
        try:
            yield
        finally:
            warmer.close()
            results.close()

    routes: list[BaseRoute] = []
    for found in pkgutil.iter_modules(pages.__path__):
        routes += importlib.import_module(f"tocsin.web.pages.{found.name}").ROUTES
    routes += static_files.ROUTES
    if importlib.util.find_spec("tocsin.web.api") is not None:
        # FastAPI takes most of the time of the start.
        api = importlib.import_module("tocsin.web.api")
        routes.append(mount := Mount("/api/v1", api.create_api(results)))
        # A line break in a path is no reason to answer with a page.
        mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    app = Guarded(
        routes=routes,
        lifespan=lifespan,
        exception_handlers=problems.HANDLERS,
        middleware=[Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)],
    )
    app.state.results = results
    app.state.warmer = warmer
    return app
