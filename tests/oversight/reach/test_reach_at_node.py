"""One reach question at the node of its owner: who may ask, what is thought away, and what was not decided in time."""

from __future__ import annotations

from datetime import date

import pytest
from reach_stage import DAY, grounds
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, REMOVAL_OPERATIONS, WA_POLICE
from comity.errors import NounError, WrongUseError
from comity.law.analyse.ground import Given
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Wanted, fields_named
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Member
from comity.model.reach_told import MOST_CLOSED, NO_WAY, YES, ReachAsked, ReachTold
from comity.oversight.reach.at_node import reach_here
from comity.oversight.reach.question import Federation, ReachQuestion, answer_reach


def somebody(role: str, agency: str = CA_SHERIFF) -> Member:
    return Member(id=f"{agency}-x", name="X", agency=agency, roles=(role,), trained_until=date(2030, 1, 1))


def ask(stage: Stage, asked: ReachAsked, role: str = "auditor") -> ReachTold:
    return reach_here(stage.federation.world_of(CA_SHERIFF), (), somebody(role), asked)


def test_h9_the_ways_are_told_in_parts_with_what_closes_them(own_stage: Stage) -> None:
    """H9: each step with giver, taker, door and authority; what would close them, by agreements where these suffice."""
    told = ask(own_stage, ReachAsked(requesters=(REMOVAL_OPERATIONS,), data_class="booking"))
    assert told.outcome == YES
    assert told.ways[0].sure
    (step,) = told.ways[0].steps
    assert (step.giver, step.taker, step.door) == (CA_SHERIFF, REMOVAL_OPERATIONS, "front door")
    assert told.example is not None
    assert told.example.facts
    closing = next(one for one in told.closings if one.agreements)
    assert closing.alone
    without = ask(
        own_stage,
        ReachAsked(requesters=(REMOVAL_OPERATIONS,), data_class="booking", without=closing.agreements),
    )
    assert (without.outcome, without.ways, without.closings) == (NO_WAY, (), ())


def test_the_desk_and_auditors_ask_and_nobody_else(own_stage: Stage) -> None:
    """A detective is refused, and words that are none."""
    to = (WA_POLICE,)
    with pytest.raises(WrongUseError, match="needs"):
        ask(own_stage, ReachAsked(requesters=to), role="member")
    with pytest.raises(WrongUseError, match="no data class"):
        ask(own_stage, ReachAsked(requesters=to, data_class="gossip"))
    with pytest.raises(WrongUseError, match="no purpose"):
        ask(own_stage, ReachAsked(requesters=to, purpose="curiosity"))
    with pytest.raises(WrongUseError, match="such a field"):
        ask(own_stage, ReachAsked(requesters=to, data_class="case", label="gossip"))
    with pytest.raises(NounError, match="to whom"):
        ReachAsked(requesters=())
    with pytest.raises(NounError, match="thought away"):
        ReachAsked(requesters=to, without=("A-1",) * (MOST_CLOSED + 1))


def test_what_was_not_decided_in_time_counts_as_a_way() -> None:
    """Too late for the first hop, nothing is decided, and nothing is told as closed."""
    wanted = Wanted(fields_named(load_vocabulary(), ("booking",), (), ""), held=True)
    question = ReachQuestion(
        CA_SHERIFF, frozenset({REMOVAL_OPERATIONS}), wanted, Given(today=DAY), late=lambda: True
    )
    answer = answer_reach(Federation(grounds()), question)
    assert answer.verdict is Verdict.UNDECIDED
    assert all(one.verdict is Verdict.UNDECIDED for one in answer.ways)
