"""Who in an owner's file shares a second identifier with somebody: the one look-up that proposals rest on.

Whom the rule of `match/relation.py` joins, that look-up leads to: it joins nobody without an equal number or an equal
whole birth date. It may lead to more; the rule decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.match.identifiers import IDENTIFIER_FIELDS
from comity.match.keys import record_keys
from comity.model.codes import DataClass
from comity.model.record import PersonInRecord, Record
from comity.ports import World

SECOND_IDENTIFIERS = frozenset({"birth-date", *IDENTIFIER_FIELDS})
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
    keys = tuple(sorted(record_keys(person, record.fields, SECOND_IDENTIFIERS)))
    found = world.records.find(record.owner, keys, tuple(DataClass), MOST_SHARING)
    return Sharing(
        people=tuple(
            (other, other.get_person(key))
            for other, key in found.people
            if (other.id, key) != (record.id, person.key)
        ),
        crowded=found.overflow,
    )
