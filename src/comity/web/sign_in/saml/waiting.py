"""Between a provider's answer and the browser that asked: requests of ours, answers that wait for seconds, assertions seen.

A provider's answer comes by a form of its own site, with which a browser sends no cookie of ours. So the answer is believed
where it arrives, kept under a random ticket for seconds, and counts only in the browser whose cookie names the request that it
answers.
Nothing is kept of a request before it is answered: its ID carries a code of this process's own key, so that nobody fills this
process by beginning many, and a restart makes every answer under way worthless.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from comity.errors import ClosedError
from comity.model.refused import tell_refused
from comity.web.sign_in.oidc import Said
from comity.web.sign_in.saml.believe import Believed

LASTS_MS = 600_000  # a request, as long as its cookie: a person looks for their password
TICKET_MS = 30_000  # a browser follows at once; a slow line has seconds to spare
MOST_WAITING = 10_000  # answers and assertions kept at once; each was signed by a provider of ours
MARK = "saml"
MOST_PARTS = 5


@dataclass(frozen=True, slots=True)
class Begun:
    """A request of one browser, as its cookie holds it: of which provider, and where and in what language to go on."""

    number: int
    request: str
    following: str
    language: str

    def kept(self) -> str:
        """As the cookie holds it."""
        return ".".join((MARK, str(self.number), _packed(self.request), _packed(self.following), self.language))


def read_begun(kept: str) -> Begun | None:
    """What a cookie holds; None for anything that is not whole."""
    parts = kept.split(".")
    if len(parts) != MOST_PARTS or parts[0] != MARK or not (parts[1].isascii() and parts[1].isdigit()):
        return None
    try:
        request, following = (base64.urlsafe_b64decode(one).decode() for one in parts[2:4])
    except ValueError:
        return None
    return Begun(int(parts[1]), request, following, parts[4])


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a provider said in answer to a request, waiting for the browser that asked."""

    number: int
    request: str
    said: Said
    since_ms: int


class SamlAnswers:
    """All of it, of this process. `token` makes a random text; every use is under one lock."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token
        self._key = token().encode()
        self._waiting: dict[str, Waiting] = {}
        self._seen: dict[str, int] = {}  # assertions, until when each could be brought again (UTC ms)
        self._spent: dict[str, int] = {}  # requests that signed somebody in or failed, when they did (UTC ms)
        self._lock = Lock()

    def begin(self, number: int, now_ms: int) -> str:
        """The ID of a new request to a provider."""
        return self._coded(number, self._token(), now_ms)

    def is_ours(self, request: str, number: int, now_ms: int) -> bool:
        """Whether this process sent a request of this ID to that provider, lately, and nothing came of it yet."""
        parts = request.removeprefix("_").split(".")
        if len(parts) != 3 or not (parts[1].isascii() and parts[1].isdigit()) or len(parts[1]) > 20:
            return False
        began_ms = int(parts[1])
        ours = self._coded(number, parts[0], began_ms)
        with self._lock:
            spent = request in self._spent
        return (
            hmac.compare_digest(ours.encode(), request.encode())
            and not spent
            and 0 <= now_ms - began_ms < LASTS_MS
        )

    def keep(self, believed: Believed, number: int, now_ms: int) -> str | None:
        """Keep an answer for the browser that asked, and return its ticket; None for an assertion that was brought before.

        Raises ClosedError where so many wait that an assertion could not be remembered.
        """
        with self._lock:
            self._forget(now_ms)
            seen = f"{number} {believed.id}"
            if seen in self._seen:
                return None
            if max(len(self._seen), len(self._waiting)) >= MOST_WAITING:
                raise ClosedError(tell_refused("sign-in.too-many"))
            self._seen[seen] = believed.until_s * 1000
            ticket = self._token()
            self._waiting[_name(ticket)] = Waiting(number, believed.request, believed.said, now_ms)
            return ticket

    def take(self, ticket: str, now_ms: int) -> Waiting | None:
        """What waits under a ticket, once; None where nothing does any more."""
        with self._lock:
            self._forget(now_ms)
            return self._waiting.pop(_name(ticket), None)

    def spend(self, request: str, now_ms: int) -> bool:
        """Use a request up. False where it was before."""
        with self._lock:
            self._forget(now_ms)
            if request in self._spent:
                return False
            self._spent[request] = now_ms
            return True

    def _forget(self, now_ms: int) -> None:
        self._seen = {one: until for one, until in self._seen.items() if now_ms < until}
        self._spent = {one: at for one, at in self._spent.items() if now_ms - at < LASTS_MS}
        self._waiting = {
            one: held for one, held in self._waiting.items() if 0 <= now_ms - held.since_ms < TICKET_MS
        }

    def _coded(self, number: int, token: str, began_ms: int) -> str:
        said = "\n".join((str(number), token, str(began_ms)))
        return f"_{token}.{began_ms}.{hmac.new(self._key, said.encode(), sha256).hexdigest()}"


def _name(ticket: str) -> str:
    """What an answer is kept under: who reads this process's memory dump learns no ticket."""
    return sha256(ticket.encode()).hexdigest()


def _packed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()
