"""A question that waits for a second person, as its entry keeps it and as that person sees it."""

from __future__ import annotations

from comity.model.approval import Approval, CloseTo
from comity.model.base import Noun
from comity.model.codes import Purpose
from comity.model.outcome import AskRequest
from comity.model.standing import Stands


class WaitingQuestion(Noun, frozen=True, kw_only=True):
    """What is asked when a second person approves: the request as it was put, and whether it stands."""

    request: AskRequest
    stands: Stands | None = None


class EarlierAsked(Noun, frozen=True, kw_only=True):
    """An earlier question of the same member about the same subject, which fell short: for what, for whom, and when."""

    query_id: str
    at_ms: int
    purpose: Purpose
    beneficiary: str


class WaitsFor(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """Why it waits, for the second person's eyes alone: as whom its subject stands on the sealed list, and the earlier
    questions after which purpose or beneficiary is another now.
    """

    close: tuple[CloseTo, ...]
    changed: tuple[EarlierAsked, ...] = ()


class ApprovalShown(Noun, frozen=True, kw_only=True):
    """One question to approve, with everything a second person decides by."""

    approval: Approval
    question: WaitingQuestion
    close: tuple[CloseTo, ...]
    changed: tuple[EarlierAsked, ...] = ()


class OwnWaiting(Noun, frozen=True, kw_only=True):
    """How a member's own question stands with its second person, without as whom anybody is listed.

    `listed` where it matches the agency's list; otherwise it asks for another purpose or agency after one that fell short.
    """

    approval: Approval
    listed: bool
