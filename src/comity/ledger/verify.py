"""The offline verifier: receipts, and copied log directories, with no database and no private key.

Every fault raises ProofError naming the entry or file that differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hmac import compare_digest
from pathlib import Path

from comity.errors import LedgerError, ProofError
from comity.ledger.checkpoint import (
    Checkpoint,
    parse_checkpoint,
    parse_vkey,
    signing_key,
    strict_base64,
    verify_checkpoint,
)
from comity.ledger.directory import WITNESSED, LogDirectory, subtree_root
from comity.ledger.entry import KEY_BYTES, commit, decode_entry
from comity.ledger.proof import build_proof, verify_proof
from comity.ledger.tiles import TILE_LEVELS, TILE_WIDTH, TileName, tiles_of
from comity.ledger.tree import HASH_BYTES, edge_of, grow, leaf_hash, root_of
from comity.model.disclosure import EntryFacts, Receipt
from comity.ports import Journal


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """A log directory that verified: origin line, number of entries, root hash, files read, entries by kind.

    `witnessed` is the note that a quorum of the log's witnesses cosigned, by the log's word; empty where there is none.
    """

    origin: str
    size: int
    root: bytes
    files: int
    kinds: tuple[tuple[str, int], ...]
    witnessed: str = ""


def verify_receipt(receipt: Receipt, content: bytes, vkey: str) -> EntryFacts:
    """Check that a node entered `content` in its log; what the entry says. Raises ProofError naming what failed.

    1 the receipt is of this log   2 the proof leads from the entry to the signed checkpoint
    3 the entry decodes   4 its content commitment opens to `content`
    """
    name = parse_vkey(vkey).name
    if receipt.node != name.rpartition("/")[2]:  # 1
        raise ProofError(f"the receipt is of node `{receipt.node[:80]}`, the key of log `{name}`")
    raw = strict_base64(receipt.entry, "the receipt's entry")
    verify_proof(receipt.proof, raw, vkey)  # 2
    entry = decode_entry(raw)  # 3
    key = strict_base64(receipt.content_key, "the receipt's content key")  # 4
    if len(key) != KEY_BYTES or not compare_digest(commit(key, content), entry.content):
        raise ProofError("the content is not what the entry commits to")
    return entry.facts


def verify_log_directory(folder: Path, vkey: str, former: tuple[str, ...] = ()) -> VerifyReport:
    """Check a copied log directory whole. Raises ProofError naming the first entry or file that differs.

    `former` are verifier keys the log was signed with before its key was replaced: a copy may be of that time.

    1 the signature   2 no file missing or too many   3 every entry, hashed and compared with its tile
    4 the root   5 every tile above and every older partial file   6 the checkpoint that witnesses cosigned, if one is there

    Older partial tiles and bundles may stand beside the current ones; they must agree with them.
    """
    log = LogDirectory(folder)
    note = log.checkpoint()
    head = verify_checkpoint(note, signing_key(note, (vkey, *former)))  # 1
    names = log.names()
    _check_names(names, head.size)  # 2
    leaves = _read_leaves(log, head.size)  # 3
    _check_root(leaves, head)  # 4
    _check_above(log, leaves.roots)  # 5
    _check_older(log, names - frozenset(tiles_of(head.size)), head.size)
    witnessed = _check_witnessed(log, head, vkey)  # 6
    return VerifyReport(
        head.origin, head.size, head.root, len(names) + 1 + bool(witnessed), leaves.kinds, witnessed
    )


def prove(source: Journal | Path, index: int) -> str:
    """The tlog-proof of entry `index`, from a journal or a log directory. Raises ProofError, LedgerError."""
    if isinstance(source, Path):
        log = LogDirectory(source)
        note = log.checkpoint()
        size = parse_checkpoint(note).size
        return build_proof(index, note, lambda level, number: log.hash_at(level, number, size))
    note = source.checkpoint()
    if not note:
        raise ProofError(f"entry {index} is not in a log of 0 entries")
    return build_proof(index, note, source.hash_at)


def check_head(journal: Journal, vkey: str) -> int:
    """Check at start that a journal's checkpoint is signed by its own key over its own tree; the log's size.

    Raises LedgerError: the node must not open.
    """
    note = journal.checkpoint()
    if not note:
        return 0
    try:
        head = verify_checkpoint(note, vkey)
    except ProofError as error:
        raise LedgerError(f"{error}; the log was changed or the log key is another one: restore both") from error
    if root_of(edge_of(head.size, journal.hash_at)) != head.root:
        raise LedgerError(
            "the stored tree does not lead to the signed root; restore the node directory from a copy"
        )
    _check_witnessed_head(journal, vkey, head.size)
    return head.size


def _check_witnessed_head(journal: Journal, vkey: str, size: int) -> None:
    """What a quorum cosigned is of this tree too: how long the log may go without its witnesses is counted from there."""
    kept = journal.heads.witnessed()
    if not kept.size:
        return
    try:
        head = verify_checkpoint(kept.note, vkey)
    except ProofError as error:
        raise LedgerError(f"the cosigned checkpoint: {error}; restore the node directory from a copy") from error
    if head.size != kept.size or head.size > size or root_of(edge_of(head.size, journal.hash_at)) != head.root:
        raise LedgerError(
            "the cosigned checkpoint is not of the stored tree; restore the node directory from a copy"
        )


@dataclass(frozen=True, slots=True)
class _Leaves:
    """What a pass over all entries found: root, roots of the full lowest tiles, kinds, the first difference."""

    root: bytes
    roots: bytes
    kinds: tuple[tuple[str, int], ...]
    differs: tuple[int, TileName] | None


def _check_witnessed(log: LogDirectory, head: Checkpoint, vkey: str) -> str:
    """The note in `witnessed`, of this very tree at an earlier size or now."""
    note = log.witnessed()
    if not note:
        return ""
    try:
        older = verify_checkpoint(note, vkey)
    except ProofError as error:
        raise ProofError(f"`{WITNESSED}`: {error}") from error
    if older.size > head.size:
        raise ProofError(f"`{WITNESSED}` is of {older.size} entries, `checkpoint` of {head.size}")
    if root_of(edge_of(older.size, lambda level, number: log.hash_at(level, number, head.size))) != older.root:
        raise ProofError(f"`{WITNESSED}` of {older.size} entries is not of this log")
    return note


def _check_names(names: frozenset[TileName], size: int) -> None:
    expected = frozenset(tiles_of(size))
    for name in sorted(expected - names):
        raise ProofError(f"`{name.path}` is missing")
    for name in sorted(names - expected):
        count = size >> TILE_LEVELS * max(name.level, 0)
        if name.number * TILE_WIDTH + name.width > count:
            raise ProofError(f"`{name.path}` does not belong to a log of {size} entries")


def _read_leaves(log: LogDirectory, size: int) -> _Leaves:
    edge: tuple[bytes, ...] = ()
    roots: list[bytes] = []
    kinds: Counter[str] = Counter()
    differs: tuple[int, TileName] | None = None
    for first in range(0, size, TILE_WIDTH):
        name = TileName(0, first // TILE_WIDTH, min(TILE_WIDTH, size - first))
        entries = log.bundle(replace(name, level=-1))
        kinds.update(_kinds_of(entries, first, replace(name, level=-1)))
        leaves = [leaf_hash(entry) for entry in entries]
        held = log.tile(name)
        if differs is None and b"".join(leaves) != held:
            differs = (first + _first_difference(leaves, held), name)
        grown = grow(first, edge, leaves)
        edge = grown.edge
        if name.width == TILE_WIDTH:
            roots.append(grown.runs[TILE_LEVELS][1])
    return _Leaves(root_of(edge), b"".join(roots), tuple(sorted(kinds.items())), differs)


def _kinds_of(entries: list[bytes], first: int, name: TileName) -> Iterator[str]:
    for index, entry in enumerate(entries, first):
        try:
            yield decode_entry(entry).facts.kind.value
        except ProofError as error:
            raise ProofError(f"entry {index} in `{name.path}`: {error}") from error


def _first_difference(leaves: list[bytes], held: bytes) -> int:
    return next(number for number, leaf in enumerate(leaves) if held[number * HASH_BYTES :][:HASH_BYTES] != leaf)


def _check_root(leaves: _Leaves, head: Checkpoint) -> None:
    if leaves.differs is not None:
        index, name = leaves.differs
        if leaves.root == head.root:  # the entries lead to the signed root, so the tile is what was changed
            raise ProofError(f"`{name.path}` differs from entry {index}")
        raise ProofError(
            f"entry {index} in `{replace(name, level=-1).path}` differs from its hash in `{name.path}`"
        )
    if leaves.root != head.root:
        raise ProofError(f"the {head.size} entries do not lead to the root in `checkpoint`")


def _check_above(log: LogDirectory, row: bytes) -> None:
    """Every tile above the lowest level follows from the tiles below it."""
    level = 1
    while row:
        for first in range(0, len(row), TILE_WIDTH * HASH_BYTES):
            part = row[first : first + TILE_WIDTH * HASH_BYTES]
            name = TileName(level, first // (TILE_WIDTH * HASH_BYTES), len(part) // HASH_BYTES)
            if log.tile(name) != part:
                raise ProofError(f"`{name.path}` differs from the tiles below it")
        full = len(row) // (TILE_WIDTH * HASH_BYTES) * TILE_WIDTH * HASH_BYTES
        row = b"".join(
            subtree_root(row[first : first + TILE_WIDTH * HASH_BYTES])
            for first in range(0, full, TILE_WIDTH * HASH_BYTES)
        )
        level += 1


def _check_older(log: LogDirectory, older: frozenset[TileName], size: int) -> None:
    """Partial files of earlier checkpoints are beginnings of what stands now."""
    for name in sorted(older):
        count = size >> TILE_LEVELS * max(name.level, 0)
        now = replace(name, width=min(TILE_WIDTH, count - name.number * TILE_WIDTH))
        if name.level < 0:
            agrees = log.bundle(now)[: name.width] == log.bundle(name)
        else:
            agrees = log.tile(now)[: name.width * HASH_BYTES] == log.tile(name)
        if not agrees:
            raise ProofError(f"`{name.path}` differs from `{now.path}`")
