"""How two single name words compare."""

from __future__ import annotations

from rapidfuzz.distance import OSA, JaroWinkler

from comity.match.phonetics import skeleton
from comity.match.variants import are_variants

CLOSE = 0.92  # Jaro-Winkler: about one letter wrong in seven
SIMILAR = 0.84  # about two letters wrong in eight
SOUND_ALIKE = 0.6  # names less alike than this are not called the same sound
SHORTEST_CLOSE = 4  # one letter wrong in a name of three is another name
SHORTEST_SIMILAR = 3


def compare_tokens(one: str, other: str) -> str:
    """The level of two folded tokens that are not equal."""
    if are_variants(one, other):
        return "variant"
    likeness = JaroWinkler.similarity(one, other)
    if likeness < SOUND_ALIKE:
        return "different"
    shorter = min(len(one), len(other))
    if shorter >= SHORTEST_CLOSE and (likeness >= CLOSE or OSA.distance(one, other, score_cutoff=1) <= 1):
        return "close"
    if shorter >= SHORTEST_SIMILAR and (likeness >= SIMILAR or skeleton(one) == skeleton(other)):
        return "similar"
    return "different"
