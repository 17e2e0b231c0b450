"""What anybody asks of an owner about its records: one intake for all kinds, and what became of it.

A petition as it is stored names nobody: who asks, about whom, and where an answer reaches them stand in the entry that
took it in, under the key of its month. So a petition is forgotten with the log, and its count is not.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_instant, check_text
from comity.model.codes import DataClass, Purpose
from comity.model.query import LONGEST_NAME, PersonSubject
from comity.model.said import Said

REFERENCE = re.compile(r"R(?:-[2-9A-HJ-NP-Z]{4}){3}")  # 60 random bits that nobody guesses and nobody misreads
LONGEST_CONTACT = 200
LONGEST_WORDS = 2_000  # what somebody asks: a page
LONGEST_STATEMENT = 1_500  # of a statement that is shown beside every item: what one screen holds
MOST_ROWS = 20_000  # look-ups of one accounting, which one entry holds; more is no person's file but a fault
MOST_DISPUTED = 64  # records of one petition


class PetitionKind(StrEnum):
    """What is asked."""

    ACCOUNTING = "accounting"
    ACCESS = "access"
    AMENDMENT = "amendment"
    REVIEW = "review"
    PUBLIC_RECORDS = "public-records"
    COMPLAINT = "complaint"
    DEMAND = "demand"


OF_A_PERSON = frozenset({PetitionKind.ACCOUNTING, PetitionKind.ACCESS, PetitionKind.AMENDMENT})


class Capacity(StrEnum):
    """For whom somebody asks."""

    SELF = "self"
    PARENT = "parent"
    GUARDIAN = "guardian"
    COUNSEL = "counsel"
    ANYBODY = "anybody"


class Residence(StrEnum):
    """What a person says of citizenship or residence, because a statute's remedy turns on it and nothing else does."""

    CITIZEN_OR_RESIDENT = "citizen-or-resident"
    DESIGNATED_COUNTRY = "designated-country"
    OTHER = "other"
    NOT_SAID = "not-said"


class ShownBy(StrEnum):
    """How somebody showed who they are."""

    IN_PERSON = "in-person"
    NOTARY = "notary"
    SIGN_IN = "sign-in"
    FINGERPRINTS = "fingerprints"


class Seen(StrEnum):
    """What kind of paper was looked at. Neither a copy nor a number of it is kept."""

    DRIVER_LICENCE = "driver-licence"
    STATE_IDENTITY_CARD = "state-identity-card"
    PASSPORT = "passport"
    CONSULAR_CARD = "consular-card"
    TRIBAL_CARD = "tribal-card"
    BIRTH_CERTIFICATE = "birth-certificate"
    COURT_ORDER = "court-order"
    POWER_OF_ATTORNEY = "power-of-attorney"
    LETTER_OF_COUNSEL = "letter-of-counsel"
    PRISON_OR_JAIL_CARD = "jail-card"
    FINGERPRINT_CARD = "fingerprint-card"


class Outcome(StrEnum):
    """What a petition comes to."""

    ANSWERED = "answered"
    CORRECTED = "corrected"
    REFUSED = "refused"
    NOT_IDENTIFIED = "not-identified"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    """How a look-up happened."""

    QUESTION = "question"
    TOLD = "told"
    NOTICE = "notice"
    FEED = "feed"
    ABROAD = "abroad"
    ONWARD = "onward"


class Particulars(Noun, frozen=True, kw_only=True):
    """Who asks, about whom and how they are reached; kept in the entry that took the petition in, and nowhere else."""

    petitioner: str
    contact: str
    words: str
    subject: PersonSubject | None = None
    message: bool = False

    def __post_init__(self) -> None:
        check_text("who asks", self.petitioner, LONGEST_NAME)
        check_text("how they are reached", self.contact, LONGEST_CONTACT)
        check_text("what is asked", self.words, LONGEST_WORDS)


class PetitionWanted(Noun, frozen=True, kw_only=True):
    """A petition as the desk takes it in. `about` is the petition whose decision is to be reviewed.

    A review is asked in the capacity of what it reviews, whatever is given here.
    """

    kind: PetitionKind
    capacity: Capacity
    particulars: Particulars
    residence: Residence = Residence.NOT_SAID
    about: str = ""

    def __post_init__(self) -> None:
        if self.kind is PetitionKind.REVIEW:
            check_reference(self.about)
        elif self.about:
            raise NounError("only a review is about an earlier petition; leave it out, or ask for a review")
        of_anybody = self.capacity is Capacity.ANYBODY
        if self.kind is not PetitionKind.REVIEW and (self.kind in OF_A_PERSON) == of_anybody:
            raise NounError(
                f"`{self.kind}` is asked "
                + (
                    "for a person: say whether by the person, a parent, a guardian or counsel"
                    if self.kind in OF_A_PERSON
                    else "by anybody: give the capacity `anybody`"
                )
            )
        if self.kind in OF_A_PERSON and self.particulars.subject is None:
            raise NounError("say whom it is about: a name, with a birth date or a number")


class Clock(Noun, frozen=True, kw_only=True):
    """A step that a statute times: `acknowledge`, `decide` or `review`; `due_ms` is UTC milliseconds."""

    step: str
    statute: str
    citation: str
    status: str
    due_ms: int


class IdentityCheck(Noun, frozen=True, kw_only=True):
    """What a custodian says of who asked: how it was shown, which kinds of paper were looked at, and whether it sufficed."""

    shown: bool
    how: ShownBy
    seen: tuple[Seen, ...]
    said: Said


class LogOpening(Noun, frozen=True, kw_only=True):
    """The opening of disclosure records by subject: two people of two roles, both entered."""

    asked: Said
    asked_as: str
    agreed: Said | None = None


class Withheld(Noun, frozen=True, kw_only=True):
    """One look-up that is not shown yet: on which ground, who looked at it, and the last day. It comes out by itself."""

    row: int
    ground: str
    last_day: date
    until_ms: int
    said: Said


class Decided(Noun, frozen=True, kw_only=True):
    """What was decided, by whom and why. `entries` are the corrections it rests on; `told` the agencies that hear of them."""

    outcome: Outcome
    said: Said
    appeal: str = ""
    entries: tuple[int, ...] = ()
    told: int = 0


class Petition(Noun, frozen=True, kw_only=True):
    """A petition as it stands. `changed` counts the changes; `reviewed` is who looked through the look-ups before the answer.

    `disputed` are (record, person key) marked as disputed for it, `stated` those beside which a statement stands. Of a review
    `about` is the petition it reviews and `first` what was asked there.
    """

    id: str
    owner: str
    kind: PetitionKind
    capacity: Capacity
    residence: Residence
    opened_ms: int
    taken_by: str
    clocks: tuple[Clock, ...]
    about: str = ""
    first: PetitionKind | None = None
    check: IdentityCheck | None = None
    opening: LogOpening | None = None
    rows: int = 0
    reviewed: Said | None = None
    withheld: tuple[Withheld, ...] = ()
    disputed: tuple[tuple[str, str], ...] = ()
    stated: tuple[tuple[str, str], ...] = ()
    decided: Decided | None = None
    told_in_person: tuple[Said, ...] = ()
    changed: int = 0

    def __post_init__(self) -> None:
        check_reference(self.id)
        check_agency_id(self.owner)
        check_instant("the time of the petition", self.opened_ms)
        if (self.kind is PetitionKind.REVIEW) != (self.first is not None):
            raise NounError("a review says what was asked first, and nothing else does")

    @property
    def matter(self) -> PetitionKind:
        """What it is about: of a review, what was asked first."""
        return self.first or self.kind

    @property
    def is_of_a_person(self) -> bool:
        """Whether whoever asks must show who they are, or for whom they may ask."""
        return self.matter in OF_A_PERSON


class AccountRow(Noun, frozen=True, kw_only=True):
    """One look-up about the person: the entry, who asked and for what, and which fields were shown of this person alone.

    `kept` is false where the log's month was forgotten, so that the fields are not known any more; `in_person` where the
    record is of a kind whose very existence is told in person only. `asker` is an agency's id, or its ORI where the
    record of who asked was forgotten.
    """

    number: int
    entry: int
    at_ms: int
    channel: Channel
    asker: str
    purpose: Purpose | None
    fields: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    kept: bool = True
    in_person: bool = False


class AccountedRecord(Noun, frozen=True, kw_only=True):
    """A record in which the person is the subject."""

    record_id: str
    person_key: str
    reference: str
    data_class: DataClass
    in_person: bool


class Account(Noun, frozen=True, kw_only=True):
    """What two people opened: the records in which the person is the subject, and every look-up about the person.

    `undecided` counts records that may be the person's, which nothing but a name or an address says: nobody is told of
    them, and a custodian looks whether they are.
    """

    petition: str
    records: tuple[AccountedRecord, ...]
    rows: tuple[AccountRow, ...]
    undecided: int = 0

    def __post_init__(self) -> None:
        if len(self.rows) > MOST_ROWS:
            raise NounError(f"more than {MOST_ROWS} look-ups; name the person more closely")


def check_reference(text: str) -> str:
    """A petition's reference. Raises NounError for anything else."""
    if not REFERENCE.fullmatch(text):
        raise NounError(f"`{text[:40]}` is no reference; it looks like R-7K2M-9QTD-4XWB")
    return text
