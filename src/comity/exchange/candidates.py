"""Steps 5 to 7 of an answer: who could be meant, what may leave of each, how well they match.

A field closed on one record is no look-up key and no evidence for that record. So every record found is decided
before it is compared, and stands only if a key made of its open fields alone would have found it.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.exchange.law_in_force import LawInForce
from comity.law.decide import decide_record, match_fields
from comity.match.keys import query_keys, record_keys
from comity.match.person import NOT_SAME, Candidate, PersonMatch, match_person
from comity.match.weights import Weights
from comity.model.codes import DataClass, Level
from comity.model.decision import QueryDecision, RecordDecision
from comity.model.query import Query
from comity.model.record import PersonInRecord, Record
from comity.ports import World

MOST_READ = 2_000  # records read for one question, protected ones among them; beyond it the keys describe a crowd
MOST_SPOKEN_OF = 400  # of these, records that may be spoken of: only they decide whether it is too many


@dataclass(frozen=True, slots=True)
class Decided:
    """One person of one record with what may leave of it; `open_fields` may serve as evidence."""

    record: Record
    person: PersonInRecord
    decision: RecordDecision
    open_fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Matched:
    """One decided record and how it compares with the question."""

    decided: Decided
    match: PersonMatch


@dataclass(frozen=True, slots=True)
class Found:
    """Every record the keys led to, decided; `overflow` when the look-up reached its limit."""

    decided: tuple[Decided, ...]
    overflow: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What the owner saw: every decided record, the comparisons best first, the chance of none (ppm).

    `hidden` are records withheld whole that the owner itself takes for the person: their duties and reviews go to
    the desk, nothing of them goes outward.
    """

    decided: tuple[Decided, ...]
    hidden: tuple[Decided, ...]
    matched: tuple[Matched, ...]
    not_in_file_ppm: int
    overflow: bool


def find_people(world: World, law: LawInForce, query: Query, asked: QueryDecision) -> Found:
    """Candidates by permitted keys, each decided; whole-withheld ones stay only in the desk's view."""
    decided: dict[tuple[str, str], Decided] = {}
    overflow = False
    for fields, classes in _classes_by_match_fields(law, asked):
        keys = query_keys(query.subject, fields)
        if not keys:
            continue
        found = world.records.find(query.owner, keys, classes, MOST_READ)
        overflow = overflow or found.overflow
        for record, person_key in found.people:
            one = _decide(law, record, record.get_person(person_key), fields)
            if _still_found(one, keys):
                decided[record.id, person_key] = one
    spoken = sum(may_be_spoken_of(one.decision) for one in decided.values())
    return Found(tuple(decided.values()), overflow or spoken > MOST_SPOKEN_OF)


def compare_people(query: Query, found: Found, weights: Weights) -> Looked:
    """Compare the subject with every record that may be spoken of, best first; apart from it, with the others."""
    spoken = tuple(one for one in found.decided if may_be_spoken_of(one.decision))
    silent = tuple(one for one in found.decided if not may_be_spoken_of(one.decision))
    matched, not_in_file_ppm = _compare(query, spoken, weights, of_the_owner=False)
    hidden, _ = _compare(query, silent, weights, of_the_owner=True)
    likely = tuple(one.decided for one in hidden if one.match.verdict != NOT_SAME)
    return Looked(found.decided, likely, matched, not_in_file_ppm, found.overflow)


def _compare(
    query: Query, decided: tuple[Decided, ...], weights: Weights, *, of_the_owner: bool
) -> tuple[tuple[Matched, ...], int]:
    """Match by open fields, or, for the owner's own desk, by every field the record has."""
    candidates = [_candidate(one, None if of_the_owner else one.open_fields) for one in decided]
    allowed = frozenset(field for candidate in candidates for field in candidate.values)
    if not of_the_owner:
        allowed = frozenset[str]().union(*(one.open_fields for one in decided))
    result = match_person(query.subject, candidates, allowed, weights)
    by_key = {(one.record.id, one.person.key): one for one in decided}
    matched = (
        Matched(by_key[match.candidate.record_id, match.candidate.person_key], match) for match in result.matches
    )
    return tuple(matched), result.not_in_file_ppm


def may_be_spoken_of(decision: RecordDecision) -> bool:
    """False for records withheld whole: outwardly they are as if they were not there."""
    if decision.concealed:
        return False
    return any(field.level > Level.NOTHING for field in decision.fields)


def _classes_by_match_fields(
    law: LawInForce, asked: QueryDecision
) -> tuple[tuple[frozenset[str], tuple[DataClass, ...]], ...]:
    groups: dict[frozenset[str], list[DataClass]] = {}
    for data_class in asked.allowed:
        groups.setdefault(match_fields(law.folded, data_class), []).append(data_class)
    return tuple((fields, tuple(classes)) for fields, classes in groups.items())


def _decide(law: LawInForce, record: Record, person: PersonInRecord, askable: frozenset[str]) -> Decided:
    decision = decide_record(law.folded, record, person.key)
    open_fields = frozenset(
        field.field
        for field in decision.fields
        if field.match_only or (field.level > Level.NOTHING and not field.held)
    )
    return Decided(record, person, decision, open_fields & askable)


def _still_found(one: Decided, keys: tuple[int, ...]) -> bool:
    """Would keys made of open fields alone have found this person? Records withheld whole are kept for the desk."""
    if not may_be_spoken_of(one.decision):
        return True
    own = record_keys(one.person, one.record.fields, one.open_fields)
    return not own.isdisjoint(keys)


def _candidate(one: Decided, fields: frozenset[str] | None) -> Candidate:
    values: dict[str, tuple[str, ...]] = {}
    for field in (*one.person.fields, *one.record.fields):
        if fields is None or field.name in fields:
            values[field.name] = (*values.get(field.name, ()), field.value)
    match_only = frozenset(field.field for field in one.decision.fields if field.match_only)
    return Candidate(record_id=one.record.id, person_key=one.person.key, values=values, match_only=match_only)
