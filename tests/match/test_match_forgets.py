"""Nothing about a question outlives it: a memory of the process would tell who was asked about before."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from comity.match.compare import Scale, prepare
from comity.match.finding import Finder
from comity.match.person import Candidate, match_person
from comity.match.search import Part, search
from comity.match.segment import Indexed, build_segment
from comity.match.traits import MATCHABLE_FIELDS, read_traits
from comity.match.weights import load_weights
from comity.model.query import PersonSubject

HELD = {
    "name": ("Zebulonsky, Quillonia M",),
    "birth-date": ("1971-05-06",),
    "home-address": ("7 Oak St, Ploverton",),
}


def sizes() -> Iterator[tuple[str, int]]:
    """Every cache of the matching code with the number of things it remembers."""
    for module in sorted(name for name in sys.modules if name.startswith("comity.match")):
        for name, found in sorted(vars(sys.modules[module]).items()):
            if hasattr(found, "cache_info"):
                yield f"{module}.{name}", found.cache_info().currsize


def ask(family: str, given: str) -> int:
    """One whole question; how many it found."""
    subject = PersonSubject(family=family, given=given, birth_date="1971-05-06", address="7 Oak St, Ploverton")
    question, weights = prepare(subject, MATCHABLE_FIELDS), load_weights()
    segment = build_segment([Indexed(1, 0, HELD)])
    found = search((Part(segment),), question, Scale(weights), frozenset({0}), 10)
    assert Finder(question, Scale(weights)).finds(read_traits(HELD)) == bool(len(found.ordinals))
    candidate = Candidate(record_id="r", person_key="p", values=HELD)
    return len(match_person(subject, [candidate], MATCHABLE_FIELDS, weights).matches)


def test_no_memory_grows_with_what_is_asked() -> None:
    """After a first question has loaded the tables, a question about an invented name leaves nothing behind."""
    assert ask("Smith", "John")
    before = dict(sizes())
    assert ask("Zebulonski", "Quilonia")
    assert dict(sizes()) == before
