"""What stands in a name's place where the name is not known: `FNU`, `Baby Girl`, `Occupant`, `Refused`.

Two records with a filler agree on nothing, and a filler against a name differs from nothing: the part is missing. Source:
the editing of names before matching in the Census Bureau's Person Identification Validation System (Wagner and Layne,
CARRA working paper 2014-01), and what NORC's assessment of it lists as names that are none.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from comity.match.frequencies import read_table


@lru_cache(maxsize=1)
def family_fillers() -> frozenset[tuple[str, ...]]:
    """Every filler of a family name, as folded words; each is one of a given name too."""
    return frozenset(tuple(line.split()) for line in read_table("fillers.txt"))


@lru_cache(maxsize=1)
def given_fillers() -> frozenset[tuple[str, ...]]:
    """Every filler of a given name, as folded words."""
    return family_fillers() | {tuple(line.split()) for line in read_table("fillers_given.txt")}


@lru_cache(maxsize=1)
def _lone_fillers() -> frozenset[str]:
    """Fillers of one word, such as NMN: no middle name."""
    return frozenset(filler[0] for filler in family_fillers() if len(filler) == 1)


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    return frozenset(filler[0] for filler in given_fillers())


def without_family_filler(part: list[str]) -> list[str]:
    """The folded words of a family name; none where all but lone initials are a filler."""
    return [] if _is_among(part, family_fillers) else part


def without_given_filler(part: list[str]) -> list[str]:
    """The folded words of the given names; none where all but lone initials are a filler, and no middle name that is one."""
    if _is_among(part, given_fillers):
        return []
    if len(part) > 1 and not _lone_fillers().isdisjoint(part[1:]):
        return [part[0], *(word for word in part[1:] if word not in _lone_fillers())]
    return part


def _is_among(part: list[str], fillers: Callable[[], frozenset[tuple[str, ...]]]) -> bool:
    if not part or part[0] not in _first_words():
        return False
    return tuple([word for word in part if len(word) > 1]) in fillers()
