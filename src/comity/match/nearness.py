"""How near the words of a vocabulary are to an asked word, many at once.

The same levels as `tokens.compare_tokens` gives one pair, by the same library, so that both agree exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cdist

from comity.match.hashes import text_hash
from comity.match.names import without_article
from comity.match.phonetics import skeleton
from comity.match.tokens import CLOSE, SHORTEST_CLOSE, SIMILAR, SOUND_ALIKE, compare_tokens
from comity.match.variants import all_forms, are_variants
from comity.match.vocabulary import Numbers, Vocabulary, may_be_near

ALIKE = ("exact", "variant", "close", "similar")
_ARTICLES = ("AL", "EL")


class Near(NamedTuple):
    """Words near an asked one: their numbers in order, the words, and the level of each (one of `ALIKE`)."""

    numbers: Numbers
    words: tuple[str, ...]
    levels: tuple[str, ...]


def find_near(vocabulary: Vocabulary, asked: str) -> Near:
    """The words of a vocabulary that are not different from an asked one."""
    bare = without_article(asked)
    numbers = vocabulary.near(asked)
    if bare:
        numbers = np.union1d(numbers, vocabulary.near(bare))
    words = vocabulary.words(numbers)
    same_sound = vocabulary.codes[numbers] == np.uint64(text_hash(skeleton(asked)))
    levels = levels_of(asked, words, same_sound)
    kept = np.flatnonzero(levels < len(ALIKE))
    return Near(
        numbers=numbers[kept],
        words=tuple([words[place] for place in kept.tolist()]),
        levels=tuple([ALIKE[level] for level in levels[kept].tolist()]),
    )


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
    likeness = cdist([asked], words, scorer=JaroWinkler.similarity, dtype=np.float64)[0]
    steps = cdist([asked], words, scorer=OSA.distance, score_cutoff=1)[0]
    lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
    shorter = np.minimum(len(asked), lengths)
    levels = np.full(len(words), len(ALIKE), dtype=np.int8)
    alike = likeness >= SOUND_ALIKE
    levels[alike & (shorter > 2) & ((likeness >= SIMILAR) | same_sound)] = ALIKE.index("similar")
    levels[alike & (shorter >= SHORTEST_CLOSE) & ((likeness >= CLOSE) | (steps <= 1))] = ALIKE.index("close")
    forms, bare = frozenset(all_forms(asked)), without_article(asked)
    for place, word in enumerate(words):
        if word in forms or ((bare or word[:2] in _ARTICLES) and _differ_by_article(asked, bare, word)):
            levels[place] = ALIKE.index("exact" if word == asked else "variant")
    return levels


def _differ_by_article(asked: str, bare: str, word: str) -> bool:
    bare_word = without_article(word)
    if not bare and not bare_word:
        return False
    one, other = bare or asked, bare_word or word
    return one == other or are_variants(one, other)
