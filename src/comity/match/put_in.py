"""One person put into a segment: three numbers in a hundred of its arrays change, the others are copied.

The result is what `merge_segments` makes of the segment and of the person's own, array for array.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from comity.match.arrays import Places
from comity.match.one_person import keys_of, packed_words, words_of
from comity.match.packed import renumber
from comity.match.postings import MOST_PEOPLE, put_posting
from comity.match.segment import Indexed, Segment
from comity.match.traits import read_traits
from comity.match.vocabulary import Numbers, Vocabulary, build_vocabulary

Kind = TypeVar("Kind", bound=np.generic)


def put_in(segment: Segment, person: Indexed) -> Segment:
    """A segment of fewer than `MOST_PEOPLE` with one more person, whose ordinal is above all of its own."""
    assert segment.people < MOST_PEOPLE  # one more has no number of its own
    traits = read_traits(person.values)
    learned = _learn(segment.vocabulary, words_of(traits))
    keys = np.array(sorted(keys_of(traits)), dtype=np.uint64)
    came = packed_words(traits, person.data_class, learned.numbers.__getitem__)
    words = np.append(renumber(segment.words, learned.ranks), np.array(came, dtype=np.uint32))
    return Segment(
        postings=put_posting(segment.postings, keys, segment.people),
        starts=np.append(segment.starts, np.uint32(len(words))),
        words=words,
        ordinals=np.append(segment.ordinals, np.uint32(person.ordinal)),
        vocabulary=learned.vocabulary,
    )


class _Learned(NamedTuple):
    """A vocabulary with some more words, the numbers of those that were asked for, and the new number of each old one."""

    vocabulary: Vocabulary
    numbers: Mapping[str, int]
    ranks: Numbers


def _learn(held: Vocabulary, words: Sequence[str]) -> _Learned:
    """`words` are different and in the order of their letters."""
    letters, starts = held.letters.tobytes(), held.starts.tolist()

    def word_at(number: int) -> bytes:
        return letters[starts[number] : starts[number + 1]]

    numbers: dict[str, int] = {}
    places: list[int] = []  # of new words, among the old
    new: list[str] = []
    for word in words:
        text = word.encode()
        place = bisect_left(range(held.size), text, key=word_at)
        numbers[word] = place + len(new)
        if place == held.size or word_at(place) != text:
            places.append(place)
            new.append(word)
    ranks = np.arange(held.size, dtype=np.uint32)
    if not new:
        return _Learned(held, numbers, ranks)
    for place in places:
        ranks[place:] += np.uint32(1)
    came = np.array([numbers[word] for word in new], dtype=np.uint32)
    return _Learned(_together(held, ranks, build_vocabulary(new), came, np.array(places)), numbers, ranks)


def _together(held: Vocabulary, ranks: Numbers, new: Vocabulary, numbers: Numbers, places: Places) -> Vocabulary:
    """Two vocabularies of different words in one, whose words get new numbers; `places` are the new ones' in `held`."""
    lengths = np.diff(new.starts)
    starts = np.zeros(held.size + new.size + 1, dtype=np.uint32)
    np.cumsum(np.insert(np.diff(held.starts), places, lengths), out=starts[1:])
    return Vocabulary(
        np.insert(held.letters, held.starts[places].astype(np.int64).repeat(lengths), new.letters),
        starts,
        np.insert(held.codes, places, new.codes),
        *_between(held.sounds, ranks[held.sound_words], new.sounds, numbers[new.sound_words]),
        *_between(held.entries, ranks[held.entry_words], new.entries, numbers[new.entry_words]),
    )


def _between(
    held: NDArray[Kind], words: Numbers, came: NDArray[Kind], came_words: Numbers
) -> tuple[NDArray[Kind], Numbers]:
    """Hashes with their words in order, and some more put between them."""
    places, ends = held.searchsorted(came), held.searchsorted(came, "right")
    for one in np.flatnonzero(places < ends).tolist():
        places[one] += words[places[one] : ends[one]].searchsorted(came_words[one])
    return np.insert(held, places, came), np.insert(words, places, came_words)
