"""A mistake that somebody else than its owner sees in a record: which record, of what kind it is, in which fields.

There are no words in it and no values: what the record should say is said by telephone, so that nothing of a person lies in
one more place that a seal would have to reach.
"""

from __future__ import annotations

import re
from enum import StrEnum

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_instant, check_short

LONGEST_REFERENCE = 64  # characters of an owner's own record number
MOST_FIELDS = 32  # fields named in one report; a record that is wrong in more is wrong as a whole
FIELD_PATTERN = re.compile(r"[a-z][a-z0-9-]{0,63}")


class MistakeKind(StrEnum):
    """What is wrong with a record."""

    VALUE_WRONG = "value-wrong"
    OTHER_PERSON = "other-person"
    OUT_OF_DATE = "out-of-date"
    OUTCOME_MISSING = "outcome-missing"
    TWICE = "twice"
    NOT_TO_BE_SHOWN = "not-to-be-shown"


class MistakeReported(Noun, frozen=True, kw_only=True, tag="mistake-reported"):
    """A report of a mistake, by an item of an answer with its question, or by the owner's own number of the record.

    `by` is the member who reports. Both are empty once the item was withdrawn: then it is not said of what the report was.
    """

    kind: MistakeKind
    by: str
    asked_ms: int
    query_id: str = ""
    item_id: str = ""
    reference: str = ""
    fields: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_agency_id(self.by)
        check_instant("the time of the report", self.asked_ms)
        check_short("the record's number", self.reference, LONGEST_REFERENCE)
        if self.item_id and (self.reference or not self.query_id):
            raise NounError(
                "a report names an item with its question, or a record by its number; give one of them"
            )
        if len(self.fields) > MOST_FIELDS or len(set(self.fields)) != len(self.fields):
            raise NounError(f"a report names at most {MOST_FIELDS} fields, each once")
        for name in self.fields:
            if not FIELD_PATTERN.fullmatch(name):
                raise NounError(f"`{name[:64]}` is no field; name it as answers do, such as `birth-date`")


class MistakeWanted(Noun, frozen=True, kw_only=True):
    """What a member reports: an item of an answer with its question, or an owner and its own number of the record."""

    kind: MistakeKind
    query_id: str = ""
    item_id: str = ""
    owner: str = ""
    reference: str = ""
    fields: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        of_item = bool(self.query_id and self.item_id) and not (self.owner or self.reference)
        of_record = bool(self.owner and self.reference) and not (self.query_id or self.item_id)
        if of_item == of_record:
            raise NounError("name an item with its question, or a record by its owner and the owner's number")


class Mistake(Noun, frozen=True, kw_only=True):
    """One report as either side sees it.

    `due_ms` is until when the owner looks at it, and `done` what its desk says came of it, both None at whoever reported;
    `duty` the duty under which the owner's desk says that. `reference` is the record's number; `record_id` the owner's own
    id of it, for its desk alone, empty where there is no such record.
    """

    id: str
    reporter: str
    owner: str
    incoming: bool
    kind: MistakeKind
    fields: tuple[str, ...]
    by: str
    asked_ms: int
    arrived_ms: int | None
    query_id: str = ""
    item_id: str = ""
    reference: str = ""
    record_id: str = ""
    duty: str = ""
    due_ms: int | None = None
    done_ms: int | None = None
    done: str = ""
    overdue: bool = False
    contact: str = ""
    trouble: str = ""
