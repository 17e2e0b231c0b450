"""Segments joined into one, and people taken out of one, as work on arrays: no record is read.

The result is what `build_segment` makes of the same people, array for array, so that an index grown by insertion,
correction and removal can be checked against one built from the records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.match.arrays import Places, runs
from comity.match.packed import PAYLOAD, renumber, token_places
from comity.match.postings import MOST_PEOPLE, keep_all, keep_postings, merge_postings
from comity.match.segment import Segment
from comity.match.vocabulary import Numbers, Vocabulary

LONGEST_PADDED = (
    64  # bytes of a word sorted as an array: names are shorter, and every word is padded to the longest
)
Bools = NDArray[np.bool_]


def merge_segments(segments: Sequence[Segment], part_read: Callable[[], None] = keep_all) -> Segment:
    """One segment of the people of several, at most `MOST_PEOPLE`, given in the order of their ordinals. At least one.

    `part_read` is called whenever so much was read of them that whoever mapped them may let go of what lies in memory.
    """
    held = [segment for segment in segments if segment.people] or list(segments[:1])
    if len(held) == 1:
        return held[0]
    assert sum(one.people for one in held) <= MOST_PEOPLE  # more have no numbers of their own
    merged = _merge_words([one.vocabulary for one in held])
    lengths = np.concatenate([np.diff(one.starts) for one in held])
    before = np.cumsum([0, *(one.people for one in held[:-1])]).tolist()
    return Segment(
        postings=merge_postings([one.postings for one in held], before, part_read),
        starts=_spans(lengths),
        words=_renumbered(held, merged.ranks),
        ordinals=np.concatenate([one.ordinals for one in held]),
        vocabulary=merged.vocabulary,
    )


def _renumbered(held: Sequence[Segment], ranks: Sequence[Numbers]) -> Numbers:
    """The packed words of all segments with new numbers of name words; those of one at a time beside the whole."""
    words = np.empty(sum(len(one.words) for one in held), dtype=np.uint32)
    first = 0
    for one, rank in zip(held, ranks, strict=True):
        words[first : first + len(one.words)] = renumber(one.words, rank)
        first += len(one.words)
    return words


def places_of(segment: Segment, ordinals: Places) -> Places:
    """The places of those of some people who are in a segment, in order. `ordinals` are in order, each once."""
    wanted = ordinals.astype(np.uint32)  # of the segment's own type, or all of its ordinals would be copied
    places: Places = np.searchsorted(segment.ordinals, wanted)
    inside = places < segment.people
    here: Bools = np.zeros(len(wanted), dtype=bool)
    here[inside] = segment.ordinals[places[inside]] == wanted[inside]
    return places[here]


def take_out(segment: Segment, ordinals: Places) -> Segment:
    """A segment without some people and without every key and word that only they had; itself where none is in it."""
    gone = places_of(segment, ordinals)
    if not len(gone):
        return segment
    stays = np.ones(segment.people, dtype=bool)
    stays[gone] = False
    people = np.flatnonzero(stays)
    words, lengths = segment.packed(people)
    tokens = words[token_places(words)] & np.uint32(PAYLOAD)
    used = np.zeros(segment.vocabulary.size, dtype=bool)
    used[tokens] = True
    ranks = (np.cumsum(used) - used).astype(np.uint32)
    return Segment(
        postings=keep_postings(segment.postings, stays),
        starts=_spans(lengths),
        words=renumber(words, ranks),
        ordinals=segment.ordinals[people],
        vocabulary=_keep_words(segment.vocabulary, used, ranks),
    )


def _spans(counts: NDArray[Any]) -> Numbers:
    out = np.zeros(len(counts) + 1, dtype=np.uint32)
    np.cumsum(counts, out=out[1:])
    return out


# ---------------------------------------------------------------- words


class _Merged(NamedTuple):
    """A vocabulary of several, and for each of those the new numbers of its words."""

    vocabulary: Vocabulary
    ranks: list[Numbers]


def _merge_words(vocabularies: Sequence[Vocabulary]) -> _Merged:
    letters, starts, ranks = _union(vocabularies)
    size = len(starts) - 1
    source = np.zeros(
        size, dtype=np.int64
    )  # the first vocabulary that has the word: its lists of the word are taken
    codes = np.zeros(size, dtype=np.uint64)
    for place in reversed(range(len(vocabularies))):
        source[ranks[place]] = place
        codes[ranks[place]] = vocabularies[place].codes
    sounds, entries = [], []
    for place, (one, rank) in enumerate(zip(vocabularies, ranks, strict=True)):
        first = source[rank] == place
        sounds.append(_listed(one.sounds, one.sound_words, first, rank))
        entries.append(_listed(one.entries, one.entry_words, first, rank))
    return _Merged(Vocabulary(letters, starts, codes, *_sorted(sounds), *_sorted_pairs(entries)), ranks)


def _keep_words(vocabulary: Vocabulary, used: Bools, ranks: Numbers) -> Vocabulary:
    numbers = np.flatnonzero(used)
    first = vocabulary.starts[numbers].astype(np.int64)
    lengths = vocabulary.starts[numbers + 1].astype(np.int64) - first
    sounds = _listed(vocabulary.sounds, vocabulary.sound_words, used, ranks)
    entries = _listed(vocabulary.entries, vocabulary.entry_words, used, ranks)
    return Vocabulary(
        vocabulary.letters[runs(first, lengths)], _spans(lengths), vocabulary.codes[numbers], *sounds, *entries
    )


def _listed(values: NDArray[Any], words: Numbers, chosen: Bools, ranks: Numbers) -> tuple[NDArray[Any], Numbers]:
    """The entries of chosen words, under the new numbers of those words."""
    kept = chosen[words]
    return values[kept], ranks[words[kept]]


def _sorted(lists: Sequence[tuple[NDArray[Any], Numbers]]) -> tuple[NDArray[Any], Numbers]:
    values = np.concatenate([one[0] for one in lists])
    words = np.concatenate([one[1] for one in lists])
    order = np.lexsort((words, values))
    return values[order], words[order]


def _sorted_pairs(lists: Sequence[tuple[NDArray[Any], Numbers]]) -> tuple[Numbers, Numbers]:
    """`_sorted` of values of 32 bits: with their words they are numbers of 64, which sort ten times as fast."""
    pairs = np.concatenate([one[0].astype(np.uint64) << np.uint64(32) | one[1] for one in lists])
    pairs.sort()
    return (pairs >> np.uint64(32)).astype(np.uint32), pairs.astype(np.uint32)


def _union(vocabularies: Sequence[Vocabulary]) -> tuple[NDArray[np.uint8], Numbers, list[Numbers]]:
    """The letters and starts of all words, each once and in order, and each vocabulary's words by new number."""
    longest = max(int(np.diff(one.starts).max(initial=1)) for one in vocabularies)
    if longest > LONGEST_PADDED:
        return _union_of_long(vocabularies)
    padded = np.concatenate([_padded(one, longest) for one in vocabularies])
    union, inverse = np.unique(padded, return_inverse=True)
    table = union.view(np.uint8).reshape(len(union), longest)
    written = table != 0
    ends = np.cumsum([one.size for one in vocabularies])[:-1]
    return table[written], _spans(written.sum(axis=1)), np.split(inverse.astype(np.uint32), ends)


def _padded(vocabulary: Vocabulary, width: int) -> NDArray[np.bytes_]:
    lengths = np.diff(vocabulary.starts)
    table = np.zeros((vocabulary.size, width), dtype=np.uint8)
    table[np.arange(width) < lengths[:, None]] = vocabulary.letters
    return table.view(f"S{width}").ravel()


def _union_of_long(vocabularies: Sequence[Vocabulary]) -> tuple[NDArray[np.uint8], Numbers, list[Numbers]]:
    """The same by Python's own sorting, where one long word would pad all others."""
    held = [[text.encode() for text in one.words(np.arange(one.size, dtype=np.uint32))] for one in vocabularies]
    union = sorted({text for texts in held for text in texts})
    ranks = {text: number for number, text in enumerate(union)}
    letters = np.frombuffer(b"".join(union), dtype=np.uint8)
    starts = _spans(np.array([len(text) for text in union]))
    return letters, starts, [np.array([ranks[text] for text in texts], dtype=np.uint32) for texts in held]
