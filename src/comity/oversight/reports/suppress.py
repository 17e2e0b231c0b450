"""Small counts of people are not shown, and nothing is shown from which they would follow.

Eleven or more is shown, and zero. One to ten is not, since whoever knows the place may know the person. The number is
that of the cell size suppression policy of the Centers for Medicare & Medicaid Services (resdac.org/node/1506, of 26 January
2024, and hhs.gov/guidance/document/cms-cell-suppression-policy): no cell of 1 to 10, zero allowed, and no cell from which
such a value can be derived. No law for which reports are made here names a number; of those in common use (CDC WONDER
shows from 10) it is the stricter.

What is hidden besides never turns on how large a small count is, only on that there is one: whoever knows this rule and
every other figure still has ten values for each. So a table with a small count has no total, of several tables about
the same people only the first is shown once any of them has one, and people are counted for whole periods alone: two
reports over days that overlap could be subtracted from each other.
"""

from __future__ import annotations

from collections.abc import Mapping

SHOWN_FROM = 11
SOURCE = (
    "counts of 1 to 10 people are not shown (the cell size policy of CMS), nor totals from which they would follow; "
    "counts of acts and of agencies are"
)
SMALL = "1 to 10, not shown exactly"
HIDDEN = "not shown, since a small count would follow from it"
TWICE = (
    "not shown: the same people are counted in a table above, and small counts would follow from the two together"
)
PARTLY = "not shown: people are counted for whole periods alone, since reports over days that overlap could be subtracted"

Words = tuple[str, ...]


def hidden_words(numbers: Mapping[Words, int]) -> dict[Words, str]:
    """Which figures of a table of people are hidden, and what is said instead. The empty words are the table's total."""
    hidden = {words: SMALL for words, number in numbers.items() if is_small(number)}
    return {(): HIDDEN} | hidden if hidden else {}


def is_small(number: int) -> bool:
    """Whether a count of people is too small to be shown."""
    return 0 < number < SHOWN_FROM
