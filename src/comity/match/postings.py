"""Which people have which key: five bytes a key, three for each person who has it, searched where they lie.

A key's highest bits are the number of its bucket; its lowest 32 are kept, in order, in `keys`. `buckets[b]` is the
first key of bucket b and `begins[b]` the place of that key's people in `low` and `high`, the lower 16 and the upper 8
bits of their numbers. `counts[k]` is how many people key k has; 0 stands for more than 255, and then `long_keys` has
k and `long_counts` the number. An entry is a key and one of its people as one number, so that sorting numbers is all
that building and merging take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from comity.match.arrays import Places, put_between, runs
from comity.match.keys import KEY_BITS, Keys

PERSON_BITS = 24
MOST_PEOPLE = 1 << PERSON_BITS  # of one segment: what an entry and a posting have room for
KEPT_BITS = 32  # of a key, in `keys`; the others are at least partly those of its bucket
FEWEST_BUCKET_BITS = KEY_BITS - KEPT_BITS
KEYS_A_BUCKET = 32  # at most on average: found in six steps, for half a byte a key
MOST_COUNTED = 255  # people of a key whose number fits into one byte
ENTRIES_AT_ONCE = 1 << 20  # sorted in one go when segments are joined: 8 MB, what a processor's cache holds

Numbers = NDArray[np.uint32]
Bools = NDArray[np.bool_]
Kind = TypeVar("Kind", bound=np.generic)
_PERSON = np.uint64(MOST_PEOPLE - 1)


class Postings(NamedTuple):
    """The arrays."""

    buckets: Numbers
    begins: Numbers
    keys: Numbers
    counts: NDArray[np.uint8]
    long_keys: Numbers
    long_counts: Numbers
    low: NDArray[np.uint16]
    high: NDArray[np.uint8]

    @property
    def bucket_bits(self) -> int:
        """How many of a key's highest bits are the number of its bucket."""
        return (len(self.buckets) - 1).bit_length() - 1

    def lists(self, wanted: Keys) -> tuple[Places, Places]:
        """Where the people of the wanted keys begin, and how many they are; 0 where a key is not here."""
        bucket = (wanted >> np.uint64(KEY_BITS - self.bucket_bits)).astype(np.int64)
        first = self.buckets[bucket].astype(np.int64)
        ends = self.buckets[bucket + 1].astype(np.int64)
        places = self._places(first, ends, wanted.astype(np.uint32))
        here = places >= 0
        found, first = places[here], first[here]
        before = self._sums(first, found - first)
        starts, counts = np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.int64)
        starts[here] = self.begins[bucket[here]] + before
        counts[here] = self.counted(found)
        return starts, counts

    def people(self, starts: Places, counts: Places) -> Places:
        """The people of lists, one list after the other."""
        places = runs(starts, counts)
        return self.low[places] | self.high[places].astype(np.int64) << 16

    def counted(self, keys: Places) -> Places:
        """How many people keys have."""
        counts = self.counts[keys].astype(np.int64)
        long = np.flatnonzero(counts == 0)
        if len(long):
            counts[long] = self.long_counts[np.searchsorted(self.long_keys, keys[long].astype(np.uint32))]
        return counts

    def _places(self, low: Places, ends: Places, wanted: Numbers) -> Places:
        """The place of each key between two others, all at once; -1 where it is not there."""
        high = ends
        for _ in range(int((ends - low).max(initial=0)).bit_length()):
            middle = (low + high) >> 1
            less = self.keys.take(middle, mode="clip") < wanted
            low, high = np.where(less, np.minimum(middle + 1, high), low), np.where(less, high, middle)
        here = low < ends
        here[here] = self.keys[low[here]] == wanted[here]
        return np.where(here, low, -1)

    def _sums(self, first: Places, lengths: Places) -> Places:
        """How many people runs of keys have together."""
        sums = np.zeros(int(lengths.sum()) + 1, dtype=np.int64)
        np.cumsum(self.counted(runs(first, lengths)), out=sums[1:])
        ends = np.cumsum(lengths)
        found: Places = sums[ends] - sums[ends - lengths]
        return found

    def whole_keys(self, part: int, part_bits: int) -> Keys:
        """Keys in order whose highest `part_bits` bits (at most eight) are `part`."""
        share = self.bucket_bits - part_bits
        first, last = part << share, part + 1 << share
        ends = self.buckets[first : last + 1 : 1 << self.bucket_bits - FEWEST_BUCKET_BITS].astype(np.int64)
        highest = np.arange(len(ends) - 1, dtype=np.uint64) + np.uint64(part << FEWEST_BUCKET_BITS - part_bits)
        found: Keys = np.repeat(highest << np.uint64(KEPT_BITS), np.diff(ends)) | self.keys[ends[0] : ends[-1]]
        return found

    def entries(self, part: int, part_bits: int) -> Keys:
        """Entries in order, of those keys whose highest `part_bits` bits (at most eight) are `part`."""
        share = self.bucket_bits - part_bits
        first, last = part << share, part + 1 << share
        keys = self.whole_keys(part, part_bits)
        counts = self.counted(np.arange(self.buckets[first], self.buckets[last], dtype=np.int64))
        at = slice(int(self.begins[first]), int(self.begins[last]))
        found: Keys = np.repeat(keys << np.uint64(PERSON_BITS), counts)
        found |= self.high[at].astype(np.uint64) << np.uint64(16)
        found |= self.low[at]
        return found


def entries_of(keys: Keys, people: NDArray[Any]) -> Keys:
    """Keys with their people as entries."""
    found: Keys = keys << np.uint64(PERSON_BITS) | people.astype(np.uint64)
    return found


def pack_postings(parts: Iterable[Keys]) -> Postings:
    """The arrays of entries, which come in parts: sorted, no key in two parts, the lowest keys first.

    Of a key its lowest bits are kept, and of its highest how many keys have them: half the bytes of the keys whole.
    """
    keys: list[Numbers] = []
    with_head: Places = np.zeros(1 << FEWEST_BUCKET_BITS, dtype=np.int64)
    counts: list[Numbers] = []
    low: list[NDArray[np.uint16]] = []
    high: list[NDArray[np.uint8]] = []
    for entries in parts:
        held = entries >> np.uint64(PERSON_BITS)
        first = np.flatnonzero(held[1:] != held[:-1]) + 1
        first = np.concatenate([np.zeros(min(1, len(held)), dtype=np.int64), first])
        distinct = held[first]
        keys.append(distinct.astype(np.uint32))
        heads = (distinct >> np.uint64(KEPT_BITS)).astype(np.int64)
        with_head += np.bincount(heads, minlength=len(with_head))
        counts.append(np.diff(np.append(first, len(held))).astype(np.uint32))
        low.append((entries & np.uint64(0xFFFF)).astype(np.uint16))
        high.append(((entries & _PERSON) >> np.uint64(16)).astype(np.uint8))
    return _addressed(with_head, _joined(keys), _joined(counts), _joined(low), _joined(high))


def _joined(parts: list[NDArray[Kind]]) -> NDArray[Kind]:
    """Parts as one array, and the parts let go: of ten million people the parts of all columns are near 1 GB."""
    whole = np.concatenate(parts)
    parts.clear()
    return whole


def _bucket_bits(keys: int) -> int:
    return max(FEWEST_BUCKET_BITS, (keys // KEYS_A_BUCKET).bit_length())


def _addressed(
    with_head: Places, keys: Numbers, counts: Numbers, low: NDArray[np.uint16], high: NDArray[np.uint8]
) -> Postings:
    """Keys in buckets, with as many buckets as they need. `with_head` is how many keys have each of the highest bits."""
    bits = _bucket_bits(len(keys))
    edges = (np.arange(1 << bits - FEWEST_BUCKET_BITS, dtype=np.uint64) << np.uint64(KEY_BITS - bits)).astype(
        np.uint32
    )
    buckets = heads = np.cumsum([0, *with_head])
    if bits > FEWEST_BUCKET_BITS:
        buckets = np.concatenate(
            [first + keys[first:end].searchsorted(edges) for first, end in pairwise(heads.tolist())] + [heads[-1:]]
        )
    ends = np.zeros(len(keys) + 1, dtype=np.uint32)
    np.cumsum(counts, out=ends[1:])
    long = np.flatnonzero(counts > MOST_COUNTED)
    return Postings(
        buckets=buckets.astype(np.uint32),
        begins=ends[buckets],
        keys=keys,
        counts=np.where(counts > MOST_COUNTED, 0, counts).astype(np.uint8),
        long_keys=long.astype(np.uint32),
        long_counts=counts[long],
        low=low,
        high=high,
    )


def keep_all() -> None:
    """Let nothing go of what was read."""


def merge_postings(
    held: Sequence[Postings], before: Sequence[int], part_read: Callable[[], None] = keep_all
) -> Postings:
    """The postings of people of several segments; `before` is how many people come before those of each.

    `part_read` is called after every part of the keys, all of which is read from every segment and not again.
    """
    return pack_postings(_merged(held, before, part_read))


def _merged(held: Sequence[Postings], before: Sequence[int], part_read: Callable[[], None]) -> Iterator[Keys]:
    for part, bits in _parts(sum(len(one.low) for one in held)):
        entries = [one.entries(part, bits) + np.uint64(first) for one, first in zip(held, before, strict=True)]
        together = np.concatenate(entries)
        part_read()
        together.sort()
        yield together


def put_posting(held: Postings, keys: Keys, person: int) -> Postings:
    """The postings with one more person under some different keys, given in order; the person's number is the highest."""
    whole = held.whole_keys(0, 0)
    at = whole.searchsorted(keys)
    new = whole.searchsorted(keys, "right") == at
    known, fresh = at[~new], at[new]
    counts = held.counts.copy()
    counts[known] += np.uint8(1)
    if _bucket_bits(len(whole) + len(fresh)) > held.bucket_bits or not held.counts.all() or not counts.all():
        entries, came = held.entries(0, 0), entries_of(keys, np.full(len(keys), person))
        return pack_postings([put_between(entries, entries.searchsorted(came), came)])
    ends = np.zeros(len(whole) + 1, dtype=np.int64)
    np.cumsum(held.counts, out=ends[1:])
    behind = ends[at + ~new]  # whoever has the key; or where the key would begin
    bucket = (keys >> np.uint64(KEY_BITS - held.bucket_bits)).astype(np.int64)
    edges = np.arange(len(held.buckets))
    return Postings(
        buckets=held.buckets + bucket[new].searchsorted(edges).astype(np.uint32),
        begins=held.begins + bucket.searchsorted(edges).astype(np.uint32),
        keys=put_between(held.keys, fresh, keys[new].astype(np.uint32)),
        counts=put_between(counts, fresh, np.ones(len(fresh), dtype=np.uint8)),
        long_keys=held.long_keys,
        long_counts=held.long_counts,
        low=put_between(held.low, behind, np.full(len(behind), person & 0xFFFF, dtype=np.uint16)),
        high=put_between(held.high, behind, np.full(len(behind), person >> 16, dtype=np.uint8)),
    )


def keep_postings(held: Postings, stays: Bools) -> Postings:
    """The postings of the people who stay, by their new numbers, without keys that nobody has any more."""
    numbers: Keys = (np.cumsum(stays) - stays).astype(np.uint64)
    return pack_postings(_kept(held, stays, numbers))


def _kept(held: Postings, stays: Bools, numbers: Keys) -> Iterator[Keys]:
    for part, bits in _parts(len(held.low)):
        entries = held.entries(part, bits)
        people = (entries & _PERSON).astype(np.int64)
        kept = stays[people]
        yield entries[kept] & ~_PERSON | numbers[people[kept]]


def _parts(entries: int) -> Iterator[tuple[int, int]]:
    """Parts of all keys, each with its number and how many bits that has: one for few entries."""
    bits = min(FEWEST_BUCKET_BITS, (entries // ENTRIES_AT_ONCE).bit_length())
    return ((part, bits) for part in range(1 << bits))
