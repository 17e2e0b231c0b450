"""What the words of one reason say: whether they say anything, whom they name, and which forbidden use they speak of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from comity.model.search_audit import CellState, Search
from comity.oversight.audit.words import Topic, found_in, plain, word_lists


@dataclass(frozen=True, slots=True)
class Door:
    """Side-door words of one kind that a reason holds."""

    kind: str
    phrases: tuple[str, ...]


@lru_cache(maxsize=100_000)  # most reasons of a log repeat
def is_bare(reason: str) -> bool:
    """Whether every word is one that says nothing. A reason of which something was taken out is not judged bare."""
    words = plain(reason)
    return bool(words) and all(word in word_lists().bare for word in words)


@lru_cache(maxsize=100_000)
def side_doors(reason: str) -> tuple[Door, ...]:
    """Side-door words in a reason, by kind."""
    words = plain(reason)
    found = ((door.kind, found_in(door.phrases, words)) for door in word_lists().side_doors)
    return tuple(Door(kind, phrases) for kind, phrases in found if phrases)


@lru_cache(maxsize=100_000)
def topics_of(reason: str, offence: str) -> tuple[tuple[Topic, str], ...]:
    """Uses that a reason or an offence speaks of, each with the words that say so."""
    said = plain(reason)
    charged = plain(offence)
    found = []
    for topic in word_lists().topics:
        hits = (*found_in(topic.reasons, said), *found_in(topic.offences, charged))
        if hits:
            found.append((topic, hits[0]))
    return tuple(found)


def is_poor(search: Search) -> bool:
    """Whether a reason is given that says nothing, and neither an offence nor a number of a case stands beside it."""
    return search.reason_state is CellState.GIVEN and is_bare(search.reason) and not has_more(search)


def has_more(search: Search) -> bool:
    """Whether an offence or a number of a case stands beside the reason."""
    return CellState.GIVEN in (search.offence_state, search.case_state)
