"""Standing questions looked at again by their owner, behind the commits: what came or changed, decided anew.

For each question that stands: 1 the owner's law, the day, and who came to the file, read before anything is looked up
2 over: it stops   3 nothing may concern it: marked as looked at   4 answered again by the ordinary path
5 what it shows is as before: marked, and nothing leaves   6 append_entry: the new answer in the old one's place, on its way

Nobody waits for this, and nothing of it leaves but an answer. A stop anywhere leaves the mark where it was: the next round
looks at the same people again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from msgspec import UNSET
from msgspec.structs import replace

from comity.errors import StandingChangedError
from comity.exchange.answering.answer_again import GivenAnswer, answer_again, find_given
from comity.exchange.answering.raised import duty_id
from comity.exchange.messages.suspended import suspension_among
from comity.exchange.owners import owner_facts, paper_day
from comity.law.vocabulary import load_vocabulary
from comity.ledger.append import append_entry
from comity.match.compare import Scale, prepare
from comity.match.finding import Finder
from comity.match.traits import read_traits
from comity.model.answer import Answer, Item
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.codes import Status
from comity.model.delivery import AnswerDue, StoredDelivery
from comity.model.disclosure import Disclosure, EntryKind, Unit
from comity.model.record import Record
from comity.model.standing import Standing, StandingEnd
from comity.ports import World

MOST_CAME = (
    256  # people held against the questions one by one; of more, the questions are put to the whole file instead
)
MOST_DECIDED = 64  # questions answered again in one round, some ms each: the node has other work every second

Came = tuple[tuple[int, Record, str], ...]


@dataclass(frozen=True, slots=True)
class _Now:
    """What a round goes by: when it is, the owner's law and how far its file went before anybody was looked up."""

    now_ms: int
    day: date
    law: str
    newest: int


def look_at_standing(world: World) -> int:
    """Look at the questions that stand at this node's owners; how many were answered anew. Raises ClosedError in trouble."""
    answered = 0
    rows = world.journal.standing_now(incoming=True)
    for owner, own in groupby(rows, key=lambda one: one.agency):
        answered += _look(world, owner, tuple(own))
    return answered


def outward_digest(answer: Answer) -> str:
    """What an answer shows, whatever ids, days and probabilities it says it with: two that are equal tell the same.

    The day of a record is left out because it moves when a value moves that nobody may see, the paper that would open a
    field because it follows from the rule beside it: what was told before papers were named is told again by none.
    """
    ids = {item.item_id: _shown(item) for item in answer.items}
    pairs = [
        sorted(sorted((ids[one], ids[other])) for one, other in found)
        for found in (answer.one_person, answer.two_people)
    ]
    return digest([answer.status, answer.reasons, answer.removed, sorted(ids.values()), pairs])


def _shown(item: Item) -> str:
    return digest(
        [
            item.data_class,
            item.reference,
            item.second_identifier,
            item.fields,
            [replace(one, paper=UNSET) for one in item.withheld],
            item.labels,
            item.holds,
        ]
    )


def _look(world: World, owner: str, rows: tuple[Standing, ...]) -> int:
    now_ms = world.clock.now_ms()
    now = _Now(  # 1
        now_ms=now_ms,
        day=paper_day(now_ms),
        law=world.laws.law_of(owner).hash,
        newest=world.records.newest(),
    )
    directory = world.directory()
    # Whose parties are suspended waits as it stands, and goes on from its own mark when that is lifted.
    rows = tuple(
        one
        for one in rows
        if one.why_over(now.day) is not None
        or suspension_among(directory, owner, one.query.asker, one.query.beneficiary) is None
    )
    if not rows:
        return 0
    behind = min(one.seen for one in rows)
    came = world.records.came_after(owner, behind, MOST_CAME + 1) if behind < now.newest else ()
    decided = answered = 0
    looked = []
    for standing in rows:
        try:
            if standing.why_over(now.day) is not None:
                _stop(world, standing, now)  # 2
            elif not _concerns(world, standing, came, now):
                if standing.seen < now.newest:
                    looked.append(_marked(standing, now))  # 3
            elif decided < MOST_DECIDED:
                decided += 1
                answered += _answer(world, standing, now)
        except StandingChangedError:
            continue  # its asker said something meanwhile: the next round goes by that
    _mark(world, looked)
    return answered


def _concerns(world: World, standing: Standing, came: Came, now: _Now) -> bool:
    """Whether an answer may be another now: by law or day, because something was recalled, or by who came."""
    if (standing.law, standing.day) != (now.law, now.day) or len(came) > MOST_CAME:
        return True
    given = _given(world, standing)
    if given is None or given.recalled:
        return True
    new = [(record, key) for number, record, key in came if number > standing.seen]
    return bool(new) and _may_be_meant(world, standing, new)


def _may_be_meant(world: World, standing: Standing, people: list[tuple[Record, str]]) -> bool:
    """Whether one of these, by all its values, could be found by the question, or was shown for it before."""
    query = standing.query
    vocabulary = load_vocabulary()
    fields = frozenset(field for name in query.data_classes for field in vocabulary.fields_of(name))
    finder = Finder(prepare(query.subject, fields), Scale(world.weights.of(query.owner)))
    for record, key in people:
        if any(item.query_id == query.id for item, _ in world.journal.items_of(query.owner, record.id)):
            return True
        if record.data_class in query.data_classes and finder.finds(
            read_traits(_values(record, key), finder.fields)
        ):
            return True
    return False


def _values(record: Record, person_key: str) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for field in (*record.get_person(person_key).fields, *record.fields):
        values[field.name] = (*values.get(field.name, ()), field.value)
    return values


def _answer(world: World, standing: Standing, now: _Now) -> bool:
    """Answer it again; whether anything new goes out."""
    given = _given(world, standing)
    unit = answer_again(world, given or _put(standing), (), now.now_ms)  # 4
    if given is None:
        unit = replace(unit, supersedes=_superseded(world, standing))
    answer = from_canonical(unit.content, Answer)
    marked = _marked(standing, now)
    if answer.status is Status.REFUSED:
        marked = replace(marked, ended_ms=now.now_ms, ended=StandingEnd.REFUSED)
    as_before = given is not None and not given.recalled and outward_digest(given.answer) == outward_digest(answer)
    if as_before and marked.ended is None:  # 5
        _mark(world, [marked])
        return False
    if as_before:
        append_entry(world, _stopped_unit(world, marked, now))
        return False
    due = StoredDelivery(
        id=duty_id("standing-answer", standing.agency, standing.query.id, marked.changed),
        sender=standing.agency,
        recipient=standing.query.asker,
        due=AnswerDue(asker=standing.query.asker, query_id=standing.query.id, step_key=standing.step_key),
        made_ms=now.now_ms,
        next_ms=now.now_ms,
    )
    append_entry(world, replace(unit, standing=(marked,), deliveries=(due,)))  # 6
    return True


def _given(world: World, standing: Standing) -> GivenAnswer | None:
    """The answer as it was given last; None where a record in it was expunged since, and the answer with it."""
    return find_given(world, standing.query.asker, standing.query.id, standing.step_key)


def _put(standing: Standing) -> GivenAnswer:
    """The question as it was put, where its last answer is not kept."""
    query = standing.query
    nothing = Answer(
        query_id=query.id,
        number=1,
        owner=query.owner,
        status=Status.NOTHING_RELEASABLE,
        reasons=(),
        items=(),
        answered_ms=standing.opened_ms,
    )
    put = Disclosure(
        query=query, member=standing.member, node=standing.node, status=nothing.status, answer_hash="", shown=()
    )
    return GivenAnswer(nothing, put, -1)


def _superseded(world: World, standing: Standing) -> tuple[int, ...]:
    found = world.journal.find_answer(standing.query.asker, standing.query.id, standing.step_key)
    return (found[2],) if found is not None else ()


def _stop(world: World, standing: Standing, now: _Now) -> None:
    """It stands no more by its own days: nobody is told, since its asker has the same days."""
    why = standing.why_over(now.day)
    ended = replace(standing, ended_ms=now.now_ms, ended=why, changed=standing.changed + 1)
    append_entry(world, _stopped_unit(world, ended, now))


def _stopped_unit(world: World, ended: Standing, now: _Now) -> Unit:
    owner = world.directory().get_agency(ended.agency)
    return Unit(
        facts=owner_facts(EntryKind.STANDING_SET, owner, now.now_ms),
        content=canonical_bytes({"owner": owner.id, "stands": 0}),
        record=canonical_bytes({"query": ended.query.id, "why": ended.ended}),
        standing=(ended,),
    )


def _marked(standing: Standing, now: _Now) -> Standing:
    return replace(standing, seen=now.newest, law=now.law, day=now.day, changed=standing.changed + 1)


def _mark(world: World, looked: list[Standing]) -> None:
    if not looked:
        return
    try:
        world.journal.mark_standing(looked)
    except StandingChangedError:
        return  # somebody changed one of them: all are looked at again
