"""Joining segments and taking people out gives, array for array, what building from the same people gives."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comity.match.merge import LONGEST_PADDED, merge_segments, take_out
from comity.match.segment import Indexed, Segment, build_segment, named_arrays

NAMES = (
    "GARCIA, MARIA",
    "GARCIA LOPEZ, MARIA JOSE",
    "AL-HASSAN, OMAR",
    "HASSAN, ABD AL RAHMAN",
    "ELHASSAN, U",
    "O'NEIL, SEAN, JR",
    "ŠIMIĆ, ŽELJKO",
    "ЧЕХОВ, АНТОН",
    "王, 伟",
    "X" * (LONGEST_PADDED + 3) + ", LONG",
)
FIELDS = {
    "name": st.sampled_from(NAMES),
    "alias": st.sampled_from(NAMES),
    "birth-date": st.sampled_from(("1984-03-12", "1984-03", "1984-01-01", "1990-12-03")),
    "sex": st.sampled_from("FMX"),
    "home-address": st.sampled_from(("12 Main St Apt 4, Tacoma WA 98402", "7 Low Rd")),
    "phone": st.sampled_from(("253-555-0142", "2535550199")),
}
VALUES = st.fixed_dictionaries({}, optional={name: st.lists(one, max_size=2) for name, one in FIELDS.items()})
PEOPLE = st.lists(st.tuples(VALUES, st.integers(0, 21)), max_size=12)


def indexed(people: list[tuple[dict[str, list[str]], int]]) -> list[Indexed]:
    """People with rising ordinals that leave gaps."""
    return [Indexed(3 + 2 * place, number, values) for place, (values, number) in enumerate(people)]


def assert_same(one: Segment, other: Segment) -> None:
    """Equal in every array, and in its type."""
    wanted = named_arrays(other)
    for name, held in named_arrays(one).items():
        assert held.dtype == wanted[name].dtype, name
        assert np.array_equal(held, wanted[name]), name


@given(people=PEOPLE, cuts=st.lists(st.integers(0, 12), max_size=3))
def test_a_merge_is_a_build_from_scratch(people: list[tuple[dict[str, list[str]], int]], cuts: list[int]) -> None:
    """However the people were divided, empty parts included."""
    whole = indexed(people)
    ends = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    parts = [build_segment(whole[first:last]) for first, last in pairwise(ends)]
    assert_same(merge_segments(parts), build_segment(whole))


@given(people=PEOPLE, gone=st.sets(st.integers(0, 30)))
def test_taking_out_is_a_build_of_the_rest(people: list[tuple[dict[str, list[str]], int]], gone: set[int]) -> None:
    """Nobody taken out leaves a key or a word; numbers that are not there change nothing."""
    whole = indexed(people)
    rest = [one for one in whole if one.ordinal not in gone]
    segment = build_segment(whole)
    taken = take_out(segment, np.array(sorted(gone), dtype=np.int64))
    assert_same(taken, build_segment(rest))
    assert (taken is segment) == (len(rest) == len(whole))
