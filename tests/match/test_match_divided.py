"""An index is searched in parts as if it were whole: nobody is found or missed by how it happens to be divided."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_match_merge import PEOPLE, indexed

from comity.match import search as searching
from comity.match.compare import Scale, prepare
from comity.match.search import Found, Part, search
from comity.match.segment import Indexed, build_segment
from comity.match.traits import MATCHABLE_FIELDS
from comity.match.weights import load_weights
from comity.model.query import PersonSubject

GIVEN = st.sampled_from(("Maria", "M", "Umar", "Abdurrahman", ""))
DATES = ("1984-03-12", "1984-12-03", "1990-03-12")
SUBJECTS = st.one_of(
    st.builds(
        PersonSubject,
        family=st.sampled_from(("Garcia", "Garsia Lopez", "Hassan", "El Hassan", "O'Neill", "Simic")),
        given=GIVEN,
        birth_date=st.sampled_from(("", *DATES)),
        address=st.sampled_from(("", "12 Main St, Tacoma WA 98402")),
    ),
    st.builds(PersonSubject, family=st.just("Gar*"), given=GIVEN, birth_date=st.sampled_from(DATES)),
)
CLASSES = st.sets(st.integers(0, 21), min_size=1).map(frozenset)


def find(parts: list[Part], subject: PersonSubject, classes: frozenset[int], most: int = 100) -> Found:
    return search(parts, prepare(subject, MATCHABLE_FIELDS), Scale(load_weights()), classes, most)


def assert_same(one: Found, other: Found) -> None:
    for held, wanted in zip(one[:3], other[:3], strict=True):
        assert np.array_equal(held, wanted)
    assert one.cut == other.cut


def divided(people: list[Indexed], cuts: list[int], gone: set[int]) -> list[Part]:
    """Parts of the people between the cuts, those in `gone` marked."""
    ends = [0, *sorted(min(cut, len(people)) for cut in cuts), len(people)]
    parts = []
    for first, last in pairwise(ends):
        places = [place for place, one in enumerate(people[first:last]) if one.ordinal in gone]
        parts.append(Part(build_segment(people[first:last]), np.array(places, dtype=np.int64)))
    return parts


@given(
    people=PEOPLE,
    cuts=st.lists(st.integers(0, 12), max_size=3),
    gone=st.sets(st.integers(0, 30)),
    subject=SUBJECTS,
    classes=CLASSES,
)
def test_divided_or_whole_the_same_people_are_found(
    people: list[Any], cuts: list[int], gone: set[int], subject: PersonSubject, classes: frozenset[int]
) -> None:
    """With the same weights in the same order, whoever is gone left out."""
    whole = indexed(people)
    rest = [one for one in whole if one.ordinal not in gone]
    assert_same(
        find(divided(whole, cuts, gone), subject, classes), find(divided(rest, [], set()), subject, classes)
    )


def test_an_index_without_parts_finds_nobody() -> None:
    """An owner without people has none."""
    found = find([], PersonSubject(family="Garcia", given="Maria"), frozenset({0}))
    assert (len(found.ordinals), len(found.weights), found.cut) == (0, 0, False)


@pytest.mark.parametrize("most", [1, 3])
def test_the_bound_on_people_weighed_holds_over_all_parts(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those with most keys are weighed, the first among equals; that others were left out is told."""
    monkeypatch.setattr(searching, "MOST_WEIGHED", most)
    values = {"name": ["GARCIA, MARIA"], "birth-date": ["1984-03-12"]}
    people = indexed([({"name": ["GARCIA, MARIO"]}, 0), (values, 0), (values, 0), (values, 0), (values, 0)])
    subject = PersonSubject(family="Garcia", given="Maria", birth_date="1984-03-12")
    found = find(divided(people, [2, 3], {people[2].ordinal}), subject, frozenset({0}))
    assert found.ordinals.tolist() == [people[at].ordinal for at in (1, 3, 4)][:most]
    assert found.cut


def test_the_bound_on_postings_holds_over_all_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key too common in all parts together is not read in any."""
    monkeypatch.setattr(searching, "MOST_POSTINGS", 3)
    people = indexed([({"name": ["GARCIA, MARIA"]}, 0)] * 4)
    subject = PersonSubject(family="Garcia", given="Maria")
    for cuts in ([], [2]):
        found = find(divided(people, cuts, set()), subject, frozenset({0}))
        assert (len(found.ordinals), found.cut) == (0, True)
