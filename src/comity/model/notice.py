"""Notices of events: what an owner tells one agency of an arrest, a booking, a release or a warrant, under an agreement.

A notice is of one person in one record, cut as an answer is, for the one purpose that its flow names. Nothing is told because
something happened: the law decides each notice as the question it amounts to.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from comity.errors import NounError
from comity.model.answer import Item
from comity.model.base import Noun, check_agency_id, check_instant, check_text
from comity.model.codes import DataClass, Disposition, Purpose
from comity.model.decision import Reason
from comity.model.query import QUERY_ID_PATTERN

LONGEST_CONTACT = 200  # a name, a number and an address to write to


class EventKind(StrEnum):
    """What happened. Each is told of by the records of one class."""

    ARREST = "arrest"
    BOOKING = "booking"
    RELEASE = "release"
    WARRANT = "warrant"


CLASS_OF = MappingProxyType(
    {
        EventKind.ARREST: DataClass.CASE,
        EventKind.BOOKING: DataClass.BOOKING,
        EventKind.RELEASE: DataClass.CUSTODY,
        EventKind.WARRANT: DataClass.WARRANT,
    }
)
# Of a case that ended so nothing is told: what was begun was found not to hold.
NO_EVENT = frozenset({Disposition.ACQUITTED, Disposition.DISMISSED, Disposition.NOT_FILED, Disposition.VOID})


class NoticeFlow(Noun, frozen=True, kw_only=True):
    """Of which events an owner gives notice to whom, and for what.

    `case_number` is the recipient's file or programme it is for, `contact` whom a person or the recipient calls to challenge a
    notice. `seen` is the number of the newest person looked at; `ended_ms` when it ended (UTC milliseconds), and why.
    """

    owner: str
    id: str
    recipient: str
    event: EventKind
    purpose: Purpose
    case_number: str
    contact: str
    opened_by: str
    opened_ms: int
    seen: int = 0
    ended_ms: int | None = None
    ended_by: str = ""
    why: str = ""
    changed: int = 0

    def __post_init__(self) -> None:
        check_agency_id(self.owner)
        check_agency_id(self.recipient)
        check_text("case number", self.case_number, 64)
        check_text("contact", self.contact, LONGEST_CONTACT)
        check_instant("the time of the opening", self.opened_ms)


class EventNotice(Noun, frozen=True, kw_only=True):
    """What is told of one event: the item of one person, as of its day, for one purpose, and whom to call about it."""

    id: str
    owner: str
    recipient: str
    event: EventKind
    purpose: Purpose
    case_number: str
    item: Item
    contact: str
    made_ms: int
    law: str

    def __post_init__(self) -> None:
        if not QUERY_ID_PATTERN.fullmatch(self.id):
            raise NounError("a notice's id has 32 hexadecimal digits")
        check_instant("the time of the notice", self.made_ms)


class NoticeDue(Noun, frozen=True, kw_only=True, tag="notice-due"):
    """A committed notice that its recipient does not have yet, by its id and that of its flow."""

    notice: str
    flow: str


class NoticeTaken(Noun, frozen=True, kw_only=True, tag="notice-taken"):
    """A notice that came in. What it says stands with its entry; both ids are empty once it was withdrawn."""

    notice: str
    item_id: str


class RetractReason(StrEnum):
    """Why an owner takes a notice back. The recipient hears that it is withdrawn, and not why."""

    DISMISSED = "dismissed"
    WRONG_PERSON = "wrong-person"


class NoticeState(StrEnum):
    """Where a notice stands. `marked`: what it says was corrected or disputed, or has another outcome since."""

    ON_ITS_WAY = "on-its-way"
    TOLD = "told"
    STOPPED = "stopped"
    MARKED = "marked"
    WITHDRAWN = "withdrawn"


class NoticeShown(Noun, frozen=True, kw_only=True):
    """A notice as either desk sees it. `notice` is None where it was withdrawn at its recipient, or is kept no more.

    `markers` are what its owner said of it since; `owed` counts the notices to the person that its law demands and nobody gave
    yet.
    """

    id: str
    owner: str
    recipient: str
    incoming: bool
    state: NoticeState
    notice: EventNotice | None
    markers: tuple[str, ...] = ()
    owed: int = 0


class FlowSet(Noun, frozen=True, kw_only=True):
    """What came of opening a flow of notices: the flow, or why the law lets nothing be told."""

    flow: NoticeFlow | None
    refused: tuple[Reason, ...] = ()
