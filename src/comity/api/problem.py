"""What went wrong, as an answer of the API (RFC 9457): the sentence is the command line's own."""

from __future__ import annotations

from comity.errors import AskedBeforeError, ClosedError, ComityError, WrongUseError
from comity.model.base import Noun

MEDIA_TYPE = "application/problem+json"
ABOUT = "/api"  # the reference page, which tells of each kind


class Problem(Noun, frozen=True, kw_only=True):
    """What went wrong: `type` names the kind, `detail` is one sentence with the remedy."""

    type: str
    title: str
    status: int
    detail: str


KINDS: dict[str, tuple[int, str]] = {
    "not-json": (400, "The body is not JSON of this verb's schema"),
    "sign-in": (401, "Nobody is signed in"),
    "sign-in-again": (401, "This act asks for a sign-in within the last five minutes"),
    "session-refused": (403, "The law lets no session of this member be or go on"),
    "not-found": (404, "There is no such verb for you"),
    "not-this-way": (405, "A verb is asked by POST"),
    "asked-before": (409, "This person was asked about for other cases"),
    "not-now": (409, "This cannot be done now"),
    "too-large": (413, "The body is too large"),
    "not-this-type": (415, "The body is not application/json"),
    "not-here": (421, "This is not the address of this site"),
    "wrong-use": (422, "This cannot be done as asked"),
    "fault": (500, "We could not do this, and nothing was released"),
    "closed": (503, "The node does not answer, and nothing was released"),
}


def problem(kind: str, detail: str) -> Problem:
    """A problem of a kind of `KINDS`."""
    status, title = KINDS[kind]
    return Problem(type=f"{ABOUT}#{kind}", title=title, status=status, detail=detail)


def problem_of(error: ComityError) -> Problem:
    """What an error of a verb reads as."""
    if isinstance(error, AskedBeforeError):
        return problem("asked-before", str(error))
    if isinstance(error, WrongUseError):
        return problem("wrong-use", str(error))
    if isinstance(error, ClosedError):
        return problem("closed", str(error))
    return problem("not-now", str(error))
