"""What a decision of a hold would let go: the very answer the asker would get, worked out before anybody decides.

By the steps of any answer, as if the hold, and every other that the question still waits for, were granted. Nothing is
committed. So what the law opens and this answer does not show yet is told apart from what goes now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.exchange.answering.answer_again import GivenAnswer, answer_foreseen
from comity.law.release import values_of
from comity.model.answer import Item
from comity.model.codes import Level
from comity.model.decision import FieldDecision, RecordDecision
from comity.model.held import HeldField, Ruling
from comity.model.record import PersonInRecord, Record
from comity.ports import World

HELD_BACK = tuple[
    tuple[Record, str, RecordDecision], ...
]  # records, the person's key in each, the law's decision of now


@dataclass(frozen=True, slots=True)
class Leaves:
    """Fields by what becomes of them: they go, they go only when asked for in full, the law keeps them whatever is said."""

    opens: tuple[HeldField, ...] = ()
    later: tuple[HeldField, ...] = ()
    stays: tuple[HeldField, ...] = ()


def foresee_leaves(
    world: World, given: GivenAnswer, records: HELD_BACK, rulings: tuple[Ruling, ...], now_ms: int
) -> Leaves:
    """What would go of the records a hold keeps back, were these rulings given beside those that are stored."""
    if not records:
        return Leaves()
    decisions = {(record.id, key): decision for record, key, decision in records}
    going: dict[tuple[str, str], HeldField] = {}
    later: dict[tuple[str, str], HeldField] = {}
    for item, record, person in answer_foreseen(world, given, rulings, now_ms).shown:
        decision = decisions.get((record.id, person.key))
        if decision is not None:
            going |= {(one.field, one.level): one for one in _going(item, decision)}
            later |= {(one.field, one.level): one for one in _later(item, decision, record, person)}
    told = {field for field, _ in (*going, *later)}
    return Leaves(
        opens=tuple(going.values()),
        later=tuple(one for place, one in later.items() if place not in going),
        stays=tuple(
            {
                one.field: _field(one, Level.NOTHING)
                for _, _, decision in records
                for one in decision.fields
                if one.level is Level.NOTHING and one.field not in told
            }.values()
        ),
    )


def _going(item: Item, decision: RecordDecision) -> Iterator[HeldField]:
    decided = {one.field: one for one in decision.fields}
    for field in item.fields:
        yield _field(decided[field.field], field.level)


def _later(item: Item, decision: RecordDecision, record: Record, person: PersonInRecord) -> Iterator[HeldField]:
    """What the law opens, the record has, and this answer does not show."""
    withheld = {one.field for one in item.withheld if not one.held}
    for one in decision.fields:
        there = one.level is Level.POINTER or values_of(record, person, one.field)
        if one.field in withheld and one.level > Level.NOTHING and there:
            yield _field(one, one.level)


def _field(one: FieldDecision, level: Level) -> HeldField:
    return HeldField(field=one.field, level=level.word, rule=one.reasons[0].rule if one.reasons else "")
