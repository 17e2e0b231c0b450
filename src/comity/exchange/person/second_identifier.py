"""Who in an owner's file shares a second identifier with somebody: the one look-up that proposals rest on.

Whom the rule of `match/relation.py` joins, that look-up leads to: it joins nobody without an equal number or an equal
whole birth date. It may lead to more; the rule decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.errors import NounError
from comity.match.as_question import write_birth
from comity.match.compare import Scale, prepare
from comity.match.dates import read_birth
from comity.match.identifiers import forms
from comity.model.codes import DataClass, IdentifierKind
from comity.model.query import Identifier, IdentifierSubject, PersonSubject, Subject
from comity.model.record import PersonInRecord, Record
from comity.ports import World

ANYBODY = "anybody"  # a question needs a name; the look-up is by the birth date alone
MOST_SHARING = 200  # with one person: 40 people in a million share a birth date

Stored = tuple[Record, PersonInRecord]


@dataclass(frozen=True, slots=True)
class Sharing:
    """The others found; `crowded` where there are more than are read."""

    people: tuple[Stored, ...]
    crowded: bool


def find_sharing(world: World, record: Record, person: PersonInRecord) -> Sharing:
    """The other people of the same owner that share a whole birth date or a number, at most `MOST_SHARING`.

    Whoever is never searched for (victims, witnesses, third parties) is not among them.
    """
    found: dict[tuple[str, str], Stored] = {}
    crowded = False
    weights = world.weights.of(record.owner)
    for subject, field in _subjects(record, person):
        question = prepare(subject, frozenset({field}))
        looked = world.records.find(record.owner, question, tuple(DataClass), MOST_SHARING, Scale(weights))
        crowded = crowded or looked.overflow
        for other, key in world.records.people(record.owner, looked.numbers):
            if (other.id, key) != (record.id, person.key):
                found[other.id, key] = (other, other.get_person(key))
    people = tuple(found[key] for key in sorted(found))[:MOST_SHARING]
    return Sharing(people, crowded or len(found) > MOST_SHARING)


def _subjects(record: Record, person: PersonInRecord) -> Iterator[tuple[Subject, str]]:
    """A question for each birth date and each number of a person, with the one field it matches on."""
    kinds = {kind.value: kind for kind in IdentifierKind}
    for field in (*person.fields, *record.fields):
        birth = read_birth(field.value) if field.name == "birth-date" else None
        if birth is not None:
            yield PersonSubject(family=ANYBODY, birth_date=write_birth(birth)), field.name
        elif field.name in kinds:
            for form in forms(field.name, field.value):  # as they are found by, whatever marks stand in the record
                try:
                    number = Identifier(kind=kinds[field.name], value=form)
                except NounError:
                    continue  # what is no number finds nobody
                yield IdentifierSubject(identifier=number), field.name
