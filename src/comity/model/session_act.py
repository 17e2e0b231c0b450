"""What pages say to the node's log of somebody's session: that it began, ended, failed to begin, or met a closed page."""

from __future__ import annotations

from enum import StrEnum

from comity.errors import NounError
from comity.model.base import LAST_MS, Noun, check_agency_id, check_short
from comity.model.decision import Reason

LONGEST_MEANS = 40
LONGEST_PAGE = 120  # an address as the table of routes writes it, never as somebody typed it
MOST_FACTORS = 4  # the vocabulary's; knowing, having and being are three
MOST_FAILURES = 1_000  # the vocabulary's
MOST_MORE = 1_000_000_000  # acts that one entry may stand for; a scanner's night is some millions


class SessionAct(StrEnum):
    """What happened to a session."""

    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    LOCKED = "locked"
    FAILED = "failed"
    REFUSED = "refused"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    LOCKED_OUT = "locked-out"
    UNLOCKED = "unlocked"


BY_ANOTHER = frozenset({SessionAct.SIGNED_OUT, SessionAct.PASSKEY_REMOVED, SessionAct.UNLOCKED})


class SessionTold(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """One act of a session. `means` is how somebody signed in or what ended or locked it; `page` the address of a refused
    page as the table of routes writes it; `more` how many acts of this kind, of this member, were not entered since the last;
    `by` the administrator who did it to the member, empty where the member did.
    """

    act: SessionAct
    means: str = ""
    page: str = ""
    more: int = 0
    by: str = ""

    def __post_init__(self) -> None:
        check_short("the means of a session", self.means, LONGEST_MEANS)
        check_short("the page of a session", self.page, LONGEST_PAGE)
        if not 0 <= self.more <= MOST_MORE:
            raise NounError(f"`{self.more}` acts cannot stand behind one; say 0 to {MOST_MORE}")
        if bool(self.page) != (self.act is SessionAct.REFUSED):
            raise NounError("a page is named where it was refused, and nowhere else")
        if self.by:
            check_agency_id(self.by)
            if self.act not in BY_ANOTHER:
                raise NounError(f"`{self.act}` is nothing an administrator does to a member")
        elif self.act is SessionAct.UNLOCKED:
            raise NounError("a lockout is ended by an administrator; name who")


class SessionKnown(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """What pages know of a session as rules read it: `factors` that its sign-in proved, `idle_ms` since its last use, `age_ms`
    since that sign-in, `failures` within the last fifteen minutes. None is not known, and never taken for a good one.
    """

    factors: int | None = None
    idle_ms: int | None = None
    age_ms: int | None = None
    failures: int | None = None

    def __post_init__(self) -> None:
        for name, value, most in (
            ("factors", self.factors, MOST_FACTORS),
            ("milliseconds without use", self.idle_ms, LAST_MS),
            ("milliseconds since a sign-in", self.age_ms, LAST_MS),
            ("failed tries", self.failures, MOST_FAILURES),
        ):
            if value is not None and not 0 <= value <= most:
                raise NounError(f"`{value}` is no number of {name}; say 0 to {most}")


class SessionRefusal(Noun, frozen=True, kw_only=True):
    """A rule that does not let a session be, and by the vocabulary's short names which facts of it would have to be others."""

    reason: Reason
    wants: tuple[str, ...] = ()


class SessionEntered(Noun, frozen=True, kw_only=True):
    """That an act stands in the log, and where; of a sign-in that the law refuses, the refusals: then no session begins."""

    entry: int
    refused: tuple[SessionRefusal, ...] = ()


class WentOn(Noun, frozen=True, kw_only=True):
    """Whether a session may go on: it may where nothing refuses."""

    refused: tuple[SessionRefusal, ...] = ()
