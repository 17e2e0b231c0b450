"""Small random networks, and what ways and cuts are by trying every set of hops: nothing of the code under test is used."""

from __future__ import annotations

from itertools import combinations

from hypothesis import strategies as st

Plain = tuple[int, tuple[int, ...], tuple[tuple[int, ...], ...], tuple[int, ...]]


@st.composite
def plain_networks(draw: st.DrawFn, *, most_hops: int = 9, shared: bool = True) -> Plain:
    """Holdings 0 (the start) to n, of which some are goals: (n, heads, tails by hop, goals). `shared`: several tails."""
    count = draw(st.integers(2, 6))
    goals = tuple(draw(st.sets(st.integers(1, count - 1), min_size=1, max_size=2)))
    heads, tails = [], []
    for _ in range(draw(st.integers(0, most_hops))):
        heads.append(draw(st.integers(0, count - 1)))
        size = draw(st.integers(1, 2)) if shared else 1
        tails.append(tuple(sorted(draw(st.sets(st.integers(0, count - 1), min_size=size, max_size=size)))))
    return count, tuple(heads), tuple(tails), goals


def reaches(plain: Plain, hops: frozenset[int]) -> bool:
    """Whether a goal is come to from 0 by these hops alone."""
    _, heads, tails, goals = plain
    held = {0}
    while True:
        more = {heads[hop] for hop in hops if held & set(tails[hop])} - held
        if not more:
            return bool(held & set(goals))
        held |= more


def every_way(plain: Plain) -> set[frozenset[int]]:
    """Every set of hops that reaches a goal and needs each of them."""
    every = range(len(plain[1]))
    sets = [frozenset(one) for size in range(len(plain[1]) + 1) for one in combinations(every, size)]
    enough = {one for one in sets if reaches(plain, one)}
    return {one for one in enough if not any(one - {hop} in enough for hop in one)}


def every_smallest_cut(plain: Plain, costs: tuple[int, ...]) -> tuple[int | None, set[frozenset[int]]]:
    """The least cost of hops without which no goal is reached, and every set of that cost; a cost of 0 is never cut."""
    every = [hop for hop in range(len(plain[1])) if costs[hop]]
    left = frozenset(range(len(plain[1])))
    sets = [frozenset(one) for size in range(len(every) + 1) for one in combinations(every, size)]
    closing = [one for one in sets if not reaches(plain, left - one)]
    if not closing:
        return None, set()
    least = min(sum(costs[hop] for hop in one) for one in closing)
    return least, {one for one in closing if sum(costs[hop] for hop in one) == least}
