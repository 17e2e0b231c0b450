"""Disclosure records opened against their commitments: nothing else is evidence.

1 the log's head     the newest checkpoint, under the log's own key
2 each entry         of this owner, as owner or as asker, by its kind
3 inclusion          the entry stands in the tree of that head
4 opening            record and content open the entry's commitments
5 the question       read strictly

An entry that fails at 3, 4 or 5 is listed, and nothing it says is used. One whose content was forgotten is counted.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import KeyUnavailableError, LedgerError, NounError, ProofError
from comity.exchange.messages.listed_keys import own_log_keys
from comity.ledger.checkpoint import Checkpoint, signing_key, verify_checkpoint
from comity.ledger.entry import Entry, commit, decode_entry
from comity.ledger.proof import write_proof
from comity.ledger.tree import leaf_hash, root_from_inclusion
from comity.model.agency import Agency, Member
from comity.model.answer import Answer
from comity.model.canon import from_canonical
from comity.model.codes import Level, Status, Step
from comity.model.disclosure import Disclosure, EntryKind
from comity.model.query import Query
from comity.ports import World

MOST_READ = 250_000  # entries looked at, the newest: a quarter of a large agency, about a minute of work
OWNED = frozenset({EntryKind.ANSWERED, EntryKind.DISCLOSED})  # kinds whose record is the owner's disclosure record
DOES_NOT_OPEN = (ProofError, NounError, KeyUnavailableError, LedgerError)


@dataclass(frozen=True, slots=True)
class OpenedUse:
    """What one entry's opened record says. `own` is one that an agency here asked elsewhere; `shown` and `pointed` are record
    ids that the answer showed or only pointed at; `told` that of a disclosure nobody queried."""

    entry: int
    query: Query
    member: Member
    status: Status | None = None
    node: str = ""
    own: bool = False
    pointed: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What was opened since a time, what does not open, and how many entries had nothing left to open."""

    uses: tuple[OpenedUse, ...]
    unopened: tuple[int, ...]
    forgotten: int


def open_uses(world: World, owner: Agency, since_ms: int) -> Opening:
    """Open an owner's records and its own questions since a time (UTC milliseconds). Raises ProofError for the head."""
    head = log_head(world)  # 1
    oris = frozenset(dated.ori for dated in owner.oris)
    uses: list[OpenedUse] = []
    unopened: list[int] = []
    forgotten = 0
    for index in range(max(0, head.size - MOST_READ), head.size):
        raw = world.journal.entry(index)
        try:
            entry = decode_entry(raw)
            if not _is_of(entry, oris) or entry.facts.at_ms < since_ms:  # 2
                continue
            check_included(world, index, raw, head)  # 3
            opened = _open(world, index, entry)  # 4, 5
        except DOES_NOT_OPEN:
            unopened.append(index)
            continue
        forgotten += opened is None
        uses += opened or ()
    return Opening(tuple(uses), tuple(unopened), forgotten)


def open_one(world: World, index: int) -> tuple[OpenedUse, ...]:
    """The questions of one entry, opened as above. Raises one of `DOES_NOT_OPEN` where it does not open."""
    raw = world.journal.entry(index)
    check_included(world, index, raw, log_head(world))
    return _open(world, index, decode_entry(raw)) or ()


def log_head(world: World) -> Checkpoint:
    """The newest checkpoint of the node's log, verified. Raises ProofError; an empty log has none to verify."""
    note = world.journal.checkpoint()
    listing = world.directory().find_node(world.node)
    if not note or listing is None:
        raise ProofError("the log has no checkpoint to hold its entries against; ask a first question")
    return verify_checkpoint(note, signing_key(note, own_log_keys(listing)))


def check_included(world: World, index: int, raw: bytes, head: Checkpoint) -> str:
    """The text of the proof that an entry stands in the log, at a head not older than `head`. Raises ProofError."""
    note, path = world.journal.path(index)
    newest = head if note.split("\n", 2)[1] == str(head.size) else log_head(world)
    if root_from_inclusion(index, newest.size, leaf_hash(raw), path) != newest.root:
        raise ProofError(f"entry {index} does not lead to the root of the checkpoint of {newest.size}")
    return write_proof(index, path, note)


def _is_of(entry: Entry, oris: frozenset[str]) -> bool:
    facts = entry.facts
    return (facts.kind in OWNED and facts.owner_ori in oris) or (
        facts.kind is EntryKind.ASKED and facts.asker_ori in oris
    )


def _open(world: World, index: int, entry: Entry) -> tuple[OpenedUse, ...] | None:
    """What an entry says; None where it keeps nothing any more (pruned or expunged, as another entry says)."""
    record = _opened(world, (world.journal.record(index), world.journal.record_key(index)), entry.record)
    own = entry.facts.kind is EntryKind.ASKED
    told = entry.facts.kind is EntryKind.DISCLOSED
    content = b""
    if record is not None and (own or (entry.facts.released and not told)):
        kept = world.journal.content(index)
        key = world.journal.content_key(index) if kept is not None else None
        found = _opened(world, (kept, key), entry.content)
        if found is None:
            return None
        content = found
    if record is None:
        return None
    if own:
        member = from_canonical(record, Member)
        queries = from_canonical(content, tuple[Query, ...])[:1]  # one question, to many owners
        return tuple(
            OpenedUse(entry=index, query=query, member=member, node=world.node, own=True) for query in queries
        )
    disclosure = from_canonical(record, Disclosure)
    one = OpenedUse(
        entry=index,
        query=disclosure.query,
        member=disclosure.member,
        status=disclosure.status,
        node=disclosure.node,
        pointed=_pointed(disclosure, content) if content else (),
        told=disclosure.shown[0].record_id if told and disclosure.shown else "",
    )
    return (one,)


def _opened(world: World, kept: tuple[bytes | None, bytes | None], commitment: bytes) -> bytes | None:
    """A part that opens its commitment under its wrapped key; None where it was forgotten. Raises ProofError."""
    part, wrapped = kept
    if part is None or wrapped is None:
        return None
    if commit(world.keys.unwrap(wrapped), part) != commitment:
        raise ProofError("what an entry keeps does not open its commitment")
    return part


def _pointed(disclosure: Disclosure, content: bytes) -> tuple[str, ...]:
    """Records of which some field said `ask the owner`. A detail answers for itself."""
    records = {one.item_id: one.record_id for one in disclosure.shown}
    return tuple(
        records[item.item_id]
        for item in from_canonical(content, Answer).items
        if item.item_id in records and any(field.level is Level.POINTER for field in item.fields)
    )


def is_question(opened: OpenedUse) -> bool:
    """Whether an entry is a question of its own: a detail belongs to the question before it."""
    return opened.query.step is Step.DIGEST and not opened.told
