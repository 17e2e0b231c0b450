"""The way of every request, in seven steps; whoever reads this file has read who gets in.

1. `host`       the address the browser wrote is this site's own (ASVS 4.0, V13.1: no other name leads here)
2. `session`    the cookie's token, looked up; idle for thirty minutes it is locked, which the log is told
3. `admit`      signed in where that is asked; a locked session goes to its lock, and so does one that the law does not
                let go on; a role that may not, or an id that is none, reads the same "Page not found"; the log is told of
                such a role
4. `own form`   what changes something comes from a page of this site and carries the session's own value; at the one address
                that takes another site's form nobody is signed in, whatever cookie came
5. `fresh`      what is grave asks to sign in again within five minutes
6. `answer`     the page, which calls one verb of the node
7. `dress`      headers, cookie, bytes
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from comity.errors import ComityError, WrongUseError
from comity.model.agency import Member
from comity.model.session_act import SessionAct, SessionTold
from comity.web.api_token import MEANS
from comity.web.call import NOT_FOUND, Call, Form, Go, Page, Reply
from comity.web.chosen import NotOfferedError
from comity.web.going_on import goes_on, was_let_on
from comity.web.pages.locked import IDLE, tell_lock
from comity.web.routes import Route, Who, may_reach
from comity.web.said import refusal_told
from comity.web.session import Session
from comity.web.site import Site
from comity.web.whose import whose
from comity.web.words import ENGLISH, LANGUAGES, words_of

READS = frozenset({"GET", "HEAD"})
LOCKED_PAGES = frozenset({"/locked", "/sign-out"})
OWN_SITE = frozenset({"same-origin", "none"})  # Sec-Fetch-Site of a page of ours, and of an address typed by hand


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived, before anybody knows who sent it. `headers` are lower-case names; `whole` is the path with its query."""

    method: str
    whole: str
    path: Mapping[str, str]
    query: Form
    form: Form
    headers: Mapping[str, str]
    token: str
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A reply, and for whom it is drawn."""

    reply: Reply
    call: Call


def admit(site: Site, route: Route, request: Request) -> Admitted:
    """Steps 1 to 6; `dress` is the application's."""
    now_ms = site.clock.now_ms()
    language = request.query.one("language")
    call = Call(
        site=site,
        words=words_of(language or ENGLISH),
        now_ms=now_ms,
        path=request.path,
        query=request.query,
        form=request.form,
        address=request.whole,
        kept="" if route.from_elsewhere else request.kept,
    )
    if request.headers.get("host", "") != site.settings.authority:  # 1
        return Admitted(Page("not_found.html", status=421), call)
    token = "" if route.from_elsewhere else request.token
    session = site.sessions.find(token, now_ms) if token else None  # 2
    if session is not None and session.means in MEANS:
        session = None  # a system's token opens no page
    found = whose(site, session) if session else None
    if session is not None and found is not None:
        call = _signed(call, session, found, language)
        tell_lock(call, IDLE)
    stopped = (
        _stop_at_the_door(route, request, call)  # 3
        or _stop_by_law(route, request, call)
        or _stop_foreign_form(route, request, session)  # 4
        or _stop_stale(route, session, now_ms, request)  # 5
    )
    if stopped is not None:
        return Admitted(stopped, call)
    if session is not None and not _is_unattended(request) and _counts_as_use(route, session, now_ms):
        site.sessions.touch(session, now_ms)
    return Admitted(_answer(route, call), call)  # 6


def _is_unattended(request: Request) -> bool:
    """Whether a page asks by itself, as its script says: by header, or in the address where a browser lets it set none."""
    return "x-comity-unattended" in request.headers or bool(request.query.one("unattended"))


def _signed(call: Call, session: Session, found: tuple[Member, bool], language: str) -> Call:
    member, is_narrowed = found
    if language in LANGUAGES:
        call.site.sessions.speak(session, language)
        session = replace(session, language=language)
    site, statements = call.site, session.statements
    if is_narrowed or statements:
        site = replace(site, door=site.door.narrowed(member, statements))
    return replace(call, site=site, session=session, member=member, words=words_of(session.language))


def _stop_at_the_door(route: Route, request: Request, call: Call) -> Reply | None:
    session, member = call.session, call.member
    if Who.ANYONE in route.who:
        return None
    if session is None or member is None:
        return Go(f"/sign-in?{urlencode({'next': request.whole})}" if request.method in READS else "/sign-in")
    if session.locked and request.whole.partition("?")[0] not in LOCKED_PAGES:
        return _to_lock(request)
    if may_reach(route, frozenset(member.roles)):
        return None
    refused = SessionTold(act=SessionAct.REFUSED, page=f"{route.method} {route.path}")
    call.site.acts.happened(member, refused, call.now_ms)
    return NOT_FOUND


def _stop_by_law(route: Route, request: Request, call: Call) -> Reply | None:
    """A session that its member's law does not let go on; what a page does by itself is no use, and asks for nothing."""
    session = call.session
    if Who.ANYONE in route.who or session is None or session.locked or _is_unattended(request):
        return None
    if request.whole.partition("?")[0] in LOCKED_PAGES:
        return None
    try:
        return None if goes_on(call.site, session, call.now_ms) else _to_lock(request)
    except ComityError as error:
        return Page("closed.html", {"told": refusal_told(call.words, str(error))}, status=503)


def _counts_as_use(route: Route, session: Session, now_ms: int) -> bool:
    """A page for anybody asks no law; were it a use, a session that lay idle for too long would go on by it."""
    return Who.ANYONE not in route.who or was_let_on(session, now_ms)


def _to_lock(request: Request) -> Reply:
    return Go(f"/locked?{urlencode({'next': request.whole})}" if request.method in READS else "/locked")


def _stop_foreign_form(route: Route, request: Request, session: Session | None) -> Reply | None:
    """A form from elsewhere (CSRF), by what the browser says of it and by a value that only our pages hold."""
    if request.method in READS or route.from_elsewhere:
        return None
    if request.headers.get("sec-fetch-site", "same-origin") not in OWN_SITE:
        return Page("foreign_form.html", status=403)
    if session is not None and Who.ANYONE not in route.who and not session.answers(request.form.one("form")):
        return Page("foreign_form.html", status=403)
    return None


def _stop_stale(route: Route, session: Session | None, now_ms: int, request: Request) -> Reply | None:
    if not route.fresh or session is None or session.is_fresh(now_ms):
        return None
    return Go(f"/sign-in?{urlencode({'again': '1', 'next': request.whole})}")


def _answer(route: Route, call: Call) -> Reply:
    try:
        return route.answer(call)
    except NotOfferedError as error:
        told = {"fault": error, "what": error.name.partition("-")[0], "here": call.address.partition("?")[0]}
        return Page("not_offered.html", told, status=404)
    except WrongUseError as error:
        return Page("refused.html", {"told": refusal_told(call.words, str(error))}, status=400)
    except ComityError as error:
        return Page("closed.html", {"told": refusal_told(call.words, str(error))}, status=503)
