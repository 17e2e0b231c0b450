"""Ways and cuts of a network, against every set of hops tried one by one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import Plain, every_smallest_cut, every_way, plain_networks

from comity.errors import NounError
from comity.oversight.reach.cut import smallest_cuts
from comity.oversight.reach.network import Ends, Network, distances_from, distances_to
from comity.oversight.reach.ways import Limits, minimal_ways

EVERY = Limits(ways=10_000, hops=100)


def network(plain: Plain, costs: tuple[int, ...] = ()) -> tuple[Network, Ends]:
    count, heads, tails, goals = plain
    after = tuple(tuple(hop for hop in range(len(heads)) if x in tails[hop]) for x in range(count))
    bundles = tuple(dict.fromkeys(after))
    has = tuple((bundles.index(hops),) for hops in after)
    made = Network(heads=heads, after=has, bundles=bundles, costs=costs or (1,) * len(heads))
    return made, Ends(0, frozenset(goals))


@settings(max_examples=400)
@given(plain_networks())
def test_ways_are_all_that_trying_every_set_of_hops_finds(plain: Plain) -> None:
    """Every minimal way is found, once, the shortest first, and nothing that is none."""
    made, ends = network(plain)
    found = minimal_ways(made, ends, EVERY)
    assert found.cut_off == ""
    assert {frozenset(way) for way in found.found} == every_way(plain)
    assert len({frozenset(way) for way in found.found}) == len(found.found)
    assert [len(way) for way in found.found] == sorted(len(way) for way in found.found)


@settings(max_examples=400)
@given(plain_networks(), st.lists(st.integers(0, 3), min_size=9, max_size=9))
def test_cuts_are_all_that_trying_every_set_of_hops_finds(plain: Plain, drawn: list[int]) -> None:
    """Every smallest set that closes all ways is found, at its cost; where hops that nothing closes make a way, none is."""
    costs = tuple(drawn[: len(plain[1])])
    made, ends = network(plain, costs)
    cost, sets = every_smallest_cut(plain, costs)
    found = smallest_cuts(made, ends, most=1_000)
    assert (found.cost, set(found.sets), found.cut_off) == (cost, sets, "")


@settings(max_examples=200)
@given(plain_networks(), st.integers(1, 3))
def test_a_limit_on_ways_is_said_exactly_where_it_bites(plain: Plain, most: int) -> None:
    """Fewer ways than there are come with the word that there are more; all of them never do."""
    made, ends = network(plain)
    found = minimal_ways(made, ends, Limits(ways=most, hops=100))
    every = every_way(plain)
    assert len(found.found) == min(most, len(every))
    assert bool(found.cut_off) == (len(every) > most)
    assert {frozenset(way) for way in found.found} <= every


@settings(max_examples=200)
@given(plain_networks(), st.integers(1, 3))
def test_longer_ways_are_left_out_and_said_to_be(plain: Plain, most: int) -> None:
    """No way has more hops than asked for, all others are there, and what was left out is never passed over in silence."""
    made, ends = network(plain)
    found = minimal_ways(made, ends, Limits(ways=10_000, hops=most))
    every = every_way(plain)
    assert {frozenset(way) for way in found.found} == {way for way in every if len(way) <= most}
    assert found.cut_off or all(len(way) <= most for way in every)


@settings(max_examples=100)
@given(plain_networks())
def test_the_shortest_way_is_as_long_as_the_distance(plain: Plain) -> None:
    """Counted from either end the distance is the number of hops of the first way."""
    made, ends = network(plain)
    ways = minimal_ways(made, ends, EVERY).found
    length = len(ways[0]) if ways else -1
    assert distances_to(made, ends.goals)[0] == length
    ahead = distances_from(made, 0, ends.goals)
    assert min((ahead[goal] for goal in ends.goals if ahead[goal] >= 0), default=-1) == length


@settings(max_examples=100)
@given(plain_networks())
def test_fewer_alternatives_than_there_are_are_said_to_be_fewer(plain: Plain) -> None:
    """One cut of several is a smallest one, and comes with the word that there may be others."""
    made, ends = network(plain)
    cost, sets = every_smallest_cut(plain, made.costs)
    found = smallest_cuts(made, ends, most=1)
    assert found.cost == cost
    assert set(found.sets) <= sets
    assert len(found.sets) == min(1, len(sets))
    assert found.cut_off or len(sets) <= 1


def test_data_that_begins_at_its_goal_is_there_and_cannot_be_cut_off() -> None:
    """Where owner and requester are one there is a way of no hops, and no set closes it."""
    made = Network(heads=(), after=((),), bundles=(), costs=())
    assert minimal_ways(made, Ends(0, frozenset({0}))).found == ((),)
    assert smallest_cuts(made, Ends(0, frozenset({0}))).cost is None


@pytest.mark.parametrize(
    ("heads", "after", "bundle", "costs"),
    [
        ((1,), ((0,),), (0,), (1,)),
        ((0,), ((1,),), (0,), (1,)),
        ((0,), ((0,),), (1,), (1,)),
        ((0,), ((0,),), (-1,), (1,)),
        ((0,), ((0,),), (0,), ()),
        ((0,), ((0,),), (0,), (-1,)),
    ],
)
def test_numbers_that_name_nothing_are_refused(
    heads: tuple[int, ...], after: tuple[tuple[int, ...], ...], bundle: tuple[int, ...], costs: tuple[int, ...]
) -> None:
    """A network is whole or is not made."""
    with pytest.raises(NounError):
        Network(heads=heads, after=after, bundles=(bundle,), costs=costs)
