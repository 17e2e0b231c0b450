"""Joining segments and taking people out gives, array for array, what building from the same people gives."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from small_files import PEOPLE, Person, assert_same, indexed

from comity.match.merge import merge_segments, take_out
from comity.match.segment import build_segment


@given(people=PEOPLE, cuts=st.lists(st.integers(0, 12), max_size=3))
def test_a_merge_is_a_build_from_scratch(people: list[Person], cuts: list[int]) -> None:
    """However the people were divided, empty parts included."""
    whole = indexed(people)
    ends = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    parts = [build_segment(whole[first:last]) for first, last in pairwise(ends)]
    assert_same(merge_segments(parts), build_segment(whole))


@given(people=PEOPLE, gone=st.sets(st.integers(0, 30)))
def test_taking_out_is_a_build_of_the_rest(people: list[Person], gone: set[int]) -> None:
    """Nobody taken out leaves a key or a word; numbers that are not there change nothing."""
    whole = indexed(people)
    rest = [one for one in whole if one.ordinal not in gone]
    segment = build_segment(whole)
    taken = take_out(segment, np.array(sorted(gone), dtype=np.int64))
    assert_same(taken, build_segment(rest))
    assert (taken is segment) == (len(rest) == len(whole))
