"""Hit confirmation: the owner's word on an item it showed, before anything is called positive by it.

A hit is a lead. Arrest, seizure and detention need the owner's word that the record is active, that person or property
is the one it is about, and of a wanted person that the agency that entered it extradites (NCIC Operating Manual 3.5).
"""

from __future__ import annotations

from enum import StrEnum

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_instant
from comity.model.query import Subject

MINUTE_MS = 60_000
LONGEST_MORE_MS = 24 * 60 * MINUTE_MS  # more time than a day is no confirmation of a hit any more


class Urgency(StrEnum):
    """How long the owner has: somebody is stopped at the roadside, or not."""

    URGENT = "urgent"
    ROUTINE = "routine"


ANSWER_WITHIN_MS = {Urgency.URGENT: 10 * MINUTE_MS, Urgency.ROUTINE: 60 * MINUTE_MS}  # by the clock, day and night


class ConfirmationWord(StrEnum):
    """What an owner says. `needs-more-time` is said once; the others are final."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not-confirmed"
    MORE_TIME = "needs-more-time"


class ConfirmationAsked(Noun, frozen=True, kw_only=True, tag="confirmation-asked"):
    """A request to confirm one item of an answer. It is compared with the question that the item answered.

    `item_id` is empty where the item was withdrawn since: then it is not said of what the request was.
    """

    query_id: str
    item_id: str
    urgency: Urgency
    by: str
    asked_ms: int

    def __post_init__(self) -> None:
        check_agency_id(self.by)
        check_instant("the time of the request", self.asked_ms)


class ConfirmationSaid(Noun, frozen=True, kw_only=True, tag="confirmation-said"):
    """The owner's word on a request, by the id of its delivery. It carries nothing of the record.

    `until_ms` is the new time where more is needed (UTC milliseconds), None otherwise.
    """

    asked: str
    query_id: str
    item_id: str
    word: ConfirmationWord
    said_ms: int
    until_ms: int | None = None

    def __post_init__(self) -> None:
        check_instant("the time of the confirmation", self.said_ms)
        if (self.word is ConfirmationWord.MORE_TIME) != (self.until_ms is not None):
            raise NounError("a new time goes with `needs-more-time`, and with nothing else")
        if self.until_ms is not None and not self.said_ms < self.until_ms <= self.said_ms + LONGEST_MORE_MS:
            raise NounError("the new time is later than now, and by a day at most; say when")


class ConfirmationDue(Noun, frozen=True, kw_only=True, tag="confirmation-due"):
    """A word that is still to be brought; `record_hash` is the record it was said of, which never leaves."""

    said: ConfirmationSaid
    record_hash: str


class Compared(Noun, frozen=True, kw_only=True):
    """What the owner's member found on comparing: each must hold before anything is confirmed.

    `extradites` counts for a wanted person; None where it does not apply.
    """

    active: bool = False
    identical: bool = False
    extradites: bool | None = None


class ConfirmationGiven(Noun, frozen=True, kw_only=True):
    """What a member of the owner answers: the word, what they compared, the new time in minutes, and why (kept here)."""

    word: ConfirmationWord
    reason: str
    compared: Compared = Compared()
    more_minutes: int | None = None

    def __post_init__(self) -> None:
        if (self.word is ConfirmationWord.MORE_TIME) != (self.more_minutes is not None):
            raise NounError("say with `needs-more-time` how many minutes, and with nothing else")


class ConfirmationState(StrEnum):
    """Where a request stands. `recalled`: it was confirmed, and the item was corrected or disputed since."""

    ON_ITS_WAY = "on-its-way"
    WAITING = "waiting"
    MORE_TIME = "more-time"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not-confirmed"
    RECALLED = "recalled"


class Confirmation(Noun, frozen=True, kw_only=True):
    """One request as either side sees it.

    `due_ms` is until when the owner answers; `overdue` that this time is past without a final word. `reference` is the
    record's and `subject` what was asked, for the owner's desk to compare; `contact` is whom to call on the other side.
    """

    id: str
    asker: str
    owner: str
    incoming: bool
    query_id: str
    item_id: str
    urgency: Urgency
    by: str
    asked_ms: int
    arrived_ms: int | None
    due_ms: int
    state: ConfirmationState
    overdue: bool
    said_ms: int | None = None
    reference: str = ""
    subject: Subject | None = None
    contact: str = ""
    trouble: str = ""
