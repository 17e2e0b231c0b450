"""Held answers: what waits for a person's decision, and what was decided."""

from __future__ import annotations

from comity.model.base import Noun, check_agency_id, check_instant
from comity.model.codes import DataClass, Purpose
from comity.model.decision import Hold
from comity.model.query import Subject


class HeldRecord(Noun, frozen=True, kw_only=True):
    """One person of one record as it was when somebody decided about it: `hash` is the record's digest."""

    record_id: str
    person_key: str
    hash: str


class Ruling(Noun, frozen=True, kw_only=True):
    """What a person decided of one hold on one question. It covers these records as they were, and no others.

    `id` is that of the task on the desk; `by` the member, `at_ms` when (UTC milliseconds), `reason` their words.
    """

    id: str
    owner: str
    query_id: str
    hold: Hold
    granted: bool
    by: str
    at_ms: int
    reason: str
    records: tuple[HeldRecord, ...]

    def __post_init__(self) -> None:
        check_agency_id(self.owner)
        check_agency_id(self.by)
        check_instant("the time of the ruling", self.at_ms)


class HeldField(Noun, frozen=True, kw_only=True):
    """What becomes of one field if every hold on its record is lifted: its level as a word, the rule that gives it."""

    field: str
    level: str
    rule: str


class HeldTask(Noun, frozen=True, kw_only=True):
    """One hold of one question on the owner's desk.

    `due_ms` is until when it is waited for; `passed` says that this time is over: it counts as refused, and may still be
    decided. `ruling` is what was decided, None while it waits. `opens` is what the asker would be sent once every hold of
    the question is granted, `later` what the law opens beside it only to who asks for the record in full, `stays` what the
    law keeps back whatever is decided. `subject` is who or what was asked about, told only to who is of the deciding role.
    """

    duty_id: str
    owner: str
    query_id: str
    asker: str
    member: str
    beneficiary: str
    purpose: Purpose
    case_number: str
    data_classes: tuple[DataClass, ...]
    hold: Hold
    due_ms: int | None
    passed: bool
    records: tuple[str, ...]
    opens: tuple[HeldField, ...]
    stays: tuple[HeldField, ...]
    ruling: Ruling | None = None
    later: tuple[HeldField, ...] = ()
    subject: Subject | None = None


class HeldDecided(Noun, frozen=True, kw_only=True):
    """What came of a ruling: the task, how many holds of the question still wait, the entry it was entered under.

    `answered` is the status of the new answer where the ruling was the last one needed; empty while others wait. `entry` is
    None where the same was decided before.
    """

    ruling: Ruling
    waiting: int
    answered: str
    entry: int | None
