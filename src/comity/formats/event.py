"""What a reader finds: one event of one document, before it has an owner and an id."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comity.formats.placing import Placing
from comity.formats.tree import Element
from comity.formats.values import Values
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.record import PersonInRecord, SubjectFacts


@dataclass(frozen=True, slots=True)
class Event:
    """One event with its people. `reference` is the owner's own number, empty where the document has none."""

    data_class: DataClass
    people: tuple[PersonInRecord, ...]
    fields: Values
    disposition: Disposition
    reference: str = ""
    event_date: date | None = None
    as_of: date | None = None
    non_conviction: bool | None = None


def person(key: str, role: PersonRole, fields: Values, facts: SubjectFacts | None = None) -> PersonInRecord:
    return PersonInRecord(key=key, role=role, fields=fields, facts=facts or SubjectFacts())


def one_person(placing: Placing, block: Element, name: str = "Person") -> Element:
    """The one person a block is about. Two people, or none, stop the load: nothing says whose facts they are."""
    people = block.all(name)
    if len(people) != 1:
        remedy = "write one document for each person"
        raise placing.fault(block, f"has {len(people)} people where one is expected", remedy)
    return people[0]


def some_blocks(placing: Placing, root: Element, name: str) -> tuple[Element, ...]:
    """The result blocks of a document; none at all stops the load, for an error message is no record."""
    blocks = root.all(name)
    if not blocks:
        raise placing.fault(
            root, f"has no `{name}`, so there is nothing to load", "leave the file out of the load"
        )
    return blocks
