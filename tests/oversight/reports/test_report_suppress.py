"""No small count of people is shown, and none follows from what is shown."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.oversight.reports.suppress import SHOWN_FROM, SMALL, hidden_words

tables = st.lists(st.integers(0, 14), min_size=1, max_size=4)


def print_of(counts: list[int]) -> tuple[str, ...]:
    """A table as it is printed, the total first."""
    numbers: dict[tuple[str, ...], int] = {(str(at),): number for at, number in enumerate(counts)}
    hidden = hidden_words(numbers)
    return (
        hidden.get((), str(sum(counts))),
        *(hidden.get((str(at),), str(number)) for at, number in enumerate(counts)),
    )


@settings(deadline=None, max_examples=200)
@given(tables)
def test_every_small_count_may_be_any_from_one_to_nine(counts: list[int]) -> None:
    """Whoever tries every table that is printed the same, knowing the rule, finds all nine values for each small count."""
    printed = print_of(counts)
    values = [range(1, SHOWN_FROM) if said == SMALL else (int(said),) for said in printed[1:]]
    alike = [guess for guess in product(*values) if print_of(list(guess)) == printed]
    for at, number in enumerate(counts):
        if 0 < number < SHOWN_FROM:
            assert {guess[at] for guess in alike} == set(range(1, SHOWN_FROM))


@given(tables)
def test_where_nothing_is_small_everything_is_shown(counts: list[int]) -> None:
    """Zero and ten are shown, and so is the total of what is shown."""
    shown = [0 if 0 < number < SHOWN_FROM else number for number in counts]
    assert print_of(shown) == (str(sum(shown)), *map(str, shown))


def test_zeros_stay_beside_a_small_count() -> None:
    """Nobody is in a zero, so that it tells nothing."""
    assert print_of([0, 3, 12])[1:] == ("0", SMALL, "12")
