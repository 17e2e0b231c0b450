"""One number is hashed as it is among many."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comity.match.hashes import join, join_one, mix, mix_one, text_hash, text_hashes

numbers = st.integers(0, 2**64 - 1)


@given(st.lists(st.tuples(numbers, numbers), min_size=1))
def test_one_pair_is_hashed_as_it_is_among_many(pairs: list[tuple[int, int]]) -> None:
    """With all bits of both, and whatever overflows."""
    ones, others = (np.array(column, dtype=np.uint64) for column in zip(*pairs, strict=True))
    assert mix(ones).tolist() == [mix_one(one) for one, _ in pairs]
    assert join(ones, others).tolist() == [join_one(one, other) for one, other in pairs]


@given(st.lists(st.text()))
def test_texts_are_hashed_each_as_alone(texts: list[str]) -> None:
    """The same numbers, in their order."""
    assert text_hashes(texts).tolist() == [text_hash(text) for text in texts]
