"""How near the words of a vocabulary are to an asked word, many at once.

The same levels as `tokens.compare_tokens` gives one pair, by the same library, so that both agree exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cdist

from comity.match.names import GLUED_ARTICLES, without_article
from comity.match.tokens import (
    CLOSE,
    SHORTEST_CLOSE,
    SHORTEST_SIMILAR,
    SIMILAR,
    SOUND_ALIKE,
    compare_tokens,
)
from comity.match.variants import all_forms, are_variants
from comity.match.vocabulary import Numbers, Vocabulary, Wanted, may_be_near, wanted_of

ALIKE = ("exact", "variant", "close", "similar")
_EXACT, _VARIANT, _CLOSE, _SIMILAR, _DIFFERENT = range(len(ALIKE) + 1)  # places in `ALIKE`, and of none of them

Levels = NDArray[np.int8]


class Near(NamedTuple):
    """Words near an asked one: their numbers in order, the words, and the level of each as a place in `ALIKE`."""

    numbers: Numbers
    words: tuple[str, ...]
    places: Levels

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels by name."""
        return tuple([ALIKE[place] for place in self.places.tolist()])


def find_near(vocabulary: Vocabulary, asked: str) -> Near:
    """The words of a vocabulary that are not different from an asked one."""
    return find_all_near((vocabulary,), (asked,))[0][0]


def find_all_near(vocabularies: Sequence[Vocabulary], asked: Sequence[str]) -> list[tuple[Near, ...]]:
    """For each asked word, what `find_near` finds in each of several vocabularies; every one is read once for all."""
    wanted = [wanted_of(word, bare) if (bare := without_article(word)) else wanted_of(word) for word in asked]
    looked = [_look(one, wanted) for one in vocabularies]
    return [_compared(word, each) for word, each in zip(asked, zip(*looked, strict=True), strict=True)]


def _compared(asked: str, looked: Sequence[_Looked]) -> tuple[Near, ...]:
    """What is near an asked word, of what was found in each vocabulary: the words of all are compared at once."""
    words = [word for one in looked for word in one.words]
    levels = levels_of(asked, words, np.concatenate([one.same_sound for one in looked]))
    found, first = [], 0
    for one in looked:
        end = first + len(one.words)
        found.append(_near(one, levels[first:end]))
        first = end
    return tuple(found)


class _Looked(NamedTuple):
    """Words that may be near an asked one, before they are compared."""

    numbers: Numbers
    words: list[str]
    same_sound: NDArray[np.bool_]


def _look(vocabulary: Vocabulary, wanted: Sequence[Wanted]) -> list[_Looked]:
    numbers = vocabulary.near(wanted)
    together = np.concatenate(numbers)
    words, codes = vocabulary.words(together), vocabulary.codes[together]
    found, first = [], 0
    for one, sought in zip(numbers, wanted, strict=True):
        end = first + len(one)
        found.append(_Looked(one, words[first:end], codes[first:end] == np.uint64(sought.sounds[0])))
        first = end
    return found


def _near(looked: _Looked, levels: Levels) -> Near:
    kept = np.flatnonzero(levels < _DIFFERENT)
    return Near(looked.numbers[kept], tuple([looked.words[place] for place in kept.tolist()]), levels[kept])


def find_exact(vocabulary: Vocabulary, asked: str) -> Near:
    """An asked word alone, where it is listed."""
    numbers = vocabulary.numbers_of((asked,))
    return Near(numbers, (asked,) * len(numbers), np.full(len(numbers), _EXACT, dtype=np.int8))


def is_near(asked: str, word: str) -> bool:
    """Whether `find_near` gives a word, where it is listed, for an asked one."""
    if asked == word:
        return True
    bare = without_article(asked)
    if compare_tokens(asked, word) == "different" and not _differ_by_article(asked, bare, word):
        return False
    return may_be_near(asked, word) or (bool(bare) and may_be_near(bare, word))


def levels_of(asked: str, words: Sequence[str], same_sound: NDArray[np.bool_]) -> NDArray[np.int8]:
    """The level of each word against an asked one, as a place in `ALIKE`; its length for a different word.

    `same_sound` tells which words sound like it. An Arabic article more or less makes a variant.
    """
    if not words:
        return np.empty(0, dtype=np.int8)
    likeness = cdist((asked,), words, scorer=JaroWinkler.similarity, dtype=np.float64)[0]
    steps = cdist((asked,), words, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)[0]
    lengths = np.fromiter(map(len, words), dtype=np.uint32, count=len(words))
    alike = likeness >= SOUND_ALIKE
    levels = np.full(len(words), _DIFFERENT, dtype=np.int8)
    if len(asked) >= SHORTEST_SIMILAR:
        similar = (likeness >= SIMILAR) | (alike & same_sound)
        levels[similar & (lengths >= SHORTEST_SIMILAR)] = _SIMILAR
    if len(asked) >= SHORTEST_CLOSE:
        close = (likeness >= CLOSE) | (alike & (steps <= 1))
        levels[close & (lengths >= SHORTEST_CLOSE)] = _CLOSE
    bare, forms = without_article(asked), frozenset(all_forms(asked))
    formed = _with_article({*forms, *(all_forms(bare) if bare else ())})
    for place in compress(range(len(words)), map(formed.__contains__, words)):
        word = words[place]
        if word in forms or _differ_by_article(asked, bare, word):
            levels[place] = _EXACT if word == asked else _VARIANT
    return levels


def _with_article(forms: set[str]) -> set[str]:
    """Every word that may be one of the forms, or one of them with an article: whatever `_differ_by_article` holds for."""
    return {*forms, *(article + form for article in GLUED_ARTICLES for form in forms)}


def _differ_by_article(asked: str, bare: str, word: str) -> bool:
    bare_word = without_article(word)
    if not bare and not bare_word:
        return False
    one, other = bare or asked, bare_word or word
    return one == other or are_variants(one, other)
