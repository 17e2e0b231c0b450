"""The name words of a segment, and which of them may be near a word that was asked.

Near is what sounds alike, differs by a letter (dropped, added, wrong, or two neighbours exchanged), or is a known
form. Every word is listed under itself and under itself with any one letter left out, so that two words a letter
apart share an entry. Source: Bocek, Hunt and Stiller, "Fast similarity search in large dictionaries" (2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from comity.match.arrays import distinct
from comity.match.keys import text_hash
from comity.match.names import without_article
from comity.match.phonetics import skeleton
from comity.match.variants import all_forms

Numbers = NDArray[np.uint32]
Hashes = NDArray[np.uint64]
LONGEST_LISTED = 24  # letters; a longer word is found by its sound and by itself
_MARK = 0  # in no name
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

    def near(self, word: str, sound: np.uint64 | None = None) -> Numbers:
        """The numbers of the words that may be near a word, in order, at most `MOST_NEAR`.

        `sound` is the hash of its sound, where that is known.
        """
        wanted = entries_of(word)
        wanted.update([crc32(form.encode()) for form in all_forms(word)])
        listed = np.array(sorted(wanted), dtype=np.uint32)
        first = self.entries.searchsorted(listed, "left").tolist()
        last = self.entries.searchsorted(listed, "right").tolist()
        found = [self.entry_words[one:end] for one, end in zip(first, last, strict=True) if one < end]
        code = np.uint64(text_hash(skeleton(word))) if sound is None else sound
        found.append(
            self.sound_words[self.sounds.searchsorted(code, "left") : self.sounds.searchsorted(code, "right")]
        )
        return distinct(np.concatenate(found))[:MOST_NEAR]

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


def build_vocabulary(words: Sequence[str]) -> Vocabulary:
    """The vocabulary of different words, given in the order of their letters."""
    encoded = [word.encode() for word in words]
    starts = np.zeros(len(words) + 1, dtype=np.uint32)
    np.cumsum([len(one) for one in encoded], out=starts[1:])
    codes = np.array([text_hash(skeleton(word)) for word in words], dtype=np.uint64)
    bare = [(number, text) for number, word in enumerate(words) if (text := without_article(word))]
    bare_codes = np.array([text_hash(skeleton(text)) for _, text in bare], dtype=np.uint64)
    sounds = np.concatenate([codes, bare_codes])
    sound_words = np.array([*range(len(words)), *(number for number, _ in bare)], dtype=np.uint32)
    order = np.lexsort((sound_words, sounds))
    listed = [entries_of(word) for word in words]
    for number, text in bare:
        listed[number] |= entries_of(text)
    entries = np.fromiter((entry for one in listed for entry in one), dtype=np.uint32)
    owners = np.repeat(np.arange(len(words), dtype=np.uint32), [len(one) for one in listed])
    by_entry = np.argsort(entries, kind="stable")
    return Vocabulary(
        letters=np.frombuffer(b"".join(encoded), dtype=np.uint8),
        starts=starts,
        codes=codes,
        sounds=sounds[order],
        sound_words=sound_words[order],
        entries=entries[by_entry],
        entry_words=owners[by_entry],
    )
