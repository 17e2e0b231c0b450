"""Runs and their highest values; each number once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comity.match.arrays import distinct, highest, is_new, runs

spans = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=12)


@given(spans)
def test_runs_are_the_places_of_each_one_after_the_other(found: list[tuple[int, int]]) -> None:
    """What a loop over the runs would list; a run of none adds nothing."""
    starts = np.array([start for start, _ in found], dtype=np.uint32)
    counts = np.array([count for _, count in found], dtype=np.uint32)
    expected = [place for start, count in found for place in range(start, start + count)]
    assert runs(starts, counts).tolist() == expected


@given(st.lists(st.lists(st.integers(-9, 9), min_size=1, max_size=5), min_size=1, max_size=8))
def test_the_highest_of_each_run(values: list[list[int]]) -> None:
    """One value for each run, the last run included."""
    starts = np.cumsum([0, *(len(one) for one in values[:-1])])
    flat = np.array([float(one) for run in values for one in run])
    assert highest(flat, starts).tolist() == [max(run) for run in values]


@given(st.lists(st.integers(0, 9), max_size=12))
def test_each_number_once_and_where_another_begins(numbers: list[int]) -> None:
    """Sorted as a set is; the first number is always new, and every one that differs from the one before it."""
    held = np.array(numbers, dtype=np.uint32)
    assert distinct(held).tolist() == sorted(set(numbers))
    assert is_new(held).tolist() == [at == 0 or numbers[at] != numbers[at - 1] for at in range(len(numbers))]
