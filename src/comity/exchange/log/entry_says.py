"""What the disclosure record and the content of an entry say, as far as anybody counts it. Pure: bytes in, values out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from comity.exchange.duty.duty_state import due_of
from comity.model.action_request import RequestActed
from comity.model.answer import Answer
from comity.model.canon import from_canonical
from comity.model.codes import DataClass, MessageKind, Step
from comity.model.disclosure import Disclosure, EntryFacts, EntryKind, StoredDuty
from comity.model.petition import PetitionKind

# Whose record is the disclosure record, and whose content an answer; of what was passed on only with an item in it.
DISCLOSING = frozenset(
    {EntryKind.ANSWERED, EntryKind.DISCLOSED, EntryKind.NOTICED, EntryKind.TRANSMISSION_RELEASED, EntryKind.ONWARD}
)
ANSWERING = frozenset({EntryKind.ANSWERED, EntryKind.RESENT, EntryKind.DISCLOSED})
# What is told of one record (a call, a notice, a transmission) names its one class in its codes.
OF_ONE_RECORD = frozenset({EntryKind.DISCLOSED, EntryKind.NOTICED, EntryKind.TRANSMISSION_RELEASED})


# Steps of a petition, whose content says of which kind it is: the record holds who asked, and is no part of any count.
PETITIONS = frozenset({EntryKind.PETITION_OPENED, EntryKind.PETITION_DECIDED})


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the record of an act says: whose question, what was asked for, who was shown, what the desk did about it.

    `done` is what became of a request, or the kind of a petition that came or was decided. `duty_rule` is kind and rule of a
    duty that was done (`notify us-ny/NY-02`), `timeliness` whether that was in time.
    """

    query_id: str
    first_step: bool = False
    message: MessageKind | None = None
    beneficiary: str = ""
    shown: tuple[tuple[str, str], ...] = ()
    fields: tuple[str, ...] = ()
    asked_ms: int | None = None
    done: str = ""
    duty_rule: str = ""
    timeliness: str = ""


@dataclass(frozen=True, slots=True)
class Contained:
    """What the content of an act says: items by class, the rules it names, when it was answered, what a purge removed."""

    released: tuple[tuple[DataClass, int], ...] = ()
    rules: tuple[str, ...] = ()
    answered_ms: int | None = None
    removed: int = 0


class _Purged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    owner: str
    removed: int
    restricted: int
    rules: dict[str, int]


class _PetitionStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    changed: int
    kind: PetitionKind
    petition: str


def said_in(facts: EntryFacts, record: bytes | None, content: bytes | None) -> Recorded | None:
    """What an entry says by which it is counted; None where that is no longer kept. Raises NounError as `recorded_in`."""
    if facts.kind in PETITIONS:
        step = None if content is None else from_canonical(content, _PetitionStep)
        return None if step is None else Recorded(query_id="", done=step.kind)
    return None if record is None else recorded_in(facts, record)


def recorded_in(facts: EntryFacts, record: bytes) -> Recorded:
    """What a record says. Raises NounError for one of another shape than its kind has."""
    if facts.kind is EntryKind.REQUEST_ACTED:
        acted = from_canonical(record, RequestActed)
        return Recorded(query_id=acted.query_id, done=acted.act)
    if facts.kind is EntryKind.DUTY_DONE:
        stored = from_canonical(record, StoredDuty)
        return Recorded(
            query_id=stored.query_id,
            duty_rule=f"{stored.duty.kind} {stored.duty.rule}",
            timeliness=_timeliness(stored),
        )
    if facts.kind not in DISCLOSING or (facts.kind is EntryKind.ONWARD and not facts.released):
        return Recorded(query_id="")
    disclosure = from_canonical(record, Disclosure)
    query = disclosure.query
    return Recorded(
        query_id=query.id,
        first_step=query.step is Step.DIGEST,
        message=query.message,
        beneficiary=query.beneficiary,
        shown=tuple((shown.record_id, shown.person_key) for shown in disclosure.shown),
        fields=tuple(field for shown in disclosure.shown for field in shown.fields),
        asked_ms=query.asked_ms,
    )


def contained_in(facts: EntryFacts, content: bytes) -> Contained:
    """What a content says. Raises NounError for one of another shape than its kind has."""
    if facts.kind is EntryKind.RECORDS_PURGED:
        return Contained(removed=from_canonical(content, _Purged).removed if b"removed" in content else 0)
    if facts.kind not in ANSWERING and not (facts.kind is EntryKind.ONWARD and facts.released):
        return Contained(released=of_one_record(facts))
    answer = from_canonical(content, Answer)
    counts: dict[DataClass, int] = {}
    rules = {reason.rule for reason in answer.reasons}
    for removed in answer.removed:
        rules |= {reason.rule for reason in removed.reasons}
    for item in answer.items:
        counts[item.data_class] = counts.get(item.data_class, 0) + 1
        rules |= {withheld.rule for withheld in item.withheld} | {hold.rule for hold in item.holds}
    return Contained(
        released=of_one_record(facts) or tuple(sorted(counts.items())),
        rules=tuple(sorted(rules)),
        answered_ms=answer.answered_ms,
    )


def of_one_record(facts: EntryFacts) -> tuple[tuple[DataClass, int], ...]:
    """What was released of what is told of one record, by its class; empty for any other entry."""
    told = tuple(classes_in(facts)) if facts.kind in OF_ONE_RECORD and facts.released else ()
    return tuple((kind, facts.released) for kind in told)


def classes_in(facts: EntryFacts) -> Iterable[DataClass]:
    """The data classes an entry's codes name, in the order of their numbers."""
    return (kind for bit, kind in enumerate(DataClass) if facts.class_mask >> bit & 1)


def minutes_between(recorded: Recorded, contained: Contained) -> int:
    """Whole minutes from question to answer."""
    return max(0, (contained.answered_ms or 0) - (recorded.asked_ms or 0)) // 60_000


def _timeliness(stored: StoredDuty) -> str:
    due_ms = due_of(stored)
    if due_ms is None or stored.done_ms is None:
        return "no due time"
    return "in time" if stored.done_ms <= due_ms else "late"
