"""The harms that begin with a question, each as the whole property that would have prevented it (reference/harms.md)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, NY_DMV, REMOVAL_OPERATIONS, WA_POLICE
from comity.demo.run import to_request
from comity.demo.scene import SceneQuestion
from comity.errors import NounError, WrongUseError
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.fetch import open_for_another
from comity.exchange.messages.wire import Turned
from comity.ledger.entry import PURPOSE_NUMBERS
from comity.model.canon import from_canonical
from comity.model.codes import Purpose, Status, Step
from comity.model.disclosure import Disclosure, EntryKind

CATCH_ALL = re.compile(
    r"other|misc|general|various|any|unknown|unspecified|official|law-enforcement$|admin|test|none|n-?a$"
)


def two_subjects(query: dict[str, Any]) -> None:
    query["subject"] = [query["subject"], query["subject"]]


def pasted_list(query: dict[str, Any]) -> None:
    query["subject"]["family"] = "Cahoon\nOrtiz\nNguyen"


def bare_wildcard(query: dict[str, Any]) -> None:
    query["subject"]["family"] = "*"


@pytest.mark.parametrize("edit", [two_subjects, pasted_list, bare_wildcard])
def test_h6_more_than_one_subject_in_a_message_is_turned_away_and_entered(
    stage: Stage, edit: Callable[[dict[str, Any]], None]
) -> None:
    """H6: two subjects, a list or a wildcard alone get one sentence back, one entry and no answer, whoever signed them.

    A script that asks one by one is refused and alerted at the asker (asking/test_asking_before.py).
    """
    raw = stage.seal(stage.query(stage.region.scene.detective_question, CA_SHERIFF))
    before = stage.size(CA_SHERIFF)
    body = stage.deliver(CA_SHERIFF, stage.reseal(raw, lambda message: edit(message["body"]["query"])))
    assert isinstance(body, Turned)
    assert [one.kind for one in stage.entries(CA_SHERIFF, before)] == [EntryKind.REJECTED]


def test_h8_for_whom_is_a_party_whose_own_rights_count(stage: Stage) -> None:
    """H8: who it is for is an agency of the directory; for one with fewer rights fewer records leave, never more."""
    question = stage.region.scene.detective_question
    for owner in (CA_SHERIFF, NY_DMV):
        alone = stage.answer(stage.query(question, owner))
        serving = stage.answer(stage.query(question, owner, beneficiary=REMOVAL_OPERATIONS))
        assert len(serving.items) < len(alone.items)
    with pytest.raises(WrongUseError, match="not in the directory"):
        stage.ask(question, beneficiary="a-friend")
    with pytest.raises(NounError, match="is not an id"):
        stage.ask(question, beneficiary="")


def test_h13_an_answer_serves_its_own_purpose_and_reuse_is_a_new_request(own_stage: Stage) -> None:
    """H13: an item opens for no other purpose; who wants it for another asks each owner anew, who decides and enters it."""
    question = own_stage.region.scene.detective_question
    query = own_stage.query(question, CA_SHERIFF)
    item = own_stage.answer(query).items[0]
    detail = msgspec.structs.replace(query, step=Step.DETAIL, item_id=item.item_id, pair="c" * 64)
    for number, purpose in enumerate(one for one in Purpose if one is not query.purpose):
        answer = own_stage.answer(msgspec.structs.replace(detail, purpose=purpose, pair=f"{number:064x}"))
        assert (answer.status, answer.items) == (Status.REFUSED, ())
    asked = own_stage.ask(own_stage.region.scene.investigator_question)
    before = own_stage.size(CA_SHERIFF)
    removal = own_stage.region.scene.removal_question
    world = own_stage.federation.world_of(FEDERAL_INVESTIGATIONS)
    again = open_for_another(
        world,
        FEDERAL_INVESTIGATIONS,
        asked.query_id,
        to_request(removal),
        own_stage.member(removal.member),
        lambda _: None,
    )
    assert again.query_id != asked.query_id
    assert again.request.purpose is Purpose.CIVIL_IMMIGRATION
    if CA_SHERIFF in {one.agency for one in again.sources}:
        entered = own_stage.entries(CA_SHERIFF, before)
        assert [(one.kind, one.purpose) for one in entered] == [(EntryKind.ANSWERED, Purpose.CIVIL_IMMIGRATION)]


@pytest.mark.parametrize("purpose", list(Purpose))
def test_h15_no_purpose_is_a_catch_all(purpose: Purpose) -> None:
    """H15: each purpose says what is done; none of them fits everything, and each has a number of its own in the log."""
    assert not CATCH_ALL.search(purpose)
    assert len(set(PURPOSE_NUMBERS.values())) == len(PURPOSE_NUMBERS) == len(Purpose)


@pytest.mark.parametrize("text", ["other", "law-enforcement", "official-business", "n/a", ""])
def test_h15_a_word_that_fits_everything_is_no_purpose(stage: Stage, text: str) -> None:
    """H15: at the owner a message with such a purpose is turned away."""
    raw = stage.seal(stage.query(stage.region.scene.detective_question, CA_SHERIFF))
    body = stage.deliver(CA_SHERIFF, stage.reseal(raw, lambda one: one["body"]["query"].update(purpose=text)))
    assert isinstance(body, Turned)


def test_h24_an_address_is_released_apart_for_its_purpose_with_its_age(stage: Stage) -> None:
    """H24: removal gets no address of anybody, whatever else it gets; every item says as of when it is true."""
    scene = stage.region.scene
    detective, removal = shown_fields(stage, scene.detective_question), shown_fields(stage, scene.removal_question)
    assert any("address" in name for name in detective)
    assert removal
    assert not any("address" in name for name in removal)


def shown_fields(stage: Stage, question: SceneQuestion) -> set[str]:
    """Every field that each owner shows of a question, at first and in the details of its items."""
    fields: set[str] = set()
    for owner in question.owners:
        query = stage.query(question, owner)
        answers = [stage.answer(query)]
        for number, item in enumerate(answers[0].items):
            assert isinstance(item.as_of, date)
            detail = msgspec.structs.replace(
                query,
                step=Step.DETAIL,
                item_id=item.item_id,
                pair=f"{number:064x}",
                identified_by="the same birth date",
            )
            answers.append(stage.answer(detail))
        fields |= {one.field for answer in answers for item in answer.items for one in item.fields if one.values}
    return fields


def test_h26_every_question_is_one_trained_persons_and_its_owner_knows_whose(own_stage: Stage) -> None:
    """H26: no question without a member of the asking agency whose training holds; the owner's record names that person.

    Which hands were at the keyboard no node can tell before there is a sign-in; shared use shows afterwards
    (oversight/findings, `shared-credentials`).
    """
    question = own_stage.region.scene.detective_question
    request, world = to_request(question), own_stage.federation.world_of(WA_POLICE)
    member = own_stage.member(question.member)
    for other in (
        msgspec.structs.replace(member, id="wa-police-desk"),
        msgspec.structs.replace(member, agency=CA_SHERIFF),
        msgspec.structs.replace(member, trained_until=date(2020, 1, 1)),
    ):
        with pytest.raises(WrongUseError):
            ask_query(world, request, other)
    before = own_stage.size(CA_SHERIFF)
    own_stage.ask(question, sources=(CA_SHERIFF,))
    record = own_stage.federation.world_of(CA_SHERIFF).journal.record(before)
    assert record is not None
    assert from_canonical(record, Disclosure).member.id == question.member
