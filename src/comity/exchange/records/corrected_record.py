"""What a record is after a correction, and where it differs from what it was. Pure: no step here reads a store."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.match.traits import MATCHABLE_FIELDS
from comity.model.correction import Correction, FieldChanged, GivenField
from comity.model.field_values import name_fault, value_fault
from comity.model.record import FieldValue, PersonInRecord, Record, RecordState, SubjectFacts

T = TypeVar("T", RecordState, SubjectFacts)


def corrected_record(stored: Record, correction: Correction, today: date) -> Record:
    """The record as it is to stand. Raises WrongUseError for a file of another owner or class, or a person not there.

    What a file does not say of the record's standing and of facts about its people stays as the owner had it.
    """
    if correction.whole is not None:
        return _from_file(stored, correction.whole)
    record = stored
    for given in correction.fields:
        record = _with_field(record, given)
    return stored if record == stored else replace(record, as_of=max(today, stored.as_of))


def changed_fields(before: Record, after: Record) -> tuple[FieldChanged, ...]:
    """Every field whose values are not the same, of the event and of each person; their order does not count."""
    people = {person.key: person.fields for person in before.people}
    now = {person.key: person.fields for person in after.people}
    found = [FieldChanged(person="", field=name) for name in _differing(before.fields, after.fields)]
    for key in sorted({*people, *now}):
        found += [
            FieldChanged(person=key, field=name) for name in _differing(people.get(key, ()), now.get(key, ()))
        ]
    return tuple(found)


def public_no_more(before: Record, after: Record, changed: tuple[FieldChanged, ...]) -> tuple[FieldChanged, ...]:
    """Of the changed fields, those with a value flagged as already public that now have one without the flag.

    The flag is the owner's word on one value, not on the field: what was printed in a newspaper was the old value.
    """
    found = []
    for one in changed:
        was, now = (
            [field for field in _fields_of(record, one.person) if field.name == one.field]
            for record in (before, after)
        )
        if any(field.public for field in was) and any(not field.public for field in now):
            found.append(one)
    return tuple(found)


def check_changed(
    correction: Correction, before: Record, after: Record, changed: tuple[FieldChanged, ...], today: date
) -> None:
    """Every new value can stand in its field. Raises WrongUseError with the first that cannot, and the remedy.

    What stood there already is not asked about: a fault in one value must not keep another from being put right. A name in
    a file is as its source has it; one that is written by hand has its parts told apart.
    """
    for one in changed:
        for value in _new_values(before, after, one):
            fault = value_fault(one.field, value, today)
            if fault is None and correction.whole is None:
                fault = name_fault(one.field, value)
            if fault is not None:
                raise WrongUseError(fault)


def _new_values(before: Record, after: Record, one: FieldChanged) -> list[str]:
    was = _values(_fields_of(before, one.person), one.field)
    return [value for value in _values(_fields_of(after, one.person), one.field) if value not in was]


def _fields_of(record: Record, person: str) -> tuple[FieldValue, ...]:
    people = {one.key: one.fields for one in record.people}
    return people.get(person, ()) if person else record.fields


def _differing(before: tuple[FieldValue, ...], after: tuple[FieldValue, ...]) -> list[str]:
    names = sorted({field.name for field in (*before, *after)})
    return [name for name in names if _values(before, name) != _values(after, name)]


def _values(fields: tuple[FieldValue, ...], name: str) -> list[str]:
    return sorted(field.value for field in fields if field.name == name)


def _from_file(stored: Record, whole: Record) -> Record:
    if whole.owner != stored.owner or whole.data_class != stored.data_class:
        raise WrongUseError(
            f"the file's record is a `{whole.data_class}` of `{whole.owner}`, the stored one a `{stored.data_class}` of "
            f"`{stored.owner}`; name the right file"
        )
    facts = {person.key: person.facts for person in stored.people}
    stated = {person.key: person.statement for person in stored.people}
    return replace(
        whole,
        id=stored.id,
        state=_filled(whole.state, stored.state),
        people=tuple(
            replace(
                person,
                facts=_filled(person.facts, facts.get(person.key, SubjectFacts())),
                statement=stated.get(person.key, UNSET),  # no correction takes it away, and no file gives one
            )
            for person in whole.people
        ),
    )


def _filled(given: T, stored: T) -> T:
    """What is given, and where that says nothing, what is stored."""
    silent = type(given)()
    kept = {
        one.name: getattr(stored, one.name)
        for one in msgspec.structs.fields(given)
        if getattr(given, one.name) == getattr(silent, one.name)
    }
    return replace(given, **kept)


def _with_field(record: Record, given: GivenField) -> Record:
    given = given if given.person else replace(given, person=_whose(record, given.name))
    if not given.person:
        return replace(record, fields=_put(record.fields, given))
    if given.person not in {person.key for person in record.people}:
        known = ", ".join(f"`{person.key}`" for person in record.people) or "nobody"
        raise WrongUseError(f"record `{record.id}` has nobody `{given.person}`; it has {known}")
    return replace(record, people=tuple(_put_in(person, given) for person in record.people))


def _whose(record: Record, name: str) -> str:
    """The key of the one person whom a field without a key can be of; empty for a field of the event.

    Raises WrongUseError where it may be of several: a value beside the wrong one would correct nothing.
    """
    if any(field.name == name for field in record.fields):
        return ""
    bearers = [person.key for person in record.people if any(field.name == name for field in person.fields)]
    if not bearers and name in MATCHABLE_FIELDS:
        bearers = [person.key for person in record.people]
    if len(bearers) > 1:
        known = ", ".join(f"`{key}.{name}`" for key in bearers)
        raise WrongUseError(f"`{name}` may be of several people of record `{record.id}`; write {known}")
    return bearers[0] if bearers else ""


def _put_in(person: PersonInRecord, given: GivenField) -> PersonInRecord:
    return replace(person, fields=_put(person.fields, given)) if person.key == given.person else person


def _put(fields: tuple[FieldValue, ...], given: GivenField) -> tuple[FieldValue, ...]:
    """Fields with one name's values replaced, where the first of them stood; a value that stays keeps what is known of it."""
    known = {field.value: field for field in fields if field.name == given.name}
    new = tuple(known.get(field.value, field) for field in given.fields())
    places = [place for place, field in enumerate(fields) if field.name == given.name]
    first = places[0] if places else len(fields)
    return (
        *(field for field in fields[:first] if field.name != given.name),
        *new,
        *(field for field in fields[first:] if field.name != given.name),
    )
