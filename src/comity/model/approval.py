"""What is kept of questions before they leave: what a member asked lately, and what waits for a second person."""

from __future__ import annotations

from enum import StrEnum

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_instant, check_short
from comity.model.finding import Relation
from comity.model.query import LONGEST_NOTE


class LookUp(Noun, frozen=True, kw_only=True):
    """One question a member asked, for as long as later ones are held against it: no name, number or case, only hashes.

    `telling` and `names` are what its subject is known by (`match/subjects.py`), `case` stands for the case number.
    `explained` says that the member gave a reason for asking about this person again.
    """

    agency: str
    member: str
    query_id: str
    at_ms: int
    case: str
    telling: tuple[str, ...]
    names: tuple[str, ...]
    explained: bool = False


class CloseTo(Noun, frozen=True, kw_only=True):
    """As whom somebody stands on the sealed list: whose own person or household (`member`), or one of the staff."""

    relation: Relation
    member: str


class ApprovalState(StrEnum):
    """Where a question that needs a second person stands. It is read off what was decided and the clock, never stored."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    TO_REVIEW = "to-review"
    UPHELD = "upheld"
    OBJECTED = "objected"


class Approval(Noun, frozen=True, kw_only=True):
    """A question that needs a second person of its agency, by the question's own id; what was asked stands in the log alone.

    One in an emergency (`emergency`) was sent at once and is looked at afterwards; any other is sent when it is approved and
    not at all after `until_ms`. `by` and `reason` are the second person's, or those of the member who asked and took it back.
    """

    id: str
    owner: str
    member: str
    emergency: bool
    asked_ms: int
    until_ms: int
    by: str = ""
    decided_ms: int | None = None
    granted: bool = False
    reason: str = ""
    changed: int = 0

    def __post_init__(self) -> None:
        check_agency_id(self.owner)
        check_instant("the time of an approval", self.asked_ms)
        check_short("the reason", self.reason, LONGEST_NOTE)
        if (self.decided_ms is None) != (not self.by):
            raise NounError("who decides a question, and when, are said together")
        if self.is_withdrawn and (self.granted or self.emergency):
            raise NounError(
                "an approval is another person's; whoever asked takes back what was not sent, and no more"
            )

    @property
    def is_withdrawn(self) -> bool:
        """Whether the member who asked took it back: nobody else ends it under that member's name."""
        return self.by == self.member

    def state(self, now_ms: int) -> ApprovalState:
        """Where it stands at a time (UTC milliseconds)."""
        if self.decided_ms is None:
            if self.emergency:
                return ApprovalState.TO_REVIEW
            return ApprovalState.WAITING if now_ms < self.until_ms else ApprovalState.LAPSED
        if self.is_withdrawn:
            return ApprovalState.WITHDRAWN
        if self.emergency:
            return ApprovalState.UPHELD if self.granted else ApprovalState.OBJECTED
        return ApprovalState.APPROVED if self.granted else ApprovalState.REFUSED

    def is_open(self, now_ms: int) -> bool:
        """Whether somebody may still decide it."""
        return self.state(now_ms) in (ApprovalState.WAITING, ApprovalState.TO_REVIEW)
