"""A custodian reads one of the owner's records by its number: under a reason, and each reading is an entry.

There is no search here, by name or otherwise. Somebody who may open any record of an agency by typing a name is how files are
misused from inside (harms H12); whoever looks for a person asks a question, for a case, like everybody else. What 8 USC 1367
protects opens to its own officer alone, and to any other custodian there is no such record.
"""

from __future__ import annotations

from collections.abc import Iterator

from comity.errors import ComityError, WrongUseError
from comity.exchange.duty.duties import said_words
from comity.exchange.owners import owner_facts
from comity.exchange.person.person_state import custodian_of
from comity.exchange.recalls.standing_releases import standing_releases
from comity.exchange.records.correct import get_stored, no_record
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.codes import DataClass
from comity.model.correction import RecordHappened, RecordRead
from comity.model.disclosure import EntryKind, Unit
from comity.model.record import Record
from comity.ports import World

ACTS = frozenset({EntryKind.RECALLED, EntryKind.RECORD_CORRECTED, EntryKind.RECORD_READ})
PROTECTED_OFFICER = "officer-1367"
MOST_LOOKED_AT = 100_000  # entries of the log, newest first: a year of a large agency


def read_record(world: World, member: Member, name: str, reason: str) -> RecordRead:
    """A record by its id or the owner's reference, who was shown it, and what was done with it.

    1 who, why    a records custodian of the owner, with a reason that is kept
    2 the record  as it stands
    3 enter       that it was read, before anything of it is told
    4 accounting  who was shown it; what was done with it, the newest first

    Raises WrongUseError for who may not, or no such record; NounError for too few words.
    """
    owner = custodian_of(world, member)  # 1
    said = said_words("reason", reason)
    record = get_stored(world, owner, name)  # 2
    if _is_protected(record) and PROTECTED_OFFICER not in member.roles:
        raise WrongUseError(no_record(owner, name))
    now_ms = world.clock.now_ms()
    receipt = append_entry(  # 3
        world,
        Unit(
            facts=owner_facts(EntryKind.RECORD_READ, owner, now_ms),
            content=canonical_bytes({"owner": owner.id}),
            record=canonical_bytes({"record": record.id, "by": member.id, "reason": said}),
        ),
    )
    return RecordRead(
        record=record,
        releases=standing_releases(world, owner, record.id),  # 4
        happened=tuple(_happened(world, owner, record.id)),
        entry=parse_proof(receipt.proof).index,
    )


def _is_protected(record: Record) -> bool:
    """8 USC 1367(a)(2): information about somebody who asks for protection, also where it came from another agency."""
    return record.data_class is DataClass.VICTIM_1367 or bool(record.state.received_under_1367)


def _happened(world: World, owner: Agency, record_id: str) -> Iterator[RecordHappened]:
    """Acts on the record, from what the owner's own entries keep of them; those no longer kept are not told."""
    oris = {dated.ori for dated in owner.oris}
    size = world.journal.size()
    for index in range(size - 1, max(-1, size - 1 - MOST_LOOKED_AT), -1):
        facts = decode_entry(world.journal.entry(index)).facts
        if facts.kind not in ACTS or facts.owner_ori not in oris:
            continue
        try:
            raw = world.journal.record(index)
            told = from_canonical(raw, dict) if raw is not None else {}
        except ComityError:
            continue
        if told.get("record") == record_id:
            act = told.get("act", "corrected" if facts.kind is EntryKind.RECORD_CORRECTED else "read")
            yield RecordHappened(
                entry=index,
                at_ms=facts.at_ms,
                act=str(act),
                by=str(told.get("by", "")),
                reason=str(told.get("reason", "")),
            )
