"""How near the words of a vocabulary are to an asked word, many at once.

The same levels as `tokens.compare_tokens` gives one pair, by the same library, so that both agree exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cdist

from comity.match.names import without_article
from comity.match.phonetics import skeleton
from comity.match.tokens import CLOSE, SHORTEST_CLOSE, SIMILAR, SOUND_ALIKE, compare_tokens
from comity.match.variants import all_forms
from comity.match.vocabulary import Numbers, Vocabulary

ALIKE = ("exact", "variant", "close", "similar")


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
    words = vocabulary.words(numbers.tolist())
    levels = levels_of(asked, words)
    kept = [place for place, level in enumerate(levels) if level != "different"]
    return Near(
        numbers=numbers[kept],
        words=tuple([words[place] for place in kept]),
        levels=tuple([levels[place] for place in kept]),
    )


def levels_of(asked: str, words: Sequence[str]) -> list[str]:
    """The level of each word against an asked one; an Arabic article more or less makes a variant."""
    if not words:
        return []
    likeness = cdist([asked], words, scorer=JaroWinkler.similarity)[0]
    steps = cdist([asked], words, scorer=OSA.distance, score_cutoff=1)[0]
    shorter = np.minimum(len(asked), np.fromiter(map(len, words), dtype=np.int64, count=len(words)))
    close = (shorter >= SHORTEST_CLOSE) & ((likeness >= CLOSE) | (steps <= 1)) & (likeness >= SOUND_ALIKE)
    similar = (shorter > 2) & (likeness >= SIMILAR)
    forms, sound, bare = frozenset(all_forms(asked)), skeleton(asked), without_article(asked)
    found = []
    for place, word in enumerate(words):
        if word == asked:
            level = "exact"
        elif word in forms or ((bare or word[:2] in ("AL", "EL")) and _differ_by_article(asked, bare, word)):
            level = "variant"
        elif close[place]:
            level = "close"
        elif similar[place] or (shorter[place] > 2 and likeness[place] >= SOUND_ALIKE and skeleton(word) == sound):
            level = "similar"
        else:
            level = "different"
        found.append(level)
    return found


def _differ_by_article(asked: str, bare: str, word: str) -> bool:
    bare_word = without_article(word)
    if not bare and not bare_word:
        return False
    one, other = bare or asked, bare_word or word
    return one == other or compare_tokens(one, other) == "variant"
