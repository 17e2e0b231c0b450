"""Which people have which key: what is packed is found, merged and taken out as if it were a table of pairs."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.match import postings as packing
from comity.match.arrays import sorted_once
from comity.match.keys import KEY_BITS
from comity.match.postings import (
    FEWEST_BUCKET_BITS,
    KEYS_A_BUCKET,
    MOST_COUNTED,
    MOST_PEOPLE,
    PERSON_BITS,
    Postings,
    entries_of,
    keep_postings,
    merge_postings,
    pack_postings,
)

Pairs = set[tuple[int, int]]
KEYS = st.one_of(st.integers(0, (1 << KEY_BITS) - 1), st.sampled_from((0, 1 << 32, 5 << 32, (1 << KEY_BITS) - 1)))
PAIRS = st.sets(st.tuples(KEYS, st.integers(0, 40)), max_size=60)


def packed(pairs: Iterable[tuple[int, int]]) -> Postings:
    held = list(pairs)
    keys = np.array([key for key, _ in held], dtype=np.uint64)
    return pack_postings(
        [sorted_once(entries_of(keys, np.array([person for _, person in held], dtype=np.uint64)))]
    )


def pairs_of(postings: Postings, keys: Iterable[int]) -> Pairs:
    """What the postings say of some keys."""
    wanted = np.array(sorted(set(keys)), dtype=np.uint64)
    found = set()
    for key, start, count in zip(wanted.tolist(), *(one.tolist() for one in postings.lists(wanted)), strict=True):
        people = postings.people(np.array([start]), np.array([count])).tolist()
        assert people == sorted(set(people))
        found |= {(key, person) for person in people}
    return found


def assert_same(one: Postings, other: Postings) -> None:
    for held, wanted in zip(one, other, strict=True):
        assert held.dtype == wanted.dtype
        assert held.tolist() == wanted.tolist()


@given(PAIRS, st.sets(KEYS, max_size=10))
def test_every_key_leads_to_its_people_and_a_strange_one_to_nobody(pairs: Pairs, strange: set[int]) -> None:
    """Keys that share a bucket, or all of the bits that are kept, included; a pair given twice is one."""
    postings = packed([*pairs, *pairs])
    assert pairs_of(postings, {key for key, _ in pairs} | strange) == pairs


def test_a_key_of_more_people_than_a_byte_counts() -> None:
    """Beside others of the same bucket, before and behind it."""
    crowd = {(7 << 8, person) for person in range(0, 3 * MOST_COUNTED, 2)}
    full = {(6 << 8, person) for person in range(MOST_COUNTED)}
    pairs = {(5 << 8, 1), (8 << 8, MOST_PEOPLE - 1), (9 << 8, 1 << 16)} | crowd | full
    postings = packed(pairs)
    assert len(postings.long_keys) == 1
    assert pairs_of(postings, {key for key, _ in pairs}) == pairs


@given(st.integers(0, 2**32))
def test_many_keys_have_many_buckets(seed: int) -> None:
    """A bucket has few keys, and everybody is found."""
    drawn = np.random.default_rng(seed).integers(0, 1 << KEY_BITS, 30_000, dtype=np.uint64)
    pairs = {(key, place % 50) for place, key in enumerate(drawn.tolist())}
    postings = packed(pairs)
    assert postings.bucket_bits > FEWEST_BUCKET_BITS
    assert int(np.diff(postings.buckets.astype(np.int64)).max()) < 4 * KEYS_A_BUCKET
    some = set(drawn[:200].tolist())
    assert pairs_of(postings, some) == {(key, person) for key, person in pairs if key in some}


@given(PAIRS, PAIRS)
def test_merging_is_packing_the_pairs_of_both(ones: Pairs, others: Pairs) -> None:
    """People of the second come behind those of the first."""
    assert_same(
        merge_postings([packed(ones), packed(others)], [0, 41]),
        packed({*ones, *((key, person + 41) for key, person in others)}),
    )


@given(PAIRS, st.lists(st.booleans(), min_size=41, max_size=41))
def test_keeping_is_packing_the_pairs_of_those_who_stay(pairs: Pairs, stays: list[bool]) -> None:
    """They are numbered anew; a key that nobody has any more is gone."""
    number = {person: sum(stays[:person]) for person, stay in enumerate(stays) if stay}
    assert_same(
        keep_postings(packed(pairs), np.array(stays)),
        packed({(key, number[person]) for key, person in pairs if person in number}),
    )


@pytest.mark.parametrize("at_once", [1, 7, 100])
def test_in_parts_or_at_once_the_same_is_made(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many entries are sorted in one go."""
    drawn = np.random.default_rng(5).integers(0, 1 << KEY_BITS, 400, dtype=np.uint64).tolist()
    pairs = {(key, place % 41) for place, key in enumerate(drawn)} | {(drawn[0], person) for person in range(40)}
    stays = np.arange(41) % 3 > 0
    whole = packed(pairs)
    merged, kept = merge_postings([whole, whole], [0, 41]), keep_postings(whole, stays)
    monkeypatch.setattr(packing, "ENTRIES_AT_ONCE", at_once)
    read: list[None] = []
    assert_same(merge_postings([whole, whole], [0, 41], lambda: read.append(None)), merged)
    assert len(read) == len(list(packing._parts(2 * len(pairs))))
    assert_same(keep_postings(whole, stays), kept)


def test_an_entry_has_room_for_a_key_and_a_person() -> None:
    """The highest of both fill 64 bits."""
    highest = entries_of(np.array([(1 << KEY_BITS) - 1], dtype=np.uint64), np.array([MOST_PEOPLE - 1]))
    assert highest.tolist() == [(1 << KEY_BITS + PERSON_BITS) - 1] == [2**64 - 1]
