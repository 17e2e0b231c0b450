"""One entry of the log: its codes and its proof; and what lies behind it, which is opened in a step that is entered first."""

from __future__ import annotations

from base64 import b64encode

import msgspec
import numpy as np

from comity.errors import LedgerError, ProofError, WrongUseError
from comity.exchange.duty.duties import said_words
from comity.exchange.log.tally import month_of
from comity.exchange.owners import owner_facts
from comity.ledger.append import append_entry
from comity.ledger.columns import NUMBERS
from comity.ledger.entry import Entry, commit, decode_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.log_view import EntryOpened, EntryShown
from comity.model.refused import tell_refused
from comity.oversight.explore.browse import codes_of, is_own_entry
from comity.oversight.findings.opened import check_included, log_head
from comity.oversight.findings.reviewers import reviewed_owner
from comity.ports import World

# What a reviewer may open: who asked what and what was shown, who signed in, who looked, who read another system's log. Never
# the sealed list, and nothing of a petition: opening the log for one is a step of two people (redress/open_log).
DISCLOSED = frozenset(
    {
        EntryKind.ANSWERED,
        EntryKind.DISCLOSED,
        EntryKind.NOTICED,
        EntryKind.ONWARD,
        EntryKind.TRANSMISSION_RELEASED,
        EntryKind.SIGNED_IN,
        EntryKind.SESSION_ENDED,
        EntryKind.SIGN_IN_FAILED,
        EntryKind.PAGE_REFUSED,
        EntryKind.SESSION_REFUSED,
        EntryKind.STATEMENT_SIGNED,
        EntryKind.FINDING_MEMBERS_SEEN,
        EntryKind.ENTRY_OPENED,
        EntryKind.AUDIT_IMPORTED,
    }
)


class _Month(msgspec.Struct, frozen=True):
    key: str


class _Pruned(msgspec.Struct, frozen=True):
    """What the content of a pruning's entry says, as far as it is read here."""

    months: tuple[_Month, ...]


def show_entry(world: World, member: Member, index: int) -> EntryShown:
    """An entry with its codes and its proof; nothing behind it is opened.

    Raises WrongUseError for one that is not there for this reader, ProofError for one that does not lead to the signed head.
    """
    owner = reviewed_owner(world, member)
    raw, entry = _entry(world, owner, index)
    proof = check_included(world, index, raw, log_head(world))
    kept = world.journal.record(index) is not None
    by = None if kept else _pruning_of(world, index, month_of(entry.facts.at_ms))
    return EntryShown(
        index=index,
        facts=entry.facts,
        entry=b64encode(raw).decode(),
        proof=proof,
        kept=kept,
        opens=kept and _may_open(owner, entry.facts),
        forgotten_by=by,
        forgotten_ms=decode_entry(world.journal.entry(by)).facts.at_ms if by is not None else None,
    )


def open_entry(world: World, member: Member, index: int, reason: str) -> EntryOpened:
    """What lies behind an entry, for a reason in at least three words. That it was opened is entered before it is told.

    1 who, and why   2 an entry of this agency that may be opened   3 opened against its commitments   4 entered   5 told

    Raises WrongUseError, ProofError for what does not open, UnwitnessedError where the witnesses are away for too long.
    """
    words = said_words("reason", reason)  # 1
    owner = reviewed_owner(world, member)
    _, entry = _entry(world, owner, index)
    if not _may_open(owner, entry.facts):  # 2
        raise WrongUseError(tell_refused("log.not-yours", entry=index, member=member.id))
    parts = [_opened(world, index, entry)]  # 3
    if entry.facts.kind is EntryKind.ASKED:
        parts.append(_asked(world, index, entry))
    unit = Unit(
        facts=owner_facts(EntryKind.ENTRY_OPENED, owner, world.clock.now_ms()),
        content=canonical_bytes({"entry": index}),
        record=canonical_bytes({"entry": index, "by": member.id, "reason": words}),
    )
    seen = parse_proof(append_entry(world, unit).proof).index  # 4
    return EntryOpened(index=index, parts=tuple(one for one in parts if one), seen=seen)  # 5


def _entry(world: World, owner: Agency, index: int) -> tuple[bytes, Entry]:
    """An entry that is this owner's or the node's own. Raises WrongUseError, the same for another's and for none."""
    try:
        raw = world.journal.entry(index)
    except LedgerError:
        raw = b""
    entry = decode_entry(raw) if raw else None
    if entry is None or not is_own_entry(owner, entry.facts.owner_ori, entry.facts.asker_ori):
        raise WrongUseError(tell_refused("log.none", entry=index, agency=owner.id))
    return raw, entry


def _may_open(owner: Agency, facts: EntryFacts) -> bool:
    """Whether what lies behind is this owner's: its own questions, and records of what it gave or refused itself."""
    oris = {dated.ori for dated in owner.oris}
    if facts.kind is EntryKind.ASKED:
        return facts.asker_ori in oris
    return facts.kind in DISCLOSED and facts.owner_ori in oris


def _opened(world: World, index: int, entry: Entry) -> str:
    record, wrapped = world.journal.record(index), world.journal.record_key(index)
    if record is None or wrapped is None:
        raise WrongUseError(tell_refused("log.destroyed", entry=index))
    return _held_against(world, record, wrapped, entry.record)


def _asked(world: World, index: int, entry: Entry) -> str:
    content = world.journal.content(index)
    return _held_against(world, content, world.journal.content_key(index), entry.content) if content else ""


def _held_against(world: World, part: bytes, wrapped: bytes, commitment: bytes) -> str:
    if commit(world.keys.unwrap(wrapped), part) != commitment:
        raise ProofError("what this entry keeps does not open its commitment; nothing it says is shown")
    return part.decode()


def _pruning_of(world: World, index: int, month: str) -> int | None:
    """The first pruning behind an entry that says it destroyed the entry's month; None where none does."""
    prunings = np.flatnonzero(codes_of(world)["kind"] == NUMBERS["kind"][EntryKind.LOG_PRUNED])
    for found in prunings[prunings > index].tolist():
        content = world.journal.content(found)
        if content is not None and month in {one.key for one in msgspec.json.decode(content, type=_Pruned).months}:
            return int(found)
    return None
