"""Ways held to what one record can do: hops that are each possible need not be possible one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.law.analyse.hops import Hop as LawHop
from comity.law.analyse.hops import Step as LawStep
from comity.law.analyse.hops import follow_hops, of_record
from comity.law.analyse.logic import Verdict
from comity.oversight.reach.answer import Reached, Way
from comity.oversight.reach.hop import Known
from comity.oversight.reach.law_hops import Decider
from comity.oversight.reach.lay import Passing

MOST_FOLLOWED = 25  # ways; each takes the solver up to a few seconds, and a person reads fewer


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """A way that was followed. `verdict` FOUND: `questions` go all the way with `field`; UNDECIDED: treat it as a way."""

    way: Way
    verdict: Verdict
    field: str = ""
    questions: tuple[LawStep, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """The ways that stand, and those that no field of any record can go. `unfollowed` were not looked at, and stand."""

    standing: tuple[Followed, ...]
    refuted: tuple[Way, ...]
    unfollowed: int


def follow_ways(reached: Reached, decider: Decider) -> Together:
    """Follow the first ways of an answer, the shortest first, along every stretch that law decides."""
    standing, refuted = [], []
    for place, way in enumerate(reached.ways):
        if place >= MOST_FOLLOWED or decider.late():
            standing.append(Followed(way, Verdict.UNDECIDED))
            continue
        followed = _follow(way, decider)
        if followed.verdict is Verdict.NONE:
            refuted.append(way)
        else:
            standing.append(followed)
    return Together(tuple(standing), tuple(refuted), max(0, len(reached.ways) - MOST_FOLLOWED))


def _follow(way: Way, decider: Decider) -> Followed:
    found = Followed(way, Verdict.FOUND)
    for stretch, last in _stretches(way, decider):
        given = decider.given if last else of_record(decider.given)
        verdict, steps, field = follow_hops(decider.region, stretch, given, decider.wanted)
        if verdict is Verdict.NONE:
            return Followed(way, Verdict.NONE)
        worse = Verdict.UNDECIDED in (verdict, found.verdict)
        found = Followed(way, Verdict.UNDECIDED if worse else Verdict.FOUND, field, (*found.questions, *steps))
    return found


def _stretches(way: Way, decider: Decider) -> Iterator[tuple[tuple[LawHop, ...], bool]]:
    """Each run of hops that law decides, with whether it ends the way; a hop behind another kind begins anew."""
    run: list[LawHop] = []
    for place, step in enumerate(way.steps):
        if step.hop.known is Known.LAW:
            hop = decider.law_hop(Passing(run[-1].giver if run else "", step.hop))
            assert hop is not None, "a hop that law decided has a taker its giver's law knows"
            run.append(hop)
        if run and (step.hop.known is not Known.LAW or place == len(way.steps) - 1):
            yield tuple(run), step.hop.known is Known.LAW
            run = []
