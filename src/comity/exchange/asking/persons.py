"""Joining what several owners released: one person only where it agrees; differences stay visible, with owner and day."""

from __future__ import annotations

from comity.match.apart import keep_apart
from comity.match.group import GroupInput, group_people, read_items
from comity.match.grouping import DECLARED, DECLARED_APART
from comity.match.identifiers import IDENTIFIER_FIELDS
from comity.match.join import Declared
from comity.model.answer import Item
from comity.model.codes import Level
from comity.model.outcome import KeptApart, PersonView, SourceResult


def join_persons(sources: tuple[SourceResult, ...]) -> tuple[tuple[PersonView, ...], tuple[KeptApart, ...]]:
    """Released items as persons, and what is tied together but kept apart.

    Nothing is inferred from a field that is absent or withheld, or from a source that released nothing. What an owner
    declared of two of its own items stands; of another owner's it may say nothing.
    """
    inputs = [
        GroupInput(
            key=item.item_id, owner=source.agency, as_of=item.as_of, values=_values(item), borne=_borne(item)
        )
        for source in sources
        if source.answer
        for item in source.answer.items
    ]
    declared = _declared(sources)
    readings = read_items(inputs)
    groups = group_people(inputs, declared, readings)
    persons = tuple(
        PersonView(item_ids=group.keys, agree=group.agree, disagree=group.disagree) for group in groups
    )
    return persons, keep_apart(inputs, groups, declared, readings)


def _declared(sources: tuple[SourceResult, ...]) -> Declared:
    """What each owner said of two of its own items, the smaller id first; who says both says two people."""
    found: dict[tuple[str, str], int] = {}
    for answer in (source.answer for source in sources if source.answer):
        own = {item.item_id for item in answer.items}
        for pairs, relation in ((answer.one_person, DECLARED), (answer.two_people, DECLARED_APART)):
            found.update({(min(pair), max(pair)): relation for pair in pairs if own.issuperset(pair)})
    return found


def _values(item: Item) -> dict[str, tuple[str, ...]]:
    return {field.field: field.values for field in item.fields if field.level is Level.FULL}


def _borne(item: Item) -> dict[str, str]:
    """Numbers of the question that the owner says the record bears: agreement on a number is to the last digit."""
    return {
        evidence.field: evidence.asked
        for evidence in item.evidence
        if evidence.verdict == "agree" and evidence.field in IDENTIFIER_FIELDS
    }
