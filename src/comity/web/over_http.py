"""One site over HTTP: each route led through `admit`, every reply dressed the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Request as HttpRequest
from litestar import Response
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from litestar.response import Stream

from comity.api.describe import description
from comity.api.problem import problem
from comity.errors import SettingsError
from comity.node.fault import tell_fault
from comity.settings import read_settings
from comity.web.admit import Admitted, Request, admit
from comity.web.api_door import ApiDoor, Asked, Followed, refusal
from comity.web.call import NO_FORM, NOT_FOUND, Call, Events, File, Form, Go, Leave, Options, Page
from comity.web.headers import FOR_EVER, PRIVATE, PUBLIC, headers_of
from comity.web.render import Here, pages_environment, render
from comity.web.routes import ANYONE, Route, Who
from comity.web.site import Site
from comity.web.words import words_of

LARGEST_TEXT = 100_000  # bytes of a file that is read as a field: receipts are a tenth
FORMS = ("", "application/x-www-form-urlencoded", "multipart/form-data")  # what browsers send of forms
TRY_S = 600  # how long a try to sign in may last
SEE_OTHER, TOO_LARGE = 303, 413
HTML = "text/html"
API = "/api/"
FIRST_PORT = 8480  # of pages on this machine alone
OF_SOMEBODY = ("/sign-in", "/locked", "/my-record/")  # anybody may come, and no cache keeps what they read
API_FAULTS = {
    400: "not-json",
    405: "not-this-way",
    413: "too-large",
}  # what Litestar says before a verb is looked for
Bytes = Response[bytes]
NOWHERE = Route("GET", "", lambda _: NOT_FOUND, ANYONE)  # addresses of no other route


class Pages:
    """One site's pages over HTTP."""

    def __init__(self, site: Site) -> None:
        self._site, self._verbs = site, ApiDoor(site)
        self._templates = pages_environment(site.assets)
        settings = read_settings(site.folder)
        directory = site.door.directory()
        first = directory.find_agency(settings.agencies[0])
        if first is None:
            raise SettingsError(
                f"the directory does not list `{settings.agencies[0]}`; restore it from a copy of the node"
            )
        self._here = Here(settings.id, first.zone, {one.id: one.name for one in directory.agencies})

    async def answer(self, request: HttpRequest[Any, Any, Any], route: Route) -> Bytes | Stream:
        """One route's reply, dressed."""
        asked = await self._read(request)
        return await run_sync(lambda: self._dress(admit(self._site, route, asked), route))

    def asset(self, request: HttpRequest[Any, Any, Any]) -> Bytes:
        """A file that came with the package, which browsers keep. Raises HTTPException where there is none of this version."""
        assets, name = self._site.assets, str(request.path_params["name"]).lstrip("/")
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

    async def verb(self, request: HttpRequest[Any, Any, Any]) -> Bytes | Stream:
        """One verb of the API."""
        asked = Asked(
            method=request.method,
            name=str(request.path_params["name"]),
            headers=dict(request.headers.items()),
            raw=await request.body(),
        )
        given = await run_sync(self._verbs.answer, asked)
        headers = headers_of(self._site.settings.secure, PRIVATE)
        if isinstance(given, Followed):
            return Stream(given.news(), media_type="text/event-stream", headers=headers)
        return Response(
            given.raw,
            status_code=given.status,
            media_type=given.media_type,
            headers={**headers, **given.headers},
        )

    def described(self) -> Bytes:
        """The API's description."""
        headers = headers_of(self._site.settings.secure, PUBLIC)
        return Response(description(), media_type="application/json", headers=headers)

    async def _read(self, request: HttpRequest[Any, Any, Any]) -> Request:
        form = NO_FORM
        if request.method not in ("GET", "HEAD"):
            if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in FORMS:
                raise HTTPException(status_code=415)
            sent = list((await request.form()).multi_items())
            files = {name: await value.read() for name, value in sent if isinstance(value, UploadFile)}
            form = Form(_grouped([(name, _text(value, files.get(name, b""))) for name, value in sent]), files)
        return self._asked(request, form)

    def _asked(self, request: HttpRequest[Any, Any, Any], form: Form) -> Request:
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
                spoken = replace(call, words=words_of(reply.language)) if reply.language else call
                raw = render(self._templates, reply, spoken, self._here)
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
        """Bound to this very host where there is TLS (RFC 6265bis, 4.1.3.2).

        Without, pages of two nodes on one machine share a host and its cookies, which differ by their port alone.
        """
        settings = self._site.settings
        if settings.secure:
            return f"__Host-{name}"
        return name if settings.port == FIRST_PORT else f"{name}-{settings.port}"

    def no_page(self, request: HttpRequest[Any, Any, Any], error: HTTPException) -> Bytes:
        """An address or a way of asking that there is none of; the same page as for a role that may not."""
        if request.url.path.startswith(API):
            return self._problem(API_FAULTS.get(error.status_code, "not-found"), error.detail)
        if error.status_code == TOO_LARGE:
            return self._plain(Page("too_large.html", status=TOO_LARGE), request)
        if error.status_code in (
            404,
            405,
        ):  # whoever is signed in stays so on it, for a page of another role reads like this
            call = admit(self._site, NOWHERE, self._asked(request, NO_FORM)).call
            return self._drawn(NOT_FOUND, call)
        return self._plain(Page("not_found.html", status=error.status_code), request)

    def broken(self, request: HttpRequest[Any, Any, Any], error: Exception) -> Bytes:
        """A fault of our own: what happened is told to the administrator under a reference, and to nobody else."""
        reference = self._site.chance.token()[:8]
        self._site.tell(f"fault {reference}: {tell_fault(error)}")
        if request.url.path.startswith(API):
            return self._problem("fault", f"tell your administrator the reference {reference}")
        return self._plain(Page("fault.html", {"reference": reference}, status=500), request)

    def _problem(self, kind: str, detail: str) -> Bytes:
        said = refusal(problem(kind, detail), {"Allow": "POST"} if kind == "not-this-way" else {})
        headers = {**headers_of(self._site.settings.secure, PRIVATE), **said.headers}
        return Response(said.raw, status_code=said.status, media_type=said.media_type, headers=headers)

    def _plain(self, page: Page, request: HttpRequest[Any, Any, Any]) -> Bytes:
        language = request.query_params.get("language", "en")
        return self._drawn(page, Call(site=self._site, words=words_of(language), now_ms=self._site.clock.now_ms()))

    def _drawn(self, page: Page, call: Call) -> Bytes:
        raw = render(self._templates, page, call, self._here)
        headers = headers_of(self._site.settings.secure, PRIVATE)
        return Response(raw, status_code=page.status, media_type=HTML, headers=headers)


def _events(reply: Events) -> Iterator[bytes]:
    """One event a line of JSON; a comment where nothing happened, so that whoever is gone is noticed."""
    for one in reply.news():
        yield b": still there\n\n" if one is None else b"data: " + msgspec.json.encode(one) + b"\n\n"


def _is_plain(reply: object, route: Route) -> bool:
    whole = isinstance(reply, File) or (isinstance(reply, Page) and reply.status == 200)
    return whole and not route.path.startswith(OF_SOMEBODY)


def _text(value: Any, raw: bytes) -> Any:
    """A file of text as the text it is, so that it may be given as a file or pasted; anything else as it came."""
    if not isinstance(value, UploadFile):
        return value
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
