"""Steps 6 and 7 of an answer: who could be meant, what may leave of each, how well they match.

A field closed on one record is no way to find it and no evidence for it. So every record found is decided before it
is compared, and stands only if its open values alone would have found it.

Three kinds of records come out. What may be *spoken of* is compared and shown. What *waits whole* for a person's
decision is compared by what that decision would open, apart from the others, and only the status `held` tells of it.
What is *silent* (withheld whole, or concealed even while it waits) is compared for the owner's own desk alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from comity.exchange.answering.law_in_force import LawInForce
from comity.exchange.answering.paper import wait_for_paper
from comity.exchange.answering.rulings import lift_holds
from comity.law.decide import decide_record, match_fields
from comity.match.compare import Comparison, Preparing, Question, Scale, compare
from comity.match.finding import Finder
from comity.match.grouping import NOTHING_DECLARED, Grouping, group_appearances
from comity.match.parts import even_weight
from comity.match.person import NOT_SAME, Candidate, PersonMatch, match_question
from comity.match.search import READ_AT_ONCE, is_read
from comity.match.traits import read_traits
from comity.match.weights import PPM, Weights
from comity.model.codes import DataClass, Level
from comity.model.decision import QueryDecision, RecordDecision
from comity.model.person_act import Appearance, PersonAct
from comity.model.query import Query
from comity.model.record import PersonInRecord, Record
from comity.ports import LookedUp, World

MOST_READ = 1_000  # people read for one way of asking, silent ones among them: about 0.1 s of work
MOST_SPOKEN_OF = 400  # of these, the people who may be spoken of: only they decide whether it is too many


# What is left of the subject, and the fields that may be matched at all in each class of which that is left.
Asked = tuple[Question, Mapping[DataClass, frozenset[str]]]


class Seen(NamedTuple):
    """How the open values of one person compare with what was asked, as they were weighed to be found."""

    question: Question
    values: Mapping[str, tuple[str, ...]]
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """One person of one record with what may leave of it.

    `open_fields` may serve as evidence; `weight` (millinats) is what they say, 0 for a silent record. `seen` is kept of
    whoever may be spoken of, so that nobody is compared twice with the same question.
    """

    record: Record
    person: PersonInRecord
    decision: RecordDecision
    open_fields: frozenset[str]
    weight: int = 0
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Matched:
    """One decided record and how it compares with the question."""

    decided: Decided
    match: PersonMatch


@dataclass(frozen=True, slots=True)
class Found:
    """Every record the keys led to, decided, by kind; `overflow` when they describe a crowd.

    `acts` are what the owner's custodian said of which of them are one person. `scale` has weighed them, and goes on, and so
    does `preparing`, which has read the subject.
    """

    spoken_of: tuple[Decided, ...]
    waiting: tuple[Decided, ...]
    silent: tuple[Decided, ...]
    overflow: bool
    scale: Scale
    preparing: Preparing
    acts: tuple[PersonAct, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What the owner saw: every decided record, the comparisons best first, the chance of none (ppm).

    `matched` may be shown; of `waiting` only that something waits; `hidden` are silent records that the owner itself
    takes for the person: their duties and reviews go to the desk, nothing of them goes outward. `declared` is what the
    owner said of those who may be spoken of, and follows from nobody else. `weights` is the version they were compared by.
    """

    decided: tuple[Decided, ...]
    matched: tuple[Matched, ...]
    waiting: tuple[Matched, ...]
    hidden: tuple[Decided, ...]
    not_in_file_ppm: int
    overflow: bool
    declared: Grouping = NOTHING_DECLARED
    weights: str = ""


def find_people(world: World, law: LawInForce, query: Query, asked: QueryDecision, weights: Weights) -> Found:
    """Candidates by permitted fields, each decided. At most MOST_SPOKEN_OF may be spoken of, best first."""
    decided: list[Decided] = []
    overflow, scale, preparing = False, Scale(weights), Preparing(query.subject)
    for question, fields_of in _classes_by_question(law, preparing, asked):
        found = world.records.find(query.owner, question, tuple(fields_of), MOST_READ, scale)
        overflow = overflow or found.overflow
        decided += _read(world, law, query, (question, fields_of), found, scale)
    spoken_of, crowd = _best([one for one in decided if not is_silent(one.decision)])
    return Found(
        spoken_of=tuple(one for one in spoken_of if not waits_whole(one.decision)),
        waiting=tuple(one for one in spoken_of if waits_whole(one.decision)),
        silent=tuple(one for one in decided if is_silent(one.decision)),
        overflow=overflow or crowd,
        scale=scale,
        preparing=preparing,
        acts=world.journal.persons.acts_on(query.owner, {one.record.id for one in decided}),
    )


def _read(
    world: World, law: LawInForce, query: Query, asked: Asked, found: LookedUp, scale: Scale
) -> list[Decided]:
    """The people found, decided, until the rest lie far behind nobody or somebody who may be spoken of.

    How far, and how many were read, is told by who may be spoken of alone: whoever is silent ends no search.
    """
    question, fields_of = asked
    finder = Finder(question, scale)
    decided: list[Decided] = []
    lead, read = even_weight(scale.weights, undated=question.is_undated), 0
    for weight, record, person_key in _in_order(world, query.owner, found):
        if not is_read(read, weight, lead):
            break
        one = _decide(law, query, (record, record.get_person(person_key)), fields_of[record.data_class])
        if not is_silent(one.decision):
            seen = _see(one, finder, scale)
            if seen is None:
                continue
            said = sum([each.weight for each in seen.comparisons])
            one = Decided(one.record, one.person, one.decision, one.open_fields, said, seen)
            lead, read = max(lead, said), read + 1
        decided.append(one)
    return decided


def _in_order(world: World, owner: str, found: LookedUp) -> Iterator[tuple[int, Record, str]]:
    """What each person found weighs, their record and their key, best first, fetched as they are wanted.

    Behind somebody who is removed meanwhile, those fetched with them have the weight of the one before.
    """
    for at in range(0, len(found.numbers), READ_AT_ONCE):
        some = slice(at, at + READ_AT_ONCE)
        for weight, (record, key) in zip(
            found.weights[some], world.records.people(owner, found.numbers[some]), strict=False
        ):
            yield weight, record, key


def _see(one: Decided, finder: Finder, scale: Scale) -> Seen | None:
    """How a person's open values compare; None where they alone would not have led to the person."""
    values = _open_values(one, one.open_fields)
    if not finder.finds(read_traits(values, finder.fields)):
        return None
    return Seen(finder.question, values, compare(finder.question, values, scale))


def _best(decided: list[Decided]) -> tuple[list[Decided], bool]:
    """Those whose open values weigh most, and whether the limit cut one that weighs as much as the best."""
    ranked = sorted(decided, key=lambda one: (-one.weight, one.record.id, one.person.key))
    kept, cut = ranked[:MOST_SPOKEN_OF], ranked[MOST_SPOKEN_OF:]
    return kept, bool(cut) and cut[0].weight == kept[0].weight


def compare_people(found: Found) -> Looked:
    """Compare the subject with the records of each kind by themselves, best first: none moves another's chances."""
    declared = [_declared(found.acts, kind) for kind in (found.spoken_of, found.waiting, found.silent)]
    matched, not_in_file_ppm = _compare(found, found.spoken_of, declared[0])
    waiting, _ = _compare(found, found.waiting, declared[1])
    hidden, _ = _compare(found, found.silent, declared[2], of_the_owner=True)
    return Looked(
        decided=(*found.spoken_of, *found.waiting, *found.silent),
        matched=matched,
        waiting=waiting,
        hidden=tuple(one.decided for one in hidden if one.match.verdict != NOT_SAME),
        not_in_file_ppm=not_in_file_ppm,
        overflow=found.overflow,
        declared=declared[0],
        weights=found.scale.weights.version,
    )


def _declared(acts: tuple[PersonAct, ...], decided: tuple[Decided, ...]) -> Grouping:
    """What acts say of these records alone: every other is struck out first, so that no concealed one ties two of them."""
    return group_appearances(acts, frozenset(appearance_of(one) for one in decided))


def appearance_of(one: Decided) -> Appearance:
    """Where the person of a decided record stands."""
    return Appearance(record_id=one.record.id, person_key=one.person.key)


def is_silent(decision: RecordDecision) -> bool:
    """True for records withheld whole or concealed: outwardly they are as if they were not there."""
    return decision.concealed or all(field.level is Level.NOTHING for field in decision.fields)


def waits_whole(decision: RecordDecision) -> bool:
    """True for records of which nothing may leave before a person decides a hold."""
    return not is_silent(decision) and all(field.held for field in decision.fields if field.level > Level.NOTHING)


def _compare(
    found: Found, decided: tuple[Decided, ...], declared: Grouping, *, of_the_owner: bool = False
) -> tuple[tuple[Matched, ...], int]:
    """Match by open fields, or, for the owner's own desk, by every field the record has.

    What is known of the question's names, and of those who were weighed, is not found out again.
    """
    if not decided:
        return (), PPM
    if of_the_owner:
        allowed = frozenset(field.name for one in decided for field in (*one.person.fields, *one.record.fields))
    else:
        allowed = frozenset[str]().union(*(one.open_fields for one in decided))
    question = found.preparing.question(allowed)
    candidates = [_candidate(one, None if of_the_owner else question) for one in decided]
    result = match_question(question, candidates, allowed, found.scale, declared)
    by_key = {(one.record.id, one.person.key): one for one in decided}
    matched = (
        Matched(by_key[match.candidate.record_id, match.candidate.person_key], match) for match in result.matches
    )
    return tuple(matched), result.not_in_file_ppm


def _classes_by_question(law: LawInForce, preparing: Preparing, asked: QueryDecision) -> list[Asked]:
    """The classes that may be asked, together where their permitted fields leave the same of the subject."""
    groups: dict[Question, dict[DataClass, frozenset[str]]] = {}
    for data_class in asked.allowed:
        fields = match_fields(law.folded, data_class)
        groups.setdefault(preparing.question(fields), {})[data_class] = fields
    return list(groups.items())


def decide_one(law: LawInForce, query: Query, record: Record, person_key: str) -> RecordDecision:
    """What may leave of one record: the law's decision, less what waits for a person who has not decided yet."""
    decision = wait_for_paper(query, decide_record(law.folded, record, person_key))
    return lift_holds(decision, law.rulings, record, person_key)


def _decide(
    law: LawInForce, query: Query, found: tuple[Record, PersonInRecord], askable: frozenset[str]
) -> Decided:
    record, person = found
    decision = decide_one(law, query, record, person.key)
    return Decided(record, person, decision, matchable(decision, askable))


def matchable(decision: RecordDecision, askable: frozenset[str]) -> frozenset[str]:
    """Which of the fields that may be matched at all are open on one record."""
    waits = waits_whole(decision)
    return askable & frozenset(
        field.field
        for field in decision.fields
        if field.match_only or (field.level > Level.NOTHING and (waits or not field.held))
    )


def _candidate(one: Decided, question: Question | None) -> Candidate:
    """A person as they are compared: by open values with `question`, or (None) by every value the record has."""
    seen = one.seen if question is not None else None
    return Candidate(
        record_id=one.record.id,
        person_key=one.person.key,
        values=seen.values if seen else _open_values(one, None if question is None else one.open_fields),
        match_only=frozenset([field.field for field in one.decision.fields if field.match_only]),
        compared=seen.comparisons if seen and seen.question == question else None,
    )


def _open_values(one: Decided, fields: frozenset[str] | None) -> dict[str, tuple[str, ...]]:
    """The values of the fields in `fields` (None: of all), by field."""
    values: dict[str, tuple[str, ...]] = {}
    for field in (*one.person.fields, *one.record.fields):
        if fields is None or field.name in fields:
            values[field.name] = (*values.get(field.name, ()), field.value)
    return values
