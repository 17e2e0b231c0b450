"""How often a stranger's name stands at a level from an asked one: its own share, and that of the names near it.

The share of everybody whose name is a letter away from KIM is large, from NOVIKOFF next to nothing; so agreement
up to a letter says little of the one and much of the other. Counted over a versioned table (`frequencies`), never
over the live file, and remembered for one question only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from comity.match.frequencies import given_shares, surname_shares
from comity.match.nearness import ALIKE, Near, find_all_near, find_near
from comity.match.vocabulary import Vocabulary, build_vocabulary

PARTS = ("surname", "given")


class Frequencies:
    """Shares of people by surname and by given name, of one version of the table, with what finds names near one."""

    __slots__ = ("_listed", "_shares", "_vocabulary")

    def __init__(self, surnames: Mapping[str, float], givens: Mapping[str, float]) -> None:
        self._shares = {"surname": surnames, "given": givens}
        self._vocabulary: Vocabulary | None = None
        self._listed: Mapping[str, NDArray[np.float64]] = {}

    def shares(self, part: str) -> Mapping[str, float]:
        """Shares by word, of `surname` or `given`."""
        return self._shares[part]

    def share(self, part: str, word: str) -> float:
        """The share of people with a name; 0 where the table does not list it (the weights' u is the least)."""
        return self._shares[part].get(word, 0.0)

    def vocabulary(self) -> Vocabulary:
        """All listed words, built at the first use."""
        if self._vocabulary is None:
            words = sorted({*self._shares["surname"], *self._shares["given"]})
            self._listed = {
                part: np.array([shares.get(word, 0.0) for word in words]) for part, shares in self._shares.items()
            }
            self._vocabulary = build_vocabulary(words)
        return self._vocabulary

    def by_level(self, part: str, near: Near) -> dict[str, float]:
        """The share of people by level of their name, given the listed words near an asked one."""
        shares = self._listed[part][near.numbers]
        return dict(zip(ALIKE, np.bincount(near.places, shares, len(ALIKE)).tolist(), strict=True))


@lru_cache(maxsize=1)
def shipped_frequencies() -> Frequencies:
    """The shipped table."""
    return Frequencies(surname_shares(), given_shares())


class Chances:
    """Shares of people by level from asked words. One per question."""

    __slots__ = ("_frequencies", "_known", "_near")

    def __init__(self, frequencies: Frequencies) -> None:
        self._frequencies = frequencies
        self._known: dict[tuple[str, str], Mapping[str, float]] = {}
        self._near: dict[str, Near] = {}

    def find_near(self, vocabulary: Vocabulary, asked: Sequence[str]) -> list[Near]:
        """The words of a file near each of some asked ones.

        Those of the table are found by the way, for when they are counted.
        """
        if all(word in self._near for word in asked):
            return [near for (near,) in find_all_near((vocabulary,), asked)] if asked else []
        both = find_all_near((vocabulary, self._frequencies.vocabulary()), asked)
        self._near.update(zip(asked, [listed for _, listed in both], strict=True))
        return [near for near, _ in both]

    def at_level(self, part: str, asked: str, level: str) -> float:
        """The share of people whose `surname` or `given` name is at a level from an asked word. Exact: its own."""
        if level == "exact":
            return self._frequencies.share(part, asked)
        found = self._known.get((part, asked))
        if found is None:
            found = self._known[part, asked] = self._count(part, asked)
        return found.get(level, 0.0)

    def _count(self, part: str, asked: str) -> Mapping[str, float]:
        if not self._frequencies.shares(part):
            return {}
        if asked not in self._near:
            self._near[asked] = find_near(self._frequencies.vocabulary(), asked)
        return self._frequencies.by_level(part, self._near[asked])
