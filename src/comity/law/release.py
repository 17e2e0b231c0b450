"""The cut: which values of a record leave at which level, and what is withheld by which rule.

The only maker of `ReleasedField` and `WithheldField`. Withheld fields are listed whether or not the record has a
value for them, so that the list tells nothing about the record.
"""

from __future__ import annotations

import re

from msgspec import UNSET

from comity.model.answer import ReleasedField, WithheldField
from comity.model.codes import Level
from comity.model.decision import FieldDecision, Reason, RecordDecision
from comity.model.record import PersonInRecord, Record

MASKED_TEXT = "(masked)"
KEPT_OF_A_NUMBER = 4  # last characters of an identifying number that stay readable, never more than are hidden
DATE = re.compile(r"(\d{4})-\d{2}(-\d{2})?")
THIRD_PARTY = "third-party"
LIFTED_BY_PAPERS = frozenset({"forbid", "cap"})  # what helps against a step of the exchange itself is no paper


def release_fields(
    record: Record,
    person: PersonInRecord,
    decision: RecordDecision,
    shown: frozenset[str] | None,
    narrowed_by: Reason,
) -> tuple[tuple[ReleasedField, ...], tuple[WithheldField, ...]]:
    """Cut one record to its decision: released fields with values, and withheld ones with the deciding rule.

    `shown` narrows to the fields this step may show (None for all); what it leaves out is withheld by `narrowed_by`.
    """
    released, withheld = [], []
    for decided in decision.fields:
        if decided.held or decided.level is Level.NOTHING:
            withheld.append(_withheld(decided))
        elif shown is not None and decided.field not in shown:
            withheld.append(_withheld_by(decided.field, narrowed_by, held=False, paper=""))
        else:
            field = _released(record, person, decided)
            if field is not None:
                released.append(field)
    return tuple(released), tuple(withheld)


def mask(field: str, value: str) -> str:
    """The masked form of a value: a date keeps its year, a number its last four characters, text nothing."""
    dated = DATE.fullmatch(value)
    if dated:
        return dated[1]
    compact = re.sub(r"[^A-Za-z0-9]", "", value)
    is_number = any(char.isdigit() for char in compact) and " " not in value.strip()
    if is_number and len(compact) >= 2 * KEPT_OF_A_NUMBER:
        return "*" * 4 + compact[-KEPT_OF_A_NUMBER:]
    return MASKED_TEXT


def values_of(record: Record, person: PersonInRecord, field: str) -> tuple[str, ...]:
    """A field's values for one person of a record: the person's own, then the event's."""
    if field == THIRD_PARTY:
        return tuple(
            f"{other.role}: {name}"
            for other in record.people
            if other.key != person.key
            for name in other.values("name")
        )
    return tuple(value.value for value in (*person.fields, *record.fields) if value.name == field)


def _released(record: Record, person: PersonInRecord, decided: FieldDecision) -> ReleasedField | None:
    """The field as it leaves; None when the record has no value for it. A pointer leaves without looking."""
    if decided.level is Level.POINTER:
        return ReleasedField(field=decided.field, level=Level.POINTER, values=())
    values = values_of(record, person, decided.field)
    if not values:
        return None
    if decided.level is Level.MASKED:
        values = tuple(mask(decided.field, value) for value in values)
    return ReleasedField(field=decided.field, level=decided.level, values=values)


def _withheld(decided: FieldDecision) -> WithheldField:
    reason = next(one for one in decided.reasons if one.effect != "permit")
    paper = reason.remedy if reason.effect in LIFTED_BY_PAPERS else ""
    return _withheld_by(decided.field, reason, held=decided.held, paper=paper)


def _withheld_by(field: str, reason: Reason, *, held: bool, paper: str) -> WithheldField:
    return WithheldField(
        field=field,
        rule=reason.rule,
        citation=reason.citation,
        title=reason.title,
        status=reason.status,
        held=held,
        paper=paper or UNSET,
    )
