"""What stands in a name's place where the name is not known: `FNU`, `Baby Girl`, `Occupant`, `Refused`.

Two records with a filler agree on nothing, and a filler against a name differs from nothing: the part is missing. Source:
the editing of names before matching in the Census Bureau's Person Identification Validation System (Wagner and Layne,
CARRA working paper 2014-01).
"""

from __future__ import annotations

from functools import lru_cache

from comity.match.frequencies import read_table


@lru_cache(maxsize=1)
def fillers() -> frozenset[tuple[str, ...]]:
    """Every filler as folded words."""
    return frozenset(tuple(line.split()) for line in read_table("fillers.txt"))


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    return frozenset(filler[0] for filler in fillers())


def without_filler(part: list[str]) -> list[str]:
    """The folded words of a family or given name; none where all but lone initials are a filler."""
    if not part or part[0] not in _first_words():
        return part
    return [] if tuple(word for word in part if len(word) > 1) in fillers() else part
