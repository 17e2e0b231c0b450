"""Small counts of people are not shown, and nothing is shown from which they would follow.

Ten or more is shown, and zero. One to nine is not, since whoever knows the place may know the person. The number is that
of CDC WONDER, which shows no count of persons below ten by place (its data use restrictions).

What is hidden besides never turns on how large a small count is, only on that there is one: whoever knows this rule and
every other figure still has nine values for each. So a table with a small count has no total, and of several tables about
the same people only the first is shown once any of them has one.
"""

from __future__ import annotations

from collections.abc import Mapping

SHOWN_FROM = 10
SOURCE = (
    "counts of 1 to 9 people are not shown (the threshold of CDC WONDER), nor totals from which they would follow; "
    "counts of acts and of agencies are"
)
SMALL = "1 to 9, not shown exactly"
HIDDEN = "not shown, since a small count would follow from it"
TWICE = (
    "not shown: the same people are counted in a table above, and small counts would follow from the two together"
)

Words = tuple[str, ...]


def hidden_words(numbers: Mapping[Words, int]) -> dict[Words, str]:
    """Which figures of a table of people are hidden, and what is said instead. The empty words are the table's total."""
    hidden = {words: SMALL for words, number in numbers.items() if is_small(number)}
    return {(): HIDDEN} | hidden if hidden else {}


def is_small(number: int) -> bool:
    """Whether a count of people is too small to be shown."""
    return 0 < number < SHOWN_FROM
