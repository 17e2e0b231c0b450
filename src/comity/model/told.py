"""Disclosures that nobody queried: what was told by a call, an e-mail or a portal view, and how the law stands to it."""

from __future__ import annotations

from enum import StrEnum

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_instant, check_short, check_text
from comity.model.codes import DataClass, MessageKind, Purpose
from comity.model.decision import Reason
from comity.model.query import LONGEST_NOTE, LegalBasis

LONGEST_PERSON = 120
MOST_TOLD_FIELDS = 64  # no class has more; who tells everything names what that is


class Channel(StrEnum):
    """How it was told."""

    CALL = "call"
    E_MAIL = "e-mail"
    PORTAL_VIEW = "portal-view"
    LETTER = "letter"
    IN_PERSON = "in-person"


class FieldVerdict(StrEnum):
    """How the law stands to one field that was told.

    `given` would have left with an answer. `pointer` would have left as "ask the owner": somebody asked, and a person of
    the owner told it. `against-the-law` would not have left.
    """

    GIVEN = "given"
    POINTER = "pointer"
    AGAINST = "against-the-law"


class Told(Noun, frozen=True, kw_only=True):
    """What a member says was told: to whom, how, why, of which one person in which record, and which fields.

    `records` holds one id or reference; `whom` is the person's key in it, empty where only one person is there to tell
    of. `told_ms` is when (UTC milliseconds), None for now.
    """

    recipient: str
    person: str
    channel: Channel
    purpose: Purpose
    basis: LegalBasis
    case_number: str
    records: tuple[str, ...]
    fields: tuple[str, ...]
    whom: str = ""
    beneficiary: str = ""
    told_ms: int | None = None
    message: MessageKind = MessageKind.RECORDS_QUERY
    dppa_use: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        check_agency_id(self.recipient)
        check_text("the person told", self.person, LONGEST_PERSON)
        check_text("case number", self.case_number, 64)
        check_short("note", self.note, LONGEST_NOTE // 2)
        if self.told_ms is not None:
            check_instant("the time it was told", self.told_ms)
        if len(self.records) != 1:
            raise NounError(
                "a list of persons is no disclosure of one record, and a jail roster is refused as bulk; "
                "record what was told of one person at a time"
            )
        if not self.fields or len(set(self.fields)) != len(self.fields) or len(self.fields) > MOST_TOLD_FIELDS:
            raise NounError("name the fields that were told, each once")


class ToldField(Noun, frozen=True, kw_only=True):
    """One field that was told, and how the law stands to it; `level` is what an answer would have given."""

    field: str
    verdict: FieldVerdict
    level: str
    reasons: tuple[Reason, ...]


class Disclosed(Noun, frozen=True, kw_only=True):
    """A disclosure as it is recorded, for the owner's desk alone. `finding` is the duty to look into it, or empty."""

    owner: str
    query_id: str
    item_id: str
    record_id: str
    reference: str
    data_class: DataClass
    told: Told
    by: str
    recorded_ms: int
    told_ms: int
    fields: tuple[ToldField, ...]
    refused: tuple[Reason, ...]
    finding: str = ""
    duties: tuple[str, ...] = ()

    @property
    def against(self) -> tuple[ToldField, ...]:
        return tuple(one for one in self.fields if one.verdict is FieldVerdict.AGAINST)


class DisclosedEntry(Noun, frozen=True, kw_only=True):
    """A recorded disclosure with its entry; `open_finding` where it was against the law and nobody looked into it yet.

    `disclosed` is None where the record was expunged since: that something was told stays, not what.
    """

    entry: int
    at_ms: int
    disclosed: Disclosed | None
    open_finding: bool = False
