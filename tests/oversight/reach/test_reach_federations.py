"""Reach over small random federations, against a closure of holdings for every set of hops, written apart from it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.oversight.reach.answer import reach
from comity.oversight.reach.hop import By, Hop, Known
from comity.oversight.reach.lay import Passing
from comity.oversight.reach.opened import opened_by
from comity.oversight.reach.ways import Limits

AGENCIES = ("alder", "birch", "cedar", "dogwood", "elm")
EVERY = Limits(ways=10_000, hops=100)


@dataclass(frozen=True)
class Drawn:
    """Hops, the owner, the requesters, and what law does not let pass: (had from, giver, taker)."""

    hops: tuple[Hop, ...]
    owner: str
    requesters: frozenset[str]
    barred: frozenset[tuple[str, str, str]]

    def passes(self, passing: Passing) -> bool:
        return (passing.had_from, passing.hop.giver, passing.hop.taker) not in self.barred

    def comes(self, chosen: frozenset[int]) -> set[str]:
        """Whom the data comes to by the chosen hops: a closure over (who, from whom by law, whether it ends there)."""
        held = {(self.owner, "", False)}
        while True:
            more = set()
            for who, had_from, ended in held:
                if ended or (who in self.requesters and who != self.owner):
                    continue
                for number in chosen:
                    hop = self.hops[number]
                    law = hop.known is Known.LAW
                    if hop.giver != who or hop.taker == self.owner:
                        continue
                    if law and (had_from, hop.giver, hop.taker) in self.barred:
                        continue
                    more.add((hop.taker, hop.giver if law else "", hop.ends))
            if more <= held:
                return {who for who, _, _ in held}
            held |= more


KINDS = {Known.LAW: By.AGREEMENT, Known.LISTED: By.LIST, Known.DECLARED: By.SYSTEM}


@st.composite
def federations(draw: st.DrawFn) -> Drawn:
    """Agreements that law decides, lines of lists and declared systems, mixed; law often treats several givers alike."""
    names = AGENCIES[: draw(st.integers(2, 5))]
    hops = []
    for number in range(draw(st.integers(0, 8))):
        giver, taker = draw(st.permutations(names))[:2]
        known = draw(st.sampled_from(tuple(KINDS)))
        past = known is Known.DECLARED and draw(st.integers(0, 3)) == 0
        hops.append(
            Hop(
                giver=giver,
                taker=taker,
                by=KINDS[known],
                known=known,
                authority=f"paper {number}",
                closing=() if past else tuple(f"{number}/{one}" for one in range(draw(st.integers(1, 2)))),
                ends=known is not Known.LAW and draw(st.booleans()),
                past=past,
            )
        )
    places = st.tuples(st.sampled_from(("", *names)), st.sampled_from(names), st.sampled_from(names))
    barred = draw(st.frozensets(places, max_size=12))
    if draw(st.booleans()):  # no giver's law is told from another's
        barred = frozenset((had_from, giver, taker) for _, giver, taker in barred for had_from in names)
    requesters = frozenset(draw(st.sets(st.sampled_from(names[1:]), min_size=1, max_size=2)))
    return Drawn(tuple(hops), names[0], requesters, barred)


def sets_of(drawn: Drawn) -> list[frozenset[int]]:
    every = range(len(drawn.hops))
    return [frozenset(one) for size in range(len(drawn.hops) + 1) for one in combinations(every, size)]


def numbers(drawn: Drawn, hops: tuple[Hop, ...]) -> frozenset[int]:
    return frozenset(next(at for at, one in enumerate(drawn.hops) if one is hop) for hop in hops)


@settings(max_examples=300)
@given(federations())
def test_ways_are_those_of_trying_every_set_of_hops(drawn: Drawn) -> None:
    """Every way by which the data comes is found, law and doors and ends included; leave out a hop, and it does not come."""
    reaching = {one for one in sets_of(drawn) if drawn.comes(one) & drawn.requesters}
    minimal = {one for one in reaching if not any(one - {hop} in reaching for hop in one)}
    found = reach(drawn.hops, drawn.owner, drawn.requesters, drawn.passes, EVERY)
    assert found.cut_off == ""
    assert {numbers(drawn, tuple(step.hop for step in way.steps)) for way in found.ways} == minimal


@settings(max_examples=300)
@given(federations())
def test_closings_are_those_of_trying_every_set_of_hops(drawn: Drawn) -> None:
    """The smallest sets of hops that close every way but what is past are found, at what must end for them."""
    standing = frozenset(at for at, hop in enumerate(drawn.hops) if not hop.past)
    closing = [
        one for one in sets_of(drawn) if one <= standing and not drawn.comes(standing - one) & drawn.requesters
    ]
    cost = min(sum(len(drawn.hops[hop].closing) for hop in one) for one in closing)
    smallest = {one for one in closing if sum(len(drawn.hops[hop].closing) for hop in one) == cost}
    found = reach(drawn.hops, drawn.owner, drawn.requesters, drawn.passes, EVERY)
    assert found.cost == cost
    told = {numbers(drawn, one.hops) for one in found.closings}
    assert told <= smallest
    assert told == smallest - {frozenset()} or found.more_closings


@settings(max_examples=200)
@given(federations())
def test_what_the_owner_can_do_alone_closes_everything(drawn: Drawn) -> None:
    """Without the hops it is told of no standing way is left, and they are all its own."""
    found = reach(drawn.hops, drawn.owner, drawn.requesters, drawn.passes, EVERY)
    if found.cost:
        assert found.own is not None
        assert {hop.giver for hop in found.own.hops} == {drawn.owner}
        standing = frozenset(at for at, hop in enumerate(drawn.hops) if not hop.past)
        assert not drawn.comes(standing - numbers(drawn, found.own.hops)) & drawn.requesters


@settings(max_examples=200)
@given(federations(), st.data())
def test_what_a_new_hop_opens_is_what_only_ways_with_it_reach(drawn: Drawn, data: st.DataObject) -> None:
    """Everybody who is come to with the new hop and not without is named, with a way over it that is one."""
    if not drawn.hops:
        return
    new = drawn.hops[data.draw(st.integers(0, len(drawn.hops) - 1))]
    anybody = Drawn(drawn.hops, drawn.owner, frozenset(), drawn.barred)
    every = frozenset(range(len(drawn.hops)))
    before = anybody.comes(every - numbers(drawn, (new,)))
    found = opened_by(drawn.hops, drawn.owner, drawn.passes, lambda hop: hop is new)
    assert anybody.comes(every) - before <= set(found)
    for taker, steps in found.items():
        assert any(hop is new for hop in steps)
        assert taker in anybody.comes(numbers(drawn, steps))
        assert (steps[0].giver, steps[-1].taker) == (drawn.owner, taker)


@settings(max_examples=200)
@given(federations())
def test_whoever_comes_to_hold_the_data_is_named(drawn: Drawn) -> None:
    """The holders are those that a closure over all hops comes to, whatever holdings were made one."""
    found = reach(drawn.hops, drawn.owner, drawn.requesters, drawn.passes, EVERY)
    assert {drawn.owner, *found.holders} == drawn.comes(frozenset(range(len(drawn.hops))))


def test_what_may_be_done_alike_is_one_holding_and_what_may_not_is_two() -> None:
    """Data from two givers lies in one holding where the same may be done with both, and in two where law tells them apart."""
    pairs = [
        ("alder", "birch"),
        ("alder", "cedar"),
        ("birch", "dogwood"),
        ("cedar", "dogwood"),
        ("dogwood", "elm"),
    ]
    hops = tuple(
        Hop(giver, taker, By.AGREEMENT, Known.LAW, f"{giver} to {taker}", closing=("it",))
        for giver, taker in pairs
    )

    def holdings(barred: frozenset[tuple[str, str, str]]) -> list[str]:
        drawn = Drawn(hops, "alder", frozenset({"elm"}), barred)
        found = reach(hops, "alder", frozenset({"elm"}), drawn.passes, EVERY)
        assert len(found.ways) == 2 - len(barred)
        return sorted(found.laid.agencies)

    assert holdings(frozenset()) == ["alder", "birch", "cedar", "dogwood", "elm"]
    apart = frozenset({("cedar", "dogwood", "elm")})
    assert holdings(apart) == ["alder", "birch", "cedar", "dogwood", "dogwood", "elm"]
