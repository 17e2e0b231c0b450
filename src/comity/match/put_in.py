"""One person put into a segment: a few values come between those of its arrays, the others are copied.

The result is what `merge_segments` makes of the segment and of the person's own, array for array.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from comity.match.arrays import Places, put_between
from comity.match.hashes import text_hash
from comity.match.names import without_article
from comity.match.one_person import keys_of, packed_words, words_of
from comity.match.packed import renumber
from comity.match.phonetics import skeleton
from comity.match.postings import MOST_PEOPLE, put_posting
from comity.match.segment import Indexed, Segment
from comity.match.traits import read_traits
from comity.match.vocabulary import Numbers, Vocabulary, entries_of

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
    return _Learned(
        _with_words(held, ranks, {word: numbers[word] for word in new}, np.array(places)), numbers, ranks
    )


def _with_words(held: Vocabulary, ranks: Numbers, new: Mapping[str, int], places: Places) -> Vocabulary:
    """A vocabulary whose words have new numbers, with other words and theirs; `places` are where those come in `held`."""
    texts = [word.encode() for word in new]
    sizes = [len(text) for text in texts]
    starts = np.zeros(held.size + len(new) + 1, dtype=np.uint32)
    np.cumsum(put_between(np.diff(held.starts), places, sizes), out=starts[1:])
    letters = np.frombuffer(b"".join(texts), dtype=np.uint8)
    codes = [text_hash(skeleton(word)) for word in new]
    sounds, entries = list(zip(codes, new.values(), strict=True)), set[tuple[int, int]]()
    for word, number in new.items():
        entries.update([(entry, number) for entry in entries_of(word)])
        if bare := without_article(word):
            sounds.append((text_hash(skeleton(bare)), number))
            entries.update([(entry, number) for entry in entries_of(bare)])
    return Vocabulary(
        put_between(held.letters, held.starts[places].repeat(sizes).astype(np.int64), letters),
        starts,
        put_between(held.codes, places, codes),
        *_between(held.sounds, ranks[held.sound_words], sorted(sounds)),
        *_between(held.entries, ranks[held.entry_words], sorted(entries)),
    )


def _between(
    hashes: NDArray[Kind], words: Numbers, new: Sequence[tuple[int, int]]
) -> tuple[NDArray[Kind], Numbers]:
    """Hashes with their words in order, and some more put between them."""
    came = np.array([value for value, _ in new], dtype=hashes.dtype)
    places, ends = hashes.searchsorted(came), hashes.searchsorted(came, "right")
    for one in np.flatnonzero(places < ends).tolist():
        places[one] += words[places[one] : ends[one]].searchsorted(new[one][1])
    return put_between(hashes, places, came), put_between(words, places, [number for _, number in new])
