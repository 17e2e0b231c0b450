"""What the owner's desk reads of a past question. Rules and facts of rules only: no value of any field stands here."""

from __future__ import annotations

from enum import StrEnum

from comity.model.base import Noun
from comity.model.codes import DataClass, Purpose, Status, Step
from comity.model.decision import FieldDecision, QueryDecision, RecordDecision


class TestReading(Noun, frozen=True, kw_only=True):
    """One test of a rule: its text, the fact it met in the vocabulary's phrases, and its truth (None unknown).

    `definition` is the definition it stands in, empty for a test of the rule itself.
    """

    test: str
    fact: str
    truth: bool | None
    definition: str = ""


class RuleReading(Noun, frozen=True, kw_only=True):
    """One rule as it met the facts: its tests, and those of its exceptions.

    `failing` are the tests for which its conditions are not true, the first first; `lifted_by` the exceptions that
    are true. `seen_as` is the agency as which the question was seen: the asker, or one it was also for.
    """

    rule: str
    title: str
    citation: str
    status: str
    effect: str
    tests: tuple[TestReading, ...]
    failing: tuple[TestReading, ...]
    exceptions: tuple[TestReading, ...] = ()
    lifted_by: tuple[str, ...] = ()
    seen_as: str = ""


class FieldExplained(Noun, frozen=True, kw_only=True):
    """Why one field stands where it stands.

    `deciding` are the rules its reasons name, `counting` the others that bore on it, `nearest` the permits that
    failed by least; `lacking` the definitions in exceptions of the deciding rules that are not true.
    """

    decision: FieldDecision
    deciding: tuple[RuleReading, ...] = ()
    counting: tuple[RuleReading, ...] = ()
    nearest: tuple[RuleReading, ...] = ()
    lacking: tuple[str, ...] = ()


class AskedExplained(Noun, frozen=True, kw_only=True):
    """Why a question, or one data class of it (`data_class` not None), was refused: rules, nearest permits."""

    data_class: DataClass | None
    deciding: tuple[RuleReading, ...]
    nearest: tuple[RuleReading, ...]


class RecordNow(StrEnum):
    """A considered record today: decided as it was, otherwise because it changed, gone, or the law of then is."""

    AS_THEN = "as-then"
    CHANGED = "changed"
    GONE = "gone"
    LAW_GONE = "law-gone"


class RecordOutcome(StrEnum):
    """What became of a considered record outwardly."""

    SHOWN = "shown"
    WAITS = "waits"
    NOT_SHOWN = "not-shown"
    WITHHELD = "withheld"
    CONCEALED = "concealed"


class RecordExplained(Noun, frozen=True, kw_only=True):
    """One record that was considered, with what the desk record kept of its decision.

    `reference` is the owner's number, or the record's id where the record is gone; `person` the key of the person in
    it; `shown` the names of the fields that left. `fields` are explained only where the law of then and the record
    still yield the decision of then.
    """

    record_id: str
    reference: str
    person: str
    now: RecordNow
    outcome: RecordOutcome
    shown: tuple[str, ...]
    decision: RecordDecision
    fields: tuple[FieldExplained, ...] = ()


class AnswerExplained(Noun, frozen=True, kw_only=True):
    """One answer the owner gave to a question: what was decided of it and of every record considered.

    `law_kept` is false where the law of then is no longer kept: then there are the decisions and no readings.
    """

    entry: int
    answered_ms: int
    query_id: str
    step: Step
    asker: str
    member: str
    beneficiary: str
    purpose: Purpose
    status: Status
    law: str
    law_kept: bool
    asked: QueryDecision
    refusals: tuple[AskedExplained, ...]
    records: tuple[RecordExplained, ...]
