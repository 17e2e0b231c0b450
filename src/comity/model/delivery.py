"""Deliveries: what one agency's node must bring to another's, pushed until the other node has entered it in its log.

A delivery is committed with the act that makes it, and is sent by the same path after a restart as before it. What it
carries is put together when it is sent, so that nothing leaves that may not leave by then.
"""

from __future__ import annotations

from enum import StrEnum

from comity.errors import NounError
from comity.model.base import LONGEST_TEXT, Noun, check_agency_id, check_instant, check_short
from comity.model.confirmation import ConfirmationAsked, ConfirmationDue, ConfirmationSaid
from comity.model.feed import FeedDue
from comity.model.mistake import MistakeReported
from comity.model.notice import NoticeDue, NoticeTaken
from comity.model.onward import OnwardAsked, OnwardSaid, PassedOnDue
from comity.model.standing import StandingTold
from comity.model.transmission import TransmissionDue, TransmissionTaken
from comity.model.withdrawal import RequestWithdrawn

MOST_RECALLED = 1_000  # items one recall names; a record shown more often to one agency is recalled in several


class RecallKind(StrEnum):
    """What became of what was shown. A seal and an expungement are one word outwardly: neither tells which it was."""

    CORRECTED = "corrected"
    DISPUTED = "disputed"
    DISPOSITION = "disposition"
    WITHDRAWN = "withdrawn"


class RecalledItem(Noun, frozen=True, kw_only=True):
    """An item of an earlier answer, by the question it answered.

    `told` says of what nobody queried how and when it was told: its recipient never had an item of it.
    """

    query_id: str
    item_id: str
    told: str = ""


class Recall(Noun, frozen=True, kw_only=True, omit_defaults=True, tag="recall"):
    """Items an agency was shown that are no longer as they were shown. What they say now is asked for anew.

    `confirm_by_ms` is until when a person of the recipient confirms (UTC milliseconds). The items of a withdrawal are
    forgotten at the recipient once somebody confirmed it. `statement` is what the person concerned says of a disputed
    record, in their own words: no value of the record.
    """

    kind: RecallKind
    items: tuple[RecalledItem, ...]
    made_ms: int
    confirm_by_ms: int
    statement: str = ""

    def __post_init__(self) -> None:
        check_short("the statement", self.statement, LONGEST_TEXT)
        if self.statement and self.kind is not RecallKind.DISPUTED:
            raise NounError("only what is disputed has a statement of the person beside it")
        check_instant("the time of the recall", self.made_ms)
        check_instant("the end of the time to confirm", self.confirm_by_ms)
        if len(self.items) > MOST_RECALLED:
            raise NounError(f"a recall names at most {MOST_RECALLED} items; send several")


class RecallConfirmed(Noun, frozen=True, kw_only=True, tag="recall-confirmed"):
    """A person of the recipient has seen to a recall; `recall` is the id of its delivery."""

    recall: str
    confirmed_ms: int


class RecallMailed(Noun, frozen=True, kw_only=True, tag="recall-mailed"):
    """A recall that goes by e-mail too, because what it recalls did: the same bytes as on the circuit."""

    recall: Recall


class AnswerDue(Noun, frozen=True, kw_only=True, tag="answer-due"):
    """A committed answer that the asker does not have yet: whose question, which, and the key it is kept under."""

    asker: str
    query_id: str
    step_key: str


Due = (
    Recall
    | RecallConfirmed
    | AnswerDue
    | ConfirmationAsked
    | ConfirmationDue
    | ConfirmationSaid
    | RequestWithdrawn
    | OnwardAsked
    | OnwardSaid
    | PassedOnDue
    | FeedDue
    | StandingTold
    | NoticeDue
    | NoticeTaken
    | TransmissionDue
    | TransmissionTaken
    | RecallMailed
    | MistakeReported
)


class StoredDelivery(Noun, frozen=True, kw_only=True):
    """A delivery as its sender keeps it, and as its recipient does where `incoming`.

    `next_ms` is when it is sent next, None where it is not any more: it arrived, or came in. `tried` counts what did
    not arrive and `trouble` says why in one sentence. `arrived_ms` is when the recipient's node had entered it;
    `confirmed_ms` when a person of the recipient confirmed a recall; `changed` counts the changes. `begun_ms` is when an
    attempt was first let out, of what goes abroad: nothing of it can have left before. `sent_ms` is when a mail server took
    it. `suspended` is not sent before somebody resumes.
    """

    id: str
    sender: str
    recipient: str
    due: Due
    made_ms: int
    incoming: bool = False
    next_ms: int | None = None
    tried: int = 0
    trouble: str = ""
    arrived_ms: int | None = None
    confirmed_ms: int | None = None
    changed: int = 0
    begun_ms: int | None = None
    sent_ms: int | None = None
    suspended: bool = False

    def __post_init__(self) -> None:
        check_agency_id(self.sender)
        check_agency_id(self.recipient)

    @property
    def owner(self) -> str:
        """The agency of this node whose delivery it is."""
        return self.recipient if self.incoming else self.sender


class OpenQuestion(Noun, frozen=True, kw_only=True):
    """A question that some owners have not answered yet: it is put to them again until `until_ms`, or until they have.

    `owners` are those still asked; `next_ms` is when (UTC milliseconds); `tried` counts the rounds.
    """

    asker: str
    query_id: str
    owners: tuple[str, ...]
    next_ms: int
    until_ms: int
    tried: int = 0

    def __post_init__(self) -> None:
        check_agency_id(self.asker)
        if not self.owners:
            raise NounError("a question is open while it waits for somebody; close it otherwise")
