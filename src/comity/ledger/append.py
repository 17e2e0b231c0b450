"""The only writer of the log. Nothing leaves a node unless `append_entry` returned, or `start_entry`'s
receipt is there.

What a crash leaves: before the commit nothing of the unit exists; after it everything does (entry, tree,
checkpoint, disclosure record, duties, stored answer), and a retry of the question builds an equal receipt.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from comity.errors import LedgerError
from comity.ledger.checkpoint import Checkpoint, parse_vkey, sign_checkpoint
from comity.ledger.entry import KEY_BYTES, Entry, commit, encode_entry
from comity.ledger.proof import write_proof
from comity.ledger.tree import grow, leaf_hash, root_of
from comity.ledger.witnessed import check_leaving
from comity.model.disclosure import Receipt, Unit
from comity.ports import Growth, Keys, LogState, Pending, Sealed, World

MOST_SIGNINGS = 10  # a key is replaced a few times a year, so that the second signing is the last
LARGEST_PART = 8_000_000  # bytes of content, record or sealed explanation; a larger answer is a bulk transfer


class Appending:
    """An entry on its way into the log. Its receipt is there when everything is durable, and not before."""

    __slots__ = ("_content_key", "_entry", "_pending", "_world")

    def __init__(self, world: World, entry: bytes, content_key: bytes, pending: Pending[int]) -> None:
        self._world, self._entry, self._content_key, self._pending = world, entry, content_key, pending

    def receipt(self) -> Receipt:
        """Wait in this thread. Raises what `append_entry` raises."""
        return _receipt(self._world, self._pending.result(), self._entry, self._content_key)

    def __await__(self) -> Generator[Any, None, Receipt]:
        """Wait on the running event loop. Who is cancelled stops waiting; the entry may be committed all the same."""
        index = yield from self._pending.__await__()
        return _receipt(self._world, index, self._entry, self._content_key)


def append_entry(world: World, unit: Unit) -> Receipt:
    """Commit a unit durably under a new log entry and return the entry's receipt.

    Raises RejectedMessageError for a nonce or a question already entered, UnwitnessedError for what would leave while the
    log's witnesses are away for too long, ClosedError when the log is closed; then nothing was stored, or (only after a
    failed commit) the node must restart to know.
    """
    return start_entry(world, unit).receipt()


def append_entries(world: World, units: Sequence[Unit]) -> tuple[Receipt, ...]:
    """Commit units durably under new log entries, all or none, and return their receipts. Raises as `append_entry` does."""
    staged = [_staged(world, unit) for unit in units]

    def step(state: LogState) -> list[int]:
        return [state.append(one.entry, one.unit, one.wrapped) for one in staged]

    def seal(growth: Growth) -> Sealed:
        return seal_growth(world.keys, growth)

    indexes = world.journal.start(step, seal).result()
    return tuple(
        _receipt(world, index, one.entry, one.content_key) for index, one in zip(indexes, staged, strict=True)
    )


def start_entry(world: World, unit: Unit) -> Appending:
    """Begin to commit a unit, without waiting for the disk. Nothing may leave before the receipt is there.

    1 draw the two commitment keys   2 wrap them   3 build the entry
    4 one transaction: rows, tree, signed checkpoint   5 build the receipt, when somebody waits for it

    Raises ClosedError when the log takes nothing more; everything else is raised to whoever waits.
    """
    staged = _staged(world, unit)  # 1, 2, 3

    def step(state: LogState) -> int:
        return state.append(staged.entry, unit, staged.wrapped)

    def seal(growth: Growth) -> Sealed:
        return seal_growth(world.keys, growth)

    pending = world.journal.start(step, seal)  # 4
    return Appending(world, staged.entry, staged.content_key, pending)  # 5


@dataclass(frozen=True, slots=True)
class _Staged:
    """A unit with its encoded entry, the key of its content, and both its keys wrapped."""

    unit: Unit
    entry: bytes
    content_key: bytes
    wrapped: tuple[bytes, bytes]


def _staged(world: World, unit: Unit) -> _Staged:
    check_leaving(world, unit.facts)
    _check_sizes(unit)
    content_key = _fresh_key(world)
    record_key = _fresh_key(world)
    wrapped = (world.keys.wrap(content_key), world.keys.wrap(record_key))
    entry = encode_entry(
        Entry(
            facts=unit.facts,
            content=commit(content_key, unit.content),
            record=commit(record_key, unit.record),
        )
    )
    return _Staged(unit, entry, content_key, wrapped)


def restore_receipt(world: World, index: int) -> Receipt:
    """A receipt for an entry made earlier: same entry and key, proof against the newest checkpoint.

    Raises LedgerError when there is no such entry, KeyUnavailableError when its key was forgotten.
    """
    entry = world.journal.entry(index)
    return _receipt(world, index, entry, world.keys.unwrap(world.journal.content_key(index)))


def seal_growth(keys: Keys, growth: Growth) -> Sealed:
    """The tree and signed checkpoint over the entries of one transaction."""
    grown = grow(growth.size, growth.edge, [leaf_hash(entry) for entry in growth.entries])
    return Sealed(edge=grown.edge, runs=grown.runs, note=_sign_head(keys, grown.size, root_of(grown.edge)))


def _sign_head(keys: Keys, size: int, root: bytes) -> str:
    """The checkpoint under the key of now: one that was replaced between naming and signing is named anew."""
    vkey = keys.log_key()
    for _ in range(MOST_SIGNINGS):
        key = parse_vkey(vkey)
        note = sign_checkpoint(Checkpoint(origin=key.name, size=size, root=root), key, keys.sign_log)
        named, vkey = vkey, keys.log_key()
        if named == vkey:
            return note
    raise LedgerError("the log's key changes faster than a checkpoint is signed; restart the node")


def _receipt(world: World, index: int, entry: bytes, content_key: bytes) -> Receipt:
    note, path = world.journal.path(index)
    return Receipt(
        node=world.node,
        entry=b64encode(entry).decode(),
        proof=write_proof(index, path, note),
        content_key=b64encode(content_key).decode(),
    )


def _fresh_key(world: World) -> bytes:
    key = world.randomness.take(KEY_BYTES)
    if len(key) != KEY_BYTES:
        raise LedgerError("the source of randomness gave too few bytes; the node cannot commit to a disclosure")
    return key


def _check_sizes(unit: Unit) -> None:
    for name, part in (("answer", unit.content), ("record", unit.record), ("explanation", unit.sealed)):
        if len(part) > LARGEST_PART:
            raise LedgerError(f"the {name} has {len(part)} bytes, more than {LARGEST_PART}; ask for less")
