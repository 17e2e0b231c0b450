"""Which words of held names are nothing like any word of the asked ones: of most people a question finds by a date or
a number that is all there is to say of the name, and it takes no comparison of one word with another.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cdist

from comity.match.names import GLUED_ARTICLES, Name, without_article
from comity.match.phonetics import skeleton
from comity.match.tokens import SIMILAR, SOUND_ALIKE
from comity.match.variants import all_forms

_TOLD = 2  # given names of a question; a third may stand first in a record, and is not compared by its letters


def far_words(asked: Sequence[str], words: Sequence[str]) -> list[str]:
    """Those of different words that are `different` from each of the asked ones, an Arabic article more or less.

    A lone letter is different from every word but itself; what it may stand for is told apart before words are compared.
    """
    forms = {form for word in asked for form in _alike(word)}
    sounds = {skeleton(word) for word in asked}
    likeness = cdist(asked, words, scorer=JaroWinkler.similarity, dtype=np.float64)
    steps = cdist(asked, words, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8)
    heard = likeness >= SOUND_ALIKE
    near: NDArray[np.bool_] = np.any((likeness >= SIMILAR) | (heard & (steps <= 1)), axis=0)
    alike: NDArray[np.bool_] = np.any(heard, axis=0)
    return [
        word
        for word, is_near, is_heard in zip(words, near.tolist(), alike.tolist(), strict=True)
        if word not in forms
        and word[:2] not in GLUED_ARTICLES
        and (len(word) == 1 or not (is_near or (is_heard and skeleton(word) in sounds)))
    ]


def _alike(word: str) -> tuple[str, ...]:
    bare = without_article(word)
    return (*all_forms(word), *all_forms(bare)) if bare else all_forms(word)


def is_told_by_words(asked: Name) -> bool:
    """Whether an asked name differs from every name of far words: not where it gives a beginning or an initial."""
    if asked.wild_surname or asked.wild_given or not asked.surnames:
        return False
    return not asked.givens or (len(asked.givens[0]) > 1 and len(asked.givens) <= _TOLD)


def has_far_surname(held: Name, far: set[str]) -> bool:
    """Whether a name gives a family name, of far words, and no initial in its place: one may stand for a given name."""
    return held.joined_surname in far and far.issuperset(held.surnames) and len(held.joined_surname) > 1


def has_far_givens(held: Name, far: set[str]) -> bool:
    """Whether a name gives a given name, of far words, and no initial in its place."""
    return held.joined_given in far and far.issuperset(held.givens) and len(held.givens[0]) > 1
