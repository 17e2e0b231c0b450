"""Facts: what a question, its parties and a record say, as paths of the vocabulary.

A fact is named `asker's level` or `asker is primarily-immigration`. A missing key is unknown, never a no. The
model's closed lists use the vocabulary's words, so values pass unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from comity.law.atoms import FactMap, FactValue, FieldFlags
from comity.law.calendar import OwnerCalendar
from comity.model.agency import DIRECT, Agency, Directory, Member
from comity.model.codes import Certificate, Component, GovernmentLevel
from comity.model.query import Query
from comity.model.record import FieldValue, PersonInRecord, Record


@dataclass(frozen=True, slots=True)
class Standing:
    """Who faces whom: agency ids and the ORIs in use today. Agreements and policies turn on these alone.

    `named_ori` is the ORI the question is made under: permits need it; clauses that narrow apply to all of an
    agency's ORIs. Empty when no one ORI is named, as for a beneficiary.
    """

    asker: str = ""
    asker_oris: frozenset[str] = frozenset()
    owner: str = ""
    owner_oris: frozenset[str] = frozenset()
    named_ori: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Facts(Mapping[str, FactValue]):
    """An immutable mapping from path to value, with who stands where and when.

    `others` are the same facts seen as each further agency the question is for (beneficiary, agencies the member
    acts for): the decision is the stricter of all. `data_classes` are the classes asked for.
    """

    values_by_path: Mapping[str, FactValue]
    standing: Standing
    calendar: OwnerCalendar
    data_classes: tuple[str, ...] = ()
    others: tuple[Facts, ...] = ()

    def __getitem__(self, path: str) -> FactValue:
        return self.values_by_path[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_path)

    def __len__(self) -> int:
        return len(self.values_by_path)

    def standpoints(self) -> tuple[Facts, ...]:
        """These facts as the asker, then as each further agency."""
        return (self, *self.others)

    def having(self, more: FactMap) -> Facts:
        """The same facts with some added or replaced, in every standpoint."""
        return replace(
            self,
            values_by_path=MappingProxyType({**self.values_by_path, **more}),
            others=tuple(other.having(more) for other in self.others),
        )

    def without(self, path: str) -> Facts:
        """The same facts with one made unknown, in every standpoint."""
        kept = {key: value for key, value in self.values_by_path.items() if key != path}
        return replace(
            self,
            values_by_path=MappingProxyType(kept),
            others=tuple(other.without(path) for other in self.others),
        )


@dataclass(frozen=True, slots=True)
class Parties:
    """The people and agencies of a question, as the signed directory has them."""

    asker: Agency
    member: Member
    owner: Agency
    beneficiary: Agency
    directory: Directory


def request_facts(query: Query, parties: Parties, at_ms: int) -> Facts:
    """Everything a question says, at an instant (UTC milliseconds) in the owner's time zone.

    The question is seen as the asker, as the beneficiary where that is another agency, and as every agency the
    member acts for; an agency missing from the directory is one of which nothing is known.
    """
    calendar = OwnerCalendar(at_ms, parties.owner.zone, frozenset(parties.owner.holidays))
    today = calendar.today()
    common = {
        **_query_facts(query, today),
        **owner_facts(parties.owner),
        **_acting_fact(parties),
        "session's attestations": frozenset(str(one.name) for one in parties.member.statements),
        "now": today,
    }
    classes = tuple(str(name) for name in query.data_classes)
    owner_oris = oris_on(parties.owner, today)

    def seen_as(agency: Agency | None, agency_id: str, oris: frozenset[str]) -> Facts:
        known = (
            {**agency_facts("asker", agency, today), **_certified_fact(agency, today)}
            if agency is not None
            else {}
        )
        values = {**common, **known}
        named = query.asker_ori if agency_id == parties.asker.id else ""
        standing = Standing(agency_id, oris, parties.owner.id, owner_oris, named)
        return Facts(MappingProxyType(values), standing, calendar, classes)

    own = seen_as(parties.asker, parties.asker.id, oris_on(parties.asker, today))
    others = []
    for agency_id in _further_agencies(parties):
        agency = _find(parties, agency_id)
        others.append(seen_as(agency, agency_id, oris_on(agency, today) if agency is not None else frozenset()))
    return _carried((own, *others), query.via)


def _carried(standpoints: tuple[Facts, ...], via: tuple[str, ...]) -> Facts:
    """The same facts once more for each further broker on the way: a rule against one narrows whatever it carried."""
    further = (one.having({"query's broker": broker}) for broker in via[1:] for one in standpoints)
    return replace(standpoints[0], others=(*standpoints[1:], *further))


def facts_of_owner(owner: Agency, at_ms: int, more: FactMap | None = None) -> Facts:
    """What is known of an owner at an instant (UTC milliseconds) where nobody asks; `more` of a record, say."""
    calendar = OwnerCalendar(at_ms, owner.zone, frozenset(owner.holidays))
    today = calendar.today()
    values = {**(more or {}), **owner_facts(owner), "now": today}
    standing = Standing(owner=owner.id, owner_oris=oris_on(owner, today))
    return Facts(MappingProxyType(values), standing, calendar)


def agency_facts(entity: str, agency: Agency, today: date) -> dict[str, FactValue]:
    """What the directory says of an agency, as facts of `asker`, `owner` or `recipient`."""
    return {
        f"{entity}'s level": str(agency.level),
        f"{entity}'s state": agency.state,
        f"{entity}'s kind": str(agency.kind),
        f"{entity}'s component": str(agency.component),
        f"{entity}'s certificates": frozenset(str(name) for name in agency.certificates_on(today)),
        f"{entity} is primarily-immigration": agency.primarily_immigration,
    }


def _certified_fact(agency: Agency, today: date) -> dict[str, FactValue]:
    """The first day of the Colorado certificate that is valid today, the latest where several are."""
    days = [
        held.first
        for held in agency.certificates
        if held.name is Certificate.CO_NO_IMMIGRATION and held.first <= today <= held.last
    ]
    return {"asker's colorado-certified": max(days)} if days else {}


def record_facts(record: Record, person_key: str) -> FactMap:
    """Everything a record says of itself and of one of its people. Raises NounError for an unknown person."""
    person = record.get_person(person_key)
    found: dict[str, FactValue] = {}
    for path, read in RECORD_READERS.items():
        value = read(record, person)
        if value is not None:
            found[path] = value
    found["field is public"] = public_flags((*person.fields, *record.fields))
    return MappingProxyType(found)


def public_flags(fields: tuple[FieldValue, ...]) -> FieldFlags:
    """Fields all of whose values the owner flags public, and fields with a value that is not."""
    states: dict[str, set[bool | None]] = {}
    for field in fields:
        states.setdefault(field.name, set()).add(field.public)
    return FieldFlags(
        yes=frozenset(name for name, flags in states.items() if flags == {True}),
        no=frozenset(name for name, flags in states.items() if False in flags),
    )


def _query_facts(query: Query, today: date) -> dict[str, FactValue]:
    """Facts of question and paper. A paper past its last day, or named but not shown, shows nothing.

    Its kind and signer are then unknown. Whether an officer approved an exception of 8 USC 1367(b) is never the
    asker's word: it stays unknown until the owner's desk can record it.
    """
    found: dict[str, FactValue] = {
        "query's purpose": str(query.purpose),
        "query's message": str(query.message),
        "query's step": str(query.step),
        "query is brokered": bool(query.via),
        "query's broker": query.via[0] if query.via else DIRECT,
        "agreement's access": "query",
    }
    texts = {
        "query's case-number": query.case_number,
        "query's note": query.note,
        "query's dppa-use": query.dppa_use,
        "order's portion": query.basis.portion,
        "order's activity": query.basis.activity,
    }
    found.update({path: text for path, text in texts.items() if text})
    basis = query.basis
    if basis.expires is not None:
        found["order's expires"] = basis.expires
    if basis.expires is not None and basis.expires < today:
        return found
    if basis.may_open and not basis.is_shown:
        return found
    found["order's instrument"] = str(basis.instrument)
    found["order's issuer"] = str(basis.issuer)
    if basis.document is not None:
        found["order's document"] = basis.document
    found["order is sealed"] = basis.sealed
    return found


def owner_facts(owner: Agency) -> dict[str, FactValue]:
    """What the directory says of an owner, with what follows from it."""
    found: dict[str, FactValue] = {
        "owner's level": str(owner.level),
        "owner's state": owner.state,
        "owner's kind": str(owner.kind),
        "owner's component": str(owner.component),
    }
    # The directory does not say whether a federal owner belongs to Justice or State; only Homeland Security shows.
    if owner.level is not GovernmentLevel.FEDERAL:
        found["owner is federal-1367-holder"] = False
    elif owner.component not in {Component.NONE, Component.DELEGATE_287G}:
        found["owner is federal-1367-holder"] = True
    return found


def _acting_fact(parties: Parties) -> dict[str, FactValue]:
    """Whether the member asks or acts for another agency that is an immigration authority; unknown where one is."""
    return acting_fact(tuple(_find(parties, name) for name in _further_agencies(parties)))


def acting_fact(agencies: tuple[Agency | None, ...]) -> dict[str, FactValue]:
    """Whether one of the agencies that a member acts for is an immigration authority; None is one of which nothing is known.

    A member of such an authority does not act for it: rules read that from the asker's own facts.
    """
    if any(agency is not None and _is_immigration(agency) for agency in agencies):
        return {"member is acting-for-immigration": True}
    if None in agencies:
        return {}
    return {"member is acting-for-immigration": False}


def _is_immigration(agency: Agency) -> bool:
    return agency.component is not Component.NONE or agency.primarily_immigration


def _further_agencies(parties: Parties) -> tuple[str, ...]:
    named = (parties.beneficiary.id, *parties.member.acting_for)
    return tuple(dict.fromkeys(name for name in named if name != parties.asker.id))


def _find(parties: Parties, agency_id: str) -> Agency | None:
    if agency_id == parties.beneficiary.id:
        return parties.beneficiary
    return parties.directory.find_agency(agency_id)


def oris_on(agency: Agency, today: date) -> frozenset[str]:
    return frozenset(
        dated.ori for dated in agency.oris if dated.first <= today and (dated.last is None or today <= dated.last)
    )


Reader = Callable[[Record, PersonInRecord], FactValue | None]


def _state_flag(name: str) -> Reader:
    def read(record: Record, person: PersonInRecord) -> FactValue | None:
        value: bool | None = getattr(record.state, name)
        return value

    return read


def _state_date(name: str) -> Reader:
    def read(record: Record, person: PersonInRecord) -> FactValue | None:
        value: date | None = getattr(record.state, name)
        return value

    return read


def _subject_fact(name: str) -> Reader:
    def read(record: Record, person: PersonInRecord) -> FactValue | None:
        value: bool | str | None = getattr(person.facts, name)
        return value

    return read


def _convictions(record: Record, person: PersonInRecord) -> FactValue | None:
    """Convictions as rules read them; None when the owner's file is incomplete."""
    held = person.facts.convictions
    if held is None:
        return None
    parts = ("offence", "grade", "day", "reclassified", "listed_as")
    return tuple(
        MappingProxyType(
            {
                f"conviction's {part.replace('_', '-')}": value
                for part in parts
                if (value := getattr(conviction, part)) is not None
            }
        )
        for conviction in held
    )


STATE_FLAGS = (
    *("reviewed", "certified", "sealed", "disputed", "legal_hold", "tied_to_case", "consented_onward"),
    *("own_record", "received_under_1367", "iii_derived", "non_conviction", "disposition_checked"),
    *("generated_by_law_enforcement", "relief_denied", "from_abuser_only", "federal_detainee", "suppressed"),
    *("assessment", "restricted", "served_by_agreement", "in_court", "parking"),
    *("traffic_study", "commercial_vehicle"),
)
STATE_DATES = (
    *("collected", "last_validated", "retain_until", "group_audited", "found", "disposed", "extended_until"),
)
SUBJECT_FLAGS = (
    *("registrant", "federal_felony_warrant", "probable_cause_felony", "minor", "acp_participant"),
    *("citizen_or_resident", "federal_criminal_charge", "consented_interview", "violent_or_serious"),
    *("removal_order_by_judge", "former_entry_conviction", "being_removed", "protection_claimed"),
)

RECORD_READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "record's data-class": lambda record, person: str(record.data_class),
        "record's disposition": lambda record, person: str(record.disposition),
        "record's received-from": lambda record, person: record.state.received_from or None,
        "record's event-date": lambda record, person: record.event_date,
        "record's as-of": lambda record, person: record.as_of,
        **{f"record's {name.replace('_', '-')}": _state_date(name) for name in STATE_DATES},
        "subject's role": lambda record, person: str(person.role),
        "subject's custodian": _subject_fact("custodian"),
        "subject's nationality": _subject_fact("nationality"),
        "subject's convictions": _convictions,
        **{f"record is {name.replace('_', '-')}": _state_flag(name) for name in STATE_FLAGS},
        **{f"subject is {name.replace('_', '-')}": _subject_fact(name) for name in SUBJECT_FLAGS},
    }
)
# The same attributes as the record holds them, to recognise what was met before: dotted names in a Record and in a
# PersonInRecord.
RECORD_ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {
        "record's data-class": "data_class",
        "record's disposition": "disposition",
        "record's received-from": "state.received_from",
        "record's event-date": "event_date",
        "record's as-of": "as_of",
        **{f"record's {name.replace('_', '-')}": f"state.{name}" for name in STATE_DATES},
        **{f"record is {name.replace('_', '-')}": f"state.{name}" for name in STATE_FLAGS},
    }
)
PERSON_ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {
        "subject's role": "role",
        "subject's custodian": "facts.custodian",
        "subject's nationality": "facts.nationality",
        "subject's convictions": "facts.convictions",
        **{f"subject is {name.replace('_', '-')}": f"facts.{name}" for name in SUBJECT_FLAGS},
    }
)
# Of these, what rules read is what the record holds; the others are a text that may be empty, and a list.
READ_AS_HELD = frozenset(
    {
        *("record's data-class", "record's disposition", "record's event-date", "record's as-of"),
        *("subject's role", "subject's custodian", "subject's nationality"),
        *(f"record's {name.replace('_', '-')}" for name in STATE_DATES),
        *(f"record is {name.replace('_', '-')}" for name in STATE_FLAGS),
        *(f"subject is {name.replace('_', '-')}" for name in SUBJECT_FLAGS),
    }
)
RECORD_ENTITIES = frozenset({"record", "subject", "field"})
