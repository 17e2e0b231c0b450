"""What an agency keeps of its members beside their roles: checks, yearly review, last use, suspension.

CJIS Security Policy 6.0: AC-2 (accounts are made, changed, suspended and reviewed by named people; not used for 90 days, they
are disabled within a week), PS-3 (a fingerprint-based check before access), PS-4 and PS-5 (whoever leaves or moves).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from comity.errors import NounError
from comity.model.agency import Member
from comity.model.base import Noun, check_agency_id, check_short

LONGEST_WHY = 400
IDLE_DAYS = 90
REVIEW_DAYS = 366  # a review on the same day of the next year is in time


class MemberAct(StrEnum):
    """What was done with a member's access."""

    ADDED = "added"
    CHANGED = "changed"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    LEFT = "left"
    REVIEWED = "reviewed"
    IDLE = "idle"  # suspended by the node, not having been used for 90 days


class CheckFound(StrEnum):
    """What a fingerprint-based check found: a felony closes access until the state has reviewed it (CJIS 6.0, PS-3)."""

    NO_FELONY = "no-felony"
    FELONY_REVIEWED = "felony-reviewed"


class RosterLine(Noun, frozen=True, kw_only=True):
    """One member. `since` is the first day kept here; `checked_on` the day of the fingerprint-based check and `found` what it
    found, None where nobody said; `reviewed_on` when it was last said that the access is still needed; `used_on` the last day
    of use. A suspended member has the time (UTC milliseconds), by whom, and why; one who `left` comes back only by being
    added anew.
    """

    member: str
    since: date
    checked_on: date | None = None
    found: CheckFound | None = None
    reviewed_on: date | None = None
    used_on: date | None = None
    suspended_ms: int | None = None
    suspended_by: str = ""
    why: str = ""
    left: bool = False

    def __post_init__(self) -> None:
        check_agency_id(self.member)
        check_short("the reason of a suspension", self.why, LONGEST_WHY)
        if (self.suspended_ms is None) != (not self.why) or (self.left and self.suspended_ms is None):
            raise NounError(f"`{self.member}` is suspended with a time and a reason, or is not")

    def is_idle(self, today: date) -> bool:
        """Whether it was not used for 90 days, counted from when it was first kept."""
        return (today - (self.used_on or self.since)).days >= IDLE_DAYS

    def needs_review(self, today: date) -> bool:
        """Whether a year went by since somebody said that the access is still needed."""
        return (today - (self.reviewed_on or self.since)).days >= REVIEW_DAYS


class MemberShown(Noun, frozen=True, kw_only=True):
    """A member with what is kept of it; `line` is None before the node first counted it."""

    member: Member
    line: RosterLine | None
