"""An immutable piece of an owner's index: people by lookup key, their packed traits, and the words of their names.

`postings` leads from keys to people; `starts[p]:starts[p + 1]` of `words` are person p's packed traits (`packed`);
`ordinals[p]` is the person's number in the store. People are in the order of their ordinals. All arrays are
little-endian.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from comity.match.arrays import Lists, Places, runs, sorted_once
from comity.match.columns import Columns, Values
from comity.match.crossing import entries_for, pack_words
from comity.match.packed import renumber
from comity.match.postings import MOST_PEOPLE, Postings, pack_postings
from comity.match.readings import NameReadings, as_numbers
from comity.match.sounds import hear, sounds_of
from comity.match.vocabulary import Numbers, Vocabulary, build_vocabulary


class Indexed(NamedTuple):
    """One person to be indexed: the number in the store, the place of the record's data class, values by field."""

    ordinal: int
    data_class: int
    values: Values


class Segment(NamedTuple):
    """The arrays of a piece of the index."""

    postings: Postings
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
        return sum(part.nbytes for part in named_arrays(self).values())

    def packed(self, people: Places) -> tuple[Numbers, Places]:
        """The packed traits of people one after the other, and how many words each has."""
        first = self.starts[people].astype(np.int64)
        counts = self.starts[people + 1].astype(np.int64) - first
        return self.words[runs(first, counts)], counts


def named_arrays(segment: Segment) -> dict[str, NDArray[Any]]:
    """Every array of a segment by its name."""
    held = dict(zip(_ARRAYS, (*segment.postings, *segment[1:4], *segment.vocabulary), strict=True))
    return cast(dict[str, NDArray[Any]], held)


def segment_of(arrays: Mapping[str, NDArray[Any]]) -> Segment:
    """The segment of named arrays. Raises KeyError where one is missing."""
    held = [arrays[name] for name in _ARRAYS]
    ends = len(Postings._fields), len(Postings._fields) + 3
    starts, words, ordinals = held[ends[0] : ends[1]]
    return Segment(Postings(*held[: ends[0]]), starts, words, ordinals, Vocabulary(*held[ends[1] :]))


_ARRAYS = (
    *(f"postings-{name}" for name in Postings._fields),
    *Segment._fields[1:4],
    *(f"vocabulary-{name}" for name in Vocabulary._fields),
)


def build_segment(people: Iterable[Indexed]) -> Segment:
    """The segment of people, at most `MOST_PEOPLE`, who come in the order of their ordinals."""
    columns = Columns()
    ordinals = array("I")
    for one in people:
        columns.add(one.data_class, one.values)
        ordinals.append(one.ordinal)
    assert len(ordinals) <= MOST_PEOPLE  # more have no numbers of their own
    everyone = columns.read()
    listed, families, givens = _by_vocabulary(everyone.names)
    heard = hear(listed)
    words, starts = pack_words(everyone, families, givens)
    entries = entries_for(everyone, sounds_of(families, givens, heard))
    return Segment(
        postings=pack_postings([sorted_once(entries)]),
        starts=starts,
        words=words,
        ordinals=as_numbers(ordinals),
        vocabulary=build_vocabulary(listed, heard),
    )


def _by_vocabulary(names: NameReadings) -> tuple[list[str], Lists, Lists]:
    """The words of names in order, and family and given names with the words' places in that order."""
    listed = sorted(names.tokens)
    rank = np.zeros(max(1, len(listed)), dtype=np.uint32)
    rank[[names.tokens[word] for word in listed]] = np.arange(len(listed), dtype=np.uint32)
    families, givens = (
        Lists(renumber(lists.values, rank), lists.starts)
        for lists in (names.families.words.read(), names.givens.words.read())
    )
    return listed, families, givens
