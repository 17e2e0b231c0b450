"""One reach question over a federation: the hops it is about, the answer, and what was assumed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from comity.errors import WrongUseError
from comity.law.analyse.ground import Given, Ground
from comity.law.analyse.hops import Hop as LawHop
from comity.law.analyse.hops import decide_hop
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Wanted
from comity.law.atoms import FactValue
from comity.model.agency import Directory
from comity.oversight.reach.answer import Reached, Step, Way, reach
from comity.oversight.reach.directory_hops import broker_hops, brokers_between, pool_hops
from comity.oversight.reach.hop import By, Hop, Known, Ruling
from comity.oversight.reach.law_hops import Decider, agreement_hops, decider, never
from comity.oversight.reach.together import Followed, Together, follow_ways
from comity.oversight.reach.ways import USUAL, Limits


@dataclass(frozen=True, slots=True, eq=False)
class Federation:
    """What is known of who shares with whom: the law of owners, the directory, and hops of other kinds."""

    grounds: Mapping[str, Ground]
    directory: Directory | None = None
    other_hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ReachQuestion:
    """Whether data of `owner` can come to one of `requesters`. `given` is settled of the last question; `without` are kinds
    of hops that are left out at the asker's word; `late` says when nothing more is to be decided."""

    owner: str
    requesters: frozenset[str]
    wanted: Wanted
    given: Given
    without: frozenset[By] = frozenset()
    limits: Limits = USUAL
    late: Callable[[], bool] = never


@dataclass(frozen=True, slots=True, eq=False)
class ReachAnswer:
    """The answer. `ways` stand; `refuted` were possible hop by hop and for no record as a whole. `closing_exact` is false
    where the sets in `reached` may close more than need be, because hops of refuted ways are among them."""

    question: ReachQuestion
    reached: Reached
    ways: tuple[Followed, ...]
    refuted: int
    closing_exact: bool
    assumed: tuple[str, ...] = field(default=())

    @property
    def verdict(self) -> Verdict:
        """NONE only where nothing was left out of the search; what is not decided is to be treated as yes."""
        if any(one.verdict is Verdict.FOUND for one in self.ways):
            return Verdict.FOUND
        return Verdict.UNDECIDED if self.ways or self.reached.cut_off else Verdict.NONE


def answer_reach(federation: Federation, question: ReachQuestion) -> ReachAnswer:
    """Every way, each hop decided by law where law decides it, and what would close them.

    1 hops      agreements of the owners whose law is known; the directory; declared, listed, recorded
    2 ways      all minimal ones, as far as the limits go
    3 together  ways that no single record can go are refuted
    4 again     where some were, ways and closings of the hops of the others

    Raises WrongUseError for an owner or requester that nothing is known of.
    """
    classes = tuple(question.wanted.fields)
    judge = decider(federation.grounds, question.owner, question.requesters, question.given, question.wanted)
    judge = replace(judge, late=question.late)
    every = federation_hops(federation, judge, classes)  # 1
    hops = tuple(hop for hop in every if hop.by not in question.without)
    _check_known(hops, federation, question)
    reached = reach(hops, question.owner, question.requesters, judge.passes, question.limits)  # 2
    together = follow_ways(reached, judge)  # 3
    exact = True
    if together.refuted:
        reached, exact = _without_refuted(reached, together, judge, question)  # 4
    return ReachAnswer(
        question=question,
        reached=reached,
        ways=together.standing,
        refuted=len(together.refuted),
        closing_exact=exact,
        assumed=tuple(_assumed(federation, question, hops)),
    )


def with_law_beside(answer: ReachAnswer, judge: Callable[[Hop], Ruling | None]) -> ReachAnswer:
    """The same answer, with what law says beside every step that it does not decide."""

    def told(step: Step) -> Step:
        if step.hop.known is Known.LAW:
            return step
        return replace(step, hop=replace(step.hop, ruling=judge(step.hop)))

    ways = tuple(replace(one, way=Way(tuple(told(step) for step in one.way.steps))) for one in answer.ways)
    return replace(answer, ways=ways)


def federation_hops(federation: Federation, judge: Decider, classes: tuple[str, ...]) -> tuple[Hop, ...]:
    """Every hop of a federation: those of agreements, those the directory shows, and the others that are known."""
    asked = agreement_hops(federation.grounds, classes)
    directory = federation.directory
    shown: tuple[Hop, ...] = ()
    if directory is not None:
        nodes = {agency.id: agency.node for agency in directory.agencies}
        carried = [hop for hop in asked if _brokered(hop, judge, directory, nodes)]
        shown = (*broker_hops(directory, carried), *pool_hops(directory))
    return (*asked, *shown, *federation.other_hops)


def _brokered(hop: Hop, judge: Decider, directory: Directory, nodes: Mapping[str, str]) -> bool:
    """Whether a question to the giver may go through the broker on the way: its law may shut brokers out."""
    ground = judge.region.grounds[hop.giver]
    taker = next(one for one in ground.requesters if one.name == hop.taker)
    for broker in brokers_between(directory, nodes.get(hop.giver, ""), nodes.get(hop.taker, "")):
        facts: dict[str, FactValue] = {"query is brokered": True, "query's broker": broker}
        given = Given(facts, today=judge.given.today, any_election=judge.given.any_election)
        answer = decide_hop(judge.region, hop.giver, LawHop(hop.giver, taker, ""), given, judge.wanted)
        if answer.verdict is not Verdict.NONE:
            return True
    return False


def _check_known(hops: Iterable[Hop], federation: Federation, question: ReachQuestion) -> None:
    known = {name for hop in hops for name in (hop.giver, hop.taker)} | set(federation.grounds)
    if federation.directory is not None:
        known |= {agency.id for agency in federation.directory.agencies}
    for name in (question.owner, *sorted(question.requesters)):
        if name not in known:
            few = ", ".join(sorted(known)[:12])
            raise WrongUseError(f"nothing is known here of `{name}`; known are {few}")


def _without_refuted(
    reached: Reached, together: Together, judge: Decider, question: ReachQuestion
) -> tuple[Reached, bool]:
    """The answer over the hops of ways that stand; exact where these make no other ways. Cut off, nothing is left out."""
    if reached.cut_off:
        return reached, False
    kept = {id(step.hop) for one in together.standing for step in one.way.steps}
    hops = tuple(hop for hop in reached.laid.hops if id(hop) in kept)
    again = reach(hops, question.owner, question.requesters, judge.passes, question.limits)
    wanted = {tuple(id(step.hop) for step in one.way.steps) for one in together.standing}
    made = {tuple(id(step.hop) for step in way.steps) for way in again.ways}
    return again, wanted == made


def _assumed(federation: Federation, question: ReachQuestion, hops: tuple[Hop, ...]) -> Iterable[str]:
    """What the answer rests on beside law, in sentences."""
    day: date | None = question.given.today
    if federation.grounds:
        when = f"in force on {day}" if day else "on any day"
        yield f"law and agreements {when} of {', '.join(sorted(federation.grounds))}"
    unread = sorted(
        {hop.taker for hop in hops if hop.known is Known.LAW} - set(federation.grounds) - question.requesters
    )
    if unread:
        yield f"the law of {', '.join(unread)} was not read: what they pass on by agreements is not known here"
    for known in (Known.DECLARED, Known.LISTED, Known.RECORDED):
        count = sum(1 for hop in hops if hop.known is known)
        if count:
            yield f"{count} hop{'s' if count > 1 else ''} {known}, not decided by law"
    if question.without:
        yield f"left out at your word: {', '.join(sorted(question.without))}"
    yield "what nobody declared is not here"
