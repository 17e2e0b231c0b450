"""What a member sees of their own questions, and of whom their agency may ask: never whom a question is about."""

from __future__ import annotations

from comity.model.approval import ApprovalState
from comity.model.base import Noun
from comity.model.codes import DataClass, Purpose, Status
from comity.model.disclosure import Receipt


class SourceLine(Noun, frozen=True, kw_only=True):
    """How one owner stands to a question: its status, none while it is asked; `late` where it answered after the wait."""

    agency: str
    status: Status | None = None
    late: bool = False


class AskedLine(Noun, frozen=True, kw_only=True):
    """One question of a member: when it was asked (UTC milliseconds), for which case and purpose, and how its owners stand.

    `second_person` while it waits for the approval of another member; `unsent` how it ended where that member refused it,
    nobody decided it in time, or whoever asked took it back. Either has left to nobody.
    """

    query_id: str
    at_ms: int
    case_number: str
    purpose: Purpose
    sources: tuple[SourceLine, ...]
    second_person: bool = False
    unsent: ApprovalState | None = None


class OpenOwner(Noun, frozen=True, kw_only=True):
    """An owner that an agreement in force lets the agency ask, and the data classes it gives by it: none named are all."""

    agency: str
    classes: tuple[DataClass, ...]


class ShownReceipt(Noun, frozen=True, kw_only=True):
    """The receipt of one owner's answer, without the key of its content; None where none is kept.

    `unwitnessed` where no outside witness has signed its log so far: this node's own that names none, or another's whose node
    says that it has no checkpoint which witnesses signed.
    """

    owner: str
    status: Status
    receipt: Receipt | None
    unwitnessed: bool = False
