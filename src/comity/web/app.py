"""The route table as an application, made once a process; whose pages are asked for comes with each request."""

from __future__ import annotations

from functools import cache
from typing import Any

from litestar import Litestar, get, route
from litestar import Request as HttpRequest
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream
from litestar.types import ASGIApp, Receive, Scope, Send

from comity.web.over_http import API, Bytes, Pages
from comity.web.routes import ROUTES, Route
from comity.web.site import Site

LARGEST_BODY = 5_000_000  # bytes: one legal paper with a form
WHOSE = "comity.pages"  # the key of a request's scope


def application(site: Site) -> ASGIApp:
    """All routes, the assets and the API of one site; what is not there is a page too."""
    pages, routes = Pages(site), routed()

    async def of_this_site(scope: Scope, receive: Receive, send: Send) -> None:
        scope[WHOSE] = pages  # type: ignore[literal-required]
        await routes(scope, receive, send)

    return of_this_site


@cache
def routed() -> Litestar:
    """The route table as an application, which takes a tenth of a second to make and knows of no site."""

    @get("/assets/{version:str}/{name:path}", sync_to_thread=False)
    def asset(request: HttpRequest[Any, Any, Any]) -> Bytes:
        return _asked_of(request).asset(request)

    @route(API + "{name:str}", http_method=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    async def verb(request: HttpRequest[Any, Any, Any]) -> Bytes | Stream:
        return await _asked_of(request).verb(request)

    @get(API + "openapi.json", sync_to_thread=False)
    def openapi(request: HttpRequest[Any, Any, Any]) -> Bytes:
        return _asked_of(request).described()

    return Litestar(
        [*(_answering(one) for one in ROUTES), asset, verb, openapi],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=LARGEST_BODY,
        exception_handlers={
            HTTPException: lambda request, error: _asked_of(request).no_page(request, error),
            Exception: lambda request, error: _asked_of(request).broken(request, error),
        },
    )


def _answering(route: Route) -> HTTPRouteHandler:
    async def answer(request: HttpRequest[Any, Any, Any]) -> Bytes | Stream:
        return await _asked_of(request).answer(request, route)

    return HTTPRouteHandler(route.path, http_method=route.method, status_code=200)(answer)  # type: ignore[arg-type]


def _asked_of(request: HttpRequest[Any, Any, Any]) -> Pages:
    found = request.scope[WHOSE]  # type: ignore[literal-required]
    assert isinstance(found, Pages)
    return found
