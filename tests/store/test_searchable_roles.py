"""Victims, witnesses and all third parties are no part of the index: no question leads to them (harms H16, H33)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from comity.match.compare import Scale, prepare
from comity.match.traits import MATCHABLE_FIELDS
from comity.match.weights import load_weights
from comity.model.codes import SEARCHABLE_ROLES, DataClass, Disposition, IdentifierKind, PersonRole
from comity.model.query import Identifier, IdentifierSubject, PersonSubject, Subject
from comity.model.record import FieldValue, PersonInRecord, Record
from comity.store.opening import Store
from store_engines import both_engines, open_store

pytestmark = both_engines
VALUES = {
    "name": "Kelly, Ann",
    "birth-date": "1984-03-12",
    "ssn": "512-34-6789",
    "home-address": "123 Main St, Fresno",
}
SUBJECTS: tuple[Subject, ...] = (
    PersonSubject(family="Kelly", given="Ann"),
    PersonSubject(family="Tran", given="Zoe", birth_date="1984-03-12"),
    PersonSubject(family="Tran", given="Zoe", address="123 Main St, Fresno"),
    IdentifierSubject(identifier=Identifier(kind=IdentifierKind.SSN, value="512346789")),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def make_record(number: int, *roles: PersonRole) -> Record:
    """A booking with one person of each role, all of them with the same values."""
    fields = tuple(FieldValue(name=name, value=value) for name, value in VALUES.items())
    return Record(
        id=f"r-{number:05}",
        owner="ca-river",
        data_class=DataClass.BOOKING,
        reference=f"B-{number}",
        event_date=None,
        as_of=date(2026, 1, 1),
        people=tuple(PersonInRecord(key=role.value, role=role, fields=fields) for role in roles),
        disposition=Disposition.UNKNOWN,
    )


@pytest.mark.parametrize("subject", SUBJECTS)
def test_only_people_in_a_searchable_role_are_found(store: Store, subject: Subject) -> None:
    """By name, date, address or number: of one record with a person in every role, and of records of one role each."""
    roles = list(PersonRole)
    store.records.load([make_record(0, *roles), *(make_record(1 + at, role) for at, role in enumerate(roles))])
    found = store.records.find(
        "ca-river", prepare(subject, MATCHABLE_FIELDS), [DataClass.BOOKING], 100, Scale(load_weights())
    )
    people = store.records.people("ca-river", found.numbers)
    assert {record.get_person(key).role for record, key in people} == SEARCHABLE_ROLES
    assert len(people) == 2 * len(SEARCHABLE_ROLES)
