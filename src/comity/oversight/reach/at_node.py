"""One reach question about the member's own agency, over what its node knows: law, directory, people, what was told.

1 who        somebody of the agency's desk, or an auditor
2 known      the law of the owners here, of other parties as far as agreements say; without what is thought away
3 answered   within ten seconds; what is not decided by then is told as a way
4 told       in parts
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from msgspec.structs import replace as changed

from comity.errors import WrongUseError
from comity.exchange.desk.disclosures import list_disclosures
from comity.exchange.owners import owner_day, owner_here
from comity.law.analyse.example_said import said_facts
from comity.law.analyse.ground import Given
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Wanted, fields_named
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Member
from comity.model.codes import Purpose
from comity.model.law_text import LawKind
from comity.model.reach_told import (
    NO_WAY,
    NOT_DECIDED,
    YES,
    ReachAsked,
    ReachClosing,
    ReachExample,
    ReachTold,
    ReachWay,
)
from comity.oversight.reach.answer import Closing
from comity.oversight.reach.foreseen import grounds_here
from comity.oversight.reach.hop import Known
from comity.oversight.reach.open_now import Present, present
from comity.oversight.reach.outside_hops import ToldTo, acting_hops, told_hops
from comity.oversight.reach.question import Federation, ReachAnswer, ReachQuestion, answer_reach
from comity.oversight.reach.say import step_value
from comity.oversight.reach.ways import Limits
from comity.ports import World

LONGEST_MS = 10_000  # what somebody waits at a page; one decision that was begun is ended all the same
MOST_WAYS = 25  # as many as are followed as a whole; a person reads fewer
OUTCOME = {Verdict.NONE: NO_WAY, Verdict.FOUND: YES, Verdict.UNDECIDED: NOT_DECIDED}


def reach_here(world: World, members: tuple[Member, ...], member: Member, asked: ReachAsked) -> ReachTold:
    """Answer it. Raises WrongUseError for who may not ask, and for an agency, class, label or purpose that is none."""
    begun_ms = world.clock.now_ms()
    owner = owner_here(world, member.agency)
    told = tuple(_told(world, member))  # 1
    seen = _without(present(world, members), frozenset(asked.without))  # 2
    wanted = Wanted(_fields(asked), held=True)
    day = owner_day(owner, begun_ms)
    hops = (*acting_hops(members), *told_hops(told, frozenset(wanted.fields)))
    question = ReachQuestion(
        owner=owner.id,
        requesters=frozenset(asked.requesters),
        wanted=wanted,
        given=Given({"query's purpose": asked.purpose} if asked.purpose else {}, today=day),
        limits=Limits(ways=MOST_WAYS),
        late=lambda: world.clock.now_ms() - begun_ms > LONGEST_MS,
    )
    federation = Federation(grounds_here(seen.directory, seen.laws, day), seen.directory, hops)
    return _said(answer_reach(federation, question), asked)  # 3, 4


def _told(world: World, member: Member) -> Iterator[ToldTo]:
    for entry in list_disclosures(world, member):
        one = entry.disclosed
        if one is not None:
            takers = dict.fromkeys(name for name in (one.told.recipient, one.told.beneficiary) if name)
            yield from ((one.owner, taker, one.data_class, str(one.told.channel)) for taker in takers)


def _without(seen: Present, agreements: frozenset[str]) -> Present:
    """The same without some agreements, at every owner that has them. Raises WrongUseError for one that nobody here has."""
    if not agreements:
        return seen
    known = {one.name for law in seen.laws.values() for one in law.texts if one.kind is LawKind.AGREEMENT}
    if not agreements <= known:
        raise WrongUseError(
            f"`{min(agreements - known)[:40]}` is no agreement in force here; think away one that is, or none"
        )
    laws = {
        owner: changed(
            law,
            texts=tuple(
                one for one in law.texts if one.kind is not LawKind.AGREEMENT or one.name not in agreements
            ),
        )
        for owner, law in seen.laws.items()
    }
    return replace(seen, laws=laws)


def _fields(asked: ReachAsked) -> dict[str, tuple[str, ...]]:
    vocabulary = load_vocabulary()
    if asked.data_class and asked.data_class not in vocabulary.classes:
        raise WrongUseError(
            f"`{asked.data_class[:40]}` is no data class; use one of {', '.join(vocabulary.classes)}"
        )
    if asked.purpose and asked.purpose not in {one.value for one in Purpose}:
        raise WrongUseError(f"`{asked.purpose[:40]}` is no purpose; use a word of the vocabulary")
    found = fields_named(vocabulary, (asked.data_class,) if asked.data_class else (), (), asked.label)
    if not found:
        raise WrongUseError("no class asked for has such a field; leave the class or the label out")
    return found


def _said(answer: ReachAnswer, asked: ReachAsked) -> ReachTold:
    reached = answer.reached
    return ReachTold(
        owner=reached.owner,
        asked=asked,
        outcome=OUTCOME[answer.verdict],
        ways=tuple(
            ReachWay(steps=tuple(map(step_value, one.way.steps)), sure=one.verdict is Verdict.FOUND)
            for one in answer.ways
        ),
        more=reached.cut_off,
        refuted=answer.refuted,
        past=len(reached.past),
        closings=tuple(_closing(one, reached.owner) for one in reached.closings) if answer.ways else (),
        exact=answer.closing_exact,
        assumed=answer.assumed,
        example=_example(answer),
    )


def _closing(one: Closing, owner: str) -> ReachClosing:
    by_law = all(hop.known is Known.LAW for hop in one.hops)
    names = dict.fromkeys(name for hop in one.hops for name in hop.agreements) if by_law else ()
    return ReachClosing(ends=one.ends, agreements=tuple(names), alone={hop.giver for hop in one.hops} == {owner})


def _example(answer: ReachAnswer) -> ReachExample | None:
    """The last question of the first way that law decided."""
    first = next((one for one in answer.ways if one.questions), None)
    if first is None:
        return None
    example = first.questions[-1].example
    return ReachExample(requester=example.requester.name, data_class=example.data_class, facts=said_facts(example))
