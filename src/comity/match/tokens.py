"""How two single name words compare."""

from __future__ import annotations

from rapidfuzz.distance import OSA, JaroWinkler

from comity.match.phonetics import skeleton
from comity.match.variants import all_forms

CLOSE = 0.92  # Jaro-Winkler: about one letter wrong in seven
SIMILAR = 0.84  # about two letters wrong in eight
SOUND_ALIKE = 0.6  # names less alike than this are not called the same sound
SHORTEST_CLOSE = 4  # one letter wrong in a name of three is another name
SHORTEST_SIMILAR = 3


MOST_REMEMBERED = 2_000  # words that one asked word remembers within one question


def compare_tokens(one: str, other: str) -> str:
    """The level of two folded tokens that are not equal."""
    return Token(one).compare(other)


class Token:
    """An asked word that is compared with many; what it says of each is remembered for one question."""

    __slots__ = ("_forms", "_levels", "_sound", "_word")

    def __init__(self, word: str) -> None:
        self._word = word
        self._sound = ""
        self._forms = frozenset(all_forms(word))
        self._levels = {word: "exact"}

    def level(self, other: str) -> str:
        """The level of another word; `exact` for the word itself."""
        level = self._levels.get(other)
        if level is None:
            level = self.compare(other)
            if len(self._levels) < MOST_REMEMBERED:
                self._levels[other] = level
        return level

    def compare(self, other: str) -> str:
        """The level of another word, computed."""
        if other in self._forms:
            return "variant"
        likeness = JaroWinkler.similarity(self._word, other)
        if likeness < SOUND_ALIKE:
            return "different"
        shorter = min(len(self._word), len(other))
        if shorter >= SHORTEST_CLOSE and (
            likeness >= CLOSE or OSA.distance(self._word, other, score_cutoff=1) <= 1
        ):
            return "close"
        if shorter >= SHORTEST_SIMILAR and (likeness >= SIMILAR or self._sounds_like(other)):
            return "similar"
        return "different"

    def _sounds_like(self, other: str) -> bool:
        self._sound = self._sound or skeleton(self._word)
        return self._sound == skeleton(other)
