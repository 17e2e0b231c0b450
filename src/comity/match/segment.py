"""An immutable piece of an owner's index: people by lookup key, their packed traits, and the words of their names.

Layout, all little-endian arrays: `keys` sorted, each once; `spans[i]:spans[i + 1]` of `postings` are the people of
key i; `starts[p]:starts[p + 1]` of `words` are person p's packed traits (`packed`); `ordinals[p]` is the person's
number in the store. People are in the order of their ordinals.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from comity.match.arrays import runs
from comity.match.keys import KeyColumns, Keys
from comity.match.packed import PAYLOAD, pack, token_places
from comity.match.traits import Traits
from comity.match.vocabulary import Numbers, Vocabulary, build_vocabulary


class Indexed(NamedTuple):
    """One person to be indexed: the number in the store, the place of the record's data class, and the traits."""

    ordinal: int
    data_class: int
    traits: Traits


class Segment(NamedTuple):
    """The arrays of a piece of the index."""

    keys: Keys
    spans: Numbers
    postings: Numbers
    starts: Numbers
    words: Numbers
    ordinals: Numbers
    vocabulary: Vocabulary

    @property
    def people(self) -> int:
        """How many people are in it."""
        return len(self.ordinals)

    @property
    def nbytes(self) -> int:
        """Its size in bytes."""
        parts = (*self[:6], *self.vocabulary)
        return sum(part.nbytes for part in parts)

    def lists(self, wanted: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the postings of the wanted keys begin, and how many they are; 0 where a key is not here."""
        if not len(self.keys):
            nothing = np.zeros(len(wanted), dtype=np.int64)
            return nothing, nothing
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        here = self.keys[places] == wanted
        first = self.spans[places].astype(np.int64)
        return first, np.where(here, self.spans[places + 1].astype(np.int64) - first, 0)

    def packed(self, people: NDArray[np.int64]) -> tuple[Numbers, NDArray[np.int64]]:
        """The packed traits of people one after the other, and how many words each has."""
        first = self.starts[people].astype(np.int64)
        counts = self.starts[people + 1].astype(np.int64) - first
        return self.words[runs(first, counts)], counts


def named_arrays(segment: Segment) -> dict[str, NDArray[Any]]:
    """Every array of a segment by its name, those of the vocabulary behind the others."""
    held = dict(zip(_ARRAYS, (*segment[:6], *segment.vocabulary), strict=True))
    return cast(dict[str, NDArray[Any]], held)


def segment_of(arrays: Mapping[str, NDArray[Any]]) -> Segment:
    """The segment of named arrays. Raises KeyError where one is missing."""
    keys, spans, postings, starts, words, ordinals = (arrays[name] for name in _ARRAYS[:6])
    vocabulary = Vocabulary(*(arrays[name] for name in _ARRAYS[6:]))
    return Segment(keys, spans, postings, starts, words, ordinals, vocabulary)


_ARRAYS = (*Segment._fields[:6], *(f"vocabulary-{name}" for name in Vocabulary._fields))


def build_segment(people: Iterable[Indexed]) -> Segment:
    """The segment of people, who come in the order of their ordinals."""
    columns = KeyColumns()
    numbers: dict[str, int] = {}
    words = array("I")
    starts = array("I", [0])
    ordinals = array("I")

    def token(word: str) -> int:
        return numbers.setdefault(word, len(numbers))

    for place, one in enumerate(people):
        columns.add(place, one.traits)
        words.extend(pack(one.traits, one.data_class, token))
        starts.append(len(words))
        ordinals.append(one.ordinal)
    sorted_words = sorted(numbers)
    rank = np.zeros(max(1, len(numbers)), dtype=np.uint32)
    rank[[numbers[word] for word in sorted_words]] = np.arange(len(sorted_words), dtype=np.uint32)
    keys, spans, postings = _by_key(*columns.hashed())
    return Segment(
        keys=keys,
        spans=spans,
        postings=postings,
        starts=_frozen(starts),
        words=renumber(_frozen(words), rank),
        ordinals=_frozen(ordinals),
        vocabulary=build_vocabulary(sorted_words),
    )


def _frozen(numbers: array[int]) -> Numbers:
    return np.frombuffer(numbers.tobytes(), dtype=np.uint32)


def _by_key(keys: Keys, people: Numbers) -> tuple[Keys, Numbers, Numbers]:
    """Postings in the order of keys and people, each once."""
    order = np.lexsort((people, keys))
    keys, people = keys[order], people[order]
    new_key = np.ones(len(keys), dtype=bool)
    new_key[1:] = keys[1:] != keys[:-1]
    kept = new_key.copy()
    kept[1:] |= people[1:] != people[:-1]
    keys, people, new_key = keys[kept], people[kept], new_key[kept]
    first = np.flatnonzero(new_key)
    return keys[first], np.append(first, len(keys)).astype(np.uint32), people


def renumber(words: Numbers, rank: Numbers) -> Numbers:
    """Packed words with their tokens renumbered by `rank`."""
    is_token = token_places(words)
    out = words.copy()
    tokens = words[is_token]
    out[is_token] = (tokens & ~np.uint32(PAYLOAD)) | rank[tokens & np.uint32(PAYLOAD)]
    return out
