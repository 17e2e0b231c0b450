"""A question that waits for a second person, as its entry keeps it and as that person sees it."""

from __future__ import annotations

from comity.model.approval import Approval, CloseTo
from comity.model.base import Noun
from comity.model.outcome import AskRequest
from comity.model.standing import Stands


class WaitingQuestion(Noun, frozen=True, kw_only=True):
    """What is asked when a second person approves: the request as it was put, and whether it stands."""

    request: AskRequest
    stands: Stands | None = None


class WaitsFor(Noun, frozen=True, kw_only=True):
    """Why it waits: as whom its subject stands on the sealed list. For the second person's eyes alone."""

    close: tuple[CloseTo, ...]


class ApprovalShown(Noun, frozen=True, kw_only=True):
    """One question to approve, with everything a second person decides by."""

    approval: Approval
    question: WaitingQuestion
    close: tuple[CloseTo, ...]
