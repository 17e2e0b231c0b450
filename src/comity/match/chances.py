"""How often a stranger's name stands at a level from an asked one: its own share, and that of the names near it.

The share of everybody whose name is a letter away from KIM is large, from NOVIKOFF next to nothing; so agreement
up to a letter says little of the one and much of the other. Counted over a versioned table (`frequencies`), never
over the live file, and remembered for one question only.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from comity.match.frequencies import given_shares, surname_shares
from comity.match.nearness import find_near
from comity.match.vocabulary import Vocabulary, build_vocabulary

PARTS = ("surname", "given")


class Frequencies:
    """Shares of people by surname and by given name, of one version of the table, with what finds names near one."""

    __slots__ = ("_shares", "_vocabulary")

    def __init__(self, surnames: Mapping[str, float], givens: Mapping[str, float]) -> None:
        self._shares = {"surname": surnames, "given": givens}
        self._vocabulary: Vocabulary | None = None

    def shares(self, part: str) -> Mapping[str, float]:
        """Shares by word, of `surname` or `given`."""
        return self._shares[part]

    def share(self, part: str, word: str) -> float:
        """The share of people with a name; 0 where the table does not list it (the weights' u is the least)."""
        return self._shares[part].get(word, 0.0)

    def vocabulary(self) -> Vocabulary:
        """All listed words, built at the first use."""
        if self._vocabulary is None:
            self._vocabulary = build_vocabulary(sorted({*self._shares["surname"], *self._shares["given"]}))
        return self._vocabulary


@lru_cache(maxsize=1)
def shipped_frequencies() -> Frequencies:
    """The shipped table."""
    return Frequencies(surname_shares(), given_shares())


class Chances:
    """Shares of people by level from asked words. One per question."""

    __slots__ = ("_frequencies", "_known")

    def __init__(self, frequencies: Frequencies) -> None:
        self._frequencies = frequencies
        self._known: dict[tuple[str, str], Mapping[str, float]] = {}

    def at_level(self, part: str, asked: str, level: str) -> float:
        """The share of people whose `surname` or `given` name is at a level from an asked word. Exact: its own."""
        if level == "exact":
            return self._frequencies.share(part, asked)
        found = self._known.get((part, asked))
        if found is None:
            found = self._known[part, asked] = self._count(part, asked)
        return found.get(level, 0.0)

    def _count(self, part: str, asked: str) -> Mapping[str, float]:
        shares = self._frequencies.shares(part)
        if not shares:
            return {}
        near = find_near(self._frequencies.vocabulary(), asked)
        found: dict[str, float] = {}
        for word, level in zip(near.words, near.levels, strict=True):
            found[level] = found.get(level, 0.0) + shares.get(word, 0.0)
        return found
