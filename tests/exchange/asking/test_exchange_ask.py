"""Asking: who may ask, what our own law refuses, what is recorded before anything leaves."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from own_law_stage import CLOSING, own_pack
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, IL_POLICE, NY_DMV, WA_POLICE
from comity.demo.run import to_request
from comity.errors import KeyUnavailableError, LawUnavailableError, WrongUseError
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.asker import check_asking
from comity.model.agency import DatedOri, Member
from comity.model.codes import Status
from comity.model.disclosure import EntryKind
from comity.model.law_text import LawKind
from comity.model.outcome import AskRequest
from comity.model.query import PersonSubject

ON_BOTH_ENGINES = True


def request_of(stage: Stage, **changes: object) -> AskRequest:
    return msgspec.structs.replace(to_request(stage.region.scene.detective_question), **changes)


def detective(stage: Stage, **changes: object) -> Member:
    return msgspec.structs.replace(stage.member(stage.region.scene.detective_question.member), **changes)


@pytest.mark.parametrize(
    ("request_changes", "member_changes", "sentence"),
    [
        ({"asker": "nobody-police"}, {}, "does not ask from this node"),
        ({"asker": CA_SHERIFF}, {}, "does not ask from this node"),
        ({"member": "wa-police-chief"}, {}, "not a member of `wa-police`"),
        ({}, {"agency": "il-police"}, "not a member of `wa-police`"),
        ({}, {"trained_until": date(2026, 11, 17)}, "training"),
        ({"beneficiary": "nobody-police"}, {}, "`nobody-police` is not in the directory"),
        ({"sources": ("nobody-police",)}, {}, "`nobody-police` is not in the directory"),
    ],
)
def test_a_request_that_names_the_wrong_party_never_leaves(
    stage: Stage, request_changes: dict[str, object], member_changes: dict[str, object], sentence: str
) -> None:
    """Wrong use, told in one sentence, before any entry or message."""
    before = stage.size(WA_POLICE)
    world = stage.federation.world_of(WA_POLICE)
    with pytest.raises(WrongUseError, match=sentence):
        ask_query(world, request_of(stage, **request_changes), detective(stage, **member_changes))
    assert stage.size(WA_POLICE) == before


@pytest.mark.parametrize("born", ["2087-02-11", "2087-02", "2087", "2026-12", "2026-11-19"])
def test_nobody_is_asked_about_who_is_not_born_yet(stage: Stage, born: str) -> None:
    """A slip of typing is told before any entry or message, without the date; of a partial date the first day counts."""
    before = stage.size(WA_POLICE)
    world = stage.federation.world_of(WA_POLICE)
    with pytest.raises(WrongUseError, match="the birth date is in the future; correct it") as told:
        ask_query(world, request_of(stage, subject=_cahoon(born)), detective(stage))
    assert born not in str(told.value)
    assert stage.size(WA_POLICE) == before


@pytest.mark.parametrize("born", ["", "2026", "2026-11", "2026-11-18"])
def test_whoever_may_be_born_today_is_asked_about(stage: Stage, born: str) -> None:
    """The day itself, and a month or year that is not over."""
    checked = check_asking(
        stage.federation.world_of(WA_POLICE),
        request_of(stage, subject=_cahoon(born)),
        detective(stage),
        stage.federation.world_of(WA_POLICE).clock.now_ms(),
    )
    assert checked.request.subject == _cahoon(born)


def _cahoon(born: str) -> PersonSubject:
    return PersonSubject(family="Cahoon", given="Thomas", birth_date=born)


def test_an_asker_without_an_ori_today_cannot_ask(own_stage: Stage) -> None:
    """An agency whose last ORI ended asks under none."""
    directory = own_stage.federation.directory
    ended = DatedOri(ori="WA0179900", first=date(1990, 1, 1), last=date(2026, 11, 17))
    own_stage.federation.directory = msgspec.structs.replace(
        directory,
        agencies=tuple(
            msgspec.structs.replace(agency, oris=(ended,)) if agency.id == WA_POLICE else agency
            for agency in directory.agencies
        ),
    )
    with pytest.raises(WrongUseError, match="no ORI in use"):
        own_stage.ask(own_stage.region.scene.detective_question)


def test_without_named_sources_those_an_agreement_opens_are_asked(own_stage: Stage) -> None:
    """Every owner that gives the asker something today, and the asker itself; each one status."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question, sources=())
    assert {result.agency for result in outcome.sources} >= {WA_POLICE, CA_SHERIFF, IL_POLICE, NY_DMV}


def test_an_asker_without_agreement_or_policy_has_nobody_to_ask(own_stage: Stage) -> None:
    """Nobody to ask is wrong use with its remedy, not an empty answer."""
    laws = own_stage.federation.laws
    laws.texts[WA_POLICE] = tuple(text for text in laws.texts[WA_POLICE] if text.kind is LawKind.PACK)
    with pytest.raises(WrongUseError, match="activate one first"):
        own_stage.ask(own_stage.region.scene.detective_question, sources=())


def test_what_our_own_law_refuses_is_not_sent(own_stage: Stage) -> None:
    """Refused at home: the owner's log has no entry, the asker's says that nothing was sent to it."""
    question = own_stage.region.scene.detective_question
    own_stage.federation.laws.texts[WA_POLICE] = (
        *own_stage.federation.laws.texts[WA_POLICE],
        own_pack(CLOSING),
    )
    before = {owner: own_stage.size(owner) for owner in question.owners if owner != WA_POLICE}
    outcome = own_stage.ask(question)
    assert {result.status for result in outcome.sources} == {Status.REFUSED}
    assert all("wa-own/X-1" in {reason.rule for reason in result.reasons} for result in outcome.sources)
    assert all(result.receipt is None and not result.verified for result in outcome.sources)
    assert before == {owner: own_stage.size(owner) for owner in before}
    assert [facts.kind for facts in own_stage.entries(WA_POLICE)] == [EntryKind.ASKED, EntryKind.RECEIVED]


def test_that_we_ask_is_entered_before_anything_leaves(own_stage: Stage) -> None:
    """When the log cannot be written no owner hears of the question."""
    question = own_stage.region.scene.detective_question
    own_stage.federation.keys["wa-node"].lost = True
    with pytest.raises(KeyUnavailableError):
        own_stage.ask(question)
    assert all(own_stage.size(owner) == 0 for owner in question.owners)


def test_without_our_own_law_nothing_leaves(own_stage: Stage) -> None:
    """An asker whose law is unavailable does not ask."""
    own_stage.federation.laws.lost = True
    with pytest.raises(LawUnavailableError):
        own_stage.ask(own_stage.region.scene.detective_question)
    assert own_stage.size(WA_POLICE) == 0


def test_the_outcome_is_in_the_order_asked_and_takes_the_time_it_took(stage: Stage) -> None:
    """Sources as named; the outcome's own time is the start of the question."""
    owners = (NY_DMV, CA_SHERIFF)
    outcome = stage.ask(stage.region.scene.detective_question, sources=owners)
    assert tuple(result.agency for result in outcome.sources) == owners
    assert outcome.took_ms == 0
    assert outcome.asked_ms == stage.federation.world_of(WA_POLICE).clock.now_ms()
