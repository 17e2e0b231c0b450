"""Step 8: from what was decided and compared to one answer with one outward status.

No match, every match withheld whole, and protected records are one status with one length; its reasons follow
from the question alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import msgspec

from comity.exchange.answering.candidates import Looked, Matched, appearance_of
from comity.exchange.answering.detail import find_shown_item
from comity.exchange.answering.hold_deadline import hold_deadline_ms
from comity.exchange.answering.hold_reasons import hold_reasons, refused_reasons
from comity.exchange.answering.law_in_force import LawInForce
from comity.exchange.answering.open_query import Opened
from comity.exchange.answering.release import release_item
from comity.exchange.answering.rulings import refused_holds
from comity.exchange.builtin import builtin_reason
from comity.law.vocabulary import load_vocabulary
from comity.match.grouping import DECLARED, DECLARED_APART
from comity.match.names import bears_the_name
from comity.match.person import NOT_SAME, is_enough_to_identify
from comity.model.answer import Answer, Item, RemovedClass
from comity.model.canon import canonical_bytes
from comity.model.codes import Status, Step
from comity.model.decision import Hold, QueryDecision, Reason
from comity.model.person_act import Appearance
from comity.model.query import PersonSubject, Query
from comity.model.record import PersonInRecord, Record
from comity.ports import World

MOST_ITEMS = 20  # records one answer about one person can hold; more describe several people
MOST_NAMESAKES = 3  # enough to show that a namesake exists
LEAST_PROBABILITY_PPM = 100_000  # below one in ten a record is about somebody else more likely than a lead
NAME_EVIDENCE = frozenset({"name", "sex"})
PADDED_BYTES = 4_096  # answers without items are filled up to a multiple of this


@dataclass(frozen=True, slots=True)
class Concluded:
    """The outward answer and which record each item stands for; `asked` and `looked` are for the desk."""

    answer: Answer
    shown: tuple[tuple[Item, Record, PersonInRecord], ...]
    asked: QueryDecision
    looked: Looked


@dataclass(frozen=True, slots=True)
class _Outward:
    status: Status
    reasons: tuple[Reason, ...] = ()
    items: tuple[tuple[Item, Record, PersonInRecord], ...] = ()
    possible: int | None = None
    holds: tuple[Hold, ...] = ()


def conclude(world: World, opened: Opened, law: LawInForce, asked: QueryDecision, looked: Looked) -> Concluded:
    """One answer with one status. Item ids are minted only for what leaves."""
    if asked.refused:
        outward = _Outward(Status.REFUSED, asked.refused)
    elif opened.query.step is Step.DETAIL:
        outward = _detail(world, opened, looked)
    else:
        outward = _digest(world, opened, law, looked)
    answer = Answer(
        query_id=opened.query.id,
        number=1 if opened.query.step is Step.DIGEST else 2,
        owner=opened.owner.id,
        status=outward.status,
        reasons=_unique(outward.reasons),
        items=tuple(item for item, _, _ in outward.items),
        answered_ms=opened.now_ms,
        possible=outward.possible,
        not_in_file_ppm=looked.not_in_file_ppm if outward.items else None,
        removed=tuple(RemovedClass(data_class=name, reasons=reasons) for name, reasons in asked.removed),
        deadline_ms=hold_deadline_ms(outward.holds, opened.owner, opened.now_ms) if outward.holds else None,
        law=law.hash,
        one_person=_declared(looked, outward.items, DECLARED),
        two_people=_declared(looked, outward.items, DECLARED_APART),
    )
    return Concluded(_padded(answer), outward.items, asked, looked)


def _digest(world: World, opened: Opened, law: LawInForce, looked: Looked) -> _Outward:
    likely = [one for one in looked.matched if _is_likely(one)]
    tied = [one for one in likely if _is_tied(one)]
    if looked.overflow or len(tied) > MOST_ITEMS:
        return _Outward(Status.TOO_MANY, (builtin_reason("comity/TOO-MANY"),))
    if isinstance(opened.query.subject, PersonSubject) and not is_enough_to_identify(opened.query.subject):
        return _name_only(len(likely))
    unidentified = len(likely) - len(tied)
    held = _open_holds(looked)
    if tied:
        items = _items(world, opened, [*tied, *_namesakes(opened.query, looked, tied)])
        return _Outward(Status.ANSWERED, hold_reasons(law.folded.law, held), items, unidentified or None, held)
    refused = refused_holds(law.rulings, held)
    if refused:
        return _Outward(Status.REFUSED, refused_reasons(law.folded.law, refused))
    if held:
        return _Outward(Status.HELD, hold_reasons(law.folded.law, held), holds=held)
    return _name_only(unidentified)


def _detail(world: World, opened: Opened, looked: Looked) -> _Outward:
    """The owner decides again on the one record an item stands for; any doubt has the same words."""
    item = find_shown_item(world, opened)
    one = next(
        (
            one
            for one in looked.matched
            if item and (one.decided.record.id, one.decided.person.key) == (item.record_id, item.person_key)
        ),
        None,
    )
    if one is None:
        return _Outward(Status.REFUSED, (builtin_reason("comity/ITEM"),))
    return _Outward(Status.ANSWERED, items=_items(world, opened, [one]), holds=one.decided.decision.holds)


def _name_only(possible: int) -> _Outward:
    if not possible:
        return _Outward(Status.NOTHING_RELEASABLE)
    return _Outward(Status.ANSWERED, (builtin_reason("comity/IDENTIFY"),), possible=possible)


def _is_likely(one: Matched) -> bool:
    return one.match.verdict != NOT_SAME and one.match.probability_ppm >= LEAST_PROBABILITY_PPM


def _is_tied(one: Matched) -> bool:
    """Whether anything beyond name and sex agrees: by a name alone nobody is listed."""
    return any(
        evidence.verdict == "agree" and evidence.field not in NAME_EVIDENCE for evidence in one.match.evidence
    )


def _open_holds(looked: Looked) -> tuple[Hold, ...]:
    """What must be decided before records that wait whole and are likely the person's may leave."""
    waiting = (one for one in looked.waiting if _is_likely(one) and _is_tied(one))
    return tuple(dict.fromkeys(hold for one in waiting for hold in one.decided.decision.holds))


def _namesakes(query: Query, looked: Looked, tied: list[Matched]) -> list[Matched]:
    """Records of another person who bears the very name asked about, so that neither is taken for the other.

    Shown only beside a record of the person: alone they would tell who bears a name to anybody who invents a date. What
    the owner declared one person with such a record is nobody else's, whatever date it bears.
    """
    subject = query.subject
    if not isinstance(subject, PersonSubject):
        return []
    subject = msgspec.structs.replace(subject, other_names=())
    namesakes = [
        one
        for one in looked.matched
        if one.match.verdict == NOT_SAME
        and bears_the_name(subject, one.match.candidate.values.get("name", ()))
        and not any(_is_declared_one(looked, one, other) for other in tied)
    ]
    return namesakes[:MOST_NAMESAKES]


def _is_declared_one(looked: Looked, one: Matched, other: Matched) -> bool:
    relation = looked.declared.relation(appearance_of(one.decided), appearance_of(other.decided))
    return relation == DECLARED


def _declared(
    looked: Looked, items: tuple[tuple[Item, Record, PersonInRecord], ...], relation: int
) -> tuple[tuple[str, str], ...]:
    """Pairs of items that leave together and of which the owner declared this."""
    places = [
        (item.item_id, Appearance(record_id=record.id, person_key=person.key)) for item, record, person in items
    ]
    return tuple(
        sorted(
            (min(one, other), max(one, other))
            for (one, place), (other, other_place) in combinations(places, 2)
            if looked.declared.relation(place, other_place) == relation
        )
    )


def _items(
    world: World, opened: Opened, matched: list[Matched]
) -> tuple[tuple[Item, Record, PersonInRecord], ...]:
    vocabulary = load_vocabulary()
    return tuple(
        (
            release_item(opened.query, one, world.randomness.take(16).hex(), vocabulary),
            one.decided.record,
            one.decided.person,
        )
        for one in matched
    )


def _unique(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Each reason once, rules of law before the exchange's own."""
    unique = {(reason.rule, reason.because): reason for reason in reasons}.values()
    return tuple(sorted(unique, key=lambda reason: reason.rule.startswith("comity/")))


def _padded(answer: Answer) -> Answer:
    """Fill an answer without items up to a multiple of PADDED_BYTES, so that its length tells nothing."""
    if answer.items:
        return answer
    missing = -len(canonical_bytes(answer)) % PADDED_BYTES
    return msgspec.structs.replace(answer, pad=" " * missing)
