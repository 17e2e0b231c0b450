"""The pages as an application: the route table, each route led through `admit`, every reply dressed the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Litestar, Response, get
from litestar import Request as HttpRequest
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from comity.errors import SettingsError
from comity.node.fault import tell_fault
from comity.settings import read_directory, read_settings
from comity.web.admit import Admitted, Request, admit
from comity.web.call import NO_FORM, Call, Events, File, Form, Go, Leave, Options, Page
from comity.web.headers import FOR_EVER, PRIVATE, PUBLIC, headers_of
from comity.web.render import pages_environment, render
from comity.web.routes import ROUTES, Route, Who
from comity.web.site import Site
from comity.web.words import words_of

LARGEST_BODY = 5_000_000  # bytes: one legal paper with a form
LARGEST_TEXT = 100_000  # bytes of a file that is read as a field: receipts are a tenth
FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data")  # what browsers send of forms
TRY_S = 600  # how long a try to sign in may last
SEE_OTHER = 303
HTML = "text/html"
Bytes = Response[bytes]


class Pages:
    """One site's pages over HTTP."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._templates = pages_environment(site.assets)
        settings = read_settings(site.folder)
        self._node = settings.id
        first = read_directory(site.folder, settings).find_agency(settings.agencies[0])
        if first is None:
            raise SettingsError(
                f"the directory does not list `{settings.agencies[0]}`; restore it from a copy of the node"
            )
        self._zone = first.zone

    def application(self) -> Litestar:
        """All routes and the assets; what is not there is a page too."""
        return Litestar(
            [*(self._answering(route) for route in ROUTES), self._assets()],
            openapi_config=None,
            logging_config=None,
            request_max_body_size=LARGEST_BODY,
            exception_handlers={HTTPException: self._no_page, Exception: self._broken},
        )

    def _answering(self, route: Route) -> HTTPRouteHandler:
        async def answer(request: HttpRequest[Any, Any, Any]) -> Bytes | Stream:
            asked = await self._read(request)
            return await run_sync(lambda: self._dress(admit(self._site, route, asked), route))

        return HTTPRouteHandler(route.path, http_method=route.method, status_code=200)(answer)  # type: ignore[arg-type]

    async def _read(self, request: HttpRequest[Any, Any, Any]) -> Request:
        form = NO_FORM
        if request.method not in ("GET", "HEAD"):
            if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in FORMS:
                raise HTTPException(status_code=415)
            sent = (await request.form()).multi_items()
            form = Form(_grouped([(name, await _text(value)) for name, value in sent]))
        whole = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return Request(
            method=request.method,
            whole=whole,
            path={name: str(value) for name, value in request.path_params.items()},
            query=Form(_grouped(request.query_params.multi_items())),
            form=form,
            headers=dict(request.headers.items()),
            token=request.cookies.get(self._cookie("comity"), ""),
            kept=request.cookies.get(self._cookie("comity-try"), ""),
        )

    def _dress(self, admitted: Admitted, route: Route) -> Bytes | Stream:
        reply, call = admitted.reply, admitted.call
        anybodys = Who.ANYONE in route.who and call.session is None and route.method == "GET" and not call.kept
        headers = headers_of(
            self._site.settings.secure, PUBLIC if anybodys and _is_plain(reply, route) else PRIVATE
        )
        match reply:
            case Page():
                raw = render(self._templates, reply, call, self._node, self._zone)
                return Response(raw, status_code=reply.status, media_type=HTML, headers=headers)
            case Go():
                response = Response(b"", status_code=SEE_OTHER, headers={**headers, "Location": reply.to})
                if reply.token is not None:
                    self._keep(response, "comity", reply.token, None if reply.token else 0)
                    self._keep(response, "comity-try", "", 0)
                return response
            case Leave():
                response = Response(b"", status_code=SEE_OTHER, headers={**headers, "Location": reply.to})
                self._keep(response, "comity-try", reply.kept, TRY_S)
                return response
            case Options():
                raw = msgspec.json.encode(reply.values)
                named = {"Content-Disposition": 'attachment; filename="options.json"'}
                response = Response(raw, media_type="application/json", headers={**headers, **named})
                self._keep(response, "comity-try", reply.kept, TRY_S)
                return response
            case Events():
                return Stream(_events(reply), media_type="text/event-stream", headers=headers)
            case File():
                named = {"Content-Disposition": f'attachment; filename="{reply.name}"'}
                return Response(reply.raw, media_type=reply.media_type, headers={**headers, **named})

    def _keep(self, response: Bytes, name: str, value: str, lasts_s: int | None) -> None:
        response.set_cookie(
            key=self._cookie(name),
            value=value,
            max_age=lasts_s,
            path="/",
            secure=self._site.settings.secure,
            httponly=True,
            samesite="lax",  # a provider's answer comes from elsewhere; forms carry their own value besides
        )

    def _cookie(self, name: str) -> str:
        """Bound to this very host where there is TLS (RFC 6265bis, 4.1.3.2)."""
        return f"__Host-{name}" if self._site.settings.secure else name

    def _assets(self) -> HTTPRouteHandler:
        assets = self._site.assets

        @get("/assets/{version:str}/{name:path}", sync_to_thread=False)
        def asset(request: HttpRequest[Any, Any, Any]) -> Bytes:
            name = str(request.path_params["name"]).lstrip("/")
            found = assets.find(name) if request.path_params["version"] == assets.version else None
            if found is None:
                raise HTTPException(status_code=404)
            headers = headers_of(self._site.settings.secure, FOR_EVER)
            packed = found.packed and "gzip" in request.headers.get("accept-encoding", "")
            if found.packed:
                headers["Vary"] = "Accept-Encoding"
            if packed:
                headers["Content-Encoding"] = "gzip"
            return Response(found.packed if packed else found.raw, media_type=found.media_type, headers=headers)

        return asset

    def _no_page(self, request: HttpRequest[Any, Any, Any], error: HTTPException) -> Bytes:
        """An address or a way of asking that there is none of; the same page as for a role that may not."""
        page = Page("not_found.html", status=404 if error.status_code == 405 else error.status_code)
        return self._plain(page, request)

    def _broken(self, request: HttpRequest[Any, Any, Any], error: Exception) -> Bytes:
        """A fault of our own: what happened is told to the administrator under a reference, and to nobody else."""
        reference = self._site.chance.token()[:8]
        self._site.tell(f"fault {reference}: {tell_fault(error)}")
        return self._plain(Page("fault.html", {"reference": reference}, status=500), request)

    def _plain(self, page: Page, request: HttpRequest[Any, Any, Any]) -> Bytes:
        language = request.query_params.get("language", "en")
        call = Call(site=self._site, words=words_of(language), now_ms=self._site.clock.now_ms())
        raw = render(self._templates, page, call, self._node, self._zone)
        headers = headers_of(self._site.settings.secure, PRIVATE)
        return Response(raw, status_code=page.status, media_type=HTML, headers=headers)


def _events(reply: Events) -> Iterator[bytes]:
    """One event a line of JSON; a comment where nothing happened, so that whoever is gone is noticed."""
    for one in reply.news():
        yield b": still there\n\n" if one is None else b"data: " + msgspec.json.encode(one) + b"\n\n"


def _is_plain(reply: object, route: Route) -> bool:
    whole = isinstance(reply, File) or (isinstance(reply, Page) and reply.status == 200)
    return whole and not route.path.startswith(("/sign-in", "/locked"))


async def _text(value: Any) -> Any:
    """A file of text as the text it is, so that it may be given as a file or pasted; anything else as it came."""
    if not isinstance(value, UploadFile):
        return value
    raw = await value.read(LARGEST_TEXT + 1)
    try:
        return raw.decode() if len(raw) <= LARGEST_TEXT else value
    except UnicodeDecodeError:
        return value


def _grouped(pairs: Any) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if isinstance(value, str):  # a file is read where a page takes one
            found[name] = (*found.get(name, ()), value)
    return found
