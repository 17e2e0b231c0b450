"""Transmissions: the criminal history summary of one removed person, told to one foreign partner on two channels."""

from __future__ import annotations

from enum import StrEnum

from comity.errors import NounError
from comity.model.answer import ReleasedField
from comity.model.base import Noun, check_agency_id, check_hash, check_instant, check_text
from comity.model.codes import Status

LONGEST_REASON = 500
MOST_TERMS = 32  # sentences that travel; an agreement with more is a treaty, and is sent as a paper
SALT_DIGITS = 64  # 32 random bytes: without them whoever guesses a document could find its hash in the public log


class Channel(StrEnum):
    """On which way a document is brought to the partner."""

    CIRCUIT = "circuit"
    MAIL = "e-mail"


class ChannelState(StrEnum):
    """How far a document is on one channel.

    `sent` may have arrived. `received` is proved by the partner. `stopped` will not be sent any more, `suspended` not before
    somebody resumes.
    """

    WAITING = "waiting"
    SENT = "sent"
    RECEIVED = "received"
    STOPPED = "stopped"
    SUSPENDED = "suspended"


class Transmitted(Noun, frozen=True, kw_only=True, tag="transmitted"):
    """The document: the same bytes on both channels. What it may be used for is part of it, and bound by the same hash.

    `id` names the transmission, `item_id` what recalls go by; `agreement` is the hash of the agreement's text and
    `authority` what it rests on. `terms` are sentences of the law and the agreement; `beside` what is said
    beside the record to anybody: that it is not certified or disputed, and what the person says of it. `salt` is random.
    """

    id: str
    item_id: str
    owner: str
    partner: str
    agreement: str
    authority: str
    reference: str
    released_ms: int
    fields: tuple[ReleasedField, ...]
    terms: tuple[str, ...]
    salt: str
    beside: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_agency_id(self.owner)
        check_agency_id(self.partner)
        check_hash(self.agreement)
        check_text("the reference", self.reference, 120)
        check_instant("the time of the release", self.released_ms)
        if not self.fields or not self.terms or len(self.terms) > MOST_TERMS:
            raise NounError(f"a transmission has fields, and 1 to {MOST_TERMS} terms that travel with them")
        if len(self.salt) != SALT_DIGITS:
            raise NounError(f"a transmission's salt has {SALT_DIGITS} hexadecimal digits")


class TransmissionTaken(Noun, frozen=True, kw_only=True, tag="transmission-taken"):
    """What the partner's desk keeps beside the document, which stands with its entry: ids and the hash."""

    transmission: str
    item_id: str
    hash: str


class TransmissionDue(Noun, frozen=True, kw_only=True, tag="transmission-due"):
    """A released transmission on its way on one channel; `hash` is that of its document."""

    transmission: str
    channel: Channel
    hash: str


class TransmissionWanted(Noun, frozen=True, kw_only=True):
    """What a member prepares: to which partner, of which person in which record, under which case number."""

    partner: str
    record_id: str
    case_number: str
    whom: str = ""

    def __post_init__(self) -> None:
        check_agency_id(self.partner)
        check_text("case number", self.case_number, 64)


class Transmission(Noun, frozen=True, kw_only=True):
    """A transmission as its owner keeps it: nothing of the document.

    `status` is `held` while a second person has not released it, `answered` when somebody did, and `nothing-releasable` where
    there is nothing to tell: one word, whatever the reason. `agreement` is the name of the agreement it is made under.
    """

    id: str
    owner: str
    partner: str
    record_id: str
    person_key: str
    agreement: str
    case_number: str
    status: Status
    prepared_by: str
    prepared_ms: int
    released_by: str = ""
    released_ms: int | None = None
    hash: str = ""
    changed: int = 0


class Suspension(Noun, frozen=True, kw_only=True):
    """Whether an owner's transmissions to one partner are suspended: who said so last, when, and why."""

    owner: str
    partner: str
    suspended: bool
    by: str
    at_ms: int
    reason: str
    changed: int = 0

    def __post_init__(self) -> None:
        check_agency_id(self.owner)
        check_agency_id(self.partner)
        check_text("the reason", self.reason, LONGEST_REASON)


class OnChannel(Noun, frozen=True, kw_only=True):
    """How a document stands on one channel; `at_ms` is since when, None where nothing happened there yet."""

    channel: Channel
    state: ChannelState
    at_ms: int | None = None
    tried: int = 0
    trouble: str = ""


class ShownTransmission(Noun, frozen=True, kw_only=True):
    """A transmission and its two channels, for the owner's desk; no channel where nothing leaves."""

    transmission: Transmission
    channels: tuple[OnChannel, ...] = ()


class TakenTransmission(Noun, frozen=True, kw_only=True):
    """A transmission at its partner. `document` is None where it was recalled, and is gone."""

    transmission: str
    owner: str
    hash: str
    taken_ms: int
    document: Transmitted | None = None


class MailReceipt(Noun, frozen=True, kw_only=True):
    """What a partner signs when an e-mail came: the hash of the document that was in it."""

    hash: str

    def __post_init__(self) -> None:
        check_hash(self.hash)
