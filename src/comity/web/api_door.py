"""The API over HTTP: every request of it led through seven steps, as `admit.py` leads the pages'.

1. `host`     the address asked is this site's own
2. `verb`     there is one of this name, and it is asked by POST
3. `token`    the bearer's session (RFC 6750); cookies count for nothing here, so no form from elsewhere does either
4. `role`     a member who may not ask it reads that there is none; the log is told
5. `fresh`    what is grave asks for a sign-in of now (RFC 9470)
6. `body`     JSON of the verb's own schema; who asks is written by us
7. `ask`      one verb of the node, whose sentence is given back as it is
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from types import MappingProxyType
from typing import Any

import msgspec

from comity.api.body import read_body
from comity.api.problem import MEDIA_TYPE, Problem, problem, problem_of
from comity.api.verbs import Verb, find_verb
from comity.errors import ComityError, NounError, WrongUseError
from comity.model.agency import Member
from comity.model.session_act import SessionAct, SessionTold
from comity.model.statement import SignedStatement
from comity.node.fault import tell_fault
from comity.web.api_token import Bearer, Bearers
from comity.web.door import Door
from comity.web.going_on import RefusedSessionError
from comity.web.session import FRESH_MS
from comity.web.site import Site

JSON, EVENTS = "application/json", "text/event-stream"
MOST_FOLLOWED = 64  # questions that are followed by events at once
SIGN_OF_LIFE_S = 1.0
PROGRESS = "progress"
NO_TOKEN = "send `Authorization: Bearer TOKEN` with a token of your agency's sign-in, or make one at /api"
NO_VERB = "look at /api for the verbs your roles may ask"


@dataclass(frozen=True, slots=True)
class Asked:
    """What arrived: the verb's name, how it was asked, and with what."""

    method: str
    name: str
    headers: Mapping[str, str]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Given:
    """An answer whole."""

    status: int
    media_type: str
    raw: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Followed:
    """An answer as it comes: each owner's word, then the whole or what went wrong."""

    news: Callable[[], Iterator[bytes]]


class ApiDoor:
    """One site's API."""

    def __init__(self, site: Site) -> None:
        self._site, self._bearers = site, Bearers(site)
        self._pool = ThreadPoolExecutor(MOST_FOLLOWED, thread_name_prefix="api")

    def answer(self, asked: Asked) -> Given | Followed:
        """Steps 1 to 7."""
        now_ms = self._site.clock.now_ms()
        if asked.headers.get("host", "") != self._site.settings.authority:  # 1
            return refusal(problem("not-here", f"ask at {self._site.settings.address}"))
        if asked.method != "POST":  # 2
            return refusal(problem("not-this-way", "ask by POST"), {"Allow": "POST"})
        try:
            bearer = self._bearers.find(asked.headers.get("authorization", ""), now_ms)  # 3
        except RefusedSessionError as error:
            return refusal(problem("session-refused", str(error)))
        except ComityError as error:
            return refusal(problem_of(error))
        if bearer is None:
            return refusal(problem("sign-in", NO_TOKEN), {"WWW-Authenticate": "Bearer"})
        verb = self._permitted(asked.name, bearer.member, now_ms)  # 4
        if verb is None:
            return refusal(problem("not-found", NO_VERB))
        if verb.fresh and not bearer.session.is_fresh(now_ms):  # 5
            return _stale()
        request = _read(verb, asked, bearer.member)  # 6
        if isinstance(request, Problem):
            return refusal(request)
        self._site.sessions.touch(bearer.session, now_ms)
        if verb.told and EVENTS in asked.headers.get("accept", ""):  # 7
            return Followed(lambda: self._follow(bearer.door, verb, request))
        return self._ask(bearer, verb, request)

    def _permitted(self, name: str, member: Member, now_ms: int) -> Verb | None:
        verb = find_verb(name)
        if verb is None or verb.roles & set(member.roles):
            return verb
        told = SessionTold(act=SessionAct.REFUSED, page=f"POST /api/{verb.name}")
        self._site.acts.happened(member, told, now_ms)
        return None

    def _ask(self, bearer: Bearer, verb: Verb, request: Any) -> Given:
        try:
            given = bearer.door.ask(request, verb.gives)
        except ComityError as error:
            return refusal(problem_of(error))
        if isinstance(given, SignedStatement):
            self._site.sessions.sign(bearer.session, given)
        return Given(200, JSON, msgspec.json.encode(given))

    def _follow(self, door: Door, verb: Verb, request: Any) -> Iterator[bytes]:
        """Server-sent events `progress`, and last `answer` or `problem`. The node goes on when nobody listens any more."""
        told: SimpleQueue[tuple[str, Any]] = SimpleQueue()

        def tell(agency: str, status: str) -> None:
            told.put((PROGRESS, {"agency": agency, "status": status}))

        asked = self._pool.submit(door.ask, request, verb.gives, tell)
        asked.add_done_callback(lambda done: told.put(self._last(done)))
        while True:  # ends with the verb, which has a deadline
            try:
                kind, said = told.get(timeout=SIGN_OF_LIFE_S)
            except Empty:
                yield b": still there\n\n"
                continue
            yield f"event: {kind}\ndata: ".encode() + msgspec.json.encode(said) + b"\n\n"
            if kind != PROGRESS:
                return

    def _last(self, done: Future[Any]) -> tuple[str, Any]:
        """What the verb gave, or what went wrong; a fault of our own is told to the administrator."""
        error = done.exception()
        if error is None:
            return "answer", done.result()
        if isinstance(error, ComityError):
            return "problem", problem_of(error)
        self._site.tell(tell_fault(error))
        return "problem", problem("fault", "tell your administrator when it was")


def refusal(said: Problem, headers: Mapping[str, str] = MappingProxyType({})) -> Given:
    """A problem as an answer."""
    return Given(said.status, MEDIA_TYPE, msgspec.json.encode(said), headers)


def _read(verb: Verb, asked: Asked, member: Member) -> Any:
    if asked.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        return problem("not-this-type", f"send `Content-Type: {JSON}`")
    try:
        return read_body(verb.asks, asked.raw, member)
    except WrongUseError as error:
        return problem("wrong-use", str(error))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        cause = error.__cause__
        if isinstance(cause, NounError):
            return problem("wrong-use", str(cause))
        return problem("not-json", f"{str(error) or 'nested too deeply'}; see /api/openapi.json")


def _stale() -> Given:
    seconds = FRESH_MS // 1000
    said = problem("sign-in-again", f"sign in again, within {seconds} seconds before this act")
    wanted = f'Bearer error="insufficient_user_authentication", max_age="{seconds}"'
    return refusal(said, {"WWW-Authenticate": wanted})
