"""The tree equals the recursive definitions of RFC 6962, written here literally."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from comity.errors import ProofError
from comity.ledger.tree import (
    EMPTY_ROOT,
    check_consistency,
    consistency_proof,
    edge_of,
    grow,
    inclusion_proof,
    leaf_hash,
    root_from_inclusion,
    root_of,
)

CLASSIC = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")] + [
    bytes.fromhex("606162636465666768696a6b6c6d6e6f")
]


def literal_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1 over entries."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    split = literal_split(len(leaves))
    return sha256(b"\x01" + literal_root(leaves[:split]) + literal_root(leaves[split:])).digest()


def literal_split(count: int) -> int:
    split = 1
    while split * 2 < count:
        split *= 2
    return split


def literal_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 section 2.1.1."""
    if len(leaves) == 1:
        return []
    split = literal_split(len(leaves))
    if index < split:
        return [*literal_path(index, leaves[:split]), literal_root(leaves[split:])]
    return [*literal_path(index - split, leaves[split:]), literal_root(leaves[:split])]


def literal_consistency(old: int, leaves: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 section 2.1.2."""
    if old == len(leaves):
        return [] if whole else [literal_root(leaves)]
    split = literal_split(len(leaves))
    if old <= split:
        return [*literal_consistency(old, leaves[:split], whole), literal_root(leaves[split:])]
    return [*literal_consistency(old - split, leaves[split:], False), literal_root(leaves[:split])]


def grown_by(*batches: list[bytes]) -> tuple[int, tuple[bytes, ...], Callable[[int, int], bytes]]:
    """Grow a tree batch by batch; size, edge and the lookup of its complete subtrees."""
    size, edge = 0, ()
    hashes: dict[tuple[int, int], bytes] = {}
    for batch in batches:
        grown = grow(size, edge, [leaf_hash(entry) for entry in batch])
        for level, (first, run) in enumerate(grown.runs):
            for number in range(len(run) // 32):
                assert (level, first + number) not in hashes, "a complete subtree is new once"
                hashes[level, first + number] = run[number * 32 : number * 32 + 32]
        size, edge = grown.size, grown.edge
    return size, edge, lambda level, index: hashes[level, index]


def numbered(count: int, start: int = 0) -> list[bytes]:
    return [b"entry %d" % number for number in range(start, start + count)]


def test_the_published_values_hold() -> None:
    """Empty root, empty leaf and the eight classic leaves of Certificate Transparency."""
    assert EMPTY_ROOT.hex().startswith("e3b0c442")
    assert root_of(()) == EMPTY_ROOT
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    _, edge, _ = grown_by(CLASSIC)
    assert root_of(edge).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@settings(max_examples=60)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=6))
def test_growth_in_any_batches_gives_the_literal_root(counts: list[int]) -> None:
    """How entries are grouped into commits changes nothing; the edge is found again from the stored hashes."""
    leaves = numbered(sum(counts))
    batches, at = [], 0
    for count in counts:
        batches.append(leaves[at : at + count])
        at += count
    size, edge, hash_at = grown_by(*batches)
    assert (size, root_of(edge)) == (len(leaves), literal_root(leaves))
    assert edge_of(size, hash_at) == edge


@settings(max_examples=100)
@given(st.data(), st.integers(1, 300))
def test_inclusion_proofs_are_the_literal_ones_and_verify(draw: st.DataObject, size: int) -> None:
    """The audit path of any leaf equals the definition and leads to the root, and to no other leaf or place."""
    index = draw.draw(st.integers(0, size - 1))
    leaves = numbered(size)
    _, edge, hash_at = grown_by(leaves)
    path = inclusion_proof(index, size, hash_at)
    assert list(path) == literal_path(index, leaves)
    assert root_from_inclusion(index, size, leaf_hash(leaves[index]), path) == root_of(edge)
    assert root_from_inclusion(index, size, leaf_hash(b"another"), path) != root_of(edge)


@settings(max_examples=100)
@given(st.data(), st.integers(1, 300))
def test_consistency_proofs_are_the_literal_ones_and_verify(draw: st.DataObject, size: int) -> None:
    """A newer tree proves that it extends an older one, and no changed older or newer root passes."""
    old = draw.draw(st.integers(1, size))
    leaves = numbered(size)
    _, edge, hash_at = grown_by(leaves)
    path = consistency_proof(old, size, hash_at)
    assert list(path) == literal_consistency(old, leaves)
    old_root, root = literal_root(leaves[:old]), root_of(edge)
    check_consistency(old, old_root, size, root, path)
    with pytest.raises(ProofError):
        check_consistency(old, leaf_hash(b"fork"), size, root, path)
    with pytest.raises(ProofError):
        check_consistency(old, old_root, size, leaf_hash(b"fork"), path)


@settings(max_examples=60)
@given(st.data(), st.integers(2, 200))
def test_a_changed_cut_or_longer_proof_fails(draw: st.DataObject, size: int) -> None:
    """No hash of a proof can be changed, dropped or added."""
    leaves = numbered(size)
    _, edge, hash_at = grown_by(leaves)
    index, old = draw.draw(st.integers(0, size - 1)), draw.draw(st.integers(1, size - 1))
    path = list(inclusion_proof(index, size, hash_at))
    at = draw.draw(st.integers(0, len(path) - 1))
    wrong = [*path[:at], leaf_hash(b"wrong"), *path[at + 1 :]]
    assert root_from_inclusion(index, size, leaf_hash(leaves[index]), wrong) != root_of(edge)
    for bad in (path[:-1], [*path, path[0]]):
        with pytest.raises(ProofError, match=r"too (few|many) hashes"):
            root_from_inclusion(index, size, leaf_hash(leaves[index]), bad)
    steps = list(consistency_proof(old, size, hash_at))
    for bad in (steps[:-1], [*steps, steps[0]]):
        with pytest.raises(ProofError):
            check_consistency(old, literal_root(leaves[:old]), size, root_of(edge), bad)


def test_sizes_that_cannot_be_are_refused() -> None:
    """No proof for an entry outside the log, none from size 0 or a larger size, no edge of another size."""
    _, edge, hash_at = grown_by(numbered(5))
    with pytest.raises(ProofError, match="not in a log of 5"):
        inclusion_proof(5, 5, hash_at)
    with pytest.raises(ProofError, match="not in a log of 5"):
        root_from_inclusion(-1, 5, bytes(32), [])
    for old, size in ((0, 5), (6, 5)):
        with pytest.raises(ProofError, match="no consistency proof"):
            consistency_proof(old, size, hash_at)
        with pytest.raises(ProofError, match="no consistency proof"):
            check_consistency(old, bytes(32), size, bytes(32), [])
    with pytest.raises(ProofError, match="right edge"):
        grow(4, edge, [])
    with pytest.raises(ProofError, match="differ"):
        check_consistency(5, root_of(edge), 5, bytes(32), [])


def test_an_implementation_by_others_gives_the_same_roots() -> None:
    """pymerkle agrees on the root of every size to 70 and on a large one."""
    foreign = InmemoryTree(algorithm="sha256")
    size, edge = 0, ()
    for number, entry in enumerate(numbered(2_000)):
        foreign.append_entry(entry)
        grown = grow(size, edge, [leaf_hash(entry)])
        size, edge = grown.size, grown.edge
        if number < 70 or number == 1_999:
            assert root_of(edge) == foreign.get_root()
