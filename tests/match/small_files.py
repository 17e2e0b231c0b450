"""Files of a few people with names that are hard to keep in order, and whether two segments are the same."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from comity.match.merge import LONGEST_PADDED
from comity.match.segment import Indexed, Segment, named_arrays

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
Person = tuple[dict[str, list[str]], int]  # values by field, number of the data class
PEOPLE = st.lists(st.tuples(VALUES, st.integers(0, 21)), max_size=12)


def indexed(people: list[Person]) -> list[Indexed]:
    """People with rising ordinals that leave gaps."""
    return [Indexed(3 + 2 * place, number, values) for place, (values, number) in enumerate(people)]


def assert_same(one: Segment, other: Segment) -> None:
    """Equal in every array, and in its type."""
    wanted = named_arrays(other)
    for name, held in named_arrays(one).items():
        assert held.dtype == wanted[name].dtype, name
        assert np.array_equal(held, wanted[name]), name
