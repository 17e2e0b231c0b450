"""Records: what an owner holds, as the owner holds it."""

from __future__ import annotations

from datetime import date

from msgspec import UNSET, UnsetType

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_field_name, check_text, is_plain
from comity.model.codes import DataClass, Disposition, PersonRole

MOST_PEOPLE = 64  # an incident with more is a list of people, which is refused
MOST_FIELDS = 400
MOST_CONVICTIONS = 64  # the bound of the rule language's list form


class FieldValue(Noun, frozen=True, kw_only=True):
    """One value of a named field. A name may occur several times (aliases, charges).

    `public` is the owner's own flag that the value is already public; None is unknown. `as_of` is the day the
    value was true, where the owner knows it.
    """

    name: str
    value: str
    public: bool | None = None
    as_of: date | None = None

    def __post_init__(self) -> None:
        check_field_name(self.name)
        if not is_plain(self.value):
            check_text(f"field `{self.name}`", self.value)


class Conviction(Noun, frozen=True, kw_only=True):
    """A conviction as rules read it. None is unknown."""

    offence: str | None = None
    grade: str | None = None
    day: date | None = None
    reclassified: str | None = None
    listed_as: str | None = None


class SubjectFacts(Noun, frozen=True, kw_only=True):
    """Facts about a person that rules turn on, each from a cited record; None is unknown.

    An empty tuple of convictions means the owner knows there is none; None means the file is incomplete.
    """

    convictions: tuple[Conviction, ...] | None = None
    registrant: bool | None = None
    federal_felony_warrant: bool | None = None
    probable_cause_felony: bool | None = None
    custodian: str | None = None
    minor: bool | None = None
    acp_participant: bool | None = None
    citizen_or_resident: bool | None = None
    federal_criminal_charge: bool | None = None
    consented_interview: bool | None = None
    violent_or_serious: bool | None = None
    removal_order_by_judge: bool | None = None
    former_entry_conviction: bool | None = None
    nationality: str | None = None
    being_removed: bool | None = None
    protection_claimed: bool | None = None

    def __post_init__(self) -> None:
        if self.convictions is not None and len(self.convictions) > MOST_CONVICTIONS:
            raise NounError(f"more than {MOST_CONVICTIONS} convictions; keep those rules can turn on")


class PersonInRecord(Noun, frozen=True, kw_only=True):
    """A person in a record, in one role. `key` is unique within the record.

    `statement` is what this person says beside the record, unset where they say nothing: their own word, no value of the
    record, in no class and closed by no rule. Unset, it leaves no trace in what is stored and hashed.
    """

    key: str
    role: PersonRole
    fields: tuple[FieldValue, ...]
    facts: SubjectFacts = SubjectFacts()
    statement: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.statement is not UNSET:
            check_text("the statement", self.statement)

    def values(self, name: str) -> tuple[str, ...]:
        return tuple(field.value for field in self.fields if field.name == name)


class RecordState(Noun, frozen=True, kw_only=True):
    """What the owner knows of the record's standing; None is unknown, never a no."""

    reviewed: bool | None = None
    certified: bool | None = None
    sealed: bool | None = None
    disputed: bool | None = None
    legal_hold: bool | None = None
    tied_to_case: bool | None = None
    consented_onward: bool | None = None
    own_record: bool = True
    received_under_1367: bool | None = None
    iii_derived: bool | None = None
    non_conviction: bool | None = None
    disposition_checked: bool | None = None
    generated_by_law_enforcement: bool | None = None
    relief_denied: bool | None = None
    from_abuser_only: bool | None = None
    federal_detainee: bool | None = None
    suppressed: bool | None = None
    assessment: bool | None = None
    restricted: bool | None = None
    served_by_agreement: bool | None = None
    in_court: bool | None = None
    parking: bool | None = None
    received_from: str = ""
    collected: date | None = None
    last_validated: date | None = None
    retain_until: date | None = None
    group_audited: date | None = None
    found: date | None = None
    disposed: date | None = None
    extended_until: date | None = None
    traffic_study: bool | None = None
    commercial_vehicle: bool | None = None


class Record(Noun, frozen=True, kw_only=True):
    """One record of one owner about one event.

    `reference` is the owner's own human-readable number, carried unchanged; `as_of` the day the owner last
    touched it; `fields` are values of the event itself, not of a person.
    """

    id: str
    owner: str
    data_class: DataClass
    reference: str
    event_date: date | None
    as_of: date
    people: tuple[PersonInRecord, ...]
    fields: tuple[FieldValue, ...] = ()
    disposition: Disposition
    state: RecordState = RecordState()
    source: str = ""

    def __post_init__(self) -> None:
        check_text("record id", self.id, 120)
        check_agency_id(self.owner)
        check_text("record reference", self.reference, 120)
        keys = [person.key for person in self.people]
        if len(set(keys)) != len(keys):
            raise NounError(f"record `{self.id}` has two people with one key")
        if len(keys) > MOST_PEOPLE:
            raise NounError(f"record `{self.id}` has more than {MOST_PEOPLE} people; it is a list, not a record")
        if len(self.fields) + sum(len(person.fields) for person in self.people) > MOST_FIELDS:
            raise NounError(f"record `{self.id}` has more than {MOST_FIELDS} values; split it by event")

    def get_person(self, key: str) -> PersonInRecord:
        for person in self.people:
            if person.key == key:
                return person
        raise NounError(f"record `{self.id}` has no person `{key}`")
