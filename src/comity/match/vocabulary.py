"""The name words of a segment, and which of them may be near a word that was asked.

Near is what sounds alike, differs by a letter (dropped, added, wrong, or two neighbours exchanged), or is a known
form. Every word is listed under itself and under itself with any one letter left out, so that two words a letter
apart share an entry. Source: Bocek, Hunt and Stiller, "Fast similarity search in large dictionaries" (2007).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from comity.match.arrays import runs, sorted_once
from comity.match.hashes import Hashes, text_hash
from comity.match.names import without_article
from comity.match.phonetics import skeleton
from comity.match.sounds import Heard, hear
from comity.match.variants import all_forms

Numbers = NDArray[np.uint32]
LONGEST_LISTED = 24  # letters; a longer word is found by its sound and by itself
_MARK = 0  # in no name
_NUMBER_BITS = np.uint64(32)  # of a word's number
FEWEST_TOGETHER = 32  # words of one length whose entries are made all at once; of fewer, one by one is faster
_WHOLE = (1 << 32) - 1
_CRC_TABLE = np.array([crc32(bytes([one ^ 0xFF])) ^ 0xFF000000 for one in range(256)], dtype=np.uint32)
MOST_NEAR = 2_048  # words compared for one asked word; the shortest names have the most neighbours


class Vocabulary(NamedTuple):
    """Words by number, in the order of their letters, with the lists that find them.

    `codes` are the hashes of the words' sounds by word; `sounds` the same sorted, with `sound_words`; `entries`
    sorted hashes of words with at most one letter left out, with `entry_words`. A word with an Arabic article is
    listed without it as well.
    """

    letters: NDArray[np.uint8]
    starts: Numbers
    codes: Hashes
    sounds: Hashes
    sound_words: Numbers
    entries: Numbers
    entry_words: Numbers

    @property
    def size(self) -> int:
        """How many words there are."""
        return len(self.starts) - 1

    def word(self, number: int) -> str:
        """One word."""
        return bytes(self.letters[self.starts[number] : self.starts[number + 1]]).decode()

    def words(self, numbers: Numbers) -> list[str]:
        """Several words. Their letters are read in one go, with a mark between one word and the next."""
        if not len(numbers):
            return []
        starts = self.starts[numbers].astype(np.int64)
        lengths = self.starts[numbers + np.uint32(1)] - starts
        ends = (lengths + 1).cumsum()
        at = np.arange(int(ends[-1])) + (starts - ends + lengths + 1).repeat(lengths + 1)
        letters = self.letters.take(at, mode="clip")  # the mark may stand behind the last letter of all
        letters[ends - 1] = _MARK
        text: str = letters[:-1].tobytes().decode()
        return text.split(chr(_MARK))

    def near(self, asked: Sequence[Wanted]) -> list[Numbers]:
        """For each asked word the numbers of the words that may be near it, in order, at most `MOST_NEAR`.

        Looked up for all at once: a question asks a few words, and each look alone costs as much as all.
        """
        found = sorted_once(
            np.concatenate(
                [
                    _listed_under(self.entries, self.entry_words, [one.entries for one in asked]),
                    _listed_under(self.sounds, self.sound_words, [one.sounds for one in asked]),
                ]
            )
        )
        ends = found.searchsorted(np.arange(1, len(asked), dtype=np.uint64) << _NUMBER_BITS).tolist()
        numbers = found.astype(np.uint32)
        return [numbers[first:end][:MOST_NEAR] for first, end in pairwise([0, *ends, len(numbers)])]

    def numbers_of(self, words: Sequence[str]) -> Numbers:
        """The numbers of the words that are listed."""
        places = [(self._place(word), word) for word in words]
        found = [place for place, word in places if place < self.size and self.word(place) == word]
        return np.array(found, dtype=np.uint32)

    def beginning_with(self, prefix: str) -> Numbers:
        """The numbers of the words that begin with a prefix, in order, at most `MOST_NEAR`."""
        first, last = self._place(prefix), self._place(prefix + "\U0010ffff")
        return np.arange(first, min(last, first + MOST_NEAR), dtype=np.uint32)

    def _place(self, word: str) -> int:
        low, high = 0, self.size
        while low < high:
            middle = (low + high) // 2
            if self.word(middle) < word:
                low = middle + 1
            else:
                high = middle
        return low


def _listed_under(hashes: NDArray[Any], words: Numbers, asked: Sequence[Sequence[int]]) -> NDArray[np.uint64]:
    """The words listed under any of the asked hashes, each behind the place of who asks, in one number."""
    places = np.arange(len(asked), dtype=np.uint64).repeat([len(one) for one in asked]) << _NUMBER_BITS
    wanted = np.array([one for each in asked for one in each], dtype=hashes.dtype)
    first = hashes.searchsorted(wanted)
    counts = hashes.searchsorted(wanted, "right") - first
    return places.repeat(counts) | words[runs(first, counts)]


class Wanted(NamedTuple):
    """What a word is looked for by in any vocabulary: the entries it and its forms share, the hashes of its sounds."""

    entries: Sequence[int]
    sounds: Sequence[int]


def wanted_of(*words: str) -> Wanted:
    """What an asked word, as it is written and without its article, is looked for by."""
    entries = {entry for word in words for entry in entries_of(word)}
    entries.update([crc32(form.encode()) for word in words for form in all_forms(word)])
    return Wanted(tuple(entries), tuple([text_hash(skeleton(word)) for word in words]))


def entries_of(word: str) -> set[int]:
    """Hashes of a word and of the word with each one letter left out."""
    if len(word) > LONGEST_LISTED:
        return {crc32(word.encode())}
    texts = [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]
    return {crc32(text.encode()) for text in texts}


def may_be_near(asked: str, word: str) -> bool:
    """Whether `Vocabulary.near` gives a word, where it is listed, for an asked one."""
    bare = without_article(word)
    listed = entries_of(word) | entries_of(bare) if bare else entries_of(word)
    if not listed.isdisjoint(entries_of(asked)):
        return True
    sounds = {skeleton(word), skeleton(bare)} if bare else {skeleton(word)}
    return skeleton(asked) in sounds or any(crc32(form.encode()) in listed for form in all_forms(asked))


def build_vocabulary(words: Sequence[str], heard: Heard | None = None) -> Vocabulary:
    """The vocabulary of different words, given in the order of their letters; `heard` where that is known."""
    heard = heard or hear(words)
    encoded = [word.encode() for word in words]
    starts = np.zeros(len(words) + 1, dtype=np.uint32)
    np.cumsum([len(one) for one in encoded], out=starts[1:])
    numbers = np.arange(len(words), dtype=np.uint32)
    sounds = np.concatenate([heard.codes, heard.bare_codes])
    sound_words = np.concatenate([numbers, heard.bare_owners])
    order = np.lexsort((sound_words, sounds))
    entries, entry_words = _listed((*words, *heard.bare), sound_words)
    return Vocabulary(
        letters=np.frombuffer(b"".join(encoded), dtype=np.uint8),
        starts=starts,
        codes=heard.codes,
        sounds=sounds[order],
        sound_words=sound_words[order],
        entries=entries,
        entry_words=entry_words,
    )


def _listed(texts: Sequence[str], owners: Numbers) -> tuple[Numbers, Numbers]:
    """`entries_of` every text with the number of its word: in order, each pair once."""
    by_length: dict[int, list[int]] = {}
    for place, text in enumerate(texts):
        length = len(text) if text.isascii() and len(text) <= LONGEST_LISTED else 0
        by_length.setdefault(length, []).append(place)
    pairs = [np.empty(0, dtype=np.uint64)]
    for length, places in by_length.items():
        if not length or len(places) < FEWEST_TOGETHER:
            each = [entry << 32 | int(owners[at]) for at in places for entry in entries_of(texts[at])]
            pairs.append(np.array(each, dtype=np.uint64))
            continue
        letters = np.frombuffer("".join([texts[at] for at in places]).encode(), dtype=np.uint8)
        words = owners[np.array(places)].astype(np.uint64)
        for row in _entries_of_plain(letters.reshape(len(places), length)):
            pairs.append(row.astype(np.uint64) << np.uint64(32) | words)
    listed = sorted_once(np.concatenate(pairs))
    return (listed >> np.uint64(32)).astype(np.uint32), listed.astype(np.uint32)


def _entries_of_plain(words: NDArray[np.uint8]) -> Iterator[Numbers]:
    """CRC-32 of words of one length and of each without each one letter: `entries_of`, all words at once."""
    columns = [column.astype(np.uint32) for column in np.ascontiguousarray(words.T)]
    state = np.full(len(words), _WHOLE, dtype=np.uint32)
    for place, letter in enumerate(columns):
        without = state
        for later in columns[place + 1 :]:
            without = _step(without, later)
        yield ~without
        state = _step(state, letter)
    yield ~state


def _step(state: Numbers, letter: Numbers) -> Numbers:
    found: Numbers = _CRC_TABLE[(state ^ letter) & np.uint32(0xFF)] ^ state >> np.uint32(8)
    return found
