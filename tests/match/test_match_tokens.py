"""Two single name words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_files import slips, words

from comity.match.tokens import SHORTEST_CLOSE, compare_tokens


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("ROBERT", "BOB", "variant"), ("MOHAMMED", "MUHAMMAD", "variant"), ("MARCHAND", "MARCHANT", "close"),
        ("MARTHA", "MARHTA", "close"), ("SMITH", "SMYTHE", "similar"), ("KIM", "KIN", "different"), ("LI", "LO", "different"),
        ("SMITH", "GARCIA", "different"), ("ANN", "AMY", "different"),
    ],
)  # fmt: skip
def test_levels(one: str, other: str, level: str) -> None:
    """Known forms, about a letter, by sound or look, other."""
    assert compare_tokens(one, other) == level


@given(words, words)
def test_order_does_not_matter_to_known_forms(one: str, other: str) -> None:
    """A form of a name is a form whichever is asked."""
    assert (compare_tokens(one, other) == "variant") == (compare_tokens(other, one) == "variant")


@given(st.data())
def test_one_letter_in_a_longer_word_is_never_another_name(data: st.DataObject) -> None:
    """A slip of the hand in a word of six letters and more leaves it recognisable."""
    word = data.draw(words.filter(lambda one: len(one) >= 6))
    slipped = data.draw(slips(word))
    if slipped != word:
        assert compare_tokens(word, slipped) in ("variant", "close")


@given(words, words)
def test_short_words_are_never_close(one: str, other: str) -> None:
    """One letter wrong in a name of three is another name."""
    if one != other and min(len(one), len(other)) < SHORTEST_CLOSE:
        assert compare_tokens(one, other) != "close"
