"""A question that was answered is answered again, with nobody asking: because a person decided, or because the law changed.

1 reopen            question and member as they were put, everyone in them as the directory lists them today
2 law_in_force      the owner's law of today, with what people decided of the holds on this question
3 decide, find, compare, conclude: the steps of any answer
4 again_unit        the new answer takes the old one's place; what it owes is owed once
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec.structs import replace

from comity.exchange.answering.answer import decide_asked
from comity.exchange.answering.candidates import compare_people, find_people
from comity.exchange.answering.conclude import Concluded, conclude
from comity.exchange.answering.law_in_force import LawInForce, law_in_force
from comity.exchange.answering.open_query import Opened, own_reasons
from comity.exchange.answering.raised import duty_id
from comity.exchange.answering.record_unit import unit_of
from comity.exchange.duty.duty_clocks import clause_of
from comity.model.agency import Directory
from comity.model.answer import Answer
from comity.model.canon import from_canonical
from comity.model.disclosure import RECALLED_BODY, Disclosure, StoredDuty, Unit
from comity.model.held import Ruling
from comity.ports import World


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """A committed answer with the question it answers, and its entry; `recalled` where it may not be sent any more."""

    answer: Answer
    disclosure: Disclosure
    index: int
    recalled: bool = False


def find_given(world: World, asker: str, query_id: str, step_key: str) -> GivenAnswer | None:
    """The newest committed answer under a key, where it and its question are still kept."""
    found = world.journal.find_answer(asker, query_id, step_key)
    record = world.journal.record(found[2]) if found is not None else None
    if found is None or record is None or not found[1]:
        return None
    body_hash, content, index = found
    answer, disclosure = from_canonical(content, Answer), from_canonical(record, Disclosure)
    return GivenAnswer(answer, disclosure, index, body_hash == RECALLED_BODY)


def reopen(directory: Directory, disclosure: Disclosure, now_ms: int) -> Opened:
    """A question that was answered, with its parties as a directory lists them. Raises NounError for one it does not list."""
    query = disclosure.query
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    return Opened(
        query=query,
        member=disclosure.member,
        asker=directory.get_agency(query.asker),
        owner=directory.get_agency(query.owner),
        beneficiary=directory.get_agency(query.beneficiary),
        directory=directory,
        sender=disclosure.node,
        nonce="",
        today=today,
        now_ms=now_ms,
        reasons=own_reasons(query, disclosure.member, today, directory),
        message_hash="",
    )


def answer_again(world: World, given: GivenAnswer, rulings: tuple[Ruling, ...], now_ms: int) -> Unit:
    """The unit of the new answer; nothing is committed here. `rulings` stand beside those that are stored."""
    opened = reopen(world.directory(), given.disclosure, now_ms)  # 1
    law = law_in_force(world, opened, rulings)  # 2
    concluded = _conclude(world, opened, law)  # 3
    unit = unit_of(world, opened, law, concluded)
    return again_unit(world, opened, unit, given)  # 4


def answer_foreseen(world: World, given: GivenAnswer, rulings: tuple[Ruling, ...], now_ms: int) -> Concluded:
    """What the new answer would be if these rulings stood: by the same steps, and nothing is made of it."""
    opened = reopen(world.directory(), given.disclosure, now_ms)
    return _conclude(world, opened, law_in_force(world, opened, rulings))


def _conclude(world: World, opened: Opened, law: LawInForce) -> Concluded:
    asked = decide_asked(opened, law)
    weights = world.weights.of(opened.owner.id)
    looked = compare_people(find_people(world, law, opened.query, asked, weights))
    return conclude(world, opened, law, asked, looked)


def again_unit(world: World, opened: Opened, unit: Unit, given: GivenAnswer) -> Unit:
    """An answer's unit in the place of one given before: no message was opened for it, and no duty is owed twice."""
    raised = [one for one in world.journal.duties(opened.owner.id) if one.query_id == opened.query.id]
    known = {(clause_of(one.duty), one.record_id) for one in raised}
    new = [one for one in unit.duties if (clause_of(one.duty), one.record_id) not in known or one.duty.period]
    return replace(
        unit,
        replay=None,
        duties=tuple(_named(one, opened, number) for number, one in enumerate(new, len(raised))),
        supersedes=(given.index,),
    )


def _named(one: StoredDuty, opened: Opened, number: int) -> StoredDuty:
    """A duty of a later answer: its id must not be that of another duty of the first."""
    if one.duty.period:
        return one
    return replace(one, id=duty_id(opened.query.id, opened.step_key, "again", opened.now_ms, number))
