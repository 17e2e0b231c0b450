"""A log read whole for a report: every entry verified against the signed head, those of the agency opened.

1 head        the newest checkpoint, under the log's own key
2 entries     every entry hashed; the tree over all of them has the root of the head, else the first that differs is named
3 of whom     decoded, those of this agency in the period
4 opening     content and record open the entry's commitments, or nothing is kept of them, which a figure then says

Nothing that fails is left out: the report refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from comity.errors import LedgerError, ProofError
from comity.exchange.messages.listed_keys import own_log_keys
from comity.exchange.owners import owner_day
from comity.ledger.checkpoint import Checkpoint, signing_key, verify_checkpoint
from comity.ledger.entry import Entry, commit, decode_entry
from comity.ledger.tree import grow, leaf_hash, root_of
from comity.model.agency import Agency
from comity.model.canon import from_canonical
from comity.model.disclosure import EntryFacts, EntryKind
from comity.model.pruning import Tally
from comity.ports import World

LASTING = (EntryKind.FIGURE_ENTERED, EntryKind.REPORT_FILED)  # read whatever days they are of
PAGE = 1_000  # entries hashed together: a few hundred kilobytes
CHANGING_LAW = frozenset({EntryKind.LAW_ACTIVATED, EntryKind.LAW_SUSPENDED})
REFUSED = (
    "no figure is shown until this is settled: restore the node directory, or look with `comity ledger verify`"
)


@dataclass(frozen=True, slots=True)
class OpenedEntry:
    """An entry of the agency: its codes, and what opened its commitments. Each is None where it was forgotten."""

    index: int
    facts: EntryFacts
    content: bytes | None
    record: bytes | None


@dataclass(frozen=True, slots=True)
class ReadLog:
    """A verified log: its head, what is the agency's in the period, and the tallies of months that were pruned.

    `tallies` are by month (UTC's) the entry and its counts. `before` are the pairing commitments of answers from before the
    period: what is answered again in it was counted in theirs. `entered` and `filed` are of any day; `law_changes` are the
    entries that switched a text of the node's owners on or off, whenever that was. `begun_ms` is the minute of the log's first
    entry, whoever's it is: of the time before it the log proves nothing. None where the log is empty.
    """

    note: str
    size: int
    entries: tuple[OpenedEntry, ...]
    entered: tuple[OpenedEntry, ...]
    filed: tuple[OpenedEntry, ...]
    tallies: dict[str, tuple[int, Tally]]
    before: frozenset[str]
    law_changes: tuple[OpenedEntry, ...] = ()
    begun_ms: int | None = None


def read_log(world: World, agency: Agency, begins_ms: int, ends_ms: int) -> ReadLog:
    """Read and verify the whole log; keep what is the agency's between two instants, the last one included.

    Raises ProofError naming the entry that differs or does not open. An empty log has no head and nothing in it.
    """
    note = world.journal.checkpoint()
    if not note:
        return ReadLog("", 0, (), (), (), {}, frozenset())
    head = log_head(world, note)  # 1
    oris = frozenset(dated.ori for dated in agency.oris)
    found: list[OpenedEntry] = []
    lasting: dict[EntryKind, list[OpenedEntry]] = {kind: [] for kind in LASTING}
    tallies: dict[str, tuple[int, Tally]] = {}
    before: set[str] = set()
    changes: list[OpenedEntry] = []
    begun_ms: int | None = None
    for index, raw in _verified(world, head):  # 2
        entry = decode_entry(raw)
        facts = entry.facts
        begun_ms = facts.at_ms if begun_ms is None else begun_ms
        if facts.kind is EntryKind.MONTH_TALLIED:
            tally = from_canonical(_kept(world, index, entry).content or b"", Tally)
            tallies[tally.month] = index, tally
        elif facts.kind in CHANGING_LAW:
            changes.append(_kept(world, index, entry))
        elif facts.kind in lasting and facts.owner_ori in oris:
            lasting[facts.kind].append(_kept(world, index, entry))
        elif facts.owner_ori in oris or facts.asker_ori in oris:  # 3
            if begins_ms <= facts.at_ms <= ends_ms:
                found.append(_kept(world, index, entry))  # 4
            elif facts.at_ms < begins_ms and facts.kind is EntryKind.ANSWERED and facts.owner_ori in oris:
                before.add(facts.pair)
    entered, filed = (tuple(lasting[kind]) for kind in LASTING)
    return ReadLog(
        note=note,
        size=head.size,
        entries=tuple(found),
        entered=entered,
        filed=filed,
        tallies=tallies,
        before=frozenset(before - {""}),
        law_changes=tuple(changes),
        begun_ms=begun_ms,
    )


def begun_on(agency: Agency, log: ReadLog) -> date | None:
    """The agency's day on which the log began; None where it is empty."""
    return owner_day(agency, log.begun_ms) if log.begun_ms is not None else None


def log_head(world: World, note: str) -> Checkpoint:
    """What a checkpoint of the node's own log says, verified by the keys it was ever signed with. Raises ProofError."""
    listing = world.directory().find_node(world.node)
    if listing is None:
        raise ProofError(f"node `{world.node}` is not in the directory; {REFUSED}")
    return verify_checkpoint(note, signing_key(note, own_log_keys(listing)))


def _verified(world: World, head: Checkpoint) -> Iterator[tuple[int, bytes]]:
    """Every entry of the log, given out once all were hashed and the tree over them has the root that was signed."""
    edge: tuple[bytes, ...] = ()
    held: list[bytes] = []
    for size in range(0, head.size, PAGE):
        page = [_raw(world, index) for index in range(size, min(size + PAGE, head.size))]
        edge = grow(size, edge, [leaf_hash(raw) for raw in page]).edge
        held += page
    if root_of(edge) != head.root:
        raise ProofError(f"{_first_wrong(world, held)}; {REFUSED}")
    return enumerate(held)


def _raw(world: World, index: int) -> bytes:
    try:
        return world.journal.entry(index)
    except LedgerError as error:
        raise ProofError(f"entry {index} is not in the store; {REFUSED}") from error


def _first_wrong(world: World, held: list[bytes]) -> str:
    for index, raw in enumerate(held):
        if leaf_hash(raw) != world.journal.hash_at(0, index):
            return f"entry {index} does not match its proof"
    return f"the {len(held)} entries do not lead to the root that the log signed"


def _kept(world: World, index: int, entry: Entry) -> OpenedEntry:
    journal = world.journal
    return OpenedEntry(
        index,
        entry.facts,
        _open(world, index, journal.content(index), lambda: journal.content_key(index), entry.content),
        _open(world, index, journal.record(index), lambda: journal.record_key(index), entry.record),
    )


def _open(
    world: World, index: int, part: bytes | None, key_of: Callable[[], bytes | None], commitment: bytes
) -> bytes | None:
    """What is kept of an entry, opened against its commitment; None where nothing is kept. Raises ProofError."""
    if part is None:
        return None
    try:
        wrapped = key_of()
    except LedgerError:
        return None
    if wrapped is None:
        return None
    if commit(world.keys.unwrap(wrapped), part) != commitment:
        raise ProofError(f"what entry {index} keeps does not open its commitment; {REFUSED}")
    return part
