"""The only writer of the log. Nothing leaves a node unless `append_entry` returned.

What a crash leaves: before the commit nothing of the unit exists; after it everything does (entry, tree,
checkpoint, disclosure record, duties, stored answer), and a retry of the question builds an equal receipt.
"""

from __future__ import annotations

from base64 import b64encode

from comity.errors import LedgerError
from comity.ledger.checkpoint import Checkpoint, parse_vkey, sign_checkpoint
from comity.ledger.entry import KEY_BYTES, Entry, commit, encode_entry
from comity.ledger.proof import build_proof
from comity.ledger.tree import grow, leaf_hash, root_of
from comity.ledger.witnessed import check_leaving
from comity.model.disclosure import Receipt, Unit
from comity.ports import Growth, Keys, LogState, Sealed, World

LARGEST_PART = 8_000_000  # bytes of content, record or sealed explanation; a larger answer is a bulk transfer


def append_entry(world: World, unit: Unit) -> Receipt:
    """Commit a unit durably under a new log entry and return the entry's receipt.

    1 draw the two commitment keys   2 wrap them   3 build the entry
    4 one transaction: rows, tree, signed checkpoint   5 build the receipt

    Raises RejectedMessageError for a nonce or a question already entered, UnwitnessedError for what would leave while the
    log's witnesses are away for too long, ClosedError when the log is closed; then nothing was stored, or (only after a
    failed commit) the node must restart to know.
    """
    check_leaving(world, unit.facts)
    _check_sizes(unit)
    content_key = _fresh_key(world)  # 1
    record_key = _fresh_key(world)
    wrapped = (world.keys.wrap(content_key), world.keys.wrap(record_key))  # 2
    entry = encode_entry(  # 3
        Entry(
            facts=unit.facts,
            content=commit(content_key, unit.content),
            record=commit(record_key, unit.record),
        )
    )

    def step(state: LogState) -> int:
        return state.append(entry, unit, wrapped)

    def seal(growth: Growth) -> Sealed:
        return seal_growth(world.keys, growth)

    index = world.journal.write(step, seal)  # 4
    return _receipt(world, index, entry, content_key)  # 5


def restore_receipt(world: World, index: int) -> Receipt:
    """A receipt for an entry made earlier: same entry and key, proof against the newest checkpoint.

    Raises LedgerError when there is no such entry, KeyUnavailableError when its key was forgotten.
    """
    entry = world.journal.entry(index)
    return _receipt(world, index, entry, world.keys.unwrap(world.journal.content_key(index)))


def seal_growth(keys: Keys, growth: Growth) -> Sealed:
    """The tree and signed checkpoint over the entries of one transaction."""
    grown = grow(growth.size, growth.edge, [leaf_hash(entry) for entry in growth.entries])
    key = parse_vkey(keys.log_key())
    head = Checkpoint(origin=key.name, size=grown.size, root=root_of(grown.edge))
    return Sealed(edge=grown.edge, runs=grown.runs, note=sign_checkpoint(head, key, keys.sign_log))


def _receipt(world: World, index: int, entry: bytes, content_key: bytes) -> Receipt:
    return Receipt(
        node=world.node,
        entry=b64encode(entry).decode(),
        proof=build_proof(index, world.journal.checkpoint(), world.journal.hash_at),
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
