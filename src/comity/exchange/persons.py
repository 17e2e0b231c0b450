"""Joining what several owners released: one person only where it agrees; differences stay visible, with owner."""

from __future__ import annotations

from comity.match.group import GroupInput, group_people
from comity.match.grouping import DECLARED, DECLARED_APART
from comity.model.answer import Item
from comity.model.codes import Level
from comity.model.outcome import Conflict, PersonView, SourceResult


def join_persons(sources: tuple[SourceResult, ...]) -> tuple[PersonView, ...]:
    """Group released items into persons. Nothing is inferred from a field that is absent or withheld.

    What an owner declared of two of its own items stands; of another owner's it may say nothing.
    """
    inputs = [
        GroupInput(key=item.item_id, owner=source.agency, values=_values(item))
        for source in sources
        if source.answer
        for item in source.answer.items
    ]
    return tuple(
        PersonView(
            item_ids=group.keys,
            agree=group.agree,
            disagree=tuple(Conflict(field=field, values=values) for field, values in group.disagree),
        )
        for group in group_people(inputs, _declared(sources))
    )


def _declared(sources: tuple[SourceResult, ...]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for answer in (source.answer for source in sources if source.answer):
        own = {item.item_id for item in answer.items}
        for pairs, relation in ((answer.one_person, DECLARED), (answer.two_people, DECLARED_APART)):
            found.update({pair: relation for pair in pairs if own.issuperset(pair)})
    return found


def _values(item: Item) -> dict[str, tuple[str, ...]]:
    return {field.field: field.values for field in item.fields if field.level is Level.FULL}
