"""Past decisions decided again: under the law of then, bit for bit, and under a draft, to see what it would change.

The question, its member and the time stand in the disclosure record and the answer; which records were considered, and
what was decided of each, in the owner's own explanation. What was matched is not matched again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from comity.errors import ComityError, NounError
from comity.exchange.answering.answer import decide_asked
from comity.exchange.answering.answer_again import reopen
from comity.exchange.answering.candidates import decide_one
from comity.exchange.answering.law_in_force import LawInForce
from comity.exchange.answering.open_query import Opened
from comity.law.compiled import Law
from comity.law.facts import Parties, request_facts
from comity.law.fold import fold
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency
from comity.model.answer import Answer
from comity.model.canon import from_canonical
from comity.model.codes import DataClass, Level, Purpose, Status
from comity.model.decision import QueryDecision, Reason, RecordDecision
from comity.model.disclosure import Considered, DeskRecord, Disclosure, EntryKind, Shown
from comity.model.held import Ruling
from comity.model.record import Record
from comity.model.replay import AskerEffect, ReplayReport, RuleEffect
from comity.ports import World

MOST_REPLAYED = 100_000  # entries looked at, newest first: a year of a large agency, some minutes of work
LawOfThen = Callable[[str], Law]
UNEXPLAINED = Reason(
    rule="comity/CONCEALED",
    title="What is concealed gives no reason",
    citation="",
    status="verified",
    effect="refuse",
)


@dataclass(frozen=True, slots=True)
class Past:
    """One answer as it was given: entry, question, law, outward status and what was shown; what was decided of all.

    `rulings` are what people had decided of the question's holds by then.
    """

    index: int
    opened: Opened
    law: str
    status: Status
    shown: tuple[Shown, ...]
    asked: QueryDecision
    considered: tuple[Considered, ...]
    rulings: tuple[Ruling, ...] = ()


@dataclass(frozen=True, slots=True)
class Again:
    """The same question decided again; `records` has None where a record is not there any more."""

    asked: QueryDecision
    records: tuple[RecordDecision | None, ...]


@dataclass(slots=True)
class _Effects:
    """Counts by rule and by asker, filled as decisions are compared."""

    by_rule: dict[Reason, dict[str, int]] = field(default_factory=dict)
    by_asker: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)


def replay(world: World, owner: Agency, law_of_then: LawOfThen, draft: Law, since_ms: int = 0) -> ReplayReport:
    """Decide an owner's past questions again. `law_of_then` gives the law of a hash, or raises a ComityError.

    `since_ms` leaves out answers before an instant (UTC milliseconds).

    For each answer in the log, the newest first: 1 read it as it was given   2 decide it under the law of then
    3 compare to the byte   4 decide it under the draft   5 count what is otherwise, by rule and by asker

    What cannot be read, or whose law is not kept, is listed and left.
    """
    exact, decisions = 0, 0
    differing: list[int] = []
    unread: list[int] = []
    changed: list[int] = []
    effects = _Effects()
    for index in past_entries(world, owner, since_ms):
        decisions += 1
        try:
            past = read_past(world, index)  # 1
            then = decide_again(world, past, fold_past(past, law_of_then(past.law)))  # 2
        except ComityError:
            unread.append(index)
            continue
        if is_exact(past, then):  # 3
            exact += 1
        else:
            differing.append(index)
        now = decide_again(world, past, fold_past(past, draft))  # 4
        if _compare(past, now, effects):  # 5
            changed.append(index)
    return ReplayReport(
        owner=owner.id,
        decisions=decisions,
        exact=exact,
        differing=tuple(differing),
        unread=tuple(unread),
        changed=tuple(changed),
        by_rule=_rule_effects(effects),
        by_asker=_asker_effects(effects),
    )


def past_entries(world: World, owner: Agency, since_ms: int = 0) -> Iterator[int]:
    """The owner's answers in the log since an instant (UTC milliseconds), newest first."""
    oris = {dated.ori for dated in owner.oris}
    size = world.journal.size()
    for index in range(size - 1, max(-1, size - 1 - MOST_REPLAYED), -1):
        facts = decode_entry(world.journal.entry(index)).facts
        if facts.at_ms < since_ms:
            return
        if facts.kind is EntryKind.ANSWERED and facts.owner_ori in oris:
            yield index


def read_past(world: World, index: int) -> Past:
    """An answer as it was given. Raises NounError when its record or explanation is no longer kept."""
    content, record, sealed = (
        world.journal.content(index),
        world.journal.record(index),
        world.journal.sealed(index),
    )
    if content is None or record is None or sealed is None:
        raise NounError(f"entry {index} no longer has what it was decided from; its purge is in the log")
    answer, disclosure = from_canonical(content, Answer), from_canonical(record, Disclosure)
    desk = from_canonical(sealed, DeskRecord)
    return Past(
        index=index,
        opened=reopen(world.directory(index), disclosure, answer.answered_ms),
        law=answer.law,
        status=answer.status,
        shown=disclosure.shown,
        asked=desk.decision,
        considered=desk.considered,
        rulings=tuple(
            ruling
            for ruling in world.journal.rulings(answer.owner, answer.query_id)
            if ruling.at_ms <= answer.answered_ms
        ),
    )


def fold_past(past: Past, law: Law) -> LawInForce:
    """A law folded for a past question, with the parties as the directory lists them and the time of then."""
    opened = past.opened
    parties = Parties(opened.asker, opened.member, opened.owner, opened.beneficiary, opened.directory)
    return LawInForce(fold(law, request_facts(opened.query, parties, opened.now_ms)), past.law, past.rulings)


def find_considered(world: World, past: Past, one: Considered) -> Record | None:
    """A record that was considered then, as it is now; None where it, or the person in it, is not there any more."""
    record = world.records.get(past.opened.query.owner, one.record_id)
    if record is None or all(person.key != one.person_key for person in record.people):
        return None
    return record


def decide_again(world: World, past: Past, law: LawInForce) -> Again:
    """Decide the question, and every record that was considered then and is still there."""
    query = past.opened.query
    asked = decide_asked(past.opened, law)
    records: list[RecordDecision | None] = []
    for one in past.considered:
        record = find_considered(world, past, one)
        records.append(decide_one(law, query, record, one.person_key) if record is not None else None)
    return Again(asked, tuple(records))


def is_exact(past: Past, again: Again) -> bool:
    """Whether everything was decided as it was then, to the byte."""
    return again.asked == past.asked and all(
        decision == one.decision for decision, one in zip(again.records, past.considered, strict=True)
    )


def _compare(past: Past, now: Again, effects: _Effects) -> bool:
    """Count what is otherwise; whether anything is."""
    query = past.opened.query
    counts: dict[Reason, dict[str, int]] = {}
    for data_class in query.data_classes:
        before, after = data_class in past.asked.allowed, data_class in now.asked.allowed
        if before != after:
            reasons = _closing(now.asked if before else past.asked, data_class)
            _add(counts, reasons, "closed" if before else "opened")
    for one, decision in zip(past.considered, now.records, strict=True):
        if decision is not None and now.asked.allowed:
            _compare_fields(one.decision, decision, counts)
    for reason, found in counts.items():
        kept = effects.by_rule.setdefault(reason, {})
        for word, count in (*found.items(), ("decisions", 1)):
            kept[word] = kept.get(word, 0) + count
    if counts:
        kept = effects.by_asker.setdefault((query.asker, str(query.purpose)), {})
        for word in ("wider", "narrower"):
            kept[word] = kept.get(word, 0) + sum(found.get(word, 0) for found in counts.values())
        kept["decisions"] = kept.get("decisions", 0) + 1
    return bool(counts)


def _compare_fields(before: RecordDecision, after: RecordDecision, counts: dict[Reason, dict[str, int]]) -> None:
    reasons_before = {one.field: one.reasons for one in before.fields}
    for one in after.fields:
        then = Level.NOTHING if before.concealed else before.level_of(one.field)
        now = Level.NOTHING if after.concealed else after.level_of(one.field)
        if now < then:
            _add(counts, _narrowing(one.reasons), "narrower")
        elif now > then:
            _add(counts, _narrowing(reasons_before.get(one.field, ())), "wider")


def _narrowing(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The first reason that narrows: the rule a change is laid to."""
    narrowing = tuple(reason for reason in reasons if reason.effect != "permit")
    return narrowing[:1] or reasons[:1]


def _closing(asked: QueryDecision, data_class: DataClass) -> tuple[Reason, ...]:
    removed = next((reasons for name, reasons in asked.removed if name == data_class), ())
    return (removed or asked.refused)[:1]


def _add(counts: dict[Reason, dict[str, int]], reasons: tuple[Reason, ...], word: str) -> None:
    for reason in reasons or (UNEXPLAINED,):
        found = counts.setdefault(reason, {})
        found[word] = found.get(word, 0) + 1


def _rule_effects(effects: _Effects) -> tuple[RuleEffect, ...]:
    """One line a rule and citation: the facts of single questions are left out, so that rules add up."""
    summed: dict[tuple[str, str, str], dict[str, int]] = {}
    for reason, counts in effects.by_rule.items():
        kept = summed.setdefault((reason.rule, reason.citation, reason.title), {})
        for word, count in counts.items():
            kept[word] = kept.get(word, 0) + count
    return tuple(
        RuleEffect(
            rule=rule,
            citation=citation,
            title=title,
            decisions=counts.get("decisions", 0),
            wider=counts.get("wider", 0),
            narrower=counts.get("narrower", 0),
            opened=counts.get("opened", 0),
            closed=counts.get("closed", 0),
        )
        for (rule, citation, title), counts in sorted(summed.items())
    )


def _asker_effects(effects: _Effects) -> tuple[AskerEffect, ...]:
    return tuple(
        AskerEffect(
            asker=asker,
            purpose=Purpose(purpose),
            decisions=counts["decisions"],
            wider=counts.get("wider", 0),
            narrower=counts.get("narrower", 0),
        )
        for (asker, purpose), counts in sorted(effects.by_asker.items())
    )
