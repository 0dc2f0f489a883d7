"""Scripts and styles: our own from the package, Vega from the installed library; each with a tag by content."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """A file as it is sent."""

    media: str
    plain: bytes
    packed: bytes
    tag: str


def _asset(media: str, data: bytes) -> Asset:
    return Asset(media, data, gzip.compress(data, 6, mtime=0), f'"{hashlib.sha256(data).hexdigest()[:20]}"')


@cache
def assets() -> dict[str, Asset]:
    """Return our own files by name."""
    from tocsin.report import palette

    folder = files("tocsin.web") / "static"
    out = {}
    for path in folder.iterdir():
        kind = path.name.rsplit(".", 1)[-1]
        if kind in TYPES:
            out[path.name] = _asset(TYPES[kind], path.read_bytes())
    report = files("tocsin.report").joinpath("templates/style.css").read_bytes()
    out["report.css"] = _asset(TYPES["css"], palette.css(switch=True).encode() + b"\n" + report)
    return out


@cache
def vega() -> Asset:
    """Return Vega, Vega-Lite and Vega-Embed from the installed library that draws the charts on the server, too."""
    import vl_convert

    return _asset(TYPES["js"], vl_convert.javascript_bundle().encode())  # type: ignore[call-arg]


async def static(request: Request) -> Response:
    """Send a file of our own, or of an installed library."""
    name = request.path_params["name"]
    asset = await run_in_threadpool(vega) if name == "vega.js" else assets().get(name)
    if asset is None:
        raise HTTPException(404)
    headers = {"etag": asset.tag, "cache-control": "no-cache", "vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == asset.tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.packed, media_type=asset.media, headers=headers | {"content-encoding": "gzip"})
    return Response(asset.plain, media_type=asset.media, headers=headers)


ROUTES = [Route("/static/{name}", static)]
