"""A person put into a segment gives, array for array, what building from all of them gives."""

from __future__ import annotations

from functools import reduce

from hypothesis import given, settings
from made_files import index, make_file, seeds
from small_files import PEOPLE, Person, assert_same, indexed

from comity.match.columns import Values
from comity.match.put_in import put_in
from comity.match.segment import Indexed, build_segment

ONLY = {"name": ["NOBODY, ELSE"]}


@given(people=PEOPLE.filter(bool))
def test_one_more_is_a_build_from_scratch(people: list[Person]) -> None:
    """Whatever words and keys the last person shares with the others; one without any trait too."""
    whole = indexed(people)
    assert_same(put_in(build_segment(whole[:-1]), whole[-1]), build_segment(whole))


@given(people=PEOPLE)
def test_a_segment_grows_from_nobody(people: list[Person]) -> None:
    """One after the other into an empty one."""
    whole = indexed(people)
    assert_same(reduce(put_in, whole, build_segment(())), build_segment(whole))


@settings(max_examples=15)
@given(seeds)
def test_everybody_of_a_file_can_be_the_last(seed: int) -> None:
    """Names, dates, addresses and numbers of every kind."""
    held = make_file(seed).held
    for place in range(0, len(held), 7):
        people: list[Values] = [*held[:place], *held[place + 1 :], held[place]]
        last = Indexed(100 + len(held) - 1, 0, people[-1])
        assert_same(put_in(index(people[:-1]), last), index(people))


def test_more_than_255_people_of_one_name() -> None:
    """A key's number of people outgrows its byte, and its place in the file stays."""
    people = [Indexed(place, 0, {"name": ["SMITH, JOHN"]}) for place in range(257)]
    grown = build_segment(people[:254])
    for one in people[254:]:
        grown = put_in(grown, one)
    assert_same(grown, build_segment(people))


def test_what_it_is_put_into_stays_as_it_was() -> None:
    """A look-up may be reading it."""
    people = [Indexed(place, 0, {"name": ["SMITH, JOHN"], "birth-date": ["1984-03-12"]}) for place in range(3)]
    before = build_segment(people)
    put_in(before, Indexed(9, 0, ONLY))
    put_in(before, Indexed(9, 0, people[0].values))
    assert_same(before, build_segment(people))
