"""Whether a message may be opened as a question: who it names, by whom, when, and with which paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
import pytest
from region_stage import TODAY, Stage

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.exchange.answering.open_query import ASKED_EARLIER_MS, refuse_first
from comity.exchange.messages.wire import AnswerBody, Turned
from comity.model.agency import DatedOri
from comity.model.codes import DataClass, Instrument, Issuer, Status, Step
from comity.model.decision import QueryDecision
from comity.model.query import LegalBasis

Edit = Callable[[dict[str, Any]], None]


def query_edit(field: str, value: object) -> Edit:
    def edit(message: dict[str, Any]) -> None:
        message["body"]["query"][field] = value

    return edit


def stranger_member(message: dict[str, Any]) -> None:
    message["body"]["member"]["agency"] = "il-police"


def other_member(message: dict[str, Any]) -> None:
    message["body"]["member"]["id"] = "wa-police-chief"


def asked_long_ago(message: dict[str, Any]) -> None:
    message["body"]["query"]["asked_ms"] -= ASKED_EARLIER_MS + 1


def asked_tomorrow(message: dict[str, Any]) -> None:
    message["body"]["query"]["asked_ms"] += 1


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (query_edit("asker", "nobody-police"), "the asking agency `nobody-police` is not in the directory"),
        (query_edit("owner", "nobody-police"), "the owner `nobody-police` is not in the directory"),
        (query_edit("beneficiary", "nobody-police"), "the beneficiary `nobody-police` is not in the directory"),
        (query_edit("owner", "il-police"), "`il-police` is not held at this node"),
        (query_edit("pair", "0"), "pairing value"),
        (query_edit("id", "0"), "query id"),
        (query_edit("data_classes", ["case", "case"]), "data class is named twice"),
        (query_edit("asked_ms", -1), "not a time"),
        (query_edit("step", "detail"), "detail request names an item"),
        (stranger_member, "not of the asking agency"),
        (other_member, "not of the asking agency"),
        (asked_long_ago, "more than a day ago"),
        (asked_tomorrow, "in the future"),
    ],
)
def test_a_question_that_names_the_wrong_thing_is_turned_away(stage: Stage, edit: Edit, sentence: str) -> None:
    """One sentence with the thing named; nothing is decided."""
    raw = stage.seal(stage.query(stage.region.scene.detective_question, CA_SHERIFF))
    body = stage.deliver(CA_SHERIFF, stage.reseal(raw, edit))
    assert isinstance(body, Turned)
    assert sentence in body.sentence


def test_a_question_may_be_put_again_for_a_day(stage: Stage) -> None:
    """Put a day ago to the millisecond is still accepted."""
    raw = stage.seal(stage.query(stage.region.scene.detective_question, CA_SHERIFF))

    def a_day_ago(message: dict[str, Any]) -> None:
        message["body"]["query"]["asked_ms"] -= ASKED_EARLIER_MS

    assert isinstance(stage.deliver(CA_SHERIFF, stage.reseal(raw, a_day_ago)), AnswerBody)


def test_an_agency_without_an_ori_today_asks_nobody(own_stage: Stage) -> None:
    """An ORI that ended yesterday is no ORI of today."""
    raw = own_stage.seal(own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF))
    directory = own_stage.federation.directory
    ended = DatedOri(ori="WA0179900", first=date(1990, 1, 1), last=date(2026, 11, 17))
    own_stage.federation.directory = msgspec.structs.replace(
        directory,
        agencies=tuple(
            msgspec.structs.replace(agency, oris=(ended,)) if agency.id == WA_POLICE else agency
            for agency in directory.agencies
        ),
    )
    body = own_stage.deliver(CA_SHERIFF, raw)
    assert isinstance(body, Turned)
    assert "no ORI in use" in body.sentence


def test_an_expired_paper_refuses_with_its_rule_and_looks_at_no_record(own_stage: Stage) -> None:
    """A court order that ended yesterday opens nothing: no record considered, no duty of a release."""
    basis = LegalBasis(
        instrument=Instrument.COURT_ORDER,
        issuer=Issuer.STATE_JUDGE,
        document="sha256:" + "1" * 64,
        expires=date(2026, 11, 17),
    )
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF, basis=basis)
    answer = own_stage.answer(query)
    assert answer.status is Status.REFUSED
    assert "comity/BASIS-EXPIRED" in {reason.rule for reason in answer.reasons}
    duties = own_stage.federation.world_of(CA_SHERIFF).journal.duties(CA_SHERIFF)
    assert not [one for one in duties if one.duty.kind == "recall"]
    valid = msgspec.structs.replace(basis, expires=TODAY)
    again = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF, basis=valid)
    assert "comity/BASIS-EXPIRED" not in {reason.rule for reason in own_stage.answer(again).reasons}


def test_the_exchanges_own_refusal_comes_with_the_laws(stage: Stage) -> None:
    """Both speak; nothing stays allowed."""
    opened = stage.opened(stage.query(stage.region.scene.detective_question, CA_SHERIFF))
    decided = QueryDecision(allowed=(DataClass.CASE,))
    assert refuse_first(opened, decided) is decided


def test_a_digest_is_kept_once_a_question_and_a_detail_once_a_request(stage: Stage) -> None:
    """Two requests for one detail are two answers; two digests of one question are one."""
    query = stage.query(stage.region.scene.detective_question, CA_SHERIFF)
    digest = stage.opened(query)
    detail = stage.opened(msgspec.structs.replace(query, step=Step.DETAIL, item_id="a" * 32))
    other = stage.opened(msgspec.structs.replace(query, step=Step.DETAIL, item_id="a" * 32, pair="b" * 64))
    assert digest.step_key == "digest:ca-sheriff"
    assert len({digest.step_key, detail.step_key, other.step_key}) == 3
