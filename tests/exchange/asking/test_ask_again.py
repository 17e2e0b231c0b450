"""A question put again to an owner that could not be reached: one disclosure, one look, a number of its own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, IL_POLICE, NY_DMV, WA_POLICE
from comity.demo.run import to_request
from comity.errors import WrongUseError
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.ask_again import AGAIN_WAIT_MS, ask_again
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.asking.looked_up import DAY_MS, LOOKED_BACK_MS
from comity.exchange.asking.my_questions import my_questions
from comity.exchange.asking.open_questions import ask_open_questions
from comity.model.approval import LookUp
from comity.model.codes import Status
from comity.model.disclosure import EntryKind
from comity.model.outcome import LONGEST_DEADLINE_MS, Outcome
from comity.ports import World

NUMBER = f"{1_795_953_600_000:012x}" + "cd" * 10
MINUTE_MS = 60_000


def asker(stage: Stage) -> World:
    return stage.federation.world_of(WA_POLICE)


def unreached(stage: Stage, *down: str) -> Outcome:
    """The detective's question of three owners, while these nodes are down."""
    stage.federation.down.update(down)
    request = replace(
        to_request(stage.region.scene.detective_question),
        sources=(CA_SHERIFF, IL_POLICE, NY_DMV),
        wait_ms=LONGEST_DEADLINE_MS,
    )
    outcome = ask_query(asker(stage), request, stage.member("wa-police-detective"))
    stage.federation.down.clear()
    stage.federation.advance(MINUTE_MS)
    return outcome


def again(stage: Stage, outcome: Outcome, owner: str = CA_SHERIFF, **more: str) -> Outcome:
    return ask_again(asker(stage), stage.member("wa-police-detective"), outcome.query_id, owner, **more)


def looks(stage: Stage) -> tuple[LookUp, ...]:
    world = asker(stage)
    since_ms = world.clock.now_ms() - LOOKED_BACK_MS
    return world.journal.look_ups.of(WA_POLICE, "wa-police-detective", since_ms, 10)


def test_the_owner_alone_is_asked_the_same_under_a_number_of_its_own(own_stage: Stage) -> None:
    """Subject, purpose, case and papers are those of the first; nobody else is asked, and the first stays as it was."""
    first = unreached(own_stage, "ca-node")
    others = [own_stage.size(one) for one in (IL_POLICE, NY_DMV)]
    second = again(own_stage, first, anew=NUMBER)
    assert second.query_id == NUMBER
    assert [(one.agency, one.status) for one in second.sources] == [(CA_SHERIFF, Status.ANSWERED)]
    assert second.request == replace(first.request, sources=(CA_SHERIFF,), wait_ms=AGAIN_WAIT_MS)
    assert [own_stage.size(one) for one in (IL_POLICE, NY_DMV)] == others
    assert get_outcome(asker(own_stage), WA_POLICE, first.query_id).outcome == first


def test_the_owner_answers_once_and_the_first_question_asks_it_no_more(own_stage: Stage) -> None:
    """The round that asks open questions goes to the other owner that was away, and not to this one a second time."""
    first = unreached(own_stage, "ca-node", "il-node")
    again(own_stage, first)
    before = own_stage.size(CA_SHERIFF)
    own_stage.federation.advance(MINUTE_MS)
    assert ask_open_questions(asker(own_stage)) == 1
    assert own_stage.size(CA_SHERIFF) == before
    late = get_outcome(asker(own_stage), WA_POLICE, first.query_id).late
    assert late == (IL_POLICE,)


def test_with_nobody_else_left_the_first_question_is_closed(own_stage: Stage) -> None:
    """Nothing of it is asked on."""
    again(own_stage, unreached(own_stage, "ca-node"))
    own_stage.federation.advance(MINUTE_MS)
    assert asker(own_stage).journal.open_questions(asker(own_stage).clock.now_ms(), 10) == ()


def test_both_are_one_look(own_stage: Stage) -> None:
    """Hours later it still counts as the first one, and each is listed with the time it was put."""
    first = unreached(own_stage, "ca-node")
    own_stage.federation.advance(5 * 60 * MINUTE_MS)
    second = again(own_stage, first)
    assert len({(one.at_ms, one.case) for one in looks(own_stage)}) == 1
    assert {one.query_id for one in looks(own_stage)} == {first.query_id, second.query_id}
    lines = my_questions(asker(own_stage), own_stage.member("wa-police-detective"))
    assert [one.at_ms for one in lines] == [second.asked_ms, first.asked_ms]


def test_one_that_fails_again_may_be_put_again(own_stage: Stage) -> None:
    """The second is a question like any: it stays open, and is the first of a third."""
    first = unreached(own_stage, "ca-node")
    own_stage.federation.down.add("ca-node")
    second = again(own_stage, first)
    assert second.sources[0].status is Status.UNREACHABLE
    own_stage.federation.down.clear()
    assert again(own_stage, second).sources[0].status is Status.ANSWERED
    assert len({one.at_ms for one in looks(own_stage)}) == 1


def test_what_was_reached_is_old_or_is_anothers_is_not_put_again(own_stage: Stage) -> None:
    """Each with its sentence, and nothing is entered."""
    first = unreached(own_stage, "ca-node")
    world, before = asker(own_stage), asker(own_stage).journal.size()
    for owner in (IL_POLICE, "nobody"):
        with pytest.raises(WrongUseError, match="could not reach"):
            again(own_stage, first, owner)
    with pytest.raises(WrongUseError, match="ask again what you asked"):
        ask_again(world, own_stage.member("wa-police-sergeant"), first.query_id, CA_SHERIFF)
    with pytest.raises(WrongUseError, match="no answer to a question"):
        ask_again(world, own_stage.member("wa-police-detective"), "0" * 32, CA_SHERIFF)
    own_stage.federation.advance(DAY_MS)
    with pytest.raises(WrongUseError, match="older than a day"):
        again(own_stage, first)
    assert EntryKind.ASKED not in [one.kind for one in own_stage.entries(WA_POLICE, before)]
