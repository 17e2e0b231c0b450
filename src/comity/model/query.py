"""The question: one subject, one purpose, one member, one agency, one beneficiary."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from comity.errors import NounError
from comity.model.base import (
    Noun,
    check_agency_id,
    check_hash,
    check_instant,
    check_ori,
    check_short,
    check_text,
)
from comity.model.codes import (
    DataClass,
    IdentifierKind,
    Instrument,
    Issuer,
    MessageKind,
    Purpose,
    Sex,
    Step,
)

QUERY_ID_PATTERN = re.compile(r"[0-9a-f]{32}")
FEWEST_REASON_WORDS = 3  # of a recorded identity decision; a dot or an initial decides nothing
PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
MOST_IDENTIFIERS = 4  # what a stop or a case file offers; more is a list, not a person
MOST_OTHER_NAMES = 4
LONGEST_NAME = 120
LONGEST_ADDRESS = 200
DPPA_USES = tuple(f"b{number}" for number in range(1, 15))  # 18 USC 2721(b)(1) to (14)
LONGEST_NOTE = 500  # a sentence or two; the case file holds the rest
LIST_MARKS = ",;\n"  # what would hide a second person in one name
SHORTEST_WILDCARD = 3  # letters before a trailing `*`


class Identifier(Noun, frozen=True, kw_only=True):
    """An identifying number of a stated kind."""

    kind: IdentifierKind
    value: str

    def __post_init__(self) -> None:
        check_text(f"{self.kind} number", self.value, 64)
        if not re.fullmatch(r"[A-Za-z0-9 ./-]{2,64}", self.value):
            raise NounError(f"a {self.kind} number has letters, digits, blanks, dots and hyphens only")
        if sum(char.isalnum() for char in self.value) < 4:
            raise NounError(f"a {self.kind} number needs at least four letters or digits")


class PersonSubject(Noun, frozen=True, kw_only=True, tag="person"):
    """One person asked about.

    `birth_date` may be partial: `1984-03-12`, `1984-03` or `1984`. A trailing `*` is allowed in a name part
    after three letters, and only with a birth date or an identifier.
    """

    family: str
    given: str = ""
    middle: str = ""
    suffix: str = ""
    other_names: tuple[str, ...] = ()
    birth_date: str = ""
    sex: Sex | None = None
    address: str = ""
    identifiers: tuple[Identifier, ...] = ()

    def __post_init__(self) -> None:
        check_text("family name", self.family, LONGEST_NAME)
        if not any(char.isalpha() for char in self.family):
            raise NounError("a family name needs letters; a wildcard alone names nobody")
        for part in (self.given, self.middle, self.suffix, *self.other_names):
            check_short("a name part", part, LONGEST_NAME)
        check_short("address", self.address, LONGEST_ADDRESS)
        for part in (self.family, self.given, self.middle, *self.other_names):
            _check_wildcard(part, bool(self.birth_date or self.identifiers))
        if self.birth_date:
            check_partial_date(self.birth_date)
        if len(self.identifiers) > MOST_IDENTIFIERS or len(self.other_names) > MOST_OTHER_NAMES:
            raise NounError("too many identifiers or names for one person; ask about one person at a time")
        kinds = [identifier.kind for identifier in self.identifiers]
        if len(set(kinds)) != len(kinds):
            raise NounError("two identifiers of one kind describe two people; ask about one person at a time")
        if any(mark in part for part in (self.family, self.given, self.middle) for mark in LIST_MARKS):
            raise NounError("a name part holds no comma, semicolon or line break; ask about one person at a time")


class IdentifierSubject(Noun, frozen=True, kw_only=True, tag="identifier"):
    """One person asked about by one identifying number."""

    identifier: Identifier


class PlateSubject(Noun, frozen=True, kw_only=True, tag="plate"):
    """One whole plate with its state. Partial plates are never searched."""

    plate: str
    state: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Z0-9]{2,8}", self.plate):
            raise NounError("a plate is 2 to 8 upper-case letters and digits, without wildcards")
        if not re.fullmatch(r"[A-Z]{2}", self.state):
            raise NounError("a plate needs the two-letter state that issued it")


class VehicleSubject(Noun, frozen=True, kw_only=True, tag="vin"):
    """One vehicle identification number, 17 characters."""

    vin: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", self.vin):
            raise NounError("a VIN has 17 upper-case letters and digits, without I, O and Q")


class FirearmSubject(Noun, frozen=True, kw_only=True, tag="firearm"):
    """One firearm serial number, with its make."""

    serial: str
    make: str

    def __post_init__(self) -> None:
        check_text("firearm serial", self.serial, 40)
        check_text("firearm make", self.make, 60)
        if "*" in self.serial:
            raise NounError("a firearm serial is searched whole, without wildcards")


class PhoneSubject(Noun, frozen=True, kw_only=True, tag="phone"):
    """One telephone number. Off until an agreement turns it on."""

    number: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\+?[0-9]{7,15}", self.number):
            raise NounError("a telephone number has 7 to 15 digits")


class AddressSubject(Noun, frozen=True, kw_only=True, tag="address"):
    """One address. Off until an agreement turns it on; it never lists its people."""

    address: str

    def __post_init__(self) -> None:
        check_text("address", self.address, LONGEST_ADDRESS)


Subject = (
    PersonSubject
    | IdentifierSubject
    | PlateSubject
    | VehicleSubject
    | FirearmSubject
    | PhoneSubject
    | AddressSubject
)


PAPERS_THAT_OPEN = frozenset(
    {
        Instrument.AGENCY_HEAD_REQUEST,
        Instrument.COURT_SUBPOENA,
        Instrument.COURT_ORDER,
        Instrument.JUDICIAL_WARRANT,
        Instrument.CONSENT,
        Instrument.STATUTE,
    }
)


class LegalBasis(Noun, frozen=True, kw_only=True):
    """The legal paper shown, if any. `document` is the hash of the uploaded paper, `expires` its last day.

    A statute is shown by citing it in `activity`; every other paper that may open something, by its document.
    `sealed` is the asker's word that the court sealed the paper: the person is not to be told of it meanwhile.
    """

    instrument: Instrument
    issuer: Issuer = Issuer.NOBODY
    document: str | None = None
    expires: date | None = None
    portion: str = ""
    activity: str = ""
    sealed: bool = False

    def __post_init__(self) -> None:
        if self.document is not None:
            check_hash(self.document)
        if self.instrument is Instrument.NOTHING and (self.document or self.issuer is not Issuer.NOBODY):
            raise NounError("a legal basis of `nothing` has no document and no issuer")
        if self.instrument is Instrument.NOTHING and self.sealed:
            raise NounError("a legal basis of `nothing` cannot be sealed; name the order")
        for text, name in ((self.portion, "portion"), (self.activity, "activity")):
            check_short(name, text, LONGEST_NOTE)

    @property
    def may_open(self) -> bool:
        """Whether this kind of paper can lift a limit; the others only bring duties or limits of their own."""
        return self.instrument in PAPERS_THAT_OPEN

    @property
    def is_shown(self) -> bool:
        """Whether the paper itself is there, not only its name."""
        return self.document is not None or (self.instrument is Instrument.STATUTE and bool(self.activity.strip()))


class Query(Noun, frozen=True, kw_only=True):
    """One question to one owner. Nothing that makes it accountable is optional.

    `pair` is a random value both sides log a commitment to, so that the two logs can be reconciled; `asked_ms`
    is UTC milliseconds; `item_id` names an item of an earlier digest when `step` is detail; `identified_by` is
    the member's own recorded decision that the person is the right one. `via` are the brokers that carry it, in order, as
    the directory has the way; the owner's node takes it from no other.
    """

    id: str
    step: Step
    asker: str
    asker_ori: str
    member: str
    owner: str
    beneficiary: str
    purpose: Purpose
    basis: LegalBasis
    case_number: str
    data_classes: tuple[DataClass, ...]
    subject: Subject
    asked_ms: int
    pair: str
    message: MessageKind = MessageKind.RECORDS_QUERY
    dppa_use: str = ""
    item_id: str = ""
    identified_by: str = ""
    note: str = ""
    via: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not QUERY_ID_PATTERN.fullmatch(self.id):
            raise NounError("a query id has 32 hexadecimal digits")
        if not re.fullmatch(r"[0-9a-f]{64}", self.pair):
            raise NounError("a pairing value has 64 hexadecimal digits")
        check_ori(self.asker_ori)
        for agency in (self.asker, self.owner, self.beneficiary, self.member, *self.via):
            check_agency_id(agency)
        check_text("case number", self.case_number, 64)
        if not self.data_classes:
            raise NounError("no data class is asked for; name at least one")
        if len(set(self.data_classes)) != len(self.data_classes):
            raise NounError("a data class is named twice")
        if (self.step is Step.DETAIL) != bool(self.item_id):
            raise NounError("a detail request names an item, a digest request does not")
        check_instant("the time of the question", self.asked_ms)
        check_short("motor-vehicle use", self.dppa_use, 16)
        for text, name in ((self.note, "note"), (self.identified_by, "identity decision")):
            check_short(name, text, LONGEST_NOTE)
        if self.identified_by and len(self.identified_by.split()) < FEWEST_REASON_WORDS:
            raise NounError("say in words why this is the person; the decision is kept and read by the owner")


def lacks_dppa_use(data_classes: Iterable[DataClass], use: str) -> bool:
    """Whether motor-vehicle records are asked for without one of the uses for which 18 USC 2721(b) lets them be given.

    Whoever lets a person ask says so before anything leaves; an owner refuses such a question.
    """
    return DataClass.DMV in data_classes and use not in DPPA_USES


def check_partial_date(text: str) -> str:
    """A birth date, whole or partial. Raises NounError for what is no date."""
    found = PARTIAL_DATE.fullmatch(text)
    if found is None:
        raise NounError(f"`{text}` is not a birth date; write YYYY-MM-DD, YYYY-MM or YYYY")
    year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
    try:
        date(year, month, day)
    except ValueError as error:
        raise NounError(f"`{text}` is not a day of the calendar; write YYYY-MM-DD, YYYY-MM or YYYY") from error
    if not 1850 <= year <= 2150:
        raise NounError(f"`{text}` is not a plausible year of birth")
    return text


def _check_wildcard(part: str, supported: bool) -> None:
    if "*" not in part and "?" not in part and "%" not in part:
        return
    letters = part[:-1]
    if not part.endswith("*") or any(char in letters for char in "*?%"):
        raise NounError(
            f"`{part}` has a wildcard that is not a trailing `*`; write at least three letters, then `*`"
        )
    if sum(char.isalpha() for char in letters) < SHORTEST_WILDCARD:
        raise NounError(f"`{part}` is a wildcard after fewer than three letters; write more of the name")
    if not supported:
        raise NounError("a wildcard needs a birth date or an identifier beside it")
