"""Pairing the two entries that every answered question leaves: one in the asker's log, one in the owner's.

1 what we asked        our ASKED entries, question by question, with the pairing commitment the owner must have entered
2 what came back       our RECEIVED entries: the answer's receipt holds the owner's own entry and its place
3 what the owner says  its ANSWERED entries, by the same commitment
4 twins                each of ours with each of theirs: missing, or saying something else

Our side needs our journal: a log shows no question, and our one entry over several owners commits to all of them at once.
The owner's side needs only its log. So an asker can hold any owner to account, and nobody else learns who asked what.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from comity.errors import NounError, ProofError
from comity.exchange.answering.record_unit import class_mask, pair_commitment
from comity.ledger.checkpoint import Checkpoint
from comity.ledger.directory import LogFiles
from comity.ledger.entry import BUCKET_MS, Entry, decode_entry
from comity.ledger.proof import parse_proof
from comity.ledger.tiles import TILE_WIDTH, TileName
from comity.ledger.tree import grow, leaf_hash, root_of
from comity.model.agency import Directory
from comity.model.canon import from_canonical
from comity.model.disclosure import EntryFacts, EntryKind
from comity.model.outcome import Outcome, RevisedOutcome, SourceResult
from comity.model.query import Query
from comity.model.reconciled import Reconciled, TwinFault, TwinFound
from comity.ports import Journal

CAME_BACK = frozenset({EntryKind.RECEIVED, EntryKind.TOLD_NOTED})  # what holds an outcome as it is from then on
MOST_FAULTS = 1_000  # findings listed; a log with more is wrong as a whole


@dataclass(frozen=True, slots=True)
class Received:
    """What an answer's receipt says of the owner's log: the entry's number and its facts."""

    index: int
    facts: EntryFacts


@dataclass(frozen=True, slots=True)
class OwnSide:
    """What an asker's journal says: questions by pairing commitment, answers that came, entries whose content is gone."""

    asked: dict[str, Query]
    received: dict[str, Received]
    purged: int


@dataclass(frozen=True, slots=True)
class OtherSide:
    """What an owner's log says: its head, answers by pairing commitment with their numbers, and its last minute."""

    head: Checkpoint
    answered: dict[str, tuple[int, EntryFacts]]
    last_ms: int


def reconcile(own: OwnSide, other: OtherSide, directory: Directory, node: str, partner: str) -> Reconciled:
    """Hold what the agencies at `node` asked of those at `partner` against the partner's log."""
    there = {agency.id for agency in directory.agencies if agency.node == partner}
    ours = {dated.ori for agency in directory.agencies if agency.node == node for dated in agency.oris}
    asked = {pair: query for pair, query in own.asked.items() if query.owner in there}
    faults: list[TwinFound] = []
    paired = unanswered = unreceived = later = 0
    for pair, query in asked.items():
        twin, came = other.answered.get(pair), own.received.get(pair)
        if twin is not None:
            paired += 1
            unreceived += came is None
            faults += _disagreements(query, twin, came)
        elif came is not None and came.index < other.head.size:
            faults.append(_missing_there(query, came))
        elif came is not None or query.asked_ms // BUCKET_MS * BUCKET_MS > other.last_ms:
            later += 1
        else:
            unanswered += 1
    faults += _missing_here(asked, other, ours)
    return Reconciled(
        origin=other.head.origin,
        entries=other.head.size,
        paired=paired,
        unanswered=unanswered,
        unreceived=unreceived,
        later=later,
        purged=own.purged,
        faults=tuple(faults[:MOST_FAULTS]),
    )


def own_side(journal: Journal) -> OwnSide:
    """What this node asked and what came back, from its journal."""
    asked: dict[str, Query] = {}
    received: dict[str, Received] = {}
    purged = 0
    for index in range(journal.size()):
        kind = decode_entry(journal.entry(index)).facts.kind
        if kind not in (EntryKind.ASKED, *CAME_BACK):
            continue
        content = journal.content(index)
        if content is None:
            purged += kind is EntryKind.ASKED
        elif kind is EntryKind.ASKED:
            asked.update(
                (pair_commitment(one, one.owner), one) for one in from_canonical(content, tuple[Query, ...])
            )
        else:
            received.update(_received(_results(content)))
    return OwnSide(asked, received, purged)


def side_of_log(log: LogFiles, head: Checkpoint) -> OtherSide:
    """What an owner's log says, every entry read and hashed up to a verified head. Raises ProofError."""
    answered: dict[str, tuple[int, EntryFacts]] = {}
    edge: tuple[bytes, ...] = ()
    last_ms = 0
    for first in range(0, head.size, TILE_WIDTH):
        entries = log.bundle(TileName(-1, first // TILE_WIDTH, min(TILE_WIDTH, head.size - first)))
        edge = grow(first, edge, [leaf_hash(entry) for entry in entries]).edge
        last_ms = _take(answered, enumerate(map(decode_entry, entries), first), last_ms)
    if root_of(edge) != head.root:
        raise ProofError(f"the {head.size} entries do not lead to the root of the checkpoint")
    return OtherSide(head, answered, last_ms)


def side_of_journal(journal: Journal, head: Checkpoint) -> OtherSide:
    """What an owner's own journal says up to a head: the same as its log."""
    answered: dict[str, tuple[int, EntryFacts]] = {}
    entries = ((index, decode_entry(journal.entry(index))) for index in range(head.size))
    return OtherSide(head, answered, _take(answered, entries, 0))


def _take(answered: dict[str, tuple[int, EntryFacts]], entries: Iterable[tuple[int, Entry]], last_ms: int) -> int:
    for index, entry in entries:
        last_ms = max(last_ms, entry.facts.at_ms)
        if entry.facts.kind is EntryKind.ANSWERED:
            answered[entry.facts.pair] = (index, entry.facts)
    return last_ms


def _results(content: bytes) -> tuple[SourceResult, ...]:
    """The sources of a whole outcome, as it came or as it is since, or the one of a detail."""
    for read in (_of_outcome, _of_revised):
        with suppress(NounError):
            return read(content)
    return (from_canonical(content, SourceResult),)


def _of_outcome(content: bytes) -> tuple[SourceResult, ...]:
    return from_canonical(content, Outcome).sources


def _of_revised(content: bytes) -> tuple[SourceResult, ...]:
    return from_canonical(content, RevisedOutcome).outcome.sources


def _received(results: Iterable[SourceResult]) -> Iterator[tuple[str, Received]]:
    for result in results:
        if result.receipt is not None:
            facts = decode_entry(b64decode(result.receipt.entry)).facts
            yield facts.pair, Received(parse_proof(result.receipt.proof).index, facts)


def _disagreements(query: Query, twin: tuple[int, EntryFacts], came: Received | None) -> Iterator[TwinFound]:
    index, facts = twin
    expected: list[tuple[str, object, object]] = [
        ("purpose", query.purpose, facts.purpose),
        ("data classes", class_mask(query.data_classes), facts.class_mask),
        ("asking agency", query.asker_ori, facts.asker_ori),
        ("instrument", query.basis.instrument, facts.instrument),
    ]
    if came is not None:
        expected += [
            ("decision", came.facts.decision, facts.decision),
            ("number of items", came.facts.released, facts.released),
            ("law", came.facts.law, facts.law),
            ("owner", came.facts.owner_ori, facts.owner_ori),
        ]
    different = [name for name, ours, theirs in expected if ours != theirs]
    if different:
        yield TwinFound(
            fault=TwinFault.DISAGREES,
            sentence=f"the owner's entry says another {' and '.join(different)} than the question and its answer",
            query_id=query.id,
            owner=query.owner,
            entry=index,
        )


def _missing_there(query: Query, came: Received) -> TwinFound:
    return TwinFound(
        fault=TwinFault.MISSING_AT_OWNER,
        sentence=f"the answer came with a receipt for entry {came.index}, and the log has no such answer",
        query_id=query.id,
        owner=query.owner,
        entry=came.index,
    )


def _missing_here(asked: dict[str, Query], other: OtherSide, ours: set[str]) -> Iterator[TwinFound]:
    for pair, (index, facts) in other.answered.items():
        if facts.asker_ori in ours and pair not in asked:
            yield TwinFound(
                fault=TwinFault.MISSING_AT_ASKER,
                sentence=f"the owner answered a question in the name of `{facts.asker_ori}` that this node did not ask",
                entry=index,
            )
