"""One request as a page sees it, and what a page gives back. A page knows nothing of HTTP beyond these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from comity.model.agency import Member
from comity.web.session import Session
from comity.web.words import Words

if TYPE_CHECKING:
    from comity.web.site import Site

LONGEST_FIELD = 4_000  # characters of one field of a form; a reason is at most a tenth of it


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent with a form or an address, by name; every value as it was typed, without space around it.

    `files` are the bytes of files that were chosen, by the field's name.
    """

    values: Mapping[str, tuple[str, ...]]
    files: Mapping[str, bytes] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The value of a field; empty where it was not sent. The first, where somebody sent several."""
        return self.values.get(name, ("",))[0].strip()[:LONGEST_FIELD]

    def whole(self, name: str) -> str:
        """A long text of a field, a law's or what a script filled, with nothing cut off and its lines ended as in files."""
        return self.values.get(name, ("",))[0].replace("\r\n", "\n")

    def every(self, name: str) -> tuple[str, ...]:
        """All values of a field that may be chosen several times."""
        return tuple(one.strip()[:LONGEST_FIELD] for one in self.values.get(name, ()))


NO_FORM = Form({})


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks for a page, with what, and the site it is a page of. `session` and `member` are None for a public page.

    `address` is the path it came by; `kept` what a try to sign in left in its cookie.
    """

    site: Site
    words: Words
    now_ms: int
    path: Mapping[str, str] = field(default_factory=dict)
    query: Form = NO_FORM
    form: Form = NO_FORM
    session: Session | None = None
    member: Member | None = None
    address: str = "/"
    kept: str = ""

    def who(self) -> Member:
        """The member, on a page that only members reach."""
        assert self.member is not None, "a page of members was reached without one"
        return self.member

    def signed(self) -> Session:
        """The session, on a page that only members reach."""
        assert self.session is not None, "a page of members was reached without a session"
        return self.session


@dataclass(frozen=True, slots=True)
class Page:
    """A page to show: its template and what stands in it. `faults` pairs a field's id with the sentence beside it.

    `language` is the one it is in where a try to sign in knows that, and neither address nor session says it.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    faults: tuple[tuple[str, str], ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Go:
    """Go to another page of this site. `token` begins a session; an empty one ends it; None leaves it."""

    to: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Go to the agency's own sign-in; `kept` comes back with its answer, in a cookie of ten minutes."""

    to: str
    kept: str


@dataclass(frozen=True, slots=True)
class File:
    """Bytes to keep under a name."""

    name: str
    media_type: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Events:
    """What happens, as it happens: each item of `news` is sent as one server-sent event, JSON; None keeps the line open."""

    news: Callable[[], Iterator[Mapping[str, object] | None]]


@dataclass(frozen=True, slots=True)
class Options:
    """What a script of ours asked for, as JSON; `kept` comes back with its answer, in a cookie of ten minutes."""

    values: Mapping[str, Any]
    kept: str


Reply = Page | Go | Leave | File | Events | Options
NOT_FOUND = Page("not_found.html", status=404)  # for a wrong id and for a role that may not: the same
