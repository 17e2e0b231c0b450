"""The detail of an item, and opening another's answer: each decided anew, by both laws."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest
from own_law_stage import CLOSING, own_pack
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, REMOVAL_OPERATIONS, WA_POLICE
from comity.demo.run import to_request
from comity.errors import NounError, WrongUseError
from comity.exchange.asking.fetch import fetch_item, open_for_another
from comity.exchange.asking.kept_outcome import get_outcome
from comity.model.codes import Status
from comity.model.disclosure import EntryKind
from comity.model.outcome import LONGEST_DEADLINE_MS, FetchRequest, Outcome
from comity.model.query import PersonSubject

ON_BOTH_ENGINES = True


def first_item(outcome: Outcome, owner: str) -> str:
    return next(
        source.answer.items[0].item_id for source in outcome.sources if source.agency == owner and source.answer
    )


def request_for(stage: Stage, outcome: Outcome, **changes: object) -> FetchRequest:
    request = FetchRequest(
        query_id=outcome.query_id,
        item_id=first_item(outcome, CA_SHERIFF),
        asker=WA_POLICE,
        member=stage.region.scene.detective_question.member,
    )
    return msgspec.structs.replace(request, **changes)


def test_a_detail_is_asked_entered_and_received(own_stage: Stage) -> None:
    """Two entries at the asker and one at the owner for one detail; the answer is verified."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    before, theirs = own_stage.size(WA_POLICE), own_stage.size(CA_SHERIFF)
    member = own_stage.member(own_stage.region.scene.detective_question.member)
    world = own_stage.federation.world_of(WA_POLICE)
    result = fetch_item(world, request_for(own_stage, outcome), member)
    assert result.verified
    assert result.status is Status.ANSWERED
    assert [facts.kind for facts in own_stage.entries(WA_POLICE, before)] == [EntryKind.ASKED, EntryKind.RECEIVED]
    assert own_stage.size(CA_SHERIFF) == theirs + 1


def test_a_detail_from_a_dead_owner_has_its_status(own_stage: Stage) -> None:
    """Unreachable: no item, the asker's log counts none."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    own_stage.federation.down.add("ca-node")
    member = own_stage.member(own_stage.region.scene.detective_question.member)
    before = own_stage.size(WA_POLICE)
    result = fetch_item(own_stage.federation.world_of(WA_POLICE), request_for(own_stage, outcome), member)
    assert result.status is Status.UNREACHABLE
    assert [facts.released for facts in own_stage.entries(WA_POLICE, before)] == [0, 0]


def test_what_our_own_law_refuses_meanwhile_is_not_fetched(own_stage: Stage) -> None:
    """The asker's law changed since the digest: the detail is refused at home and never sent."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    texts = own_stage.federation.laws.texts
    texts[WA_POLICE] = (*texts[WA_POLICE], own_pack(CLOSING))
    theirs, ours = own_stage.size(CA_SHERIFF), own_stage.size(WA_POLICE)
    member = own_stage.member(own_stage.region.scene.detective_question.member)
    result = fetch_item(own_stage.federation.world_of(WA_POLICE), request_for(own_stage, outcome), member)
    assert result.status is Status.REFUSED
    assert "wa-own/X-1" in {reason.rule for reason in result.reasons}
    assert own_stage.size(CA_SHERIFF) == theirs
    assert own_stage.size(WA_POLICE) == ours + 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"item_id": "f" * 32}, "no item"),
        ({"query_id": "f" * 32}, "ask first"),
        ({"asker": REMOVAL_OPERATIONS, "member": "removal-operations-officer"}, "ask first"),
    ],
)
def test_what_this_agency_was_not_shown_cannot_be_fetched(
    stage: Stage, changes: dict[str, object], sentence: str
) -> None:
    """An item of no answer, another question, another agency: wrong use with its remedy."""
    outcome = stage.ask(stage.region.scene.detective_question)
    member = stage.member(stage.region.scene.detective_question.member)
    with pytest.raises(WrongUseError, match=sentence):
        fetch_item(stage.federation.world_of(WA_POLICE), request_for(stage, outcome, **changes), member)


@pytest.mark.parametrize("wait_ms", [0, -1, LONGEST_DEADLINE_MS + 1])
def test_nobody_waits_longer_than_the_longest_wait(stage: Stage, wait_ms: int) -> None:
    """A fetch has the same bounds on waiting as a question."""
    with pytest.raises(NounError, match="the wait is between"):
        FetchRequest(query_id="0" * 32, item_id="0" * 32, asker=WA_POLICE, member="a", wait_ms=wait_ms)


def test_the_kept_outcome_is_what_came_back(stage: Stage) -> None:
    """The asker's node can show the outcome again, equal to the first time."""
    outcome = stage.ask(stage.region.scene.detective_question)
    assert get_outcome(stage.federation.world_of(WA_POLICE), WA_POLICE, outcome.query_id).outcome == outcome


def test_opening_for_another_asks_again_under_the_openers_own_name(own_stage: Stage) -> None:
    """A new question about the first one's name and birth date; the numbers it offered do not go over."""
    scene = own_stage.region.scene
    first = own_stage.ask(scene.investigator_question)
    officer = own_stage.member(scene.removal_question.member)
    request = msgspec.structs.replace(to_request(scene.removal_question), sources=())
    world = own_stage.federation.world_of(REMOVAL_OPERATIONS)
    opened = open_for_another(world, FEDERAL_INVESTIGATIONS, first.query_id, request, officer, lambda _: None)
    asked_first = first.request.subject
    assert isinstance(asked_first, PersonSubject)
    assert asked_first.identifiers
    assert opened.request.subject == msgspec.structs.replace(asked_first, identifiers=())
    assert opened.request.purpose is scene.removal_question.purpose
    assert {result.agency for result in opened.sources} == {result.agency for result in first.sources} - {
        REMOVAL_OPERATIONS
    }
    direct = own_stage.ask(
        dataclasses.replace(scene.removal_question, data_classes=scene.investigator_question.data_classes)
    )
    by_owner = {result.agency: result for result in direct.sources}
    for result in opened.sources:
        assert result.status is by_owner[result.agency].status
