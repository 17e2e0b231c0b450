"""What people decided of holds: a hold that was granted is lifted from the records it was granted for, as they were then.

A record whose every hold was granted may leave as far as the law gives it; one refused hold keeps all of it. A record
that changed since, or a rule that reads otherwise by now, waits again. Pure: no step here reads a store.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.model.canon import digest
from comity.model.decision import Hold, RecordDecision
from comity.model.held import HeldRecord, Ruling
from comity.model.record import Record


def lift_holds(
    decision: RecordDecision, rulings: tuple[Ruling, ...], record: Record, person_key: str
) -> RecordDecision:
    """The decision without its holds, where every one of them was granted for this record as it is."""
    if not rulings or not decision.holds:
        return decision
    about = HeldRecord(record_id=record.id, person_key=person_key, hash=digest(record))
    granted = {ruling.hold for ruling in rulings if ruling.granted and about in ruling.records}
    if not granted.issuperset(decision.holds):
        return decision
    fields = tuple(replace(field, held=False) if field.held else field for field in decision.fields)
    return replace(decision, fields=fields, holds=())


def refused_holds(rulings: tuple[Ruling, ...], holds: tuple[Hold, ...]) -> tuple[Hold, ...]:
    """Of these holds, those that somebody decided against."""
    refused = {ruling.hold for ruling in rulings if not ruling.granted}
    return tuple(hold for hold in holds if hold in refused)
