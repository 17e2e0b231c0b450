"""In which records the person is the subject: by a second identifier, never by a name, a house or a relative's number.

The rule is the one that guards answers (`match/verdict.py`): a record is the person's where every part of the name that
agrees agrees strongly, a whole birth date or a number agrees too, and nothing speaks against it. Whatever is less is told
to nobody; how many of those there are is told to the desk alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.errors import PetitionRefusedError
from comity.match.compare import Scale, prepare
from comity.match.identifiers import IDENTIFIER_FIELDS
from comity.match.person import NOT_SAME, SAME, Candidate, match_person
from comity.match.traits import MATCHABLE_FIELDS
from comity.model.agency import Agency
from comity.model.codes import SEARCHABLE_ROLES, DataClass
from comity.model.petition import AccountedRecord
from comity.model.query import IdentifierSubject, PersonSubject, Subject
from comity.model.record import PersonInRecord, Record
from comity.ports import World

Numbers = frozenset[tuple[str, str]]

MOST_READ = 1_000  # people whom the look-up keys lead to; more describe a crowd, and nobody is told of any

# Classes whose very existence is said in person alone (law.md C-16): online they are as if they were not there.
TOLD_IN_PERSON = frozenset(
    {
        DataClass.VICTIM_1367,
        DataClass.ASYLUM,
        DataClass.JUVENILE,
        DataClass.TREATMENT,
        DataClass.INTELLIGENCE,
        DataClass.GANG,
        DataClass.TIP,
    }
)


@dataclass(frozen=True, slots=True)
class Own:
    """The records that are the person's, and how many may be and nothing beyond a name or an address says so."""

    records: tuple[AccountedRecord, ...]
    undecided: int


def own_records(world: World, owner: Agency, subject: PersonSubject) -> Own:
    """The records of an owner in which a person is the subject. Raises PetitionRefusedError where a crowd fits."""
    question, scale = prepare(subject, MATCHABLE_FIELDS), Scale(world.weights.of(owner.id))
    found = world.records.find(owner.id, question, tuple(DataClass), MOST_READ, scale)
    if found.overflow:
        raise PetitionRefusedError(
            "more people fit than can be told apart; ask who it is for a whole birth date or a number"
        )
    people = [(record, record.get_person(key)) for record, key in world.records.people(owner.id, found.numbers)]
    verdicts = [verdict_of(world, owner, subject, record, person) for record, person in people]
    same = [one for one, verdict in zip(people, verdicts, strict=True) if verdict == SAME]
    possible = sum(verdict not in (SAME, NOT_SAME) for verdict in verdicts)
    if _are_several(subject, [person for _, person in same]):
        return Own((), possible + len(same))
    records = tuple(_accounted(record, person) for record, person in same)
    return Own(tuple(sorted(records, key=lambda one: (one.record_id, one.person_key))), possible)


def verdict_of(world: World, owner: Agency, subject: Subject, record: Record, person: PersonInRecord) -> str:
    """Whether one person of one record is the person asked about, by every field the record has."""
    if person.role not in SEARCHABLE_ROLES:
        return NOT_SAME  # a victim, a witness or a relative in a record is not whom the record is about
    values: dict[str, tuple[str, ...]] = {}
    for field in (*person.fields, *record.fields):
        values[field.name] = (*values.get(field.name, ()), field.value)
    candidate = Candidate(record_id=record.id, person_key=person.key, values=values)
    result = match_person(subject, (candidate,), MATCHABLE_FIELDS, world.weights.of(owner.id))
    return result.matches[0].verdict if result.matches else NOT_SAME


def numbers_of(subject: PersonSubject) -> Numbers:
    """The numbers of a subject, as they are compared: kind, and letters and digits alone."""
    return frozenset((one.kind.value, _plain(one.value)) for one in subject.identifiers)


def numbers_in(world: World, owner: Agency, records: Iterable[AccountedRecord]) -> Numbers:
    """The numbers that a person's own records bear of them."""
    found = set()
    for one in records:
        record = world.records.get(owner.id, one.record_id)
        if record is not None:
            person = record.get_person(one.person_key)
            found |= {(field, _plain(value)) for field in IDENTIFIER_FIELDS for value in person.values(field)}
    return frozenset(found)


def is_about(subject: PersonSubject, numbers: Numbers, asked: Subject) -> bool:
    """Whether a question was about this person: the same name with the same whole birth date, or one of their numbers.

    `numbers` are those that a paper showed or an own record bears. What somebody wrote down alone may be a relative's.
    """
    if isinstance(asked, IdentifierSubject):
        return (asked.identifier.kind.value, _plain(asked.identifier.value)) in numbers
    if not isinstance(asked, PersonSubject):
        return False
    theirs = numbers_of(asked)
    kinds = {kind for kind, _ in numbers} & {kind for kind, _ in theirs}
    if any((kind, value) not in numbers for kind, value in theirs if kind in kinds):
        return False  # another number of the same kind: a namesake
    named = _named(asked) == _named(subject)
    born = len(subject.birth_date) == 10 and asked.birth_date == subject.birth_date
    differs = bool(asked.birth_date and subject.birth_date) and not born
    return named and not differs and (born or bool(numbers & theirs))


def find_own(world: World, owner: Agency, subject: PersonSubject, record: Record) -> PersonInRecord | None:
    """The person of a record who is the one asked about; None where nobody of it is."""
    same = [one for one in record.people if verdict_of(world, owner, subject, record, one) == SAME]
    return same[0] if len(same) == 1 else None


def is_told_in_person(record: Record) -> bool:
    """Whether even that this record exists is told in person only."""
    state = record.state
    marks = (state.sealed, state.suppressed, state.restricted, state.received_under_1367)
    return record.data_class in TOLD_IN_PERSON or any(mark is True for mark in marks)


def _are_several(subject: PersonSubject, people: list[PersonInRecord]) -> bool:
    """Whether people of one name and birth date bear different numbers of a kind of which the petition gives none."""
    given = {one.kind.value for one in subject.identifiers}
    for field in IDENTIFIER_FIELDS:
        borne = [{_plain(value) for value in person.values(field)} for person in people]
        sets = [values for values in borne if values]
        if field not in given and sets and not set.intersection(*sets):
            return True
    return False


def _accounted(record: Record, person: PersonInRecord) -> AccountedRecord:
    return AccountedRecord(
        record_id=record.id,
        person_key=person.key,
        reference=record.reference,
        data_class=record.data_class,
        in_person=is_told_in_person(record),
    )


def _named(subject: PersonSubject) -> tuple[str, str, str]:
    return _plain(subject.family), _plain(subject.given), _plain(subject.suffix)


def _plain(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
