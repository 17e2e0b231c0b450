"""How many words sound, and the family and given names made of them: once for each that is different in a segment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.match.arrays import Lists, Places
from comity.match.hashes import Hashes, text_hashes
from comity.match.names import without_article
from comity.match.packed import PAYLOAD, PAYLOAD_BITS, WordKind
from comity.match.phonetics import skeleton
from comity.match.traits import MOST_CODES

Numbers = NDArray[np.uint32]
_SINGLE, _BARE, _JOINED = 0, 1, 2  # the order in which a part of a name is found by its words


class Heard(NamedTuple):
    """Words by number: hashes of them and of their sounds, the code point of the first letter by sound, letters in all.

    `bare` are those of them that have an Arabic article without it; `bare_owners` are the numbers of the words.
    """

    words: Hashes
    codes: Hashes
    firsts: Numbers
    lengths: Places
    bare: tuple[str, ...]
    bare_codes: Hashes
    bare_owners: Numbers


class Sounds(NamedTuple):
    """Of family and given names by number: the hashes of their sounds, first letters by sound, words as spelt.

    The words are hashes too: those of `traits.spelt_words`.
    """

    families: Lists
    givens: Lists
    family_letters: Lists
    given_letters: Lists
    family_words: Lists
    given_words: Lists


def hear(words: Sequence[str]) -> Heard:
    """How words sound."""
    heard = [skeleton(word) for word in words]
    bare = [(text, number) for number, word in enumerate(words) if (text := without_article(word))]
    without = tuple([text for text, _ in bare])
    firsts = [ord(code.lstrip(".")[:1] or word[:1]) for code, word in zip(heard, words, strict=True)]
    return Heard(
        words=text_hashes(words),
        codes=_hashes(heard),
        firsts=np.array(firsts, dtype=np.uint32),
        lengths=np.fromiter(map(len, words), dtype=np.int64, count=len(words)),
        bare=without,
        bare_codes=_hashes([skeleton(word) for word in without]),
        bare_owners=np.array([number for _, number in bare], dtype=np.uint32),
    )


def _hashes(codes: Sequence[str]) -> Hashes:
    """Hashes of texts many of which are the same."""
    different = dict.fromkeys(codes)
    known = dict(zip(different, text_hashes(different).tolist(), strict=True))
    return np.fromiter(map(known.__getitem__, codes), dtype=np.uint64, count=len(codes))


def sounds_of(families: Lists, givens: Lists, heard: Heard) -> Sounds:
    """The sounds of family and given names, whose packed words have the numbers of the words that were heard."""
    return Sounds(
        _sounds(families, heard), _sounds(givens, heard), _letters(families, heard), _letters(givens, heard),
        _spelt(families, heard, _longer_than_a_letter(families, heard)), _spelt(givens, heard, _of_given(givens, heard)),
    )  # fmt: skip


def _is_single(words: NDArray[Any]) -> NDArray[np.bool_]:
    kinds = words >> np.uint32(PAYLOAD_BITS)
    found: NDArray[np.bool_] = (kinds == WordKind.SURNAME) | (kinds == WordKind.GIVEN)
    return found


def _letters(lists: Lists, heard: Heard) -> Lists:
    single = _is_single(lists.values)
    before = np.zeros(len(single) + 1, dtype=np.int64)
    np.cumsum(single, out=before[1:])
    return Lists(heard.firsts[lists.values[single] & np.uint32(PAYLOAD)], before[lists.starts])


def _spelt(lists: Lists, heard: Heard, kept: NDArray[np.bool_]) -> Lists:
    before = np.zeros(len(kept) + 1, dtype=np.int64)
    np.cumsum(kept, out=before[1:])
    return Lists(heard.words[lists.values[kept] & np.uint32(PAYLOAD)], before[lists.starts])


def _longer_than_a_letter(lists: Lists, heard: Heard) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = heard.lengths[lists.values & np.uint32(PAYLOAD)] > 1
    return found


def _of_given(lists: Lists, heard: Heard) -> NDArray[np.bool_]:
    """The first given name, and all joined where none is an initial."""
    long, single, parts = _longer_than_a_letter(lists, heard), _is_single(lists.values), lists.owners()
    first = np.zeros(len(long), dtype=bool)
    first[lists.starts[:-1][np.diff(lists.starts) > 0]] = True
    initials = np.bincount(parts[single & ~long], minlength=len(lists.starts) - 1)
    kept: NDArray[np.bool_] = long & (first | (~single & (initials[parts] == 0)))
    return kept


def _sounds(lists: Lists, heard: Heard) -> Lists:
    """As `traits.sounds` says of each list: of single words, those without an article, and all joined; few, each once."""
    parts, tokens = lists.owners(), (lists.values & np.uint32(PAYLOAD)).astype(np.int64)
    single = _is_single(lists.values)
    bare_of = np.full(len(heard.codes), -1, dtype=np.int64)
    bare_of[heard.bare_owners] = np.arange(len(heard.bare))
    bare = np.flatnonzero(single & (bare_of[tokens] >= 0))
    spoken = np.flatnonzero(heard.lengths[tokens] > 1)
    parts = np.concatenate([parts[spoken], parts[bare]])
    turns = np.concatenate([np.where(single[spoken], _SINGLE, _JOINED), np.full(len(bare), _BARE)])
    codes = np.concatenate([heard.codes[tokens[spoken]], heard.bare_codes[bare_of[tokens[bare]]]])
    order = np.lexsort((turns, parts))
    return _few(parts[order], codes[order], len(lists.starts) - 1)


def _few(parts: Places, codes: Hashes, count: int) -> Lists:
    """The first `MOST_CODES` different codes of each part; parts come in order."""
    order = np.lexsort((codes, parts))
    again = np.zeros(len(parts), dtype=bool)
    again[order[1:]] = (codes[order[1:]] == codes[order[:-1]]) & (parts[order[1:]] == parts[order[:-1]])
    parts, codes = parts[~again], codes[~again]
    turns = np.arange(len(parts)) - np.searchsorted(parts, parts)
    kept = turns < MOST_CODES
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(parts[kept], minlength=count), out=starts[1:])
    return Lists(codes[kept], starts)
